//! The device ABI: the functions a target's lowering replaces, and the layout of what a launch passes.
//!
//! Every name here is part of the contract between this crate, the capture and the code generator. A call to one of
//! these functions in captured bitcode never reaches the host body below: lowering puts the target's own instruction or
//! constant in its place. The host bodies exist so that the same code links, and runs, as host code.
//!
//! | symbol | on a device |
//! |---|---|
//! | `__geobacter_describe(desc)` | nothing: it carries the kernel's [`KernelDesc`] in the IR; read, then erased |
//! | `__geobacter_work_item_id_{x,y,z}` | index of the work-item in its work-group |
//! | `__geobacter_work_group_id_{x,y,z}` | index of the work-group in the grid |
//! | `__geobacter_work_group_size_{x,y,z}` | work-items in a (full) work-group |
//! | `__geobacter_platform` | one of the `PLATFORM_*` constants |
//! | `__geobacter_set_status(p)`, `__geobacter_status()` | the launch's [`LaunchStatus`](crate::LaunchStatus) block |
//! | `__geobacter_set_heap(p)`, `__geobacter_heap()` | the memory that this kernel allocates from |
//! | `__geobacter_exit` | ends this work-item; the others run on |
//! | `__geobacter_interrupt(event_id)` | wakes the host, which waits for a signal of this event |
//! | `__geobacter_group_memory` | where the work-group's memory begins: [`GROUP_ALIGN`]ed, the launch says how much |
//! | `__geobacter_work_group_barrier(site)` | waits for the work-group |
//! | `__geobacter_subgroup_size`, `__geobacter_subgroup_lane` | work-items of a sub-group, and which this one is |
//! | `__geobacter_subgroup_barrier(site)` | waits for the sub-group |
//! | `__geobacter_subgroup_ballot(site, bit)` | one bit for each work-item: set where `bit` is not 0; clear where there is none |
//! | `__geobacter_subgroup_shuffle(site, word, lane)`, `.._shuffle_{xor,up,down}` | the word of another work-item |
//! | `__geobacter_subgroup_read_first(site, word)`, `.._read_lane(site, word, lane)` | the word of one, for all |
//!
//! | `__geobacter_raw_VENDOR_OPERATION(site, ..)` | an operation of that vendor alone, see [`raw`](crate::raw): undefined on others |
//! | `__geobacter_atomic_{add,min,max}_{f32,f64}(p, x)` | the relaxed atomic operation, and the value before |
//! | `__geobacter_arch` | the processor's version, as [`packed_version`] has it |
//! | `__geobacter_max_group_size`, `__geobacter_max_group_memory` | what every processor of the target has |
//! | `__geobacter_assembly(site, description, words)` | the assembly that is described; only from [`assembly`](crate::assembly) |
//! | `__geobacter_fast_{sin,cos,exp2,log2,rsqrt,sqrt,recip,tanh}(x)`, `__geobacter_fast_div(x, y)` | the device's approximation, of `f32` |
//! | `__geobacter_print(args, stream)` | prints the text |
//! | `__geobacter_formatter_kind(f)`, `__geobacter_format_any(..)` | how a value in a message gets to the host |
//!
//! Functions with a `site` are *convergent*: all work-items of the group (the sub-group, for `__geobacter_subgroup_*`) call
//! them together, and only ever through [`convergent_call!`](crate::convergent_call).
//!
//! Besides these, lowering may add calls to the Rust functions named `__geobacter_rt_*` in [`rt`](crate::rt): the device
//! library (panics, memory compares, math), captured like any other code.

use core::panic::Location;
use core::sync::atomic::{AtomicU32, AtomicU64, Ordering};

use crate::heap::HeapHeader;
use crate::message::Spec;
use crate::status::LaunchStatus;

/// Version of everything in this module. A captured module of another version is refused.
pub const ABI_VERSION: u32 = 3;

/// The linker section that marks kernel entry functions in bitcode.
pub const KERNEL_SECTION: &str = ".geobacter.kernel";

/// Answer of `__geobacter_platform` when the kernel runs as host code.
pub const PLATFORM_HOST: u32 = 0;
/// Answer of `__geobacter_platform` on NVPTX targets.
pub const PLATFORM_NVPTX: u32 = 1;
/// Answer of `__geobacter_platform` on AMDGPU targets.
pub const PLATFORM_AMDGPU: u32 = 2;

/// Stands before the place in the source in each line of device assembly, as a comment: by it, whoever refuses a line says
/// where it comes from.
pub const ASSEMBLY_MARK: &str = "geobacter assembly at ";

/// A processor's version in one number: `major`, `minor` and `stepping`, 8 bits each, from the top down.
pub const fn packed_version(major: u32, minor: u32, stepping: u32) -> u32 {
    major << 16 | minor << 8 | stepping
}

/// The most work-items in a work-group of the CPU device.
pub const HOST_MAX_GROUP_SIZE: u32 = 1024;
/// The most work-group memory of the CPU device, in bytes: what most GPUs have.
pub const HOST_MAX_GROUP_MEMORY: u32 = 64 << 10;

macro_rules! device_functions {
    ($($(#[$doc:meta])* fn $name:ident($($arg:ident: $ty:ty),*) $(-> $ret:ty)? = $host:expr;)*) => {$(
        $(#[$doc])*
        ///
        /// `black_box` keeps the host optimiser from learning what the host body answers: that knowledge would be
        /// wrong on a device.
        #[doc(hidden)]
        #[inline(never)]
        #[unsafe(no_mangle)]
        pub extern "C" fn $name($($arg: $ty),*) $(-> $ret)? {
            $(core::hint::black_box($arg);)*
            core::hint::black_box($host)
        }
    )*};
}

device_functions! {
    /// Carries a kernel's descriptor in its IR.
    fn __geobacter_describe(desc: *const KernelDesc) = ();
    /// Index of this work-item in its work-group, first axis.
    fn __geobacter_work_item_id_x() -> u32 = 0;
    /// Index of this work-item in its work-group, second axis.
    fn __geobacter_work_item_id_y() -> u32 = 0;
    /// Index of this work-item in its work-group, third axis.
    fn __geobacter_work_item_id_z() -> u32 = 0;
    /// Index of this work-group in the grid, first axis.
    fn __geobacter_work_group_id_x() -> u32 = 0;
    /// Index of this work-group in the grid, second axis.
    fn __geobacter_work_group_id_y() -> u32 = 0;
    /// Index of this work-group in the grid, third axis.
    fn __geobacter_work_group_id_z() -> u32 = 0;
    /// Work-items of a work-group, first axis.
    fn __geobacter_work_group_size_x() -> u32 = 1;
    /// Work-items of a work-group, second axis.
    fn __geobacter_work_group_size_y() -> u32 = 1;
    /// Work-items of a work-group, third axis.
    fn __geobacter_work_group_size_z() -> u32 = 1;
    /// Which platform this code runs on.
    fn __geobacter_platform() -> u32 = PLATFORM_HOST;
    /// Makes `status` the block that panics of this work-item are reported to.
    fn __geobacter_set_status(status: *mut LaunchStatus) = ();
    /// The block that panics of this work-item are reported to, or null.
    fn __geobacter_status() -> *mut LaunchStatus = core::ptr::null_mut();
    /// Makes `heap` what this kernel allocates from.
    fn __geobacter_set_heap(heap: *mut HeapHeader) = ();
    /// What this kernel allocates from, or null. On the host nothing asks.
    fn __geobacter_heap() -> *mut HeapHeader = core::ptr::null_mut();
    /// Ends this work-item. On the host a kernel panics instead, so this is never reached.
    fn __geobacter_exit() = ();
    /// Wakes whoever on the host waits for a signal of this event.
    fn __geobacter_interrupt(event_id: u32) = {
        if let Some(hooks) = crate::host::hooks() {
            (hooks.interrupt)(event_id);
        }
    };
    /// Where the work-group's memory begins.
    fn __geobacter_group_memory() -> *mut u8 = match crate::host::hooks() {
        Some(hooks) => (hooks.group_memory)(),
        None => core::ptr::null_mut(),
    };
    /// Adds atomically, and gives the number before.
    fn __geobacter_atomic_add_f32(p: *const AtomicU32, x: f32) -> f32 = change_f32(p, |y| y + x);
    /// The smaller of the two, atomically, and gives the number before.
    fn __geobacter_atomic_min_f32(p: *const AtomicU32, x: f32) -> f32 = change_f32(p, |y| y.min(x));
    /// The larger of the two, atomically, and gives the number before.
    fn __geobacter_atomic_max_f32(p: *const AtomicU32, x: f32) -> f32 = change_f32(p, |y| y.max(x));
    /// Adds atomically, and gives the number before.
    fn __geobacter_atomic_add_f64(p: *const AtomicU64, x: f64) -> f64 = change_f64(p, |y| y + x);
    /// The smaller of the two, atomically, and gives the number before.
    fn __geobacter_atomic_min_f64(p: *const AtomicU64, x: f64) -> f64 = change_f64(p, |y| y.min(x));
    /// The larger of the two, atomically, and gives the number before.
    fn __geobacter_atomic_max_f64(p: *const AtomicU64, x: f64) -> f64 = change_f64(p, |y| y.max(x));
    /// Waits for every work-item of the work-group, and makes what they wrote visible to them. Convergent.
    fn __geobacter_work_group_barrier(site: Site) = {
        if let Some(hooks) = crate::host::hooks() {
            (hooks.work_group_barrier)(site);
        }
    };
    /// Work-items of a (full) sub-group. One, on the host: every operation then concerns this work-item alone.
    fn __geobacter_subgroup_size() -> u32 = 1;
    /// Which work-item of its sub-group this is.
    fn __geobacter_subgroup_lane() -> u32 = 0;
    /// Waits for the sub-group, and makes what its work-items wrote visible to them. Convergent.
    fn __geobacter_subgroup_barrier(_site: Site) = ();
    /// A bit for each work-item of the sub-group. Convergent.
    fn __geobacter_subgroup_ballot(_site: Site, bit: u32) -> u64 = u64::from(bit != 0);
    /// The word of work-item `lane`, modulo the sub-group's size. Convergent.
    fn __geobacter_subgroup_shuffle(_site: Site, word: u32, _lane: u32) -> u32 = word;
    /// The word of the work-item whose lane differs in the bits of `mask`, which is below the size. Convergent.
    fn __geobacter_subgroup_shuffle_xor(_site: Site, word: u32, _mask: u32) -> u32 = word;
    /// The word of the work-item `by` lanes below, or this one's; `by` is below the size. Convergent.
    fn __geobacter_subgroup_shuffle_up(_site: Site, word: u32, _by: u32) -> u32 = word;
    /// The word of the work-item `by` lanes above, or this one's; `by` is below the size. Convergent.
    fn __geobacter_subgroup_shuffle_down(_site: Site, word: u32, _by: u32) -> u32 = word;
    /// The word of the first work-item that has not ended. Convergent.
    fn __geobacter_subgroup_read_first(_site: Site, word: u32) -> u32 = word;
    /// The word of work-item `lane`, which is the same number for all. Convergent.
    fn __geobacter_subgroup_read_lane(_site: Site, word: u32, _lane: u32) -> u32 = word;
    /// See [`raw::amd`](crate::raw::amd); none of these is called on the host. Convergent, all of them.
    fn __geobacter_raw_amd_dpp(_site: Site, _old: u32, _value: u32, _how: u32) -> u32 = 0;
    /// See [`raw::amd`](crate::raw::amd).
    fn __geobacter_raw_amd_ds_swizzle(_site: Site, _value: u32, _pattern: u32) -> u32 = 0;
    /// See [`raw::amd`](crate::raw::amd).
    fn __geobacter_raw_amd_ds_permute(_site: Site, _lane: u32, _value: u32) -> u32 = 0;
    /// See [`raw::amd`](crate::raw::amd).
    fn __geobacter_raw_amd_ds_bpermute(_site: Site, _lane: u32, _value: u32) -> u32 = 0;
    /// See [`raw::amd`](crate::raw::amd).
    fn __geobacter_raw_amd_write_lane(_site: Site, _value: u32, _lane: u32, _old: u32) -> u32 = 0;
    /// See [`raw::amd`](crate::raw::amd).
    fn __geobacter_raw_amd_permlane16(_site: Site, _value: u32, _low: u32, _high: u32) -> u32 = 0;
    /// See [`raw::amd`](crate::raw::amd).
    fn __geobacter_raw_amd_permlanex16(_site: Site, _value: u32, _low: u32, _high: u32) -> u32 = 0;
    /// See [`raw::amd`](crate::raw::amd).
    fn __geobacter_raw_amd_permlane64(_site: Site, _value: u32) -> u32 = 0;
    /// See [`raw::nvidia`](crate::raw::nvidia).
    fn __geobacter_raw_nvidia_shfl_idx(_site: Site, _members: u32, _value: u32, _lane: u32, _clamp: u32) -> u32 = 0;
    /// See [`raw::nvidia`](crate::raw::nvidia).
    fn __geobacter_raw_nvidia_shfl_up(_site: Site, _members: u32, _value: u32, _lane: u32, _clamp: u32) -> u32 = 0;
    /// See [`raw::nvidia`](crate::raw::nvidia).
    fn __geobacter_raw_nvidia_shfl_down(_site: Site, _members: u32, _value: u32, _lane: u32, _clamp: u32) -> u32 = 0;
    /// See [`raw::nvidia`](crate::raw::nvidia).
    fn __geobacter_raw_nvidia_shfl_bfly(_site: Site, _members: u32, _value: u32, _lane: u32, _clamp: u32) -> u32 = 0;
    /// See [`raw::nvidia`](crate::raw::nvidia).
    fn __geobacter_raw_nvidia_vote_all(_site: Site, _members: u32, _bit: u32) -> u32 = 0;
    /// See [`raw::nvidia`](crate::raw::nvidia).
    fn __geobacter_raw_nvidia_vote_any(_site: Site, _members: u32, _bit: u32) -> u32 = 0;
    /// See [`raw::nvidia`](crate::raw::nvidia).
    fn __geobacter_raw_nvidia_vote_uni(_site: Site, _members: u32, _bit: u32) -> u32 = 0;
    /// See [`raw::nvidia`](crate::raw::nvidia).
    fn __geobacter_raw_nvidia_vote_ballot(_site: Site, _members: u32, _bit: u32) -> u32 = 0;
    /// See [`raw::nvidia`](crate::raw::nvidia).
    fn __geobacter_raw_nvidia_match_any(_site: Site, _members: u32, _value: u32) -> u32 = 0;
    /// See [`raw::nvidia`](crate::raw::nvidia).
    fn __geobacter_raw_nvidia_match_all(_site: Site, _members: u32, _value: u32) -> u32 = 0;
    /// See [`raw::nvidia`](crate::raw::nvidia).
    fn __geobacter_raw_nvidia_redux_add(_site: Site, _members: u32, _value: u32) -> u32 = 0;
    /// See [`raw::nvidia`](crate::raw::nvidia).
    fn __geobacter_raw_nvidia_redux_min(_site: Site, _members: u32, _value: u32) -> u32 = 0;
    /// See [`raw::nvidia`](crate::raw::nvidia).
    fn __geobacter_raw_nvidia_redux_max(_site: Site, _members: u32, _value: u32) -> u32 = 0;
    /// See [`raw::nvidia`](crate::raw::nvidia).
    fn __geobacter_raw_nvidia_redux_and(_site: Site, _members: u32, _value: u32) -> u32 = 0;
    /// See [`raw::nvidia`](crate::raw::nvidia).
    fn __geobacter_raw_nvidia_redux_or(_site: Site, _members: u32, _value: u32) -> u32 = 0;
    /// See [`raw::nvidia`](crate::raw::nvidia).
    fn __geobacter_raw_nvidia_redux_xor(_site: Site, _members: u32, _value: u32) -> u32 = 0;
    /// See [`raw::nvidia`](crate::raw::nvidia).
    fn __geobacter_raw_nvidia_active_mask(_site: Site) -> u32 = 0;
}

// Approximations: on a host the exact functions.
device_functions! {
    /// The sine, approximately.
    fn __geobacter_fast_sin(x: f32) -> f32 = libm::sinf(x);
    /// The cosine, approximately.
    fn __geobacter_fast_cos(x: f32) -> f32 = libm::cosf(x);
    /// The power of two, approximately.
    fn __geobacter_fast_exp2(x: f32) -> f32 = libm::exp2f(x);
    /// The logarithm to base 2, approximately.
    fn __geobacter_fast_log2(x: f32) -> f32 = libm::log2f(x);
    /// The inverse of the square root, approximately.
    fn __geobacter_fast_rsqrt(x: f32) -> f32 = 1.0 / libm::sqrtf(x);
    /// The square root, approximately.
    fn __geobacter_fast_sqrt(x: f32) -> f32 = libm::sqrtf(x);
    /// The inverse, approximately.
    fn __geobacter_fast_recip(x: f32) -> f32 = 1.0 / x;
    /// The quotient, approximately.
    fn __geobacter_fast_div(x: f32, y: f32) -> f32 = x / y;
    /// The hyperbolic tangent, approximately.
    fn __geobacter_fast_tanh(x: f32) -> f32 = libm::tanhf(x);
    /// The version of the processor that this code is for.
    fn __geobacter_arch() -> u32 = 0;
    /// The most work-items in a work-group.
    fn __geobacter_max_group_size() -> u32 = HOST_MAX_GROUP_SIZE;
    /// The most work-group memory, in bytes.
    fn __geobacter_max_group_memory() -> u32 = HOST_MAX_GROUP_MEMORY;
    /// Assembly of the device, with its operands in `words`. Never reached on the host.
    fn __geobacter_assembly(_site: Site, _description: *const u8, _words: *mut u64) = ();
    /// The [`message::Kind`](crate::message::Kind) of a function that formats values; 0 where the host does not know it.
    fn __geobacter_formatter_kind(_formatter: *const ()) -> u32 = 0;
    /// `__geobacter_rt_format_any` in kernels that have values of which the host does not know how to format them.
    fn __geobacter_format_any(_text: *mut (), _value: *const u8, _formatter: *const (), _spec: *const Spec) = ();
}

/// Prints a text; `stream` is of [`printing`](crate::printing)'s constants. Unlike the others it may unwind, on the host: a
/// `Display` of the user's may panic.
///
/// # Safety
/// `args` must be the address of a `fmt::Arguments`.
#[doc(hidden)]
#[inline(never)]
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn __geobacter_print(args: *const (), stream: u32) {
    if let Some(hooks) = crate::host::hooks() {
        // SAFETY: the caller's promise.
        let args = unsafe { &*core::hint::black_box(args).cast::<core::fmt::Arguments<'_>>() };
        (hooks.print)(args, stream);
    }
}

/// Hosts have no atomic arithmetic on floating-point numbers: compare and exchange until nobody came in between.
fn change_f32(p: *const AtomicU32, f: impl Fn(f32) -> f32) -> f32 {
    // SAFETY: the caller's atomic.
    let atomic = unsafe { &*p };
    let change = |bits| Some(f(f32::from_bits(bits)).to_bits());
    let (Ok(before) | Err(before)) = atomic.fetch_update(Ordering::Relaxed, Ordering::Relaxed, change);
    f32::from_bits(before)
}

fn change_f64(p: *const AtomicU64, f: impl Fn(f64) -> f64) -> f64 {
    // SAFETY: as above.
    let atomic = unsafe { &*p };
    let change = |bits| Some(f(f64::from_bits(bits)).to_bits());
    let (Ok(before) | Err(before)) = atomic.fetch_update(Ordering::Relaxed, Ordering::Relaxed, change);
    f64::from_bits(before)
}

/// Where in the source a convergent function is called: what tells one call from another.
pub type Site = &'static Location<'static>;

/// Alignment of a work-group's memory, and the most that a type in it may ask for, in bytes: the widest access of GPUs.
pub const GROUP_ALIGN: usize = 16;

/// Calls a convergent device function so that the host's optimiser cannot duplicate the call into divergent branches.
///
/// `convergent_call!(path)`, `convergent_call!(path, a, b => u32)`: up to four arguments and a result, all of them integers
/// as wide as the function says.
///
/// rustc and LLVM compile for the host and do not know that a barrier is convergent. MIR JumpThreading does not thread
/// through inline assembly, and the build flags that `cargo geobacter` passes hold back the three LLVM passes that would.
/// Lowering recognises the assembly by what it calls, and puts the target's convergent instruction in its place.
///
/// The caller's `Location` is the function's first argument. It tells one call in the source from another, so that lowering
/// can refuse a kernel in which copies of *one* call ended up in separate branches, and the CPU device can say where
/// work-items wait. Use this in functions marked `#[track_caller]` and `#[inline(always)]`.
///
/// The function called must not unwind: stable Rust has no assembly that may.
#[doc(hidden)]
#[macro_export]
macro_rules! convergent_call {
    ($f:path $(, $a:expr $(, $b:expr $(, $c:expr $(, $d:expr)?)?)?)?) => {{
        let site: $crate::abi::Site = ::core::panic::Location::caller();
        #[cfg(target_arch = "x86_64")]
        // SAFETY: calls a function of the device ABI with the C ABI; clobbers say so.
        unsafe {
            ::core::arch::asm!(
                "call {f}", f = sym $f, in("rdi") site, $(in("rsi") $a, $(in("rdx") $b, $(in("rcx") $c, $(in("r8") $d,)?)?)?)? clobber_abi("C")
            )
        }
        #[cfg(target_arch = "aarch64")]
        // SAFETY: as above.
        unsafe {
            ::core::arch::asm!(
                "bl {f}", f = sym $f, in("x0") site, $(in("x1") $a, $(in("x2") $b, $(in("x3") $c, $(in("x4") $d,)?)?)?)? clobber_abi("C")
            )
        }
    }};
    ($f:path $(, $a:expr $(, $b:expr $(, $c:expr $(, $d:expr)?)?)?)? => $result:ty) => {{
        let site: $crate::abi::Site = ::core::panic::Location::caller();
        let result: $result;
        #[cfg(target_arch = "x86_64")]
        // SAFETY: calls a function of the device ABI with the C ABI; clobbers say so.
        unsafe {
            ::core::arch::asm!(
                "call {f}", f = sym $f, in("rdi") site, $(in("rsi") $a, $(in("rdx") $b, $(in("rcx") $c, $(in("r8") $d,)?)?)?)?
                lateout("rax") result, clobber_abi("C")
            )
        }
        #[cfg(target_arch = "aarch64")]
        // SAFETY: as above.
        unsafe {
            ::core::arch::asm!(
                "bl {f}", f = sym $f, inlateout("x0") site => result, $(in("x1") $a, $(in("x2") $b, $(in("x3") $c, $(in("x4") $d,)?)?)?)?
                clobber_abi("C")
            )
        }
        result
    }};
}

/// Keeps rustc's optimiser from copying what follows it in the same function into the branches of a condition before: its
/// jump threading copies calls, and stops at assembly. For wrappers that it inlines, around what it does not.
#[doc(hidden)]
#[macro_export]
macro_rules! stay_whole {
    () => {
        // SAFETY: nothing.
        unsafe { ::core::arch::asm!("", options(nomem, nostack, preserves_flags)) }
    };
}

/// The most arguments a kernel can take.
pub const MAX_ARGS: usize = 12;

/// `KernelDesc::magic`: the bytes `GBKD`.
pub const DESC_MAGIC: u32 = u32::from_le_bytes(*b"GBKD");

/// One kernel argument, as the tools list it. Offsets and sizes in bytes, from the start of the kernarg block.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ArgDesc {
    /// Offset in the kernarg block.
    pub offset: u32,
    /// Size in bytes.
    pub size: u32,
    /// Alignment in bytes.
    pub align: u32,
    /// One of [`ArgKind`](crate::ArgKind) as a number.
    pub kind: u32,
}

/// What a kernel entry says about itself, in the bitcode: only `u32`s, so that its initialiser has neither padding nor
/// relocations and a tool can read it as words.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KernelDesc {
    /// [`DESC_MAGIC`].
    pub magic: u32,
    /// [`ABI_VERSION`].
    pub version: u32,
    /// Size of the kernarg block in bytes, header included.
    pub block_size: u32,
    /// Alignment of the kernarg block in bytes.
    pub block_align: u32,
    /// Axes of the grid: 1, 2 or 3.
    pub dimensions: u32,
    /// How many of `args` are used.
    pub arg_count: u32,
    /// Bytes of work-group memory that the arguments' types ask for; what is sized at launch comes on top.
    pub group_bytes: u32,
    /// 1 where the work-items of a group must run together, because they can wait for each other; else 0.
    pub cooperative: u32,
    /// The arguments in order.
    pub args: [ArgDesc; MAX_ARGS],
}

impl KernelDesc {
    /// Those of `args` that are used.
    pub const fn arguments(&self) -> &[ArgDesc] {
        self.args.split_at(self.arg_count as usize).0
    }
}

/// The start of every kernarg block: what a launch passes besides the user's arguments.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct BlockHeader {
    /// Work-items along each axis. Work-items beyond return before user code.
    pub extent: [u64; 3],
    /// Added to the position along each axis to give the global id: grids over any range.
    pub start: [u64; 3],
    /// Where panics are reported, or null.
    pub status: *mut LaunchStatus,
}

/// A whole kernarg block: passed to the kernel by value as one parameter.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct KernelBlock<A> {
    /// What the launch passes.
    pub header: BlockHeader,
    /// The user's arguments, packed.
    pub args: A,
}
