//! Kernel dispatches: what the packet processor checks, and the run.

use geobacter_emulator::{Access, Dispatch as Run, FaultKind, MemoryMap, Processor};

use super::Aql;
use super::packet::{Dispatch, Packet};
use crate::queues::Device;
use crate::queues::faults::{self, code};
use crate::queues::worker::Control;
use crate::report;

/// Work-items that a work-group can have.
const MAX_GROUP_SIZE: u32 = 1024;
/// Bytes of a kernel descriptor.
const DESCRIPTOR_BYTES: u64 = 64;

/// What became of a dispatch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Launched {
    Done,
    /// The runtime was asked for private memory.
    Asked,
    /// It is an error, which was reported.
    Halted,
}

/// Runs a kernel to its end.
pub(super) fn launch(engine: &Aql, dispatch: &Dispatch, packet: &Packet, id: u64) -> Launched {
    let device = &*engine.device;
    if let Err((code, problem)) = check(dispatch, device) {
        report::say(format_args!("packet {id}: {problem}"));
        faults::queue_error(device, engine.block, code);
        return Launched::Halted;
    }
    // The emulator has private memory of its own. A card has what the queue was given, so the runtime is asked as there,
    // and refuses as there when it is too much.
    let wave32 = is_wave32(dispatch.kernel_object, device);
    if let Some(code) = scratch_request(dispatch.private_bytes, wave32, engine.block.scratch_bytes_per_lane()) {
        faults::queue_error(device, engine.block, code);
        return Launched::Asked;
    }
    let run = Run {
        group_size: dispatch.group_size,
        grid_size: dispatch.grid_size,
        private_segment_size: dispatch.private_bytes,
        group_segment_size: dispatch.group_bytes,
        kernel_object: dispatch.kernel_object,
        kernarg_address: dispatch.kernarg_address,
        packet_address: packet.address(),
        queue_address: engine.block.address(),
        dispatch_id: id,
    };
    match device.processor.dispatch(&run, &View { device, control: &engine.control }) {
        Ok(()) => Launched::Done,
        Err(fault) => {
            if fault.kind != FaultKind::Cancelled {
                faults::kernel(device, engine.block, &fault);
            }
            Launched::Halted
        }
    }
}

/// Whether a kernel, whose descriptor is mapped, runs in waves of 32 lanes.
fn is_wave32(kernel_object: u64, device: &Device) -> bool {
    /// Offset of `kernel_code_properties` in a kernel descriptor, and its `ENABLE_WAVEFRONT_SIZE32`.
    const PROPERTIES: u64 = 56;
    const WAVE32: u16 = 1 << 10;
    // SAFETY: `check` found the descriptor mapped and aligned; engines keep freed memory from going away while they work.
    let properties = unsafe { ((kernel_object + PROPERTIES) as *const u16).read_volatile() };
    device.processor.wavefront_size() == 32 && properties & WAVE32 != 0
}

/// What the runtime is to be asked for, where work-items need more private memory than the queue has: that is counted in
/// bytes for each of 64 lanes.
fn scratch_request(private_bytes: u32, wave32: bool, bytes_per_lane_of_64: u32) -> Option<i64> {
    let (lanes, code) = if wave32 { (32, code::SCRATCH_WAVE32) } else { (64, code::SCRATCH) };
    (u64::from(private_bytes) * lanes > u64::from(bytes_per_lane_of_64) * 64).then_some(code)
}

/// What the command processor refuses.
fn check(dispatch: &Dispatch, device: &Device) -> Result<(), (i64, String)> {
    let Dispatch { dimensions, group_size, grid_size, group_bytes, kernel_object, .. } = *dispatch;
    let present = usize::from(dimensions);
    let flat = group_size[present..].iter().all(|n| *n == 1) && grid_size[present..].iter().all(|n| *n == 1);
    if present == 0 || group_size.contains(&0) || grid_size.contains(&0) || !flat {
        let problem =
            format!("groups of {group_size:?} in a grid of {grid_size:?} are no {dimensions}-dimensional dispatch");
        return Err((code::DIMENSIONS, problem));
    }
    let items: u32 = group_size.iter().map(|n| u32::from(*n)).try_fold(1, u32::checked_mul).unwrap_or(u32::MAX);
    if items > MAX_GROUP_SIZE {
        let problem = format!("groups of {group_size:?} have more than {MAX_GROUP_SIZE} work-items");
        return Err((code::GROUP_SIZE, problem));
    }
    if group_bytes > Processor::GROUP_MEMORY {
        let most = Processor::GROUP_MEMORY;
        let problem = format!("{group_bytes} bytes of work-group memory are more than the {most} that there are");
        return Err((code::GROUP_MEMORY, problem));
    }
    let aligned = kernel_object.is_multiple_of(DESCRIPTOR_BYTES);
    if kernel_object == 0 || !aligned || !device.memory.is_mapped(kernel_object, DESCRIPTOR_BYTES, Access::Read) {
        return Err((code::CODE, format!("there is no kernel at {kernel_object:#x}")));
    }
    Ok(())
}

/// The process' memory as a kernel sees it.
struct View<'a> {
    device: &'a Device,
    control: &'a Control,
}

impl MemoryMap for View<'_> {
    fn is_mapped(&self, address: u64, bytes: u64, access: Access) -> bool {
        self.device.memory.is_mapped(address, bytes, access)
    }

    fn cancelled(&self) -> bool {
        self.control.stopped() || self.device.faults.stopped()
    }

    fn interrupt(&self, message: u32) {
        /// The bits of M0 that are the event's number (LLVM's `s_sendmsg` on GFX9: the low 24 go out with the interrupt).
        const EVENT: u32 = 0x00ff_ffff;
        self.device.events.interrupt(message & EVENT);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scratch_is_asked_for_where_a_wave_has_too_little() {
        assert_eq!(scratch_request(0, false, 0), None);
        assert_eq!(scratch_request(256, false, 256), None);
        assert_eq!(scratch_request(257, false, 256), Some(1));
        // A wave of 32 lanes has the same bytes for half as many.
        assert_eq!(scratch_request(512, true, 256), None);
        assert_eq!(scratch_request(513, true, 256), Some(0x400));
        assert_eq!(scratch_request(u32::MAX, true, 0), Some(0x400));
    }
}
