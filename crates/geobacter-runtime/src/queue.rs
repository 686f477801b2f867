use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use geobacter_driver::driver::{DriverMark, DriverQueue};

use crate::Result;
use crate::signal::Signal;

/// An in-order queue of a device (a stream, in CUDA's words). Cloning gives another handle of the same queue.
#[derive(Clone)]
pub struct Queue(pub(crate) Arc<dyn DriverQueue>);

impl Queue {
    pub(crate) fn new(driver: Arc<dyn DriverQueue>) -> Self {
        Queue(driver)
    }

    /// Waits for everything queued so far.
    ///
    /// # Errors
    /// What went wrong with any of it, where nobody was told yet.
    pub fn synchronize(&self) -> Result<()> {
        self.0.wait(self.0.submitted(), None).map(|_| ())
    }

    /// Marks this point of the queue by the device's clock.
    ///
    /// # Errors
    /// Where the vendor's runtime refuses.
    pub fn mark(&self) -> Result<Mark> {
        self.0.mark().map(Mark)
    }

    /// Makes what is queued from now on wait for `signal`. Seldom needed: buffers already order what uses them.
    ///
    /// # Errors
    /// Where the vendor's runtime refuses.
    pub fn wait_for(&self, signal: &Signal) -> Result<()> {
        self.0.wait_for(&signal.queue, signal.value)
    }
}

impl fmt::Debug for Queue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Queue").field(&Arc::as_ptr(&self.0)).finish()
    }
}

/// A point in a queue's time, by the device's clock: what a benchmark measures between.
pub struct Mark(Box<dyn DriverMark>);

impl Mark {
    /// Time from `earlier`, a mark of the same device, to this one. Waits until both have passed.
    ///
    /// # Errors
    /// As a wait.
    pub fn since(&self, earlier: &Mark) -> Result<Duration> {
        self.0.since(&*earlier.0)
    }
}

impl fmt::Debug for Mark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Mark").finish_non_exhaustive()
    }
}
