//! What a driver crate implements: one trait for each thing a vendor's runtime has.
//!
//! The runtime above knows no vendor. A driver finds its devices, owns their memory and queues, and says where a
//! kernel's code comes from. Everything here is object-safe and `unsafe` where the caller must keep memory alive; the
//! safe layer in the runtime crate (`Buffer`, `Device`) does that.

use std::convert::Infallible;
use std::ffi::CStr;
use std::fmt;
use std::mem::MaybeUninit;
use std::sync::Arc;
use std::time::Duration;

pub use geobacter_core::{CodeBounds, FenceScope, Fences};

use geobacter_core::abi::ArgDesc;
use geobacter_core::kernel::HostEntry;

use crate::Error;
use crate::compiler::{Constants, DeviceCode, KernelCompiler};
use crate::failures::FailureLog;
use crate::poll;
use crate::rows::CopyRows;
use crate::signal::DriverSignal;

/// One vendor's runtime: the things that find devices.
pub trait Driver: Send + Sync {
    /// The device name's first part: `cpu`, `cuda`, `hsa`.
    fn kind(&self) -> &'static str;

    /// A name that one of its devices might have, for messages.
    fn example(&self) -> String {
        format!("{}:0", self.kind())
    }

    /// Every device that can be used, in the order of their numbers.
    ///
    /// # Errors
    /// [`Unavailable`] where the vendor's runtime is missing or broken: not an error of the program, but `doctor` and
    /// a request for such a device by name report it.
    fn devices(&self) -> Result<Vec<Arc<dyn DriverDevice>>, Unavailable>;

    /// A device that is there only when it is asked for by name: what follows the kind and a colon.
    fn named(&self, name: &str) -> Option<Arc<dyn DriverDevice>> {
        let _ = name;
        None
    }
}

/// Why a driver has no devices, and what would give it some.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{reason}; {remedy}")]
pub struct Unavailable {
    /// What is missing.
    pub reason: String,
    /// What to do about it.
    pub remedy: String,
}

/// What a device can do. Sizes in bytes.
#[derive(Clone, Debug)]
pub struct DeviceInfo {
    /// What users call it: `cuda:0`.
    pub id: String,
    /// The vendor's name for it.
    pub name: String,
    /// What kernels are compiled for: `sm_90`, `gfx90a`, or the host's triple.
    pub target: String,
    /// The vendor driver's version, part of the cache key.
    pub driver_version: String,
    /// Device memory in all.
    pub memory: u64,
    /// Multiprocessors, compute units, or cores.
    pub compute_units: u32,
    /// Work-items of a sub-group (warp, wavefront); 1 on the CPU.
    pub subgroup_size: u32,
    /// The most work-items in a work-group.
    pub max_group_size: u32,
    /// The most work-items in a work-group along each axis.
    pub max_group_axes: [u32; 3],
    /// The most work-groups along each axis.
    pub max_groups: [u64; 3],
    /// The most work-items along each axis, whole work-groups counted.
    pub max_grid: [u64; 3],
    /// The most work-group memory of a work-group.
    pub max_group_memory: u32,
    /// Work-group size for grids of one, two and three axes when the user does not choose.
    pub default_group_size: [[u32; 3]; 3],
    /// Whether it is a GPU: what `Device::best` prefers.
    pub is_gpu: bool,
    /// Whether the host could read and write all of the device's memory directly: it is the host's own, or the GPU's
    /// "large BAR" maps it all.
    pub host_visible_memory: bool,
    /// The system's number of the NUMA node that is nearest, where known.
    pub numa_node: Option<u32>,
}

/// An address in a device's memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DevicePtr(pub u64);

/// One device.
pub trait DriverDevice: Send + Sync {
    /// What it can do.
    fn info(&self) -> &DeviceInfo;

    /// Allocates `bytes` (not 0), aligned to at least 256. Contents undefined.
    ///
    /// # Errors
    /// [`Error::OutOfMemory`] with the numbers.
    fn allocate(&self, bytes: usize) -> Result<DevicePtr, Error>;

    /// Frees what `allocate` gave. Called once no queued work uses it.
    ///
    /// # Safety
    /// `ptr` and `bytes` from one `allocate`, freed once, with no work in flight that uses it.
    unsafe fn free(&self, ptr: DevicePtr, bytes: usize);

    /// Allocates host memory that the device copies at full speed (pinned), aligned to at least 64.
    ///
    /// # Errors
    /// [`Error::OutOfMemory`].
    fn allocate_host(&self, bytes: usize) -> Result<*mut u8, Error>;

    /// Frees what `allocate_host` gave.
    ///
    /// # Safety
    /// As [`free`](Self::free).
    unsafe fn free_host(&self, ptr: *mut u8, bytes: usize);

    /// A new signal of this value.
    ///
    /// # Errors
    /// [`Error::OutOfMemory`], or where the vendor's runtime refuses.
    fn create_signal(&self, initial: i64) -> Result<Arc<dyn DriverSignal>, Error>;

    /// The address by which kernels of this device reach what `allocate_host` gave at `ptr`; `None` where they cannot.
    ///
    /// Kernels then see what the host wrote before they were submitted, and the host what they wrote once it has waited.
    fn host_address(&self, ptr: *mut u8) -> Option<DevicePtr> {
        let _ = ptr;
        None
    }

    /// A new in-order queue.
    ///
    /// # Errors
    /// Where the vendor's runtime refuses.
    fn create_queue(&self) -> Result<Arc<dyn DriverQueue>, Error>;

    /// Makes a kernel ready to launch. Slow the first time; the runtime above caches the result.
    ///
    /// # Errors
    /// Where its code cannot be compiled or loaded.
    fn load(&self, request: &KernelRequest<'_>, compiler: &dyn KernelCompiler) -> Result<Arc<dyn DriverKernel>, Error>;

    /// Whether its code gains by knowing values that are the same in each launch. Where it does not, because nothing is
    /// compiled, [`load`](Self::load) is never asked for such versions.
    fn specialises(&self) -> bool {
        true
    }

    /// For the driver's own down-casts (peer copies).
    fn as_any(&self) -> &dyn std::any::Any;
}

/// Which kernel, and what is known about how it will be launched.
#[derive(Clone, Copy)]
pub struct KernelRequest<'a> {
    /// Mangled name of its device entry: its identity in the captured module.
    pub symbol: &'a CStr,
    /// What a person calls it, for messages: the path of the user's function.
    pub name: &'static str,
    /// Its entry as host code.
    pub host_entry: HostEntry,
    /// Where in its kernarg block each argument is.
    pub arguments: &'static [ArgDesc],
    /// The most work-items a work-group will have.
    pub max_group_size: u32,
    /// What else the launch asks of the code.
    pub bounds: CodeBounds,
    /// What of its kernarg block is the same in each launch, so that its code may take it for constant. The block has it
    /// all the same.
    pub constants: Constants<'a>,
}

impl fmt::Debug for KernelRequest<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KernelRequest")
            .field("name", &self.name)
            .field("symbol", &self.symbol)
            .field("max_group_size", &self.max_group_size)
            .field("bounds", &self.bounds)
            .field("constants", &self.constants)
            .finish_non_exhaustive()
    }
}

/// Bytes of stack that drivers of GPUs give each work-item for what a kernel's code does not say: recursion, and calls
/// through pointers. What LLVM itself assumes of functions that it does not know.
pub const DYNAMIC_STACK: u32 = 16 << 10;

/// A kernel ready to launch on one device.
pub trait DriverKernel: Send + Sync {
    /// For the driver's own queue.
    fn as_any(&self) -> &dyn std::any::Any;

    /// The code that was loaded, where there is some apart from the host's.
    fn code(&self) -> Option<&DeviceCode> {
        None
    }

    /// Registers of 32 bits that a work-item uses (vector registers, where there are several kinds), where the code or the
    /// vendor's runtime tells.
    fn registers(&self) -> Option<u32> {
        None
    }
}

/// The launch as a queue takes it, already checked against the device's limits.
#[derive(Clone, Copy, Debug)]
pub struct LaunchShape {
    /// Work-items of a group along each axis; 1 beyond the grid's axes.
    pub group_size: [u32; 3],
    /// Groups along each axis; 1 beyond the grid's axes.
    pub groups: [u32; 3],
    /// Bytes of dynamic work-group memory.
    pub group_memory: u32,
    /// The fences around the launch. Devices whose queues always order everything ignore them.
    pub fences: Fences,
}

/// Where bytes come from and go to. Addresses are bytes in the queue's device unless said otherwise.
#[derive(Clone, Copy, Debug)]
pub enum Copy {
    /// From host memory.
    HostToDevice {
        /// Source.
        from: *const u8,
        /// Target.
        to: DevicePtr,
    },
    /// To host memory.
    DeviceToHost {
        /// Source.
        from: DevicePtr,
        /// Target.
        to: *mut u8,
    },
    /// Within the device.
    DeviceToDevice {
        /// Source.
        from: DevicePtr,
        /// Target.
        to: DevicePtr,
    },
}

// SAFETY: addresses; whoever submits a copy promises that the memory outlives it.
unsafe impl Send for Copy {}

/// An in-order queue of one device (a CUDA stream, an HSA queue, a thread).
///
/// Work is numbered from 1 in the order of submission; queue and number together are a signal.
pub trait DriverQueue: Send + Sync {
    /// Submits a kernel. `block` is the kernarg block (its padding is not initialised), which the queue
    /// copies before it returns. It begins with a
    /// [`BlockHeader`](geobacter_core::abi::BlockHeader) whose `status` is null: a device whose work-items cannot unwind
    /// puts its own [`LaunchStatus`](geobacter_core::LaunchStatus) there, and turns what comes back into
    /// [`Error::KernelPanicked`] (see [`FailureLog`]). The name for such messages is the one `load` was given the symbol of.
    ///
    /// # Safety
    /// `kernel` was loaded by this queue's device, `block` is a valid block for it, and all memory it refers to outlives
    /// the launch.
    ///
    /// # Errors
    /// Where the vendor's runtime refuses.
    unsafe fn launch(
        &self,
        kernel: &Arc<dyn DriverKernel>,
        shape: &LaunchShape,
        block: &[MaybeUninit<u8>],
    ) -> Result<u64, Error>;

    /// Submits a copy of `bytes` bytes.
    ///
    /// # Safety
    /// Both sides must stay valid, and unaliased by other work that writes, until it completes.
    ///
    /// # Errors
    /// Where the vendor's runtime refuses.
    unsafe fn copy(&self, copy: Copy, bytes: usize) -> Result<u64, Error>;

    /// Submits copies that belong together: they have one number, and may run at the same time.
    ///
    /// # Safety
    /// As [`copy`](Self::copy) for each; none may write what another reads or writes.
    ///
    /// # Errors
    /// Where the vendor's runtime refuses one; those before it may have been submitted.
    unsafe fn copy_all(&self, copies: &[(Copy, usize)]) -> Result<u64, Error> {
        let mut number = self.submitted();
        for &(copy, bytes) in copies {
            // SAFETY: the caller's promise.
            number = unsafe { self.copy(copy, bytes) }?;
        }
        Ok(number)
    }

    /// Submits a copy of rows that need not follow each other. Where a driver has no way of its own, it is many copies.
    ///
    /// # Safety
    /// As [`copy`](Self::copy), for each row.
    ///
    /// # Errors
    /// Where the vendor's runtime refuses; some rows may have been submitted then.
    unsafe fn copy_rows(&self, rows: &CopyRows) -> Result<u64, Error> {
        // SAFETY: the caller's promise.
        unsafe { self.copy_all(&rows.pieces().collect::<Vec<_>>()) }
    }

    /// Submits a copy from another device of the same driver. `None` where the driver has no direct way: the runtime then
    /// goes through host memory.
    ///
    /// # Safety
    /// As [`copy`](Self::copy).
    unsafe fn copy_from_peer(
        &self,
        peer: &dyn DriverDevice,
        from: DevicePtr,
        to: DevicePtr,
        bytes: usize,
    ) -> Option<Result<u64, Error>> {
        let _ = (peer, from, to, bytes);
        None
    }

    /// Submits a fill of `count` elements with the bytes of `pattern` (1, 2, 4, 8 or 16 of them).
    ///
    /// # Safety
    /// As [`copy`](Self::copy).
    ///
    /// # Errors
    /// Where the vendor's runtime refuses.
    unsafe fn fill(&self, to: DevicePtr, pattern: &[u8], count: usize) -> Result<u64, Error>;

    /// Says where kernels of this queue print to: the device's address of a [`Ring`](geobacter_core::ring::Ring). Called
    /// before a kernel that [prints](DriverKernel::code) is launched; devices that print by themselves need not know.
    fn print_to(&self, ring: DevicePtr) {
        let _ = ring;
    }

    /// Makes work submitted to this queue from now on wait until `other` has completed number `value`. Returns at once.
    ///
    /// # Errors
    /// Where the vendor's runtime refuses.
    fn wait_for(&self, other: &Arc<dyn DriverQueue>, value: u64) -> Result<(), Error>;

    /// The number of the work submitted last; 0 before the first.
    fn submitted(&self) -> u64;

    /// Whether number `value` has completed or failed; reports nothing, so that no failure is lost to a mere look.
    fn has_passed(&self, value: u64) -> bool;

    /// Blocks until number `value` [has passed](Self::has_passed); reports nothing.
    fn wait_until_passed(&self, value: u64) {
        let Ok(_) = poll::poll(None, || Ok::<_, Infallible>(self.has_passed(value)));
    }

    /// Whether number `value` has completed.
    ///
    /// # Errors
    /// What went wrong with work up to it: a kernel that panicked or faulted.
    fn is_complete(&self, value: u64) -> Result<bool, Error>;

    /// Blocks until number `value` has completed, or until `timeout` has passed: `false`.
    ///
    /// # Errors
    /// As [`is_complete`](Self::is_complete).
    fn wait(&self, value: u64, timeout: Option<Duration>) -> Result<bool, Error>;

    /// What went wrong with its work, until somebody waits for it. Once number `value` [has passed](Self::has_passed), what
    /// went wrong with it is there.
    ///
    /// For a runtime that must know without being the one who is told, and that has failures of its own to tell of.
    fn failures(&self) -> &FailureLog;

    /// Calls `then` once number `value` has completed or failed, from some thread; at once where it has already.
    fn on_complete(&self, value: u64, then: Box<dyn FnOnce() + Send>);

    /// Marks this point of the queue with the device's clock, for timing.
    ///
    /// # Errors
    /// Where the vendor's runtime refuses.
    fn mark(&self) -> Result<Box<dyn DriverMark>, Error>;

    /// For the driver's own down-casts.
    fn as_any(&self) -> &dyn std::any::Any;
}

/// A point in a queue's time, by the device's clock.
pub trait DriverMark: Send + Sync {
    /// Time from `earlier`, a mark of the same device, to this one; waits until both have passed.
    ///
    /// # Errors
    /// As a wait.
    fn since(&self, earlier: &dyn DriverMark) -> Result<Duration, Error>;

    /// For the driver's own down-casts.
    fn as_any(&self) -> &dyn std::any::Any;
}
