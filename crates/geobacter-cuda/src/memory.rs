//! Memory of a device, and host memory that it reaches at full speed.

use std::ffi::c_void;

use geobacter_driver::Error;
use geobacter_driver::driver::DevicePtr;

use crate::context::Context;
use crate::sys::{self, CUDA_ERROR_OUT_OF_MEMORY, CUDA_SUCCESS};

/// All of these need the context to be current.
impl Context {
    /// Device memory, aligned to 256 bytes at least (`cuMemAlloc`: "suitably aligned for any kind of variable"; CUDA C++
    /// Programming Guide, "Device Memory Accesses": at least 256).
    pub(crate) fn allocate(&self, bytes: usize) -> Result<DevicePtr, Error> {
        let mut ptr = 0;
        // SAFETY: writes one address; the context is current.
        match unsafe { (self.api().cuMemAlloc_v2)(&mut ptr, bytes) } {
            CUDA_ERROR_OUT_OF_MEMORY => Err(self.out_of_memory(bytes)),
            result => self.check("cuMemAlloc_v2", result).map(|()| DevicePtr(ptr)),
        }
    }

    /// Frees it. Failing to is worth a note and nothing else: the caller is a drop.
    pub(crate) fn free(&self, ptr: DevicePtr) {
        // SAFETY: from `allocate`, freed once, no longer in use: the callers' promise.
        if let Err(error) = unsafe { cuda!(self, cuMemFree_v2(ptr.0)) } {
            tracing::debug!("freeing device memory: {error}");
        }
    }

    /// Pinned host memory, known to every device.
    pub(crate) fn allocate_host(&self, bytes: usize) -> Result<*mut u8, Error> {
        let mut ptr: *mut c_void = std::ptr::null_mut();
        let flags = sys::MEMHOSTALLOC_PORTABLE | sys::MEMHOSTALLOC_DEVICEMAP;
        // SAFETY: writes one address; the context is current.
        match unsafe { (self.api().cuMemHostAlloc)(&mut ptr, bytes, flags) } {
            CUDA_ERROR_OUT_OF_MEMORY => Err(Error::OutOfMemory {
                device: format!("pinned host memory for {}", self.id()),
                requested: bytes as u64,
                free: None,
                total: None,
            }),
            result => self.check("cuMemHostAlloc", result).map(|()| ptr.cast()),
        }
    }

    /// The address of pinned host memory on the device; `None` where it has none there.
    pub(crate) fn host_address(&self, ptr: *mut u8) -> Option<DevicePtr> {
        let mut address = 0;
        // SAFETY: writes one address; the driver knows which memory is pinned.
        let known = unsafe { (self.api().cuMemHostGetDevicePointer_v2)(&mut address, ptr.cast(), 0) };
        (known == CUDA_SUCCESS).then_some(DevicePtr(address))
    }

    /// Frees it, as [`free`](Self::free).
    pub(crate) fn free_host(&self, ptr: *mut u8) {
        // SAFETY: from `allocate_host`, freed once, no longer in use: the callers' promise.
        if let Err(error) = unsafe { cuda!(self, cuMemFreeHost(ptr.cast())) } {
            tracing::debug!("freeing pinned memory: {error}");
        }
    }

    fn out_of_memory(&self, bytes: usize) -> Error {
        let (mut free, mut total) = (0, 0);
        // SAFETY: writes two sizes.
        let known = unsafe { (self.api().cuMemGetInfo_v2)(&mut free, &mut total) } == CUDA_SUCCESS;
        Error::OutOfMemory {
            device: self.id().to_owned(),
            requested: bytes as u64,
            free: known.then_some(free as u64),
            total: known.then_some(total as u64),
        }
    }
}
