//! Repeating, and what is kept of the repetitions.

use std::time::{Duration, Instant};

use geobacter::Result;
use geobacter::prelude::*;

/// The times of one thing done many times.
pub(crate) struct Samples(Vec<Duration>);

impl Samples {
    /// Takes a sample `count` times, after a first one that does not count: it compiles, pages in, and fills caches.
    pub(crate) fn take(count: usize, mut sample: impl FnMut() -> Result<Duration>) -> Result<Self> {
        sample()?;
        (0..count).map(|_| sample()).collect::<Result<Vec<_>>>().map(Self::from)
    }

    /// Samples of queued work by the device's clock.
    pub(crate) fn on_device(device: &Device, count: usize, mut work: impl FnMut() -> Result<()>) -> Result<Self> {
        Self::take(count, || {
            let start = device.mark()?;
            work()?;
            device.mark()?.since(&start)
        })
    }

    /// Samples of the host's time for each of `batch` calls of `work`; `after` is not timed.
    pub(crate) fn on_host(
        count: usize,
        batch: u32,
        mut work: impl FnMut() -> Result<()>,
        mut after: impl FnMut() -> Result<()>,
    ) -> Result<Self> {
        Self::take(count, || {
            let start = Instant::now();
            for _ in 0..batch {
                work()?;
            }
            let time = start.elapsed() / batch;
            after()?;
            Ok(time)
        })
    }

    /// Samples that were taken elsewhere: at least one.
    pub(crate) fn from(mut times: Vec<Duration>) -> Self {
        times.sort_unstable();
        Samples(times)
    }

    /// The samples of one part, where each was of `parts` alike.
    pub(crate) fn divided_by(self, parts: u32) -> Self {
        Samples(self.0.into_iter().map(|time| time / parts).collect())
    }

    /// All samples of several series.
    pub(crate) fn merge(series: Vec<Samples>) -> Self {
        Self::from(series.into_iter().flat_map(|samples| samples.0).collect())
    }

    pub(crate) fn count(&self) -> usize {
        self.0.len()
    }

    pub(crate) fn median(&self) -> Duration {
        self.0[self.0.len() / 2]
    }

    /// The span of the middle half of the samples, relative to the median.
    pub(crate) fn spread(&self) -> f64 {
        let quarter = self.0.len() / 4;
        let span = self.0[self.0.len() - 1 - quarter] - self.0[quarter];
        span.as_secs_f64() / self.median().as_secs_f64().max(f64::MIN_POSITIVE)
    }
}
