//! The drivers this runtime knows, and their devices.

use std::sync::{Arc, OnceLock};

use geobacter_check::CheckDriver;
use geobacter_cuda::CudaDriver;
use geobacter_driver::driver::{Driver, Unavailable};
use geobacter_hsa::HsaDriver;
use geobacter_offline::OfflineDriver;
use parking_lot::Mutex;

use crate::Device;

/// One driver and what it found; found once, at first use.
pub struct Drivers {
    driver: Box<dyn Driver>,
    devices: OnceLock<Result<Vec<Device>, Unavailable>>,
    /// Devices that came about by name.
    named: Mutex<Vec<Device>>,
}

impl Drivers {
    fn new(driver: impl Driver + 'static) -> Self {
        Drivers { driver: Box::new(driver), devices: OnceLock::new(), named: Mutex::default() }
    }

    /// The first part of its devices' names: `cpu`, `cuda`.
    pub fn kind(&self) -> &'static str {
        self.driver.kind()
    }

    /// A name that one of its devices might have.
    pub(crate) fn example(&self) -> String {
        self.driver.example()
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

    /// A device that is there only when asked for by name, such as `offline:sm_90`.
    pub(crate) fn named(&self, name: &str) -> Option<Device> {
        let mut named = self.named.lock();
        let id = format!("{}:{name}", self.kind());
        if let Some(device) = named.iter().find(|d| d.id() == id) {
            return Some(device.clone());
        }
        // One that is there by itself has a name too.
        if let Some(device) = self.devices().ok().and_then(|found| found.iter().find(|d| d.id() == id)) {
            return Some(device.clone());
        }
        let device = Device::new(self.driver.named(name)?);
        named.push(device.clone());
        Some(device)
    }
}

/// Whether the environment asks for kernels to be checked.
pub(crate) fn asked_to_check() -> bool {
    geobacter_check::is_asked_for()
}

/// Every driver, those of GPUs first: [`Device::best`](crate::Device::best) takes the first device there is.
pub fn all() -> &'static [Drivers] {
    static ALL: OnceLock<Vec<Drivers>> = OnceLock::new();
    ALL.get_or_init(|| {
        vec![
            Drivers::new(CudaDriver::new()),
            Drivers::new(HsaDriver::new()),
            Drivers::new(CheckDriver::new()),
            Drivers::new(OfflineDriver),
        ]
    })
}
