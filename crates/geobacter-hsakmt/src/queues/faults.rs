//! What the trap handler and the kernel driver do on a card when something goes wrong.
//!
//! AMD's runtime hears of memory faults through an event of their own, and calls the handlers that
//! `hsa_amd_register_system_event_handler` was given; where there is none, it prints the fault and aborts the process. All
//! other errors go into the queue's `queue_inactive_signal`; the runtime then calls the queue's error callback. Either
//! way the queue stands still until it is destroyed. After a memory fault a card's driver takes all queues of the process
//! off that card, for good: new ones can be made, and do not run (`kfd_process_vm_fault`). Here that is so where it was asked
//! for; else the others go on, and new ones run.
//!
//! The runtime listens for one memory fault only. Later ones go into the signal too, as access beyond all apertures.

use std::sync::atomic::{AtomicBool, Ordering};

use geobacter_emulator::{Access, Fault, FaultKind};

use super::Device;
use crate::abi::{MemoryAccessFault, failure};
use crate::amd::QueueBlock;
use crate::report;

/// What the queue's signal is set to (`AqlQueue::DynamicScratchHandler` in AMD's runtime says which status each becomes).
pub(super) mod code {
    /// More private memory is needed, for waves of 64 lanes. The runtime provides it and sets the signal back to 0.
    pub(crate) const SCRATCH: i64 = 1;
    /// The same for waves of 32 lanes.
    pub(crate) const SCRATCH_WAVE32: i64 = 0x400;
    /// The grid or the group has a size of zero, or dimensions that are not there: `INCOMPATIBLE_ARGUMENTS`.
    pub(crate) const DIMENSIONS: i64 = 2;
    /// Too much work-group memory: `INVALID_ALLOCATION`.
    pub(crate) const GROUP_MEMORY: i64 = 4;
    /// No kernel: `INVALID_CODE_OBJECT`.
    pub(crate) const CODE: i64 = 8;
    /// A packet of no known type: `INVALID_PACKET_FORMAT`.
    pub(crate) const PACKET: i64 = 32;
    /// Too many work-items in a group: `INVALID_ARGUMENT`.
    pub(crate) const GROUP_SIZE: i64 = 64;
    /// A vendor's packet of no known format: `INVALID_PACKET_FORMAT`.
    pub(crate) const VENDOR_PACKET: i64 = 256;
    /// Scratch that was lent for one dispatch is no longer needed. The runtime takes it back and sets the signal to 0.
    pub(crate) const SCRATCH_UNUSED: i64 = 512;
    /// `MEMORY_APERTURE_VIOLATION`.
    pub(crate) const MEMORY: i64 = 0x2000_0000;
    /// `ILLEGAL_INSTRUCTION`.
    pub(crate) const INSTRUCTION: i64 = 0x4000_0000;
    /// `EXCEPTION`: a trap.
    pub(crate) const TRAP: i64 = 0x8000_0000;
}

/// What becomes of a GPU's queues after a memory fault.
#[derive(Debug)]
pub(crate) struct Faults {
    stop_device: bool,
    happened: AtomicBool,
}

impl Faults {
    /// `stop_device`: none of them runs any more.
    pub(crate) fn new(stop_device: bool) -> Faults {
        Faults { stop_device, happened: AtomicBool::new(false) }
    }

    /// Whether nothing runs on the GPU any more.
    pub(super) fn stopped(&self) -> bool {
        self.happened.load(Ordering::SeqCst)
    }

    fn happened(&self) {
        if self.stop_device && !self.happened.swap(true, Ordering::SeqCst) {
            report::say("after this memory fault no queue of the GPU runs any more (GEOBACTER_EMULATOR_FAULTS=device)");
        }
    }
}

/// Reports what stopped a kernel.
pub(super) fn kernel(device: &Device, block: QueueBlock, fault: &Fault) {
    report::say(fault);
    let code = match &fault.kind {
        FaultKind::Memory(access) => {
            memory(device, block, fault.data_address.unwrap_or(fault.address), *access);
            return;
        }
        FaultKind::GroupMemory | FaultKind::PrivateMemory | FaultKind::Misaligned(_) => code::MEMORY,
        FaultKind::UnknownInstruction(_) | FaultKind::Unsupported(_) | FaultKind::RegisterOutOfRange => {
            code::INSTRUCTION
        }
        FaultKind::BadDispatch(_) => code::CODE,
        // Traps, and what is checked here and not by a card.
        _ => code::TRAP,
    };
    queue_error(device, block, code);
}

/// Reports an access to memory that the device must not make.
pub(super) fn memory(device: &Device, block: QueueBlock, address: u64, access: Access) {
    if !memory_event(device, address, access) {
        queue_error(device, block, code::MEMORY);
    }
}

/// Sets off the process' event for memory faults; `false` where it has none left.
pub(super) fn memory_event(device: &Device, address: u64, access: Access) -> bool {
    /// Faults are reported by page.
    const PAGE: u64 = 4096;
    let failure = if !device.memory.is_mapped(address, 1, Access::Read) {
        failure::NOT_PRESENT
    } else if access == Access::Execute {
        failure::NO_EXECUTE
    } else if access == Access::Write {
        failure::READ_ONLY
    } else {
        // Readable at its first byte: it ran over the end.
        failure::NOT_PRESENT
    };
    // First the queues, then the news: whoever hears of it finds the device stopped.
    device.faults.happened();
    let address = address / PAGE * PAGE;
    device.events.memory_fault(MemoryAccessFault { node: device.node, address, failure, flags: 0 })
}

/// Puts an error into the queue's signal.
pub(super) fn queue_error(device: &Device, block: QueueBlock, code: i64) {
    match block.inactive_signal(&device.memory) {
        Some(signal) => signal.store(code, &device.memory, &device.events),
        None => report::say("this queue has no signal to report its error by"),
    }
}
