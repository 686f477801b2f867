//! The thread that calls back when work is done.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use crate::driver::DriverQueue;

/// How soon after something has happened it looks again.
const FIRST_PAUSE: Duration = Duration::from_micros(20);
/// How seldom it looks when nothing happens.
const LAST_PAUSE: Duration = Duration::from_micros(500);

/// What the waiter asks.
pub trait Watched: Send + Sync {
    /// Whether work number `number` is complete or has failed.
    fn is_over(&self, number: u64) -> bool;
}

/// Calls back when work is done: one thread for all queues of a device, begun when first needed.
///
/// It asks rather than being told: vendors' own call-backs (`cuLaunchHostFunc`, handlers of HSA signals) never come once
/// the queue has failed, and may not call the vendor's runtime.
#[derive(Default)]
pub struct Waiter(OnceLock<Sender<Job>>);

struct Job {
    queue: Arc<dyn Watched>,
    number: u64,
    then: Box<dyn FnOnce() + Send>,
}

impl Job {
    /// Whether its work is done, well or badly.
    fn is_over(&self) -> bool {
        self.queue.is_over(self.number)
    }

    fn call(self) {
        // One bad call-back must not cost the others theirs.
        if catch_unwind(AssertUnwindSafe(self.then)).is_err() {
            tracing::error!("a call-back for completed device work panicked");
        }
    }
}

impl Waiter {
    /// Calls `then` once number `number` of `queue` is complete or has failed.
    ///
    /// `queue` must keep the waiter alive: a job whose waiter is gone is finished on the thread that asked for it.
    pub fn call(&self, queue: Arc<dyn Watched>, number: u64, then: Box<dyn FnOnce() + Send>) {
        let job = Job { queue, number, then };
        // The thread runs as long as the sender lives, and every job keeps the waiter alive, which has the sender.
        if let Err(mpsc::SendError(job)) = self.0.get_or_init(begin).send(job) {
            finish_here(job);
        }
    }
}

fn begin() -> Sender<Job> {
    let (sender, jobs) = mpsc::channel();
    let thread = std::thread::Builder::new().name("geobacter-waiter".to_owned());
    // Where no thread can be made the receiver is dropped, and `send` gives each job back.
    if let Err(error) = thread.spawn(move || run(&jobs)) {
        tracing::error!("no thread for call-backs: {error}");
    }
    sender
}

fn run(jobs: &Receiver<Job>) {
    let mut pending: Vec<Job> = Vec::new();
    let mut pause = FIRST_PAUSE;
    loop {
        let next = match pending.is_empty() {
            true => jobs.recv().map_err(|_| RecvTimeoutError::Disconnected),
            false => jobs.recv_timeout(pause),
        };
        match next {
            Ok(job) => {
                pending.push(job);
                pause = FIRST_PAUSE;
            }
            Err(RecvTimeoutError::Timeout) => pause = (pause * 2).min(LAST_PAUSE),
            // Nobody is left who could send, so nobody's job is left either.
            Err(RecvTimeoutError::Disconnected) => return,
        }
        for job in pending.extract_if(.., |job| job.is_over()) {
            pause = FIRST_PAUSE;
            job.call();
        }
    }
}

/// Without a thread: blocks, which is late but not lost.
fn finish_here(job: Job) {
    while !job.is_over() {
        std::thread::sleep(LAST_PAUSE);
    }
    job.call();
}

/// Blocks until another driver's queue has come so far. Not by its `wait`, which would take what failed there from those
/// who wait for that queue.
pub fn wait_on_the_host(other: &Arc<dyn DriverQueue>, value: u64) {
    let (done, waiting) = mpsc::channel::<()>();
    other.on_complete(value, Box::new(move || drop(done)));
    // The sender is dropped, called or not: either way nothing is left to wait for.
    let _ = waiting.recv();
}
