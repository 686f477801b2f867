//! Finds the devices, or says why there are none.

use std::sync::{Arc, OnceLock};

use geobacter_driver::driver::{Driver, DriverDevice, Unavailable};
use parking_lot::Mutex;

use crate::CudaDevice;
use crate::info;
use crate::sys::{self, Api, CUDA_SUCCESS, CUresult, LoadError};

/// The name under which every NVIDIA driver installs the driver API. Not `libcuda.so`: that is for linkers, and may be
/// the toolkit's stub.
const LIBRARY: &str = "libcuda.so.1";

/// NVIDIA GPUs, through `libcuda.so.1`.
///
/// Making one costs nothing; the library is loaded by the first [`devices`](Driver::devices), and a device's context is
/// made when the device is first used.
///
/// ```
/// use geobacter_cuda::CudaDriver;
/// use geobacter_driver::driver::Driver;
///
/// match CudaDriver::new().devices() {
///     Ok(devices) => println!("{} NVIDIA GPU(s)", devices.len()),
///     Err(why) => println!("none: {why}"), // what is missing, and what to do about it
/// }
/// ```
#[derive(Default)]
pub struct CudaDriver {
    api: Option<&'static Api>,
    devices: Mutex<Vec<Arc<CudaDevice>>>,
}

impl CudaDriver {
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
        let api = Api::load(LIBRARY).map_err(|error| cannot_load(LIBRARY, &error))?;
        Ok(INSTALLED.get_or_init(|| api))
    }

    /// The devices, as this crate's own type.
    ///
    /// # Errors
    /// As [`devices`](Driver::devices).
    pub fn cuda_devices(&self) -> Result<Vec<Arc<CudaDevice>>, Unavailable> {
        let mut devices = self.devices.lock();
        if devices.is_empty() {
            *devices = find(self.api()?)?;
        }
        Ok(devices.clone())
    }
}

impl Driver for CudaDriver {
    fn kind(&self) -> &'static str {
        "cuda"
    }

    fn devices(&self) -> Result<Vec<Arc<dyn DriverDevice>>, Unavailable> {
        Ok(self.cuda_devices()?.into_iter().map(|device| device as Arc<dyn DriverDevice>).collect())
    }
}

fn find(api: &'static Api) -> Result<Vec<Arc<CudaDevice>>, Unavailable> {
    // SAFETY: the first call of the API; may be made any number of times.
    call(api, "cuInit", unsafe { (api.cuInit)(0) })?;
    let mut count = 0;
    // SAFETY: writes one int.
    call(api, "cuDeviceGetCount", unsafe { (api.cuDeviceGetCount)(&mut count) })?;
    let mut devices = Vec::new();
    for ordinal in 0..count {
        // One broken device must not hide the others.
        match info::query(api, ordinal) {
            Ok((device, info)) => devices.push(Arc::new(CudaDevice::new(api, device, info))),
            Err((name, result)) => {
                tracing::warn!("cuda:{ordinal} is left out: {name} failed: {}", api.describe(result));
            }
        }
    }
    if devices.is_empty() { Err(no_device()) } else { Ok(devices) }
}

fn call(api: &Api, name: &str, result: CUresult) -> Result<(), Unavailable> {
    match result {
        CUDA_SUCCESS => Ok(()),
        sys::CUDA_ERROR_NO_DEVICE => Err(no_device()),
        _ => Err(Unavailable {
            reason: format!("{name} failed: {}", api.describe(result)),
            remedy: remedy(result).to_owned(),
        }),
    }
}

fn remedy(result: CUresult) -> &'static str {
    match result {
        sys::CUDA_ERROR_STUB_LIBRARY => {
            "take the CUDA toolkit's `stubs` folder out of LD_LIBRARY_PATH, so that the driver's own libcuda.so.1 is found"
        }
        sys::CUDA_ERROR_SYSTEM_NOT_READY => "start NVIDIA's services (on NVSwitch machines: nvidia-fabricmanager)",
        sys::CUDA_ERROR_SYSTEM_DRIVER_MISMATCH => {
            "reboot, or reload the nvidia kernel module: it and libcuda.so.1 are of different versions"
        }
        sys::CUDA_ERROR_UNKNOWN => "check that `nvidia-smi` works and that the nvidia_uvm kernel module is loaded",
        _ => "check that `nvidia-smi` works",
    }
}

fn no_device() -> Unavailable {
    Unavailable {
        reason: "the NVIDIA driver finds no GPU".to_owned(),
        remedy: "check that `nvidia-smi` lists one, that CUDA_VISIBLE_DEVICES does not hide it, and that a container \
                 was started with access to it"
            .to_owned(),
    }
}

fn cannot_load(library: &str, error: &LoadError) -> Unavailable {
    match error {
        LoadError::Library(error) => Unavailable {
            reason: format!("the NVIDIA driver's library {library} cannot be loaded ({error})"),
            remedy: "install the NVIDIA driver; the CUDA toolkit is not needed".to_owned(),
        },
        LoadError::Function(name) => Unavailable {
            reason: format!("the NVIDIA driver's library {library} has no function {name}"),
            remedy: "update the NVIDIA driver to one for CUDA 11 or later".to_owned(),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_library_names_the_remedy() {
        let error = Api::load("libgeobacter-no-such-library.so.1").unwrap_err();
        let message = cannot_load(LIBRARY, &error).to_string();
        assert!(message.contains("libcuda.so.1") && message.contains("install the NVIDIA driver"), "{message}");
    }

    #[test]
    fn an_old_library_names_the_function_and_the_remedy() {
        let error = Api::load("libc.so.6").unwrap_err();
        let message = cannot_load(LIBRARY, &error).to_string();
        assert!(message.contains("cuInit") && message.contains("update the NVIDIA driver"), "{message}");
    }

    #[test]
    fn asking_twice_gives_the_same_answer() {
        let driver = CudaDriver::new();
        let (first, second) = (driver.cuda_devices(), driver.cuda_devices());
        match (first, second) {
            (Ok(first), Ok(second)) => assert!(Arc::ptr_eq(&first[0], &second[0])),
            (Err(first), Err(second)) => assert_eq!(first.to_string(), second.to_string()),
            (first, second) => panic!("{:?} then {:?}", first.err(), second.err()),
        }
    }
}
