//! What the copy engine does for each packet.

use std::sync::atomic::{AtomicI64, AtomicU32, AtomicU64, Ordering};

use geobacter_emulator::Access;

use super::packet::{Box3, Corner, Packet};
use crate::queues::worker::Control;
use crate::queues::{Device, faults};
use crate::{clock, report};

/// Whether a packet is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Done {
    Yes,
    NotYet,
}

/// Memory that the device must not access.
#[derive(Clone, Copy, Debug)]
struct Forbidden {
    address: u64,
    bytes: u64,
    access: Access,
}

/// The engine between two packets.
#[derive(Debug, Default)]
pub(super) struct Run {
    /// A packet failed. The runtime ends each job by counting a signal down; this job's gets a negative value, which is
    /// what the interface promises for a copy that failed (`hsa_amd_memory_async_copy`).
    failed: bool,
}

impl Run {
    pub(super) fn packet(&mut self, packet: &Packet, device: &Device, control: &Control) -> Done {
        match self.attempt(packet, device, control) {
            Ok(done) => done,
            Err(Forbidden { address, bytes, access }) => {
                let doing = if access == Access::Write { "writes" } else { "reads" };
                report::say(format_args!(
                    "the copy engine {doing} {bytes} bytes at {address:#x}, which the device cannot access: {packet:x?}"
                ));
                faults::memory_event(device, address, access);
                self.failed = true;
                if device.faults.stopped() { Done::NotYet } else { Done::Yes }
            }
        }
    }

    fn attempt(&mut self, packet: &Packet, device: &Device, control: &Control) -> Result<Done, Forbidden> {
        match *packet {
            Packet::Nothing => {}
            Packet::Copy { from, to, bytes } => {
                let (from, to) = (readable(device, from, bytes)?, writable(device, to, bytes)?);
                // SAFETY: both are mapped, and stay memory of the process while this engine works. They may overlap, and
                // other threads may write them: then the program has a race, as on a card.
                unsafe { std::ptr::copy(from, to, bytes as usize) };
            }
            Packet::CopyBox(copy) => copy_box(&copy, device, control)?,
            Packet::Fence { to, value } => {
                let word = aligned(device, to, 4, Access::Write)?;
                // SAFETY: mapped and aligned.
                unsafe { AtomicU32::from_ptr(word.cast()) }.store(value, Ordering::Release);
            }
            Packet::Trap { event } => device.events.interrupt(event),
            Packet::Poll { address, mask, reference, comparison } => {
                let word = aligned(device, address, 4, Access::Read)?;
                // SAFETY: mapped and aligned; only loaded.
                let value = unsafe { AtomicU32::from_ptr(word.cast()) }.load(Ordering::Acquire);
                if !comparison.holds(value & mask, reference) {
                    return Ok(Done::NotYet);
                }
            }
            Packet::AtomicAdd { address, operand } => {
                let word = aligned(device, address, 8, Access::Write)?;
                if std::mem::take(&mut self.failed) {
                    // SAFETY: mapped and aligned.
                    unsafe { AtomicI64::from_ptr(word.cast()) }.store(-1, Ordering::Release);
                } else {
                    // SAFETY: mapped and aligned.
                    unsafe { AtomicU64::from_ptr(word.cast()) }.fetch_add(operand, Ordering::AcqRel);
                }
            }
            Packet::Fill { to, value, unit, bytes } => {
                let to = writable(device, to, bytes)?;
                // SAFETY: mapped, and stays so while this engine works.
                let memory = unsafe { std::slice::from_raw_parts_mut(to, bytes as usize) };
                let value = value.to_le_bytes();
                memory.chunks_exact_mut(unit as usize).for_each(|chunk| chunk.copy_from_slice(&value[..unit as usize]));
            }
            Packet::Timestamp { to } => {
                let word = aligned(device, to, 8, Access::Write)?;
                // SAFETY: mapped and aligned.
                unsafe { AtomicU64::from_ptr(word.cast()) }.store(clock::device_ticks(), Ordering::Relaxed);
            }
        }
        Ok(Done::Yes)
    }
}

fn copy_box(copy: &Box3, device: &Device, control: &Control) -> Result<(), Forbidden> {
    let bytes = copy.extent[0] * copy.element;
    let row = |side: &Corner, y: u64, z: u64| {
        let [dx, dy, dz] = side.offset;
        side.address + ((dz + z) * side.slice + (dy + y) * side.row + dx) * copy.element
    };
    for z in 0..copy.extent[2] {
        if control.stopped() {
            return Ok(());
        }
        for y in 0..copy.extent[1] {
            let from = readable(device, row(&copy.from, y, z), bytes)?;
            let to = writable(device, row(&copy.to, y, z), bytes)?;
            // SAFETY: as for a linear copy.
            unsafe { std::ptr::copy(from, to, bytes as usize) };
        }
    }
    Ok(())
}

fn readable(device: &Device, address: u64, bytes: u64) -> Result<*const u8, Forbidden> {
    mapped(device, address, bytes, Access::Read).map(<*mut u8>::cast_const)
}

fn writable(device: &Device, address: u64, bytes: u64) -> Result<*mut u8, Forbidden> {
    mapped(device, address, bytes, Access::Write)
}

fn aligned(device: &Device, address: u64, bytes: u64, access: Access) -> Result<*mut u8, Forbidden> {
    if !address.is_multiple_of(bytes) {
        return Err(Forbidden { address, bytes, access });
    }
    mapped(device, address, bytes, access)
}

fn mapped(device: &Device, address: u64, bytes: u64, access: Access) -> Result<*mut u8, Forbidden> {
    if device.memory.is_mapped(address, bytes, access) {
        Ok(address as *mut u8)
    } else {
        Err(Forbidden { address, bytes, access })
    }
}
