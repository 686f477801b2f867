//! Signals of the runtime's own: kernels change them, and the interrupt they ask for wakes the host.

use std::any::Any;
use std::sync::Arc;
use std::time::{Duration, Instant};

use geobacter_driver::driver::DevicePtr;
use geobacter_driver::signal::{Condition, DriverSignal};
use geobacter_driver::{Error, poll};

use crate::context::Context;
use crate::sys::{self, Signal};

/// How long one wait lasts at most, before it looks whether the device is still there.
const SLICE: Duration = Duration::from_millis(100);

/// A signal with an interrupt. Its handle is the address of its `amd_signal_t`, in host memory that every agent reaches,
/// and that is the layout of [`SignalBlock`](geobacter_core::SignalBlock).
pub(crate) struct HsaSignal {
    context: Arc<Context>,
    signal: Signal,
}

impl HsaSignal {
    pub(crate) fn new(context: &Arc<Context>, initial: i64) -> Result<Self, Error> {
        context.usable()?;
        let (mut signal, none) = (Signal::NULL, std::ptr::null());
        // No attribute: the host waits for it. SAFETY: writes one handle.
        unsafe { hsa!(context, hsa_amd_signal_create(initial, 0, none, 0, &mut signal)) }?;
        Ok(Self { context: Arc::clone(context), signal })
    }
}

/// The runtime's number for a condition, and what it compares with.
fn condition(condition: Condition) -> (u32, i64) {
    match condition {
        Condition::Equal(value) => (sys::SIGNAL_CONDITION_EQ, value),
        Condition::NotEqual(value) => (sys::SIGNAL_CONDITION_NE, value),
        Condition::Less(value) => (sys::SIGNAL_CONDITION_LT, value),
        Condition::AtLeast(value) => (sys::SIGNAL_CONDITION_GTE, value),
    }
}

impl DriverSignal for HsaSignal {
    fn block(&self) -> DevicePtr {
        DevicePtr(self.signal.0)
    }

    fn load(&self) -> i64 {
        // SAFETY: the signal lives.
        unsafe { (self.context.api().hsa_signal_load_scacquire)(self.signal) }
    }

    fn store(&self, value: i64) {
        // SAFETY: as above.
        unsafe { (self.context.api().hsa_signal_store_screlease)(self.signal, value) };
    }

    fn wait(&self, until: Condition, timeout: Option<Duration>) -> Result<Option<i64>, Error> {
        let (number, compare) = condition(until);
        let deadline = poll::deadline(timeout);
        loop {
            let left = deadline.map_or(SLICE, |deadline| deadline.saturating_duration_since(Instant::now()));
            let ticks = self.context.runtime().ticks(left.min(SLICE));
            let wait = self.context.api().hsa_signal_wait_scacquire;
            // SAFETY: the signal lives.
            let value = unsafe { wait(self.signal, number, compare, ticks, sys::WAIT_STATE_BLOCKED) };
            if until.holds(value) {
                return Ok(Some(value));
            }
            if left.is_zero() {
                return Ok(None);
            }
            self.context.alive()?;
        }
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

impl Drop for HsaSignal {
    fn drop(&mut self) {
        // SAFETY: made once, destroyed once; the runtime above keeps it until no work uses it.
        unsafe { (self.context.api().hsa_signal_destroy)(self.signal) };
    }
}
