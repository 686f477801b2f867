use std::ffi::OsString;
use std::sync::Arc;

use geobacter_cpu::CpuDriver;
use geobacter_driver::driver::{Driver, DriverDevice, Unavailable};

use crate::device::CheckDevice;
use crate::mode::{FORMS, Mode, VARIABLE};

/// The driver of the CPU device, which is a checking one where that is asked for.
#[derive(Debug, Default)]
pub struct CheckDriver(CpuDriver);

impl CheckDriver {
    /// The driver; costs nothing until its device is asked for.
    pub fn new() -> Self {
        CheckDriver(CpuDriver::new())
    }

    /// The checking device, by what it checks. `None` where the CPU device is not there.
    fn checking(&self, mode: Mode, name: &str) -> Option<Arc<dyn DriverDevice>> {
        let host = self.0.devices().ok()?.into_iter().next()?;
        let id = format!("{}:{name}", self.0.kind());
        Some(Arc::new(CheckDevice::new(host, mode, id)))
    }
}

/// Whether the environment asks for kernels to be checked, in whatever form.
pub fn is_asked_for() -> bool {
    asked().is_some()
}

fn asked() -> Option<OsString> {
    std::env::var_os(VARIABLE).filter(|asked| !asked.is_empty())
}

impl Driver for CheckDriver {
    fn kind(&self) -> &'static str {
        self.0.kind()
    }

    fn example(&self) -> String {
        self.0.example()
    }

    /// The CPU device; where `GEOBACTER_CHECK` is set, as the checking one.
    fn devices(&self) -> Result<Vec<Arc<dyn DriverDevice>>, Unavailable> {
        let Some(asked) = asked() else { return self.0.devices() };
        let asked = asked.to_string_lossy();
        let mode = Mode::parse(&asked).ok_or_else(|| Unavailable {
            reason: format!("`{VARIABLE}={asked}` asks for a check that there is not"),
            remedy: format!("it may be {FORMS}"),
        })?;
        Ok(self.checking(mode, "race").into_iter().collect())
    }

    /// A seed that is not in the name may be in the environment: reports say how to set it there.
    fn named(&self, name: &str) -> Option<Arc<dyn DriverDevice>> {
        let mode = Mode::parse(name)?;
        let environment = asked().and_then(|asked| Mode::parse(&asked.to_string_lossy()));
        self.checking(Mode { seed: mode.seed.or(environment.and_then(|mode| mode.seed)) }, name)
    }
}
