//! Signals that tell when work is done.

use std::convert::Infallible;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use geobacter_driver::{Error, poll};
use parking_lot::Mutex;

use crate::context::Context;
use crate::sys::{self, Signal};

/// Offset of `end_ts` in `amd_signal_t` (`amd_hsa_signal.h`), which a signal's handle is the address of.
const END_TIMESTAMP: usize = 40;

/// Signals to use again: making one costs more than a launch.
#[derive(Default)]
pub(crate) struct SignalPool(Mutex<Vec<Signal>>);

/// Counts down to 0 as its work completes. Below that is what a copy that failed leaves (`hsa_amd_memory_async_copy`).
///
/// It goes back to the pool when nobody refers to it any more: neither who waits, nor a packet or copy that depends on it.
pub(crate) struct Completion {
    context: Arc<Context>,
    signal: Signal,
    is_pooled: bool,
    /// Set where the host gave up on the device's counting down. The device might do it all the same, long after: such a
    /// signal is never used again, and never destroyed.
    abandoned: AtomicBool,
    /// Set where a copy that it counts for has failed. Others may still count down: this one is not used again either.
    failed: AtomicBool,
}

impl Completion {
    /// One for work that counts down `count` times; for 0, work that is done already.
    pub(crate) fn new(context: &Arc<Context>, count: i64) -> Result<Arc<Self>, Error> {
        let pooled = context.signals.0.lock().pop();
        let signal = match pooled {
            Some(signal) => {
                // SAFETY: nobody else has it: it was in the pool.
                unsafe { (context.api().hsa_signal_store_screlease)(signal, count) };
                signal
            }
            None => create(context, count)?,
        };
        Ok(Self::of(context, signal, true))
    }

    /// One whose time stamps nobody has written yet.
    pub(crate) fn with_clock(context: &Arc<Context>) -> Result<Arc<Self>, Error> {
        let signal = create(context, 1)?;
        Ok(Self::of(context, signal, false))
    }

    fn of(context: &Arc<Context>, signal: Signal, is_pooled: bool) -> Arc<Self> {
        let context = Arc::clone(context);
        Arc::new(Self { context, signal, is_pooled, abandoned: AtomicBool::new(false), failed: AtomicBool::new(false) })
    }

    /// The handle, valid as long as `self` lives.
    pub(crate) fn signal(&self) -> Signal {
        self.signal
    }

    /// Whether the work is done; where it is, all it wrote can be seen.
    pub(crate) fn is_done(&self) -> bool {
        // SAFETY: the signal lives.
        let value = unsafe { (self.context.api().hsa_signal_load_scacquire)(self.signal) };
        if value < 0 {
            self.failed.store(true, Ordering::Release);
            // Packets and copy engines wait for 0 exactly, and would wait for ever.
            self.release();
        }
        value <= 0
    }

    /// Waits until the work is done, for about `timeout`; whether it is.
    ///
    /// By asking, as for the reasons in [`poll`]: the runtime's own wait wants a signal with an interrupt.
    pub(crate) fn wait(&self, timeout: Duration) -> bool {
        poll::poll(poll::deadline(Some(timeout)), || Ok::<_, Infallible>(self.is_done())).unwrap_or(false)
    }

    /// Takes the work for done although the device never will: whatever depends on it goes on.
    pub(crate) fn abandon(&self) {
        self.abandoned.store(true, Ordering::Release);
        self.release();
    }

    /// Whether a copy that it counts for has failed; known once it is done.
    pub(crate) fn has_failed(&self) -> bool {
        self.failed.load(Ordering::Acquire)
    }

    /// Whether that has happened.
    pub(crate) fn is_abandoned(&self) -> bool {
        self.abandoned.load(Ordering::Acquire)
    }

    /// Makes it done, by the host: for work that is the host's own.
    pub(crate) fn release(&self) {
        // SAFETY: the signal lives.
        unsafe { (self.context.api().hsa_signal_store_screlease)(self.signal, 0) };
    }

    /// Counts down once, by the host.
    pub(crate) fn count_down(&self) {
        // SAFETY: the signal lives.
        unsafe { (self.context.api().hsa_signal_subtract_screlease)(self.signal, 1) };
    }

    /// Whether the device has written when its work ended.
    pub(crate) fn has_end_time(&self) -> bool {
        let at = std::ptr::with_exposed_provenance::<u64>(self.signal.0 as usize + END_TIMESTAMP);
        // SAFETY: a signal's handle is the address of its `amd_signal_t`, as AMD's packet processors require.
        unsafe { at.read_volatile() != 0 }
    }
}

impl Drop for Completion {
    fn drop(&mut self) {
        if self.is_abandoned() || self.has_failed() {
            tracing::debug!("{}: a signal of work that died is given up", self.context.id());
        } else if self.is_pooled {
            self.context.signals.0.lock().push(self.signal);
        } else {
            // SAFETY: made once, destroyed once; its work is done.
            unsafe { (self.context.api().hsa_signal_destroy)(self.signal) };
        }
    }
}

/// Without an interrupt: a process has a few thousand of those, and each would cost every launch.
fn create(context: &Context, count: i64) -> Result<Signal, Error> {
    let mut signal = Signal::NULL;
    let (none, attributes) = (std::ptr::null(), sys::SIGNAL_AMD_GPU_ONLY);
    // SAFETY: writes one handle.
    unsafe { hsa!(context, hsa_amd_signal_create(count, 0, none, attributes, &mut signal)) }?;
    Ok(signal)
}
