//! Whether an address may be touched is asked for nearly every instruction that touches memory, and the answer is nearly
//! always the same range as a moment ago. So each thread remembers its last ranges.

use std::cell::Cell;

use geobacter_emulator::Access;

use crate::abi::NodeId;

/// A range that the device sees.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Visible {
    pub(super) start: u64,
    pub(super) end: u64,
    pub(super) write: bool,
    pub(super) execute: bool,
}

impl Visible {
    /// The range, if it may be accessed so.
    pub(super) fn allowing(self, access: Access) -> Option<Visible> {
        let allowed = match access {
            Access::Read => true,
            Access::Write => self.write,
            Access::Execute => self.execute,
        };
        allowed.then_some(self)
    }

    fn holds(&self, address: u64, bytes: u64) -> bool {
        address >= self.start && address.checked_add(bytes).is_some_and(|after| after <= self.end)
    }
}

/// What an answer is for: a generation of the map, and a GPU.
type Key = (u64, NodeId);

/// Ranges that a thread remembers: a kernel's arguments, its code, and a few buffers.
const REMEMBERED: usize = 8;

thread_local! {
    static LAST: Cell<(Key, usize, [Visible; REMEMBERED])> = const {
        Cell::new(((0, 0), 0, [Visible { start: 0, end: 0, write: false, execute: false }; REMEMBERED]))
    };
}

/// Whether an access is allowed, for this GPU as of this generation of the map; asks `find` where this thread does not know.
pub(super) fn remembered(
    key: Key,
    address: u64,
    bytes: u64,
    access: Access,
    find: impl FnOnce() -> Option<Visible>,
) -> bool {
    LAST.with(|last| {
        let (of, next, ranges) = last.get();
        let known = of == key && ranges.iter().any(|r| r.holds(address, bytes) && r.allowing(access).is_some());
        if known {
            return true;
        }
        let Some(range) = find() else {
            return false;
        };
        let mut ranges = if of == key { ranges } else { Default::default() };
        ranges[next] = range;
        last.set((key, (next + 1) % REMEMBERED, ranges));
        true
    })
}
