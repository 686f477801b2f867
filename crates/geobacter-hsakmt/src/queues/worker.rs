//! The thread of an engine.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{Builder, JoinHandle, yield_now};

use parking_lot::{Condvar, Mutex};

use super::backoff::Backoff;

/// What an engine did when it was asked to go on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// It got on, and may be asked again at once.
    Progress,
    /// There is nothing to do, or what there is has to wait for something.
    Idle,
}

/// Something that works through a ring.
pub(super) trait Engine: Send + 'static {
    /// Does one thing, if there is one to do now. It never waits: between two steps it may be stopped.
    fn step(&mut self) -> Step;
}

/// How an engine is told to stop.
#[derive(Debug, Default)]
pub(super) struct Control {
    stopped: AtomicBool,
    suspended: AtomicBool,
    lock: Mutex<()>,
    changed: Condvar,
}

impl Control {
    /// Whether what it is doing shall end.
    pub(super) fn stopped(&self) -> bool {
        self.stopped.load(Ordering::Relaxed)
    }

    fn tell(&self, flag: &AtomicBool, value: bool) {
        let _lock = self.lock.lock();
        flag.store(value, Ordering::SeqCst);
        self.changed.notify_all();
    }
}

/// A running engine.
#[derive(Debug)]
pub(super) struct Worker {
    control: Arc<Control>,
    thread: JoinHandle<()>,
}

impl Worker {
    pub(super) fn start<E: Engine>(name: &str, engine: impl FnOnce(Arc<Control>) -> E) -> std::io::Result<Worker> {
        let control = Arc::new(Control::default());
        let engine = engine(Arc::clone(&control));
        let of_thread = Arc::clone(&control);
        let thread = Builder::new().name(name.into()).spawn(move || run(&of_thread, engine))?;
        Ok(Worker { control, thread })
    }

    /// Holds the engine, or lets it go on.
    pub(super) fn suspend(&self, suspended: bool) {
        self.control.tell(&self.control.suspended, suspended);
    }

    /// Ends it, and waits until it has ended.
    pub(super) fn stop(self) {
        self.control.tell(&self.control.stopped, true);
        // A panic has been reported by its thread, and the queue is gone either way.
        let _ = self.thread.join();
    }
}

fn run(control: &Control, mut engine: impl Engine) {
    let mut backoff = Backoff::default();
    while !control.stopped() {
        if control.suspended.load(Ordering::Relaxed) {
            let mut lock = control.lock.lock();
            if control.suspended.load(Ordering::SeqCst) && !control.stopped() {
                control.changed.wait(&mut lock);
            }
            continue;
        }
        if engine.step() == Step::Progress {
            backoff.reset();
            continue;
        }
        match backoff.next() {
            None => yield_now(),
            Some(time) => {
                let mut lock = control.lock.lock();
                if !control.stopped() {
                    control.changed.wait_for(&mut lock, time);
                }
            }
        }
    }
}
