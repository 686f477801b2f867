//! Device memory that knows what uses it.

use geobacter_driver::driver::DevicePtr;
use parking_lot::Mutex;
use smallvec::SmallVec;
use std::time::Duration;

use crate::queue::Queue;
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
pub(crate) struct Memory {
    device: Device,
    ptr: DevicePtr,
    bytes: usize,
    uses: Mutex<Uses>,
}

#[derive(Default)]
struct Uses {
    writer: Option<Signal>,
    readers: SmallVec<[Signal; 2]>,
}

impl Uses {
    fn all(&mut self) -> SmallVec<[Signal; 2]> {
        let mut all = std::mem::take(&mut self.readers);
        all.extend(self.writer.take());
        all
    }
}

impl Memory {
    /// Room for `bytes` bytes; where 0, no memory, and a pointer that is aligned and not null.
    pub(crate) fn allocate(device: &Device, bytes: usize) -> Result<Self> {
        let ptr = if bytes == 0 { DevicePtr(256) } else { allocate(device, bytes)? };
        Ok(Memory { device: device.clone(), ptr, bytes, uses: Mutex::default() })
    }

    pub(crate) fn device(&self) -> &Device {
        &self.device
    }

    pub(crate) fn ptr(&self) -> DevicePtr {
        self.ptr
    }

    /// Makes `queue` wait for what must come before an `access`.
    pub(crate) fn order_before(&self, queue: &Queue, access: Access) -> Result<()> {
        let uses = self.uses.lock();
        let readers = if access == Access::Write { &uses.readers[..] } else { &[] };
        for signal in uses.writer.iter().chain(readers) {
            if !signal.is_on(&queue.0) {
                queue.wait_for(signal)?;
            }
        }
        Ok(())
    }

    /// Notes that `signal` is of an `access`.
    pub(crate) fn note(&self, signal: &Signal, access: Access) {
        let mut uses = self.uses.lock();
        match access {
            Access::Write => {
                uses.readers.clear();
                uses.writer = Some(signal.clone());
            }
            Access::Read => match uses.readers.iter_mut().find(|s| s.is_on(&signal.queue)) {
                // The same queue: the later one covers the earlier. Threads may note out of order.
                Some(earlier) => earlier.value = earlier.value.max(signal.value),
                None => uses.readers.push(signal.clone()),
            },
        }
    }

    /// Waits for what must come before an `access` by the host.
    pub(crate) fn wait(&self, access: Access) -> Result<()> {
        let signals = {
            let uses = self.uses.lock();
            let mut signals: SmallVec<[Signal; 2]> = uses.writer.iter().cloned().collect();
            if access == Access::Write {
                signals.extend(uses.readers.iter().cloned());
            }
            signals
        };
        signals.iter().try_for_each(Signal::wait)
    }
}

fn allocate(device: &Device, bytes: usize) -> Result<DevicePtr> {
    reclaim(device);
    loop {
        match device.0.driver.allocate(bytes) {
            // Memory of dropped buffers comes back when the work that uses them is over.
            Err(Error::OutOfMemory { .. }) if reclaim(device) => std::thread::sleep(RECLAIM_PAUSE),
            result => return result,
        }
    }
}

/// Memory whose owner is gone while queued work may still use it.
pub(crate) struct Retired {
    ptr: DevicePtr,
    bytes: usize,
    signals: SmallVec<[Signal; 2]>,
}

impl Retired {
    fn is_over(&self) -> bool {
        self.signals.iter().all(Signal::has_passed)
    }
}

/// Frees retired memory whose work is over; whether there was any retired memory at all.
fn reclaim(device: &Device) -> bool {
    let mut retired = device.0.retired.lock();
    let any = !retired.is_empty();
    retired.retain(|memory| {
        let over = memory.is_over();
        if over {
            // SAFETY: from one allocation, its owner is gone, and no work uses it any more.
            unsafe { device.0.driver.free(memory.ptr, memory.bytes) };
        }
        !over
    });
    any
}

impl Drop for Memory {
    fn drop(&mut self) {
        if self.bytes > 0 {
            let retired = Retired { ptr: self.ptr, bytes: self.bytes, signals: self.uses.get_mut().all() };
            self.device.0.retired.lock().push(retired);
            reclaim(&self.device);
        }
    }
}
