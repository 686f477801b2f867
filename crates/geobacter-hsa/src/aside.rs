//! Calls of the runtime that wait for the device by themselves, for ever if it never answers.
//!
//! They are made on a thread of their own. Who wants the answer waits for that or for the end of the device, whichever
//! comes first; where it is the latter, the thread is left to wait alone.

use std::sync::OnceLock;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::time::Duration;

use geobacter_driver::Error;

use crate::context::Context;

/// How often the device is looked at in between.
const SLICE: Duration = Duration::from_millis(50);

/// The thread, begun when first needed.
#[derive(Default)]
pub(crate) struct Aside(OnceLock<Sender<Box<dyn FnOnce() + Send>>>);

impl Context {
    /// Makes a call of the runtime, named `name`, that waits for the device.
    pub(crate) fn call_aside<T: Send + 'static>(
        &self,
        name: &'static str,
        call: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Error> {
        let (done, waiting) = mpsc::channel();
        let job = Box::new(move || {
            // Nobody listens where the device was lost in between.
            let _ = done.send(call());
        });
        if let Err(mpsc::SendError(job)) = self.aside.0.get_or_init(begin).send(job) {
            // There is no thread: then here.
            job();
        }
        self.wait_aside(name, &waiting)
    }

    fn wait_aside<T>(&self, name: &'static str, waiting: &Receiver<T>) -> Result<T, Error> {
        loop {
            match waiting.recv_timeout(SLICE) {
                Ok(answer) => return Ok(answer),
                Err(RecvTimeoutError::Timeout) => self.alive()?,
                Err(RecvTimeoutError::Disconnected) => return Err(self.refused(name, "the call panicked")),
            }
        }
    }
}

fn begin() -> Sender<Box<dyn FnOnce() + Send>> {
    let (sender, jobs) = mpsc::channel::<Box<dyn FnOnce() + Send>>();
    let thread = std::thread::Builder::new().name("geobacter-hsa-calls".to_owned());
    // Where no thread can be made the receiver is dropped, and `send` gives each job back.
    if let Err(error) = thread.spawn(move || jobs.into_iter().for_each(|job| job())) {
        tracing::error!("no thread for calls that wait: {error}");
    }
    sender
}
