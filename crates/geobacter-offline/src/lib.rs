//! Compiles kernels for a device that is not there: `offline:sm_90`, `offline:gfx90a`.
//!
//! Such a device has buffers and queues, in host memory, and compiles every kernel it is asked to launch, with all of the
//! checks, caches and errors of a real one; it then does not run it. So a program's tests can show, on a machine without
//! a GPU, that its kernels compile for one. Only a name asks for such a device: it is never the best, and never listed.

use std::alloc::{Layout, alloc_zeroed, dealloc};
use std::any::Any;
use std::mem::MaybeUninit;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use geobacter_driver::Error;
use geobacter_driver::compiler::{CodeRequest, DeviceCode, KernelCompiler};
use geobacter_driver::driver::{
    Copy, DeviceInfo, DevicePtr, Driver, DriverDevice, DriverKernel, DriverMark, DriverQueue, KernelRequest,
    LaunchShape, Unavailable,
};
use geobacter_driver::failures::FailureLog;
use geobacter_driver::signal::DriverSignal;

mod signal;

use signal::OfflineSignal;

/// What the driver contract promises for allocations.
const ALIGN: usize = 256;
/// An allocation that no machine has; below it, memory is the host's and is limited by the host.
const MEMORY: u64 = 1 << 40;

/// Makes offline devices.
#[derive(Debug, Default)]
pub struct OfflineDriver;

impl Driver for OfflineDriver {
    fn kind(&self) -> &'static str {
        "offline"
    }

    fn example(&self) -> String {
        "offline:sm_90".to_owned()
    }

    fn devices(&self) -> Result<Vec<Arc<dyn DriverDevice>>, Unavailable> {
        Ok(Vec::new())
    }

    fn named(&self, target: &str) -> Option<Arc<dyn DriverDevice>> {
        Some(Arc::new(OfflineDevice { info: info(target) }))
    }
}

fn info(target: &str) -> DeviceInfo {
    DeviceInfo {
        id: format!("offline:{target}"),
        name: format!("{target}, compiled for but not run"),
        target: target.to_owned(),
        driver_version: "none".to_owned(),
        memory: MEMORY,
        compute_units: 1,
        subgroup_size: 32,
        max_group_size: 1024,
        max_group_axes: [1024, 1024, 64],
        max_groups: [i32::MAX as u64, 65535, 65535],
        max_grid: [u64::MAX; 3],
        max_group_memory: 48 << 10,
        default_group_size: [[256, 1, 1], [32, 8, 1], [32, 4, 2]],
        is_gpu: false,
        host_visible_memory: true,
        numa_node: None,
    }
}

struct OfflineDevice {
    info: DeviceInfo,
}

fn layout(bytes: usize) -> Option<Layout> {
    Layout::from_size_align(bytes, ALIGN).ok().filter(|l| l.size() > 0 && l.size() as u64 <= MEMORY)
}

impl OfflineDevice {
    fn host_memory(&self, bytes: usize) -> Result<*mut u8, Error> {
        // SAFETY: the layout is not empty.
        let ptr = layout(bytes).map_or(std::ptr::null_mut(), |layout| unsafe { alloc_zeroed(layout) });
        if ptr.is_null() {
            let (device, requested) = (self.info.id.clone(), bytes as u64);
            return Err(Error::OutOfMemory { device, requested, free: None, total: Some(MEMORY) });
        }
        Ok(ptr)
    }
}

impl DriverDevice for OfflineDevice {
    fn info(&self) -> &DeviceInfo {
        &self.info
    }

    fn allocate(&self, bytes: usize) -> Result<DevicePtr, Error> {
        self.host_memory(bytes).map(|p| DevicePtr(p.expose_provenance() as u64))
    }

    unsafe fn free(&self, ptr: DevicePtr, bytes: usize) {
        // SAFETY: the caller's promise.
        unsafe { self.free_host(std::ptr::with_exposed_provenance_mut(ptr.0 as usize), bytes) }
    }

    fn allocate_host(&self, bytes: usize) -> Result<*mut u8, Error> {
        self.host_memory(bytes)
    }

    unsafe fn free_host(&self, ptr: *mut u8, bytes: usize) {
        if let Some(layout) = layout(bytes) {
            // SAFETY: allocated with the same layout, and freed once.
            unsafe { dealloc(ptr, layout) }
        }
    }

    fn create_signal(&self, initial: i64) -> Result<Arc<dyn DriverSignal>, Error> {
        Ok(Arc::new(OfflineSignal::new(initial)))
    }

    fn host_address(&self, ptr: *mut u8) -> Option<DevicePtr> {
        Some(DevicePtr(ptr.expose_provenance() as u64))
    }

    fn create_queue(&self) -> Result<Arc<dyn DriverQueue>, Error> {
        Ok(Arc::new(OfflineQueue::default()))
    }

    fn load(&self, request: &KernelRequest<'_>, compiler: &dyn KernelCompiler) -> Result<Arc<dyn DriverKernel>, Error> {
        let code = compiler.device_code(&CodeRequest {
            symbol: request.symbol,
            target: &self.info.target,
            driver_version: &self.info.driver_version,
            max_group_size: request.max_group_size,
            bounds: request.bounds,
            constants: request.constants,
        })?;
        Ok(Arc::new(OfflineKernel { code }))
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

/// Code that nothing runs.
struct OfflineKernel {
    code: DeviceCode,
}

impl DriverKernel for OfflineKernel {
    fn as_any(&self) -> &dyn Any {
        self
    }

    fn code(&self) -> Option<&DeviceCode> {
        Some(&self.code)
    }
}

/// Does everything at once, and kernels not at all.
#[derive(Default)]
struct OfflineQueue {
    submitted: AtomicU64,
    failures: FailureLog,
    /// Copies of several threads do not overlap, as on any in-order queue.
    order: parking_lot::Mutex<()>,
}

impl OfflineQueue {
    fn done(&self) -> u64 {
        self.submitted.fetch_add(1, Ordering::Relaxed) + 1
    }
}

fn host<T>(ptr: DevicePtr) -> *mut T {
    std::ptr::with_exposed_provenance_mut(ptr.0 as usize)
}

impl DriverQueue for OfflineQueue {
    unsafe fn launch(&self, _: &Arc<dyn DriverKernel>, _: &LaunchShape, _: &[MaybeUninit<u8>]) -> Result<u64, Error> {
        Ok(self.done())
    }

    unsafe fn copy(&self, copy: Copy, bytes: usize) -> Result<u64, Error> {
        let (from, to): (*const u8, *mut u8) = match copy {
            Copy::HostToDevice { from, to } => (from, host(to)),
            Copy::DeviceToHost { from, to } => (host::<u8>(from), to),
            Copy::DeviceToDevice { from, to } => (host::<u8>(from), host(to)),
        };
        let _order = self.order.lock();
        // SAFETY: the caller promises both sides, and that nothing aliases the target.
        unsafe { std::ptr::copy_nonoverlapping(from, to, bytes) };
        Ok(self.done())
    }

    unsafe fn fill(&self, to: DevicePtr, pattern: &[u8], count: usize) -> Result<u64, Error> {
        let _order = self.order.lock();
        // SAFETY: the caller promises room for `count` patterns.
        let target = unsafe { std::slice::from_raw_parts_mut(host::<u8>(to), pattern.len() * count) };
        target.chunks_exact_mut(pattern.len()).for_each(|element| element.copy_from_slice(pattern));
        Ok(self.done())
    }

    fn wait_for(&self, other: &Arc<dyn DriverQueue>, value: u64) -> Result<(), Error> {
        other.wait(value, None).map(|_| ())
    }

    fn submitted(&self) -> u64 {
        self.submitted.load(Ordering::Relaxed)
    }

    fn has_passed(&self, _: u64) -> bool {
        true
    }

    fn is_complete(&self, _: u64) -> Result<bool, Error> {
        Ok(true)
    }

    fn wait(&self, _: u64, _: Option<Duration>) -> Result<bool, Error> {
        Ok(true)
    }

    fn failures(&self) -> &FailureLog {
        &self.failures
    }

    fn on_complete(&self, _: u64, then: Box<dyn FnOnce() + Send>) {
        then();
    }

    fn mark(&self) -> Result<Box<dyn DriverMark>, Error> {
        Ok(Box::new(OfflineMark(Instant::now())))
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

struct OfflineMark(Instant);

impl DriverMark for OfflineMark {
    fn since(&self, earlier: &dyn DriverMark) -> Result<Duration, Error> {
        let earlier = earlier.as_any().downcast_ref::<OfflineMark>().expect("a mark of an offline device");
        Ok(self.0.saturating_duration_since(earlier.0))
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}
