//! Who accessed each byte of memory last: enough to see, at each access, whether an earlier one races with it.
//!
//! Of memory that many read, a few of the readers are kept, of several groups: whoever writes races with any of another group,
//! and with any of its own but itself, unless atomics order them.

use smallvec::SmallVec;

use crate::clock::{Moment, NumberMap};

/// Bytes that one list of records is about.
const GRANULE: u64 = 8;
/// Granules that are allocated together.
const PAGE: u64 = 64;

/// Readers (or atomic accesses) of the same bytes that are kept of one group, and groups of which some are kept.
const KEPT_OF_GROUP: usize = 2;
const KEPT_GROUPS: usize = 4;

/// One access, as the shadow knows it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Access {
    pub(crate) moment: Moment,
    /// The number of its place in the source.
    pub(crate) place: u32,
    pub(crate) bytes: u32,
    pub(crate) kind: Kind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Kind {
    pub(crate) writes: bool,
    pub(crate) is_atomic: bool,
    /// Atomic for its work-group alone.
    pub(crate) in_group: bool,
}

impl Kind {
    pub(crate) const READ: Kind = Kind { writes: false, is_atomic: false, in_group: false };
    pub(crate) const WRITE: Kind = Kind { writes: true, ..Kind::READ };

    /// Whether all that conflicts with `other` conflicts with this too.
    fn covers(self, other: Kind) -> bool {
        let is_as_plain = !self.is_atomic || (other.is_atomic && (self.in_group || !other.in_group));
        (self.writes || !other.writes) && is_as_plain
    }
}

impl Access {
    /// Whether two accesses of one byte must be ordered.
    fn conflicts_with(&self, other: &Access) -> bool {
        let narrow = self.kind.in_group || other.kind.in_group;
        let same_group = self.moment.item.group == other.moment.item.group;
        let are_atomic = self.kind.is_atomic && other.kind.is_atomic && (same_group || !narrow);
        (self.kind.writes || other.kind.writes) && !are_atomic
    }
}

#[derive(Clone, Copy)]
struct Record {
    access: Access,
    /// A bit for each byte of the granule.
    mask: u8,
}

type Granule = SmallVec<[Record; 2]>;

#[derive(Default)]
pub(crate) struct Shadow(NumberMap<u64, Box<[Granule; PAGE as usize]>>);

impl Shadow {
    /// Notes an access, and gives one that it races with, where there is one. `knows`: whether a moment comes before it.
    pub(crate) fn note(
        &mut self,
        address: u64,
        bytes: u64,
        access: &Access,
        knows: impl Fn(Moment) -> bool,
    ) -> Option<Access> {
        let mut race = None;
        let end = address + bytes;
        let mut at = address;
        while at < end {
            let granule = at / GRANULE;
            let page =
                self.0.entry(granule / PAGE).or_insert_with(|| Box::new(std::array::from_fn(|_| Granule::new())));
            let stop = end.min((granule / PAGE + 1) * PAGE * GRANULE);
            while at < stop {
                let granule = at / GRANULE;
                let next = stop.min((granule + 1) * GRANULE);
                let found = note_in(&mut page[(granule % PAGE) as usize], mask(at, next), access, &knows);
                race = race.or(found);
                at = next;
            }
        }
        race
    }

    /// Forgets memory that is gone.
    pub(crate) fn forget(&mut self, address: u64, bytes: u64) {
        for granule in address / GRANULE..(address + bytes).div_ceil(GRANULE) {
            if let Some(page) = self.0.get_mut(&(granule / PAGE)) {
                page[(granule % PAGE) as usize].clear();
            }
        }
    }
}

/// The bits of the bytes from `begin` to `end`, which are in one granule.
fn mask(begin: u64, end: u64) -> u8 {
    let len = end - begin;
    let ones = if len >= 8 { u8::MAX } else { (1u8 << len) - 1 };
    ones << (begin % GRANULE)
}

fn note_in(granule: &mut Granule, mask: u8, access: &Access, knows: &impl Fn(Moment) -> bool) -> Option<Access> {
    let mut race = None;
    let (mut of_group, mut others) = (0, SmallVec::<[u32; KEPT_GROUPS]>::new());
    let group = access.moment.item.group;
    granule.retain(|record| {
        let before = &record.access;
        if record.mask & mask == 0 {
            return true;
        }
        let is_before = knows(before.moment);
        if !is_before && race.is_none() && access.conflicts_with(before) {
            race = Some(*before);
        }
        if access.kind.covers(before.kind) && (is_before || access.kind.writes) {
            // Whoever races with what was before races with this, or was told of already.
            record.mask &= !mask;
        } else if record.mask & mask == mask && before.kind.covers(access.kind) {
            match before.moment.item.group {
                same if same == group => of_group += 1,
                other if !others.contains(&other) => others.push(other),
                _ => {}
            }
        }
        record.mask != 0
    });
    if of_group < KEPT_OF_GROUP && (of_group > 0 || others.len() < KEPT_GROUPS) {
        granule.push(Record { access: *access, mask });
    }
    race
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::ItemId;

    const READ: Kind = Kind::READ;
    const WRITE: Kind = Kind::WRITE;
    const ADD: Kind = Kind { writes: true, is_atomic: true, in_group: false };
    const ADD_IN_GROUP: Kind = Kind { in_group: true, ..ADD };

    fn access(group: u32, local: u16, kind: Kind) -> Access {
        let moment = Moment { item: ItemId { group, local }, epoch: 1, phase: 0 };
        Access { moment, place: u32::from(local), bytes: 4, kind }
    }

    /// Whether the last of these races with one before; nothing but a work-item itself is ordered.
    fn races(accesses: &[(u64, u64, Access)]) -> Option<Access> {
        let mut shadow = Shadow::default();
        let mut last = None;
        for (address, bytes, access) in accesses {
            last = shadow.note(*address, *bytes, access, |moment| moment.item == access.moment.item);
        }
        last
    }

    #[test]
    fn writes_race_with_what_others_did_and_reads_with_writes() {
        let (a, b) = (|kind| access(0, 0, kind), |kind| access(0, 1, kind));
        assert!(races(&[(64, 4, a(WRITE)), (64, 4, b(READ))]).is_some());
        assert!(races(&[(64, 4, a(READ)), (64, 4, b(WRITE))]).is_some());
        assert!(races(&[(64, 4, a(READ)), (64, 4, b(READ))]).is_none());
        assert!(races(&[(64, 4, a(WRITE)), (64, 4, a(READ))]).is_none());
    }

    #[test]
    fn only_bytes_that_both_access_count() {
        let (a, b) = (access(0, 0, WRITE), access(0, 1, WRITE));
        assert!(races(&[(64, 1, a), (65, 1, b)]).is_none());
        assert!(races(&[(60, 4, a), (64, 8, b)]).is_none());
        assert!(races(&[(60, 5, a), (64, 8, b)]).is_some());
        assert!(races(&[(0, 10_000, a), (9999, 1, b)]).is_some());
        assert!(races(&[(0, 10_000, a), (10_000, 1, b)]).is_none());
    }

    #[test]
    fn atomics_race_with_plain_accesses_and_with_those_of_another_scope() {
        let (a, b) = (|kind| access(0, 0, kind), |kind| access(1, 0, kind));
        assert!(races(&[(64, 4, a(ADD)), (64, 4, b(ADD))]).is_none());
        assert!(races(&[(64, 4, a(ADD)), (64, 4, b(READ))]).is_some());
        assert!(races(&[(64, 4, a(ADD_IN_GROUP)), (64, 4, b(ADD))]).is_some());
        assert!(races(&[(64, 4, a(ADD_IN_GROUP)), (64, 4, access(0, 1, ADD))]).is_none());
    }

    #[test]
    fn of_many_readers_some_are_kept_and_each_writer_meets_one() {
        let mut shadow = Shadow::default();
        for group in 0..1000 {
            for local in 0..10 {
                let read = access(group, local, READ);
                assert!(shadow.note(64, 4, &read, |m| m.item == read.moment.item).is_none());
            }
        }
        let records = shadow.0.values().map(|page| page.iter().map(SmallVec::len).sum::<usize>()).sum::<usize>();
        assert!(records <= 1 + KEPT_GROUPS * KEPT_OF_GROUP, "{records}");
        for (group, local) in [(0, 0), (0, 9), (999, 3)] {
            let write = access(group, local, WRITE);
            let mut copy = Shadow::default();
            for (page, granules) in &shadow.0 {
                copy.0.insert(*page, granules.clone());
            }
            assert!(copy.note(64, 4, &write, |m| m.item == write.moment.item).is_some());
        }
    }

    #[test]
    fn what_is_forgotten_does_not_race() {
        let mut shadow = Shadow::default();
        let (a, b) = (access(0, 0, WRITE), access(1, 1, WRITE));
        shadow.note(64, 16, &a, |_| false);
        shadow.forget(64, 16);
        assert!(shadow.note(64, 16, &b, |_| false).is_none());
    }
}
