//! The drivers this runtime knows, and their devices.

use std::sync::{Arc, OnceLock};

use geobacter_cpu::CpuDriver;
use geobacter_cuda::CudaDriver;
use geobacter_driver::driver::{Driver, Unavailable};

use crate::Device;

/// One driver and what it found; found once, at first use.
pub struct Drivers {
    driver: Box<dyn Driver>,
    devices: OnceLock<Result<Vec<Device>, Unavailable>>,
}

impl Drivers {
    fn new(driver: impl Driver + 'static) -> Self {
        Drivers { driver: Box::new(driver), devices: OnceLock::new() }
    }

    /// The first part of its devices' names: `cpu`, `cuda`.
    pub fn kind(&self) -> &'static str {
        self.driver.kind()
    }

    /// Its devices.
    ///
    /// # Errors
    /// Why it has none.
    pub fn devices(&self) -> Result<&[Device], Unavailable> {
        let found = self.devices.get_or_init(|| {
            let devices = self.driver.devices()?;
            Ok(devices.into_iter().map(|d| Device::new(Arc::clone(&d))).collect())
        });
        found.as_deref().map_err(Clone::clone)
    }
}

/// Every driver, those of GPUs first: [`Device::best`](crate::Device::best) takes the first device there is.
pub fn all() -> &'static [Drivers] {
    static ALL: OnceLock<Vec<Drivers>> = OnceLock::new();
    ALL.get_or_init(|| vec![Drivers::new(CudaDriver::new()), Drivers::new(CpuDriver::new())])
}
