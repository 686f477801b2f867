//! A queue of the checking device: the CPU device's, but for launches.

use std::any::Any;
use std::mem::MaybeUninit;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use geobacter_cpu::CpuQueue;
use geobacter_driver::Error;
use geobacter_driver::driver::{Copy, DevicePtr, DriverKernel, DriverMark, DriverQueue, LaunchShape};
use geobacter_driver::failures::FailureLog;
use geobacter_driver::rows::CopyRows;

use crate::device::Loaded;
use crate::finding::Shape;
use crate::memory::Memory;
use crate::mode::Mode;
use crate::run::Launch;

pub(crate) struct CheckQueue {
    host: Arc<CpuQueue>,
    /// The device, as users call it.
    id: String,
    memory: Arc<Memory>,
    mode: Mode,
    /// Where kernels print to.
    ring: AtomicU64,
}

impl CheckQueue {
    pub(crate) fn start(id: String, memory: Arc<Memory>, mode: Mode) -> std::io::Result<Self> {
        Ok(CheckQueue { host: CpuQueue::alone()?, id, memory, mode, ring: AtomicU64::new(0) })
    }
}

impl DriverQueue for CheckQueue {
    unsafe fn launch(
        &self,
        kernel: &Arc<dyn DriverKernel>,
        shape: &LaunchShape,
        block: &[MaybeUninit<u8>],
    ) -> Result<u64, Error> {
        let loaded = kernel.as_any().downcast_ref::<Loaded>().expect("a kernel that the checking device loaded");
        let group_memory = shape.group_memory;
        let shape = Shape { group_size: shape.group_size, groups: shape.groups };
        if shape.group_count() > u64::from(u32::MAX) {
            return Err(Error::DeviceLimit {
                device: self.id.clone(),
                what: "work-groups in all".to_owned(),
                actual: shape.group_count().into(),
                limit: u32::MAX.into(),
            });
        }
        let launch = Launch {
            kernel: Arc::clone(&loaded.kernel),
            shape,
            group_memory,
            block: block.to_vec(),
            ring: DevicePtr(self.ring.load(Ordering::Relaxed)),
            memory: Arc::clone(&self.memory),
            seed: self.mode.next_seed(),
        };
        Ok(self.host.run(move || launch.run()))
    }

    unsafe fn copy(&self, copy: Copy, bytes: usize) -> Result<u64, Error> {
        // SAFETY: the caller's promise.
        unsafe { self.host.copy(copy, bytes) }
    }

    unsafe fn copy_rows(&self, rows: &CopyRows) -> Result<u64, Error> {
        // SAFETY: the caller's promise.
        unsafe { self.host.copy_rows(rows) }
    }

    unsafe fn fill(&self, to: DevicePtr, pattern: &[u8], count: usize) -> Result<u64, Error> {
        // SAFETY: the caller's promise.
        unsafe { self.host.fill(to, pattern, count) }
    }

    fn print_to(&self, ring: DevicePtr) {
        self.ring.store(ring.0, Ordering::Relaxed);
    }

    fn wait_for(&self, other: &Arc<dyn DriverQueue>, value: u64) -> Result<(), Error> {
        if std::ptr::addr_eq(Arc::as_ptr(other), self) {
            return Ok(());
        }
        self.host.wait_for(other, value)
    }

    fn submitted(&self) -> u64 {
        self.host.submitted()
    }

    fn has_passed(&self, value: u64) -> bool {
        self.host.has_passed(value)
    }

    fn wait_until_passed(&self, value: u64) {
        self.host.wait_until_passed(value);
    }

    fn is_complete(&self, value: u64) -> Result<bool, Error> {
        self.host.is_complete(value)
    }

    fn wait(&self, value: u64, timeout: Option<Duration>) -> Result<bool, Error> {
        self.host.wait(value, timeout)
    }

    fn failures(&self) -> &FailureLog {
        self.host.failures()
    }

    fn on_complete(&self, value: u64, then: Box<dyn FnOnce() + Send>) {
        self.host.on_complete(value, then);
    }

    fn mark(&self) -> Result<Box<dyn DriverMark>, Error> {
        self.host.mark()
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}
