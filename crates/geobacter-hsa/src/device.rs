//! One AMD GPU: its memory, queues and kernels.

use std::any::Any;
use std::sync::Arc;

use geobacter_driver::Error;
use geobacter_driver::compiler::{CodeRequest, KernelCompiler};
use geobacter_driver::driver::{DeviceInfo, DevicePtr, DriverDevice, DriverKernel, DriverQueue, KernelRequest};
use geobacter_driver::signal::DriverSignal;

use crate::context::Context;
use crate::signal::HsaSignal;
use crate::{HsaKernel, HsaQueue};

/// An AMD GPU.
pub struct HsaDevice {
    context: Arc<Context>,
    info: DeviceInfo,
}

impl HsaDevice {
    pub(crate) fn new(context: Arc<Context>, info: DeviceInfo) -> Self {
        Self { context, info }
    }

    pub(crate) fn context(&self) -> &Arc<Context> {
        &self.context
    }

    /// The runtime's handle, for use with the runtime itself.
    #[doc(hidden)]
    #[must_use]
    pub fn agent(&self) -> crate::sys::Agent {
        self.context.agent()
    }

    /// A new queue, as this crate's own type.
    ///
    /// # Errors
    /// As [`create_queue`](DriverDevice::create_queue).
    pub fn hsa_queue(&self) -> Result<HsaQueue, Error> {
        HsaQueue::new(&self.context)
    }
}

impl DriverDevice for HsaDevice {
    fn info(&self) -> &DeviceInfo {
        &self.info
    }

    fn allocate(&self, bytes: usize) -> Result<DevicePtr, Error> {
        self.context.allocate(bytes)
    }

    unsafe fn free(&self, ptr: DevicePtr, _bytes: usize) {
        self.context.free(ptr);
    }

    fn allocate_host(&self, bytes: usize) -> Result<*mut u8, Error> {
        self.context.allocate_host(bytes)
    }

    unsafe fn free_host(&self, ptr: *mut u8, _bytes: usize) {
        self.context.free_host(ptr);
    }

    /// What was allocated for the device is mapped to it at the host's own address.
    fn host_address(&self, ptr: *mut u8) -> Option<DevicePtr> {
        let address = ptr.expose_provenance() as u64;
        self.context.runtime().pinned.containing(address, 1).map(|_| DevicePtr(address))
    }

    fn create_signal(&self, initial: i64) -> Result<Arc<dyn DriverSignal>, Error> {
        Ok(Arc::new(HsaSignal::new(&self.context, initial)?))
    }

    fn create_queue(&self) -> Result<Arc<dyn DriverQueue>, Error> {
        Ok(Arc::new(self.hsa_queue()?))
    }

    fn load(&self, request: &KernelRequest<'_>, compiler: &dyn KernelCompiler) -> Result<Arc<dyn DriverKernel>, Error> {
        // Compile first: it needs no device, and may fail.
        let code = compiler.device_code(&CodeRequest {
            symbol: request.symbol,
            target: &self.info.target,
            driver_version: &self.info.driver_version,
            max_group_size: request.max_group_size,
            bounds: request.bounds,
            constants: request.constants,
        })?;
        let name = request.name.to_owned();
        Ok(Arc::new(HsaKernel::load(&self.context, code, name, request)?))
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}
