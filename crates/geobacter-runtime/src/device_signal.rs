use std::fmt;
use std::mem::take;
use std::sync::Arc;
use std::time::Duration;

use geobacter_core::SignalBlock;
use geobacter_driver::signal::{Condition, DriverSignal};
use parking_lot::Mutex;

use crate::memory::{Signals, merge, retire_signal};
use crate::signal::Signal;
use crate::{Device, Result};

/// A 64-bit number that kernels change while they run, and that the host sees, sets and waits for.
///
/// From [`Device::signal`]; pass `&signal` for a kernel's [`SignalRef`](geobacter_core::SignalRef). Any number of launches
/// may use one, at the same time too. Dropping it while queued work uses it is safe.
///
/// This is not what a launch leaves behind to be waited for: that is [`Launch`](crate::Launch), and needs nothing of the
/// kernel.
///
/// A store by the host while kernels *change* the same signal may be lost on devices whose link to the host has no atomic
/// operations: let one side count, and the other look.
///
/// ```
/// use geobacter::prelude::*;
/// use std::sync::atomic::Ordering;
/// use std::time::Duration;
///
/// fn arrive(_: WorkItem, arrived: SignalRef) {
///     arrived.fetch_add(1, Ordering::Release);
/// }
/// # fn main() -> geobacter::Result<()> {
/// let device = Device::open("cpu")?;
///
/// let arrived = device.signal(0)?;
/// device.launch(Grid::covering(100), arrive, (&arrived,))?;
/// assert_eq!(arrived.wait(Condition::Equal(100), None)?, Some(100));
///
/// arrived.store(0);
/// let never = arrived.wait(Condition::Equal(1), Some(Duration::from_millis(1)))?;
/// assert_eq!((never, arrived.load()), (None, 0));
/// # Ok(())
/// # }
/// ```
pub struct DeviceSignal {
    device: Device,
    /// There until the drop.
    driver: Option<Arc<dyn DriverSignal>>,
    uses: Mutex<Signals>,
}

impl DeviceSignal {
    pub(crate) fn new(device: &Device, initial: i64) -> Result<Self> {
        let driver = device.0.driver.create_signal(initial)?;
        Ok(DeviceSignal { device: device.clone(), driver: Some(driver), uses: Mutex::default() })
    }

    fn driver(&self) -> &dyn DriverSignal {
        self.driver.as_deref().expect("taken by the drop alone")
    }

    /// The device whose launches may use it.
    pub fn device(&self) -> &Device {
        &self.device
    }

    /// Its address on the device.
    pub(crate) fn block(&self) -> *const SignalBlock {
        std::ptr::with_exposed_provenance(self.driver().block().0 as usize)
    }

    /// Notes that queued work uses it.
    pub(crate) fn note(&self, signal: &Signal) {
        merge(&mut self.uses.lock(), signal);
    }

    /// The value; what a kernel wrote before it set it with `Release` is there too.
    pub fn load(&self) -> i64 {
        self.driver().load()
    }

    /// Sets the value, and wakes whoever waits for it.
    pub fn store(&self, value: i64) {
        self.driver().store(value);
    }

    /// Blocks until the condition holds, and gives the value that did; `None` once `timeout` has passed.
    ///
    /// A value that holds only for a moment may be missed: wait for what stays.
    ///
    /// # Errors
    /// Where the device is lost.
    pub fn wait(&self, condition: Condition, timeout: Option<Duration>) -> Result<Option<i64>> {
        self.driver().wait(condition, timeout)
    }
}

impl Drop for DeviceSignal {
    fn drop(&mut self) {
        if let Some(driver) = self.driver.take() {
            retire_signal(&self.device, driver, take(self.uses.get_mut()));
        }
    }
}

impl fmt::Debug for DeviceSignal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DeviceSignal").field("device", &self.device.id()).field("value", &self.load()).finish()
    }
}
