//! What the host passes for a kernel's [`Launcher`]: the kernel to launch, and how it is launched when it is asked for.

use std::any::{TypeId, type_name};
use std::ffi::CStr;
use std::fmt;
use std::marker::PhantomData;
use std::mem::{MaybeUninit, offset_of};
use std::ops::Range;
use std::panic::Location;
use std::sync::atomic::AtomicU64;

use geobacter_core::abi::{ArgDesc, BlockHeader, KernelBlock};
use geobacter_core::kernel::{self, HostEntry};
use geobacter_core::specialise::{Fix, Visit};
use geobacter_core::{
    ArgKind, CodeBounds, Constants, DeviceCopy, Grid, Kernel, KernelParam, Launcher, LauncherArg, Request,
};
use geobacter_driver::driver::{DeviceInfo, DevicePtr, KernelRequest};

use crate::args::{Binder, HostArg};
use crate::kernels::Loaded;
use crate::shape::{self, Shape};
use crate::spare::Borrowed;
use crate::{Device, Error, Result, bounds};

/// Launches that a launcher has room for unless it is told otherwise.
const CAPACITY: usize = 4096;

/// How deep launches go unless they are told otherwise: as deep as CUDA's own (CUDA C++ Programming Guide, "Nesting Depth and
/// Synchronization Depth"). Recursion that is meant seldom halves its work more often; one that is not is found at once.
const MAX_DEPTH: u32 = 24;

/// The largest alignment of a request: what every driver's memory has.
const ALIGN: usize = 256;

/// A kernel for others to launch: what a launch passes for a [`Launcher`].
///
/// It is made [`of`](Self::of) the kernel and all its arguments but the first, which is the value that comes with each
/// request. The arguments are as in any launch, and are in use until all that came of the launch is over. Each time it is
/// launched, the child finds its work-group memory and its [`Heap`](geobacter_core::Heap) as any launch does.
///
/// Where kernels that run one after the other are to write the same buffer, pass
/// [`buffer.in_turn()`](crate::Buffer::in_turn) to each.
///
/// ```
/// use geobacter::prelude::*;
///
/// /// The squares whose numbers are marked get a picture each.
/// fn choose(item: WorkItem, marked: &[bool], draw: Launcher<u32, 2>) {
///     if marked[item.global_id()] {
///         draw.launch(Grid::new([4, 4]).group_size([4, 4]), item.global_id() as u32);
///     }
/// }
///
/// fn draw(item: WorkItem<2>, square: u32, ink: u8, mut picture: PerItem<u8>) {
///     let [x, y] = item.global_id();
///     if (x + y) as u32 % 4 == square
///         && let Some(texel) = picture.get_mut(&item)
///     {
///         *texel += ink;
///     }
/// }
///
/// # fn main() -> geobacter::Result<()> {
/// let device = Device::open("cpu")?;
/// let marked = device.buffer_from(&[false, true, false, true])?;
/// let mut picture = device.buffer::<u8>(16)?;
/// let child = Child::of(draw, (9, &mut picture)).capacity(4);
/// device.launch(Grid::covering(4), choose, (&marked, child))?;
/// assert_eq!(picture.to_vec()?[..4], [0, 9, 0, 9]);
/// # Ok(())
/// # }
/// ```
pub struct Child<K, P, H, const D: usize> {
    kernel: K,
    args: H,
    limits: Limits,
    parameters: PhantomData<fn(P)>,
}

/// The kernel that is being launched, for itself to launch again: what a launch passes for its [`Launcher`].
///
/// It is launched with the same arguments, but for the first: that is the value that comes with each request, and must be of
/// the launcher's type. Outputs stay its own, as it runs again only once it has ended.
///
/// It may also be an argument of a [`Child`], and then stands for that.
///
/// ```
/// use geobacter::prelude::*;
///
/// /// Numbers from `first` on.
/// #[derive(Clone, Copy, DeviceCopy)]
/// struct Part {
///     first: u32,
///     len: u32,
/// }
///
/// /// Halves a part until all of its numbers are equal, and counts how often each was looked at.
/// fn split(_: WorkItem, part: Part, numbers: &[u32], halves: Launcher<Part>, depths: &[AtomicU32]) {
///     let Part { first, len } = part;
///     let all = &numbers[first as usize..][..len as usize];
///     all.iter().enumerate().for_each(|(i, _)| {
///         depths[first as usize + i].fetch_add(1, Ordering::Relaxed);
///     });
///     if all.iter().any(|n| *n != all[0]) {
///         halves.launch(Grid::covering(1), Part { first, len: len / 2 });
///         halves.launch(Grid::covering(1), Part { first: first + len / 2, len: len - len / 2 });
///     }
/// }
///
/// use std::sync::atomic::{AtomicU32, Ordering};
/// # fn main() -> geobacter::Result<()> {
/// let device = Device::open("cpu")?;
/// let numbers = device.buffer_from(&[5, 5, 5, 5, 5, 5, 7, 5])?;
/// let mut depths = device.buffer::<u32>(8)?;
/// let whole = Part { first: 0, len: 8 };
/// device.launch(Grid::covering(1), split, (whole, &numbers, Itself::new(), &mut depths))?;
/// assert_eq!(depths.to_vec()?, [2, 2, 2, 2, 3, 3, 4, 4]);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Itself {
    limits: Limits,
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    capacity: usize,
    pub(crate) max_depth: u32,
    /// Where the host made it, for messages.
    pub(crate) made_at: &'static Location<'static>,
}

impl Limits {
    #[track_caller]
    fn new() -> Self {
        Limits { capacity: CAPACITY, max_depth: MAX_DEPTH, made_at: Location::caller() }
    }
}

impl<K, P, H, const D: usize> Child<K, P, H, D> {
    /// Of a kernel on a grid of `D` axes, and a tuple with one value for each of its parameters after the first.
    ///
    /// ```
    /// use geobacter::prelude::*;
    ///
    /// # fn main() -> geobacter::Result<()> {
    /// let device = Device::open("cpu")?;
    /// let set = |item: WorkItem, value: u8, mut x: PerItem<u8>| *x.get_mut(&item).unwrap() = value;
    /// let ask = |_: WorkItem, set: Launcher<u8>| set.launch(Grid::covering(2), 7);
    /// let mut x = device.buffer::<u8>(2)?;
    /// device.launch(Grid::covering(1), ask, (Child::of(set, (&mut x,)),))?;
    /// assert_eq!(x.to_vec()?, [7, 7]);
    /// # Ok(())
    /// # }
    /// ```
    #[track_caller]
    pub fn of<'b>(kernel: K, args: H) -> Self
    where
        K: Kernel<D, P>,
        H: ChildArgs<'b, P, Packed = K::Packed>,
    {
        Child { kernel, args, limits: Limits::new(), parameters: PhantomData }
    }

    /// Gives room for so many requests, instead of 4096: as many as kernels may make before those that they launched begin.
    ///
    /// Each takes the bytes of a [`Grid`] and of the value.
    ///
    /// ```
    /// use geobacter::prelude::*;
    ///
    /// # fn main() -> geobacter::Result<()> {
    /// let device = Device::open("cpu")?;
    /// let ask = |_: WorkItem, nothing: Launcher<()>| nothing.launch(Grid::covering(1), ());
    /// let nothing = || Child::of(|_: WorkItem, _: ()| (), ());
    /// device.launch(Grid::covering(5000), ask, (nothing().capacity(5000),))?.wait()?;
    /// let error = device.launch(Grid::covering(5000), ask, (nothing(),))?.wait().unwrap_err();
    /// assert!(error.to_string().contains("no room for another launch"));
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn capacity(mut self, requests: usize) -> Self {
        self.limits.capacity = requests;
        self
    }

    /// Lets it be launched so deep below the kernel that the host launches, instead of 24 levels: at depth 1 by that kernel, at
    /// depth 2 by its children. What is asked for deeper is an error, [`Error::ChildTooDeep`].
    ///
    /// ```
    /// use geobacter::Error;
    /// use geobacter::prelude::*;
    ///
    /// fn forever(_: WorkItem, n: u32, itself: Launcher<u32>) {
    ///     itself.launch(Grid::covering(1), n + 1);
    /// }
    /// # fn main() -> geobacter::Result<()> {
    /// let device = Device::open("cpu")?;
    /// let child = Child::of(forever, (Itself::new().max_depth(5),)).max_depth(1);
    /// let begin = |_: WorkItem, child: Launcher<u32>| child.launch(Grid::covering(1), 0);
    /// let error = device.launch(Grid::covering(1), begin, (child,))?.wait().unwrap_err();
    /// assert!(matches!(error, Error::ChildTooDeep { depth: 6, limit: 5, .. }), "{error}");
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn max_depth(mut self, depth: u32) -> Self {
        self.limits.max_depth = depth;
        self
    }
}

impl<K, P, H, const D: usize> fmt::Debug for Child<K, P, H, D> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Child").field("kernel", &type_name::<K>()).field("limits", &self.limits).finish_non_exhaustive()
    }
}

impl Itself {
    /// With room for 4096 requests, to a depth of 24.
    #[track_caller]
    #[expect(clippy::new_without_default, reason = "it notes where it was made")]
    #[must_use]
    pub fn new() -> Self {
        Itself { limits: Limits::new() }
    }

    /// As [`Child::capacity`].
    #[must_use]
    pub fn capacity(mut self, requests: usize) -> Self {
        self.limits.capacity = requests;
        self
    }

    /// As [`Child::max_depth`].
    #[must_use]
    pub fn max_depth(mut self, depth: u32) -> Self {
        self.limits.max_depth = depth;
        self
    }
}

/// A kernel with its arguments, but for the grid and the value that come with each request.
pub(crate) struct Member {
    symbol: &'static CStr,
    pub(crate) name: &'static str,
    host_entry: HostEntry,
    /// Where in its block each argument is.
    arguments: &'static [ArgDesc],
    /// The kernarg block, but for those.
    block: Box<[MaybeUninit<u8>]>,
    /// Where in it the value goes.
    value: Range<usize>,
    group_bytes: usize,
    /// What of the block is a constant of the code, as [`Constants`] has it.
    constants: Vec<u8>,
    /// What is filled before each launch.
    pub(crate) refills: Vec<Refill>,
}

/// Words that are set before each launch of a kernel.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Refill {
    pub(crate) to: DevicePtr,
    pub(crate) value: u64,
    pub(crate) words: usize,
}

/// Where in packed arguments the first one is, and what it is: what each request replaces.
#[doc(hidden)]
#[derive(Clone, Copy, Debug)]
pub struct FirstValue {
    id: TypeId,
    /// In bytes.
    offset: usize,
    size: usize,
}

impl FirstValue {
    /// Of a parameter of type `P` at this offset; `None` where it is no plain value.
    pub(crate) fn of<P: KernelParam>(offset: usize) -> Option<Self> {
        // A value that is a constant of the code cannot come from a device.
        (P::KIND as u32 == ArgKind::Value as u32).then(|| FirstValue {
            id: TypeId::of::<P::Packed>(),
            offset,
            size: size_of::<P::Packed>(),
        })
    }
}

impl Member {
    /// Of a kernel whose arguments are packed.
    pub(crate) fn new<const D: usize, K: Kernel<D, P>, P>(
        block: &MaybeUninit<KernelBlock<K::Packed>>,
        first: FirstValue,
        group_bytes: usize,
        constants: &[u8],
        refills: Vec<Refill>,
    ) -> Self {
        let args = offset_of!(KernelBlock<K::Packed>, args);
        let value = args + first.offset..args + first.offset + first.size;
        // Neither the grid nor the value is the same in each launch.
        let is_same = |piece: &(usize, &[u8])| {
            piece.0 >= args && (piece.0 >= value.end || piece.0 + piece.1.len() <= value.start)
        };
        let mut kept = Vec::new();
        Constants::new(constants)
            .pieces()
            .filter(is_same)
            .for_each(|(at, bytes)| Constants::append(&mut kept, at, bytes));
        // SAFETY: the block's own bytes, as many as it has; bytes that need not be initialised.
        let block = unsafe { std::slice::from_raw_parts(block.as_ptr().cast::<MaybeUninit<u8>>(), size_of_val(block)) };
        Member {
            // SAFETY: the assembler wrote it NUL-terminated into read-only memory.
            symbol: unsafe { CStr::from_ptr(kernel::device_symbol::<K, D, P>()) },
            name: type_name::<K>(),
            host_entry: kernel::host_entry::<K, D, P>,
            arguments: const { K::DESC.arguments() },
            block: block.into(),
            value,
            group_bytes,
            constants: kept,
            refills,
        }
    }

    /// Its code for work-groups of this size.
    pub(crate) fn load(&self, device: &Device, group_size: u32, bounds: CodeBounds) -> Result<Loaded> {
        let request = KernelRequest {
            symbol: self.symbol,
            name: self.name,
            host_entry: self.host_entry,
            arguments: self.arguments,
            max_group_size: group_size,
            bounds,
            constants: Constants::new(&self.constants),
        };
        match !self.constants.is_empty() && device.0.driver.specialises() {
            true => device.0.kernels.get_specialised(device, &request),
            false => device.0.kernels.get(device, &KernelRequest { constants: Constants::NONE, ..request }),
        }
    }

    /// Its code for a launch of this shape, which is told the work-group memory.
    pub(crate) fn prepare(&self, device: &Device, shape: &mut Shape, bounds: CodeBounds) -> Result<Loaded> {
        let loaded = self.load(device, shape.group_items(), bounds)?;
        let declared = loaded.kernel.code().map_or(0, |code| code.group_memory);
        shape.ask_for_group_memory(self.group_bytes, declared, device.info())?;
        Ok(loaded)
    }

    /// The kernarg block for a launch of this shape with this value, which has the size of the launcher's values.
    pub(crate) fn block(&self, shape: &Shape, value: &[u8]) -> Box<[MaybeUninit<u8>]> {
        let mut block = self.block.clone();
        let header = BlockHeader { extent: shape.extent, start: shape.start, status: std::ptr::null_mut() };
        // SAFETY: every block begins with a header.
        unsafe { block.as_mut_ptr().cast::<BlockHeader>().write_unaligned(header) };
        block[self.value.clone()].iter_mut().zip(value).for_each(|(to, from)| _ = to.write(*from));
        block
    }
}

/// What the grid of a request comes to on a device.
type ShapeOf = fn(request: &[u8], device: &DeviceInfo) -> Result<(Shape, CodeBounds)>;

/// Memory that requests come in, and whom they are for.
pub(crate) struct Mailbox {
    /// The number of requests, and then these.
    pub(crate) memory: Borrowed,
    pub(crate) capacity: usize,
    /// Where the first is.
    pub(crate) first: usize,
    /// Bytes of each.
    pub(crate) size: usize,
    /// Where in it the value is.
    pub(crate) value: Range<usize>,
    pub(crate) shape: ShapeOf,
    pub(crate) limits: Limits,
    /// Index of the kernel in [`Plan::kernels`].
    pub(crate) kernel: usize,
}

/// What the kernels of a launch are going to launch.
#[derive(Default)]
pub(crate) struct Plan {
    /// The kernels in the order in which their arguments are packed, from the one that the host launches, which is there only
    /// where it launches itself.
    pub(crate) kernels: Vec<Option<Member>>,
    pub(crate) mailboxes: Vec<Mailbox>,
    /// Arguments that stand for the kernel that has them.
    selves: Vec<OneSelf>,
    /// The kernel whose arguments are being packed.
    current: usize,
    /// The kernels that have memory in turn with others, each with where the memory's bookkeeping is.
    turns: Vec<(usize, usize)>,
}

struct OneSelf {
    argument: usize,
    kernel: usize,
    value: TypeId,
    value_name: &'static str,
    axes: usize,
}

/// The plan, begun where there is none yet.
pub(crate) fn plan(plan: &mut Option<Box<Plan>>) -> &mut Plan {
    plan.get_or_insert_with(|| Box::new(Plan { kernels: vec![None], ..Plan::default() }))
}

impl Plan {
    /// The kernel whose arguments are being packed.
    pub(crate) fn current(&self) -> usize {
        self.current
    }

    /// Says that those of another kernel are; of which they were.
    pub(crate) fn swap_current(&mut self, kernel: usize) -> usize {
        std::mem::replace(&mut self.current, kernel)
    }

    /// Notes what the kernel whose arguments were packed is when it is launched by others.
    pub(crate) fn set_current(&mut self, member: Member) {
        self.kernels[self.current] = Some(member);
    }

    /// Notes that the kernel has this memory in turn with others; whether it has it already.
    pub(crate) fn takes_turn(&mut self, memory: usize) -> bool {
        let turn = (self.current, memory);
        let is_there = self.turns.contains(&turn);
        self.turns.push(turn);
        is_there
    }

    /// Whether the kernel whose arguments were packed launches itself.
    pub(crate) fn needs_current(&self) -> bool {
        self.selves.iter().any(|one| one.kernel == self.current)
    }

    /// Checks that the kernel whose arguments were packed can launch itself, on a grid of so many axes, with the values of its
    /// launchers for itself.
    pub(crate) fn check_selves(
        &self,
        name: &str,
        axes: usize,
        first: Option<FirstValue>,
    ) -> Result<Option<FirstValue>> {
        let fits = |one: &OneSelf| one.axes == axes && first.is_some_and(|first| first.id == one.value);
        match self.selves.iter().find(|one| one.kernel == self.current && !fits(one)) {
            None => Ok(first),
            Some(one) => Err(Error::ChildItself {
                argument: one.argument,
                kernel: name.to_owned(),
                value: one.value_name,
                axes: one.axes,
                has_axes: axes,
            }),
        }
    }
}

/// Memory for the requests of a launcher, for the kernel at `kernel` of the plan.
fn mailbox<V: DeviceCopy, const D: usize>(
    binder: &mut Binder<'_>,
    limits: Limits,
    kernel: usize,
) -> Result<LauncherArg> {
    const { assert!(align_of::<Request<V, D>>() <= ALIGN, "what comes with a launch may be aligned to at most 256 bytes") };
    let bytes = Request::<V, D>::bytes(limits.capacity).ok_or_else(|| Error::Overflow {
        what: "the memory for a launcher's requests in bytes",
        numbers: format!("{} requests of {} bytes", limits.capacity, size_of::<Request<V, D>>()),
    })?;
    let memory = Borrowed::new(binder.device(), bytes)?;
    let claimed: *mut AtomicU64 = std::ptr::with_exposed_provenance_mut(memory.ptr().0 as usize);
    binder.plan().mailboxes.push(Mailbox {
        memory,
        capacity: limits.capacity,
        first: Request::<V, D>::FIRST,
        size: size_of::<Request<V, D>>(),
        value: Request::<V, D>::VALUE..Request::<V, D>::VALUE + size_of::<V>(),
        shape: requested_shape::<V, D>,
        limits,
        kernel,
    });
    Ok(LauncherArg { claimed, capacity: limits.capacity as u64 })
}

/// See [`ShapeOf`].
fn requested_shape<V, const D: usize>(request: &[u8], device: &DeviceInfo) -> Result<(Shape, CodeBounds)> {
    assert_eq!(request.len(), size_of::<Request<V, D>>());
    // SAFETY: a kernel has written a whole request there, compiled with this very layout.
    let grid = unsafe { request.as_ptr().add(Request::<V, D>::GRID).cast::<Grid<D>>().read_unaligned() };
    let mut shape = shape::shape(&grid, device)?;
    shape.fence_all();
    let bounds = bounds::checked(grid.bounds(), shape.launch.group_size)?;
    Ok((shape, bounds))
}

// SAFETY: the memory is the launch's own, which keeps it, as all that the child's arguments refer to, until all that came of it
// is over.
unsafe impl<'b, V, const D: usize, K, P, H> HostArg<'b, Launcher<'_, V, D>> for Child<K, P, H, D>
where
    V: DeviceCopy,
    K: Kernel<D, P>,
    H: ChildArgs<'b, P, Value = V, Packed = K::Packed>,
{
    fn pack(self, binder: &mut Binder<'b>) -> Result<LauncherArg> {
        let _ = self.kernel;
        let kernel = binder.plan().kernels.len();
        binder.plan().kernels.push(None);
        let launcher = mailbox::<V, D>(binder, self.limits, kernel)?;
        let member = binder.with_kernel(kernel, K::GROUP_BYTES, |binder| {
            let mut block = MaybeUninit::<KernelBlock<K::Packed>>::zeroed();
            // SAFETY: room for the arguments, which are all but the first written.
            let (args, first) = unsafe { (&raw mut (*block.as_mut_ptr()).args, FirstValue::of::<V>(H::VALUE)) };
            // SAFETY: as above.
            unsafe { self.args.pack(binder, args)? };
            let first = binder.plan().check_selves(type_name::<K>(), D, first)?.expect("a value is one");
            let mut constants = Vec::new();
            let offset = offset_of!(KernelBlock<K::Packed>, args);
            // SAFETY: packed above.
            unsafe { H::constants(args, offset, &mut |at, bytes| Constants::append(&mut constants, at, bytes)) };
            Ok(Member::new::<D, K, P>(&block, first, binder.group_bytes(), &constants, binder.refills()))
        })?;
        // What cannot be compiled is an error of the launch, not of the wait.
        let usual = binder.device().info().default_group_size[D - 1].iter().product();
        let loaded = member.load(binder.device(), usual, CodeBounds::default())?;
        binder.note_printing(loaded.prints);
        binder.plan().kernels[kernel] = Some(member);
        Ok(launcher)
    }
}

// SAFETY: the memory is the launch's own; the kernel's arguments are kept as those of any launch.
unsafe impl<V: DeviceCopy, const D: usize> HostArg<'_, Launcher<'_, V, D>> for Itself {
    fn pack(self, binder: &mut Binder<'_>) -> Result<LauncherArg> {
        let (argument, kernel) = (binder.argument(), binder.plan().current());
        let (value, value_name) = (TypeId::of::<V>(), type_name::<V>());
        binder.plan().selves.push(OneSelf { argument, kernel, value, value_name, axes: D });
        mailbox::<V, D>(binder, self.limits, kernel)
    }
}

/// The arguments of a [`Child`]: a tuple with a [`HostArg`] for each parameter after the first, which is a value.
///
/// # Safety
/// As [`HostArg`].
#[diagnostic::on_unimplemented(
    message = "these are not the arguments that the child takes",
    label = "the kernel's parameters after the `WorkItem` are `{P}`",
    note = "the first one is the value that comes with each request, of a type that derives `DeviceCopy`; pass a tuple with one \
            argument for each of the others: `Child::of(kernel, (&x, &mut y))`; where there are none, `()`"
)]
pub unsafe trait ChildArgs<'b, P> {
    /// The first parameter.
    type Value: DeviceCopy;
    /// All of them in the kernarg block.
    type Packed;
    /// Where in there the first one is, in bytes.
    #[doc(hidden)]
    const VALUE: usize;

    /// Packs every argument but the first.
    ///
    /// # Safety
    /// `to` must have room for them.
    ///
    /// # Errors
    /// As [`HostArg::pack`].
    #[doc(hidden)]
    unsafe fn pack(self, binder: &mut Binder<'b>, to: *mut Self::Packed) -> Result<()>;

    /// Visits what of the arguments, `offset` bytes into the kernarg block, is a constant of the code.
    ///
    /// # Safety
    /// They must have been packed.
    #[doc(hidden)]
    unsafe fn constants(packed: *const Self::Packed, offset: usize, visit: Visit<'_>);
}

macro_rules! child_tuples {
    ($(($($H:ident $P:ident $index:tt $place:tt),*))*) => {$(
        // SAFETY: each element is a valid argument.
        unsafe impl<'b, Value: DeviceCopy, $($H, $P: KernelParam),*> ChildArgs<'b, (Value, $($P,)*)> for ($($H,)*)
        where
            $($H: HostArg<'b, $P>),*
        {
            type Value = Value;
            type Packed = (Value, $($P::Packed,)*);
            const VALUE: usize = offset_of!(Self::Packed, 0);

            unsafe fn pack(self, binder: &mut Binder<'b>, to: *mut Self::Packed) -> Result<()> {
                let _ = (&binder, to);
                $(
                    binder.set_argument($index);
                    let packed = self.$index.pack(binder)?;
                    // SAFETY: the caller's promise.
                    unsafe { (&raw mut (*to).$place).write(packed) };
                )*
                Ok(())
            }

            unsafe fn constants(packed: *const Self::Packed, offset: usize, visit: Visit<'_>) {
                let _ = (packed, offset, &visit);
                $(
                    // SAFETY: the caller's promise.
                    let argument = unsafe { &(*packed).$place };
                    $H::constants(argument, offset + offset_of!(Self::Packed, $place), Fix::Declared, visit);
                )*
            }
        }
    )*};
}
child_tuples! {
    ()
    (HA A 0 1)
    (HA A 0 1, HB B 1 2)
    (HA A 0 1, HB B 1 2, HC C 2 3)
    (HA A 0 1, HB B 1 2, HC C 2 3, HD D 3 4)
    (HA A 0 1, HB B 1 2, HC C 2 3, HD D 3 4, HE E 4 5)
    (HA A 0 1, HB B 1 2, HC C 2 3, HD D 3 4, HE E 4 5, HF F 5 6)
    (HA A 0 1, HB B 1 2, HC C 2 3, HD D 3 4, HE E 4 5, HF F 5 6, HG G 6 7)
    (HA A 0 1, HB B 1 2, HC C 2 3, HD D 3 4, HE E 4 5, HF F 5 6, HG G 6 7, HH H 7 8)
    (HA A 0 1, HB B 1 2, HC C 2 3, HD D 3 4, HE E 4 5, HF F 5 6, HG G 6 7, HH H 7 8, HI I 8 9)
    (HA A 0 1, HB B 1 2, HC C 2 3, HD D 3 4, HE E 4 5, HF F 5 6, HG G 6 7, HH H 7 8, HI I 8 9, HJ J 9 10)
    (HA A 0 1, HB B 1 2, HC C 2 3, HD D 3 4, HE E 4 5, HF F 5 6, HG G 6 7, HH H 7 8, HI I 8 9, HJ J 9 10, HK K 10 11)
}
