//! One launch: its work-items have a stack each, and one thread runs them in an order that a seed decides.
//!
//! It switches from one to another at barriers, often at atomic operations, so that whoever waits for another work-item lets it
//! come, and now and then at any access to memory that others may reach. A few groups run at a time; more begin where those do
//! nothing but wait.

use std::cell::{Cell, RefCell};
use std::mem::MaybeUninit;
use std::ptr::{null, null_mut};
use std::sync::Arc;
use std::sync::atomic::Ordering;

use corosensei::stack::{DefaultStack, Stack};
use corosensei::{Coroutine, CoroutineResult, Yielder};
use geobacter_container::checked::{ACQUIRES, IN_GROUP, OWN, RELEASES};
use geobacter_core::abi::{BlockHeader, Site};
use geobacter_core::ring::Ring;
use geobacter_core::{HostWords, LaunchStatus};
use geobacter_cpu::Block;
use geobacter_driver::driver::DevicePtr;
use geobacter_driver::{Error, status};

use crate::clock::{GroupClock, ItemClock, ItemId, Moment};
use crate::device::CheckKernel;
use crate::finding::{Findings, Shape};
use crate::group::{Group, Item};
use crate::hooks;
use crate::image::Entry;
use crate::memory::{Memory, Regions};
use crate::mode::Random;
use crate::shadow::{Access, Kind, Shadow};
use crate::sync::Variables;

/// Bytes of a work-item's stack; the system gives memory for what is touched only. GPUs have less.
const STACK_BYTES: usize = 256 << 10;
/// A switch comes once in so many accesses, and atomic operations.
const SWITCH_AT_ACCESS: u64 = 64;
const SWITCH_AT_ATOMIC: u64 = 4;
/// The most groups that run at a time while none waits for another.
const GROUPS_AT_A_TIME: usize = 4;
/// Switches, for each work-item that could go on, without one that ends or comes to a barrier, until another group begins.
const PATIENCE: usize = 64;
/// Such switches after which other threads get a turn: it may be the host that is waited for.
const TURN: usize = 256;
/// Accesses that a launch may still make after something was found: a kernel that is wrong may never end.
const AFTER_FINDING: u64 = 1_000_000;

pub(crate) type WorkItem = Coroutine<(), Pause, (), DefaultStack>;

/// Why a work-item stops for now.
#[derive(Clone, Copy)]
pub(crate) enum Pause {
    /// Others get a turn.
    Switch,
    /// It waits for its group.
    Barrier(Site),
    /// It has ended.
    End,
}

/// A launch to be run.
pub(crate) struct Launch {
    pub(crate) kernel: Arc<CheckKernel>,
    pub(crate) shape: Shape,
    pub(crate) group_memory: u32,
    pub(crate) block: Vec<MaybeUninit<u8>>,
    /// Where kernels print to.
    pub(crate) ring: DevicePtr,
    pub(crate) memory: Arc<Memory>,
    pub(crate) seed: u64,
}

/// What the launch reports to, which belongs to nobody.
#[repr(C)]
struct Service {
    status: LaunchStatus,
    words: HostWords,
}

/// A launch that runs on this thread.
pub(crate) struct Run {
    pub(crate) shape: Shape,
    // Of the work-item that runs:
    pub(crate) work_item: Cell<[u32; 3]>,
    pub(crate) work_group: Cell<[u32; 3]>,
    pub(crate) group_memory: Cell<*mut u8>,
    yielder: Cell<*const Yielder<(), Pause>>,
    /// Never borrowed while a work-item runs, but by what it calls.
    state: RefCell<State>,
}

struct State {
    random: Random,
    shadow: Shadow,
    variables: Variables,
    regions: Regions,
    findings: Findings,
    /// Accesses that may still come after something was found.
    left: u64,
    groups: Vec<Group>,
    order: Order,
    /// The group, by its index in `groups`, and the work-item of it that runs.
    current: (usize, usize),
    /// Groups to run at a time.
    at_a_time: usize,
    /// Switches since a work-item last ended or came to a barrier.
    idle: usize,
    free_stacks: Vec<DefaultStack>,
    block: std::ops::Range<u64>,
    service: std::ops::Range<u64>,
    image: std::ops::Range<u64>,
    extent: [u64; 3],
    group_bytes: u32,
    in_library: Vec<bool>,
}

thread_local! {
    static RUN: Cell<*const Run> = const { Cell::new(null()) };
    static STACKS: RefCell<Vec<DefaultStack>> = const { RefCell::new(Vec::new()) };
}

/// For what kernels call: with the launch that they belong to.
pub(crate) fn with_run<R>(then: impl FnOnce(&Run) -> R) -> R {
    // SAFETY: kernels run only in `Launch::run`, which sets it.
    then(unsafe { &*RUN.get() })
}

impl Launch {
    /// Runs all work-items.
    pub(crate) fn run(mut self) -> Result<(), Error> {
        // SAFETY: zeros are valid for integers and raw pointers.
        let mut service: Box<Service> = Box::new(unsafe { std::mem::zeroed() });
        service.words.ring = std::ptr::with_exposed_provenance::<Ring>(self.ring.0 as usize);
        service.status.host = &raw mut service.words;
        let service = Box::into_raw(service);
        // The status is first in it.
        status::patch(&mut self.block, service.expose_provenance() as u64);
        let block = Block::new(&self.block);
        let (error, seed) = (self.run_block(&block, service as u64), self.seed);
        // SAFETY: made above, and nobody else has it any more.
        let service = unsafe { Box::from_raw(service) };
        let kernel = &self.kernel;
        if let Some(error) = error.into_error(kernel.name, &self.shape, &kernel.image.places, seed) {
            return Err(error);
        }
        match service.status.panics.load(Ordering::Relaxed) {
            0 => Ok(()),
            _ => Err(status::error(&service.status, kernel.name.to_owned())),
        }
    }

    fn run_block(&self, block: &Block, service: u64) -> Findings {
        let bytes = self.block.len();
        // SAFETY: as many bytes as were copied. Some are padding, of which nothing is known; read so, they are whatever the memory
        // holds, and to look for an address there does no harm.
        let copy: Vec<u8> = (0..bytes).map(|i| unsafe { block.as_ptr().add(i).read_volatile() }).collect();
        // SAFETY: every block begins with one.
        let header = unsafe { block.as_ptr().cast::<BlockHeader>().read() };
        let image = &self.kernel.image;
        let start = block.as_ptr().addr() as u64;
        let mut random = Random::new(self.seed);
        let order = Order::new(self.shape.group_count(), &mut random);
        let at_a_time = 1 + random.below(GROUPS_AT_A_TIME);
        let run = Run {
            shape: self.shape,
            work_item: Cell::default(),
            work_group: Cell::default(),
            group_memory: Cell::new(null_mut()),
            yielder: Cell::new(null()),
            state: RefCell::new(State {
                random,
                shadow: Shadow::default(),
                variables: Variables::default(),
                regions: Regions::new(&self.memory, &copy, self.kernel.arguments),
                findings: Findings::default(),
                left: AFTER_FINDING,
                groups: Vec::new(),
                order,
                current: (0, 0),
                at_a_time,
                idle: 0,
                free_stacks: STACKS.take(),
                block: start..start + bytes as u64,
                service: service..service + size_of::<Service>() as u64,
                image: image.range.clone(),
                extent: header.extent,
                group_bytes: self.group_memory,
                in_library: image.places.iter().map(|place| place.in_library).collect(),
            }),
        };
        let outer = RUN.replace(&raw const run);
        run.to_the_end(image.entry, block.as_ptr());
        RUN.set(outer);
        let mut state = run.state.into_inner();
        state.abandon();
        STACKS.set(state.free_stacks);
        state.findings
    }
}

impl Run {
    /// Runs work-items until none is left.
    fn to_the_end(&self, entry: Entry, block: *const u8) {
        loop {
            let Some(mut coroutine) = self.next(entry, block) else { return };
            let result = coroutine.resume(());
            let idle = self.state.borrow_mut().after(coroutine, result);
            if idle % TURN == TURN - 1 {
                std::thread::yield_now();
            }
        }
    }

    /// The work-item that runs next, made the current one.
    fn next(&self, entry: Entry, block: *const u8) -> Option<WorkItem> {
        let mut state = self.state.borrow_mut();
        let state = &mut *state;
        state.begin_groups(&self.shape);
        if state.groups.is_empty() {
            return None;
        }
        let at = state.random.below(state.groups.len());
        let group = &mut state.groups[at];
        let local = group.ready.swap_remove(state.random.below(group.ready.len()));
        state.current = (at, local.into());
        self.work_item.set(self.shape.work_item(ItemId { group: group.number, local }));
        self.work_group.set(self.shape.work_group(group.number));
        self.group_memory.set(group.memory());
        if let Some(coroutine) = group.items[usize::from(local)].coroutine.take() {
            return Some(coroutine);
        }
        let stack = match state.free_stacks.pop().map_or_else(|| DefaultStack::new(STACK_BYTES), Ok) {
            Ok(stack) => stack,
            Err(error) => {
                state.findings.broken = Some(Error::DriverCall {
                    device: "cpu:race".to_owned(),
                    call: "allocating stacks for work-items",
                    reason: format!("{error}; use smaller work-groups"),
                });
                return None;
            }
        };
        group.items[usize::from(local)].stack = stack.limit().get() as u64..stack.base().get() as u64;
        let this: *const Run = self;
        let body = move |yielder: &Yielder<(), Pause>, ()| {
            // SAFETY: the launch lives until all its work-items have ended.
            unsafe { (*this).yielder.set(yielder) };
            // SAFETY: the launch's own block, and each work-item runs once.
            unsafe { entry(block) }
        };
        // SAFETY: what the body has lives until the launch ends, which ends all coroutines.
        Some(unsafe { WorkItem::with_stack_unchecked(stack, body) })
    }

    /// Stops the work-item that runs, until it is its turn again.
    pub(crate) fn pause(&self, pause: Pause) {
        let yielder = self.yielder.get();
        // SAFETY: set by the work-item that runs, which is this one.
        unsafe { (*yielder).suspend(pause) };
        self.yielder.set(yielder);
    }

    /// Ends the work-item that runs: it is not its turn again.
    pub(crate) fn end(&self) {
        self.pause(Pause::End);
    }

    /// A plain access that comes next.
    pub(crate) fn plain(&self, address: u64, bytes: u64, place: u32, kind: Kind) {
        if bytes == 0 {
            return;
        }
        let mut state = self.state.borrow_mut();
        // Most are of the stack.
        if state.is_on_own_stack(address, bytes) {
            return;
        }
        if state.random.once_in(SWITCH_AT_ACCESS) {
            drop(state);
            self.pause(Pause::Switch);
            state = self.state.borrow_mut();
        }
        let may = state.goes_on() && state.may_access(address, bytes, place, kind);
        if may {
            state.note(address, bytes, place, kind);
        }
        drop(state);
        if !may {
            self.end();
        }
    }

    /// An atomic access that comes next.
    pub(crate) fn atomic(&self, address: u64, bytes: u64, place: u32, what: u32) {
        self.switch_at_atomic();
        if self.may_go_on(what) && self.may_access(address, bytes, place, hooks::kind(what)) {
            self.note_atomic(address, bytes, place, what);
        } else {
            self.end();
        }
    }

    pub(crate) fn switch_at_atomic(&self) {
        let switch = self.state.borrow_mut().random.once_in(SWITCH_AT_ATOMIC);
        if switch {
            self.pause(Pause::Switch);
        }
    }

    /// Whether a work-item may go on with an atomic access. What the library has begun, it ends: others rely on that after the
    /// launch too.
    pub(crate) fn may_go_on(&self, what: u32) -> bool {
        what & OWN != 0 || self.state.borrow_mut().goes_on()
    }

    /// Whether it is memory that the kernel may access; where not, that is noted.
    pub(crate) fn may_access(&self, address: u64, bytes: u64, place: u32, kind: Kind) -> bool {
        self.state.borrow_mut().may_access(address, bytes, place, kind)
    }

    pub(crate) fn note_atomic(&self, address: u64, bytes: u64, place: u32, what: u32) {
        let mut state = self.state.borrow_mut();
        if what & OWN == 0 {
            state.note(address, bytes, place, hooks::kind(what));
        }
        let state = &mut *state;
        let (me, item, group) = current(&mut state.groups, state.current);
        state.variables.access(address, what, me, &mut item.clock, group);
    }

    pub(crate) fn fence(&self, what: u32) {
        let mut state = self.state.borrow_mut();
        let state = &mut *state;
        let (me, item, group) = current(&mut state.groups, state.current);
        if what & ACQUIRES != 0 {
            item.clock.acquire_pending();
        }
        if what & RELEASES != 0 {
            item.clock.release_by_fence(me, group, what & IN_GROUP != 0);
        }
    }

    pub(crate) fn enter(&self, place: u32) {
        let mut state = self.state.borrow_mut();
        let at = state.current;
        state.groups[at.0].items[at.1].calls.push(place);
    }

    pub(crate) fn leave(&self) {
        let mut state = self.state.borrow_mut();
        let at = state.current;
        state.groups[at.0].items[at.1].calls.pop();
    }
}

/// The work-item that runs, and what it and its group know.
fn current(groups: &mut [Group], (group, local): (usize, usize)) -> (ItemId, &mut Item, &GroupClock) {
    let group = &mut groups[group];
    let me = ItemId { group: group.number, local: local as u16 };
    (me, &mut group.items[local], &group.clock)
}

impl State {
    fn begin_groups(&mut self, shape: &Shape) {
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
    fn after(&mut self, mut coroutine: WorkItem, result: CoroutineResult<Pause, ()>) -> usize {
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
    fn abandon(&mut self) {
        let left = self.groups.drain(..).flat_map(|group| group.items).filter_map(|item| item.coroutine);
        for mut coroutine in left {
            // SAFETY: as for those that end by themselves.
            unsafe { coroutine.force_reset() };
            self.free_stacks.push(coroutine.into_stack());
        }
    }

    fn is_on_own_stack(&self, address: u64, bytes: u64) -> bool {
        let stack = &self.groups[self.current.0].items[self.current.1].stack;
        stack.start <= address && address + bytes <= stack.end
    }

    /// Of which all is in `range`.
    fn is_free(&self, address: u64, bytes: u64) -> bool {
        let is_in = |range: &std::ops::Range<u64>| range.start <= address && address + bytes <= range.end;
        is_in(&self.image) || is_in(&self.block) || is_in(&self.service)
    }

    /// Whether a launch is to go on, in which something may have been found.
    fn goes_on(&mut self) -> bool {
        if !self.findings.is_empty() {
            self.left = self.left.saturating_sub(1);
        }
        self.left > 0
    }

    fn may_access(&mut self, address: u64, bytes: u64, place: u32, kind: Kind) -> bool {
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
    fn note(&mut self, address: u64, bytes: u64, place: u32, kind: Kind) {
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
struct Order {
    count: u64,
    done: u64,
    first: u64,
    step: u64,
}

impl Order {
    fn new(count: u64, random: &mut Random) -> Self {
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
