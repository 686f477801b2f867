//! Memory that kernels may access, and what it is called.

use std::collections::BTreeMap;

use geobacter_core::abi::ArgDesc;
use geobacter_cpu::memory;
use parking_lot::Mutex;

/// Bytes on both sides of an allocation that nobody may access.
const FENCE: usize = 256;
/// How far from memory an address may be to be told of by it.
const NEAR: u64 = 1 << 20;

/// All memory of a device.
#[derive(Default)]
pub(crate) struct Memory(Mutex<BTreeMap<u64, u64>>);

impl Memory {
    /// Allocates memory between fences. `None` where there is no room.
    pub(crate) fn allocate(&self, bytes: usize) -> Option<*mut u8> {
        let whole = memory::allocate(bytes.checked_add(2 * FENCE)?)?;
        let start = whole.wrapping_add(FENCE);
        self.add(start.expose_provenance() as u64, bytes);
        Some(start)
    }

    /// Frees what `allocate` gave.
    ///
    /// # Safety
    /// `start` and `bytes` from one `allocate`, freed once.
    pub(crate) unsafe fn free(&self, start: *mut u8, bytes: usize) {
        self.remove(start.addr() as u64);
        // SAFETY: what `allocate` allocated.
        unsafe { memory::free(start.wrapping_sub(FENCE), bytes + 2 * FENCE) }
    }

    /// Allows accesses to memory from elsewhere.
    pub(crate) fn add(&self, start: u64, bytes: usize) {
        self.0.lock().insert(start, start + bytes as u64);
    }

    pub(crate) fn remove(&self, start: u64) {
        self.0.lock().remove(&start);
    }

    fn regions(&self) -> Vec<Region> {
        self.0.lock().iter().map(|(&start, &end)| Region { start, end, argument: None }).collect()
    }
}

/// Memory in one piece.
#[derive(Clone, Copy, Debug)]
struct Region {
    start: u64,
    end: u64,
    argument: Option<Argument>,
}

/// An argument that points to memory.
#[derive(Clone, Copy, Debug)]
struct Argument {
    number: usize,
    /// What it points to.
    address: u64,
}

/// A device's memory as a launch sees it.
pub(crate) struct Regions {
    /// By their address.
    list: Vec<Region>,
    /// Where the last access was.
    last: usize,
}

impl Regions {
    /// `block` is the kernarg block, which has the arguments where `arguments` says.
    pub(crate) fn new(memory: &Memory, block: &[u8], arguments: &[ArgDesc]) -> Self {
        let mut regions = Regions { list: memory.regions(), last: 0 };
        for (number, argument) in arguments.iter().enumerate() {
            let words =
                (argument.offset as usize..(argument.offset + argument.size) as usize).step_by(size_of::<u64>());
            for at in words {
                let Some(word) = block.get(at..at + size_of::<u64>()) else { continue };
                let address = u64::from_ne_bytes(word.try_into().expect("eight bytes"));
                if let Some(region) = regions.list.iter_mut().find(|r| (r.start..=r.end).contains(&address)) {
                    region.argument.get_or_insert(Argument { number, address });
                }
            }
        }
        regions
    }

    /// Whether all of an access is in one piece of memory.
    pub(crate) fn have(&mut self, address: u64, bytes: u64) -> bool {
        let is_in = |region: &Region| region.start <= address && address + bytes <= region.end;
        if self.list.get(self.last).is_some_and(is_in) {
            return true;
        }
        let behind = self.list.partition_point(|region| region.start <= address);
        let found = behind.checked_sub(1).filter(|at| is_in(&self.list[*at]));
        self.last = found.unwrap_or(self.last);
        found.is_some()
    }

    /// What these bytes are called, which are in memory.
    pub(crate) fn name(&self, address: u64, bytes: u64) -> Option<String> {
        let region = self.list.iter().find(|r| r.start <= address && address + bytes <= r.end)?;
        let of = region.argument.map_or(region.start, |argument| argument.address);
        if address < of {
            return Some(format!("{} bytes before what {} points to", of - address, region.name()));
        }
        Some(format!("bytes {}..{} of {}", address - of, address - of + bytes, region.name()))
    }

    /// Where an access is that is in none: by what is nearest.
    pub(crate) fn surroundings(&self, address: u64, bytes: u64) -> String {
        let distance = |r: &Region| if address < r.start { r.start - address } else { address.saturating_sub(r.end) };
        let Some(region) = self.list.iter().min_by_key(|r| (distance(r), r.argument.is_none())) else {
            return format!("address {address:#x}, and the device has no memory");
        };
        let behind = address + bytes;
        match distance(region) {
            far if far > NEAR => format!("address {address:#x}, nowhere near memory of the device"),
            before if address < region.start => format!("{before} bytes before the start of {}", region.name()),
            _ if address < region.end => {
                format!("{} bytes over the end of {}", behind - region.end, region.name())
            }
            0 => format!("right behind the end of {}", region.name()),
            after => format!("{after} bytes behind the end of {}", region.name()),
        }
    }
}

impl Region {
    fn name(&self) -> String {
        let bytes = self.end - self.start;
        match self.argument {
            Some(argument) => format!("argument {} (in a buffer of {bytes} bytes)", argument.number),
            None => format!("a buffer of {bytes} bytes that no argument points to"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn regions() -> Regions {
        let memory = Memory::default();
        memory.add(0x1000_0000, 400);
        memory.add(0x2000_0000, 16);
        let mut block = vec![0; 80];
        block[64..72].copy_from_slice(&0x1000_0000u64.to_ne_bytes());
        Regions::new(
            &memory,
            &block,
            &[ArgDesc { offset: 56, size: 4, align: 4, kind: 0 }, ArgDesc { offset: 64, size: 16, align: 8, kind: 1 }],
        )
    }

    #[test]
    fn accesses_are_in_memory_as_a_whole() {
        let mut regions = regions();
        assert!(regions.have(0x1000_0000, 400) && regions.have(0x1000_0000 + 399, 1) && regions.have(0x2000_0000, 16));
        assert!(!regions.have(0x1000_0000 + 397, 4) && !regions.have(0x0fff_ffff, 1) && !regions.have(0x2000_0010, 1));
    }

    #[test]
    fn memory_is_named_by_arguments() {
        let regions = regions();
        assert_eq!(regions.name(0x1000_0004, 4).unwrap(), "bytes 4..8 of argument 1 (in a buffer of 400 bytes)");
        assert_eq!(
            regions.name(0x2000_0000, 8).unwrap(),
            "bytes 0..8 of a buffer of 16 bytes that no argument points to"
        );
        assert_eq!(
            regions.surroundings(0x1000_0000 + 404, 4),
            "4 bytes behind the end of argument 1 (in a buffer of 400 bytes)"
        );
        assert_eq!(
            regions.surroundings(0x1000_0000 + 398, 4),
            "2 bytes over the end of argument 1 (in a buffer of 400 bytes)"
        );
        assert!(regions.surroundings(0x0fff_fff0, 4).starts_with("16 bytes before the start of argument 1"));
        assert!(regions.surroundings(8, 4).contains("address 0x8, nowhere near"), "{}", regions.surroundings(8, 4));
    }

    #[test]
    fn allocations_come_and_go() {
        let memory = Memory::default();
        let start = memory.allocate(100).unwrap();
        assert_eq!(start.addr() % 256, 0);
        assert!(Regions::new(&memory, &[], &[]).have(start.addr() as u64, 100));
        // SAFETY: allocated just now.
        unsafe { memory.free(start, 100) };
        assert!(!Regions::new(&memory, &[], &[]).have(start.addr() as u64, 1));
    }
}
