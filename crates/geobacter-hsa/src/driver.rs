//! Finds the devices, or says why there are none.

use std::io::ErrorKind;
use std::sync::{Arc, OnceLock};

use geobacter_driver::driver::{Driver, DriverDevice, Unavailable};
use parking_lot::Mutex;

use crate::context::Context;
use crate::runtime::Runtime;
use crate::sys::{Api, LoadError};
use crate::{HsaDevice, info};

/// The name under which ROCm and Linux distributions install the runtime.
const LIBRARY: &str = "libhsa-runtime64.so.1";
/// Where ROCm puts it when its own folder is not on the loader's path.
const ROCM_LIBRARY: &str = "/opt/rocm/lib/libhsa-runtime64.so.1";
/// The kernel driver's file for compute.
const KFD: &str = "/dev/kfd";

/// AMD GPUs, through `libhsa-runtime64.so.1`.
///
/// Making one costs nothing; the library is loaded and started by the first [`devices`](Driver::devices).
///
/// ```
/// use geobacter_driver::driver::Driver;
/// use geobacter_hsa::HsaDriver;
///
/// match HsaDriver::new().devices() {
///     Ok(devices) => println!("{} AMD GPU(s)", devices.len()),
///     Err(why) => println!("none: {why}"), // what is missing, and what to do about it
/// }
/// ```
#[derive(Default)]
pub struct HsaDriver {
    api: Option<&'static Api>,
    devices: Mutex<Vec<Arc<HsaDevice>>>,
}

impl HsaDriver {
    /// The driver of this machine, if it has one.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// A driver that runs on `api` instead of the library: for tests.
    #[doc(hidden)]
    #[must_use]
    pub fn with_api(api: &'static Api) -> Self {
        Self { api: Some(api), ..Self::default() }
    }

    fn api(&self) -> Result<&'static Api, Unavailable> {
        static INSTALLED: OnceLock<Api> = OnceLock::new();
        if let Some(api) = self.api.or_else(|| INSTALLED.get()) {
            return Ok(api);
        }
        let api = match Api::load(LIBRARY) {
            Err(LoadError::Library(error)) => Api::load(ROCM_LIBRARY).map_err(|second| match second {
                LoadError::Library(_) => LoadError::Library(error),
                other => other,
            }),
            result => result,
        };
        let api = api.map_err(|error| cannot_load(&error))?;
        Ok(INSTALLED.get_or_init(|| api))
    }

    /// The devices, as this crate's own type.
    ///
    /// # Errors
    /// As [`devices`](Driver::devices).
    pub fn hsa_devices(&self) -> Result<Vec<Arc<HsaDevice>>, Unavailable> {
        let mut devices = self.devices.lock();
        if devices.is_empty() {
            *devices = find(self.api()?)?;
        }
        Ok(devices.clone())
    }
}

impl Driver for HsaDriver {
    fn kind(&self) -> &'static str {
        "hsa"
    }

    fn devices(&self) -> Result<Vec<Arc<dyn DriverDevice>>, Unavailable> {
        Ok(self.hsa_devices()?.into_iter().map(|device| device as Arc<dyn DriverDevice>).collect())
    }
}

fn find(api: &'static Api) -> Result<Vec<Arc<HsaDevice>>, Unavailable> {
    let runtime = Runtime::start(api).map_err(|(call, status)| cannot_start(call, &api.name(status)))?;
    let mut devices = Vec::new();
    for (number, &agent) in runtime.gpus.iter().enumerate() {
        // One device that cannot be used must not hide the others.
        match info::query(&runtime, agent, number) {
            Ok((info, pools)) => {
                let context = Context::new(&runtime, agent, &info, pools);
                devices.push(Arc::new(HsaDevice::new(context, info)));
            }
            Err((call, status)) => {
                tracing::warn!("hsa:{number} is left out: {call} failed: {}", api.describe(status));
            }
        }
    }
    if devices.is_empty() { Err(no_device()) } else { Ok(devices) }
}

fn no_device() -> Unavailable {
    Unavailable {
        reason: "ROCr finds no AMD GPU that runs kernels".to_owned(),
        remedy: "check that `rocminfo` lists one, and that ROCR_VISIBLE_DEVICES does not hide it".to_owned(),
    }
}

/// Why ROCr does not start: nearly always because it cannot open the kernel driver's file, which it does not say.
fn cannot_start(call: &str, said: &str) -> Unavailable {
    let opened = std::fs::OpenOptions::new().read(true).write(true).open(KFD);
    no_start(call, said, opened.err().map(|error| error.kind()))
}

/// `not_opened`: why this process cannot open the kernel driver's file, where it cannot.
fn no_start(call: &str, said: &str, not_opened: Option<ErrorKind>) -> Unavailable {
    let (reason, remedy) = match not_opened {
        Some(ErrorKind::NotFound) => (
            format!(
                "ROCr does not start, as there is no {KFD}: no AMD GPU, or no kernel driver for it ({call}: {said})"
            ),
            "load the `amdgpu` kernel driver; in a container, start it with `--device /dev/kfd --device /dev/dri`",
        ),
        Some(ErrorKind::PermissionDenied) => (
            format!("ROCr does not start, as this user may not open {KFD} ({call}: {said})"),
            "join the groups that own it, and log in again: `sudo usermod -aG render,video $USER`; in a container, \
             start it with `--group-add render`",
        ),
        _ => (
            format!("ROCr does not start: {call} failed: {said}"),
            "check that `rocminfo` works, and that the kernel driver is as new as ROCr asks",
        ),
    };
    Unavailable { reason, remedy: remedy.to_owned() }
}

fn cannot_load(error: &LoadError) -> Unavailable {
    match error {
        LoadError::Library(error) => Unavailable {
            reason: format!("AMD's runtime {LIBRARY} cannot be loaded ({error})"),
            remedy:
                "install ROCr: `apt install libhsa-runtime64-1`, or AMD's `hsa-rocr`; the rest of ROCm is not needed"
                    .to_owned(),
        },
        LoadError::Function(name) => Unavailable {
            reason: format!("AMD's runtime {LIBRARY} has no function {name}"),
            remedy: "update ROCr to version 5.0 or later".to_owned(),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_library_names_the_remedy() {
        let error = Api::load("libgeobacter-no-such-library.so.1").unwrap_err();
        let message = cannot_load(&error).to_string();
        assert!(message.contains(LIBRARY) && message.contains("install ROCr"), "{message}");
    }

    #[test]
    fn an_old_library_names_the_function_and_the_remedy() {
        let error = Api::load("libc.so.6").unwrap_err();
        let message = cannot_load(&error).to_string();
        assert!(message.contains("hsa_init") && message.contains("update ROCr"), "{message}");
    }

    #[test]
    fn each_reason_not_to_start_has_its_remedy() {
        let message = |kind| no_start("hsa_init", "HSA_STATUS_ERROR_OUT_OF_RESOURCES", kind).to_string();
        let missing = message(Some(ErrorKind::NotFound));
        assert!(missing.contains("no /dev/kfd") && missing.contains("load the `amdgpu` kernel driver"), "{missing}");
        let denied = message(Some(ErrorKind::PermissionDenied));
        assert!(denied.contains("may not open /dev/kfd") && denied.contains("usermod -aG render"), "{denied}");
        let other = message(None);
        assert!(other.contains("hsa_init failed") && other.contains("rocminfo"), "{other}");
        for text in [missing, denied, other] {
            assert!(text.contains("HSA_STATUS_ERROR_OUT_OF_RESOURCES"), "{text}");
        }
    }

    #[test]
    fn asking_twice_gives_the_same_answer() {
        let driver = HsaDriver::new();
        match (driver.hsa_devices(), driver.hsa_devices()) {
            (Ok(first), Ok(second)) => assert!(Arc::ptr_eq(&first[0], &second[0])),
            (Err(first), Err(second)) => assert_eq!(first.to_string(), second.to_string()),
            (first, second) => panic!("{:?} then {:?}", first.err(), second.err()),
        }
    }
}
