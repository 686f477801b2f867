//! What the host passes for each kind of kernel parameter.

use std::mem::offset_of;

use geobacter_core::abi::GROUP_ALIGN;
use geobacter_core::specialise::{Fix, Visit};
use geobacter_core::{
    AtomicItem, DeviceCopy, Group, GroupArg, KernelParam, Lds, LdsArg, LdsItem, LdsLen, LdsPlace, PerGroup, PerItem,
    PerItemChunks, PerItemStrided, PerItemTile, RawSlice, SignalBlock, SignalRef, SliceArg, Spec, TileArg,
};
use smallvec::SmallVec;

use crate::buffer::{Buffer, BufferView, BufferViewMut, RawView, TilesMut};
use crate::child::{self, FirstValue, Plan, Refill};
use crate::device_signal::DeviceSignal;
use crate::memory::{Access, Memory, Signals};
use crate::queue::Queue;
use crate::signal::Signal;
use crate::{Device, Error, Result};

/// What kernels and the host use together while kernels run.
pub(crate) trait Linked {
    /// Told of each launch that uses it, once that is queued.
    fn note(&self, launch: &Signal);
}

/// Collects what a launch uses while its arguments are packed.
pub struct Binder<'b> {
    device: Device,
    argument: usize,
    /// Bytes of work-group memory given to arguments so far.
    group_bytes: usize,
    uses: SmallVec<[(&'b Memory, Access); 6]>,
    signals: SmallVec<[&'b DeviceSignal; 1]>,
    /// Memory that is the launch's own.
    owned: Vec<Buffer<u64>>,
    links: SmallVec<[&'b dyn Linked; 1]>,
    /// What is filled before each launch of a kernel of the plan, but for the first launch.
    refills: Vec<(usize, Refill)>,
    /// Where kernels launch others, or take turns with a buffer.
    plan: Option<Box<Plan>>,
    /// Whether a kernel of the plan prints.
    prints: bool,
}

impl<'b> Binder<'b> {
    /// For a kernel whose parameters' types ask for `group_bytes` bytes of work-group memory.
    pub(crate) fn new(device: &Device, group_bytes: usize) -> Self {
        Binder {
            device: device.clone(),
            argument: 0,
            group_bytes,
            uses: SmallVec::new(),
            signals: SmallVec::new(),
            owned: Vec::new(),
            links: SmallVec::new(),
            refills: Vec::new(),
            plan: None,
            prints: false,
        }
    }

    /// What the kernels are going to launch.
    pub(crate) fn plan(&mut self) -> &mut Plan {
        child::plan(&mut self.plan)
    }

    /// Whether the kernel whose arguments were packed launches itself.
    pub(crate) fn launches_itself(&self) -> bool {
        self.plan.as_ref().is_some_and(|plan| plan.needs_current())
    }

    /// The plan of a launch whose kernels launch others.
    pub(crate) fn take_plan(&mut self) -> Option<Box<Plan>> {
        self.plan.take_if(|plan| !plan.mailboxes.is_empty())
    }

    /// Packs the arguments of another kernel of the plan, whose parameters' types ask for `group_bytes` bytes of work-group
    /// memory.
    pub(crate) fn with_kernel<T>(
        &mut self,
        kernel: usize,
        group_bytes: usize,
        pack: impl FnOnce(&mut Self) -> Result<T>,
    ) -> Result<T> {
        let outer = (self.plan().swap_current(kernel), self.argument, self.group_bytes);
        self.group_bytes = group_bytes;
        let packed = pack(self);
        self.plan().swap_current(outer.0);
        (self.argument, self.group_bytes) = (outer.1, outer.2);
        packed
    }

    /// The argument that is being packed.
    pub(crate) fn argument(&self) -> usize {
        self.argument
    }

    pub(crate) fn set_argument(&mut self, argument: usize) {
        self.argument = argument;
    }

    /// Has memory that is bound to the launch filled before each launch of this kernel that follows.
    pub(crate) fn refill(&mut self, refill: Refill) {
        let kernel = self.plan.as_ref().map_or(0, |plan| plan.current());
        self.refills.push((kernel, refill));
    }

    /// What is to be filled for the kernel whose arguments were packed.
    pub(crate) fn refills(&self) -> Vec<Refill> {
        let current = self.plan.as_ref().map_or(0, |plan| plan.current());
        self.refills.iter().filter(|(kernel, _)| *kernel == current).map(|(_, refill)| *refill).collect()
    }

    pub(crate) fn note_printing(&mut self, prints: bool) {
        self.prints |= prints;
    }

    /// Whether a kernel that others launch prints.
    pub(crate) fn prints(&self) -> bool {
        self.prints
    }

    /// Binds memory that this kernel has in turn with others.
    pub(crate) fn bind_in_turn(&mut self, memory: &'b Memory, access: Access) -> Result<()> {
        if self.plan().takes_turn(std::ptr::from_ref(memory).addr()) {
            return Err(Error::ArgumentTwice { argument: self.argument });
        }
        self.bind(memory, access)
    }

    /// The device of the launch.
    pub(crate) fn device(&self) -> &Device {
        &self.device
    }

    /// Keeps memory of the launch's own until it is over.
    pub(crate) fn own(&mut self, memory: Buffer<u64>) {
        self.owned.push(memory);
    }

    fn uses(&self) -> impl Iterator<Item = (&Memory, Access)> {
        let owned = self.owned.iter().map(|buffer| (buffer.memory(), Access::Write));
        self.uses.iter().map(|&(memory, access)| (memory, access)).chain(owned)
    }

    /// Bytes of work-group memory of the launch.
    pub(crate) fn group_bytes(&self) -> usize {
        self.group_bytes
    }

    /// A place for `len` elements of `size` bytes behind all other work-group memory.
    fn place(&mut self, len: usize, size: usize) -> Result<LdsPlace> {
        let beyond = || Error::Overflow {
            what: "the size of work-group memory in bytes",
            numbers: format!("{len} elements of {size} bytes"),
        };
        let bytes = len.checked_mul(size).and_then(|n| n.checked_next_multiple_of(GROUP_ALIGN)).ok_or_else(beyond)?;
        let end = self.group_bytes.checked_add(bytes).ok_or_else(beyond)?;
        let place = LdsPlace {
            offset: u32::try_from(self.group_bytes).map_err(|_| beyond())?,
            len: u32::try_from(len).map_err(|_| beyond())?,
        };
        self.group_bytes = end;
        Ok(place)
    }

    pub(crate) fn bind(&mut self, memory: &'b Memory, access: Access) -> Result<()> {
        self.same_device(memory.device())?;
        self.uses.push((memory, access));
        Ok(())
    }

    pub(crate) fn link(&mut self, device: &Device, link: &'b dyn Linked) -> Result<()> {
        self.same_device(device)?;
        self.links.push(link);
        Ok(())
    }

    fn same_device(&self, device: &Device) -> Result<()> {
        if device.is_same(&self.device) {
            return Ok(());
        }
        Err(Error::WrongDevice {
            argument: self.argument,
            buffer: device.id().to_owned(),
            launch: self.device.id().to_owned(),
        })
    }

    fn slice<T: DeviceCopy>(
        &mut self,
        buffer: &'b Buffer<T>,
        start: usize,
        len: usize,
        access: Access,
    ) -> Result<SliceArg<T>> {
        self.bind(buffer.memory(), access)?;
        Ok(SliceArg { ptr: buffer.address(start), len })
    }

    /// Makes `queue` wait for what must come before the launch; what comes from other queues.
    pub(crate) fn order_before(&self, queue: &Queue) -> Result<Signals> {
        let mut foreign = Signals::new();
        self.uses().try_for_each(|(memory, access)| memory.order_before(queue, access, &mut foreign))?;
        Ok(foreign)
    }

    pub(crate) fn note(&self, signal: &Signal, foreign: &Signals) {
        // Reads first: where one launch reads and writes a buffer (raw views may), the write must be what remains.
        for access in [Access::Read, Access::Write] {
            self.uses().filter(|(_, a)| *a == access).for_each(|(memory, a)| memory.note(signal, a, foreign));
        }
        self.signals.iter().for_each(|used| used.note(signal));
        self.links.iter().for_each(|used| used.note(signal));
    }
}

/// A host value that can be passed for the kernel parameter type `P`.
///
/// # Safety
/// The packed value must be valid on the binder's device for as long as the memory bound with it.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be passed for a kernel parameter of type `{P}`",
    label = "not an argument for `{P}`",
    note = "pass scalars by value, `&buffer` for `&[T]`, and `&mut buffer` for per-item outputs",
    note = "a reference to host memory cannot cross to a device: copy the data first with `device.buffer_from(&data)?`"
)]
pub unsafe trait HostArg<'b, P: KernelParam> {
    /// The value as it travels in the kernarg block.
    ///
    /// # Errors
    /// [`Error::WrongDevice`].
    fn pack(self, binder: &mut Binder<'b>) -> Result<P::Packed>;

    /// Whether some of it is a constant of the code.
    #[doc(hidden)]
    const CONSTANTS: bool = P::SPECIALISED;

    /// Visits what of it, `offset` bytes into the kernarg block, is a constant of the code: at least what `fix` says.
    #[doc(hidden)]
    fn constants(packed: &P::Packed, offset: usize, fix: Fix, visit: Visit<'_>) {
        P::constants(packed, offset, fix, visit);
    }
}

// SAFETY: plain data is valid anywhere.
unsafe impl<T: DeviceCopy> HostArg<'_, T> for T {
    fn pack(self, _: &mut Binder<'_>) -> Result<T> {
        Ok(self)
    }
}

macro_rules! slice_args {
    ($([$($generic:tt)*] $param:ty: $whole:ty, $part:ty, $access:expr;)*) => {$(
        // SAFETY: address and length of a live buffer, bound to the launch.
        unsafe impl<'b, T: DeviceCopy, $($generic)*> HostArg<'b, $param> for $whole {
            fn pack(self, binder: &mut Binder<'b>) -> Result<SliceArg<T>> {
                let len = self.len();
                binder.slice(self, 0, len, $access)
            }
        }
        // SAFETY: as above; the range was checked when the view was made.
        unsafe impl<'b, T: DeviceCopy, $($generic)*> HostArg<'b, $param> for $part {
            fn pack(self, binder: &mut Binder<'b>) -> Result<SliceArg<T>> {
                binder.slice(self.buffer, self.start, self.len, $access)
            }
        }
    )*};
}
slice_args! {
    [] &[T]: &'b Buffer<T>, BufferView<'b, T>, Access::Read;
    [] PerItem<'_, T>: &'b mut Buffer<T>, BufferViewMut<'b, T>, Access::Write;
    [] PerGroup<'_, T>: &'b mut Buffer<T>, BufferViewMut<'b, T>, Access::Write;
    [] PerItemStrided<'_, T>: &'b mut Buffer<T>, BufferViewMut<'b, T>, Access::Write;
    [const N: usize] PerItemChunks<'_, T, N>: &'b mut Buffer<T>, BufferViewMut<'b, T>, Access::Write;
}

// SAFETY: as the slices'; an atomic has the layout of its value.
unsafe impl<'b, A: AtomicItem> HostArg<'b, &[A]> for &'b mut Buffer<A::Value>
where
    for<'k> &'k [A]: KernelParam<Packed = SliceArg<A::Value>>,
{
    fn pack(self, binder: &mut Binder<'b>) -> Result<SliceArg<A::Value>> {
        binder.slice(self, 0, self.len(), Access::Write)
    }
}

// SAFETY: as the slices'.
unsafe impl<'b, T: DeviceCopy, const W: usize, const H: usize> HostArg<'b, PerItemTile<'_, T, W, H>>
    for TilesMut<'b, T>
{
    fn pack(self, binder: &mut Binder<'b>) -> Result<TileArg<T>> {
        let slice = binder.slice(self.buffer, 0, self.buffer.len(), Access::Write)?;
        Ok(TileArg { slice, width: self.width })
    }
}

// SAFETY: whoever made the view vouches for what the kernel does; the launch counts as a write.
unsafe impl<'b, T: DeviceCopy> HostArg<'b, RawSlice<T>> for RawView<'b, T> {
    fn pack(self, binder: &mut Binder<'b>) -> Result<SliceArg<T>> {
        binder.slice(self.buffer, 0, self.buffer.len(), Access::Write)
    }
}

// SAFETY: the signal is bound to the launch, which keeps its block until it is over.
unsafe impl<'b> HostArg<'b, SignalRef<'_>> for &'b DeviceSignal {
    fn pack(self, binder: &mut Binder<'b>) -> Result<*const SignalBlock> {
        binder.same_device(self.device())?;
        binder.signals.push(self);
        Ok(self.block())
    }
}

// SAFETY: a token, for a parameter that carries nothing.
unsafe impl HostArg<'_, Group<'_>> for GroupArg {
    fn pack(self, _: &mut Binder<'_>) -> Result<()> {
        Ok(())
    }
}

// SAFETY: the binder has counted the type's memory from the start.
unsafe impl<T: LdsItem> HostArg<'_, Lds<'_, T>> for LdsArg {
    fn pack(self, _: &mut Binder<'_>) -> Result<()> {
        Ok(())
    }
}

// SAFETY: the binder gives each argument memory of its own.
unsafe impl<T: LdsItem> HostArg<'_, Lds<'_, [T]>> for LdsLen {
    fn pack(self, binder: &mut Binder<'_>) -> Result<LdsPlace> {
        binder.place(self.0, size_of::<T>())
    }
}

// SAFETY: as a plain value.
unsafe impl<T: DeviceCopy> HostArg<'_, Spec<T>> for T {
    fn pack(self, _: &mut Binder<'_>) -> Result<T> {
        Ok(self)
    }
}

/// An argument, or the tuple of all arguments, of a launch whose values and lengths become constants of the kernel's code,
/// and so does the grid where it is the tuple: bounds checks against known lengths vanish, loops over known numbers
/// unroll. Addresses are never constants, so another buffer of the same length is the same version.
///
/// The first launch with just these values compiles a version of the kernel (tens of milliseconds; it is kept in the
/// process and on disk). So this is for kernels that are launched again and again with the same sizes. Nothing is compiled
/// behind your back: a launch without it never is, unless the device was [asked](crate::Device::specialise_after) to. See [`Spec`] for where there is no compiler, and on the CPU device.
///
/// Values whose bytes are not all known (an `Option`, an enum with data) stay variables.
///
/// ```
/// use geobacter::prelude::*;
///
/// fn scale(item: WorkItem, a: f32, x: &[f32], mut y: PerItem<f32>) {
///     if let Some(y) = y.get_mut(&item) {
///         *y = a * x[item.global_id()]; // no check is left: the grid and both lengths are known
///     }
/// }
///
/// # fn main() -> geobacter::Result<()> {
/// let device = Device::open("cpu")?;
/// let x = device.buffer_filled(1000, 1.5)?;
/// let mut y = device.buffer::<f32>(1000)?;
/// device.launch(Grid::covering(1000), scale, Fixed((2.0, &x, &mut y)))?; // all of them
/// device.launch(Grid::covering(1000), scale, (Fixed(2.0), &x, &mut y))?; // one
/// assert_eq!(y.to_vec()?[999], 3.0);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Fixed<H>(pub H);

/// As [`Fixed`], for lengths (widths, extents) and the grid alone: values that change from launch to launch stay variables.
///
/// ```
/// use geobacter::prelude::*;
///
/// fn step(item: WorkItem, time: f32, mut x: PerItem<f32>) {
///     if let Some(x) = x.get_mut(&item) {
///         *x += time;
///     }
/// }
///
/// # fn main() -> geobacter::Result<()> {
/// let device = Device::open("cpu")?;
/// let mut x = device.buffer::<f32>(1000)?;
/// for i in 0..10 {
///     device.launch(Grid::covering(1000), step, FixedLengths((i as f32, &mut x)))?; // one version
/// }
/// assert_eq!(x.to_vec()?[999], 45.0);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Copy, Debug)]
pub struct FixedLengths<H>(pub H);

macro_rules! fixed {
    ($($name:ident: $fix:expr;)*) => {$(
        // SAFETY: what is inside.
        unsafe impl<'b, P: KernelParam, H: HostArg<'b, P>> HostArg<'b, P> for $name<H> {
            fn pack(self, binder: &mut Binder<'b>) -> Result<P::Packed> {
                self.0.pack(binder)
            }

            const CONSTANTS: bool = true;

            fn constants(packed: &P::Packed, offset: usize, fix: Fix, visit: Visit<'_>) {
                H::constants(packed, offset, fix.max($fix), visit);
            }
        }

        // SAFETY: what is inside.
        unsafe impl<'b, P, H: HostArgs<'b, P>> HostArgs<'b, P> for $name<H> {
            type Packed = H::Packed;

            fn pack(self, binder: &mut Binder<'b>) -> Result<H::Packed> {
                self.0.pack(binder)
            }

            const CONSTANTS: bool = true;
            const FIXED_GRID: bool = true;

            fn first_value() -> Option<FirstValue> {
                H::first_value()
            }

            fn constants(packed: &H::Packed, offset: usize, fix: Fix, visit: Visit<'_>) {
                H::constants(packed, offset, fix.max($fix), visit);
            }
        }
    )*};
}
fixed! {
    Fixed: Fix::Everything;
    FixedLengths: Fix::Lengths;
}

/// The arguments of a launch: a tuple with a [`HostArg`] for each parameter.
///
/// # Safety
/// As [`HostArg`].
#[diagnostic::on_unimplemented(
    message = "these are not the arguments that the kernel takes",
    label = "the kernel's parameters after the `WorkItem` are `{P}`",
    note = "pass a tuple with one value for each parameter: `(2.0, &x, &mut y)`; for one parameter, `(&x,)`"
)]
pub unsafe trait HostArgs<'b, P> {
    /// All of them in the kernarg block.
    type Packed;

    /// Packs every argument.
    ///
    /// # Errors
    /// As [`HostArg::pack`].
    fn pack(self, binder: &mut Binder<'b>) -> Result<Self::Packed>;

    /// As [`HostArg`]'s.
    #[doc(hidden)]
    const CONSTANTS: bool;

    /// Whether the grid is a constant too.
    #[doc(hidden)]
    const FIXED_GRID: bool = false;

    /// The first one, where it is a plain value: what a kernel that launches itself replaces.
    #[doc(hidden)]
    fn first_value() -> Option<FirstValue>;

    /// As [`HostArg`]'s.
    #[doc(hidden)]
    fn constants(packed: &Self::Packed, offset: usize, fix: Fix, visit: Visit<'_>);
}

macro_rules! tuples {
    ($(($($H:ident $P:ident $index:tt),*))*) => {$(
        // SAFETY: each element is a valid argument.
        unsafe impl<'b, $($H, $P: KernelParam),*> HostArgs<'b, ($($P,)*)> for ($($H,)*)
        where
            $($H: HostArg<'b, $P>),*
        {
            type Packed = ($($P::Packed,)*);

            #[inline]
            #[allow(clippy::unused_unit, reason = "what the empty tuple's expansion is")]
            fn pack(self, binder: &mut Binder<'b>) -> Result<Self::Packed> {
                let _ = &binder;
                Ok(($({
                    binder.argument = $index;
                    self.$index.pack(binder)?
                },)*))
            }

            const CONSTANTS: bool = false $(|| $H::CONSTANTS)*;

            fn first_value() -> Option<FirstValue> {
                let all: &[fn() -> Option<FirstValue>] = &[$(|| FirstValue::of::<$P>(offset_of!(Self::Packed, $index))),*];
                all.first().and_then(|first| first())
            }

            fn constants(packed: &Self::Packed, offset: usize, fix: Fix, visit: Visit<'_>) {
                let _ = (packed, offset, fix, &visit);
                $($H::constants(&packed.$index, offset + offset_of!(Self::Packed, $index), fix, visit);)*
            }
        }
    )*};
}
tuples! {
    ()
    (HA A 0)
    (HA A 0, HB B 1)
    (HA A 0, HB B 1, HC C 2)
    (HA A 0, HB B 1, HC C 2, HD D 3)
    (HA A 0, HB B 1, HC C 2, HD D 3, HE E 4)
    (HA A 0, HB B 1, HC C 2, HD D 3, HE E 4, HF F 5)
    (HA A 0, HB B 1, HC C 2, HD D 3, HE E 4, HF F 5, HG G 6)
    (HA A 0, HB B 1, HC C 2, HD D 3, HE E 4, HF F 5, HG G 6, HH H 7)
    (HA A 0, HB B 1, HC C 2, HD D 3, HE E 4, HF F 5, HG G 6, HH H 7, HI I 8)
    (HA A 0, HB B 1, HC C 2, HD D 3, HE E 4, HF F 5, HG G 6, HH H 7, HI I 8, HJ J 9)
    (HA A 0, HB B 1, HC C 2, HD D 3, HE E 4, HF F 5, HG G 6, HH H 7, HI I 8, HJ J 9, HK K 10)
    (HA A 0, HB B 1, HC C 2, HD D 3, HE E 4, HF F 5, HG G 6, HH H 7, HI I 8, HJ J 9, HK K 10, HL L 11)
}
