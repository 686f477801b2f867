//! What a work-item knows to have happened before.
//!
//! A work-item counts *epochs*: one ends with each release. A group counts *phases*: one ends with each barrier, which all of its
//! work-items then know. So knowledge of one's own group is a number, and only what came by atomics needs a list.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};
use std::rc::Rc;

/// A work-item of a launch.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct ItemId {
    /// Linear index of its group.
    pub(crate) group: u32,
    /// Linear index in it.
    pub(crate) local: u16,
}

impl ItemId {
    fn key(self) -> u64 {
        u64::from(self.group) << 16 | u64::from(self.local)
    }
}

/// A moment of a work-item.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Moment {
    pub(crate) item: ItemId,
    pub(crate) epoch: u32,
    pub(crate) phase: u32,
}

/// Numbers need no better hash than a multiplication.
#[derive(Default)]
pub(crate) struct NumberHasher(u64);

impl Hasher for NumberHasher {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        bytes.iter().for_each(|byte| self.write_u64(u64::from(*byte)));
    }

    fn write_u32(&mut self, number: u32) {
        self.write_u64(number.into());
    }

    fn write_u64(&mut self, number: u64) {
        self.0 = (self.0.rotate_left(26) ^ number).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        self.0 ^= self.0 >> 32;
    }
}

pub(crate) type NumberMap<K, V> = HashMap<K, V, BuildHasherDefault<NumberHasher>>;

/// What is known: of groups, the phases below a number; of work-items, the epochs up to one; and all that `base` says.
///
/// Knowledge goes from work-item to work-item, and grows by one each time, as with a lock: so a clock is most often another one
/// and a little more, and what was known before is shared.
#[derive(Clone, Debug, Default)]
pub(crate) struct Clock {
    base: Option<Rc<Clock>>,
    /// How many there are below.
    depth: u32,
    groups: NumberMap<u32, u32>,
    items: NumberMap<u64, u32>,
}

/// How many clocks may be on top of each other: as many are looked into to find out whether a moment is known.
const DEEPEST: u32 = 64;

impl Clock {
    fn on(base: Option<Rc<Clock>>) -> Self {
        let depth = base.as_ref().map_or(0, |base| base.depth + 1);
        Clock { base, depth, ..Clock::default() }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.base.is_none() && self.has_no_own()
    }

    fn has_no_own(&self) -> bool {
        self.groups.is_empty() && self.items.is_empty()
    }

    /// This, and those below.
    fn chain(&self) -> impl Iterator<Item = &Clock> {
        std::iter::successors(Some(self), |clock| clock.base.as_deref())
    }

    /// Whether it is known to say all that `other` says.
    pub(crate) fn is_on(&self, other: &Rc<Clock>) -> bool {
        self.chain().any(|clock| std::ptr::eq(clock, Rc::as_ptr(other)))
    }

    pub(crate) fn knows(&self, moment: Moment) -> bool {
        self.chain().any(|clock| {
            clock.items.get(&moment.item.key()).is_some_and(|epoch| *epoch >= moment.epoch)
                || clock.groups.get(&moment.item.group).is_some_and(|phase| *phase > moment.phase)
        })
    }

    pub(crate) fn join(&mut self, other: &Clock) {
        for clock in other.chain() {
            for (group, phase) in &clock.groups {
                let known = self.groups.entry(*group).or_default();
                *known = (*known).max(*phase);
            }
            for (item, epoch) in &clock.items {
                let known = self.items.entry(*item).or_default();
                *known = (*known).max(*epoch);
            }
        }
    }

    /// Adds all that `other` says, by way of being on it where that is possible.
    fn learn_all(&mut self, other: &Rc<Clock>) {
        match &self.base {
            Some(base) if base.is_on(other) => {}
            Some(base) if !other.is_on(base) => self.join(other),
            _ => {
                self.depth = other.depth + 1;
                self.base = Some(Rc::clone(other));
            }
        }
    }

    /// Adds a moment of a work-item, and all that it knows of its group by its barriers.
    pub(crate) fn learn(&mut self, moment: Moment) {
        let epoch = self.items.entry(moment.item.key()).or_default();
        *epoch = (*epoch).max(moment.epoch);
        if moment.phase > 0 {
            let phase = self.groups.entry(moment.item.group).or_default();
            *phase = (*phase).max(moment.phase);
        }
    }

    /// The same in one piece, if it is in too many.
    fn flat_enough(self) -> Self {
        if self.depth < DEEPEST {
            return self;
        }
        let mut flat = Clock::default();
        flat.join(&self);
        flat
    }
}

/// What the work-items of a group have in common.
#[derive(Clone, Debug, Default)]
pub(crate) struct GroupClock {
    pub(crate) phase: u32,
    /// What all of them knew at the last barrier.
    shared: Rc<Clock>,
}

impl GroupClock {
    /// A barrier: from now on each knows what any of them knew.
    pub(crate) fn meet<'a>(&mut self, items: impl Iterator<Item = &'a mut ItemClock>) {
        let mut shared = None;
        for item in items.filter(|item| !item.own.is_empty()) {
            let own = std::mem::take(&mut item.own);
            item.seen = None;
            let all = shared.get_or_insert_with(|| {
                let before = (!self.shared.is_empty()).then(|| Rc::clone(&self.shared));
                Clock::on(before)
            });
            if let Some(base) = &own.base {
                all.learn_all(base);
            }
            all.join(&Clock { base: None, ..own });
        }
        if let Some(shared) = shared {
            self.shared = Rc::new(shared.flat_enough());
        }
        self.phase += 1;
    }
}

/// What one work-item knows besides.
#[derive(Clone, Debug)]
pub(crate) struct ItemClock {
    pub(crate) epoch: u32,
    own: Clock,
    /// What was joined last: whoever spins joins the same again and again.
    seen: Option<Rc<Clock>>,
    /// What a later fence would acquire.
    pending: Vec<Rc<Clock>>,
    /// What was known at the last fence that releases, and whether that was for the group alone.
    released: Option<(Rc<Clock>, bool)>,
}

impl Default for ItemClock {
    fn default() -> Self {
        ItemClock { epoch: 1, own: Clock::default(), seen: None, pending: Vec::new(), released: None }
    }
}

impl ItemClock {
    /// Whether all that a moment's work-item had done by then comes before what this one does now.
    pub(crate) fn knows(&self, me: ItemId, group: &GroupClock, moment: Moment) -> bool {
        if moment.item.group == me.group && (moment.item.local == me.local || moment.phase < group.phase) {
            return true;
        }
        (!self.own.is_empty() && self.own.knows(moment)) || (!group.shared.is_empty() && group.shared.knows(moment))
    }

    pub(crate) fn acquire(&mut self, clock: &Rc<Clock>) {
        if !self.seen.as_ref().is_some_and(|seen| Rc::ptr_eq(seen, clock)) {
            self.own.learn_all(clock);
            self.seen = Some(Rc::clone(clock));
        }
    }

    /// A relaxed read saw what was released: a fence may acquire it.
    pub(crate) fn note(&mut self, clock: &Rc<Clock>) {
        if !self.pending.iter().any(|pending| Rc::ptr_eq(pending, clock)) {
            self.pending.push(Rc::clone(clock));
        }
    }

    pub(crate) fn acquire_pending(&mut self) {
        for clock in std::mem::take(&mut self.pending) {
            self.acquire(&clock);
        }
    }

    /// All that is known now, for others; a new epoch begins.
    pub(crate) fn release(&mut self, me: ItemId, group: &GroupClock) -> Rc<Clock> {
        let mut clock = Clock::on(self.own.base.clone());
        if !group.shared.is_empty() {
            clock.learn_all(&group.shared);
        }
        if !self.own.has_no_own() {
            clock.join(&Clock { base: None, ..self.own.clone() });
        }
        clock.learn(Moment { item: me, epoch: self.epoch, phase: group.phase });
        self.epoch += 1;
        Rc::new(clock.flat_enough())
    }

    pub(crate) fn release_by_fence(&mut self, me: ItemId, group: &GroupClock, in_group: bool) {
        self.released = Some((self.release(me, group), in_group));
    }

    /// What a relaxed write gives on, for the sake of a fence before it, and whether to the group alone.
    pub(crate) fn released(&self) -> Option<(Rc<Clock>, bool)> {
        self.released.clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const A: ItemId = ItemId { group: 0, local: 0 };
    const B: ItemId = ItemId { group: 0, local: 1 };
    const C: ItemId = ItemId { group: 1, local: 0 };

    fn now(item: ItemId, clock: &ItemClock, group: &GroupClock) -> Moment {
        Moment { item, epoch: clock.epoch, phase: group.phase }
    }

    #[test]
    fn barriers_order_their_group_and_no_other() {
        let (mut group, other) = (GroupClock::default(), GroupClock::default());
        let mut items = [ItemClock::default(), ItemClock::default()];
        let before = now(A, &items[0], &group);
        assert!(!items[1].knows(B, &group, before) && items[0].knows(A, &group, before));
        group.meet(items.iter_mut());
        assert!(items[1].knows(B, &group, before));
        assert!(!ItemClock::default().knows(C, &other, before));
    }

    #[test]
    fn what_is_acquired_is_known_up_to_its_release() {
        let (group, other) = (GroupClock::default(), GroupClock::default());
        let (mut a, mut c) = (ItemClock::default(), ItemClock::default());
        let before = now(A, &a, &group);
        let clock = a.release(A, &group);
        let after = now(A, &a, &group);
        c.acquire(&clock);
        assert!(c.knows(C, &other, before) && !c.knows(C, &other, after));
    }

    #[test]
    fn a_barrier_hands_on_what_one_has_acquired_and_releases_hand_on_barriers() {
        let (mut group, mut other) = (GroupClock::default(), GroupClock::default());
        let mut items = [ItemClock::default(), ItemClock::default()];
        let of_b = now(B, &items[1], &group);
        group.meet(items.iter_mut());
        let clock = items[0].release(A, &group);
        let mut others = [ItemClock::default(), ItemClock::default()];
        others[0].acquire(&clock);
        let second = ItemId { group: 1, local: 1 };
        assert!(others[0].knows(C, &other, of_b), "what came before the other's barrier");
        assert!(!others[1].knows(second, &other, of_b));
        other.meet(others.iter_mut());
        assert!(others[1].knows(second, &other, of_b));
    }

    #[test]
    fn knowledge_that_goes_through_many_hands_is_all_there() {
        let groups: Vec<_> = (0..1000).map(|group| ItemId { group, local: 0 }).collect();
        let none = GroupClock::default();
        let mut clock: Option<Rc<Clock>> = None;
        for me in &groups {
            let mut item = ItemClock::default();
            if let Some(clock) = &clock {
                item.acquire(clock);
                // And once more, from elsewhere: nothing is lost or doubled.
                item.acquire(&ItemClock::default().release(C, &none));
            }
            let released = item.release(*me, &none);
            assert!(released.depth <= DEEPEST);
            clock = Some(released);
        }
        let clock = clock.unwrap();
        assert!(groups.iter().all(|item| clock.knows(Moment { item: *item, epoch: 1, phase: 0 })));
        assert!(!clock.knows(Moment { item: groups[5], epoch: 2, phase: 0 }));
    }

    #[test]
    fn fences_acquire_what_was_read_before() {
        let group = GroupClock::default();
        let (mut a, mut c) = (ItemClock::default(), ItemClock::default());
        let before = now(A, &a, &group);
        a.release_by_fence(A, &group, false);
        let (clock, in_group) = a.released().unwrap();
        assert!(!in_group);
        c.note(&clock);
        assert!(!c.knows(C, &GroupClock::default(), before));
        c.acquire_pending();
        assert!(c.knows(C, &GroupClock::default(), before));
    }
}
