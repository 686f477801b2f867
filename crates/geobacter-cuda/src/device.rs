//! One NVIDIA GPU: its memory, queues and kernels.

use std::any::Any;
use std::sync::{Arc, OnceLock};

use geobacter_driver::Error;
use geobacter_driver::compiler::{CodeRequest, KernelCompiler};
use geobacter_driver::driver::{DeviceInfo, DevicePtr, DriverDevice, DriverKernel, DriverQueue, KernelRequest};
use geobacter_driver::signal::DriverSignal;
use parking_lot::Mutex;

use crate::context::Context;
use crate::signal::CudaSignal;
use crate::sys::{Api, CUdevice};
use crate::{CudaKernel, CudaQueue};

/// An NVIDIA GPU.
///
/// Its context is made when it is first used, not when it is listed: that takes a tenth of a second and memory on every
/// GPU of the machine.
pub struct CudaDevice {
    api: &'static Api,
    device: CUdevice,
    info: DeviceInfo,
    context: OnceLock<Arc<Context>>,
    /// Held while the context is made, so that it is made once. A failure is not kept.
    making: Mutex<()>,
}

impl CudaDevice {
    pub(crate) fn new(api: &'static Api, device: CUdevice, info: DeviceInfo) -> Self {
        Self { api, device, info, context: OnceLock::new(), making: Mutex::new(()) }
    }

    /// The context, made now if need be.
    pub(crate) fn context(&self) -> Result<&Arc<Context>, Error> {
        if let Some(context) = self.context.get() {
            return Ok(context);
        }
        let _making = self.making.lock();
        if let Some(context) = self.context.get() {
            return Ok(context);
        }
        let context = Context::retain(self.api, self.device, &self.info.id)?;
        Ok(self.context.get_or_init(|| context))
    }

    /// The context, current on this thread.
    fn entered(&self) -> Result<&Arc<Context>, Error> {
        let context = self.context()?;
        context.enter()?;
        Ok(context)
    }
}

impl DriverDevice for CudaDevice {
    fn info(&self) -> &DeviceInfo {
        &self.info
    }

    fn allocate(&self, bytes: usize) -> Result<DevicePtr, Error> {
        self.entered()?.allocate(bytes)
    }

    unsafe fn free(&self, ptr: DevicePtr, _bytes: usize) {
        // A lost context has no memory left to free.
        if let Ok(context) = self.entered() {
            context.free(ptr);
        }
    }

    fn allocate_host(&self, bytes: usize) -> Result<*mut u8, Error> {
        self.entered()?.allocate_host(bytes)
    }

    unsafe fn free_host(&self, ptr: *mut u8, _bytes: usize) {
        if let Ok(context) = self.entered() {
            context.free_host(ptr);
        }
    }

    fn create_signal(&self, initial: i64) -> Result<Arc<dyn DriverSignal>, Error> {
        Ok(Arc::new(CudaSignal::new(self.entered()?, initial)?))
    }

    fn host_address(&self, ptr: *mut u8) -> Option<DevicePtr> {
        self.entered().ok()?.host_address(ptr)
    }

    fn create_queue(&self) -> Result<Arc<dyn DriverQueue>, Error> {
        Ok(Arc::new(CudaQueue::new(self.entered()?)?))
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
        Ok(Arc::new(CudaKernel::load(self.entered()?, code, request.name.to_owned())?))
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}
