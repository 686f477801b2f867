//! The runtime's structures that the device works on: signals and queues (`amd_hsa_signal.h`, `amd_hsa_queue.h`).

use std::sync::atomic::{AtomicI64, AtomicU32, AtomicU64, Ordering};

use geobacter_emulator::Access;

use crate::clock;
use crate::events::Events;
use crate::memory::View;

/// Bytes of an `amd_signal_t`.
const SIGNAL_BYTES: u64 = 64;

/// An `amd_signal_t` that the device may touch.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Signal(u64);

impl Signal {
    /// The signal with this handle, or the address that cannot be one.
    pub(crate) fn at(handle: u64, memory: &View) -> Result<Signal, u64> {
        let usable = handle.is_multiple_of(8) && memory.is_mapped(handle, SIGNAL_BYTES, Access::Write);
        if usable { Ok(Signal(handle)) } else { Err(handle) }
    }

    /// The word at this offset.
    fn word(&self, offset: u64) -> &AtomicU64 {
        // SAFETY: `at` found all 64 bytes mapped and aligned, engines keep freed memory from going away while they work,
        // and whoever else uses a signal uses atomic operations.
        unsafe { AtomicU64::from_ptr((self.0 + offset) as *mut u64) }
    }

    /// `value`.
    pub(crate) fn value(&self) -> &AtomicI64 {
        // SAFETY: as in `word`.
        unsafe { AtomicI64::from_ptr((self.0 + 8) as *mut i64) }
    }

    /// `event_mailbox_ptr`.
    fn mailbox(&self) -> u64 {
        self.word(16).load(Ordering::Relaxed)
    }

    /// `event_id`.
    fn event_id(&self) -> u32 {
        // SAFETY: as in `word`.
        unsafe { AtomicU32::from_ptr((self.0 + 24) as *mut u32) }.load(Ordering::Relaxed)
    }

    /// `start_ts` and `end_ts`, in ticks of the device's clock.
    pub(crate) fn set_times(&self, start: u64) {
        self.word(32).store(start, Ordering::Relaxed);
        self.word(40).store(clock::device_ticks(), Ordering::Relaxed);
    }

    /// What ends a packet: its value goes down by one, and whoever sleeps on it is woken.
    pub(crate) fn complete(&self, memory: &View, events: &Events) {
        // The mailbox first: once the value has changed, the signal may be gone.
        let (mailbox, event_id) = (self.mailbox(), self.event_id());
        self.value().fetch_sub(1, Ordering::AcqRel);
        notify(mailbox, event_id, memory, events);
    }

    /// Sets the value, and wakes whoever sleeps on it.
    pub(crate) fn store(&self, value: i64, memory: &View, events: &Events) {
        let (mailbox, event_id) = (self.mailbox(), self.event_id());
        self.value().store(value, Ordering::Release);
        notify(mailbox, event_id, memory, events);
    }
}

fn notify(mailbox: u64, event_id: u32, memory: &View, events: &Events) {
    if mailbox == 0 {
        return;
    }
    if mailbox.is_multiple_of(8) && memory.is_mapped(mailbox, 8, Access::Write) {
        // SAFETY: mapped and aligned; mailboxes are only written by devices.
        unsafe { AtomicU64::from_ptr(mailbox as *mut u64) }.store(event_id.into(), Ordering::Release);
    }
    events.interrupt(event_id);
}

/// The runtime's part of a queue: the `amd_queue_t` around a read index.
#[derive(Clone, Copy, Debug)]
pub(crate) struct QueueBlock(u64);

impl QueueBlock {
    /// Offset of `read_dispatch_id`, which is what the driver is given the address of.
    const READ_INDEX: u64 = 128;
    /// Bytes of an `amd_queue_t`.
    const BYTES: u64 = 256;
    /// `AMD_QUEUE_PROPERTIES_ENABLE_PROFILING`.
    const PROFILING: u32 = 1 << 3;
    /// `AMD_QUEUE_PROPERTIES_USE_SCRATCH_ONCE`.
    const SCRATCH_ONCE: u32 = 1 << 4;

    /// The block whose read index is at this address, if that is in memory that the device sees.
    pub(crate) fn around(read_index: u64, memory: &View) -> Option<QueueBlock> {
        let start = read_index.checked_sub(QueueBlock::READ_INDEX)?;
        let usable = start.is_multiple_of(64) && memory.is_mapped(start, QueueBlock::BYTES, Access::Write);
        usable.then_some(QueueBlock(start))
    }

    pub(crate) fn address(self) -> u64 {
        self.0
    }

    /// Whether packets' start and end are to be noted in their signals.
    pub(crate) fn profiling(self) -> bool {
        self.half(180) & QueueBlock::PROFILING != 0
    }

    /// Whether the private memory that the queue has was lent to it for one dispatch.
    pub(crate) fn scratch_was_lent(self) -> bool {
        self.half(180) & QueueBlock::SCRATCH_ONCE != 0
    }

    /// `scratch_wave64_lane_byte_size`: bytes of private memory that the queue has for each of 64 lanes.
    pub(crate) fn scratch_bytes_per_lane(self) -> u32 {
        self.half(176)
    }

    /// `queue_inactive_signal`: what a queue's errors are reported by.
    pub(crate) fn inactive_signal(self, memory: &View) -> Option<Signal> {
        // SAFETY: `around` found the block mapped, and the runtime keeps it until the queue is destroyed.
        let handle = unsafe { AtomicU64::from_ptr((self.0 + 192) as *mut u64) }.load(Ordering::Acquire);
        Signal::at(handle, memory).ok()
    }

    fn half(self, offset: u64) -> u32 {
        // SAFETY: as in `inactive_signal`.
        unsafe { AtomicU32::from_ptr((self.0 + offset) as *mut u32) }.load(Ordering::Acquire)
    }
}
