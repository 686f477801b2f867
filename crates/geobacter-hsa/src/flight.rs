//! The work of a queue that is not known to be done, and what became of it.

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use geobacter_driver::Error;
use geobacter_driver::failures::{FailureLog, Suspect};
use geobacter_driver::slots::Slots;
use geobacter_driver::{sites, status};
use parking_lot::Mutex;
use smallvec::SmallVec;

use crate::blocks::Block;
use crate::completion::Completion;
use crate::context::Context;
use crate::kernel::Loaded;
use crate::lock::Lock;
use crate::status::StatusRing;
use crate::sys::Queue;

/// How long a wait looks at one signal at most, before it looks whether the device is still there.
const SLICE: Duration = Duration::from_millis(100);

/// Who does a piece of work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Engine {
    /// The queue's packet processor, in order.
    Packets,
    /// A copy engine, which knows of order only what its dependencies say.
    Copies,
}

/// What a piece of work needs until it is done.
#[derive(Default)]
pub(crate) struct Keep {
    /// What it waits for: not used for other work before it is done.
    pub(crate) signals: Vec<Arc<Completion>>,
    /// Steps of its own before the last.
    pub(crate) steps: Vec<Arc<Completion>>,
    /// The other device whose memory it copies, and whose engines may be what copies it.
    pub(crate) peer: Option<Arc<Context>>,
    /// Kernel arguments, or the host's side of copies.
    pub(crate) blocks: SmallVec<[Block; 1]>,
    /// The user's memory, locked for copies.
    pub(crate) locks: SmallVec<[Lock; 1]>,
}

/// What the host does once a copy engine has brought its bytes to host memory of ours.
pub(crate) struct HostCopy {
    pub(crate) from: *const u8,
    pub(crate) to: *mut u8,
    pub(crate) bytes: usize,
}

// SAFETY: addresses; whoever submits a copy promises that the memory outlives it.
unsafe impl Send for HostCopy {}

/// A piece of work before it has a number.
pub(crate) struct Work {
    pub(crate) engine: Engine,
    pub(crate) completion: Arc<Completion>,
    pub(crate) keep: Keep,
    pub(crate) then: SmallVec<[HostCopy; 1]>,
    /// Its panic record, where it is a launch.
    pub(crate) slot: Option<usize>,
}

struct Entry {
    number: u64,
    work: Work,
}

struct Mark {
    completion: Arc<Completion>,
    /// What its packets wait for.
    keep: Vec<Arc<Completion>>,
}

#[derive(Default)]
struct State {
    /// In the order of their numbers, which have no gaps.
    entries: VecDeque<Entry>,
    /// Time stamps that are waited for; they have no number.
    marks: Vec<Mark>,
    /// The packet processor has stopped for good.
    is_broken: bool,
    /// Faults so far, and the newest.
    faults: u64,
    fault: Option<Error>,
}

/// See the module. Outlives its queue, so that the runtime can report faults to it at any time.
pub(crate) struct Flight {
    pub(crate) context: Arc<Context>,
    pub(crate) slots: Slots<Loaded>,
    pub(crate) records: StatusRing,
    pub(crate) failures: FailureLog,
    /// Number of the newest work.
    last: AtomicU64,
    state: Mutex<State>,
    /// The queue, as long as it may be stopped.
    live: Mutex<Option<*mut Queue>>,
}

// SAFETY: the pointer is a handle that the runtime takes on any thread; all else is `Send`.
unsafe impl Send for Flight {}
// SAFETY: as above.
unsafe impl Sync for Flight {}

impl Flight {
    pub(crate) fn new(context: &Arc<Context>) -> Result<Arc<Self>, Error> {
        let flight = Arc::new(Self {
            context: Arc::clone(context),
            slots: Slots::new(),
            records: StatusRing::new(context)?,
            failures: FailureLog::default(),
            last: AtomicU64::new(0),
            state: Mutex::default(),
            live: Mutex::new(None),
        });
        context.register(&flight);
        Ok(flight)
    }

    /// The number of the newest work.
    pub(crate) fn last(&self) -> u64 {
        self.last.load(Ordering::Acquire)
    }

    /// All work up to this number is known to be over.
    pub(crate) fn completed(&self) -> u64 {
        self.slots.completed()
    }

    /// Numbers a piece of work; gives it back where the packet processor that it is for has stopped.
    ///
    /// Called before packets are written, as a fault must find the work here. A copy is numbered after it was submitted, and
    /// `faults_seen` says how many faults there were when it looked for what it must wait for.
    pub(crate) fn push(&self, work: Work, faults_seen: u64) -> Result<u64, Box<Work>> {
        let mut state = self.state.lock();
        if state.is_broken && work.engine == Engine::Packets {
            return Err(Box::new(work));
        }
        let number = self.last() + 1;
        if let (true, Some(fault)) = (state.faults != faults_seen, &state.fault) {
            // What it waited for died in the meantime.
            self.failures.record(number, fault.clone());
        }
        state.entries.push_back(Entry { number, work });
        self.last.store(number, Ordering::Release);
        Ok(number)
    }

    /// Work that is not known to be over.
    pub(crate) fn len(&self) -> usize {
        self.state.lock().entries.len()
    }

    /// Whether the packet processor has stopped for good.
    pub(crate) fn is_broken(&self) -> bool {
        self.state.lock().is_broken
    }

    /// Faults so far.
    pub(crate) fn faults(&self) -> u64 {
        self.state.lock().faults
    }

    /// The newest fault.
    pub(crate) fn fault(&self) -> Option<Error> {
        self.state.lock().fault.clone()
    }

    /// The newest work that is not done, and whose it is.
    pub(crate) fn newest(&self) -> Option<(Engine, Arc<Completion>)> {
        let state = self.state.lock();
        let entry = state.entries.iter().rev().find(|entry| !entry.work.completion.is_done())?;
        Some((entry.work.engine, Arc::clone(&entry.work.completion)))
    }

    /// The newest work up to `number` that is not done: what a wait for `number` waits for.
    pub(crate) fn completion(&self, number: u64) -> Option<Arc<Completion>> {
        let state = self.state.lock();
        let upto = state.entries.partition_point(|entry| entry.number <= number);
        let entry = state.entries.range(..upto).rev().find(|entry| !entry.work.completion.is_done())?;
        Some(Arc::clone(&entry.work.completion))
    }

    /// The newest work up to `number` that the host has something to do for at its end.
    pub(crate) fn newest_host_copy(&self, number: u64) -> Option<u64> {
        let state = self.state.lock();
        state.entries.iter().rev().find(|e| e.number <= number && !e.work.then.is_empty()).map(|e| e.number)
    }

    /// Whether nothing is in flight.
    pub(crate) fn is_idle(&self) -> bool {
        self.state.lock().entries.iter().all(|entry| entry.work.completion.is_done())
    }

    /// Remembers a time stamp that the packet processor will write once `keep` is done; `false`, where it has stopped.
    pub(crate) fn push_mark(&self, completion: &Arc<Completion>, keep: Vec<Arc<Completion>>) -> bool {
        let mut state = self.state.lock();
        state.marks.retain(|mark| !mark.completion.is_done());
        if !state.is_broken {
            state.marks.push(Mark { completion: Arc::clone(completion), keep });
        }
        !state.is_broken
    }

    /// Ends what is done: bytes go where the user wanted them, and panics into the log.
    pub(crate) fn retire(&self) -> Result<(), Error> {
        let mut over = Vec::new();
        let mut state = self.state.lock();
        self.release_what_failed(&state);
        let done = state.entries.iter().take_while(|entry| entry.work.completion.is_done()).count();
        let Some(upto) = done.checked_sub(1).map(|at| state.entries[at].number) else { return Ok(()) };
        if self.records.flag().take() {
            self.collect_panics(upto).inspect_err(|_| self.records.flag().raise())?;
        }
        for entry in state.entries.drain(..done) {
            let Work { then, completion, keep, .. } = entry.work;
            if completion.has_failed() || keep.steps.iter().any(|step| step.has_failed()) {
                self.failures.record(entry.number, self.failed_copy());
            }
            for HostCopy { from, to, bytes } in then.into_iter().filter(|_| !completion.is_abandoned()) {
                // SAFETY: the copy is done, and its caller promised the target until its number is seen complete.
                unsafe { std::ptr::copy_nonoverlapping(from, to, bytes) };
            }
            over.push((keep, completion));
        }
        // Only now: whoever sees the number complete must find its bytes in place and its panic in the log.
        self.slots.complete(upto);
        drop(state);
        // Unlocked, as unlocking memory calls the kernel driver.
        drop(over);
        Ok(())
    }

    /// Lets go on what waits for a copy that has failed, or that another device's end has left behind: neither comes to 0
    /// by itself. The oldest work is what holds up the rest.
    fn release_what_failed(&self, state: &State) {
        let Some(oldest) = state.entries.iter().find(|entry| !entry.work.completion.is_done()) else { return };
        let keep = &oldest.work.keep;
        for signal in keep.signals.iter().chain(&keep.steps).chain(state.marks.iter().flat_map(|mark| &mark.keep)) {
            // Asking is what releases it.
            signal.is_done();
        }
        if let Some(Err(error)) = keep.peer.as_ref().map(|peer| peer.alive()) {
            self.failures.record(oldest.number, error);
            oldest.work.completion.abandon();
        }
    }

    #[cold]
    fn failed_copy(&self) -> Error {
        Error::DeviceFault {
            device: self.context.id().to_owned(),
            work: "a copy".to_owned(),
            reason: "the copy engine did not reach the memory on one of its sides".to_owned(),
        }
    }

    #[cold]
    fn collect_panics(&self, upto: u64) -> Result<(), Error> {
        let mut found = Vec::new();
        for (slot, record) in status::panicked(&self.records.download()?) {
            match self.slots.owner(slot) {
                Some((number, kernel)) if number <= upto => {
                    let code = self.slots.kernel(slot);
                    let sites = code.as_ref().and_then(|code| code.panic_sites());
                    let error = sites::error(&record, &kernel, sites);
                    found.push((number, slot, error.unwrap_or_else(|| status::error(&record, kernel))));
                }
                // Still running, and perhaps still writing: look again when it is done.
                _ => self.records.flag().raise(),
            }
        }
        found.sort_by_key(|&(number, ..)| number);
        for (number, slot, error) in found {
            self.records.clear(slot)?;
            self.failures.record(number, error);
        }
        Ok(())
    }

    /// Whether `number` is over, without waiting.
    pub(crate) fn finished(&self, number: u64) -> Result<bool, Error> {
        self.known(number)?;
        if number > self.completed() {
            self.retire()?;
        }
        Ok(number <= self.completed())
    }

    /// Waits until `number` is over; `false`: not by the deadline. Failures are left in the log.
    pub(crate) fn finish(&self, number: u64, deadline: Option<Instant>) -> Result<bool, Error> {
        while !self.finished(number)? {
            self.context.alive()?;
            let Some(completion) = self.completion(number) else { continue };
            let left = deadline.map_or(SLICE, |deadline| deadline.saturating_duration_since(Instant::now()));
            if left.is_zero() {
                return Ok(false);
            }
            completion.wait(left.min(SLICE));
        }
        Ok(true)
    }

    fn known(&self, number: u64) -> Result<(), Error> {
        let last = self.last();
        if number <= last {
            return Ok(());
        }
        let reason = format!("number {number} was never submitted to this queue; its newest work is number {last}");
        Err(self.context.refused("wait", &reason))
    }
}

/// Faults.
impl Flight {
    /// The kernel that the packet processor was at, where it was at one: it takes one packet at a time.
    pub(crate) fn current_kernel(&self) -> Option<Suspect> {
        let state = self.state.lock();
        let mut running = state.entries.iter().filter(|e| !e.work.completion.is_done() && e.work.slot.is_some());
        let slot = running.next()?.work.slot?;
        drop(state);
        self.slots.suspect(slot)
    }

    /// Notes that the packet processor has stopped, and why: all work in flight has failed, and what waits for it on any
    /// queue goes on. Copies end by themselves.
    pub(crate) fn fail(&self, error: &Error) {
        self.end(error, |engine| engine == Engine::Packets);
    }

    /// Gives up on copies too: nothing runs on the device any more.
    pub(crate) fn give_up(&self) {
        if let Some(error) = self.fault() {
            self.end(&error, |_| true);
        }
    }

    fn end(&self, error: &Error, is_dead: impl Fn(Engine) -> bool) {
        let mut state = self.state.lock();
        state.is_broken = true;
        state.fault = Some(error.clone());
        let is_running = |work: &Work| is_dead(work.engine) && !work.completion.is_done();
        if let Some(first) = state.entries.iter().find(|entry| is_running(&entry.work)).map(|entry| entry.number) {
            // What comes after it in this queue was to see what it did.
            self.failures.record_all(first..=self.last(), error.clone());
            state.faults += 1;
        }
        let dead = state.entries.iter().filter(|entry| is_running(&entry.work)).map(|entry| &entry.work.completion);
        let marks = state.marks.iter().map(|mark| &mark.completion).filter(|completion| !completion.is_done());
        dead.chain(marks).for_each(|completion| completion.abandon());
        state.marks.clear();
    }

    /// Makes `queue` the one that [`stop`](Self::stop) stops, and that works.
    pub(crate) fn start(&self, queue: *mut Queue) {
        *self.live.lock() = Some(queue);
        self.state.lock().is_broken = false;
    }

    /// Keeps the queue from being stopped, because it is about to be destroyed.
    pub(crate) fn release(&self) {
        *self.live.lock() = None;
    }

    /// Stops the queue: none of its kernels runs when this returns.
    pub(crate) fn stop(&self) {
        if let Some(queue) = *self.live.lock() {
            // SAFETY: not destroyed before `release`, which waits for the lock.
            let status = unsafe { (self.context.api().hsa_queue_inactivate)(queue) };
            if let Err(error) = self.context.check("hsa_queue_inactivate", status) {
                tracing::error!("{error}");
            }
        }
    }
}
