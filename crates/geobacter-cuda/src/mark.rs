//! The device's clock.

use std::any::Any;
use std::sync::Arc;
use std::time::Duration;

use geobacter_driver::Error;
use geobacter_driver::driver::DriverMark;

use crate::context::Context;
use crate::event;
use crate::sys::{CUevent, CUstream};

/// A point in a queue's time: an event with a clock of about half a microsecond.
pub struct CudaMark {
    context: Arc<Context>,
    event: CUevent,
}

impl CudaMark {
    /// Marks the end of what `stream` has now. The context must be current.
    pub(crate) fn record(context: &Arc<Context>, stream: CUstream) -> Result<Self, Error> {
        let mark = Self { context: Arc::clone(context), event: event::create(context, 0)? };
        // SAFETY: both live, in the current context.
        unsafe { cuda!(context, cuEventRecord(mark.event, stream)) }?;
        Ok(mark)
    }

    fn refused(&self, reason: &str) -> Error {
        Error::DriverCall {
            device: self.context.id().to_owned(),
            call: "cuEventElapsedTime",
            reason: reason.to_owned(),
        }
    }
}

impl Drop for CudaMark {
    fn drop(&mut self) {
        if self.context.enter().is_ok() {
            // SAFETY: made once, destroyed once; the driver lets an event that is still ahead pass first.
            unsafe { (self.context.api().cuEventDestroy_v2)(self.event) };
        }
    }
}

impl DriverMark for CudaMark {
    fn since(&self, earlier: &dyn DriverMark) -> Result<Duration, Error> {
        let Some(earlier) = earlier.as_any().downcast_ref::<Self>() else {
            return Err(self.refused("the earlier mark is another driver's"));
        };
        if !Arc::ptr_eq(&self.context, &earlier.context) {
            return Err(self.refused(&format!("the earlier mark is one of {}", earlier.context.id())));
        }
        self.context.enter()?;
        event::wait(&self.context, earlier.event, None)?;
        event::wait(&self.context, self.event, None)?;
        let mut milliseconds = 0.0;
        // SAFETY: both events have passed; writes one float.
        unsafe { cuda!(self.context, cuEventElapsedTime(&mut milliseconds, earlier.event, self.event)) }?;
        Ok(duration(milliseconds))
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

/// Milliseconds as the driver gives them; marks the wrong way round give none.
fn duration(milliseconds: f32) -> Duration {
    Duration::try_from_secs_f64(f64::from(milliseconds) / 1e3).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn milliseconds_become_durations() {
        assert_eq!(duration(1.5), Duration::from_micros(1500));
        assert_eq!(duration(-1.0), Duration::ZERO);
        assert_eq!(duration(f32::NAN), Duration::ZERO);
    }
}
