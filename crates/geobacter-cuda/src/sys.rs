//! The part of the CUDA driver API that this crate uses, found by name in the driver's library.
//!
//! Written by hand rather than taken from `cudarc`, for two reasons: its `CUresult` is a Rust `enum`, so that an error
//! code newer than the bindings is undefined behaviour, and it panics where the library or a function is missing. Here
//! both are values. Names, signatures and numbers are those of `cuda.h` (CUDA 12; none changed in CUDA 13).
#![allow(non_snake_case, non_camel_case_types)]

use std::ffi::{CStr, c_char, c_int, c_uchar, c_uint, c_ushort, c_void};

/// What every function of the API answers. A newtype, because drivers newer than this code answer numbers it does not know.
#[repr(transparent)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CUresult(pub u32);

/// A device's ordinal.
pub type CUdevice = c_int;
/// An address in a device's memory.
pub type CUdeviceptr = u64;

macro_rules! handles {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[repr(transparent)]
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub struct $name(pub *mut c_void);

        impl $name {
            /// No object.
            pub const NULL: Self = Self(std::ptr::null_mut());
        }

        // SAFETY: a name of an object inside the driver, which every thread may use (CUDA C++ Programming Guide,
        // "Driver API"); nothing is reached through the pointer here.
        unsafe impl Send for $name {}
        // SAFETY: as above.
        unsafe impl Sync for $name {}
    )*};
}

handles! {
    /// A device's context: its memory, modules and streams.
    CUcontext;
    /// Loaded code.
    CUmodule;
    /// A kernel of a module.
    CUfunction;
    /// An in-order queue.
    CUstream;
    /// A point in a stream.
    CUevent;
}

/// `CU_LIMIT_STACK_SIZE`: bytes of stack for each work-item, where the driver cannot tell how much a kernel needs.
pub const LIMIT_STACK_SIZE: c_int = 0;

/// Success.
pub const CUDA_SUCCESS: CUresult = CUresult(0);
/// No memory left.
pub const CUDA_ERROR_OUT_OF_MEMORY: CUresult = CUresult(2);
/// The driver is shutting down: the process is ending.
pub const CUDA_ERROR_DEINITIALIZED: CUresult = CUresult(4);
/// The library is the toolkit's stub, which has the names and no driver behind them.
pub const CUDA_ERROR_STUB_LIBRARY: CUresult = CUresult(34);
/// No device, or all hidden by `CUDA_VISIBLE_DEVICES`.
pub const CUDA_ERROR_NO_DEVICE: CUresult = CUresult(100);
/// Uncorrectable memory error.
pub const CUDA_ERROR_ECC_UNCORRECTABLE: CUresult = CUresult(214);
/// Uncorrectable NVLink error.
pub const CUDA_ERROR_NVLINK_UNCORRECTABLE: CUresult = CUresult(220);
/// A fault that the driver confined to this process.
pub const CUDA_ERROR_CONTAINED: CUresult = CUresult(226);
/// Work is still running.
pub const CUDA_ERROR_NOT_READY: CUresult = CUresult(600);
/// A load or store outside of memory.
pub const CUDA_ERROR_ILLEGAL_ADDRESS: CUresult = CUresult(700);
/// A kernel ran longer than the display's watchdog allows.
pub const CUDA_ERROR_LAUNCH_TIMEOUT: CUresult = CUresult(702);
/// Peer access was there already.
pub const CUDA_ERROR_PEER_ACCESS_ALREADY_ENABLED: CUresult = CUresult(704);
/// The primary context was destroyed by other code of the process.
pub const CUDA_ERROR_CONTEXT_IS_DESTROYED: CUresult = CUresult(709);
/// Device-side `assert`.
pub const CUDA_ERROR_ASSERT: CUresult = CUresult(710);
/// Stack overflow or a broken stack.
pub const CUDA_ERROR_HARDWARE_STACK_ERROR: CUresult = CUresult(714);
/// An instruction the device does not have.
pub const CUDA_ERROR_ILLEGAL_INSTRUCTION: CUresult = CUresult(715);
/// A load or store that is not aligned.
pub const CUDA_ERROR_MISALIGNED_ADDRESS: CUresult = CUresult(716);
/// An instruction for one address space met an address of another.
pub const CUDA_ERROR_INVALID_ADDRESS_SPACE: CUresult = CUresult(717);
/// The program counter left the code.
pub const CUDA_ERROR_INVALID_PC: CUresult = CUresult(718);
/// Any other exception, `trap` among them.
pub const CUDA_ERROR_LAUNCH_FAILED: CUresult = CUresult(719);
/// Tensor memory left allocated at a kernel's end.
pub const CUDA_ERROR_TENSOR_MEMORY_LEAK: CUresult = CUresult(721);
/// The system is still starting (on NVSwitch machines: the fabric manager is not up).
pub const CUDA_ERROR_SYSTEM_NOT_READY: CUresult = CUresult(802);
/// `libcuda` and the kernel module are of different versions.
pub const CUDA_ERROR_SYSTEM_DRIVER_MISMATCH: CUresult = CUresult(803);
/// The driver does not know either.
pub const CUDA_ERROR_UNKNOWN: CUresult = CUresult(999);

impl CUresult {
    /// Whether the context is lost: every later call on it fails.
    #[must_use]
    pub fn loses_context(self) -> bool {
        [
            CUDA_ERROR_DEINITIALIZED,
            CUDA_ERROR_ECC_UNCORRECTABLE,
            CUDA_ERROR_NVLINK_UNCORRECTABLE,
            CUDA_ERROR_CONTAINED,
            CUDA_ERROR_ILLEGAL_ADDRESS,
            CUDA_ERROR_LAUNCH_TIMEOUT,
            CUDA_ERROR_CONTEXT_IS_DESTROYED,
            CUDA_ERROR_ASSERT,
            CUDA_ERROR_HARDWARE_STACK_ERROR,
            CUDA_ERROR_ILLEGAL_INSTRUCTION,
            CUDA_ERROR_MISALIGNED_ADDRESS,
            CUDA_ERROR_INVALID_ADDRESS_SPACE,
            CUDA_ERROR_INVALID_PC,
            CUDA_ERROR_LAUNCH_FAILED,
            CUDA_ERROR_TENSOR_MEMORY_LEAK,
        ]
        .contains(&self)
    }
}

/// `cuDeviceGetAttribute`: work-items of a work-group.
pub const ATTR_MAX_THREADS_PER_BLOCK: c_int = 1;
/// `cuDeviceGetAttribute`: work-items of a work-group along the first axis; the other two follow.
pub const ATTR_MAX_BLOCK_DIM_X: c_int = 2;
/// `cuDeviceGetAttribute`: work-groups along the first axis; the other two follow.
pub const ATTR_MAX_GRID_DIM_X: c_int = 5;
/// `cuDeviceGetAttribute`: work-items of a warp.
pub const ATTR_WARP_SIZE: c_int = 10;
/// `cuDeviceGetAttribute`: multiprocessors.
pub const ATTR_MULTIPROCESSOR_COUNT: c_int = 16;
/// `cuDeviceGetAttribute`: number of the PCI bus.
pub const ATTR_PCI_BUS_ID: c_int = 33;
/// `cuDeviceGetAttribute`: number of the slot on that bus.
pub const ATTR_PCI_DEVICE_ID: c_int = 34;
/// `cuDeviceGetAttribute`: number of the PCI domain.
pub const ATTR_PCI_DOMAIN_ID: c_int = 50;
/// `cuDeviceGetAttribute`: first part of the compute capability.
pub const ATTR_COMPUTE_CAPABILITY_MAJOR: c_int = 75;
/// `cuDeviceGetAttribute`: second part of the compute capability.
pub const ATTR_COMPUTE_CAPABILITY_MINOR: c_int = 76;
/// `cuDeviceGetAttribute`: work-group memory a kernel can opt in to.
pub const ATTR_MAX_SHARED_MEMORY_PER_BLOCK_OPTIN: c_int = 97;

/// `cuFuncGetAttribute`: declared work-group memory.
pub const FUNC_ATTR_SHARED_SIZE_BYTES: c_int = 1;
/// `cuFuncGetAttribute`: registers of a work-item.
pub const FUNC_ATTR_NUM_REGS: c_int = 4;
/// `cuFuncSetAttribute`: dynamic work-group memory allowed.
pub const FUNC_ATTR_MAX_DYNAMIC_SHARED_SIZE_BYTES: c_int = 8;

/// `cuModuleLoadDataEx`: where to put ptxas' remarks.
pub const JIT_INFO_LOG_BUFFER: c_int = 3;
/// `cuModuleLoadDataEx`: how long that is.
pub const JIT_INFO_LOG_BUFFER_SIZE_BYTES: c_int = 4;
/// `cuModuleLoadDataEx`: where to put ptxas' errors.
pub const JIT_ERROR_LOG_BUFFER: c_int = 5;
/// `cuModuleLoadDataEx`: how long that is.
pub const JIT_ERROR_LOG_BUFFER_SIZE_BYTES: c_int = 6;

/// `cuMemHostAlloc`: pinned for every context.
pub const MEMHOSTALLOC_PORTABLE: c_uint = 1;
/// `cuMemHostAlloc`: has a device address too.
pub const MEMHOSTALLOC_DEVICEMAP: c_uint = 2;
/// `CUDA_MEMCPY3D`: host memory.
pub const MEMORYTYPE_HOST: c_uint = 1;
/// `CUDA_MEMCPY3D`: device memory.
pub const MEMORYTYPE_DEVICE: c_uint = 2;
/// `cuStreamCreate`: does not wait for the legacy default stream.
pub const STREAM_NON_BLOCKING: c_uint = 1;
/// `cuEventCreate`: no clock, which makes it cheaper.
pub const EVENT_DISABLE_TIMING: c_uint = 2;

/// A copy of a box: `CUDA_MEMCPY3D_v2` of `cuda.h`, with its names. Sizes in bytes, but for rows and slices.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
#[allow(missing_docs, reason = "the fields are those of cuda.h")]
pub struct CUDA_MEMCPY3D {
    pub srcXInBytes: usize,
    pub srcY: usize,
    pub srcZ: usize,
    pub srcLOD: usize,
    pub srcMemoryType: c_uint,
    pub srcHost: *const c_void,
    pub srcDevice: CUdeviceptr,
    pub srcArray: *mut c_void,
    pub reserved0: *mut c_void,
    pub srcPitch: usize,
    pub srcHeight: usize,
    pub dstXInBytes: usize,
    pub dstY: usize,
    pub dstZ: usize,
    pub dstLOD: usize,
    pub dstMemoryType: c_uint,
    pub dstHost: *mut c_void,
    pub dstDevice: CUdeviceptr,
    pub dstArray: *mut c_void,
    pub reserved1: *mut c_void,
    pub dstPitch: usize,
    pub dstHeight: usize,
    pub WidthInBytes: usize,
    pub Height: usize,
    pub Depth: usize,
}

impl Default for CUDA_MEMCPY3D {
    fn default() -> Self {
        // SAFETY: numbers and raw pointers, for which zeros are valid.
        unsafe { std::mem::zeroed() }
    }
}

/// Why the driver's library cannot be used.
#[derive(Debug)]
pub enum LoadError {
    /// There is none.
    Library(libloading::Error),
    /// It lacks a function.
    Function(&'static str),
}

macro_rules! api {
    ($(fn $name:ident($($arg:ident: $ty:ty),*);)*) => {
        /// The functions, each under its name in the library.
        #[derive(Clone, Debug)]
        pub struct Api {
            $(#[doc = concat!("`", stringify!($name), "`.")] pub $name: unsafe extern "C" fn($($arg: $ty),*) -> CUresult,)*
        }

        impl Api {
            /// Finds every function in `library`, which stays loaded for good: the driver has threads of its own.
            ///
            /// # Errors
            /// Where the library, or a function of it, is missing.
            pub fn load(library: &str) -> Result<Self, LoadError> {
                // SAFETY: a driver library's initialisers have no requirements of ours to break.
                let library = unsafe { libloading::Library::new(library) }.map_err(LoadError::Library)?;
                let api = Self {
                    // SAFETY: the types are those of cuda.h for exactly this name.
                    $($name: *unsafe { library.get(concat!(stringify!($name), "\0").as_bytes()) }
                        .map_err(|_| LoadError::Function(stringify!($name)))?,)*
                };
                std::mem::forget(library);
                Ok(api)
            }
        }
    };
}

api! {
    fn cuInit(flags: c_uint);
    fn cuDriverGetVersion(version: *mut c_int);
    fn cuGetErrorName(error: CUresult, text: *mut *const c_char);
    fn cuGetErrorString(error: CUresult, text: *mut *const c_char);
    fn cuDeviceGetCount(count: *mut c_int);
    fn cuDeviceGet(device: *mut CUdevice, ordinal: c_int);
    fn cuDeviceGetName(name: *mut c_char, len: c_int, device: CUdevice);
    fn cuDeviceGetAttribute(value: *mut c_int, attribute: c_int, device: CUdevice);
    fn cuDeviceTotalMem_v2(bytes: *mut usize, device: CUdevice);
    fn cuDevicePrimaryCtxRetain(context: *mut CUcontext, device: CUdevice);
    fn cuDevicePrimaryCtxRelease_v2(device: CUdevice);
    fn cuDeviceCanAccessPeer(can: *mut c_int, device: CUdevice, peer: CUdevice);
    fn cuCtxGetCurrent(context: *mut CUcontext);
    fn cuCtxSetCurrent(context: CUcontext);
    fn cuCtxGetLimit(value: *mut usize, limit: c_int);
    fn cuCtxSetLimit(limit: c_int, value: usize);
    fn cuCtxEnablePeerAccess(peer: CUcontext, flags: c_uint);
    fn cuMemAlloc_v2(ptr: *mut CUdeviceptr, bytes: usize);
    fn cuMemFree_v2(ptr: CUdeviceptr);
    fn cuMemGetInfo_v2(free: *mut usize, total: *mut usize);
    fn cuMemHostAlloc(ptr: *mut *mut c_void, bytes: usize, flags: c_uint);
    fn cuMemFreeHost(ptr: *mut c_void);
    fn cuMemHostGetDevicePointer_v2(device_ptr: *mut CUdeviceptr, host_ptr: *mut c_void, flags: c_uint);
    fn cuMemcpyHtoDAsync_v2(to: CUdeviceptr, from: *const c_void, bytes: usize, stream: CUstream);
    fn cuMemcpyDtoHAsync_v2(to: *mut c_void, from: CUdeviceptr, bytes: usize, stream: CUstream);
    fn cuMemcpyDtoDAsync_v2(to: CUdeviceptr, from: CUdeviceptr, bytes: usize, stream: CUstream);
    fn cuMemcpyPeerAsync(to: CUdeviceptr, to_context: CUcontext, from: CUdeviceptr, from_context: CUcontext, bytes: usize, stream: CUstream);
    fn cuMemcpy3DAsync_v2(copy: *const CUDA_MEMCPY3D, stream: CUstream);
    fn cuMemsetD8Async(to: CUdeviceptr, value: c_uchar, count: usize, stream: CUstream);
    fn cuMemsetD16Async(to: CUdeviceptr, value: c_ushort, count: usize, stream: CUstream);
    fn cuMemsetD32Async(to: CUdeviceptr, value: c_uint, count: usize, stream: CUstream);
    fn cuMemsetD2D32Async(to: CUdeviceptr, pitch: usize, value: c_uint, width: usize, height: usize, stream: CUstream);
    fn cuStreamCreate(stream: *mut CUstream, flags: c_uint);
    fn cuStreamDestroy_v2(stream: CUstream);
    fn cuStreamSynchronize(stream: CUstream);
    fn cuStreamWaitEvent(stream: CUstream, event: CUevent, flags: c_uint);
    fn cuEventCreate(event: *mut CUevent, flags: c_uint);
    fn cuEventDestroy_v2(event: CUevent);
    fn cuEventRecord(event: CUevent, stream: CUstream);
    fn cuEventQuery(event: CUevent);
    fn cuEventElapsedTime(milliseconds: *mut f32, start: CUevent, end: CUevent);
    fn cuModuleLoadDataEx(module: *mut CUmodule, image: *const c_void, count: c_uint, options: *mut c_int, values: *mut *mut c_void);
    fn cuModuleUnload(module: CUmodule);
    fn cuModuleGetFunction(function: *mut CUfunction, module: CUmodule, name: *const c_char);
    fn cuFuncGetAttribute(value: *mut c_int, attribute: c_int, function: CUfunction);
    fn cuFuncSetAttribute(function: CUfunction, attribute: c_int, value: c_int);
    fn cuLaunchKernel(
        function: CUfunction, groups_x: c_uint, groups_y: c_uint, groups_z: c_uint,
        size_x: c_uint, size_y: c_uint, size_z: c_uint,
        dynamic_shared: c_uint, stream: CUstream, parameters: *mut *mut c_void, extra: *mut *mut c_void
    );
}

impl Api {
    /// A result in words: `CUDA_ERROR_NO_DEVICE: no CUDA-capable device is detected`.
    #[must_use]
    pub fn describe(&self, result: CUresult) -> String {
        let text = |function: unsafe extern "C" fn(CUresult, *mut *const c_char) -> CUresult| {
            let mut text = std::ptr::null();
            // SAFETY: writes one pointer; the strings are static, or null for a number the driver does not know.
            let answer = unsafe { function(result, &mut text) };
            // SAFETY: as above.
            (answer == CUDA_SUCCESS && !text.is_null()).then(|| unsafe { CStr::from_ptr(text) }.to_string_lossy())
        };
        match (text(self.cuGetErrorName), text(self.cuGetErrorString)) {
            (Some(name), Some(words)) => format!("{name}: {words}"),
            (Some(name), None) => name.into_owned(),
            _ => format!("unknown CUDA error {}", result.0),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_library_is_a_value() {
        assert!(matches!(Api::load("libgeobacter-no-such-library.so.1"), Err(LoadError::Library(_))));
    }

    #[test]
    fn a_library_without_the_functions_is_a_value() {
        // Every process has the C library, and it has no `cuInit`.
        assert!(matches!(Api::load("libc.so.6"), Err(LoadError::Function("cuInit"))));
    }

    #[test]
    fn faults_lose_the_context_and_refusals_do_not() {
        assert!(CUDA_ERROR_ILLEGAL_ADDRESS.loses_context());
        assert!(CUDA_ERROR_LAUNCH_FAILED.loses_context());
        assert!(!CUDA_ERROR_OUT_OF_MEMORY.loses_context());
        assert!(!CUDA_ERROR_NOT_READY.loses_context());
        assert!(!CUresult(1).loses_context(), "CUDA_ERROR_INVALID_VALUE");
    }
}
