//! Families of launches: a launch, and all that its kernels launch.
//!
//! Kernels put their requests into device memory. Once a generation of kernels has ended, a thread takes out what they asked
//! for, and launches that on the same queue, in order. Until nothing more is asked for, the queue belongs to the family: what
//! else is submitted to it waits on the host. So nothing on the device ever waits for the host, which could not be relied upon:
//! loading a child's code may have to wait for the device.

use std::any::Any;
use std::mem::MaybeUninit;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, SendError, Sender, channel};
use std::time::{Duration, Instant};

use geobacter_driver::driver::{Copy as CopyJob, DevicePtr, DriverKernel, DriverMark, DriverQueue, LaunchShape};
use geobacter_driver::failures::FailureLog;
use geobacter_driver::poll;
use parking_lot::{Condvar, Mutex};

use crate::child::{Mailbox, Member, Plan};
use crate::kernels::Loaded;
use crate::queue::Queue;
use crate::shape::Shape;
use crate::signal::Signal;
use crate::{Device, Error, Result};

/// The number of a family's only work: all of it.
pub(crate) const WHOLE: u64 = u64::MAX;

/// Bytes of a mailbox that are fetched with the number of its requests, so that few of them take one copy only.
const HEAD: usize = 4 << 10;

/// How long a thread waits for the next family of its queue before it ends: loops that launch families have one thread.
const IDLE: Duration = Duration::from_millis(100);

/// The family that a queue belongs to, if any.
#[derive(Default)]
pub(crate) struct Open {
    any: AtomicBool,
    family: Mutex<Option<Arc<Family>>>,
    /// Where the thread that serves the queue's families gets them from, if there is one.
    thread: Mutex<Option<Sender<Job>>>,
}

type Job = (Server, Arc<Family>);

impl Open {
    /// Waits until the queue belongs to no family.
    #[inline]
    pub(crate) fn wait(&self) {
        if self.any.load(Ordering::Acquire) {
            self.wait_for_family();
        }
    }

    #[cold]
    fn wait_for_family(&self) {
        let family = self.family.lock().clone();
        if let Some(family) = family {
            family.wait_until_over(None);
        }
    }
}

/// A launch and all that came of it, seen as a queue with one piece of work: what a [`Signal`] refers to.
pub(crate) struct Family {
    queue: Arc<dyn DriverQueue>,
    open: Arc<Open>,
    state: Mutex<State>,
    moved: Condvar,
}

#[derive(Default)]
struct State {
    /// Once it is over: the number on the queue of the work that failed, or else of the last.
    outcome: Option<u64>,
    callbacks: Vec<Box<dyn FnOnce() + Send>>,
}

impl Family {
    /// Makes a queue belong to a new family, once it belongs to no other.
    fn open(queue: &Queue) -> Arc<Self> {
        let open = queue.open();
        let family = Arc::new(Family {
            queue: queue.0.clone(),
            open: open.clone(),
            state: Mutex::default(),
            moved: Condvar::new(),
        });
        loop {
            open.wait();
            let mut current = open.family.lock();
            if current.is_none() {
                *current = Some(family.clone());
                open.any.store(true, Ordering::Release);
                return family;
            }
        }
    }

    /// What a signal for all of it has become, once it is over.
    pub(crate) fn outcome(&self) -> Option<(&Arc<dyn DriverQueue>, u64)> {
        self.state.lock().outcome.map(|number| (&self.queue, number))
    }

    /// Notes that it is over, and gives the queue back.
    fn finish(&self, outcome: u64) {
        {
            let mut current = self.open.family.lock();
            self.open.any.store(false, Ordering::Release);
            *current = None;
        }
        let callbacks = {
            let mut state = self.state.lock();
            state.outcome = Some(outcome);
            std::mem::take(&mut state.callbacks)
        };
        self.moved.notify_all();
        callbacks.into_iter().for_each(|then| then());
    }

    /// Waits until it is over, well or badly: on which number to wait then. `None` where the deadline came first.
    fn wait_until_over(&self, deadline: Option<Instant>) -> Option<u64> {
        let mut state = self.state.lock();
        loop {
            if let Some(outcome) = state.outcome {
                return Some(outcome);
            }
            match deadline {
                None => self.moved.wait(&mut state),
                Some(deadline) if self.moved.wait_until(&mut state, deadline).timed_out() => return state.outcome,
                Some(_) => (),
            }
        }
    }

    fn takes_no_work(&self) -> Error {
        Error::DriverCall {
            device: "a family of launches".to_owned(),
            call: "submit",
            reason: "only its own kernels add to it".to_owned(),
        }
    }
}

impl DriverQueue for Family {
    unsafe fn launch(&self, _: &Arc<dyn DriverKernel>, _: &LaunchShape, _: &[MaybeUninit<u8>]) -> Result<u64> {
        Err(self.takes_no_work())
    }

    unsafe fn copy(&self, _: CopyJob, _: usize) -> Result<u64> {
        Err(self.takes_no_work())
    }

    unsafe fn fill(&self, _: DevicePtr, _: &[u8], _: usize) -> Result<u64> {
        Err(self.takes_no_work())
    }

    fn wait_for(&self, _: &Arc<dyn DriverQueue>, _: u64) -> Result<()> {
        Err(self.takes_no_work())
    }

    fn submitted(&self) -> u64 {
        WHOLE
    }

    fn has_passed(&self, _: u64) -> bool {
        self.state.lock().outcome.is_some()
    }

    fn wait_until_passed(&self, _: u64) {
        self.wait_until_over(None);
    }

    fn is_complete(&self, _: u64) -> Result<bool> {
        let outcome = self.state.lock().outcome;
        outcome.map_or(Ok(false), |outcome| self.queue.is_complete(outcome))
    }

    fn wait(&self, _: u64, timeout: Option<Duration>) -> Result<bool> {
        match self.wait_until_over(poll::deadline(timeout)) {
            None => Ok(false),
            // It has passed: this says how.
            Some(outcome) => self.queue.wait(outcome, None),
        }
    }

    fn failures(&self) -> &FailureLog {
        self.queue.failures()
    }

    fn on_complete(&self, _: u64, then: Box<dyn FnOnce() + Send>) {
        let mut state = self.state.lock();
        if state.outcome.is_none() {
            state.callbacks.push(then);
        } else {
            drop(state);
            then();
        }
    }

    fn mark(&self) -> Result<Box<dyn DriverMark>> {
        Err(self.takes_no_work())
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

/// Launches what kernels ask for.
struct Server {
    device: Device,
    queue: Arc<dyn DriverQueue>,
    kernels: Vec<Option<Member>>,
    mailboxes: Vec<Mailbox>,
    /// Numbers of the family's work on the queue since it was last looked at.
    running: Vec<u64>,
}

/// A request that was found good.
struct Ready<'a> {
    member: &'a Member,
    kernel: Loaded,
    shape: Shape,
    value: &'a [u8],
}

/// Launches a kernel whose launchers are those of `plan`, by calling `submit` once the mailboxes are empty. What everything that
/// came of it can be waited for by.
///
/// # Safety
/// As [`DriverQueue::launch`]: all memory that kernels of the plan refer to must outlive the family.
pub(crate) unsafe fn launch(
    device: &Device,
    queue: &Queue,
    plan: Plan,
    submit: impl FnOnce(&dyn DriverQueue) -> Result<u64>,
) -> Result<Signal> {
    let family = Family::open(queue);
    let Plan { kernels, mailboxes, .. } = plan;
    let mut server = Server { device: device.clone(), queue: queue.0.clone(), kernels, mailboxes, running: Vec::new() };
    if let Err(error) = server.begin(submit) {
        let outcome = server.wait_for_running();
        family.finish(outcome);
        return Err(error);
    }
    let signal = Signal { queue: family.clone(), value: WHOLE };
    queue.open().serve((server, family));
    Ok(signal)
}

impl Open {
    /// Has a thread serve a family.
    fn serve(self: &Arc<Self>, job: Job) {
        let mut thread = self.thread.lock();
        let jobs = match &*thread {
            Some(jobs) => jobs,
            None => thread.insert(self.begin()),
        };
        if let Err(SendError(job)) = jobs.send(job) {
            // There can be no thread, so the launch waits.
            *thread = None;
            drop(thread);
            run(job);
        }
    }

    fn begin(self: &Arc<Self>) -> Sender<Job> {
        let (sender, jobs) = channel();
        let open = self.clone();
        let thread = std::thread::Builder::new().name("geobacter-launches".to_owned());
        if let Err(error) = thread.spawn(move || open.run(&jobs)) {
            tracing::warn!("no thread for what kernels launch, so launches wait for it: {error}");
        }
        sender
    }

    fn run(&self, jobs: &Receiver<Job>) {
        loop {
            let job = jobs.recv_timeout(IDLE).or_else(|_| {
                let mut thread = self.thread.lock();
                // Whoever sends has the lock: what is not there now goes to another thread.
                jobs.try_recv().inspect_err(|_| *thread = None)
            });
            match job {
                Ok(job) => run(job),
                Err(_) => return,
            }
        }
    }
}

fn run((mut server, family): Job) {
    // Whatever happens, nobody may wait for ever.
    let outcome = catch_unwind(AssertUnwindSafe(|| server.serve()));
    let outcome = outcome.unwrap_or_else(|_| {
        server.fail(Error::DriverCall {
            device: server.device.id().to_owned(),
            call: "launching what kernels asked for",
            reason: "a panic on the host, which was printed where it happened".to_owned(),
        })
    });
    // The memory of the plan's kernels may go from here on.
    drop(server);
    family.finish(outcome);
}

impl Server {
    fn begin(&mut self, submit: impl FnOnce(&dyn DriverQueue) -> Result<u64>) -> Result<()> {
        self.empty(|_| true)?;
        self.running.push(submit(&*self.queue)?);
        Ok(())
    }

    /// Launches one generation after the other, until one asks for nothing, or something goes wrong: the number of what failed,
    /// or else of the last work.
    fn serve(&mut self) -> u64 {
        let mut depth = 1;
        loop {
            let last = self.wait_for_running();
            if let Some(failed) = self.running.iter().find(|&&number| self.queue.failures().has(number)) {
                return *failed;
            }
            self.running = vec![last];
            match self.next(depth) {
                Ok(true) => depth += 1,
                Ok(false) => return self.wait_for_running(),
                Err(error) => return self.fail(error),
            }
        }
    }

    /// Notes why no more is launched, once what was has passed.
    fn fail(&mut self, error: Error) -> u64 {
        let last = self.wait_for_running();
        self.queue.failures().record(last, error);
        last
    }

    /// Waits until all that was submitted has passed: the number of the last.
    fn wait_for_running(&self) -> u64 {
        let last = self.running.iter().copied().max().unwrap_or(0);
        self.queue.wait_until_passed(last);
        last
    }

    /// Launches what the last generation asked for, if anything.
    fn next(&mut self, depth: u32) -> Result<bool> {
        let requests = (0..self.mailboxes.len()).map(|i| self.fetch(i)).collect::<Result<Vec<_>>>()?;
        if requests.iter().all(Vec::is_empty) {
            return Ok(false);
        }
        self.empty(|i| !requests[i].is_empty())?;
        // All of them are looked at before the first is launched.
        let mut blocks = Vec::new();
        for ready in self.check(&requests, depth)? {
            let block = ready.member.block(&ready.shape, ready.value);
            blocks.push((ready.kernel, ready.shape, block, ready.member.refills.clone()));
        }
        for (kernel, shape, block, refills) in blocks {
            for refill in refills {
                // SAFETY: inside memory that the family keeps.
                let filled = unsafe { self.queue.fill(refill.to, &refill.value.to_ne_bytes(), refill.words) }?;
                self.running.push(filled);
            }
            // SAFETY: the device loaded the kernel, the block is of its type, and the family keeps what it refers to.
            let number = unsafe { self.queue.launch(&kernel.kernel, &shape.launch, &block) }?;
            self.running.push(number);
        }
        Ok(true)
    }

    /// Empties the mailboxes with such an index.
    fn empty(&mut self, which: impl Fn(usize) -> bool) -> Result<()> {
        for (_, mailbox) in self.mailboxes.iter().enumerate().filter(|(i, _)| which(*i)) {
            // SAFETY: the number of requests, at the beginning of memory that the family keeps.
            let emptied = unsafe { self.queue.fill(mailbox.memory.ptr(), &0u64.to_ne_bytes(), 1) }?;
            self.running.push(emptied);
        }
        Ok(())
    }

    /// The bytes of all requests in a mailbox.
    fn fetch(&mut self, index: usize) -> Result<Vec<u8>> {
        let Mailbox { first, size, capacity, .. } = self.mailboxes[index];
        let all = first + size * capacity;
        let mut bytes = vec![0; all.min(HEAD)];
        self.copy(index, 0, &mut bytes)?;
        let count = u64::from_ne_bytes(*bytes.first_chunk().expect("the number of requests"));
        // Those beyond were refused when they were made.
        let end = first + size * capacity.min(usize::try_from(count).unwrap_or(usize::MAX));
        if end > bytes.len() {
            let fetched = bytes.len();
            bytes.resize(end, 0);
            self.copy(index, fetched, &mut bytes[fetched..])?;
        }
        bytes.truncate(end);
        bytes.drain(..first);
        Ok(bytes)
    }

    /// Copies part of a mailbox to the host.
    fn copy(&mut self, index: usize, offset: usize, to: &mut [u8]) -> Result<()> {
        let from = DevicePtr(self.mailboxes[index].memory.ptr().0 + offset as u64);
        // SAFETY: inside the mailbox, and this waits until the copy is over.
        let number = unsafe { self.queue.copy(CopyJob::DeviceToHost { from, to: to.as_mut_ptr() }, to.len())? };
        self.running.push(number);
        self.queue.wait_until_passed(number);
        match self.queue.failures().has(number) {
            // It was told of there.
            true => self.queue.wait(number, None).map(drop),
            false => Ok(()),
        }
    }

    /// Makes every request ready, or says what is wrong with one.
    fn check<'a>(&'a self, requests: &'a [Vec<u8>], depth: u32) -> Result<Vec<Ready<'a>>> {
        let mut all = Vec::new();
        for (mailbox, requests) in self.mailboxes.iter().zip(requests) {
            let member = self.kernels[mailbox.kernel].as_ref().expect("filled in when its arguments were packed");
            let count = requests.len() / mailbox.size;
            if count > 0 && depth > mailbox.limits.max_depth {
                return Err(Error::ChildTooDeep {
                    kernel: member.name.to_owned(),
                    count,
                    depth,
                    limit: mailbox.limits.max_depth,
                    made_at: mailbox.limits.made_at.to_string(),
                });
            }
            for request in requests.chunks_exact(mailbox.size) {
                all.push(self.ready(mailbox, member, request).map_err(|source| Error::ChildRefused {
                    kernel: member.name.to_owned(),
                    depth,
                    made_at: mailbox.limits.made_at.to_string(),
                    source: Arc::new(source),
                })?);
            }
        }
        Ok(all)
    }

    fn ready<'a>(&self, mailbox: &Mailbox, member: &'a Member, request: &'a [u8]) -> Result<Ready<'a>> {
        let (mut shape, bounds) = (mailbox.shape)(request, self.device.info())?;
        let kernel = member.prepare(&self.device, &mut shape, bounds)?;
        Ok(Ready { member, kernel, shape, value: &request[mailbox.value.clone()] })
    }
}

#[cfg(test)]
mod tests {
    use geobacter_core::{Grid, Launcher, WorkItem};

    use super::*;
    use crate::memory::{Signals, merge};
    use crate::{Child, Launch};

    fn ask(item: WorkItem, x: &[u32], child: Launcher<u32>) {
        child.launch(Grid::covering(2), x[item.global_id()]);
    }

    fn check(_: WorkItem, value: u32) {
        assert!(value < 10, "{value} is too large");
    }

    fn family(device: &Device, queue: &Queue, x: &[u32]) -> Launch {
        let buffer = device.buffer_from(x).unwrap();
        device.launch_on(queue, Grid::covering(x.len()), ask, (&buffer, Child::of(check, ()))).unwrap()
    }

    #[test]
    fn a_signal_becomes_the_queues_once_the_family_is_over() {
        let device = Device::open("cpu").unwrap();
        let queue = device.new_queue().unwrap();
        for (value, is_good) in [(3, true), (30, false)] {
            let launch = family(&device, &queue, &[1, value]);
            let mut signal = launch.signal().clone();
            assert!(signal.is_of_family() && !signal.is_on(&queue.0));
            signal.wait_until_passed();
            signal.settle();
            assert!(!signal.is_of_family() && signal.is_on(&queue.0));
            assert_eq!((signal.wait().is_ok(), launch.wait().is_ok()), (is_good, is_good));
        }
    }

    #[test]
    fn signals_of_many_families_are_few() {
        let device = Device::open("cpu").unwrap();
        let queues = [device.new_queue().unwrap(), device.new_queue().unwrap()];
        let mut signals = Signals::new();
        for i in 0..20 {
            let launch = family(&device, &queues[i % 2], &[1]);
            merge(&mut signals, launch.signal());
            launch.wait().unwrap();
        }
        // The last two families may not have been looked at since they ended.
        assert!(signals.len() <= 4, "{}", signals.len());
    }

    #[test]
    fn a_queue_is_free_again_when_its_family_is_over() {
        let device = Device::open("cpu").unwrap();
        let queue = device.new_queue().unwrap();
        let launch = family(&device, &queue, &[1, 2, 3]);
        queue.wait_for_room();
        assert!(launch.is_complete().unwrap());
        assert!(queue.open().family.lock().is_none());
    }

    #[test]
    fn a_failure_that_nobody_was_told_of_is_told_to_the_next() {
        let device = Device::open("cpu").unwrap();
        let queue = device.new_queue().unwrap();
        drop(family(&device, &queue, &[11]));
        let later = device.launch_on(&queue, Grid::covering(1), |_: WorkItem| (), ()).unwrap();
        let error = later.wait().unwrap_err().to_string();
        assert!(error.contains("11 is too large"), "{error}");
        assert!(later.wait().is_ok());
    }

    #[test]
    fn the_calls_back_come_when_all_is_over() {
        let device = Device::open("cpu").unwrap();
        let queue = device.new_queue().unwrap();
        let (called, calls) = std::sync::mpsc::channel();
        let launch = family(&device, &queue, &[1, 2, 3]);
        for _ in 0..2 {
            let (called, signal) = (called.clone(), launch.signal().clone());
            let then = Box::new(move || called.send(signal.has_passed()).unwrap());
            launch.signal().queue.on_complete(launch.signal().value, then);
            launch.wait().unwrap();
        }
        assert_eq!([calls.recv(), calls.recv()], [Ok(true), Ok(true)]);
    }
}
