//! A driver API without a GPU: streams are threads, device memory is host memory, and the kernels of `kernels.ptx` are
//! Rust functions. It is as asynchronous as the real one and stricter about contexts, so that what the suite says of the
//! queues, it says on every machine.
#![allow(non_snake_case)]

use std::alloc::{Layout, alloc, dealloc};
use std::cell::Cell;
use std::collections::HashMap;
use std::ffi::{CStr, c_char, c_int, c_uint, c_void};
use std::sync::atomic::{AtomicU32, AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, LazyLock, Mutex, mpsc};
use std::thread;
use std::time::{Duration, Instant};

use geobacter_core::LaunchStatus;
use geobacter_cuda::sys::{
    Api, CUDA_ERROR_ILLEGAL_ADDRESS, CUDA_ERROR_NOT_READY, CUDA_ERROR_OUT_OF_MEMORY,
    CUDA_ERROR_PEER_ACCESS_ALREADY_ENABLED, CUDA_MEMCPY3D, CUDA_SUCCESS, CUcontext, CUdevice, CUdeviceptr, CUevent,
    CUfunction, CUmodule, CUresult, CUstream, MEMORYTYPE_DEVICE, MEMORYTYPE_HOST,
};

const DEVICES: c_int = 2;
const MEMORY: usize = 1 << 34;
const INVALID_VALUE: CUresult = CUresult(1);
const INVALID_CONTEXT: CUresult = CUresult(201);
const INVALID_PTX: CUresult = CUresult(218);
const INVALID_HANDLE: CUresult = CUresult(400);
const NOT_FOUND: CUresult = CUresult(500);
/// Dynamic work-group memory of this device, as on an H200.
const OPT_IN: c_int = 227 << 10;

static FAULT: AtomicU32 = AtomicU32::new(0);
/// `CU_LIMIT_STACK_SIZE`, and what it is at first.
static STACK: AtomicUsize = AtomicUsize::new(1 << 10);
static ALLOCATED: AtomicUsize = AtomicUsize::new(0);
static LIVE: LazyLock<Mutex<HashMap<u64, Layout>>> = LazyLock::new(Mutex::default);
thread_local!(static CURRENT: Cell<usize> = const { Cell::new(0) });

type Op = Box<dyn FnOnce() + Send>;
/// Runs a launch of so many groups of so many work-items, with its block.
type Kernel = fn(&[u8], [u32; 3], [u32; 3]);

struct Stream {
    context: usize,
    ops: mpsc::Sender<Op>,
}

#[derive(Default)]
struct Progress {
    recorded: u64,
    done: u64,
    at: Option<Instant>,
}

struct Event {
    context: usize,
    state: Arc<(Mutex<Progress>, Condvar)>,
}

struct Function {
    run: Kernel,
    block: usize,
    dynamic: Mutex<u32>,
}

/// The API on this fake.
pub(crate) fn api() -> &'static Api {
    static API: LazyLock<Api> = LazyLock::new(|| Api {
        cuInit,
        cuDriverGetVersion,
        cuGetErrorName,
        cuGetErrorString,
        cuDeviceGetCount,
        cuDeviceGet,
        cuDeviceGetName,
        cuDeviceGetAttribute,
        cuDeviceTotalMem_v2,
        cuDevicePrimaryCtxRetain,
        cuDevicePrimaryCtxRelease_v2,
        cuDeviceCanAccessPeer,
        cuCtxGetCurrent,
        cuCtxSetCurrent,
        cuCtxGetLimit,
        cuCtxSetLimit,
        cuCtxEnablePeerAccess,
        cuMemAlloc_v2,
        cuMemFree_v2,
        cuMemGetInfo_v2,
        cuMemHostAlloc,
        cuMemFreeHost,
        cuMemHostGetDevicePointer_v2,
        cuMemcpyHtoDAsync_v2,
        cuMemcpyDtoHAsync_v2,
        cuMemcpyDtoDAsync_v2,
        cuMemcpyPeerAsync,
        cuMemcpy3DAsync_v2,
        cuMemsetD8Async,
        cuMemsetD16Async,
        cuMemsetD32Async,
        cuMemsetD2D32Async,
        cuStreamCreate,
        cuStreamDestroy_v2,
        cuStreamSynchronize,
        cuStreamWaitEvent,
        cuEventCreate,
        cuEventDestroy_v2,
        cuEventRecord,
        cuEventQuery,
        cuEventElapsedTime,
        cuModuleLoadDataEx,
        cuModuleUnload,
        cuModuleGetFunction,
        cuFuncGetAttribute,
        cuFuncSetAttribute,
        cuLaunchKernel,
    });
    &API
}

/// Leaves the function where a fault is pending or no context is current, as the real driver does.
macro_rules! entered {
    () => {{
        match FAULT.load(Ordering::SeqCst) {
            0 => {}
            code => return CUresult(code),
        }
        match CURRENT.get() {
            0 => return INVALID_CONTEXT,
            context => context,
        }
    }};
}

macro_rules! api {
    ($(fn $name:ident($($arg:ident: $ty:ty),*) $body:block)*) => {$(
        unsafe extern "C" fn $name($($arg: $ty),*) -> CUresult {
            // SAFETY: each body trusts its caller as the real driver does; the arguments come from the crate under test.
            #[allow(unused_unsafe)]
            unsafe { $body }
        }
    )*};
}

unsafe fn stream<'a>(stream: CUstream) -> &'a Stream {
    // SAFETY: made by `cuStreamCreate`, not yet destroyed.
    unsafe { &*stream.0.cast() }
}

unsafe fn event<'a>(event: CUevent) -> &'a Event {
    // SAFETY: made by `cuEventCreate`, not yet destroyed.
    unsafe { &*event.0.cast() }
}

fn enqueue(to: &Stream, op: impl FnOnce() + Send + 'static) -> CUresult {
    // After a fault nothing runs any more, but everything completes.
    let op = move || {
        if FAULT.load(Ordering::SeqCst) == 0 {
            op();
        }
    };
    to.ops.send(Box::new(op)).map_or(INVALID_HANDLE, |()| CUDA_SUCCESS)
}

fn wait_until(state: &(Mutex<Progress>, Condvar), number: u64) {
    let mut progress = state.0.lock().unwrap();
    while progress.done < number && FAULT.load(Ordering::SeqCst) == 0 {
        progress = state.1.wait_timeout(progress, Duration::from_millis(1)).unwrap().0;
    }
}

fn copy(to: u64, from: u64, bytes: usize, on: &Stream) -> CUresult {
    // SAFETY: the crate's caller promises the memory; the stream orders the accesses.
    enqueue(on, move || unsafe { std::ptr::copy_nonoverlapping(from as *const u8, to as *mut u8, bytes) })
}

fn set<T: Copy + Send + 'static>(to: u64, value: T, count: usize, on: &Stream) -> CUresult {
    if !to.is_multiple_of(align_of::<T>() as u64) {
        return INVALID_VALUE;
    }
    enqueue(on, move || {
        for i in 0..count {
            // SAFETY: as in `copy`.
            unsafe { (to as *mut T).add(i).write(value) };
        }
    })
}

fn allocate(bytes: usize) -> Option<u64> {
    if ALLOCATED.fetch_add(bytes, Ordering::SeqCst) + bytes > MEMORY {
        ALLOCATED.fetch_sub(bytes, Ordering::SeqCst);
        return None;
    }
    let layout = Layout::from_size_align(bytes, 256).unwrap();
    // SAFETY: the size is not 0: the contract's.
    let ptr = unsafe { alloc(layout) } as u64;
    LIVE.lock().unwrap().insert(ptr, layout);
    Some(ptr)
}

fn free(ptr: u64) -> CUresult {
    let Some(layout) = LIVE.lock().unwrap().remove(&ptr) else { return INVALID_VALUE };
    ALLOCATED.fetch_sub(layout.size(), Ordering::SeqCst);
    // SAFETY: allocated with this layout; removed from the list, so once.
    unsafe { dealloc(ptr as *mut u8, layout) };
    CUDA_SUCCESS
}

fn name_of(code: CUresult) -> &'static CStr {
    match code {
        CUDA_ERROR_ILLEGAL_ADDRESS => c"CUDA_ERROR_ILLEGAL_ADDRESS",
        CUDA_ERROR_OUT_OF_MEMORY => c"CUDA_ERROR_OUT_OF_MEMORY",
        INVALID_PTX => c"CUDA_ERROR_INVALID_PTX",
        INVALID_VALUE => c"CUDA_ERROR_INVALID_VALUE",
        INVALID_CONTEXT => c"CUDA_ERROR_INVALID_CONTEXT",
        INVALID_HANDLE => c"CUDA_ERROR_INVALID_HANDLE",
        NOT_FOUND => c"CUDA_ERROR_NOT_FOUND",
        _ => c"CUDA_ERROR_UNKNOWN",
    }
}

api! {
    fn cuInit(_flags: c_uint) {
        CUDA_SUCCESS
    }
    fn cuDriverGetVersion(version: *mut c_int) {
        *version = 12080;
        CUDA_SUCCESS
    }
    fn cuGetErrorName(code: CUresult, text: *mut *const c_char) {
        *text = name_of(code).as_ptr();
        CUDA_SUCCESS
    }
    fn cuGetErrorString(_code: CUresult, text: *mut *const c_char) {
        *text = c"as simulated".as_ptr();
        CUDA_SUCCESS
    }
    fn cuDeviceGetCount(count: *mut c_int) {
        *count = DEVICES;
        CUDA_SUCCESS
    }
    fn cuDeviceGet(device: *mut CUdevice, ordinal: c_int) {
        *device = ordinal;
        CUDA_SUCCESS
    }
    fn cuDeviceGetName(name: *mut c_char, len: c_int, _device: CUdevice) {
        let text = c"Simulated GPU".to_bytes_with_nul();
        std::ptr::copy_nonoverlapping(text.as_ptr().cast(), name, text.len().min(len as usize));
        CUDA_SUCCESS
    }
    fn cuDeviceGetAttribute(value: *mut c_int, attribute: c_int, _device: CUdevice) {
        *value = match attribute {
            1..=3 => 1024,
            4 => 64,
            5 => c_int::MAX,
            6 | 7 => 65535,
            10 => 32,
            16 => 4,
            75 => 9,
            76 => 0,
            97 => OPT_IN,
            _ => return INVALID_VALUE,
        };
        CUDA_SUCCESS
    }
    fn cuDeviceTotalMem_v2(bytes: *mut usize, _device: CUdevice) {
        *bytes = MEMORY;
        CUDA_SUCCESS
    }
    fn cuDevicePrimaryCtxRetain(context: *mut CUcontext, device: CUdevice) {
        *context = CUcontext((0x1000 + device as usize) as *mut c_void);
        CUDA_SUCCESS
    }
    fn cuDevicePrimaryCtxRelease_v2(_device: CUdevice) {
        CUDA_SUCCESS
    }
    fn cuDeviceCanAccessPeer(can: *mut c_int, _device: CUdevice, _peer: CUdevice) {
        *can = 1;
        CUDA_SUCCESS
    }
    fn cuCtxGetCurrent(context: *mut CUcontext) {
        *context = CUcontext(CURRENT.get() as *mut c_void);
        CUDA_SUCCESS
    }
    fn cuCtxSetCurrent(context: CUcontext) {
        CURRENT.set(context.0 as usize);
        CUDA_SUCCESS
    }
    fn cuCtxGetLimit(value: *mut usize, _limit: c_int) {
        entered!();
        *value = STACK.load(Ordering::Relaxed);
        CUDA_SUCCESS
    }
    fn cuCtxSetLimit(_limit: c_int, value: usize) {
        entered!();
        STACK.store(value, Ordering::Relaxed);
        CUDA_SUCCESS
    }
    fn cuCtxEnablePeerAccess(_peer: CUcontext, _flags: c_uint) {
        entered!();
        CUDA_ERROR_PEER_ACCESS_ALREADY_ENABLED
    }
    fn cuMemAlloc_v2(ptr: *mut CUdeviceptr, bytes: usize) {
        entered!();
        match allocate(bytes) {
            None => CUDA_ERROR_OUT_OF_MEMORY,
            Some(address) => {
                *ptr = address;
                CUDA_SUCCESS
            }
        }
    }
    fn cuMemFree_v2(ptr: CUdeviceptr) {
        entered!();
        free(ptr)
    }
    fn cuMemGetInfo_v2(bytes: *mut usize, total: *mut usize) {
        entered!();
        *bytes = MEMORY - ALLOCATED.load(Ordering::SeqCst);
        *total = MEMORY;
        CUDA_SUCCESS
    }
    fn cuMemHostAlloc(ptr: *mut *mut c_void, bytes: usize, _flags: c_uint) {
        let mut address = 0;
        let answer = cuMemAlloc_v2(&mut address, bytes);
        *ptr = address as *mut c_void;
        answer
    }
    fn cuMemFreeHost(ptr: *mut c_void) {
        cuMemFree_v2(ptr as u64)
    }
    fn cuMemHostGetDevicePointer_v2(device_ptr: *mut CUdeviceptr, host_ptr: *mut c_void, _flags: c_uint) {
        entered!();
        *device_ptr = host_ptr as u64;
        CUDA_SUCCESS
    }
    fn cuMemcpyHtoDAsync_v2(to: CUdeviceptr, from: *const c_void, bytes: usize, on: CUstream) {
        entered!();
        copy(to, from as u64, bytes, stream(on))
    }
    fn cuMemcpyDtoHAsync_v2(to: *mut c_void, from: CUdeviceptr, bytes: usize, on: CUstream) {
        entered!();
        copy(to as u64, from, bytes, stream(on))
    }
    fn cuMemcpyDtoDAsync_v2(to: CUdeviceptr, from: CUdeviceptr, bytes: usize, on: CUstream) {
        entered!();
        copy(to, from, bytes, stream(on))
    }
    fn cuMemcpyPeerAsync(to: CUdeviceptr, _to_context: CUcontext, from: CUdeviceptr, _from_context: CUcontext, bytes: usize, on: CUstream) {
        entered!();
        copy(to, from, bytes, stream(on))
    }
    fn cuMemcpy3DAsync_v2(description: *const CUDA_MEMCPY3D, on: CUstream) {
        entered!();
        let d = *description;
        let side = |kind, host: u64, device| match kind {
            MEMORYTYPE_HOST => Some(host),
            MEMORYTYPE_DEVICE => Some(device),
            _ => None,
        };
        let from = side(d.srcMemoryType, d.srcHost as u64, d.srcDevice);
        let to = side(d.dstMemoryType, d.dstHost as u64, d.dstDevice);
        let (Some(from), Some(to)) = (from, to) else { return INVALID_VALUE };
        let too_narrow = d.srcPitch < d.WidthInBytes || d.dstPitch < d.WidthInBytes;
        let too_low = d.Depth > 1 && (d.srcHeight < d.Height || d.dstHeight < d.Height);
        if too_narrow || too_low || d.srcPitch > i32::MAX as usize || d.dstPitch > i32::MAX as usize {
            return INVALID_VALUE;
        }
        for z in 0..d.Depth {
            for y in 0..d.Height {
                let at = |pitch: usize, height: usize| ((z * height + y) * pitch) as u64;
                copy(to + at(d.dstPitch, d.dstHeight), from + at(d.srcPitch, d.srcHeight), d.WidthInBytes, stream(on));
            }
        }
        CUDA_SUCCESS
    }
    fn cuMemsetD8Async(to: CUdeviceptr, value: u8, count: usize, on: CUstream) {
        entered!();
        set(to, value, count, stream(on))
    }
    fn cuMemsetD16Async(to: CUdeviceptr, value: u16, count: usize, on: CUstream) {
        entered!();
        set(to, value, count, stream(on))
    }
    fn cuMemsetD32Async(to: CUdeviceptr, value: u32, count: usize, on: CUstream) {
        entered!();
        set(to, value, count, stream(on))
    }
    fn cuMemsetD2D32Async(to: CUdeviceptr, pitch: usize, value: u32, width: usize, height: usize, on: CUstream) {
        entered!();
        for row in 0..height {
            set(to + (row * pitch) as u64, value, width, stream(on));
        }
        if height == 0 { INVALID_VALUE } else { CUDA_SUCCESS }
    }
    fn cuStreamCreate(out: *mut CUstream, _flags: c_uint) {
        let context = entered!();
        let (ops, queue) = mpsc::channel::<Op>();
        thread::spawn(move || queue.into_iter().for_each(|op| op()));
        *out = CUstream(Box::into_raw(Box::new(Stream { context, ops })).cast());
        CUDA_SUCCESS
    }
    fn cuStreamDestroy_v2(handle: CUstream) {
        drop(Box::from_raw(handle.0.cast::<Stream>()));
        CUDA_SUCCESS
    }
    fn cuStreamSynchronize(handle: CUstream) {
        entered!();
        let (done, waiting) = mpsc::channel::<()>();
        // Dropped once the stream gets there, whether it still runs work or not.
        let _ = stream(handle).ops.send(Box::new(move || drop(done)));
        let _ = waiting.recv();
        CUresult(FAULT.load(Ordering::SeqCst))
    }
    fn cuStreamWaitEvent(handle: CUstream, awaited: CUevent, _flags: c_uint) {
        entered!();
        let state = Arc::clone(&event(awaited).state);
        let number = state.0.lock().unwrap().recorded;
        enqueue(stream(handle), move || wait_until(&state, number))
    }
    fn cuEventCreate(out: *mut CUevent, _flags: c_uint) {
        let context = entered!();
        *out = CUevent(Box::into_raw(Box::new(Event { context, state: Arc::default() })).cast());
        CUDA_SUCCESS
    }
    fn cuEventDestroy_v2(handle: CUevent) {
        drop(Box::from_raw(handle.0.cast::<Event>()));
        CUDA_SUCCESS
    }
    fn cuEventRecord(handle: CUevent, on: CUstream) {
        let context = entered!();
        let (event, stream) = (event(handle), stream(on));
        if event.context != stream.context || event.context != context {
            return INVALID_HANDLE;
        }
        let state = Arc::clone(&event.state);
        let number = {
            let mut progress = state.0.lock().unwrap();
            progress.recorded += 1;
            progress.recorded
        };
        enqueue(stream, move || {
            let mut progress = state.0.lock().unwrap();
            progress.done = progress.done.max(number);
            progress.at = Some(Instant::now());
            state.1.notify_all();
        })
    }
    fn cuEventQuery(handle: CUevent) {
        entered!();
        let progress = event(handle).state.0.lock().unwrap();
        if progress.done >= progress.recorded { CUDA_SUCCESS } else { CUDA_ERROR_NOT_READY }
    }
    fn cuEventElapsedTime(milliseconds: *mut f32, start: CUevent, end: CUevent) {
        entered!();
        let at = |handle| event(handle).state.0.lock().unwrap().at;
        let (Some(start), Some(end)) = (at(start), at(end)) else { return INVALID_HANDLE };
        let seconds = match end.checked_duration_since(start) {
            Some(forward) => forward.as_secs_f32(),
            None => -(start - end).as_secs_f32(),
        };
        *milliseconds = seconds * 1e3;
        CUDA_SUCCESS
    }
    fn cuModuleLoadDataEx(module: *mut CUmodule, image: *const c_void, count: c_uint, options: *mut c_int, values: *mut *mut c_void) {
        entered!();
        let text = CStr::from_ptr(image.cast()).to_str().unwrap_or("");
        if text.contains(".target") && !text.contains("nonsense") {
            *module = CUmodule(Box::into_raw(Box::new(text.to_owned())).cast());
            return CUDA_SUCCESS;
        }
        for i in 0..count as usize {
            if *options.add(i) == 5 {
                let log = c"ptxas fatal : simulated syntax error".to_bytes_with_nul();
                std::ptr::copy_nonoverlapping(log.as_ptr(), (*values.add(i)).cast(), log.len());
            }
        }
        INVALID_PTX
    }
    fn cuModuleUnload(module: CUmodule) {
        entered!();
        drop(Box::from_raw(module.0.cast::<String>()));
        CUDA_SUCCESS
    }
    fn cuModuleGetFunction(function: *mut CUfunction, module: CUmodule, name: *const c_char) {
        entered!();
        let name = CStr::from_ptr(name).to_str().unwrap_or("");
        if !(*module.0.cast::<String>()).contains(&format!(".entry {name}(")) {
            return NOT_FOUND;
        }
        let (run, block): (Kernel, usize) = match name {
            "saxpy" => (saxpy, 88),
            "spin" => (spin, 64),
            "step" => (step, 72),
            "panics" => (panics, 56),
            "store" => (store, 64),
            "empty" => (|_, _, _| (), 0),
            _ => return NOT_FOUND,
        };
        let dynamic = Mutex::new(48 << 10);
        // Never freed: as long as the module, and there are few.
        *function = CUfunction(Box::into_raw(Box::new(Function { run, block, dynamic })).cast());
        CUDA_SUCCESS
    }
    fn cuFuncGetAttribute(value: *mut c_int, attribute: c_int, _function: CUfunction) {
        entered!();
        *value = if attribute == 4 { 16 } else { 0 };
        CUDA_SUCCESS
    }
    fn cuFuncSetAttribute(function: CUfunction, attribute: c_int, value: c_int) {
        entered!();
        if attribute != 8 || value > OPT_IN {
            return INVALID_VALUE;
        }
        *(*function.0.cast::<Function>()).dynamic.lock().unwrap() = value as u32;
        CUDA_SUCCESS
    }
    fn cuLaunchKernel(
        function: CUfunction, gx: c_uint, gy: c_uint, gz: c_uint, sx: c_uint, sy: c_uint, sz: c_uint,
        dynamic: c_uint, on: CUstream, parameters: *mut *mut c_void, _extra: *mut *mut c_void
    ) {
        let context = entered!();
        let function = &*function.0.cast::<Function>();
        if sx * sy * sz > 1024 || gx * gy * gz == 0 || dynamic > *function.dynamic.lock().unwrap() {
            return INVALID_VALUE;
        }
        if stream(on).context != context {
            return INVALID_HANDLE;
        }
        // As the real one, copies the parameter before it returns.
        let block = match function.block {
            0 => Vec::new(),
            bytes => std::slice::from_raw_parts((*parameters).cast::<u8>(), bytes).to_vec(),
        };
        let run = function.run;
        enqueue(stream(on), move || run(&block, [gx, gy, gz], [sx, sy, sz]))
    }
}

fn word<const N: usize>(block: &[u8], at: usize) -> [u8; N] {
    block[at..at + N].try_into().unwrap()
}

fn long(block: &[u8], at: usize) -> u64 {
    u64::from_ne_bytes(word(block, at))
}

fn saxpy(block: &[u8], groups: [u32; 3], size: [u32; 3]) {
    let a = f32::from_ne_bytes(word(block, 56));
    let (x, y) = (long(block, 72) as *const f32, long(block, 80) as *mut f32);
    for i in 0..long(block, 64).min(u64::from(groups[0]) * u64::from(size[0])) as usize {
        // SAFETY: the test passes arrays of that length.
        unsafe { *y.add(i) += a * *x.add(i) };
    }
}

fn spin(block: &[u8], _: [u32; 3], _: [u32; 3]) {
    thread::sleep(Duration::from_nanos(long(block, 56)));
}

fn step(block: &[u8], _: [u32; 3], _: [u32; 3]) {
    let (mul, add) = (u32::from_ne_bytes(word(block, 64)), u32::from_ne_bytes(word(block, 68)));
    let p = long(block, 56) as *mut u32;
    // SAFETY: the test passes a word of device memory.
    unsafe { *p = (*p).wrapping_mul(mul).wrapping_add(add) };
}

fn panics(block: &[u8], groups: [u32; 3], size: [u32; 3]) {
    let items: u32 = groups.iter().chain(&size).product();
    // SAFETY: the queue under test put a record's address there.
    let record = unsafe { &mut *(long(block, 48) as *mut LaunchStatus) };
    if record.panics.fetch_add(items, Ordering::SeqCst) == 0 {
        (record.line, record.column) = (42, 7);
        (record.file_len, record.message_len) = (6, 4);
        record.file[..6].copy_from_slice(b"dev.rs");
        record.message[..4].copy_from_slice(b"boom");
        record.recorded.store(1, Ordering::SeqCst);
    }
    // SAFETY: the queue under test put its word's address there.
    unsafe { (*record.flag.cast::<AtomicU32>()).store(1, Ordering::SeqCst) };
}

fn store(block: &[u8], _: [u32; 3], _: [u32; 3]) {
    match long(block, 56) {
        // The only address that the tests take for a bad one.
        0x10 => FAULT.store(CUDA_ERROR_ILLEGAL_ADDRESS.0, Ordering::SeqCst),
        // SAFETY: any other is a word of device memory.
        address => unsafe { *(address as *mut u32) = 1 },
    }
}
