//! What was found, as errors.

use std::collections::HashSet;

use geobacter_container::checked::Place;
use geobacter_core::abi::Site;
use geobacter_driver::{self as driver, Error};

use crate::clock::ItemId;
use crate::run::STACK_BYTES;
use crate::shadow::{Access, Kind};

/// The shape of a launch, by which work-items have their positions.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Shape {
    pub(crate) group_size: [u32; 3],
    pub(crate) groups: [u32; 3],
}

impl Shape {
    pub(crate) fn group_items(&self) -> u64 {
        self.group_size.iter().map(|n| u64::from(*n)).product()
    }

    pub(crate) fn group_count(&self) -> u64 {
        self.groups.iter().map(|n| u64::from(*n)).fold(1, u64::saturating_mul)
    }

    pub(crate) fn work_item(&self, item: ItemId) -> [u32; 3] {
        position(u64::from(item.local), self.group_size)
    }

    pub(crate) fn work_group(&self, group: u32) -> [u32; 3] {
        position(group.into(), self.groups)
    }
}

/// The position of a linear index, axis 0 fastest.
fn position(linear: u64, size: [u32; 3]) -> [u32; 3] {
    let [nx, ny, _] = size.map(u64::from);
    [(linear % nx) as u32, (linear / nx % ny) as u32, (linear / nx / ny) as u32]
}

/// Work-items that did not come to the same barrier.
pub(crate) struct Diverged {
    pub(crate) barrier: Site,
    pub(crate) waiting: u32,
    pub(crate) others: String,
    pub(crate) group: u32,
}

/// What was found in a launch.
#[derive(Default)]
pub(crate) struct Findings {
    race: Option<(Access, Access, String)>,
    /// The places of all pairs that race.
    pairs: HashSet<(u32, u32)>,
    outside: Option<(Access, String)>,
    /// Work-items that used up their stacks: the first, and how many.
    overflow: Option<(ItemId, u64)>,
    diverged: Option<Diverged>,
    /// Why a launch could not go on.
    pub(crate) broken: Option<Error>,
}

impl Findings {
    pub(crate) fn is_empty(&self) -> bool {
        let accesses_are_fine = self.race.is_none() && self.outside.is_none();
        accesses_are_fine && self.overflow.is_none() && self.diverged.is_none() && self.broken.is_none()
    }

    /// `memory` is asked for the first one alone.
    pub(crate) fn add_race(&mut self, before: Access, now: Access, memory: impl FnOnce() -> String) {
        self.pairs.insert((before.place.min(now.place), before.place.max(now.place)));
        self.race.get_or_insert_with(|| (before, now, memory()));
    }

    pub(crate) fn add_outside(&mut self, access: Access, memory: impl FnOnce() -> String) {
        self.outside.get_or_insert_with(|| (access, memory()));
    }

    pub(crate) fn add_overflow(&mut self, item: ItemId) {
        self.overflow.get_or_insert((item, 0)).1 += 1;
    }

    pub(crate) fn add_diverged(&mut self, diverged: Diverged) {
        self.diverged.get_or_insert(diverged);
    }

    /// The error to tell: what was out of bounds first, as all else may be for its sake.
    pub(crate) fn into_error(self, kernel: &str, shape: &Shape, places: &[Place], seed: u64) -> Option<Error> {
        let kernel = kernel.to_owned();
        let told = |access: &Access| tell(access, shape, places);
        if self.broken.is_some() {
            return self.broken;
        }
        if let Some((access, memory)) = self.outside {
            return Some(Error::OutOfBounds { kernel, access: told(&access), memory, seed });
        }
        if let Some((item, count)) = self.overflow {
            let (work_item, work_group) = (Some(shape.work_item(item)), shape.work_group(item.group));
            return Some(Error::StackUsedUp { kernel, stack: STACK_BYTES, work_item, work_group, count });
        }
        if let Some((first, second, memory)) = self.race {
            return Some(Error::DataRace {
                kernel,
                memory,
                first: told(&first),
                second: told(&second),
                remedy: remedy(&first, &second),
                more: self.pairs.len().saturating_sub(1),
                seed,
            });
        }
        self.diverged.map(|diverged| Error::BarrierDiverged {
            kernel,
            barrier: diverged.barrier.to_string(),
            waiting: diverged.waiting,
            others: diverged.others,
            work_group: shape.work_group(diverged.group),
        })
    }
}

fn tell(access: &Access, shape: &Shape, places: &[Place]) -> Box<driver::MemoryAccess> {
    let Kind { writes, is_atomic, in_group } = access.kind;
    let what = format!(
        "{} {} byte(s){}{}",
        if writes { "writes" } else { "reads" },
        access.bytes,
        if is_atomic { " atomically" } else { "" },
        if in_group { " for its work-group" } else { "" },
    );
    let place = places.get(access.place as usize).map_or_else(|| "an unknown place".to_owned(), Place::to_string);
    let item = access.moment.item;
    Box::new(driver::MemoryAccess::new(shape.work_item(item), shape.work_group(item.group), what, place))
}

fn remedy(first: &Access, second: &Access) -> &'static str {
    let same_group = first.moment.item.group == second.moment.item.group;
    let narrow = first.kind.in_group || second.kind.in_group;
    match (first.kind.is_atomic, second.kind.is_atomic, same_group) {
        (true, true, false) if narrow => "widen the scope of the atomic operations to the device",
        (true, _, _) | (_, true, _) => "make both atomic, or order them by a barrier or by a release and an acquire",
        (_, _, true) => "put a barrier between them, make both atomic, or give each work-item its own elements",
        (_, _, false) => {
            "work-groups are not ordered: make both atomic, split the kernel into two launches, or give each work-item its own \
             elements"
        }
    }
}
