//! The runtime's queue: a ring of packets that the device reads from.

use std::ffi::c_void;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use geobacter_driver::Error;

use crate::completion::Completion;
use crate::context::Context;
use crate::flight::Flight;
use crate::packet::{PACKET, Packet};
use crate::sys::{self, Queue, Signal, Status};

/// Packets of a queue: room for the launches in flight, each with a barrier in front of it.
const PACKETS: u32 = 1024;
/// How long the first queue after a memory fault may take to show that it works.
const PROBE: Duration = Duration::from_secs(2);
/// Pause between looks at a full ring.
const FULL_PAUSE: Duration = Duration::from_micros(20);

/// A queue with one producer: whoever has the `&mut`.
pub(crate) struct Ring {
    context: Arc<Context>,
    flight: Arc<Flight>,
    queue: *mut Queue,
    /// What the call-back was given.
    told: *const Flight,
    base: *mut u8,
    size: u64,
    doorbell: Signal,
    /// Index of the next packet.
    next: u64,
    is_timed: bool,
}

// SAFETY: handles and addresses that any thread may use; there is one producer at a time.
unsafe impl Send for Ring {}

impl Ring {
    /// A new queue for the work of `flight`.
    pub(crate) fn new(flight: &Arc<Flight>) -> Result<Self, Error> {
        let context = &flight.context;
        context.usable()?;
        let size = PACKETS.min(context.pools.max_queue);
        let told = Arc::into_raw(Arc::clone(flight));
        let mut queue = std::ptr::null_mut();
        let (agent, callback, data) = (context.agent(), Some(on_error as sys::QueueCallback), told.cast_mut().cast());
        // All bits set: no hint about the memory that kernels will need.
        let no_hint = u32::MAX;
        // SAFETY: writes one pointer; `told` is kept until the queue is destroyed.
        let created = unsafe {
            hsa!(
                context,
                hsa_queue_create(agent, size, sys::QUEUE_TYPE_SINGLE, callback, data, no_hint, no_hint, &mut queue)
            )
        };
        if let Err(error) = created {
            // SAFETY: as it came from `into_raw`; no queue took it.
            drop(unsafe { Arc::from_raw(told) });
            return Err(error);
        }
        // SAFETY: the runtime made it.
        let (base, size, doorbell) = unsafe { ((*queue).base_address, (*queue).size, (*queue).doorbell_signal) };
        // SAFETY: as above.
        let next = unsafe { (context.api().hsa_queue_load_write_index_relaxed)(queue) };
        let mut ring = Self {
            context: Arc::clone(context),
            flight: Arc::clone(flight),
            queue,
            told,
            base: base.cast(),
            size: size.into(),
            doorbell,
            next,
            is_timed: false,
        };
        flight.start(queue);
        if context.is_suspicious() {
            let works = ring.works()?;
            context.recovered(works)?;
        }
        Ok(ring)
    }

    /// Whether the device takes packets from this queue.
    fn works(&mut self) -> Result<bool, Error> {
        let done = Completion::new(&self.context, 1)?;
        let written = self.push(&Packet::barrier(&[], done.signal()));
        let works = written && done.wait(PROBE) || done.is_done();
        if !works {
            done.abandon();
        }
        Ok(works)
    }

    /// From now on packets leave time stamps in their signals.
    pub(crate) fn time(&mut self) -> Result<(), Error> {
        if !self.is_timed {
            // SAFETY: the queue lives.
            unsafe { hsa!(self.context, hsa_amd_profiling_set_profiler_enabled(self.queue, 1)) }?;
            self.is_timed = true;
        }
        Ok(())
    }

    /// Writes a packet, and tells the device. Waits while the ring is full; `false`, where that will never end, because the
    /// device has stopped reading.
    pub(crate) fn push(&mut self, packet: &Packet) -> bool {
        let api = self.context.api();
        // SAFETY: the queue lives.
        while self.next - unsafe { (api.hsa_queue_load_read_index_scacquire)(self.queue) } >= self.size {
            if self.flight.is_broken() || self.context.is_lost() {
                return false;
            }
            std::thread::sleep(FULL_PAUSE);
        }
        let slot = (self.next % self.size) as usize * PACKET;
        // SAFETY: inside the ring, which is aligned for packets; the device has read what was there, and does not look at
        // a packet before its header says what it is.
        unsafe {
            // Reserved before it is written: other readers of the index take it for how far the ring is used.
            (api.hsa_queue_store_write_index_relaxed)(self.queue, self.next + 1);
            let words = self.base.add(slot).cast::<u32>();
            std::ptr::copy_nonoverlapping(packet.0.as_ptr().add(1), words.add(1), packet.0.len() - 1);
            AtomicU32::from_ptr(words).store(packet.0[0], Ordering::Release);
            (api.hsa_signal_store_screlease)(self.doorbell, self.next as i64);
        }
        self.next += 1;
        true
    }
}

impl Drop for Ring {
    fn drop(&mut self) {
        self.flight.release();
        // SAFETY: made once, destroyed once; the runtime lets a call-back that is running end first.
        if let Err(error) = unsafe { hsa!(self.context, hsa_queue_destroy(self.queue)) } {
            tracing::debug!("destroying a queue: {error}");
        }
        // SAFETY: as it came from `into_raw`; no call-back comes any more.
        drop(unsafe { Arc::from_raw(self.told) });
    }
}

/// The runtime's packet processor has stopped reading this queue, for good.
unsafe extern "C" fn on_error(status: Status, _: *mut Queue, data: *mut c_void) {
    // SAFETY: `Ring` keeps what it gave until the queue is destroyed, which waits for this.
    let flight = unsafe { &*data.cast_const().cast::<Flight>() };
    let context = &flight.context;
    let work =
        flight.current_kernel().map_or_else(|| "no kernel that is known".to_owned(), |name| format!("kernel `{name}`"));
    let reason = reason(status, &context.api().describe(status));
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
