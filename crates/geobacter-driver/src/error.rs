use std::fmt;
use std::sync::Arc;

use crate::driver::Unavailable;

/// What the runtime returns.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Everything that can go wrong between a launch and its result. Each message says what happened and what to do.
///
/// ```
/// use geobacter::Error;
/// use geobacter::prelude::*;
///
/// # fn main() -> geobacter::Result<()> {
/// let device = Device::open("cpu")?;
/// let x = device.buffer_from(&[1, 2, 3])?;
/// let read = |_: WorkItem, x: &[i32], at: usize| assert!(x[at] > 0);
/// match device.launch(Grid::covering(1), read, (&x, 3))?.wait() {
///     Err(Error::KernelPanicked { message, location, .. }) => {
///         assert!(message.contains("index out of bounds"));
///         println!("{message} at {}", location.unwrap_or_default());
///     }
///     other => panic!("{other:?}"),
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The device name is not of a known form.
    #[error("`{name}` is not a device name; these would be: {known}")]
    DeviceName {
        /// What was given.
        name: String,
        /// Names that would do.
        known: String,
    },
    /// There is no such device.
    #[error("there is no device `{name}`: {found}")]
    NoSuchDevice {
        /// What was asked for.
        name: String,
        /// What there is instead, or why the driver has none.
        found: String,
    },
    /// The vendor's runtime is missing.
    #[error("{kind}: {source}")]
    DriverUnavailable {
        /// `cuda`, `hsa`.
        kind: &'static str,
        /// Why, and what to do.
        source: Unavailable,
    },
    /// The binary was linked without the shim.
    #[error(
        "this binary carries no kernels: build it with `cargo geobacter build` (or `run`, `test`), or run \
         `cargo geobacter init` once so that plain `cargo` commands do the same"
    )]
    NoKernels,
    /// The binary has kernels, but not this one.
    #[error(
        "kernel `{kernel}` is not among the {count} kernels that this binary carries: it was compiled without its bitcode. \
         Build everything with `cargo geobacter build`; a library built elsewhere must be built so too"
    )]
    KernelMissing {
        /// The kernel's demangled name.
        kernel: String,
        /// How many there are.
        count: usize,
    },
    /// The binary's kernels were captured for another version of the device ABI.
    #[error(
        "this binary's kernels were captured for version {found} of the device ABI, and its runtime has version {expected}: \
         build it with the `cargo geobacter` of the same release as its `geobacter` dependency"
    )]
    AbiVersion {
        /// The kernels' version.
        found: u32,
        /// The runtime's version.
        expected: u32,
    },
    /// The embedded kernels cannot be read.
    #[error(transparent)]
    Container(#[from] geobacter_container::ContainerError),
    /// No LLVM to compile with, or the wrong one.
    #[error("kernel `{kernel}` must be compiled for {target}, and that needs LLVM: {reason}")]
    Llvm {
        /// The kernel's demangled name.
        kernel: String,
        /// What for.
        target: String,
        /// Why there is none, and the remedy.
        reason: String,
    },
    /// The kernel does not compile for this device.
    #[error("{0}")]
    Compile(Arc<dyn std::error::Error + Send + Sync>),
    /// The device's driver refused the code.
    #[error("{device} refused the code of kernel `{kernel}`: {reason}{}", log_part(.log))]
    Load {
        /// The device.
        device: String,
        /// The kernel's demangled name.
        kernel: String,
        /// What the driver said.
        reason: String,
        /// The driver's compile log; may be empty.
        log: String,
    },
    /// A grid axis is zero.
    #[error("the {what} has no {unit} along axis {axis}: {sizes:?}")]
    ZeroAxis {
        /// `grid` or `work-group`.
        what: &'static str,
        /// `work-items`.
        unit: &'static str,
        /// Which, from 0.
        axis: usize,
        /// All axes.
        sizes: Vec<usize>,
    },
    /// A size exceeds what the device can do.
    #[error("{device} takes at most {limit} {what}, and the launch has {actual}")]
    DeviceLimit {
        /// The device.
        device: String,
        /// Of what, with the axis where there is one.
        what: String,
        /// How many the launch has.
        actual: u128,
        /// How many the device takes.
        limit: u128,
    },
    /// A length in bytes or work-items does not fit the machine's word.
    #[error("{what}: {numbers} overflows 64 bits")]
    Overflow {
        /// What was computed.
        what: &'static str,
        /// From what.
        numbers: String,
    },
    /// Two lengths that must agree do not.
    #[error("{what}: {left} elements on one side, {right} on the other")]
    LengthMismatch {
        /// The operation.
        what: &'static str,
        /// Elements of the target.
        left: usize,
        /// Elements of the source.
        right: usize,
    },
    /// A buffer of one device was passed to a launch on another.
    #[error(
        "argument {argument} is a buffer on {buffer}, and the launch is on {launch}: copy it there first, with `Buffer::to_device`"
    )]
    WrongDevice {
        /// Which argument, from 0.
        argument: usize,
        /// Where the buffer is.
        buffer: String,
        /// Where the launch is.
        launch: String,
    },
    /// The device has not enough memory.
    #[error("{device} has no room for {requested} bytes{}", free_part(.free, .total))]
    OutOfMemory {
        /// The device.
        device: String,
        /// Bytes asked for.
        requested: u64,
        /// Bytes free, where the driver tells.
        free: Option<u64>,
        /// Bytes in all, where the driver tells.
        total: Option<u64>,
    },
    /// An image would be larger than images can be.
    #[error("an image has at most {limit} {what}, and {actual} were asked for")]
    ImageLimit {
        /// Of what, with the axis where there is one.
        what: String,
        /// How many were asked for.
        actual: usize,
        /// How many there can be.
        limit: usize,
    },
    /// A pitch does not fit an image.
    #[error(
        "a {what} pitch of {pitch} bytes does not fit this image: it takes multiples of {multiple}, and at least {least}"
    )]
    ImagePitch {
        /// `row` or `slice`.
        what: &'static str,
        /// What was asked for, in bytes.
        pitch: usize,
        /// What it must be a multiple of.
        multiple: usize,
        /// The smallest that does.
        least: usize,
    },
    /// Two images that must have the same extent do not.
    #[error("{what}: {left:?} texels on one side, {right:?} on the other")]
    ImageExtent {
        /// The operation.
        what: &'static str,
        /// Texels of the target along each axis.
        left: Vec<usize>,
        /// Texels of the source along each axis.
        right: Vec<usize>,
    },
    /// Part of an image is not inside it.
    #[error("{what}: texels {start}..{end} along axis {axis} are not inside an image that has {size} there")]
    ImageRegion {
        /// The operation.
        what: &'static str,
        /// Which axis, from 0.
        axis: usize,
        /// The region's first texel.
        start: usize,
        /// Behind the region's last texel.
        end: usize,
        /// The image's texels.
        size: usize,
    },
    /// A device's kernels cannot reach host memory.
    #[error("kernels on {device} cannot reach host memory: use a `Buffer` there, and copy to and from it")]
    HostMemory {
        /// The device.
        device: String,
    },
    /// Work-items of a kernel panicked.
    #[error("kernel `{kernel}` panicked{}: {message} (work-item {work_item:?} of work-group {work_group:?}; {count} work-item(s) in all)",
        location_part(.location))]
    KernelPanicked {
        /// The kernel's demangled name.
        kernel: String,
        /// The panic's message.
        message: String,
        /// `file:line:column`, where known.
        location: Option<String>,
        /// Position in the work-group of the first to panic.
        work_item: [u32; 3],
        /// Its work-group.
        work_group: [u32; 3],
        /// How many panicked.
        count: u64,
    },
    /// Work-items of a kernel used up their stack. Only the CPU device can tell; on a GPU it may be a
    /// [`DeviceFault`](Error::DeviceFault), or overwrite what is not theirs.
    #[error(
        "kernel `{kernel}` used up the stack of {} KiB {}: it recurses without bound, or too deeply, or has very large local \
         variables. End the recursion earlier, use a loop, or put the data into a buffer: a GPU gives a work-item much less",
        .stack / 1024, used_up_part(*.work_item, *.work_group, *.count)
    )]
    StackUsedUp {
        /// The kernel's demangled name.
        kernel: String,
        /// Bytes of the stack.
        stack: usize,
        /// Position in the work-group of the first that did. `None` where the work-items of a group run one after the other
        /// and are not told apart: then those of its group that would have run after it did not run, and the other groups
        /// did.
        work_item: Option<[u32; 3]>,
        /// Its work-group.
        work_group: [u32; 3],
        /// How many did.
        count: u64,
    },
    /// A kernel asked for a launch that is deeper than the host allows.
    #[error(
        "{count} launch(es) of kernel `{kernel}` were asked for at depth {depth}, and the launcher made at {made_at} takes at \
         most {limit}: end the recursion earlier, or allow more with `max_depth`"
    )]
    ChildTooDeep {
        /// The name of the kernel that was to be launched.
        kernel: String,
        /// How often.
        count: usize,
        /// How far below the kernel that the host launched.
        depth: u32,
        /// How deep it may be.
        limit: u32,
        /// Where the host made the launcher: `file:line:column`.
        made_at: String,
    },
    /// What a kernel asked for cannot be launched.
    #[error(
        "kernel `{kernel}` was asked for by a kernel, at depth {depth} and through the launcher made at {made_at}, and cannot \
         be launched so: {source}"
    )]
    ChildRefused {
        /// The name of the kernel that was to be launched.
        kernel: String,
        /// How far below the kernel that the host launched.
        depth: u32,
        /// Where the host made the launcher: `file:line:column`.
        made_at: String,
        /// Why not.
        source: Arc<Error>,
    },
    /// A kernel cannot launch itself as its launcher says.
    #[error(
        "argument {argument} lets kernel `{kernel}` launch itself with a `{value}`, on grids of {axes} axes; it runs on grids of \
         {has_axes} axes, and its first parameter must be a plain value of that type"
    )]
    ChildItself {
        /// Which argument, from 0.
        argument: usize,
        /// The kernel.
        kernel: String,
        /// The type of the launcher's values.
        value: &'static str,
        /// Axes of the launcher's grids.
        axes: usize,
        /// Axes of the kernel's grid.
        has_axes: usize,
    },
    /// A kernel was given one buffer twice, of which at least one is to be written.
    #[error(
        "argument {argument} is a buffer that another argument of this kernel is, too: kernels take turns with it, and each \
         takes it once"
    )]
    ArgumentTwice {
        /// Which argument, from 0.
        argument: usize,
    },
    /// Work-items of a group did not all come to the same barrier (or other operation that they do together). Only the CPU
    /// device can tell.
    #[error(
        "kernel `{kernel}`: {waiting} work-item(s) of work-group {work_group:?} wait for the others at {barrier}, {others}: \
         all work-items of a group must come to it together, and a GPU would hang or compute something else"
    )]
    BarrierDiverged {
        /// The kernel's demangled name.
        kernel: String,
        /// Where some wait: `file:line:column`.
        barrier: String,
        /// How many.
        waiting: u32,
        /// What the others did instead: `and 3 wait at src/main.rs:7:9`.
        others: String,
        /// The work-group.
        work_group: [u32; 3],
    },
    /// Two work-items access the same memory, at least one of them writes, and nothing orders one before the other. Only the
    /// checking device can tell.
    #[error(
        "kernel `{kernel}`: data race on {memory}: {second}, and {first}, with nothing between them that orders one before \
         the other{}: {remedy} (this schedule again: GEOBACTER_CHECK=race,seed={seed})", more_part(*.more)
    )]
    DataRace {
        /// The kernel's demangled name.
        kernel: String,
        /// Which memory: `bytes 4..8 of argument 1 (in a buffer of 400 bytes)`.
        memory: String,
        /// The access that came first, in this schedule.
        first: Box<MemoryAccess>,
        /// The access that came second.
        second: Box<MemoryAccess>,
        /// What to do.
        remedy: &'static str,
        /// How many other pairs of places in the source race, as far as looked for.
        more: usize,
        /// What makes the checking device run work-items in the same order again.
        seed: u64,
    },
    /// A work-item accesses memory that the launch was not given. Only the checking device can tell.
    #[error(
        "kernel `{kernel}`: {access}, out of bounds: that is {memory} (this schedule again: GEOBACTER_CHECK=race,seed={seed})"
    )]
    OutOfBounds {
        /// The kernel's demangled name.
        kernel: String,
        /// The access.
        access: Box<MemoryAccess>,
        /// Where that is, by the memory that is nearest: `4 bytes behind the end of argument 1 (in a buffer of 400
        /// bytes)`.
        memory: String,
        /// What makes the checking device run work-items in the same order again.
        seed: u64,
    },
    /// The device reported a fault (bad address, illegal instruction): it may be unusable until the process ends.
    #[error("{device} faulted while running {work}: {reason}")]
    DeviceFault {
        /// The device.
        device: String,
        /// What it was doing, as far as known.
        work: String,
        /// What the driver said.
        reason: String,
    },
    /// A call of the vendor's runtime failed.
    #[error("{device}: {call} failed: {reason}")]
    DriverCall {
        /// The device.
        device: String,
        /// The function.
        call: &'static str,
        /// What it answered.
        reason: String,
    },
    /// A launch asks for bounds that make no sense on any device. Those that one device cannot keep are an error of the
    /// compiler ([`Compile`](Error::Compile)), which knows the numbers.
    #[error("the launch bounds ask for {what}: {remedy}")]
    LaunchBounds {
        /// What is asked for, with its number.
        what: String,
        /// What to do.
        remedy: &'static str,
    },
}

/// One work-item's access to memory.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct MemoryAccess {
    /// Position in the work-group.
    pub work_item: [u32; 3],
    /// Its work-group.
    pub work_group: [u32; 3],
    /// What it does: `writes 4 bytes`.
    pub what: String,
    /// Where in the source: `file:line:column`.
    pub place: String,
}

impl MemoryAccess {
    /// An access, by all there is to say of it.
    #[must_use]
    pub fn new(work_item: [u32; 3], work_group: [u32; 3], what: String, place: String) -> Self {
        MemoryAccess { work_item, work_group, what, place }
    }
}

impl fmt::Display for MemoryAccess {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let MemoryAccess { work_item, work_group, what, place } = self;
        write!(f, "work-item {work_item:?} of work-group {work_group:?} {what} at {place}")
    }
}

fn more_part(more: usize) -> String {
    if more == 0 { String::new() } else { format!(" (and {more} more such pairs of places)") }
}

fn log_part(log: &str) -> String {
    if log.is_empty() { String::new() } else { format!("\n{log}") }
}

fn location_part(location: &Option<String>) -> String {
    location.as_ref().map_or_else(String::new, |l| format!(" at {l}"))
}

fn used_up_part(work_item: Option<[u32; 3]>, work_group: [u32; 3], count: u64) -> String {
    match work_item {
        Some(item) => format!("of work-item {item:?} of work-group {work_group:?} ({count} work-item(s) in all)"),
        None => format!(
            "in work-group {work_group:?}, which did not run to its end ({count} such work-group(s) in all; the others did)"
        ),
    }
}

fn free_part(free: &Option<u64>, total: &Option<u64>) -> String {
    match (free, total) {
        (Some(free), Some(total)) => format!(": {free} of {total} bytes are free"),
        (None, Some(total)) => format!(": it has {total} bytes in all"),
        _ => String::new(),
    }
}
