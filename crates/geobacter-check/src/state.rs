//! What is known of a launch that runs: who runs next, and what each has accessed.

use std::ops::Range;

use corosensei::CoroutineResult;
use corosensei::stack::DefaultStack;

use crate::clock::{GroupClock, ItemClock, ItemId, Moment};
use crate::finding::{Findings, Shape};
use crate::group::{Group, Item};
use crate::memory::Regions;
use crate::mode::Random;
use crate::run::{Pause, WorkItem};
use crate::shadow::{Access, Kind, Shadow};
use crate::sync::Variables;

/// The most groups that run at a time while none waits for another.
pub(crate) const GROUPS_AT_A_TIME: usize = 4;
/// Switches, for each work-item that could go on, without one that ends or comes to a barrier, until another group begins.
const PATIENCE: usize = 64;

/// A launch that runs.
pub(crate) struct State {
    pub(crate) random: Random,
    pub(crate) shadow: Shadow,
    pub(crate) variables: Variables,
    pub(crate) regions: Regions,
    pub(crate) findings: Findings,
    /// Accesses that may still come after something was found.
    pub(crate) left: u64,
    pub(crate) groups: Vec<Group>,
    pub(crate) order: Order,
    /// The group, by its index in `groups`, and the work-item of it that runs.
    pub(crate) current: (usize, usize),
    /// Groups to run at a time.
    pub(crate) at_a_time: usize,
    /// Switches since a work-item last ended or came to a barrier.
    pub(crate) idle: usize,
    pub(crate) free_stacks: Vec<DefaultStack>,
    // Addresses of what nobody changes, or which is the launch's own: the kernarg block, what it reports to, the code.
    pub(crate) block: Range<u64>,
    pub(crate) service: Range<u64>,
    pub(crate) image: Range<u64>,
    /// Where the grid ends.
    pub(crate) extent: [u64; 3],
    /// Bytes of a group's memory.
    pub(crate) group_bytes: u32,
    /// Of each place in the source.
    pub(crate) in_library: Vec<bool>,
}

/// The work-item that runs, and what it and its group know.
pub(crate) fn current(groups: &mut [Group], (group, local): (usize, usize)) -> (ItemId, &mut Item, &GroupClock) {
    let group = &mut groups[group];
    let me = ItemId { group: group.number, local: local as u16 };
    (me, &mut group.items[local], &group.clock)
}

impl State {
    pub(crate) fn begin_groups(&mut self, shape: &Shape) {
        let ready: usize = self.groups.iter().map(|group| group.ready.len()).sum();
        if self.idle > PATIENCE * ready.max(1) {
            self.at_a_time = self.groups.len() + 1;
            self.idle = 0;
        }
        while self.groups.len() < self.at_a_time
            && let Some(number) = self.order.next()
        {
            let group = Group::new(number, shape, self.extent, self.group_bytes);
            // One that is beyond the grid's end has nobody in it.
            if !group.ready.is_empty() {
                self.groups.push(group);
            }
        }
    }

    /// What comes of a work-item that has stopped. Gives for how long nothing came of any.
    pub(crate) fn after(&mut self, mut coroutine: WorkItem, result: CoroutineResult<Pause, ()>) -> usize {
        let (at, local) = self.current;
        let group = &mut self.groups[at];
        match result {
            CoroutineResult::Yield(Pause::Switch) => {
                group.items[local].coroutine = Some(coroutine);
                group.ready.push(local as u16);
                self.idle += 1;
                return self.idle;
            }
            CoroutineResult::Yield(Pause::Barrier(site)) => {
                group.items[local].coroutine = Some(coroutine);
                group.waiting.push((local as u16, site));
            }
            CoroutineResult::Yield(Pause::End) => {
                // SAFETY: what is on the stack is code of the kernel's, which is not unwound, and what it called here, which
                // has nothing to drop.
                unsafe { coroutine.force_reset() };
                self.free_stacks.push(coroutine.into_stack());
            }
            CoroutineResult::Return(()) => {
                group.returned += 1;
                self.free_stacks.push(coroutine.into_stack());
            }
        }
        self.idle = 0;
        if group.ready.is_empty() {
            if let Some(diverged) = group.diverged() {
                self.findings.add_diverged(diverged);
            }
            if group.waiting.is_empty() {
                let group = self.groups.swap_remove(at);
                let (start, bytes) = group.memory_range();
                self.shadow.forget(start, bytes);
                self.variables.forget(start, bytes);
            } else {
                group.go_on();
            }
        }
        0
    }

    /// Ends what is left where a launch could not go on.
    pub(crate) fn abandon(&mut self) {
        let left = self.groups.drain(..).flat_map(|group| group.items).filter_map(|item| item.coroutine);
        for mut coroutine in left {
            // SAFETY: as for those that end by themselves.
            unsafe { coroutine.force_reset() };
            self.free_stacks.push(coroutine.into_stack());
        }
    }

    /// Whether more than `reserve` bytes are left of the stack of the work-item that runs, which has come to `stack_pointer`. Where
    /// not, that is noted: it recurses without bound, or too deeply.
    pub(crate) fn has_stack_left(&mut self, stack_pointer: u64, reserve: u64) -> bool {
        let group = &self.groups[self.current.0];
        let has = stack_pointer >= group.items[self.current.1].stack.start + reserve;
        if !has {
            self.findings.add_overflow(ItemId { group: group.number, local: self.current.1 as u16 });
        }
        has
    }

    pub(crate) fn is_on_own_stack(&self, address: u64, bytes: u64) -> bool {
        let stack = &self.groups[self.current.0].items[self.current.1].stack;
        stack.start <= address && address + bytes <= stack.end
    }

    /// Of which all is in `range`.
    fn is_free(&self, address: u64, bytes: u64) -> bool {
        let is_in = |range: &Range<u64>| range.start <= address && address + bytes <= range.end;
        is_in(&self.image) || is_in(&self.block) || is_in(&self.service)
    }

    /// Whether a launch is to go on, in which something may have been found.
    pub(crate) fn goes_on(&mut self) -> bool {
        if !self.findings.is_empty() {
            self.left = self.left.saturating_sub(1);
        }
        self.left > 0
    }

    pub(crate) fn may_access(&mut self, address: u64, bytes: u64, place: u32, kind: Kind) -> bool {
        let Some(end) = address.checked_add(bytes) else { return self.is_outside(address, bytes, place, kind) };
        let (start, size) = self.groups[self.current.0].memory_range();
        let is_inside = (start <= address && end <= start + size)
            || self.regions.have(address, bytes)
            || self.is_on_own_stack(address, bytes)
            || self.is_free(address, bytes);
        is_inside || self.is_outside(address, bytes, place, kind)
    }

    /// Notes an access to no memory: `false`.
    fn is_outside(&mut self, address: u64, bytes: u64, place: u32, kind: Kind) -> bool {
        let access = self.access(bytes, place, kind);
        let (groups, regions, at) = (&self.groups, &self.regions, self.current);
        self.findings.add_outside(access, || {
            let elsewhere = || regions.surroundings(address, bytes);
            group_surroundings(groups, at, address, bytes).unwrap_or_else(elsewhere)
        });
        false
    }

    fn access(&self, bytes: u64, place: u32, kind: Kind) -> Access {
        let group = &self.groups[self.current.0];
        let item = &group.items[self.current.1];
        let id = ItemId { group: group.number, local: self.current.1 as u16 };
        let moment = Moment { item: id, epoch: item.clock.epoch, phase: group.clock.phase };
        let in_library = self.in_library.get(place as usize).copied().unwrap_or(true);
        let place = item.calls.last().copied().filter(|_| in_library).unwrap_or(place);
        Access { moment, place, bytes: u32::try_from(bytes).unwrap_or(u32::MAX), kind }
    }

    /// Notes an access that is in memory, and whether it races.
    pub(crate) fn note(&mut self, address: u64, bytes: u64, place: u32, kind: Kind) {
        if self.is_on_own_stack(address, bytes) || self.is_free(address, bytes) {
            return;
        }
        let access = self.access(bytes, place, kind);
        let group = &self.groups[self.current.0];
        let item: &ItemClock = &group.items[self.current.1].clock;
        let knows = |moment| item.knows(access.moment.item, &group.clock, moment);
        if let Some(before) = self.shadow.note(address, bytes, &access, knows) {
            let (groups, regions) = (&self.groups, &self.regions);
            self.findings.add_race(before, access, || {
                let (start, size) = groups[self.current.0].memory_range();
                if (start..start + size).contains(&address) {
                    let at = address - start;
                    return format!("bytes {at}..{} of the work-group memory", at + bytes);
                }
                regions.name(address, bytes).unwrap_or_else(|| format!("address {address:#x}"))
            });
        }
    }
}

/// Where an access is that is near a group's memory.
fn group_surroundings(groups: &[Group], at: (usize, usize), address: u64, bytes: u64) -> Option<String> {
    let own = &groups[at.0];
    let (start, size) = own.memory_range();
    let what = format!("the work-group memory ({size} bytes)");
    if let Some(behind) = address.checked_sub(start).filter(|at| *at < size + Group::FENCE as u64) {
        return Some(match behind < size {
            true => format!("{} bytes over the end of {what}", behind + bytes - size),
            false if behind == size => format!("right behind the end of {what}"),
            false => format!("{} bytes behind the end of {what}", behind - size),
        });
    }
    if start.checked_sub(address).is_some_and(|before| before <= Group::FENCE as u64) {
        return Some(format!("{} bytes before the start of {what}", start - address));
    }
    let is_in = |group: &&Group| {
        let (start, size) = group.memory_range();
        (start..start + size).contains(&address)
    };
    if groups.iter().any(|group| is_in(&group)) {
        return Some("work-group memory of another work-group".to_owned());
    }
    let on_stack = groups.iter().flat_map(|group| &group.items).any(|item| item.stack.contains(&address));
    on_stack.then(|| "a local variable of another work-item".to_owned())
}

/// Groups, in an order that looks random and needs no list.
pub(crate) struct Order {
    count: u64,
    done: u64,
    first: u64,
    step: u64,
}

impl Order {
    pub(crate) fn new(count: u64, random: &mut Random) -> Self {
        let below = |random: &mut Random| random.below(usize::try_from(count).unwrap_or(usize::MAX).max(1)) as u64;
        let first = below(random);
        let mut step = below(random).max(1);
        while gcd(step, count.max(1)) != 1 {
            step += 1;
        }
        Order { count, done: 0, first, step }
    }

    fn next(&mut self) -> Option<u32> {
        (self.done < self.count).then(|| {
            let number =
                (u128::from(self.first) + u128::from(self.done) * u128::from(self.step)) % u128::from(self.count);
            self.done += 1;
            number as u32
        })
    }
}

fn gcd(a: u64, b: u64) -> u64 {
    if b == 0 { a } else { gcd(b, a % b) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_group_comes_once_in_any_order() {
        for count in [1, 2, 3, 12, 97, 1000] {
            let orders = [1, 2].map(|seed| {
                let mut order = Order::new(count, &mut Random::new(seed));
                std::iter::from_fn(|| order.next()).collect::<Vec<_>>()
            });
            for order in &orders {
                let mut sorted = order.clone();
                sorted.sort_unstable();
                assert_eq!(sorted, (0..count as u32).collect::<Vec<_>>());
            }
            assert!(count < 100 || orders[0] != orders[1]);
        }
    }
}
