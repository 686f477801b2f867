use std::any::Any;
use std::sync::Arc;
use std::time::Duration;

use geobacter_container::checked::VERSION;
use geobacter_core::SignalBlock;
use geobacter_core::abi::ArgDesc;
use geobacter_driver::Error;
use geobacter_driver::compiler::{CodeRequest, Constants, DeviceCode, KernelCompiler};
use geobacter_driver::driver::{
    CodeBounds, DeviceInfo, DevicePtr, DriverDevice, DriverKernel, DriverQueue, KernelRequest,
};
use geobacter_driver::signal::{Condition, DriverSignal};

use crate::image::Image;
use crate::memory::Memory;
use crate::mode::Mode;
use crate::queue::CheckQueue;

/// What kernels are compiled for.
const TARGET: &str = "x86_64-checked";

/// The CPU device, whose kernels are checked.
pub(crate) struct CheckDevice {
    info: DeviceInfo,
    /// The device that is checked on.
    host: Arc<dyn DriverDevice>,
    memory: Arc<Memory>,
    mode: Mode,
}

impl CheckDevice {
    /// `id`: what users call it.
    pub(crate) fn new(host: Arc<dyn DriverDevice>, mode: Mode, id: String) -> Self {
        let info = DeviceInfo {
            id,
            name: format!("{}, checking kernels", host.info().name),
            target: TARGET.to_owned(),
            driver_version: format!("{} (checks {VERSION})", host.info().driver_version),
            compute_units: 1,
            ..host.info().clone()
        };
        CheckDevice { info, host, memory: Arc::default(), mode }
    }

    fn out_of_memory(&self, bytes: usize) -> Error {
        Error::OutOfMemory {
            device: self.info.id.clone(),
            requested: bytes as u64,
            free: None,
            total: Some(self.info.memory),
        }
    }

    fn refuse(&self, request: &KernelRequest<'_>, reason: String) -> Error {
        Error::Load { device: self.info.id.clone(), kernel: request.name.to_owned(), reason, log: String::new() }
    }
}

impl DriverDevice for CheckDevice {
    fn info(&self) -> &DeviceInfo {
        &self.info
    }

    fn allocate(&self, bytes: usize) -> Result<DevicePtr, Error> {
        let start = self.memory.allocate(bytes).ok_or_else(|| self.out_of_memory(bytes))?;
        Ok(DevicePtr(start.expose_provenance() as u64))
    }

    unsafe fn free(&self, ptr: DevicePtr, bytes: usize) {
        // SAFETY: the caller's promise; device addresses are host addresses here.
        unsafe { self.memory.free(std::ptr::with_exposed_provenance_mut(ptr.0 as usize), bytes) }
    }

    fn allocate_host(&self, bytes: usize) -> Result<*mut u8, Error> {
        self.memory.allocate(bytes).ok_or_else(|| self.out_of_memory(bytes))
    }

    unsafe fn free_host(&self, ptr: *mut u8, bytes: usize) {
        // SAFETY: the caller's promise.
        unsafe { self.memory.free(ptr, bytes) }
    }

    fn create_signal(&self, initial: i64) -> Result<Arc<dyn DriverSignal>, Error> {
        let signal = self.host.create_signal(initial)?;
        let block = signal.block().0;
        self.memory.add(block, size_of::<SignalBlock>());
        // SAFETY: the signal's block, which nobody changes but for its value.
        let mailbox = unsafe { (*std::ptr::with_exposed_provenance::<SignalBlock>(block as usize)).event_mailbox };
        // All signals have the same.
        self.memory.add(mailbox.addr() as u64, size_of::<u64>());
        Ok(Arc::new(CheckSignal { signal, memory: Arc::clone(&self.memory) }))
    }

    fn host_address(&self, ptr: *mut u8) -> Option<DevicePtr> {
        self.host.host_address(ptr)
    }

    fn create_queue(&self) -> Result<Arc<dyn DriverQueue>, Error> {
        match CheckQueue::start(self.info.id.clone(), Arc::clone(&self.memory), self.mode) {
            Ok(queue) => Ok(Arc::new(queue)),
            Err(error) => Err(Error::DriverCall {
                device: self.info.id.clone(),
                call: "starting the queue's thread",
                reason: error.to_string(),
            }),
        }
    }

    fn load(&self, request: &KernelRequest<'_>, compiler: &dyn KernelCompiler) -> Result<Arc<dyn DriverKernel>, Error> {
        if !cfg!(all(target_arch = "x86_64", target_os = "linux")) {
            let reason = "kernels are checked on Linux on x86-64 only; the device `cpu` runs them, unchecked";
            return Err(self.refuse(request, reason.to_owned()));
        }
        let code = compiler.device_code(&CodeRequest {
            symbol: request.symbol,
            target: TARGET,
            driver_version: &self.info.driver_version,
            // Neither sizes nor bounds change the code.
            max_group_size: self.info.max_group_size,
            bounds: CodeBounds::NONE,
            constants: Constants::NONE,
        })?;
        let image = Image::load(&code).map_err(|reason| self.refuse(request, reason))?;
        Ok(Arc::new(Loaded {
            kernel: Arc::new(CheckKernel { name: request.name, arguments: request.arguments, image }),
            code,
        }))
    }

    fn specialises(&self) -> bool {
        false
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

/// A kernel that is loaded.
pub(crate) struct CheckKernel {
    pub(crate) name: &'static str,
    pub(crate) arguments: &'static [ArgDesc],
    pub(crate) image: Image,
}

/// A kernel as the runtime has it; launches in flight keep what they need of it.
pub(crate) struct Loaded {
    pub(crate) kernel: Arc<CheckKernel>,
    code: DeviceCode,
}

impl DriverKernel for Loaded {
    fn as_any(&self) -> &dyn Any {
        self
    }

    fn code(&self) -> Option<&DeviceCode> {
        Some(&self.code)
    }
}

/// A signal that kernels may access for as long as it lives.
struct CheckSignal {
    signal: Arc<dyn DriverSignal>,
    memory: Arc<Memory>,
}

impl Drop for CheckSignal {
    fn drop(&mut self) {
        self.memory.remove(self.signal.block().0);
    }
}

impl DriverSignal for CheckSignal {
    fn block(&self) -> DevicePtr {
        self.signal.block()
    }

    fn load(&self) -> i64 {
        self.signal.load()
    }

    fn store(&self, value: i64) {
        self.signal.store(value);
    }

    fn wait(&self, condition: Condition, timeout: Option<Duration>) -> Result<Option<i64>, Error> {
        self.signal.wait(condition, timeout)
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}
