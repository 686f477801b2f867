//! Drivers that are there and do not work.

use std::ffi::{c_int, c_uint};
use std::sync::atomic::{AtomicU32, Ordering};

use geobacter_cuda::CudaDriver;
use geobacter_cuda::sys::{
    Api, CUDA_ERROR_NO_DEVICE, CUDA_ERROR_OUT_OF_MEMORY, CUDA_ERROR_SYSTEM_DRIVER_MISMATCH, CUDA_SUCCESS, CUcontext,
    CUdevice, CUresult,
};
use geobacter_driver::Error;
use geobacter_driver::driver::{Driver, DriverDevice};

use crate::fake;

/// The simulated driver with something broken.
fn driver(break_it: impl FnOnce(&mut Api)) -> CudaDriver {
    let mut api = fake::api().clone();
    break_it(&mut api);
    CudaDriver::with_api(Box::leak(Box::new(api)))
}

fn why(driver: &CudaDriver) -> String {
    driver.devices().err().expect("no devices").to_string()
}

unsafe extern "C" fn no_device(_: c_uint) -> CUresult {
    CUDA_ERROR_NO_DEVICE
}

unsafe extern "C" fn mismatch(_: c_uint) -> CUresult {
    CUDA_ERROR_SYSTEM_DRIVER_MISMATCH
}

unsafe extern "C" fn none(count: *mut c_int) -> CUresult {
    // SAFETY: the crate passes an int to write to.
    unsafe { *count = 0 };
    CUDA_SUCCESS
}

#[test]
fn no_gpu_is_an_answer() {
    for driver in [driver(|api| api.cuInit = no_device), driver(|api| api.cuDeviceGetCount = none)] {
        let message = why(&driver);
        assert!(message.contains("finds no GPU") && message.contains("CUDA_VISIBLE_DEVICES"), "{message}");
    }
}

#[test]
fn a_driver_that_does_not_start_says_why() {
    let message = why(&driver(|api| api.cuInit = mismatch));
    assert!(message.contains("cuInit failed") && message.contains("reboot"), "{message}");
}

#[test]
fn a_broken_device_does_not_hide_the_others() {
    unsafe extern "C" fn second_only(device: *mut CUdevice, ordinal: c_int) -> CUresult {
        // SAFETY: the crate passes an int to write to.
        unsafe { *device = ordinal };
        if ordinal == 0 { CUDA_ERROR_NO_DEVICE } else { CUDA_SUCCESS }
    }
    let devices = driver(|api| api.cuDeviceGet = second_only).cuda_devices().expect("one is left");
    assert_eq!(devices.iter().map(|device| device.info().id.as_str()).collect::<Vec<_>>(), ["cuda:1"]);
}

#[test]
fn a_context_that_cannot_be_made_is_tried_again() {
    static CALLS: AtomicU32 = AtomicU32::new(0);
    unsafe extern "C" fn full_at_first(context: *mut CUcontext, device: CUdevice) -> CUresult {
        match CALLS.fetch_add(1, Ordering::SeqCst) {
            0 => CUDA_ERROR_OUT_OF_MEMORY,
            // SAFETY: passed on.
            _ => unsafe { (fake::api().cuDevicePrimaryCtxRetain)(context, device) },
        }
    }
    let devices = driver(|api| api.cuDevicePrimaryCtxRetain = full_at_first).cuda_devices().expect("devices");
    let refused = devices[0].allocate(64);
    assert!(matches!(refused, Err(Error::DriverCall { call: "cuDevicePrimaryCtxRetain", .. })), "{refused:?}");
    let ptr = devices[0].allocate(64).expect("the second time");
    // SAFETY: just allocated, used by nothing.
    unsafe { devices[0].free(ptr, 64) };
}
