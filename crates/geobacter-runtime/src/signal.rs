//! Completion of queued work: waited for, polled, or awaited.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use geobacter_driver::driver::DriverQueue;
use parking_lot::Mutex;

use crate::family::{Family, WHOLE};
use crate::{Result, print};

/// Completes when a queue has done a certain piece of work, and with it all before that.
///
/// ```
/// # use geobacter_core::{Grid, PerItem, WorkItem};
/// # use geobacter_runtime::Device;
/// # fn main() -> geobacter_runtime::Result<()> {
/// #
/// # let device = Device::open("cpu")?;
/// let launch = device.launch(Grid::covering(1), |_: WorkItem| (), ())?;
/// let signal = launch.signal().clone();
/// signal.wait()?;
/// assert!(signal.is_complete()?);
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Signal {
    pub(crate) queue: Arc<dyn DriverQueue>,
    pub(crate) value: u64,
}

impl Signal {
    /// Blocks until the work is done.
    ///
    /// # Errors
    /// What went wrong with it: a kernel that panicked, a device that faulted.
    pub fn wait(&self) -> Result<()> {
        self.wait_until(None).map(|_| ())
    }

    fn wait_until(&self, timeout: Option<Duration>) -> Result<bool> {
        let result = self.queue.wait(self.value, timeout);
        print::flush();
        result
    }

    /// Blocks until the work is done, or for `timeout`: `false` then.
    ///
    /// # Errors
    /// As [`wait`](Self::wait).
    pub fn wait_timeout(&self, timeout: Duration) -> Result<bool> {
        self.wait_until(Some(timeout))
    }

    /// Whether the work is done.
    ///
    /// # Errors
    /// As [`wait`](Self::wait).
    pub fn is_complete(&self) -> Result<bool> {
        self.queue.is_complete(self.value)
    }

    /// Whether the work is over, well or badly; reports nothing.
    pub(crate) fn has_passed(&self) -> bool {
        self.queue.has_passed(self.value)
    }

    /// Blocks until the work is over, well or badly; reports nothing.
    pub(crate) fn wait_until_passed(&self) {
        self.queue.wait_until_passed(self.value);
    }

    /// Whether it is for a launch and all that its kernels launch.
    pub(crate) fn is_of_family(&self) -> bool {
        self.value == WHOLE
    }

    /// Where it is for a family that is over, makes it one for the queue that it was on: one signal of a queue stands for all
    /// before, and those of families would only become more.
    pub(crate) fn settle(&mut self) {
        if !self.is_of_family() {
            return;
        }
        let outcome = self.queue.as_any().downcast_ref::<Family>().and_then(Family::outcome);
        if let Some((queue, value)) = outcome.map(|(queue, value)| (queue.clone(), value)) {
            *self = Signal { queue, value };
        }
    }

    pub(crate) fn is_on(&self, queue: &Arc<dyn DriverQueue>) -> bool {
        Arc::ptr_eq(&self.queue, queue)
    }
}

impl fmt::Debug for Signal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Signal").field("queue", &Arc::as_ptr(&self.queue)).field("value", &self.value).finish()
    }
}

impl IntoFuture for Signal {
    type Output = Result<()>;
    type IntoFuture = SignalFuture;

    fn into_future(self) -> SignalFuture {
        SignalFuture { signal: self, waker: None }
    }
}

/// What `.await` on a signal polls: needs no particular executor.
///
/// ```
/// # use geobacter_core::{Grid, PerItem, WorkItem};
/// # use geobacter_runtime::Device;
/// # fn main() -> geobacter_runtime::Result<()> {
/// #
/// # let device = Device::open("cpu")?;
/// let launch = device.launch(Grid::covering(1), |_: WorkItem| (), ())?;
/// let done = async { launch.await };
/// # use std::task::{Context, Poll, Waker};
/// # let mut done = std::pin::pin!(done);
/// # while done.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending() {}
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct SignalFuture {
    signal: Signal,
    /// Whom to wake; there once the queue was asked to call back.
    waker: Option<Arc<Mutex<Waker>>>,
}

impl Future for SignalFuture {
    type Output = Result<()>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Result<()>> {
        if self.signal.has_passed() {
            return Poll::Ready(self.signal.wait());
        }
        match &self.waker {
            Some(waker) => waker.lock().clone_from(context.waker()),
            None => {
                let waker = Arc::new(Mutex::new(context.waker().clone()));
                self.waker = Some(waker.clone());
                self.signal.queue.on_complete(
                    self.signal.value,
                    Box::new(move || {
                        let waker = waker.lock().clone();
                        waker.wake();
                    }),
                );
            }
        }
        // It may have passed between the look and the call-back's registration; a queue then calls at once, which
        // woke us, so nothing is missed.
        Poll::Pending
    }
}
