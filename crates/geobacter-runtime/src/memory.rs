//! Device memory that knows what uses it.

use std::sync::Arc;
use std::time::Duration;

use geobacter_driver::driver::DevicePtr;
use geobacter_driver::signal::DriverSignal;
use parking_lot::Mutex;
use smallvec::SmallVec;
use std::ptr::NonNull;

use crate::place::Place;
use crate::queue::Queue;
use crate::shared_ring::SharedRing;
use crate::signal::Signal;
use crate::{Device, Error, Result};

/// Pause between looks at work that holds memory which an allocation needs.
const RECLAIM_PAUSE: Duration = Duration::from_micros(100);

/// How an operation uses memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Access {
    Read,
    Write,
}

/// An allocation, its last writer and the readers since.
///
/// Failures follow the data: whoever reads the memory waits for its writer and, where that read what other queues had
/// written, for those writers too; so a kernel that panicked is heard of, however many kernels its output went through.
pub(crate) struct Memory {
    device: Device,
    place: Place,
    uses: Mutex<Uses>,
}

#[derive(Default)]
struct Uses {
    writer: Option<Signal>,
    /// The last work of other queues that what the writer read came from.
    upstream: Signals,
    readers: Signals,
}

/// A few signals, at most one for each queue.
pub(crate) type Signals = SmallVec<[Signal; 2]>;

/// Adds `signal`; one of the same queue stands for all before it.
pub(crate) fn merge(signals: &mut Signals, signal: &Signal) {
    if signals.iter().any(Signal::is_of_family) {
        for mut earlier in std::mem::take(signals) {
            earlier.settle();
            merge_one(signals, &earlier);
        }
    }
    merge_one(signals, signal);
}

fn merge_one(signals: &mut Signals, signal: &Signal) {
    match signals.iter_mut().find(|s| s.is_on(&signal.queue)) {
        // Threads may come out of order.
        Some(other) => other.value = other.value.max(signal.value),
        None => signals.push(signal.clone()),
    }
}

impl Uses {
    /// Families that are over are as other work of their queues.
    fn settle(&mut self) {
        self.writer.iter_mut().chain(&mut self.upstream).chain(&mut self.readers).for_each(Signal::settle);
    }

    fn all(&mut self) -> Signals {
        let mut all = std::mem::take(&mut self.readers);
        all.extend(self.writer.take());
        all
    }
}

impl Memory {
    /// Room for `bytes` bytes; where 0, no memory, and a pointer that is aligned and not null.
    pub(crate) fn allocate(device: &Device, bytes: usize) -> Result<Self> {
        let ptr = if bytes == 0 { DevicePtr(256) } else { allocate(device, bytes)? };
        Ok(Memory { device: device.clone(), place: Place::on_device(ptr, bytes), uses: Mutex::default() })
    }

    /// The same in host memory that the device's kernels reach.
    pub(crate) fn allocate_on_host(device: &Device, bytes: usize) -> Result<Self> {
        if bytes == 0 {
            return Self::allocate(device, 0);
        }
        reclaim(device);
        Ok(Memory { device: device.clone(), place: Place::on_host(device, bytes)?, uses: Mutex::default() })
    }

    /// Where the host finds it, if it does.
    pub(crate) fn host_ptr(&self) -> Option<NonNull<u8>> {
        self.place.host_ptr()
    }

    pub(crate) fn device(&self) -> &Device {
        &self.device
    }

    pub(crate) fn ptr(&self) -> DevicePtr {
        self.place.ptr
    }

    /// Makes `queue` wait for what must come before an `access`, and adds to `foreign` what the memory's contents come
    /// from on other queues.
    pub(crate) fn order_before(&self, queue: &Queue, access: Access, foreign: &mut Signals) -> Result<()> {
        queue.wait_for_room();
        let mut uses = self.uses.lock();
        uses.settle();
        if let Some(writer) = uses.writer.as_ref().filter(|w| !w.is_on(&queue.0)) {
            queue.wait_for(writer)?;
            merge(foreign, writer);
        }
        uses.upstream.iter().filter(|s| !s.is_on(&queue.0)).for_each(|s| merge(foreign, s));
        let readers = if access == Access::Write { &uses.readers[..] } else { &[] };
        readers.iter().filter(|r| !r.is_on(&queue.0)).try_for_each(|r| queue.wait_for(r))
    }

    /// Notes that `signal` is of an `access`, by work that used what came from `foreign`.
    pub(crate) fn note(&self, signal: &Signal, access: Access, foreign: &Signals) {
        let mut uses = self.uses.lock();
        match access {
            Access::Write => {
                uses.readers.clear();
                uses.upstream.clone_from(foreign);
                uses.writer = Some(signal.clone());
            }
            Access::Read => merge(&mut uses.readers, signal),
        }
    }

    /// Queues an operation that uses this memory alone.
    pub(crate) fn submit(
        &self,
        queue: &Queue,
        access: Access,
        job: impl FnOnce(&Queue, DevicePtr) -> Result<u64>,
    ) -> Result<Signal> {
        self.order_before(queue, access, &mut Signals::new())?;
        let value = job(queue, self.place.ptr)?;
        let signal = Signal { queue: queue.0.clone(), value };
        // What a write replaces is no concern any more.
        self.note(&signal, access, &Signals::new());
        Ok(signal)
    }

    /// Waits until all work that reads the memory is over, well or badly: its failures are for others to hear of.
    pub(crate) fn wait_for_readers(&self) {
        let readers = self.uses.lock().readers.clone();
        readers.iter().for_each(Signal::wait_until_passed);
    }

    /// Waits until the host may read, and reports what went wrong with what was written: once, so that what is there can
    /// be looked at all the same.
    pub(crate) fn wait_for_contents(&self) -> Result<()> {
        let (writer, upstream) = {
            let uses = self.uses.lock();
            (uses.writer.clone(), uses.upstream.clone())
        };
        let result = writer.iter().chain(&upstream).try_for_each(Signal::wait);
        if result.is_err() {
            let mut uses = self.uses.lock();
            uses.upstream.clear();
            if uses.writer.as_ref().is_some_and(|w| w.has_passed()) {
                uses.writer = None;
            }
        }
        result
    }
}

/// Room for `bytes` bytes, not 0.
pub(crate) fn allocate(device: &Device, bytes: usize) -> Result<DevicePtr> {
    reclaim(device);
    loop {
        match device.0.driver.allocate(bytes) {
            Err(Error::OutOfMemory { .. }) if device.0.spares.free(device) => (),
            // Memory of dropped buffers comes back when the work that uses them is over.
            Err(Error::OutOfMemory { .. }) if reclaim(device) => std::thread::sleep(RECLAIM_PAUSE),
            result => return result,
        }
    }
}

/// What has lost its owner while queued work may still use it.
pub(crate) struct Retired {
    what: What,
    signals: Signals,
}

enum What {
    Memory(Place),
    Signal(#[expect(dead_code, reason = "held until it may go")] Arc<dyn DriverSignal>),
    Ring(#[expect(dead_code, reason = "held until it may go")] SharedRing),
}

impl Retired {
    fn is_over(&self) -> bool {
        self.signals.iter().all(Signal::has_passed)
    }
}

/// Drops a device's signal once no queued work uses it.
pub(crate) fn retire_signal(device: &Device, signal: Arc<dyn DriverSignal>, signals: Signals) {
    device.0.retired.lock().push(Retired { what: What::Signal(signal), signals });
    reclaim(device);
}

/// Frees a device's ring once no queued work uses it.
pub(crate) fn retire_ring(device: &Device, ring: SharedRing, signals: Signals) {
    device.0.retired.lock().push(Retired { what: What::Ring(ring), signals });
    reclaim(device);
}

/// Frees what has retired and whose work is over; whether there was anything retired at all.
fn reclaim(device: &Device) -> bool {
    let mut retired = device.0.retired.lock();
    let any = !retired.is_empty();
    retired.retain(|memory| {
        let over = memory.is_over();
        if let (true, What::Memory(place)) = (over, &memory.what) {
            // SAFETY: its owner is gone, and no work uses it any more; retired memory goes once.
            unsafe { place.free(device) };
        }
        !over
    });
    any
}

impl Drop for Memory {
    fn drop(&mut self) {
        if self.place.bytes > 0 {
            let retired = Retired { what: What::Memory(self.place), signals: self.uses.get_mut().all() };
            self.device.0.retired.lock().push(retired);
            reclaim(&self.device);
        }
    }
}
