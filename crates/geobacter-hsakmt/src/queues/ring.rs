//! The ring of packets, its two indices and its doorbell.

use std::sync::atomic::{AtomicU64, Ordering};

use geobacter_emulator::Access;

use crate::abi::{QueueResource, Result, Status};
use crate::memory::View;

/// What a doorbell holds that nobody has rung. No packet has this number.
const QUIET: u64 = u64::MAX;

/// A ring. Its indices count up and never wrap: packets in a compute queue, bytes in a copy queue.
#[derive(Debug)]
pub(super) struct Ring {
    base: u64,
    bytes: u64,
    read: u64,
    write: u64,
    /// Indices that the driver owns.
    own: Option<Box<[AtomicU64; 2]>>,
    doorbell: Box<AtomicU64>,
    /// Up to which index there was something to do when the doorbell was last rung.
    rung: u64,
}

impl Ring {
    /// A ring with its own indices.
    pub(super) fn new(memory: &View, base: u64, bytes: u64) -> Result<Ring> {
        let own = Box::new([const { AtomicU64::new(0) }; 2]);
        let (read, write) = (own[0].as_ptr() as u64, own[1].as_ptr() as u64);
        Ring::over(memory, base, bytes, read, write, Some(own))
    }

    /// A ring whose indices the runtime keeps.
    pub(super) fn with_indices(memory: &View, base: u64, bytes: u64, resource: QueueResource) -> Result<Ring> {
        let (read, write) = (resource.read_pointer, resource.write_pointer);
        for index in [read, write] {
            if !index.is_multiple_of(8) || !memory.is_mapped(index, 8, Access::Write) {
                return Err(Status::InvalidParameter);
            }
        }
        Ring::over(memory, base, bytes, read, write, None)
    }

    fn over(
        memory: &View,
        base: u64,
        bytes: u64,
        read: u64,
        write: u64,
        own: Option<Box<[AtomicU64; 2]>>,
    ) -> Result<Ring> {
        /// Of a ring: a packet.
        const ALIGNMENT: u64 = 64;
        let usable = bytes.is_power_of_two() && bytes >= ALIGNMENT && base.is_multiple_of(ALIGNMENT);
        if !usable || !memory.is_mapped(base, bytes, Access::Write) {
            return Err(Status::InvalidParameter);
        }
        Ok(Ring { base, bytes, read, write, own, doorbell: Box::new(AtomicU64::new(QUIET)), rung: 0 })
    }

    /// Tells the runtime where things are.
    pub(super) fn describe(&self, resource: &mut QueueResource) {
        resource.doorbell = self.doorbell.as_ptr() as u64;
        if self.own.is_some() {
            resource.read_pointer = self.read;
            resource.write_pointer = self.write;
        }
    }

    pub(super) fn read_index_address(&self) -> u64 {
        self.read
    }

    /// The address of the byte that is this far on in the ring.
    pub(super) fn address(&self, offset: u64) -> u64 {
        self.base + (offset & (self.bytes - 1))
    }

    pub(super) fn read_index(&self) -> &AtomicU64 {
        index(self.read)
    }

    /// Up to which index the engine may go. A doorbell that was rung says that packets have been written: all that have a
    /// number by now are looked at, because of two rings at about the same time only the last one's number is there to be
    /// seen.
    pub(super) fn limit(&mut self) -> u64 {
        if self.doorbell.load(Ordering::Relaxed) != QUIET {
            self.doorbell.swap(QUIET, Ordering::AcqRel);
            self.rung = index(self.write).load(Ordering::Acquire);
        }
        self.rung
    }
}

/// An index.
fn index<'a>(address: u64) -> &'a AtomicU64 {
    // SAFETY: aligned, and either in this ring's own box or in the runtime's queue block, which it keeps until the queue is
    // destroyed; nobody else uses it but by atomic operations.
    unsafe { AtomicU64::from_ptr(address as *mut u64) }
}
