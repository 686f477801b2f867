//! One event, and how to wait for it.

use std::sync::Arc;
use std::time::Instant;

use geobacter_driver::{Error, poll};

use crate::context::Context;
use crate::sys::{self, CUDA_ERROR_NOT_READY, CUevent, CUstream};

/// An event without a clock, which goes back to its context's pool.
pub(crate) struct Event {
    context: Arc<Context>,
    raw: CUevent,
}

impl Event {
    /// Records an event behind all work of `stream`. The context must be current.
    pub(crate) fn record(context: &Arc<Context>, stream: CUstream) -> Result<Self, Error> {
        let pooled = context.events.lock().pop();
        let raw = match pooled {
            Some(raw) => raw,
            None => create(context, sys::EVENT_DISABLE_TIMING)?,
        };
        let event = Self { context: Arc::clone(context), raw };
        // SAFETY: both belong to the context, which is current.
        unsafe { cuda!(context, cuEventRecord(raw, stream)) }?;
        Ok(event)
    }

    /// The handle, valid as long as `self` lives.
    pub(crate) fn raw(&self) -> CUevent {
        self.raw
    }

    /// Whether all work before it is done. The context must be current.
    pub(crate) fn is_done(&self) -> Result<bool, Error> {
        is_done(&self.context, self.raw)
    }

    /// Waits for that; `false`: not by the deadline. The context must be current.
    pub(crate) fn wait(&self, deadline: Option<Instant>) -> Result<bool, Error> {
        wait(&self.context, self.raw, deadline)
    }
}

impl Drop for Event {
    fn drop(&mut self) {
        self.context.events.lock().push(self.raw);
    }
}

/// A new event, for asking about and not for blocking on: see [`poll`](geobacter_driver::poll). The context must be current.
pub(crate) fn create(context: &Context, flags: u32) -> Result<CUevent, Error> {
    let mut raw = CUevent::NULL;
    // SAFETY: writes one handle.
    unsafe { cuda!(context, cuEventCreate(&mut raw, flags)) }?;
    Ok(raw)
}

/// Whether all work before an event of `context` is done.
pub(crate) fn is_done(context: &Context, event: CUevent) -> Result<bool, Error> {
    // SAFETY: the caller's event lives.
    match unsafe { (context.api().cuEventQuery)(event) } {
        CUDA_ERROR_NOT_READY => Ok(false),
        result => context.check("cuEventQuery", result).map(|()| true),
    }
}

/// Waits for all work before an event of `context`; `false`: not by the deadline.
pub(crate) fn wait(context: &Context, event: CUevent, deadline: Option<Instant>) -> Result<bool, Error> {
    poll::poll(deadline, || is_done(context, event))
}
