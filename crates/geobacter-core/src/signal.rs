//! Signals: a value that the host and kernels both look at and change while the kernels run.

use core::sync::atomic::{AtomicI64, AtomicU64, Ordering};

use crate::{ArgKind, KernelParam, abi};

/// A signal in memory, the same on every device: the layout that AMD's hardware and runtime know as `amd_signal_t`
/// (ROCr, `amd_hsa_signal.h`), so that one implementation of what kernels do with it serves all.
#[repr(C, align(64))]
#[derive(Debug)]
pub struct SignalBlock {
    /// What kind of signal: [`SignalBlock::USER`] for those that kernels change by themselves.
    pub kind: i64,
    /// The value.
    pub value: AtomicI64,
    /// Where a kernel that has changed the value writes `event_id`, so that the host wakes; null where the host polls.
    pub event_mailbox: *const AtomicU64,
    /// Which event that is.
    pub event_id: u32,
    /// Used by AMD's hardware and runtime only.
    pub reserved: [u32; 1],
    /// Used by AMD's hardware and runtime only: when a launch began.
    pub start: u64,
    /// Used by AMD's hardware and runtime only: when a launch ended.
    pub end: u64,
    /// Used by AMD's hardware and runtime only: a queue.
    pub queue: u64,
    /// Used by AMD's hardware and runtime only.
    pub reserved_too: [u32; 2],
}

// SAFETY: what changes is atomic; the mailbox is only ever written with atomics.
unsafe impl Send for SignalBlock {}
// SAFETY: as above.
unsafe impl Sync for SignalBlock {}

const _: () = {
    assert!(size_of::<SignalBlock>() == 64 && align_of::<SignalBlock>() == 64);
    assert!(core::mem::offset_of!(SignalBlock, value) == 8);
    assert!(core::mem::offset_of!(SignalBlock, event_mailbox) == 16);
    assert!(core::mem::offset_of!(SignalBlock, event_id) == 24);
};

impl SignalBlock {
    /// `AMD_SIGNAL_KIND_USER`.
    pub const USER: i64 = 1;

    /// A signal of this value that writes `event_id` to `event_mailbox` when it changes.
    pub const fn new(value: i64, event_mailbox: *const AtomicU64, event_id: u32) -> Self {
        SignalBlock {
            kind: Self::USER,
            value: AtomicI64::new(value),
            event_mailbox,
            event_id,
            reserved: [0],
            start: 0,
            end: 0,
            queue: 0,
            reserved_too: [0; 2],
        }
    }
}

/// A signal, as a kernel sees it: a 64-bit number that the host waits for, and that any work-item may change.
///
/// All operations are atomic for everyone: other work-items, other devices, and the host. Each change wakes a host that
/// waits for it. Orderings are those of [`core::sync::atomic`]; `Release` makes what this work-item wrote before visible to
/// whoever sees the change.
///
/// On the host, pass `&signal`, a [`DeviceSignal`](../geobacter/struct.DeviceSignal.html).
///
/// ```
/// use geobacter::prelude::*;
/// use std::sync::atomic::Ordering;
///
/// fn count_down(_: WorkItem, left: SignalRef) {
///     left.fetch_sub(1, Ordering::Release);
/// }
/// # fn main() -> geobacter::Result<()> {
/// let device = Device::open("cpu")?;
/// let left = device.signal(1000)?;
/// device.launch(Grid::covering(1000), count_down, (&left,))?;
/// assert_eq!(left.wait(Condition::Equal(0), None)?, Some(0));
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Copy, Debug)]
pub struct SignalRef<'k> {
    block: &'k SignalBlock,
}

/// Operations that give the value before.
macro_rules! changes {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[inline(always)]
        pub fn $name(&self, value: i64, order: Ordering) -> i64 {
            let before = self.block.value.$name(value, order);
            self.notify();
            before
        }
    )*};
}

impl SignalRef<'_> {
    /// The value.
    ///
    /// # Panics
    /// As [`AtomicI64::load`]: `order` must not be one for stores.
    #[inline(always)]
    pub fn load(&self, order: Ordering) -> i64 {
        self.block.value.load(order)
    }

    /// Sets the value.
    ///
    /// # Panics
    /// As [`AtomicI64::store`]: `order` must not be one for loads.
    #[inline(always)]
    pub fn store(&self, value: i64, order: Ordering) {
        self.block.value.store(value, order);
        self.notify();
    }

    changes! {
        /// Sets the value, and gives the one before.
        swap;
        /// Adds, wrapping around, and gives the value before.
        fetch_add;
        /// Subtracts, wrapping around, and gives the value before.
        fetch_sub;
        /// "And"s the bits, and gives the value before.
        fetch_and;
        /// "Or"s the bits, and gives the value before.
        fetch_or;
        /// "Exclusive or"s the bits, and gives the value before.
        fetch_xor;
        /// Sets the smaller of the two numbers, and gives the value before.
        fetch_min;
        /// Sets the larger of the two numbers, and gives the value before.
        fetch_max;
    }

    /// Sets the value to `new` if it is `current`, and gives the one before: in `Ok` if it was.
    ///
    /// # Errors
    /// The value that was there instead.
    ///
    /// # Panics
    /// As [`AtomicI64::compare_exchange`].
    #[inline(always)]
    pub fn compare_exchange(&self, current: i64, new: i64, success: Ordering, failure: Ordering) -> Result<i64, i64> {
        let result = self.block.value.compare_exchange(current, new, success, failure);
        if result.is_ok() {
            self.notify();
        }
        result
    }

    /// Wakes a host that waits: as AMD's device libraries do after they have changed a signal.
    #[inline(always)]
    fn notify(&self) {
        let mailbox = self.block.event_mailbox;
        if !mailbox.is_null() {
            // SAFETY: a mailbox is there as long as its signal is.
            unsafe { (*mailbox).store(self.block.event_id.into(), Ordering::Release) };
            abi::__geobacter_interrupt(self.block.event_id);
        }
    }
}

// SAFETY: shared by all work-items, and changed with atomics only.
unsafe impl KernelParam for SignalRef<'_> {
    type Device<'k> = SignalRef<'k>;
    type Packed = *const SignalBlock;
    const KIND: ArgKind = ArgKind::Signal;

    #[inline(always)]
    unsafe fn unpack<'k>(packed: &'k *const SignalBlock, _: usize) -> SignalRef<'k> {
        // SAFETY: the host passed a live signal.
        SignalRef { block: unsafe { &**packed } }
    }
}
