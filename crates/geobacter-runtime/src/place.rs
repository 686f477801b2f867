//! An allocation and where it is.

use std::ptr::NonNull;

use geobacter_driver::driver::DevicePtr;

use crate::{Device, Error, Result};

/// An allocation: its address for kernels, and for the host where that reaches it.
#[derive(Clone, Copy)]
pub(crate) struct Place {
    pub(crate) ptr: DevicePtr,
    host: Option<HostPtr>,
    pub(crate) bytes: usize,
}

#[derive(Clone, Copy)]
struct HostPtr(NonNull<u8>);
// SAFETY: an address; whoever uses it keeps threads apart, as `SharedBuffer` does.
unsafe impl Send for HostPtr {}
// SAFETY: as above.
unsafe impl Sync for HostPtr {}

impl Place {
    /// `bytes` bytes of device memory that the driver gave.
    pub(crate) fn on_device(ptr: DevicePtr, bytes: usize) -> Self {
        Place { ptr, host: None, bytes }
    }

    /// `bytes` bytes, not 0, of host memory that the device's kernels reach.
    pub(crate) fn on_host(device: &Device, bytes: usize) -> Result<Self> {
        let driver = &device.0.driver;
        let host = driver.allocate_host(bytes)?;
        let (Some(ptr), Some(at)) = (driver.host_address(host), NonNull::new(host)) else {
            // SAFETY: just allocated; nothing knows of it.
            unsafe { driver.free_host(host, bytes) };
            return Err(Error::HostMemory { device: device.id().to_owned() });
        };
        Ok(Place { ptr, host: Some(HostPtr(at)), bytes })
    }

    /// Where the host finds it, if it does.
    pub(crate) fn host_ptr(&self) -> Option<NonNull<u8>> {
        self.host.map(|host| host.0)
    }

    /// # Safety
    /// Once, with no work left that uses the memory.
    pub(crate) unsafe fn free(self, device: &Device) {
        let driver = &device.0.driver;
        match self.host {
            // SAFETY: from one allocation, of this sort; the rest is the caller's promise.
            Some(host) => unsafe { driver.free_host(host.0.as_ptr(), self.bytes) },
            // SAFETY: as above.
            None => unsafe { driver.free(self.ptr, self.bytes) },
        }
    }
}
