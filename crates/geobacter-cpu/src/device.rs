use std::any::Any;
use std::sync::Arc;

use geobacter_core::host::{self, HostHooks};
use geobacter_core::kernel::HostEntry;
use geobacter_driver::Error;
use geobacter_driver::compiler::KernelCompiler;
use geobacter_driver::driver::{
    DeviceInfo, DevicePtr, Driver, DriverDevice, DriverKernel, DriverQueue, KernelRequest, Unavailable,
};
use geobacter_driver::signal::DriverSignal;

use crate::cooperate;
use crate::memory;
use crate::overflow::{self, Text};
use crate::print;
use crate::queue::CpuQueue;
use crate::signal::{self, CpuSignal};
use crate::workers::Workers;

/// As on GPUs, so that what runs here does not surprise there.
const MAX_GROUP_SIZE: u32 = geobacter_core::abi::HOST_MAX_GROUP_SIZE;

/// What kernels that run as host code get from here.
static HOOKS: HostHooks = HostHooks {
    interrupt: signal::interrupt,
    group_memory: cooperate::group_memory,
    work_group_barrier: cooperate::barrier,
    print: print::print,
};

/// Finds the one CPU device.
#[derive(Debug, Default)]
pub struct CpuDriver;

impl CpuDriver {
    /// The driver; costs nothing until its device is asked for.
    pub fn new() -> Self {
        CpuDriver
    }
}

impl Driver for CpuDriver {
    fn kind(&self) -> &'static str {
        "cpu"
    }

    fn example(&self) -> String {
        self.kind().to_owned()
    }

    fn devices(&self) -> Result<Vec<Arc<dyn DriverDevice>>, Unavailable> {
        Ok(vec![Arc::new(CpuDevice::new())])
    }
}

struct CpuDevice {
    info: DeviceInfo,
    workers: Arc<Workers>,
}

impl CpuDevice {
    fn new() -> Self {
        host::install(&HOOKS);
        overflow::tell_apart();
        let workers = Arc::new(Workers::from_environment());
        CpuDevice { info: info(&workers), workers }
    }
}

fn info(workers: &Workers) -> DeviceInfo {
    DeviceInfo {
        id: "cpu".to_owned(),
        name: processor_name(),
        target: std::env::consts::ARCH.to_owned(),
        driver_version: env!("CARGO_PKG_VERSION").to_owned(),
        memory: memory::installed(),
        compute_units: workers.count() as u32,
        subgroup_size: 1,
        max_group_size: MAX_GROUP_SIZE,
        max_group_axes: [MAX_GROUP_SIZE; 3],
        max_groups: [u64::from(u32::MAX); 3],
        max_grid: [u64::MAX; 3],
        max_group_memory: geobacter_core::abi::HOST_MAX_GROUP_MEMORY,
        // Long inner loops along the axis that is contiguous in memory, and enough groups for all cores.
        default_group_size: [[256, 1, 1], [64, 4, 1], [32, 4, 2]],
        is_gpu: false,
        host_visible_memory: true,
        numa_node: None,
    }
}

fn processor_name() -> String {
    std::fs::read_to_string("/proc/cpuinfo")
        .ok()
        .and_then(|text| {
            let line = text.lines().find(|l| l.starts_with("model name"))?;
            Some(line.split_once(':')?.1.trim().to_owned())
        })
        .unwrap_or_else(|| format!("{} processor", std::env::consts::ARCH))
}

impl DriverDevice for CpuDevice {
    fn info(&self) -> &DeviceInfo {
        &self.info
    }

    fn allocate(&self, bytes: usize) -> Result<DevicePtr, Error> {
        memory::allocate(bytes)
            .map(|p| DevicePtr(p.expose_provenance() as u64))
            .ok_or_else(|| self.out_of_memory(bytes))
    }

    unsafe fn free(&self, ptr: DevicePtr, bytes: usize) {
        // SAFETY: the caller's promise; device addresses are host addresses here.
        unsafe { memory::free(std::ptr::with_exposed_provenance_mut(ptr.0 as usize), bytes) }
    }

    fn allocate_host(&self, bytes: usize) -> Result<*mut u8, Error> {
        memory::allocate(bytes).ok_or_else(|| self.out_of_memory(bytes))
    }

    unsafe fn free_host(&self, ptr: *mut u8, bytes: usize) {
        // SAFETY: the caller's promise.
        unsafe { memory::free(ptr, bytes) }
    }

    fn create_signal(&self, initial: i64) -> Result<Arc<dyn DriverSignal>, Error> {
        Ok(Arc::new(CpuSignal::new(initial)))
    }

    fn host_address(&self, ptr: *mut u8) -> Option<DevicePtr> {
        Some(DevicePtr(ptr.expose_provenance() as u64))
    }

    fn create_queue(&self) -> Result<Arc<dyn DriverQueue>, Error> {
        CpuQueue::start(self.workers.clone()).map(|q| q as Arc<dyn DriverQueue>).map_err(|e| Error::DriverCall {
            device: self.info.id.clone(),
            call: "starting the queue's thread",
            reason: e.to_string(),
        })
    }

    fn load(&self, request: &KernelRequest<'_>, _: &dyn KernelCompiler) -> Result<Arc<dyn DriverKernel>, Error> {
        Ok(Arc::new(CpuKernel {
            entry: request.host_entry,
            text: Text::around(request.host_entry as *const () as usize),
            name: request.name,
        }))
    }

    fn specialises(&self) -> bool {
        false
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

impl CpuDevice {
    fn out_of_memory(&self, bytes: usize) -> Error {
        Error::OutOfMemory {
            device: self.info.id.clone(),
            requested: bytes as u64,
            free: None,
            total: Some(self.info.memory),
        }
    }
}

/// A kernel is its host entry, and the code around it.
pub(crate) struct CpuKernel {
    pub(crate) entry: HostEntry,
    pub(crate) text: Text,
    pub(crate) name: &'static str,
}

impl DriverKernel for CpuKernel {
    fn as_any(&self) -> &dyn Any {
        self
    }
}
