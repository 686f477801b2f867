//! What AMD's runtime asks of the graphics driver, from ROCm 5.6 on.
//!
//! It takes a device's handle from this library and gives it to a function of libdrm. Handles of this library are none of
//! libdrm's, so that function is here too: the runtime lists this library before libdrm among those that it needs, and
//! finds it here first. It calls others of libdrm for memory that it shares with graphics, which it gets none of.

use std::ffi::{c_int, c_void};
use std::mem::zeroed;

use super::{export, write};
use crate::abi::{GpuInfo, Result, Status};
use crate::driver;
use crate::topology::FIRST_GPU;

export! {
    /// The handle that `amdgpu_query_gpu_info` takes: the node's number.
    fn hsaKmtGetAMDGPUDeviceHandle(node: u32, handle: *mut *mut c_void) {
        driver::get()?.device(node)?;
        const { assert!(FIRST_GPU > 0, "no handle is null") };
        // SAFETY: the caller's promise.
        unsafe { write(handle, std::ptr::without_provenance_mut(node as usize)) }
    }

    /// Memory for another driver.
    fn hsaKmtExportDMABufHandle(_address: *mut c_void, _bytes: u64, _file: *mut i32, _offset: *mut u64) {
        Err(Status::NotSupported)
    }
}

/// Describes a GPU to the runtime, which looks at the frequency of its clock.
///
/// # Safety
/// `info` is null, or valid for a write.
#[unsafe(no_mangle)]
unsafe extern "C" fn amdgpu_query_gpu_info(handle: *mut c_void, info: *mut GpuInfo) -> c_int {
    let status = driver::answer("amdgpu_query_gpu_info", || {
        let described = describe(handle)?;
        // SAFETY: the caller's promise.
        unsafe { write(info, described) }
    });
    if status == Status::Success { 0 } else { -libc::EINVAL }
}

fn describe(handle: *mut c_void) -> Result<GpuInfo> {
    let node = u32::try_from(handle.addr()).map_err(|_| Status::InvalidHandle)?;
    let (_, model) = driver::get()?.topology.gpu(node)?.ok_or(Status::InvalidHandle)?;
    // SAFETY: a structure of numbers, for which zero is a value.
    Ok(model.graphics(unsafe { zeroed() }))
}
