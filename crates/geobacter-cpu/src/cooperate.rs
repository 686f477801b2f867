//! Work-groups whose work-items wait for each other: each work-item has a stack, and one thread switches between them.
//!
//! Every work-item runs until it comes to a barrier or ends; then all those that wait go on. So a group cannot hang, and
//! where its work-items did not all come to the same barrier, that is seen, and reported: this is also the device to check
//! kernels on.

use std::cell::{Cell, RefCell};
use std::panic::Location;
use std::ptr::null;

use corosensei::stack::{DefaultStack, Stack};
use corosensei::{CoroutineResult, Yielder};
use geobacter_core::abi::Site;
use geobacter_core::kernel::HostShape;

use crate::overflow::{self, Ended, Routine};
use crate::panics::{self, Panic};

/// Bytes of a work-item's stack; the system gives memory for what is touched only. GPUs have less.
pub(crate) const STACK_BYTES: usize = 256 << 10;
/// What fills work-group memory when a group begins: reading what was not written shows, and is the same each time.
const UNWRITTEN: u8 = 0xa5;

/// What came of the groups that ran on this thread.
#[derive(Default)]
pub(crate) struct Outcome {
    pub(crate) panics: Vec<Panic>,
    pub(crate) overflows: Vec<Overflow>,
    pub(crate) diverged: Option<Diverged>,
    /// Why there was no stack for a work-item.
    pub(crate) no_stack: Option<String>,
}

impl Outcome {
    pub(crate) fn is_good(&self) -> bool {
        self.panics.is_empty() && self.overflows.is_empty() && self.diverged.is_none() && self.no_stack.is_none()
    }
}

/// A work-item that used up its stack.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Overflow {
    pub(crate) work_item: [u32; 3],
    pub(crate) work_group: [u32; 3],
}

/// Work-items of a group that did not come to the same barrier.
#[derive(Clone, Debug)]
pub(crate) struct Diverged {
    pub(crate) barrier: Site,
    pub(crate) waiting: u32,
    pub(crate) others: String,
    pub(crate) work_group: [u32; 3],
}

/// The group that runs on this thread.
struct Group {
    memory: *mut u8,
    /// Of the work-item that runs.
    yielder: Cell<*const Yielder<(), Site>>,
}

thread_local! {
    static GROUP: Cell<*const Group> = const { Cell::new(null()) };
    static OUTCOME: RefCell<Outcome> = RefCell::default();
    static STACKS: RefCell<Vec<DefaultStack>> = const { RefCell::new(Vec::new()) };
    static MEMORY: RefCell<Vec<Unit>> = const { RefCell::new(Vec::new()) };
}

/// As work-group memory is aligned.
#[repr(C, align(16))]
#[derive(Clone, Copy)]
struct Unit([u8; 16]);

/// Takes what the groups on this thread have left.
pub(crate) fn take_outcome() -> Outcome {
    OUTCOME.take()
}

/// The memory of the work-group that runs on this thread.
pub(crate) fn group_memory() -> *mut u8 {
    // SAFETY: set only while the group runs.
    unsafe { GROUP.get().as_ref() }.map_or(std::ptr::null_mut(), |group| group.memory)
}

/// Lets the other work-items of the group come here.
pub(crate) fn barrier(site: Site) {
    // A destructor that runs while its work-item unwinds: that one has ended, and nobody waits for it. (Another one's panic
    // would also be taken for a second one of this.)
    if std::thread::panicking() {
        return;
    }
    // SAFETY: as above.
    let Some(group) = (unsafe { GROUP.get().as_ref() }) else { return };
    let yielder = group.yielder.get();
    // SAFETY: set by the work-item that runs, which is this one.
    unsafe { (*yielder).suspend(site) };
    group.yielder.set(yielder);
}

/// Runs the work-items of a group together: a [`RunGroup`](geobacter_core::kernel::RunGroup).
pub(crate) fn run_group(shape: &HostShape, work_group: [u32; 3], work_items: [u32; 3], run: &dyn Fn(u32)) {
    let stacks = match take_stacks(work_items.iter().product::<u32>() as usize) {
        Ok(stacks) => stacks,
        Err(error) => return OUTCOME.with_borrow_mut(|outcome| outcome.no_stack = Some(error.to_string())),
    };
    let mut memory = MEMORY.take();
    memory.clear();
    memory.resize((shape.group_memory as usize).div_ceil(size_of::<Unit>()), Unit([UNWRITTEN; 16]));
    let group = Group { memory: memory.as_mut_ptr().cast(), yielder: Cell::new(null()) };
    let outer = GROUP.replace(&raw const group);

    let group_ref = &group;
    let body = move |number| {
        move |yielder: &Yielder<(), Site>, ()| {
            group_ref.yielder.set(yielder);
            panics::catch(|| run(number)).map_or_else(Ended::Panicked, |()| Ended::Returned)
        }
    };
    // SAFETY: what the bodies borrow outlives them: `run_to_the_end` ends them all.
    let items = (0..).zip(stacks).map(|(number, stack)| unsafe {
        let stack_limit = stack.limit().get();
        WorkItem { routine: Routine::with_stack_unchecked(stack, body(number)), stack_limit, number }
    });
    run_to_the_end(items.collect(), work_items, work_group);

    GROUP.set(outer);
    MEMORY.set(memory);
}

/// One of the group, until it ends.
struct WorkItem {
    routine: Routine,
    stack_limit: usize,
    number: u32,
}

/// Runs all work-items, of which there are `work_items` along each axis, from barrier to barrier, until none is left.
fn run_to_the_end(mut items: Vec<WorkItem>, work_items: [u32; 3], work_group: [u32; 3]) {
    let mut returned = 0;
    while !items.is_empty() {
        let mut waiting = Vec::with_capacity(items.len());
        let mut still_there = Vec::with_capacity(items.len());
        for mut item in items {
            match overflow::resume(&mut item.routine, item.stack_limit) {
                CoroutineResult::Yield(site) => {
                    waiting.push(site);
                    still_there.push(item);
                }
                CoroutineResult::Return(ended) => {
                    STACKS.with_borrow_mut(|stacks| stacks.push(item.routine.into_stack()));
                    match ended {
                        Ended::Returned => returned += 1,
                        Ended::Panicked(panic) => OUTCOME.with_borrow_mut(|outcome| outcome.panics.push(panic)),
                        Ended::Overflowed => {
                            let overflow = Overflow { work_item: position(item.number, work_items), work_group };
                            OUTCOME.with_borrow_mut(|outcome| outcome.overflows.push(overflow));
                        }
                    }
                }
            }
        }
        if let Some(diverged) = diverged(&waiting, returned, work_group) {
            OUTCOME.with_borrow_mut(|outcome| {
                outcome.diverged.get_or_insert(diverged);
            });
        }
        items = still_there;
    }
}

/// Where the work-item of this number is in its group.
fn position(number: u32, [nx, ny, _]: [u32; 3]) -> [u32; 3] {
    [number % nx, number / nx % ny, number / nx / ny]
}

/// Whether some wait where others do not. Those that panicked have ended as they do on a GPU, and are reported anyway.
fn diverged(waiting: &[Site], returned: u32, work_group: [u32; 3]) -> Option<Diverged> {
    let &barrier = waiting.first()?;
    let elsewhere: Vec<_> = waiting.iter().filter(|site| !is_same(site, barrier)).collect();
    let others = match elsewhere.first() {
        Some(other) => format!("while {} wait(s) at {other}", elsewhere.len()),
        None if returned > 0 => format!("while {returned} have returned"),
        None => return None,
    };
    let waiting = (waiting.len() - elsewhere.len()) as u32;
    Some(Diverged { barrier, waiting, others, work_group })
}

/// By what they say: a program may have several copies of one place.
fn is_same(a: &Location<'_>, b: &Location<'_>) -> bool {
    std::ptr::eq(a, b) || a == b
}

/// Stacks that were used before, and new ones.
fn take_stacks(count: usize) -> std::io::Result<Vec<DefaultStack>> {
    STACKS.with_borrow_mut(|pool| {
        let mut stacks = pool.split_off(pool.len().saturating_sub(count));
        while stacks.len() < count {
            match DefaultStack::new(STACK_BYTES) {
                Ok(stack) => stacks.push(stack),
                Err(error) => {
                    pool.append(&mut stacks);
                    return Err(error);
                }
            }
        }
        Ok(stacks)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shape(group_memory: u32) -> HostShape {
        HostShape {
            group_size: [8, 1, 1],
            groups: [1, 1, 1],
            group_memory,
            on_panic: panics::note_position,
            on_group: |_| {},
            run_group,
        }
    }

    #[track_caller]
    fn here() -> Site {
        Location::caller()
    }

    #[test]
    fn all_come_to_a_barrier_before_one_goes_on() {
        let order = RefCell::new(Vec::new());
        let site = here();
        run_group(&shape(0), [0; 3], [3, 1, 1], &|i| {
            for round in 0..3 {
                order.borrow_mut().push((round, i));
                barrier(site);
            }
        });
        let expected: Vec<_> = (0..3).flat_map(|round| (0..3).map(move |i| (round, i))).collect();
        assert_eq!(*order.borrow(), expected);
        assert!(take_outcome().diverged.is_none());
    }

    #[test]
    fn who_returns_early_is_told_of() {
        let site = here();
        run_group(&shape(0), [4, 0, 0], [5, 1, 1], &|i| {
            if i > 1 {
                barrier(site);
            }
        });
        let diverged = take_outcome().diverged.unwrap();
        assert_eq!((diverged.waiting, diverged.work_group), (3, [4, 0, 0]));
        assert_eq!(diverged.others, "while 2 have returned");
    }

    #[test]
    fn two_barriers_are_not_one() {
        let (a, b) = (here(), here());
        run_group(&shape(0), [0; 3], [4, 1, 1], &|i| barrier(if i == 3 { b } else { a }));
        let diverged = take_outcome().diverged.unwrap();
        assert_eq!((diverged.waiting, diverged.barrier), (3, a));
        assert_eq!(diverged.others, format!("while 1 wait(s) at {b}"));
    }

    #[test]
    fn a_panic_ends_its_work_item_and_nobody_waits_for_it() {
        let passed = Cell::new(0);
        let site = here();
        run_group(&shape(0), [0; 3], [4, 1, 1], &|i| {
            barrier(site);
            assert!(i != 2, "number two");
            barrier(site);
            passed.set(passed.get() + 1);
        });
        let outcome = take_outcome();
        assert_eq!((passed.get(), outcome.panics.len()), (3, 1));
        assert!(outcome.panics[0].message.contains("number two") && outcome.diverged.is_none());
    }

    #[test]
    fn a_barrier_in_a_destructor_does_not_hold_up_a_panic() {
        struct Waits(Site);
        impl Drop for Waits {
            fn drop(&mut self) {
                barrier(self.0);
            }
        }
        let site = here();
        run_group(&shape(0), [0; 3], [2, 1, 1], &|i| {
            let _waits = Waits(site);
            assert!(i != 0, "first");
        });
        assert_eq!(take_outcome().panics.len(), 1);
    }

    #[test]
    fn memory_begins_unwritten_and_aligned() {
        for _ in 0..2 {
            run_group(&shape(40), [0; 3], [2, 1, 1], &|i| {
                let memory = group_memory();
                assert_eq!(memory.addr() % 16, 0);
                // SAFETY: 40 bytes are there.
                let bytes = unsafe { std::slice::from_raw_parts_mut(memory, 40) };
                assert!(i == 1 || bytes == [UNWRITTEN; 40]);
                bytes.fill(7);
            });
        }
        assert!(take_outcome().panics.is_empty());
    }
}
