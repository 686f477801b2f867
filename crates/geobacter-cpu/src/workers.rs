//! Spreads the work-groups of a launch over threads.

use std::cell::Cell;
use std::mem::MaybeUninit;
use std::ops::Range;
use std::sync::Mutex;

use geobacter_core::kernel::{HostEntry, HostShape};
use rayon::prelude::*;

use crate::cooperate::{self, Diverged, Outcome, Overflow};
use crate::overflow::{self, Ended, Text};
use crate::panics::Panic;

/// Pieces for each thread: enough that uneven work-groups even out, few enough that starting one costs nothing.
const PIECES_PER_THREAD: u64 = 32;
/// Work-items below which a piece is not worth a look by other threads.
const SMALLEST_PIECE: u64 = 1024;
/// Bytes below which a copy or fill is not worth splitting.
const SMALLEST_COPY: usize = 4 << 20;

/// The threads that kernels, copies and fills run on.
pub(crate) struct Workers {
    /// `None` in deterministic mode: everything runs on the queue's own thread, in order.
    pool: Option<rayon::ThreadPool>,
}

/// What came of a launch's work-items, where not all went well.
#[derive(Default)]
pub(crate) struct Failures {
    pub(crate) panics: Option<Panics>,
    pub(crate) overflows: Option<Overflows>,
    pub(crate) diverged: Option<Diverged>,
    /// Why there was no stack for a work-item.
    pub(crate) no_stack: Option<String>,
}

/// The work-items that panicked.
pub(crate) struct Panics {
    pub(crate) first: Panic,
    pub(crate) count: u64,
}

/// The work-items that used up their stack.
pub(crate) struct Overflows {
    /// The first one. Those that run in a loop are not told apart.
    pub(crate) work_item: Option<[u32; 3]>,
    pub(crate) work_group: [u32; 3],
    /// Bytes of that stack.
    pub(crate) stack: usize,
    pub(crate) count: u64,
}

/// A kernel's code, and where the code around it lies.
#[derive(Clone, Copy)]
pub(crate) struct Code {
    pub(crate) entry: HostEntry,
    pub(crate) text: Text,
}

thread_local! {
    /// The group whose work-items run on this thread, one after the other.
    static GROUP: Cell<u64> = const { Cell::new(0) };
}

/// The kernel loop calls this before each group.
pub(crate) fn note_group(linear: u64) {
    GROUP.set(linear);
}

impl Failures {
    fn add_overflow(&mut self, work_item: Option<[u32; 3]>, work_group: [u32; 3], stack: usize) {
        match &mut self.overflows {
            Some(overflows) => overflows.count += 1,
            none => *none = Some(Overflows { work_item, work_group, stack, count: 1 }),
        }
    }

    fn add_panic(&mut self, panic: Panic) {
        match &mut self.panics {
            Some(panics) => panics.count += 1,
            none => *none = Some(Panics { first: panic, count: 1 }),
        }
    }

    fn add(&mut self, outcome: Outcome) {
        outcome.panics.into_iter().for_each(|panic| self.add_panic(panic));
        for Overflow { work_item, work_group } in outcome.overflows {
            self.add_overflow(Some(work_item), work_group, cooperate::STACK_BYTES);
        }
        self.diverged = self.diverged.take().or(outcome.diverged);
        self.no_stack = self.no_stack.take().or(outcome.no_stack);
    }
}

impl Workers {
    pub(crate) fn from_environment() -> Self {
        let deterministic = std::env::var_os("GEOBACTER_CPU_DETERMINISTIC").is_some_and(|v| v != "0");
        if deterministic {
            return Workers { pool: None };
        }
        let threads = std::env::var("GEOBACTER_CPU_THREADS").ok().and_then(|v| v.parse().ok()).unwrap_or(0);
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(threads)
            .thread_name(|i| format!("geobacter-cpu-{i}"))
            .build()
            .inspect_err(|e| tracing::warn!("no threads for the CPU device, running on one: {e}"))
            .ok();
        Workers { pool }
    }

    /// Everything runs on the queue's own thread.
    pub(crate) fn none() -> Self {
        Workers { pool: None }
    }

    pub(crate) fn count(&self) -> usize {
        self.pool.as_ref().map_or(1, rayon::ThreadPool::current_num_threads)
    }

    /// Runs every work-item. A panic ends its own; the others run. A stack that is used up ends its work-item too and, where
    /// those of a group run in a loop on one stack, those of the group that would have come after it.
    pub(crate) fn run(&self, code: Code, block: &Block, shape: &HostShape) -> Failures {
        let groups = shape.groups.iter().map(|&n| u64::from(n)).product::<u64>();
        let found = Mutex::new(Failures::default());
        let run = |range: Range<u64>| run_piece(code, block, shape, range, &found);
        match &self.pool {
            None => run(0..groups),
            Some(pool) => {
                let piece = self.piece(groups, shape);
                if piece >= groups {
                    run(0..groups);
                } else {
                    let pieces = groups.div_ceil(piece);
                    // A thread walks through neighbouring pieces until another has none left and takes half of them: long
                    // runs through memory, and no thread idle where some work-groups take longer than others.
                    pool.install(|| {
                        (0..pieces as usize).into_par_iter().for_each(|i| {
                            let i = i as u64;
                            run(i * piece..((i + 1) * piece).min(groups));
                        });
                    });
                }
            }
        }
        found.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    /// How many groups make a piece.
    fn piece(&self, groups: u64, shape: &HostShape) -> u64 {
        let items = shape.group_size.iter().map(|&n| u64::from(n)).product::<u64>();
        let even = groups / (self.count() as u64 * PIECES_PER_THREAD);
        even.max(SMALLEST_PIECE / items.max(1)).max(1)
    }

    /// Calls `part(offset, len)` over `bytes` bytes, split where that pays. `unit` divides every offset.
    pub(crate) fn split(&self, bytes: usize, unit: usize, part: impl Fn(usize, usize) + Sync) {
        match &self.pool {
            Some(pool) if bytes > SMALLEST_COPY => {
                let piece = (bytes / self.count()).max(SMALLEST_COPY).next_multiple_of(unit);
                pool.install(|| {
                    (0..bytes.div_ceil(piece))
                        .into_par_iter()
                        .for_each(|i| part(i * piece, piece.min(bytes - i * piece)));
                });
            }
            _ => part(0, bytes),
        }
    }
}

/// Runs `rest`; after a panic, what comes after the work-item that panicked; after an overflow, what comes after the group.
fn run_piece(code: Code, block: &Block, shape: &HostShape, mut rest: Range<u64>, found: &Mutex<Failures>) {
    let mut first_item = 0;
    while !rest.is_empty() {
        // SAFETY: the block belongs to this kernel's launch, and each work-item is run once.
        let run = || unsafe { (code.entry)(block.as_ptr(), shape, rest.clone(), first_item) };
        let ended = overflow::on_own_stack(code.text, run);
        let outcome = cooperate::take_outcome();
        if matches!(ended, Ok(Ended::Returned)) && outcome.is_good() {
            return;
        }
        let mut found = found.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        found.add(outcome);
        match ended {
            Ok(Ended::Returned) => return,
            Ok(Ended::Panicked(panic)) => {
                rest.start = linear(panic.work_group, shape.groups).clamp(rest.start, rest.end - 1);
                first_item = linear(panic.work_item, shape.group_size) as u32 + 1;
                found.add_panic(panic);
            }
            Ok(Ended::Overflowed) => {
                let group = GROUP.get();
                found.add_overflow(None, position(group, shape.groups), overflow::SHARED_STACK_BYTES);
                (rest.start, first_item) = (group + 1, 0);
            }
            Err(error) => {
                found.no_stack.get_or_insert_with(|| error.to_string());
                return;
            }
        }
    }
}

/// The linear index of `at` in a box of `size`, axis 0 fastest.
fn linear(at: [u32; 3], size: [u32; 3]) -> u64 {
    let [x, y, z] = at.map(u64::from);
    let [nx, ny, _] = size.map(u64::from);
    (z * ny + y) * nx + x
}

/// What is at a linear index in a box of `size`, axis 0 fastest.
fn position(linear: u64, size: [u32; 3]) -> [u32; 3] {
    let [nx, ny, _] = size.map(u64::from);
    [linear % nx, linear / nx % ny, linear / nx / ny].map(|at| at as u32)
}

/// A kernarg block, aligned for any argument.
pub struct Block(Vec<Aligned>);

/// The largest alignment a kernarg block may have.
#[repr(C, align(128))]
#[derive(Clone, Copy)]
struct Aligned([MaybeUninit<u8>; 128]);

impl Block {
    /// A copy of these bytes.
    pub fn new(bytes: &[MaybeUninit<u8>]) -> Self {
        let mut block = vec![Aligned([MaybeUninit::uninit(); 128]); bytes.len().div_ceil(size_of::<Aligned>())];
        for (to, from) in block.iter_mut().zip(bytes.chunks(size_of::<Aligned>())) {
            to.0[..from.len()].copy_from_slice(from);
        }
        Block(block)
    }

    /// Where it begins.
    pub fn as_ptr(&self) -> *const u8 {
        self.0.as_ptr().cast()
    }
}
