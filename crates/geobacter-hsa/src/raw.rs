//! The runtime's queue itself: made, written to, and destroyed.

use std::ffi::c_void;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use geobacter_driver::Error;

use crate::completion::Completion;
use crate::context::Context;
use crate::packet::{PACKET, Packet};
use crate::sys::{self, Queue, QueueCallback, Signal};

/// Packets of a queue: room for the launches in flight, each with a barrier in front of it.
const PACKETS: u32 = 1024;
/// How long a queue may take to show that it works.
const PROBE: Duration = Duration::from_secs(2);

/// A queue with one producer: whoever has the `&mut`.
pub(crate) struct RawQueue {
    pub(crate) context: Arc<Context>,
    pub(crate) queue: *mut Queue,
    base: *mut u8,
    size: u64,
    doorbell: Signal,
    /// Index of the next packet.
    next: u64,
}

// SAFETY: handles and addresses that any thread may use; there is one producer at a time.
unsafe impl Send for RawQueue {}

impl RawQueue {
    /// A new queue. The runtime calls `callback` with `data` when the device stops reading it.
    ///
    /// # Safety
    /// `data` must be what the call-back wants, and stay so until the queue is dropped.
    pub(crate) unsafe fn new(
        context: &Arc<Context>,
        callback: Option<QueueCallback>,
        data: *mut c_void,
    ) -> Result<Self, Error> {
        let size = PACKETS.min(context.pools.max_queue);
        let agent = context.agent();
        let mut queue = std::ptr::null_mut();
        // All bits set: no hint about the memory that kernels will need.
        let no_hint = u32::MAX;
        // SAFETY: writes one pointer; the caller's promise for the rest.
        unsafe {
            hsa!(
                context,
                hsa_queue_create(agent, size, sys::QUEUE_TYPE_SINGLE, callback, data, no_hint, no_hint, &mut queue)
            )
        }?;
        // SAFETY: the runtime made it.
        let (base, size, doorbell) = unsafe { ((*queue).base_address, (*queue).size, (*queue).doorbell_signal) };
        // SAFETY: as above.
        let next = unsafe { (context.api().hsa_queue_load_write_index_relaxed)(queue) };
        Ok(Self { context: Arc::clone(context), queue, base: base.cast(), size: size.into(), doorbell, next })
    }

    /// Whether there is no room for one more packet.
    pub(crate) fn is_full(&self) -> bool {
        // SAFETY: the queue lives.
        let read = unsafe { (self.context.api().hsa_queue_load_read_index_scacquire)(self.queue) };
        self.next - read >= self.size
    }

    /// Writes a packet where [`is_full`](Self::is_full) has just said that there is room, and tells the device.
    pub(crate) fn write(&mut self, packet: &Packet) {
        let api = self.context.api();
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
    }

    /// Whether the device takes packets, from a queue made to see.
    pub(crate) fn probe(context: &Arc<Context>) -> Result<bool, Error> {
        // SAFETY: no call-back.
        let mut queue = unsafe { Self::new(context, None, std::ptr::null_mut()) }?;
        let done = Completion::new(context, 1)?;
        queue.write(&Packet::barrier(&[], done.signal()));
        let works = done.wait(PROBE) || done.is_done();
        if !works {
            done.abandon();
        }
        Ok(works)
    }
}

impl Drop for RawQueue {
    fn drop(&mut self) {
        // SAFETY: made once, destroyed once; the runtime lets a call-back that is running end first.
        if let Err(error) = unsafe { hsa!(self.context, hsa_queue_destroy(self.queue)) } {
            tracing::debug!("destroying a queue: {error}");
        }
    }
}
