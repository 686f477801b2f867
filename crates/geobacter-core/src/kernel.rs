//! What makes a function a kernel, and the entry points generated for each instance.

use core::ffi::c_char;
use core::mem::{align_of, offset_of, size_of};
use core::ops::Range;

use crate::abi::{self, ABI_VERSION, ArgDesc, BlockHeader, DESC_MAGIC, KernelBlock, KernelDesc, MAX_ARGS};
use crate::param::KernelParam;
use crate::{ArgKind, WorkItem};

/// A function that can be launched: a fn item, an instance of a generic fn, or a closure that captures nothing, whose
/// first parameter is a [`WorkItem`] and whose others are [`KernelParam`]s.
///
/// Implemented for all of these; there is nothing to implement by hand. `P` is the tuple of parameter types, which the
/// compiler infers.
///
/// ```
/// use geobacter::prelude::*;
///
/// fn fill<T: DeviceCopy>(item: WorkItem, value: T, mut out: PerItem<T>) {
///     if let Some(out) = out.get_mut(&item) {
///         *out = value;
///     }
/// }
///
/// # fn main() -> geobacter::Result<()> {
/// let device = Device::open("cpu")?;
/// let mut out = device.buffer::<u8>(3)?;
/// device.launch(Grid::covering(3), fill::<u8>, (7, &mut out))?; // an instance of a generic fn
/// device.launch(Grid::covering(3), |item: WorkItem, mut out: PerItem<u8>| {
///     *out.get_mut(&item).unwrap() += 1; // a closure that captures nothing
/// }, (&mut out,))?;
/// assert_eq!(out.to_vec()?, [8; 3]);
/// # Ok(())
/// # }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be launched as a kernel on a {D}-dimensional grid",
    label = "not a kernel for this grid",
    note = "a kernel is a fn or a closure without captures: `fn k(item: WorkItem, a: f32, x: &[f32], y: PerItem<f32>)`",
    note = "its first parameter is `WorkItem` (`WorkItem<2>` for a 2D grid, `WorkItem<3>` for 3D); each other one is a \
            scalar, `&[T]`, a per-item output, or a struct that derives `KernelArg`; references are to device memory \
            and live as long as the kernel runs, so no `&'static` and no reference to a single value",
    note = "an output is a `PerItem<T>`, `PerItemChunks<T, N>`, `PerItemStrided<T>` or `PerItemTile<T, W, H>`, which give \
            each work-item elements of its own: all of them would share a `&mut [T]`"
)]
pub trait Kernel<const D: usize, P>: Copy + Send + Sync + 'static {
    /// The arguments in the kernarg block.
    type Packed: Copy + 'static;
    #[doc(hidden)]
    const DESC: KernelDesc;
    /// Whether the work-items of a group must run together.
    #[doc(hidden)]
    const COOPERATIVE: bool;
    /// Bytes of work-group memory that the parameters' types ask for.
    #[doc(hidden)]
    const GROUP_BYTES: usize;

    /// Runs the kernel for one work-item.
    ///
    /// # Safety
    /// `args` must be valid on this device, and each work-item of the launch run once.
    #[doc(hidden)]
    unsafe fn run<'k>(self, item: WorkItem<'k, D>, args: &'k Self::Packed);

    /// The least [`KernelParam::covers`] of the arguments.
    #[doc(hidden)]
    fn covers(args: &Self::Packed) -> u64;

    /// [`KernelParam::assume_covered`] of all arguments.
    ///
    /// # Safety
    /// `id` must be less than [`covers`](Self::covers).
    #[doc(hidden)]
    unsafe fn assume_covered(args: &Self::Packed, id: usize);
}

const NO_ARG: ArgDesc = ArgDesc { offset: 0, size: 0, align: 0, kind: 0 };

const fn describe<A>(dimensions: usize, cooperative: bool, group_bytes: usize, args: &[ArgDesc]) -> KernelDesc {
    let mut all = [NO_ARG; MAX_ARGS];
    let mut i = 0;
    while i < args.len() {
        all[i] = args[i];
        i += 1;
    }
    KernelDesc {
        magic: DESC_MAGIC,
        version: ABI_VERSION,
        block_size: size_of::<KernelBlock<A>>() as u32,
        block_align: align_of::<KernelBlock<A>>() as u32,
        dimensions: dimensions as u32,
        arg_count: args.len() as u32,
        group_bytes: group_bytes as u32,
        cooperative: cooperative as u32,
        args: all,
    }
}

const fn describe_arg<T>(block_offset: usize, kind: ArgKind) -> ArgDesc {
    ArgDesc {
        offset: block_offset as u32,
        size: size_of::<T>() as u32,
        align: align_of::<T>() as u32,
        kind: kind as u32,
    }
}

/// Where in the work-group's memory each parameter's own begins.
const fn group_offsets<const N: usize>(bytes: [usize; N]) -> [usize; N] {
    let (mut offsets, mut i, mut at) = ([0; N], 0, 0);
    while i < N {
        offsets[i] = at;
        at += bytes[i];
        i += 1;
    }
    offsets
}

macro_rules! kernels {
    ($(($($name:ident $P:ident $index:tt),*))*) => {$(
        // The first bound infers the parameter types from the function; the second makes it hold for every lifetime, so
        // that a kernel cannot ask for `&'static` device memory and keep it.
        impl<F, const D: usize, $($P),*> Kernel<D, ($($P,)*)> for F
        where
            F: Copy + Send + Sync + 'static + Fn(WorkItem<'_, D>, $($P),*)
                + for<'k> Fn(WorkItem<'k, D>, $($P::Device<'k>),*),
            $($P: KernelParam),*
        {
            type Packed = ($($P::Packed,)*);
            const COOPERATIVE: bool = false $(|| $P::COOPERATIVE)*;
            const GROUP_BYTES: usize = 0 $(+ $P::GROUP_BYTES)*;
            const DESC: KernelDesc = describe::<Self::Packed>(D, Self::COOPERATIVE, Self::GROUP_BYTES, &[$(describe_arg::<$P::Packed>(
                offset_of!(KernelBlock<Self::Packed>, args) + offset_of!(Self::Packed, $index), $P::KIND)),*]);

            #[inline(always)]
            unsafe fn run<'k>(self, item: WorkItem<'k, D>, args: &'k Self::Packed) {
                #[allow(clippy::too_many_arguments, reason = "as many as the kernel takes")]
                #[inline(always)]
                fn call<'k, const D: usize, $($P,)* G: Fn(WorkItem<'k, D>, $($P),*)>(
                    kernel: G, item: WorkItem<'k, D>, $($name: $P),*
                ) {
                    kernel(item, $($name),*)
                }
                let _ = args;
                let offsets = const { group_offsets([$($P::GROUP_BYTES),*]) };
                let _ = &offsets;
                // SAFETY: the caller's promise; the offsets keep the parameters' work-group memory apart.
                call(self, item, $(unsafe { $P::unpack(&args.$index, offsets[$index]) }),*)
            }

            #[inline(always)]
            fn covers(args: &Self::Packed) -> u64 {
                let _ = args;
                let all: &[u64] = &[$($P::covers(&args.$index)),*];
                all.iter().copied().fold(u64::MAX, u64::min)
            }

            #[inline(always)]
            unsafe fn assume_covered(args: &Self::Packed, id: usize) {
                let _ = (args, id);
                // SAFETY: the caller's promise: `id` is less than the least of them.
                $(unsafe { $P::assume_covered(&args.$index, id) };)*
            }
        }
    )*};
}
kernels! {
    ()
    (a A 0)
    (a A 0, b B 1)
    (a A 0, b B 1, c C 2)
    (a A 0, b B 1, c C 2, d P3 3)
    (a A 0, b B 1, c C 2, d P3 3, e E 4)
    (a A 0, b B 1, c C 2, d P3 3, e E 4, f P5 5)
    (a A 0, b B 1, c C 2, d P3 3, e E 4, f P5 5, g P6 6)
    (a A 0, b B 1, c C 2, d P3 3, e E 4, f P5 5, g P6 6, h P7 7)
    (a A 0, b B 1, c C 2, d P3 3, e E 4, f P5 5, g P6 6, h P7 7, i P8 8)
    (a A 0, b B 1, c C 2, d P3 3, e E 4, f P5 5, g P6 6, h P7 7, i P8 8, j P9 9)
    (a A 0, b B 1, c C 2, d P3 3, e E 4, f P5 5, g P6 6, h P7 7, i P8 8, j P9 9, k P10 10)
    (a A 0, b B 1, c C 2, d P3 3, e E 4, f P5 5, g P6 6, h P7 7, i P8 8, j P9 9, k P10 10, l P11 11)
}

/// The kernel value itself, from its type alone.
#[inline(always)]
fn instance<K: Copy>() -> K {
    const {
        assert!(
            size_of::<K>() == 0,
            "a kernel closure must capture nothing: pass the data as an argument of the launch instead"
        )
    };
    // SAFETY: K has no bytes to read, and is `Copy`; the launch was given a value of it, so one exists.
    unsafe { core::ptr::NonNull::<K>::dangling().read() }
}

/// The device entry of one kernel instance. Its section marks it in the bitcode; the capture keeps what it reaches.
///
/// `C-unwind`, so that no abort-on-unwind landing pads end up in device code. The host copy is never called.
///
/// # Safety
/// Called by a device, with the kernarg block of a launch of this very instance.
#[doc(hidden)]
#[unsafe(link_section = ".geobacter.kernel")]
pub unsafe extern "C-unwind" fn device_entry<K: Kernel<D, P>, const D: usize, P>(block: *const KernelBlock<K::Packed>) {
    abi::__geobacter_describe(const { &<K as Kernel<D, P>>::DESC });
    // SAFETY: the launch passes a valid block, which outlives the kernel.
    let block = unsafe { &*block };
    abi::__geobacter_set_status(block.header.status);
    // SAFETY: this is the kernel entry; each work-item runs it once.
    if let Some(item) = unsafe { WorkItem::on_device(&block.header) } {
        // SAFETY: the launch packed the arguments for this device.
        unsafe { instance::<K>().run(item, &block.args) }
    }
}

/// The shape of a launch as the CPU device runs it.
#[doc(hidden)]
#[derive(Clone, Copy, Debug)]
pub struct HostShape {
    /// Work-items of a group along each axis; 1 beyond the grid's axes.
    pub group_size: [u32; 3],
    /// Groups along each axis.
    pub groups: [u32; 3],
    /// Bytes of work-group memory.
    pub group_memory: u32,
    /// Told the work-item (in its group) and the group of a kernel that panics, while it unwinds.
    pub on_panic: fn([u32; 3], [u32; 3]),
    /// Told the linear index of each group whose work-items do not run together, before the first of them runs.
    pub on_group: fn(u64),
    /// Runs the work-items of a group together: see [`RunGroup`].
    pub run_group: RunGroup,
}

/// Runs so many work-items of a group along each axis, by calling the closure once with the number of each (axis 0 fastest),
/// so that each can wait for the others in a barrier. Catches their panics.
pub type RunGroup = fn(shape: &HostShape, group: [u32; 3], work_items: [u32; 3], run: &dyn Fn(u32));

/// Reports the position of a work-item that unwinds. Forgotten where none does, so that the loop around it keeps its
/// counters in registers and the optimiser may vectorise it.
struct Position<'a> {
    shape: &'a HostShape,
    local: [u32; 3],
    group: [u32; 3],
}

impl Drop for Position<'_> {
    #[cold]
    fn drop(&mut self) {
        (self.shape.on_panic)(self.local, self.group);
    }
}

/// Runs work-groups `range` (linear indices, axis 0 fastest) of a launch as host code, the first of them from its
/// work-item `first_item` on (linear too): what remains after a panic can be run.
pub type HostEntry = unsafe fn(block: *const u8, shape: &HostShape, range: Range<u64>, first_item: u32);

/// The host entry of one kernel instance: a plain loop that the host's optimiser sees through.
///
/// # Safety
/// `block` must be the kernarg block of a launch of this very instance, with host addresses, and no work-item may run
/// twice.
#[doc(hidden)]
pub unsafe fn host_entry<K: Kernel<D, P>, const D: usize, P>(
    block: *const u8,
    shape: &HostShape,
    mut range: Range<u64>,
    first_item: u32,
) {
    // SAFETY: the caller's promise; blocks are aligned for their type.
    let block = unsafe { &*block.cast::<KernelBlock<K::Packed>>() };
    if K::COOPERATIVE {
        for group in range {
            // SAFETY: the caller's promise.
            unsafe { group_together::<K, D, P>(&block.header, &block.args, shape, group_at(group, shape)) }
        }
        return;
    }
    let KernelBlock { header, args } = block;
    if first_item > 0
        && let Some(group) = range.next()
    {
        (shape.on_group)(group);
        // SAFETY: the caller's promise.
        unsafe { any_group::<K, D, P>(header, args, shape, group_at(group, shape), first_item) }
    }
    // Copies that nothing else refers to: a kernel's writes cannot change them, so the loop keeps them in registers.
    let (header, args, shape) = (*header, *args, *shape);
    let covered = K::covers(&args);
    for group in range {
        (shape.on_group)(group);
        let group = group_at(group, &shape);
        // SAFETY: the caller's promise, and what is compared here.
        unsafe {
            if ids_end::<D>(&header, &shape, group) <= covered {
                covered_group::<K, D, P>(&header, &args, &shape, group);
            } else {
                any_group::<K, D, P>(&header, &args, &shape, group, 0);
            }
        }
    }
}

#[inline(always)]
fn group_at(linear: u64, shape: &HostShape) -> [u32; 3] {
    let [nx, ny, _] = shape.groups.map(u64::from);
    [(linear % nx) as u32, (linear / nx % ny) as u32, (linear / nx / ny) as u32]
}

/// Runs a group whose work-items may wait for each other.
unsafe fn group_together<K: Kernel<D, P>, const D: usize, P>(
    header: &BlockHeader,
    args: &K::Packed,
    shape: &HostShape,
    group: [u32; 3],
) {
    let [nx, ny, nz] = group_extent::<D>(header, shape, group);
    (shape.run_group)(shape, group, [nx, ny, nz], &|i| {
        // SAFETY: each number comes up once; the caller runs each group once.
        unsafe { host_item::<K, D, P>(header, args, shape, group, [i % nx, i / nx % ny, i / nx / ny]) }
    });
}

/// Work-items of a group along each axis: fewer than its size where the grid ends inside it, so that the loops over them
/// need no test.
#[inline(always)]
fn group_extent<const D: usize>(header: &BlockHeader, shape: &HostShape, group: [u32; 3]) -> [u32; 3] {
    core::array::from_fn(|axis| {
        let size = u64::from(shape.group_size[axis]);
        let first = u64::from(group[axis]) * size;
        if axis < D { size.min(header.extent[axis].saturating_sub(first)) as u32 } else { 1 }
    })
}

/// One more than the largest id by which a work-item of the group may pick elements: its linear id in the grid and, in one
/// dimension, its global id.
#[inline(always)]
fn ids_end<const D: usize>(header: &BlockHeader, shape: &HostShape, group: [u32; 3]) -> u64 {
    let extent = group_extent::<D>(header, shape, group);
    let last = |axis: usize| {
        let first = u64::from(group[axis]) * u64::from(shape.group_size[axis]);
        (first + u64::from(extent[axis])).saturating_sub(1)
    };
    let end = (last(2) * header.extent[1] + last(1)) * header.extent[0] + last(0) + 1;
    if D == 1 { end.saturating_add(header.start[0]) } else { end }
}

/// A group in which every work-item has its elements in every argument: without bounds checks for those, the inner loop
/// is one that the optimiser may vectorise.
///
/// # Safety
/// The arguments cover the group's ids; no work-item may run twice.
#[inline(always)]
unsafe fn covered_group<K: Kernel<D, P>, const D: usize, P>(
    header: &BlockHeader,
    args: &K::Packed,
    shape: &HostShape,
    group: [u32; 3],
) {
    let [columns, rows, layers] = group_extent::<D>(header, shape, group);
    for z in 0..layers {
        for y in 0..rows {
            for x in 0..columns {
                let position = Position { shape, local: [x, y, z], group };
                // SAFETY: each position comes up once, the caller runs each group once, and its ids are covered.
                unsafe {
                    let item = WorkItem::<D>::from_parts([x, y, z], group, shape.group_size, header);
                    K::assume_covered(args, item.linear_id());
                    if D == 1 {
                        K::assume_covered(args, item.linear_id() + header.start[0] as usize);
                    }
                    instance::<K>().run(item, args);
                }
                core::mem::forget(position);
            }
        }
    }
}

/// Any group, from its work-item `first_item` on (a linear index).
///
/// # Safety
/// No work-item may run twice.
#[inline(never)]
unsafe fn any_group<K: Kernel<D, P>, const D: usize, P>(
    header: &BlockHeader,
    args: &K::Packed,
    shape: &HostShape,
    group: [u32; 3],
    first_item: u32,
) {
    let (header, args, shape) = (*header, *args, *shape);
    let [columns, rows, layers] = group_extent::<D>(&header, &shape, group);
    let [sx, sy, _] = shape.group_size;
    for z in 0..layers {
        for y in 0..rows {
            let row = sx * (y + sy * z);
            for x in first_item.saturating_sub(row).min(columns)..columns {
                // SAFETY: each position comes up once; the caller runs each work-item once.
                unsafe { host_item::<K, D, P>(&header, &args, &shape, group, [x, y, z]) }
            }
        }
    }
}

/// # Safety
/// No work-item may run twice.
#[inline(always)]
unsafe fn host_item<K: Kernel<D, P>, const D: usize, P>(
    header: &BlockHeader,
    args: &K::Packed,
    shape: &HostShape,
    group: [u32; 3],
    local: [u32; 3],
) {
    let position = Position { shape, local, group };
    // SAFETY: the caller's promise.
    unsafe {
        let item = WorkItem::<D>::from_parts(local, group, shape.group_size, header);
        instance::<K>().run(item, args);
    }
    core::mem::forget(position);
}

/// The mangled name of this instance's device entry, NUL-terminated: how the host finds the kernel in the captured module.
///
/// The assembler writes the name, so it is there in stripped builds too, and no two instances share one.
#[doc(hidden)]
#[inline(never)]
pub fn device_symbol<K: Kernel<D, P>, const D: usize, P>() -> *const c_char {
    let name: *const c_char;
    #[cfg(target_arch = "x86_64")]
    // SAFETY: computes an address; touches nothing.
    unsafe {
        core::arch::asm!(
            "lea {name}, [rip + 77f]",
            ".pushsection .rodata.geobacter,\"a\"",
            "77: .asciz \"{entry}\"",
            ".popsection",
            name = out(reg) name,
            entry = sym device_entry::<K, D, P>,
            options(nomem, nostack, preserves_flags)
        );
    }
    #[cfg(target_arch = "aarch64")]
    // SAFETY: as above.
    unsafe {
        core::arch::asm!(
            "adrp {name}, 77f",
            "add {name}, {name}, :lo12:77f",
            ".pushsection .rodata.geobacter,\"a\"",
            "77: .asciz \"{entry}\"",
            ".popsection",
            name = out(reg) name,
            entry = sym device_entry::<K, D, P>,
            options(nomem, nostack, preserves_flags)
        );
    }
    name
}
