//! Calls of host functions from kernels.

use core::marker::PhantomData;
use core::mem::MaybeUninit;
use core::sync::atomic::{AtomicU64, Ordering};

use crate::ring::{Ring, opaque};
use crate::{ArgKind, DeviceCopy, KernelParam};

/// A function of the host's, as a kernel sees it: work-items call it, and wait for its answer.
///
/// A call takes the time of two trips to the host and of the function; calls of different work-items are answered one after
/// the other. On the host, pass `&function`, a [`HostFunction`](../geobacter/struct.HostFunction.html).
///
/// ```
/// use geobacter::prelude::*;
///
/// fn price_all(item: WorkItem, names: &[u32], price: HostFn<u32, f64>, mut out: PerItem<f64>) {
///     if let Some(out) = out.get_mut(&item) {
///         *out = price.call(names[item.global_id()]).unwrap();
///     }
/// }
/// # fn main() -> geobacter::Result<()> {
/// let device = Device::open("cpu")?;
/// let names = device.buffer_from(&[1, 2, 3])?;
/// let mut out = device.buffer::<f64>(3)?;
/// // Anything that the host can do: files, locks, other people's libraries.
/// let table = std::collections::HashMap::from([(1, 9.5), (2, 20.0)]);
/// let price = device.host_fn(16, move |name: u32| table.get(&name).copied().unwrap_or(f64::NAN))?;
/// device.launch(Grid::covering(3), price_all, (&names, &price, &mut out))?;
/// assert_eq!(out.to_vec()?[..2], [9.5, 20.0]);
/// # Ok(())
/// # }
/// ```
pub struct HostFn<'k, A, B> {
    ring: *const Ring,
    run: PhantomData<&'k Ring>,
    function: PhantomData<fn(A) -> B>,
}

impl<A, B> Clone for HostFn<'_, A, B> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<A, B> Copy for HostFn<'_, A, B> {}

impl<A, B> core::fmt::Debug for HostFn<'_, A, B> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("HostFn").finish_non_exhaustive()
    }
}

/// Why a call has no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HostCallError {
    /// The host's function panicked.
    Panicked,
    /// Nobody on the host answers: it could not make a thread for that.
    Unanswered,
}

/// A call on its way to the host and back: an entry of a [`Ring`].
#[doc(hidden)]
#[repr(C)]
#[derive(Debug)]
pub struct HostCall<A, B> {
    /// [`ASKED`](Self::ASKED) and what follows.
    pub state: AtomicU64,
    /// What the function is given.
    pub question: MaybeUninit<A>,
    /// What it gave.
    pub answer: MaybeUninit<B>,
}

impl<A, B> HostCall<A, B> {
    /// The question is there.
    pub const ASKED: u64 = 0;
    /// The answer is there.
    pub const ANSWERED: u64 = 1;
    /// There will be no answer.
    pub const FAILED: u64 = 2;
    /// The work-item needs it no more.
    pub const OVER: u64 = 3;
}

impl<A: DeviceCopy, B: DeviceCopy> HostFn<'_, A, B> {
    /// Calls the host's function, and waits for what it gives.
    ///
    /// A work-item waits here for nothing but the host, so none depends on another's progress, whatever the device's
    /// scheduler does.
    ///
    /// # Errors
    /// Where the function panicked, or nobody answers.
    #[inline]
    pub fn call(&self, question: A) -> Result<B, HostCallError> {
        let mut asked: *mut HostCall<A, B> = core::ptr::null_mut();
        let mut answer = MaybeUninit::<B>::uninit();
        loop {
            // SAFETY: the launch keeps the ring, whose slots have room for a call (`device.host_fn` made them).
            let state = unsafe { self.step(question, &mut asked, &mut answer) };
            // A work-item must take its answer before it waits for those of its wavefront that have none yet.
            match opaque(state) {
                HostCall::<A, B>::ASKED => core::hint::spin_loop(),
                // SAFETY: the host has given a `B`.
                HostCall::<A, B>::ANSWERED => return Ok(unsafe { answer.assume_init() }),
                HostCall::<A, B>::FAILED => return Err(HostCallError::Panicked),
                _ => return Err(HostCallError::Unanswered),
            }
        }
    }

    /// Asks, where there is room to, or looks for the answer, and takes it. [`HostCall::ASKED`] means: once more.
    ///
    /// # Safety
    /// The ring must live, and be one for such calls.
    #[inline(always)]
    unsafe fn step(&self, question: A, asked: &mut *mut HostCall<A, B>, answer: &mut MaybeUninit<B>) -> u64 {
        // SAFETY: the caller's promise; what was claimed is this work-item's until it says that it is over.
        unsafe {
            if (*self.ring).consumed.closed.load(Ordering::Relaxed) != 0 {
                return HostCall::<A, B>::OVER;
            }
            if asked.is_null() {
                if let Some(claim) = Ring::claim(self.ring) {
                    let call = claim.entry().cast::<HostCall<A, B>>();
                    (*call).question.write(question);
                    (*call).state.store(HostCall::<A, B>::ASKED, Ordering::Relaxed);
                    claim.publish();
                    *asked = call;
                }
                return HostCall::<A, B>::ASKED;
            }
            let call = *asked;
            let state = (*call).state.load(Ordering::Acquire);
            if state != HostCall::<A, B>::ASKED {
                if state == HostCall::<A, B>::ANSWERED {
                    *answer = (&raw const (*call).answer).read();
                }
                (*call).state.store(HostCall::<A, B>::OVER, Ordering::Release);
            }
            state
        }
    }
}

// SAFETY: shared by all work-items; slots are claimed with atomics.
unsafe impl<A: DeviceCopy, B: DeviceCopy> KernelParam for HostFn<'_, A, B> {
    type Device<'k> = HostFn<'k, A, B>;
    type Packed = *const Ring;
    const KIND: ArgKind = ArgKind::HostFunction;

    #[inline(always)]
    unsafe fn unpack<'k>(packed: &'k *const Ring, _: usize) -> HostFn<'k, A, B> {
        HostFn { ring: *packed, run: PhantomData, function: PhantomData }
    }
}
