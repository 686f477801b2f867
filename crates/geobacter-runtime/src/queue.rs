use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use geobacter_driver::driver::{DriverMark, DriverQueue};

use crate::Result;
use crate::family::Open;
use crate::signal::Signal;

/// An in-order queue of a device (a stream, in CUDA's words). Cloning gives another handle of the same queue.
///
/// ```
/// # use geobacter_core::{Grid, PerItem, WorkItem};
/// # use geobacter_runtime::Device;
/// # fn main() -> geobacter_runtime::Result<()> {
/// # fn square(item: WorkItem, x: &[u32], mut y: PerItem<u32>) {
/// #     if let Some(y) = y.get_mut(&item) {
/// #         *y = x[item.global_id()].pow(2);
/// #     }
/// # }
/// # let device = Device::open("cpu")?;
/// let (first, second) = (device.new_queue()?, device.new_queue()?);
/// let x = device.buffer_from(&[1, 2, 3])?;
/// let (mut y, mut z) = (device.buffer::<u32>(3)?, device.buffer::<u32>(3)?);
/// device.launch_on(&first, Grid::covering(3), square, (&x, &mut y))?;
/// device.launch_on(&second, Grid::covering(3), square, (&y, &mut z))?; // waits for the first, as it reads `y`
/// assert_eq!(z.to_vec()?, [1, 16, 81]);
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Queue(pub(crate) Arc<dyn DriverQueue>, Arc<Open>);

impl Queue {
    pub(crate) fn new(driver: Arc<dyn DriverQueue>) -> Self {
        Queue(driver, Arc::default())
    }

    /// The family of launches that it belongs to.
    pub(crate) fn open(&self) -> &Arc<Open> {
        &self.1
    }

    /// Waits until more can be queued: until what kernels have launched is over. Work that is queued waits for what was queued
    /// before, and what kernels launch is queued behind those kernels.
    #[inline]
    pub(crate) fn wait_for_room(&self) {
        self.1.wait();
    }

    /// Waits for everything queued so far.
    ///
    /// ```
    /// # use geobacter::prelude::*;
    /// # fn main() -> geobacter::Result<()> {
    /// # let device = Device::open("cpu")?;
    /// let queue = device.new_queue()?;
    /// let launch = device.launch_on(&queue, Grid::covering(1), |_: WorkItem| (), ())?;
    /// queue.synchronize()?;
    /// assert!(launch.is_complete()?);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// What went wrong with any of it, where nobody was told yet.
    pub fn synchronize(&self) -> Result<()> {
        self.wait_for_room();
        Signal { queue: self.0.clone(), value: self.0.submitted() }.wait()
    }

    /// Marks this point of the queue by the device's clock.
    ///
    /// # Errors
    /// Where the vendor's runtime refuses.
    pub fn mark(&self) -> Result<Mark> {
        self.wait_for_room();
        self.0.mark().map(Mark)
    }

    /// Makes what is queued from now on wait for `signal`. Seldom needed: buffers already order what uses them.
    ///
    /// ```
    /// # use geobacter_core::{Grid, PerItem, WorkItem};
    /// # use geobacter_runtime::Device;
    /// # fn main() -> geobacter_runtime::Result<()> {
    /// #
    /// # let device = Device::open("cpu")?;
    /// let (first, second) = (device.new_queue()?, device.new_queue()?);
    /// let launch = device.launch_on(&first, Grid::covering(1), |_: WorkItem| (), ())?;
    /// second.wait_for(launch.signal())?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// Where the vendor's runtime refuses.
    pub fn wait_for(&self, signal: &Signal) -> Result<()> {
        self.wait_for_room();
        self.0.wait_for(&signal.queue, signal.value)
    }
}

impl fmt::Debug for Queue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Queue").field(&Arc::as_ptr(&self.0)).finish()
    }
}

/// A point in a queue's time, by the device's clock: what a benchmark measures between.
///
/// ```
/// # use geobacter_core::{Grid, PerItem, WorkItem};
/// # use geobacter_runtime::Device;
/// # fn main() -> geobacter_runtime::Result<()> {
/// #
/// # let device = Device::open("cpu")?;
/// let start = device.mark()?;
/// let mut buffer = device.buffer_filled(1 << 16, 1u32)?;
/// buffer.fill(2)?;
/// println!("two fills took {:?}", device.mark()?.since(&start)?);
/// # Ok(())
/// # }
/// ```
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
