//! What an instruction can reach besides its wavefront: process memory and work-group memory.

use std::sync::atomic::{AtomicU8, AtomicU16, AtomicU32, AtomicU64, Ordering};
use std::time::Instant;

use crate::op::{Problem, Stop};
use crate::{Access, FaultKind, MemoryMap};

use super::group_memory::GroupMemory;

/// The surroundings of a wavefront while it executes.
pub(crate) struct Cx<'a> {
    pub(crate) memory: &'a dyn MemoryMap,
    pub(crate) group: &'a mut GroupMemory,
    pub(crate) started: Instant,
}

/// Process memory at an address that [`Cx::check_read`] or [`Cx::check_write`] allowed, as an atomic variable: host threads
/// and other work-groups may use it at the same time. Acquire and release order all of a wavefront's accesses, which costs
/// nothing on x86-64.
macro_rules! accessors {
    ($($read:ident $write:ident $atomic:ty, $ty:ty;)*) => {$(
        #[inline(always)]
        pub(crate) fn $read(&self, address: u64) -> $ty {
            if address % size_of::<$ty>() as u64 == 0 {
                // SAFETY: mapped (checked by the caller), aligned, and only ever accessed atomically here; the host
                // promised that a kernel's memory stays valid while it runs, and races with its own plain accesses are
                // the program's, as on a GPU.
                unsafe { <$atomic>::from_ptr(address as *mut $ty) }.load(Ordering::Acquire)
            } else {
                <$ty>::from_le_bytes(std::array::from_fn(|i| self.read_u8(address + i as u64)))
            }
        }

        #[inline(always)]
        pub(crate) fn $write(&self, address: u64, value: $ty) {
            if address % size_of::<$ty>() as u64 == 0 {
                // SAFETY: as for reading.
                unsafe { <$atomic>::from_ptr(address as *mut $ty) }.store(value, Ordering::Release);
            } else {
                for (i, byte) in value.to_le_bytes().into_iter().enumerate() {
                    self.write_u8(address + i as u64, byte);
                }
            }
        }
    )*};
}

impl Cx<'_> {
    accessors! {
        read_u16 write_u16 AtomicU16, u16;
        read_u32 write_u32 AtomicU32, u32;
        read_u64 write_u64 AtomicU64, u64;
    }

    pub(crate) fn read_u8(&self, address: u64) -> u8 {
        // SAFETY: as for the wider ones.
        unsafe { AtomicU8::from_ptr(address as *mut u8) }.load(Ordering::Acquire)
    }

    pub(crate) fn write_u8(&self, address: u64, value: u8) {
        // SAFETY: as for the wider ones.
        unsafe { AtomicU8::from_ptr(address as *mut u8) }.store(value, Ordering::Release);
    }

    /// Replaces a value by what `f` makes of it, in one step that no other thread can come between.
    pub(crate) fn update_u32(&self, address: u64, mut f: impl FnMut(u32) -> u32) -> u32 {
        // SAFETY: as for reading; alignment was checked by the caller.
        let place = unsafe { AtomicU32::from_ptr(address as *mut u32) };
        place.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |old| Some(f(old))).unwrap_or_else(|old| old)
    }

    /// The same for 64 bits.
    pub(crate) fn update_u64(&self, address: u64, mut f: impl FnMut(u64) -> u64) -> u64 {
        // SAFETY: as for reading; alignment was checked by the caller.
        let place = unsafe { AtomicU64::from_ptr(address as *mut u64) };
        place.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |old| Some(f(old))).unwrap_or_else(|old| old)
    }

    pub(crate) fn check_read(&self, address: u64, bytes: u64, lane: Option<u32>) -> Result<(), Stop> {
        self.check(address, bytes, lane, Access::Read)
    }

    pub(crate) fn check(&self, address: u64, bytes: u64, lane: Option<u32>, access: Access) -> Result<(), Stop> {
        if address.checked_add(bytes).is_some() && self.memory.is_mapped(address, bytes, access) {
            return Ok(());
        }
        Err(Box::new(Problem { kind: FaultKind::Memory(access), lane, address: Some(address) }))
    }

    /// Since the dispatch started.
    pub(crate) fn nanoseconds(&self) -> u64 {
        self.started.elapsed().as_nanos() as u64
    }
}
