//! Atomic variables: what those that read them come to know.

use std::rc::Rc;

use geobacter_container::checked::{ACQUIRES, IN_GROUP, READS, RELEASES, WRITES};

use crate::clock::{Clock, GroupClock, ItemClock, ItemId, NumberMap};

/// What was released by way of each atomic variable, by its address.
#[derive(Default)]
pub(crate) struct Variables(NumberMap<u64, Variable>);

/// What whoever reads the variable's value now may acquire.
#[derive(Clone, Default)]
struct Variable {
    /// What was released for everyone.
    all: Option<Released>,
    /// What was released for a group alone, and which.
    in_group: Option<(u32, Rc<Clock>)>,
}

#[derive(Clone)]
struct Released {
    clock: Rc<Clock>,
    /// The group it is from, where it is from one.
    group: Option<u32>,
}

impl Variables {
    /// An atomic access by `me`, of so many of the [`READS`] bits and their like.
    pub(crate) fn access(&mut self, address: u64, what: u32, me: ItemId, clock: &mut ItemClock, group: &GroupClock) {
        let is_in_group = what & IN_GROUP != 0;
        if what & READS != 0
            && let Some(variable) = self.0.get(&address)
        {
            for released in variable.visible_to(me.group, is_in_group) {
                if what & ACQUIRES != 0 { clock.acquire(released) } else { clock.note(released) }
            }
        }
        if what & WRITES == 0 {
            return;
        }
        let released = match what & RELEASES {
            0 => clock.released().map(|(clock, by_fence)| (clock, is_in_group || by_fence)),
            _ => Some((clock.release(me, group), is_in_group)),
        };
        // A store begins anew; what reads and writes in one goes on with what was released before.
        let goes_on = what & READS != 0;
        match self.0.get_mut(&address) {
            None => {
                if let Some(released) = released {
                    self.0.insert(address, Variable::default().with(released, me.group));
                }
            }
            Some(variable) => {
                let before = if goes_on { std::mem::take(variable) } else { Variable::default() };
                *variable = match released {
                    Some(released) => before.with(released, me.group),
                    None => before,
                };
            }
        }
    }
}

impl Variables {
    /// Forgets those in memory that is gone.
    pub(crate) fn forget(&mut self, start: u64, bytes: u64) {
        let range = start..start + bytes;
        if self.0.len() as u64 <= bytes {
            self.0.retain(|address, _| !range.contains(address));
        } else {
            range.for_each(|address| drop(self.0.remove(&address)));
        }
    }
}

impl Variable {
    /// Scopes must include one another: what is for a group is for none else, and who looks for their group's alone does not
    /// see others'.
    fn visible_to(&self, group: u32, in_group: bool) -> impl Iterator<Item = &Rc<Clock>> {
        let all = self.all.as_ref().filter(move |all| !in_group || all.group.is_none_or(|from| from == group));
        let own = self.in_group.as_ref().filter(move |(from, _)| *from == group);
        all.map(|all| &all.clock).into_iter().chain(own.map(|(_, clock)| clock))
    }

    fn with(mut self, (clock, in_group): (Rc<Clock>, bool), group: u32) -> Self {
        if in_group {
            self.in_group = Some((
                group,
                match self.in_group {
                    Some((from, before)) if from == group => joined(&before, clock),
                    _ => clock,
                },
            ));
        } else {
            self.all = Some(match self.all {
                Some(before) => {
                    Released { clock: joined(&before.clock, clock), group: before.group.filter(|from| *from == group) }
                }
                None => Released { clock, group: Some(group) },
            });
        }
        self
    }
}

fn joined(before: &Rc<Clock>, mut clock: Rc<Clock>) -> Rc<Clock> {
    if !clock.is_on(before) {
        Rc::make_mut(&mut clock).join(before);
    }
    clock
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Moment;

    const ADDRESS: u64 = 64;

    /// Whether what `from` did before it wrote is known to `to` after it read.
    fn hands_on(write: u32, read: u32, to: ItemId) -> bool {
        let (from, group) = (ItemId { group: 0, local: 0 }, GroupClock::default());
        let (mut a, mut b) = (ItemClock::default(), ItemClock::default());
        let mut variables = Variables::default();
        let moment = Moment { item: from, epoch: a.epoch, phase: 0 };
        variables.access(ADDRESS, write, from, &mut a, &group);
        variables.access(ADDRESS, read, to, &mut b, &group);
        b.knows(to, &group, moment)
    }

    const SAME_GROUP: ItemId = ItemId { group: 0, local: 1 };
    const OTHER_GROUP: ItemId = ItemId { group: 1, local: 0 };

    #[test]
    fn a_release_and_an_acquire_hand_on_and_nothing_less_does() {
        assert!(hands_on(WRITES | RELEASES, READS | ACQUIRES, OTHER_GROUP));
        assert!(!hands_on(WRITES, READS | ACQUIRES, OTHER_GROUP));
        assert!(!hands_on(WRITES | RELEASES, READS, OTHER_GROUP));
    }

    #[test]
    fn scopes_must_include_each_other() {
        for (write, read) in [(IN_GROUP, IN_GROUP), (IN_GROUP, 0), (0, IN_GROUP)] {
            let (write, read) = (WRITES | RELEASES | write, READS | ACQUIRES | read);
            assert!(hands_on(write, read, SAME_GROUP));
            assert!(!hands_on(write, read, OTHER_GROUP));
        }
    }

    #[test]
    fn what_is_forgotten_hands_on_nothing() {
        let (id, group) = (ItemId { group: 0, local: 0 }, GroupClock::default());
        for (start, bytes, is_known) in [(ADDRESS, 4, false), (0, 1000, false), (ADDRESS + 4, 1000, true)] {
            let (mut a, mut b) = (ItemClock::default(), ItemClock::default());
            let mut variables = Variables::default();
            variables.access(ADDRESS, WRITES | RELEASES, id, &mut a, &group);
            variables.forget(start, bytes);
            variables.access(ADDRESS, READS | ACQUIRES, OTHER_GROUP, &mut b, &group);
            assert_eq!(b.knows(OTHER_GROUP, &group, Moment { item: id, epoch: 1, phase: 0 }), is_known);
        }
    }

    #[test]
    fn a_store_in_between_ends_it_and_an_addition_does_not() {
        let (group, ids) = (GroupClock::default(), [0, 1, 2].map(|group| ItemId { group, local: 0 }));
        for (between, known) in [(WRITES, false), (READS | WRITES, true)] {
            let mut clocks = [(); 3].map(|()| ItemClock::default());
            let mut variables = Variables::default();
            let moment = Moment { item: ids[0], epoch: 1, phase: 0 };
            for (i, what) in [WRITES | RELEASES, between, READS | ACQUIRES].into_iter().enumerate() {
                variables.access(ADDRESS, what, ids[i], &mut clocks[i], &group);
            }
            assert_eq!(clocks[2].knows(ids[2], &group, moment), known);
            assert!(!clocks[1].knows(ids[1], &group, moment), "it did not acquire");
        }
    }
}
