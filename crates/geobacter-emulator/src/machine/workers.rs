//! The threads that run a dispatch's work-groups.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Instant;

use parking_lot::Mutex;

use crate::generation::Generation;
use crate::{Dispatch, Fault, FaultKind, MemoryMap, Options, Statistics};

use super::blocks::{Blocks, Code};
use super::group::{Counts, Group, Surroundings, Turn};
use super::launch::Launch;

/// What running a dispatch takes besides the dispatch.
pub(crate) struct Run<'a> {
    pub(crate) code: &'a Code,
    pub(crate) generation: Generation,
    pub(crate) options: Options,
    pub(crate) threads: usize,
    pub(crate) memory: &'a dyn MemoryMap,
}

/// Work-groups that one thread has started and not finished. A group that waits for another one to do something goes on
/// only if that one has been started; the hardware, too, has a few hundred at once.
const RESIDENT: usize = 64;

/// Runs a dispatch, and gives what was done.
pub(crate) fn run(run: &Run<'_>, dispatch: &Dispatch) -> (Statistics, Result<(), Fault>) {
    let launch = match Launch::new(dispatch, run.generation, run.memory) {
        Ok(launch) => launch,
        Err(kind) => return (Statistics::default(), Err(without_instruction(kind, dispatch.kernel_object))),
    };
    let shared = Shared {
        run,
        started: Instant::now(),
        groups: launch.groups(),
        launch,
        next: AtomicU64::new(0),
        stop: AtomicBool::new(false),
        fault: Mutex::new(None),
        statistics: Mutex::default(),
    };
    let helpers = (run.threads as u64).min(shared.groups).saturating_sub(1);
    std::thread::scope(|scope| {
        for _ in 0..helpers {
            // Fewer threads do the same, later.
            let _ = std::thread::Builder::new().name("geobacter-emulator".into()).spawn_scoped(scope, || shared.work());
        }
        shared.work();
    });
    let result = shared.fault.into_inner().map_or(Ok(()), Err);
    (shared.statistics.into_inner(), result)
}

fn without_instruction(kind: FaultKind, address: u64) -> Fault {
    let instruction = String::new();
    Fault { kind, instruction, address, offset: 0, group: [0; 3], wave: 0, lane: None, data_address: None }
}

struct Shared<'a> {
    run: &'a Run<'a>,
    launch: Launch,
    started: Instant,
    groups: u64,
    /// The next work-group to start. They start in order, so that one may rely on those before it.
    next: AtomicU64,
    stop: AtomicBool,
    fault: Mutex<Option<Fault>>,
    statistics: Mutex<Statistics>,
}

impl Shared<'_> {
    fn work(&self) {
        let around = Surroundings {
            launch: &self.launch,
            memory: self.run.memory,
            options: self.run.options,
            started: self.started,
        };
        let mut blocks = Blocks::new(self.run.code, self.run.memory);
        let (mut counts, mut finished) = (Counts::default(), 0);
        let mut resident = VecDeque::new();
        let mut spare: Vec<Group> = Vec::new();
        // Turns in a row in which every group waited.
        let mut waited = 0;
        while !self.stop.load(Ordering::Relaxed) {
            let mut group = match self.start(&around, resident.len(), &mut spare) {
                Some(group) => group,
                None => match resident.pop_front() {
                    Some(group) => group,
                    None => break,
                },
            };
            match group.turn(&around, &mut blocks, &mut counts) {
                Ok(Turn::Ended) => {
                    finished += 1;
                    waited = 0;
                    spare.push(group);
                    continue;
                }
                Ok(Turn::Used) => waited = 0,
                Ok(Turn::Waiting) => waited += 1,
                Err(fault) => {
                    self.stop_with(fault);
                    break;
                }
            }
            resident.push_back(group);
            if waited >= resident.len() {
                std::thread::yield_now();
            }
            if self.run.memory.cancelled() {
                self.stop_with(without_instruction(FaultKind::Cancelled, self.launch.entry));
            }
        }
        let mut statistics = self.statistics.lock();
        statistics.groups += finished;
        statistics.wave_instructions += counts.waves;
        statistics.lane_instructions += counts.lanes;
    }

    /// Starts the next work-group, if there is one, and room for it.
    fn start(&self, around: &Surroundings<'_>, resident: usize, spare: &mut Vec<Group>) -> Option<Group> {
        if resident >= RESIDENT {
            return None;
        }
        let index = self.next.fetch_add(1, Ordering::Relaxed);
        if index >= self.groups {
            // Not further: it could wrap, if a dispatch waited long enough.
            self.next.store(self.groups, Ordering::Relaxed);
            return None;
        }
        let mut group = spare.pop().unwrap_or_default();
        group.start(index, around);
        Some(group)
    }

    /// The first fault is the one reported.
    fn stop_with(&self, fault: Fault) {
        self.fault.lock().get_or_insert(fault);
        self.stop.store(true, Ordering::Relaxed);
    }
}
