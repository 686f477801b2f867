//! The order of submission: numbers, launches, copies, fills, and waits for them.

use std::any::Any;
use std::mem::MaybeUninit;
use std::sync::Arc;
use std::time::Duration;

use geobacter_core::abi::BlockHeader;
use geobacter_driver::Error;
use geobacter_driver::driver::{Copy, DevicePtr, DriverDevice, DriverKernel, DriverMark, DriverQueue, LaunchShape};
use geobacter_driver::failures::FailureLog;
use geobacter_driver::poll;
use geobacter_driver::waiter::wait_on_the_host;

use crate::context::Context;
use crate::stream::Stream;
use crate::{HsaDevice, HsaKernel, HsaMark};

/// An in-order queue of an AMD GPU: an HSA queue for kernels, and the device's copy engines, tied together by signals.
pub struct HsaQueue {
    stream: Arc<Stream>,
}

impl HsaQueue {
    pub(crate) fn new(context: &Arc<Context>) -> Result<Self, Error> {
        Ok(Self { stream: Arc::new(Stream::new(context)?) })
    }

    /// Makes work submitted from now on wait until the gate is opened, or dropped.
    ///
    /// # Errors
    /// Where the runtime refuses a signal.
    pub fn gate(&self) -> Result<Gate, Error> {
        self.stream.gate().map(Gate)
    }

    fn refused(&self, call: &'static str, reason: &str) -> Error {
        self.stream.context.refused(call, reason)
    }
}

/// Holds back what was submitted to a queue after it. From [`HsaQueue::gate`].
#[must_use = "dropping it opens the gate"]
pub struct Gate(Arc<crate::completion::Completion>);

impl Gate {
    /// Lets the queue go on.
    pub fn open(self) {}
}

impl Drop for Gate {
    fn drop(&mut self) {
        self.0.release();
    }
}

impl DriverQueue for HsaQueue {
    unsafe fn launch(
        &self,
        kernel: &Arc<dyn DriverKernel>,
        shape: &LaunchShape,
        block: &[MaybeUninit<u8>],
    ) -> Result<u64, Error> {
        let Some(kernel) = kernel.as_any().downcast_ref::<HsaKernel>() else {
            return Err(self.refused("launch", "the kernel was loaded by another driver"));
        };
        if !kernel.loaded().is_on(&self.stream.context) {
            return Err(self.refused("launch", "the kernel was loaded into another device"));
        }
        if block.len() < size_of::<BlockHeader>() {
            return Err(self.refused("launch", "the kernarg block has no header"));
        }
        self.stream.launch(kernel.loaded(), shape, block)
    }

    unsafe fn copy(&self, copy: Copy, bytes: usize) -> Result<u64, Error> {
        // SAFETY: the caller's promise.
        unsafe { self.stream.copy(copy, bytes) }
    }

    unsafe fn copy_all(&self, copies: &[(Copy, usize)]) -> Result<u64, Error> {
        // SAFETY: the caller's promise.
        unsafe { self.stream.copy_all(copies) }
    }

    unsafe fn copy_from_peer(
        &self,
        peer: &dyn DriverDevice,
        from: DevicePtr,
        to: DevicePtr,
        bytes: usize,
    ) -> Option<Result<u64, Error>> {
        let peer = peer.as_any().downcast_ref::<HsaDevice>()?.context();
        let context = &self.stream.context;
        if let Err(lost) = peer.usable() {
            return Some(Err(lost));
        }
        // The runtime lets the source's engine copy where it likes to.
        if bytes != 0 && !(peer.share(from, bytes) && context.share(to, bytes)) {
            return None;
        }
        // SAFETY: the caller's promise; each device now reaches the other's memory.
        Some(unsafe { self.stream.copy_between(context.place(to), peer, peer.place(from), bytes) })
    }

    unsafe fn fill(&self, to: DevicePtr, pattern: &[u8], count: usize) -> Result<u64, Error> {
        let is_known = [1, 2, 4, 8, 16].contains(&pattern.len());
        if !is_known || pattern.len().checked_mul(count).is_none() {
            let reason = format!("{count} patterns of {} bytes; 1, 2, 4, 8 or 16 are possible", pattern.len());
            return Err(self.refused("fill", &reason));
        }
        // SAFETY: the caller's promise.
        unsafe { self.stream.fill(to, pattern, count) }
    }

    fn wait_for(&self, other: &Arc<dyn DriverQueue>, value: u64) -> Result<(), Error> {
        match other.as_any().downcast_ref::<HsaQueue>() {
            Some(other) => self.stream.wait_for(&other.stream, value),
            None => {
                wait_on_the_host(other, value);
                Ok(())
            }
        }
    }

    fn print_to(&self, ring: DevicePtr) {
        self.stream.flight.records.print_to(ring);
    }

    fn submitted(&self) -> u64 {
        self.stream.flight.last()
    }

    fn has_passed(&self, value: u64) -> bool {
        self.stream.has_passed(value)
    }

    fn is_complete(&self, value: u64) -> Result<bool, Error> {
        let flight = &self.stream.flight;
        Ok(flight.finished(value)? && flight.failures.check(value).map(|()| true)?)
    }

    fn wait(&self, value: u64, timeout: Option<Duration>) -> Result<bool, Error> {
        let flight = &self.stream.flight;
        if !flight.finish(value, poll::deadline(timeout))? {
            return Ok(false);
        }
        flight.failures.check(value).map(|()| true)
    }

    fn failures(&self) -> &FailureLog {
        &self.stream.flight.failures
    }

    fn on_complete(&self, value: u64, then: Box<dyn FnOnce() + Send>) {
        match self.stream.has_passed(value) {
            true => then(),
            false => self.stream.context.waiter.call(self.stream.clone(), value, then),
        }
    }

    fn mark(&self) -> Result<Box<dyn DriverMark>, Error> {
        Ok(Box::new(HsaMark::new(&self.stream.flight, self.stream.mark()?)))
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}
