//! Channels from kernels to the host: the host's ends.

use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use geobacter_core::ring::Ring;
use geobacter_core::{DeviceCopy, Sender};
use parking_lot::Mutex;

use crate::args::{Binder, HostArg, Linked};
use crate::memory::{Signals, merge};
use crate::shared_ring::SharedRing;
use crate::signal::Signal;
use crate::{Device, Error, Result};

/// How soon a receiver looks again, and how seldom when nothing comes.
const FIRST_PAUSE: Duration = Duration::from_micros(5);
const LAST_PAUSE: Duration = Duration::from_micros(500);

/// The largest alignment of what is sent: that of a slot.
const ALIGN: usize = Ring::SLOT_HEADER;

/// What both ends know.
pub(crate) struct Shared {
    device: Device,
    ring: Option<SharedRing>,
    /// Launches that may send.
    launches: Mutex<Signals>,
    /// Sending ends on the host.
    senders: AtomicUsize,
}

impl Shared {
    fn ring(&self) -> &SharedRing {
        self.ring.as_ref().expect("taken by the drop alone")
    }

    fn is_over(&self) -> bool {
        self.senders.load(Ordering::Acquire) == 0 && self.launches.lock().iter().all(Signal::has_passed)
    }
}

impl Linked for Shared {
    fn note(&self, launch: &Signal) {
        merge(&mut self.launches.lock(), launch);
    }
}

impl Drop for Shared {
    fn drop(&mut self) {
        let Some(ring) = self.ring.take() else { return };
        // Kernels that find no room must not wait any more, now that nobody receives.
        ring.close();
        let launches = std::mem::take(self.launches.get_mut());
        if !launches.iter().all(Signal::has_passed) {
            crate::memory::retire_ring(&self.device, ring, launches);
        }
    }
}

/// The sending end of a channel: what launches are given. From [`Device::channel`].
///
/// Pass `&sender` for a kernel's [`Sender`]. Once all clones are dropped and the launches that had one are over, the
/// receiver ends.
pub struct ChannelSender<T> {
    shared: Arc<Shared>,
    values: PhantomData<fn(T)>,
}

/// The receiving end of a channel, on the host. From [`Device::channel`].
///
/// Dropping it makes kernels' sends fail from then on.
pub struct Receiver<T> {
    shared: Arc<Shared>,
    values: PhantomData<fn() -> T>,
}

/// Why there is no value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RecvError {
    /// Nothing has come yet, or not in time.
    #[error("nothing has come through the channel yet")]
    Empty,
    /// Nothing will come any more: all senders were dropped, and the launches that had one are over.
    #[error("nothing will come through the channel any more: its senders are gone, and their launches over")]
    Disconnected,
}

impl Device {
    /// A channel through which kernels of this device send values to the host while they run, with room for `capacity` of
    /// them (rounded up to a power of two).
    ///
    /// ```
    /// use geobacter::prelude::*;
    ///
    /// # fn main() -> geobacter::Result<()> {
    /// let device = Device::open("cpu")?;
    /// let (sender, receiver) = device.channel::<u32>(1024)?;
    /// let kernel = |item: WorkItem, to: Sender<u32>| drop(to.try_send(item.global_id() as u32));
    /// device.launch(Grid::covering(1000), kernel, (&sender,))?;
    /// drop(sender);
    /// assert_eq!(receiver.iter().sum::<u32>(), 499_500);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`Error::HostMemory`] on a device whose kernels cannot reach host memory; [`Error::OutOfMemory`]; a capacity of 0 or
    /// beyond all memory.
    pub fn channel<T: DeviceCopy>(&self, capacity: usize) -> Result<(ChannelSender<T>, Receiver<T>)> {
        const { assert!(align_of::<T>() <= ALIGN, "what is sent may be aligned to at most 16 bytes") };
        let slots = capacity.max(1).checked_next_power_of_two().ok_or_else(|| Error::Overflow {
            what: "the capacity of a channel",
            numbers: format!("{capacity} values"),
        })?;
        let ring = SharedRing::new(self, slots, size_of::<T>())?;
        let shared = Arc::new(Shared {
            device: self.clone(),
            ring: Some(ring),
            launches: Mutex::default(),
            senders: AtomicUsize::new(1),
        });
        let sender = ChannelSender { shared: Arc::clone(&shared), values: PhantomData };
        Ok((sender, Receiver { shared, values: PhantomData }))
    }
}

impl<T: DeviceCopy> Receiver<T> {
    /// The next value, if one has come.
    ///
    /// # Errors
    /// Why there is none.
    pub fn try_recv(&self) -> Result<T, RecvError> {
        // Looked at first: what is over has sent all that it will.
        let is_over = self.shared.is_over();
        // SAFETY: a kernel has written a whole `T` there.
        let value = self.shared.ring().take(|entry| unsafe { entry.cast::<T>().read() });
        value.ok_or(if is_over { RecvError::Disconnected } else { RecvError::Empty })
    }

    /// The next value; waits for it.
    ///
    /// # Errors
    /// [`RecvError::Disconnected`].
    pub fn recv(&self) -> Result<T, RecvError> {
        self.recv_until(None)
    }

    /// The next value; waits for it at most for `timeout`.
    ///
    /// # Errors
    /// [`RecvError::Empty`] where none came in time, and [`RecvError::Disconnected`].
    pub fn recv_timeout(&self, timeout: Duration) -> Result<T, RecvError> {
        self.recv_until(Instant::now().checked_add(timeout))
    }

    fn recv_until(&self, deadline: Option<Instant>) -> Result<T, RecvError> {
        let mut pause = FIRST_PAUSE;
        loop {
            let value = self.try_recv();
            let is_late = deadline.is_some_and(|deadline| Instant::now() >= deadline);
            if !matches!(value, Err(RecvError::Empty)) || is_late {
                return value;
            }
            std::thread::sleep(pause);
            pause = (pause * 2).min(LAST_PAUSE);
        }
    }

    /// Values until nothing will come any more; waits for each.
    pub fn iter(&self) -> impl Iterator<Item = T> + '_ {
        std::iter::from_fn(|| self.recv().ok())
    }

    /// Values that have come so far.
    pub fn try_iter(&self) -> impl Iterator<Item = T> + '_ {
        std::iter::from_fn(|| self.try_recv().ok())
    }
}

impl<T> Clone for ChannelSender<T> {
    fn clone(&self) -> Self {
        self.shared.senders.fetch_add(1, Ordering::Relaxed);
        ChannelSender { shared: Arc::clone(&self.shared), values: PhantomData }
    }
}

impl<T> Drop for ChannelSender<T> {
    fn drop(&mut self) {
        self.shared.senders.fetch_sub(1, Ordering::Release);
    }
}

impl<T> Drop for Receiver<T> {
    fn drop(&mut self) {
        self.shared.ring().close();
    }
}

// SAFETY: the ring is bound to the launch, which keeps it until it is over; its slots have room for a `T`.
unsafe impl<'b, T: DeviceCopy> HostArg<'b, Sender<'_, T>> for &'b ChannelSender<T> {
    fn pack(self, binder: &mut Binder<'b>) -> Result<*const Ring> {
        binder.link(&self.shared.device, &*self.shared)?;
        Ok(std::ptr::with_exposed_provenance(self.shared.ring().address().0 as usize))
    }
}

impl<T> fmt::Debug for ChannelSender<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ChannelSender").field("device", &self.shared.device.id()).finish_non_exhaustive()
    }
}

impl<T> fmt::Debug for Receiver<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Receiver").field("device", &self.shared.device.id()).finish_non_exhaustive()
    }
}
