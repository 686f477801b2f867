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
use corosensei::{Coroutine, Yielder};
use geobacter_container::checked::{ACQUIRES, IN_GROUP, OWN, RELEASES};
use geobacter_core::abi::{BlockHeader, Site};
use geobacter_core::ring::Ring;
use geobacter_core::{HostWords, LaunchStatus};
use geobacter_cpu::Block;
use geobacter_driver::driver::DevicePtr;
use geobacter_driver::{Error, status};

use crate::clock::ItemId;
use crate::device::CheckKernel;
use crate::finding::{Findings, Shape};
use crate::hooks;
use crate::image::Entry;
use crate::memory::{Memory, Regions};
use crate::mode::Random;
use crate::shadow::{Kind, Shadow};
use crate::state::{GROUPS_AT_A_TIME, Order, State, current};
use crate::sync::Variables;

/// Bytes of a work-item's stack; the system gives memory for what is touched only. GPUs have less.
pub(crate) const STACK_BYTES: usize = 256 << 10;
/// Of which what kernels call here gets the last: a work-item that comes so far ends.
const STACK_RESERVE: u64 = 32 << 10;
/// A switch comes once in so many accesses, and atomic operations.
const SWITCH_AT_ACCESS: u64 = 64;
const SWITCH_AT_ATOMIC: u64 = 4;
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

    /// A function begins, which may be one that recurses without bound.
    pub(crate) fn take_stack(&self) {
        let here = 0u8;
        let has = self.state.borrow_mut().has_stack_left((&raw const here).addr() as u64, STACK_RESERVE);
        if !has {
            self.end();
        }
    }

    /// A turn of a loop that does not end: nothing comes of it, but for others, and for who waits for what was found.
    pub(crate) fn spin(&self) {
        let goes_on = self.state.borrow_mut().goes_on();
        self.pause(if goes_on { Pause::Switch } else { Pause::End });
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
