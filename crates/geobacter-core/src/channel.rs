//! Channels from kernels to the host.

use core::marker::PhantomData;
use core::sync::atomic::Ordering;

use crate::ring::{Ring, opaque};
use crate::{ArgKind, DeviceCopy, KernelParam};

/// The sending end of a channel, as a kernel sees it: work-items send values, and the host receives them while the kernel
/// runs.
///
/// Any number of work-items, launches and queues may send through one channel. The values of one work-item come in their
/// order. On the host, pass `&sender`, a [`ChannelSender`](../geobacter/struct.ChannelSender.html).
///
/// ```
/// use geobacter::prelude::*;
///
/// fn find(item: WorkItem, x: &[u32], found: Sender<(u64, u32)>) {
///     let i = item.global_id();
///     if x[i] % 1000 == 7 {
///         let _ = found.send((i as u64, x[i])); // fails only where nobody receives any more
///     }
/// }
/// # fn main() -> geobacter::Result<()> {
/// let device = Device::open("cpu")?;
/// let x = device.buffer_from(&(0..10_000).collect::<Vec<u32>>())?;
/// let (sender, receiver) = device.channel(64)?;
/// device.launch(Grid::covering(x.len()), find, (&x, &sender))?;
/// drop(sender);
/// let mut found: Vec<_> = receiver.iter().collect(); // ends when the launch is over
/// found.sort();
/// assert_eq!(found[3], (3007, 3007));
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct Sender<'k, T> {
    ring: *const Ring,
    run: PhantomData<&'k Ring>,
    values: PhantomData<fn(T)>,
}

impl<T> Clone for Sender<'_, T> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<T> Copy for Sender<'_, T> {}

/// Why a value was not sent; it comes back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TrySendError<T> {
    /// There is no room in the channel now.
    Full(T),
    /// The host has dropped the receiver.
    Closed(T),
}

impl<T: DeviceCopy> Sender<'_, T> {
    /// Sends a value if there is room for it now.
    ///
    /// # Errors
    /// The value, and why.
    #[inline]
    pub fn try_send(&self, value: T) -> Result<(), TrySendError<T>> {
        if self.is_closed() {
            return Err(TrySendError::Closed(value));
        }
        if self.put(value) { Ok(()) } else { Err(TrySendError::Full(value)) }
    }

    /// Sends a value; where there is no room, waits until the host has received others.
    ///
    /// The host has to receive while the kernel runs, or this waits for ever: as a kernel of any device, one that waits
    /// holds its place there, and on the CPU device a thread. It waits for nothing but the host, so no work-item depends on
    /// another's progress, whatever the device's scheduler does.
    ///
    /// # Errors
    /// The value, where the host has dropped the receiver.
    #[inline]
    pub fn send(&self, value: T) -> Result<(), T> {
        loop {
            if self.is_closed() {
                return Err(value);
            }
            // A work-item that has a slot must fill it before it waits for those of its wavefront that have none yet, as the
            // host empties slots in order.
            if opaque(self.put(value).into()) != 0 {
                return Ok(());
            }
        }
    }

    #[inline(always)]
    fn is_closed(&self) -> bool {
        // SAFETY: the launch keeps the ring.
        unsafe { (*self.ring).consumed.closed.load(Ordering::Relaxed) != 0 }
    }

    #[inline(always)]
    fn put(&self, value: T) -> bool {
        // SAFETY: the launch keeps the ring, whose slots have room for a `T` (`device.channel` made them).
        unsafe {
            let Some(claim) = Ring::claim(self.ring) else { return false };
            claim.entry().cast::<T>().write(value);
            claim.publish();
        }
        true
    }
}

// SAFETY: shared by all work-items; slots are claimed with atomics.
unsafe impl<T: DeviceCopy> KernelParam for Sender<'_, T> {
    type Device<'k> = Sender<'k, T>;
    type Packed = *const Ring;
    const KIND: ArgKind = ArgKind::Channel;

    #[inline(always)]
    unsafe fn unpack<'k>(packed: &'k *const Ring, _: usize) -> Sender<'k, T> {
        Sender { ring: *packed, run: PhantomData, values: PhantomData }
    }
}
