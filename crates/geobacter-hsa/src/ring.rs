//! A queue's packets, and what becomes of the queue when the device stops reading them.

use std::ffi::c_void;
use std::mem::ManuallyDrop;
use std::sync::Arc;
use std::time::Duration;

use geobacter_driver::Error;
use geobacter_driver::failures::{stack_hint, suspects};

use crate::flight::Flight;
use crate::packet::Packet;
use crate::raw::RawQueue;
use crate::sys::{self, Queue, Status};

/// Pause between looks at a full ring.
const FULL_PAUSE: Duration = Duration::from_micros(20);

/// The runtime's queue for the work of a flight.
pub(crate) struct Ring {
    raw: ManuallyDrop<RawQueue>,
    flight: Arc<Flight>,
    /// What the call-back was given.
    told: *const Flight,
    is_timed: bool,
}

// SAFETY: the pointer is an `Arc` of what may be used on any thread.
unsafe impl Send for Ring {}

impl Ring {
    /// A new queue for the work of `flight`.
    pub(crate) fn new(flight: &Arc<Flight>) -> Result<Self, Error> {
        let context = &flight.context;
        context.usable()?;
        let told = Arc::into_raw(Arc::clone(flight));
        // SAFETY: `told` is kept until the queue is destroyed.
        match unsafe { RawQueue::new(context, Some(on_error), told.cast_mut().cast()) } {
            Ok(raw) => {
                flight.start(raw.queue);
                Ok(Self { raw: ManuallyDrop::new(raw), flight: Arc::clone(flight), told, is_timed: false })
            }
            Err(error) => {
                // SAFETY: as it came from `into_raw`; no queue took it.
                drop(unsafe { Arc::from_raw(told) });
                Err(error)
            }
        }
    }

    /// From now on packets leave time stamps in their signals.
    pub(crate) fn time(&mut self) -> Result<(), Error> {
        if !self.is_timed {
            // SAFETY: the queue lives.
            unsafe { hsa!(self.raw.context, hsa_amd_profiling_set_profiler_enabled(self.raw.queue, 1)) }?;
            self.is_timed = true;
        }
        Ok(())
    }

    /// Writes a packet, and tells the device. Waits while the ring is full; `false`, where that will never end, because the
    /// device has stopped reading.
    pub(crate) fn push(&mut self, packet: &Packet) -> bool {
        while self.raw.is_full() {
            if self.flight.is_broken() || self.raw.context.is_lost() {
                return false;
            }
            std::thread::sleep(FULL_PAUSE);
        }
        self.raw.write(packet);
        true
    }
}

impl Drop for Ring {
    fn drop(&mut self) {
        self.flight.release();
        // SAFETY: dropped once, here.
        unsafe { ManuallyDrop::drop(&mut self.raw) };
        // SAFETY: as it came from `into_raw`; the queue is destroyed, so no call-back comes any more.
        drop(unsafe { Arc::from_raw(self.told) });
    }
}

/// The runtime's packet processor has stopped reading this queue, for good.
unsafe extern "C" fn on_error(status: Status, _: *mut Queue, data: *mut c_void) {
    // SAFETY: `Ring` keeps what it gave until the queue is destroyed, which waits for this.
    let flight = unsafe { &*data.cast_const().cast::<Flight>() };
    let context = &flight.context;
    let kernels = Vec::from_iter(flight.current_kernel());
    let work = suspects(&kernels);
    let reason = reason(status, &context.api().describe(status)) + &stack_hint(&kernels);
    tracing::error!("{}: {work}: {reason}", context.id());
    flight.fail(&Error::DeviceFault { device: context.id().to_owned(), work, reason });
}

/// What ends a queue, in words that help more than the runtime's.
fn reason(status: Status, said: &str) -> String {
    let cause = match status {
        sys::ERROR_EXCEPTION => {
            "a work-item trapped: it met an instruction that stops it, as unreachable code and aborts do"
        }
        sys::ERROR_MEMORY_APERTURE_VIOLATION | sys::ERROR_MEMORY_FAULT => {
            "a work-item reached where it has no memory, or where it may not write"
        }
        sys::ERROR_ILLEGAL_INSTRUCTION => "a work-item met an instruction that the device does not have",
        sys::ERROR_OUT_OF_RESOURCES => "there is no room for the stacks of its work-items",
        sys::ERROR_INVALID_ALLOCATION => "its work-groups ask for more work-group memory than there is",
        sys::ERROR_INVALID_ARGUMENT => "its work-groups have too many work-items",
        sys::ERROR_INCOMPATIBLE_ARGUMENTS => "its grid has an impossible shape",
        sys::ERROR_INVALID_ISA => "its work-items need more registers than there are",
        sys::ERROR_INVALID_CODE_OBJECT => "its code cannot be run",
        sys::ERROR_INVALID_PACKET_FORMAT => "the queue holds a packet that the device does not know",
        _ => return said.to_owned(),
    };
    format!("{cause}; ROCr says: {said}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_ends_are_explained_and_others_quoted() {
        let text = reason(sys::ERROR_EXCEPTION, "HSA_STATUS_ERROR_EXCEPTION");
        assert!(text.contains("trapped") && text.ends_with("HSA_STATUS_ERROR_EXCEPTION"), "{text}");
        assert_eq!(reason(Status(0x7777), "unknown HSA status 0x7777"), "unknown HSA status 0x7777");
    }
}
