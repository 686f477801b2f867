//! The device's clock.

use std::any::Any;
use std::sync::Arc;
use std::time::Duration;

use geobacter_driver::Error;
use geobacter_driver::driver::DriverMark;

use crate::completion::Completion;
use crate::context::Context;
use crate::flight::Flight;
use crate::sys::DispatchTime;

/// How long one wait lasts at most before the device is asked about.
const SLICE: Duration = Duration::from_millis(20);

/// A point in a queue's time: a barrier packet with a time stamp.
pub struct HsaMark {
    flight: Arc<Flight>,
    completion: Arc<Completion>,
}

impl HsaMark {
    pub(crate) fn new(flight: &Arc<Flight>, completion: Arc<Completion>) -> Self {
        Self { flight: Arc::clone(flight), completion }
    }

    fn context(&self) -> &Arc<Context> {
        &self.flight.context
    }

    /// When it passed, in the runtime's ticks; waits for that.
    fn time(&self) -> Result<u64, Error> {
        const CALL: &str = "hsa_amd_profiling_get_dispatch_time";
        let context = self.context();
        while !self.completion.is_done() {
            context.alive()?;
            self.completion.wait(SLICE);
        }
        if self.completion.is_abandoned() {
            let unknown = || context.refused(CALL, "the queue stopped before the mark");
            return Err(self.flight.fault().unwrap_or_else(unknown));
        }
        if !self.completion.has_end_time() {
            return Err(context.refused(CALL, "the device left no time stamp"));
        }
        let (agent, signal, mut time) = (context.agent(), self.completion.signal(), DispatchTime::default());
        // SAFETY: the signal's work is done; writes two numbers.
        unsafe { hsa!(context, hsa_amd_profiling_get_dispatch_time(agent, signal, &mut time)) }?;
        Ok(time.end)
    }
}

impl DriverMark for HsaMark {
    fn since(&self, earlier: &dyn DriverMark) -> Result<Duration, Error> {
        let refused = |reason: &str| Err(self.context().refused("mark", reason));
        let Some(earlier) = earlier.as_any().downcast_ref::<Self>() else {
            return refused("the earlier mark is another driver's");
        };
        if !Arc::ptr_eq(self.context(), earlier.context()) {
            return refused(&format!("the earlier mark is one of {}", earlier.context().id()));
        }
        let begin = earlier.time()?;
        let ticks = self.time()?.saturating_sub(begin);
        Ok(self.context().runtime().duration(ticks))
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}
