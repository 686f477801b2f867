//! A work-group that runs.

use std::ops::Range;

use geobacter_container::checked::SLOTS;
use geobacter_core::abi::Site;

use crate::clock::{GroupClock, ItemClock};
use crate::finding::{Diverged, Shape};
use crate::run::WorkItem;

/// What fills work-group memory when a group begins: reading what was not written shows, and is the same each time.
const UNWRITTEN: u8 = 0xa5;

/// As work-group memory is aligned.
#[repr(C, align(16))]
#[derive(Clone, Copy)]
struct Unit([u8; 16]);

pub(crate) struct Group {
    /// Its linear index.
    pub(crate) number: u32,
    pub(crate) clock: GroupClock,
    /// By their linear index; those beyond the grid's end never begin.
    pub(crate) items: Vec<Item>,
    /// Those that can go on, or begin.
    pub(crate) ready: Vec<u16>,
    /// Those that wait, and where.
    pub(crate) waiting: Vec<(u16, Site)>,
    /// How many have returned. Those that panicked are not among them.
    pub(crate) returned: u32,
    memory: Vec<Unit>,
    memory_bytes: u64,
}

pub(crate) struct Item {
    pub(crate) clock: ItemClock,
    /// Where the user's code called what is a library's, innermost last.
    pub(crate) calls: Vec<u32>,
    /// While it does not run.
    pub(crate) coroutine: Option<WorkItem>,
    /// The addresses of its stack.
    pub(crate) stack: Range<u64>,
}

impl Group {
    /// Bytes on both sides of a group's memory that nobody may access.
    pub(crate) const FENCE: usize = 4096;
    /// Bytes before the memory: the fence, and the words that are the code's own.
    const BEFORE: usize = Self::FENCE + SLOTS * size_of::<u64>();

    /// A group of a grid that ends at `extent`.
    pub(crate) fn new(number: u32, shape: &Shape, extent: [u64; 3], memory_bytes: u32) -> Self {
        let at = shape.work_group(number);
        let size = shape.group_size;
        let items = shape.group_items() as u16;
        let is_inside = |local: &u16| {
            let position = shape.work_item(crate::clock::ItemId { group: number, local: *local });
            (0..3).all(|i| u64::from(at[i]) * u64::from(size[i]) + u64::from(position[i]) < extent[i])
        };
        let item = |_| Item { clock: ItemClock::default(), calls: Vec::new(), coroutine: None, stack: 0..0 };
        let bytes = Self::BEFORE + memory_bytes as usize + Self::FENCE;
        Group {
            number,
            clock: GroupClock::default(),
            items: (0..items).map(item).collect(),
            ready: (0..items).filter(is_inside).collect(),
            waiting: Vec::new(),
            returned: 0,
            memory: vec![Unit([UNWRITTEN; 16]); bytes.div_ceil(size_of::<Unit>())],
            memory_bytes: memory_bytes.into(),
        }
    }

    /// Where its memory begins.
    pub(crate) fn memory(&mut self) -> *mut u8 {
        self.memory.as_mut_ptr().cast::<u8>().wrapping_add(Self::BEFORE)
    }

    /// Address and bytes of its memory.
    pub(crate) fn memory_range(&self) -> (u64, u64) {
        ((self.memory.as_ptr().addr() + Self::BEFORE) as u64, self.memory_bytes)
    }

    /// Lets all go on that wait.
    pub(crate) fn go_on(&mut self) {
        self.clock.meet(self.items.iter_mut().map(|item| &mut item.clock));
        self.ready.extend(self.waiting.drain(..).map(|(local, _)| local));
    }

    /// Whether some wait where others do not, now that none can go on.
    pub(crate) fn diverged(&self) -> Option<Diverged> {
        // The one that the first of them has come to, whichever came first.
        let &(_, barrier) = self.waiting.iter().min_by_key(|(local, _)| *local)?;
        let elsewhere: Vec<_> = self.waiting.iter().filter(|(_, site)| *site != barrier).collect();
        let others = match elsewhere.first() {
            Some((_, other)) => format!("while {} wait(s) at {other}", elsewhere.len()),
            None if self.returned > 0 => format!("while {} have returned", self.returned),
            None => return None,
        };
        let waiting = (self.waiting.len() - elsewhere.len()) as u32;
        Some(Diverged { barrier, waiting, others, group: self.number })
    }
}

#[cfg(test)]
mod tests {
    use std::panic::Location;

    use super::*;

    const SHAPE: Shape = Shape { group_size: [4, 2, 1], groups: [2, 2, 1] };

    #[track_caller]
    fn here() -> Site {
        Location::caller()
    }

    #[test]
    fn work_items_beyond_the_grids_end_do_not_begin() {
        let ready = |number| Group::new(number, &SHAPE, [6, 3, 1], 0).ready;
        assert_eq!(ready(0), [0, 1, 2, 3, 4, 5, 6, 7]);
        assert_eq!(ready(1), [0, 1, 4, 5]);
        assert_eq!(ready(2), [0, 1, 2, 3]);
        assert_eq!(ready(3), [0, 1]);
    }

    #[test]
    fn memory_begins_aligned_and_unwritten() {
        let mut group = Group::new(0, &SHAPE, [8, 4, 1], 40);
        let memory = group.memory();
        assert_eq!(memory.addr() % 16, 0);
        assert_eq!(group.memory_range(), (memory.addr() as u64, 40));
        // SAFETY: 40 bytes are there.
        assert_eq!(unsafe { std::slice::from_raw_parts(memory, 40) }, [UNWRITTEN; 40]);
    }

    #[test]
    fn two_barriers_are_not_one_and_who_returned_is_missed() {
        let mut group = Group::new(0, &SHAPE, [8, 4, 1], 0);
        let (a, b) = (here(), here());
        group.waiting = vec![(0, a), (1, a)];
        assert!(group.diverged().is_none());
        group.returned = 3;
        assert_eq!(group.diverged().unwrap().others, "while 3 have returned");
        group.waiting.insert(0, (2, b));
        let diverged = group.diverged().unwrap();
        assert_eq!((diverged.waiting, diverged.others), (2, format!("while 1 wait(s) at {b}")));
    }
}
