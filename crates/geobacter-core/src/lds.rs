//! Work-group memory: on-chip, shared by the work-items of a group, gone with it. (AMD's name for it is the local data
//! share; NVIDIA's, shared memory.)
//!
//! Access cannot race, because the handle's type says which phase the group is in, and only a barrier changes phases:
//!
//! ```text
//!   Lds --init--> LdsSlots --share--> LdsShared --split--> LdsSlots --> ...
//! ```
//!
//! - `Lds`: nothing was written, and nothing can be read.
//! - `LdsSlots`: each work-item alone reads and writes its own elements. `init` writes *every* element, by its owner: the
//!   work-items that take part divide the array among them, whatever its size and theirs, also at the grid's edge.
//! - `LdsShared`: all read, nobody writes (but atomics).
//!
//! Handles cannot be copied, and a phase's handle is used up by the next. So where all work-items of a group take the same
//! way, as [`Group`] demands, none reads what was not written, or while another writes. Should one end early (it panics, or
//! breaks that rule), its elements may never be written. They are then whatever the memory held: the launch reports an
//! error, and [`LdsItem`] makes sure that any bits are a value.

use core::marker::PhantomData;
use core::mem::offset_of;
use core::ops::Deref;
use core::ptr::NonNull;
use core::sync::atomic::{AtomicI32, AtomicI64, AtomicU32, AtomicU64};

use bytemuck::AnyBitPattern;

use crate::abi::{self, GROUP_ALIGN};
use crate::specialise::{Fix, Visit, visit_value};
use crate::{ArgKind, AtomicF32, AtomicF64, DeviceCopy, Group, KernelParam, WorkItem, stay_whole};

/// What work-group memory may hold: plain data for which any bits are a value, or atomics of such.
///
/// Implemented for what is [`DeviceCopy`] and [`bytemuck::AnyBitPattern`]: numbers, arrays of such, and structs that derive
/// both. So not for `bool`, `char`, enums and `Option`: use a number.
///
/// # Safety
/// Any bits must be a valid value; the type must be `Sync`, and dropping it must do nothing.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be in work-group memory",
    label = "not plain data for which any bits are a value",
    note = "numbers, arrays of them and atomics can; a struct can that derives `DeviceCopy` and `bytemuck::AnyBitPattern`; \
            for `bool`, `char`, enums and `Option` use a number"
)]
pub unsafe trait LdsItem: Sync {}

// SAFETY: as the bounds say; `DeviceCopy` is `Copy` and `Sync`.
unsafe impl<T: DeviceCopy + AnyBitPattern> LdsItem for T {}

macro_rules! atomic_items {
    ($($t:ty)*) => {$(
        // SAFETY: an integer in memory.
        unsafe impl LdsItem for $t {}
        // SAFETY: as above.
        unsafe impl<const N: usize> LdsItem for [$t; N] {}
    )*};
}
atomic_items!(AtomicU32 AtomicI32 AtomicU64 AtomicI64 AtomicF32 AtomicF64);

/// Work-group memory, not written yet: a parameter of kernels.
///
/// `T` is an array (`Lds<[f32; 256]>`, `Lds<[[f32; 16]; 16]>`), one value (`Lds<u32>`), or a slice, whose length is then
/// chosen at launch. A kernel may have several; each is memory of its own. On the host, pass [`LdsArg`], or
/// [`LdsLen`]`(n)` for a slice.
///
/// See [`Group`] for an example.
pub struct Lds<'g, T: ?Sized> {
    memory: NonNull<T>,
    run: PhantomData<*mut &'g ()>,
}

/// Work-group memory of which each work-item has its own elements. From [`Lds::init`] and [`LdsShared::split`].
pub struct LdsSlots<'g, T: ?Sized + LdsArray<D>, const D: usize = 1> {
    lds: Lds<'g, T>,
    own: Owned<D>,
}

/// Work-group memory that all work-items of the group read. From [`LdsSlots::share`] and [`Lds::init_one`].
pub struct LdsShared<'g, T: ?Sized> {
    lds: Lds<'g, T>,
}

/// Which elements of an array are a work-item's: along each axis every `step`-th from `first` on.
#[derive(Clone, Copy, Debug)]
pub struct Owned<const D: usize> {
    first: [usize; D],
    step: [usize; D],
}

/// Who a work-item is among those that share an array of `D` axes: the [`WorkItem`] itself on a grid of as many axes, or
/// [`WorkItem::linear`] for one axis on any grid.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not say which elements of an array of {D} axes a work-item owns",
    note = "an array of one axis in a kernel on a 2D or 3D grid is split by `&item.linear()`"
)]
pub trait GroupPosition<const D: usize>: position::Sealed {
    #[doc(hidden)]
    fn owned(&self) -> Owned<D>;
}

mod position {
    pub trait Sealed {}
    impl<const D: usize> Sealed for crate::WorkItem<'_, D> {}
    impl Sealed for super::Linear<'_> {}
}

impl<const D: usize> GroupPosition<D> for WorkItem<'_, D> {
    #[inline(always)]
    fn owned(&self) -> Owned<D> {
        Owned {
            first: core::array::from_fn(|axis| self.local_position(axis)),
            step: core::array::from_fn(|axis| self.group_extent(axis)),
        }
    }
}

/// A work-item's place in its group counted along one axis, on a grid of any. From [`WorkItem::linear`].
#[derive(Debug)]
pub struct Linear<'a> {
    pub(crate) rank: usize,
    pub(crate) work_items: usize,
    pub(crate) item: PhantomData<*mut &'a ()>,
}

impl GroupPosition<1> for Linear<'_> {
    #[inline(always)]
    fn owned(&self) -> Owned<1> {
        Owned { first: [self.rank], step: [self.work_items] }
    }
}

/// An array that the work-items of a group divide among them, along `D` axes: `[T; N]` and `[T]` along one, `[[T; X]; Y]` also
/// along two, `[[[T; X]; Y]; Z]` also along three. Indices are in the order of a [`WorkItem`]'s: `x` first.
///
/// # Safety
/// `for_each` must give each element of the array to exactly one position of those that a group has.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an array that work-items divide along {D} axes",
    note = "on a 1D grid it is `[T; N]` or `[T]`, on a 2D grid `[[T; X]; Y]`, on a 3D grid `[[[T; X]; Y]; Z]`; with \
            `&item.linear()` in the place of `&item`, one axis does on any grid"
)]
pub unsafe trait LdsArray<const D: usize> {
    /// What the elements are.
    type Item: LdsItem;
    /// `usize`, or an array of `D`.
    type Index: Copy;

    #[doc(hidden)]
    fn for_each(array: NonNull<Self>, own: Owned<D>, f: impl FnMut(Self::Index, NonNull<Self::Item>));
    #[doc(hidden)]
    fn first(array: NonNull<Self>, own: Owned<D>) -> Option<NonNull<Self::Item>>;
}

/// The indices along one axis that are a work-item's.
#[inline(always)]
fn each(first: usize, step: usize, len: usize, mut f: impl FnMut(usize)) {
    let mut i = first;
    while i < len {
        f(i);
        i += step;
    }
}

// SAFETY: indices congruent modulo the number of work-items are one work-item's alone.
unsafe impl<T: LdsItem> LdsArray<1> for [T] {
    type Item = T;
    type Index = usize;

    #[inline(always)]
    fn for_each(array: NonNull<[T]>, own: Owned<1>, mut f: impl FnMut(usize, NonNull<T>)) {
        let first = array.cast::<T>();
        // SAFETY: inside the array.
        each(own.first[0], own.step[0], array.len(), |i| f(i, unsafe { first.add(i) }));
    }

    #[inline(always)]
    fn first(array: NonNull<[T]>, own: Owned<1>) -> Option<NonNull<T>> {
        let [i] = own.first;
        // SAFETY: inside the array.
        (i < array.len()).then(|| unsafe { array.cast::<T>().add(i) })
    }
}

// SAFETY: as the slice's.
unsafe impl<T: LdsItem, const N: usize> LdsArray<1> for [T; N] {
    type Item = T;
    type Index = usize;

    #[inline(always)]
    fn for_each(array: NonNull<Self>, own: Owned<1>, f: impl FnMut(usize, NonNull<T>)) {
        <[T] as LdsArray<1>>::for_each(NonNull::slice_from_raw_parts(array.cast(), N), own, f);
    }

    #[inline(always)]
    fn first(array: NonNull<Self>, own: Owned<1>) -> Option<NonNull<T>> {
        <[T] as LdsArray<1>>::first(NonNull::slice_from_raw_parts(array.cast(), N), own)
    }
}

// SAFETY: as the slice's, along each axis.
unsafe impl<T: LdsItem, const X: usize, const Y: usize> LdsArray<2> for [[T; X]; Y] {
    type Item = T;
    type Index = [usize; 2];

    #[inline(always)]
    fn for_each(array: NonNull<Self>, own: Owned<2>, mut f: impl FnMut([usize; 2], NonNull<T>)) {
        let first = array.cast::<T>();
        each(own.first[1], own.step[1], Y, |y| {
            // SAFETY: inside the array.
            each(own.first[0], own.step[0], X, |x| f([x, y], unsafe { first.add(y * X + x) }));
        });
    }

    #[inline(always)]
    fn first(array: NonNull<Self>, own: Owned<2>) -> Option<NonNull<T>> {
        let [x, y] = own.first;
        // SAFETY: inside the array.
        (x < X && y < Y).then(|| unsafe { array.cast::<T>().add(y * X + x) })
    }
}

// SAFETY: as the slice's, along each axis.
unsafe impl<T: LdsItem, const X: usize, const Y: usize, const Z: usize> LdsArray<3> for [[[T; X]; Y]; Z] {
    type Item = T;
    type Index = [usize; 3];

    #[inline(always)]
    fn for_each(array: NonNull<Self>, own: Owned<3>, mut f: impl FnMut([usize; 3], NonNull<T>)) {
        let first = array.cast::<T>();
        each(own.first[2], own.step[2], Z, |z| {
            each(own.first[1], own.step[1], Y, |y| {
                // SAFETY: inside the array.
                each(own.first[0], own.step[0], X, |x| f([x, y, z], unsafe { first.add((z * Y + y) * X + x) }));
            });
        });
    }

    #[inline(always)]
    fn first(array: NonNull<Self>, own: Owned<3>) -> Option<NonNull<T>> {
        let [x, y, z] = own.first;
        // SAFETY: inside the array.
        (x < X && y < Y && z < Z).then(|| unsafe { array.cast::<T>().add((z * Y + y) * X + x) })
    }
}

impl<'g, T: ?Sized> Lds<'g, T> {
    /// Another handle, for when this one is used up or lent.
    #[inline(always)]
    fn take<'s>(&mut self) -> Lds<'s, T> {
        Lds { memory: self.memory, run: PhantomData }
    }

    /// Lends the memory to `f`, and waits for the group: after that it is unwritten as before. This is how a library
    /// function that is given `&mut Lds` uses it, so that it can be called any number of times.
    ///
    /// Convergent: see [`Group`].
    ///
    /// ```
    /// use geobacter::prelude::*;
    ///
    /// /// The largest of what the work-items of a group have.
    /// fn largest(item: &WorkItem, group: Group, lds: &mut Lds<[u32; 64]>, mine: u32) -> u32 {
    ///     lds.scope(group, |lds| {
    ///         let all = lds.init(item, |i| if i == item.local_id() { mine } else { 0 }).share(group);
    ///         all.iter().copied().max().unwrap_or(0)
    ///     })
    /// }
    ///
    /// fn spread(item: WorkItem, group: Group, mut lds: Lds<[u32; 64]>, x: &[u32], mut out: PerItem<u32>) {
    ///     let x = x[item.global_id()];
    ///     let most = largest(&item, group, &mut lds, x);
    ///     let least = !largest(&item, group, &mut lds, !x);
    ///     if let Some(out) = out.get_mut(&item) {
    ///         *out = most - least;
    ///     }
    /// }
    /// # fn main() -> geobacter::Result<()> {
    /// let device = Device::open("cpu")?;
    /// let x = device.buffer_from(&[5, 9, 7, 30])?;
    /// let mut out = device.buffer::<u32>(4)?;
    /// device.launch(Grid::covering(4).group_size([2]), spread, (GroupArg, LdsArg, &x, &mut out))?;
    /// assert_eq!(out.to_vec()?, [4, 4, 23, 23]);
    /// # Ok(())
    /// # }
    /// ```
    #[inline(always)]
    #[track_caller]
    pub fn scope<R>(&mut self, group: Group<'_>, f: impl for<'s> FnOnce(Lds<'s, T>) -> R) -> R {
        stay_whole!();
        self.do_scope(group, f)
    }

    #[inline(always)]
    #[track_caller]
    fn do_scope<R>(&mut self, group: Group<'_>, f: impl for<'s> FnOnce(Lds<'s, T>) -> R) -> R {
        let result = f(self.take());
        group.barrier();
        result
    }

    /// Writes every element: each work-item those that are its own, with what `f` gives for their indices.
    ///
    /// `at` is `&item`, and then an array is divided along the grid's axes; or `&item.linear()`, and it is divided along one.
    ///
    /// ```
    /// use geobacter::prelude::*;
    /// /// Arrays of any size are divided among those that are there.
    /// fn owners(item: WorkItem, group: Group, lds: Lds<[usize; 5]>, mut out: PerItem<[usize; 5]>) {
    ///     let all = lds.init(&item, |_| item.local_id()).share(group);
    ///     if let Some(out) = out.get_mut(&item) {
    ///         *out = *all;
    ///     }
    /// }
    /// # fn main() -> geobacter::Result<()> {
    /// let device = Device::open("cpu")?;
    /// let mut out = device.buffer::<[usize; 5]>(2)?;
    /// device.launch(Grid::covering(2).group_size([2]), owners, (GroupArg, LdsArg, &mut out))?;
    /// assert_eq!(out.to_vec()?, [[0, 1, 0, 1, 0]; 2]);
    /// # Ok(())
    /// # }
    /// ```
    #[inline(always)]
    pub fn init<const D: usize>(
        self,
        at: &impl GroupPosition<D>,
        mut f: impl FnMut(T::Index) -> T::Item,
    ) -> LdsSlots<'g, T, D>
    where
        T: LdsArray<D>,
    {
        let own = at.owned();
        // SAFETY: this work-item's own element, which nobody else touches before the next barrier.
        T::for_each(self.memory, own, |index, element| unsafe { element.write(f(index)) });
        LdsSlots { lds: self, own }
    }

    /// Has the first work-item of the group write the value, and everyone wait for it.
    ///
    /// Convergent: see [`Group`].
    ///
    /// ```
    /// use geobacter::prelude::*;
    /// fn tell(item: WorkItem, group: Group, first: Lds<usize>, mut out: PerItem<usize>) {
    ///     let first = first.init_one(group, &item, || item.global_id());
    ///     if let Some(out) = out.get_mut(&item) {
    ///         *out = *first;
    ///     }
    /// }
    /// # fn main() -> geobacter::Result<()> {
    /// let device = Device::open("cpu")?;
    /// let mut out = device.buffer::<usize>(5)?;
    /// device.launch(Grid::covering(5).group_size([2]), tell, (GroupArg, LdsArg, &mut out))?;
    /// assert_eq!(out.to_vec()?, [0, 0, 2, 2, 4]);
    /// # Ok(())
    /// # }
    /// ```
    #[inline(always)]
    #[track_caller]
    pub fn init_one<const D: usize>(
        self,
        group: Group<'_>,
        item: &WorkItem<'_, D>,
        f: impl FnOnce() -> T,
    ) -> LdsShared<'g, T>
    where
        T: LdsItem + Sized,
    {
        stay_whole!();
        self.do_init_one(group, item, f)
    }

    #[inline(always)]
    #[track_caller]
    fn do_init_one<const D: usize>(
        self,
        group: Group<'_>,
        item: &WorkItem<'_, D>,
        f: impl FnOnce() -> T,
    ) -> LdsShared<'g, T>
    where
        T: LdsItem + Sized,
    {
        if item.group_rank() == 0 {
            // SAFETY: one work-item writes, and nobody else touches the memory before the barrier.
            unsafe { self.memory.write(f()) };
        }
        group.barrier();
        LdsShared { lds: self }
    }
}

impl<'g, T: ?Sized + LdsArray<D>, const D: usize> LdsSlots<'g, T, D> {
    /// This work-item's first element: its only one, where the array has as many as the group has work-items. `None` where
    /// it has fewer, and none is left for this one.
    #[inline(always)]
    pub fn get_mut(&mut self) -> Option<&mut T::Item> {
        // SAFETY: initialised, and this work-item's alone until the next barrier; `self` is borrowed while the element is.
        T::first(self.lds.memory, self.own).map(|mut element| unsafe { element.as_mut() })
    }

    /// Calls `f` for each of this work-item's elements, with its index.
    ///
    /// ```
    /// use geobacter::prelude::*;
    /// fn squares(item: WorkItem, group: Group, lds: Lds<[usize; 5]>, mut out: PerItem<[usize; 5]>) {
    ///     let mut mine = lds.init(&item, |i| i);
    ///     mine.for_each(|_, x| *x *= *x);
    ///     let all = mine.share(group);
    ///     if let Some(out) = out.get_mut(&item) {
    ///         *out = *all;
    ///     }
    /// }
    /// # fn main() -> geobacter::Result<()> {
    /// let device = Device::open("cpu")?;
    /// let mut out = device.buffer::<[usize; 5]>(2)?;
    /// device.launch(Grid::covering(2).group_size([2]), squares, (GroupArg, LdsArg, &mut out))?;
    /// assert_eq!(out.to_vec()?, [[0, 1, 4, 9, 16]; 2]);
    /// # Ok(())
    /// # }
    /// ```
    #[inline(always)]
    pub fn for_each(&mut self, mut f: impl FnMut(T::Index, &mut T::Item)) {
        // SAFETY: as in `get_mut`; each comes up once.
        T::for_each(self.lds.memory, self.own, |index, mut element| f(index, unsafe { element.as_mut() }));
    }

    /// Waits for the group, after which everyone may read everything.
    ///
    /// Convergent: see [`Group`].
    #[inline(always)]
    #[track_caller]
    pub fn share(self, group: Group<'_>) -> LdsShared<'g, T> {
        group.barrier();
        LdsShared { lds: self.lds }
    }
}

impl<'g, T: ?Sized> LdsShared<'g, T> {
    /// Waits for the group, after which nobody reads any more, and each work-item has its own elements again: perhaps
    /// others than before, as `at` says (see [`Lds::init`]).
    ///
    /// Convergent: see [`Group`].
    ///
    /// ```
    /// use geobacter::prelude::*;
    /// /// Three times, everyone adds what the right-hand neighbour has.
    /// fn spread(item: WorkItem, group: Group, lds: Lds<[u32; 8]>, mut out: PerItem<u32>) {
    ///     let mut all = lds.init(&item, |i| u32::from(i == 7)).share(group);
    ///     for _ in 0..3 {
    ///         let next = all[(item.local_id() + 1) % 8];
    ///         let mut mine = all.split(group, &item); // nobody reads any more
    ///         if let Some(x) = mine.get_mut() {
    ///             *x += next;
    ///         }
    ///         all = mine.share(group);
    ///     }
    ///     if let Some(out) = out.get_mut(&item) {
    ///         *out = all[item.local_id()];
    ///     }
    /// }
    /// # fn main() -> geobacter::Result<()> {
    /// let device = Device::open("cpu")?;
    /// let mut out = device.buffer::<u32>(8)?;
    /// device.launch(Grid::covering(8).group_size([8]), spread, (GroupArg, LdsArg, &mut out))?;
    /// assert_eq!(out.to_vec()?, [0, 0, 0, 0, 1, 3, 3, 1]);
    /// # Ok(())
    /// # }
    /// ```
    #[inline(always)]
    #[track_caller]
    pub fn split<const D: usize>(self, group: Group<'_>, at: &impl GroupPosition<D>) -> LdsSlots<'g, T, D>
    where
        T: LdsArray<D>,
    {
        group.barrier();
        LdsSlots { lds: self.lds, own: at.owned() }
    }

    /// Waits for the group, has its first work-item change what is there, and waits again.
    ///
    /// Convergent: see [`Group`].
    ///
    /// ```
    /// use geobacter::prelude::*;
    /// fn sorted(item: WorkItem, group: Group, lds: Lds<[u32; 4]>, x: &[u32], mut out: PerItem<u32>) {
    ///     let all = lds.init(&item, |i| x[i]).share(group);
    ///     let all = all.update_one(group, &item, |all| all.sort_unstable());
    ///     if let Some(out) = out.get_mut(&item) {
    ///         *out = all[item.local_id()];
    ///     }
    /// }
    /// # fn main() -> geobacter::Result<()> {
    /// let device = Device::open("cpu")?;
    /// let x = device.buffer_from(&[7, 1, 9, 4])?;
    /// let mut out = device.buffer::<u32>(4)?;
    /// device.launch(Grid::covering(4).group_size([4]), sorted, (GroupArg, LdsArg, &x, &mut out))?;
    /// assert_eq!(out.to_vec()?, [1, 4, 7, 9]);
    /// # Ok(())
    /// # }
    /// ```
    #[inline(always)]
    #[track_caller]
    pub fn update_one<const D: usize>(
        self,
        group: Group<'_>,
        item: &WorkItem<'_, D>,
        f: impl FnOnce(&mut T),
    ) -> LdsShared<'g, T> {
        stay_whole!();
        self.do_update_one(group, item, f)
    }

    #[inline(always)]
    #[track_caller]
    fn do_update_one<const D: usize>(
        mut self,
        group: Group<'_>,
        item: &WorkItem<'_, D>,
        f: impl FnOnce(&mut T),
    ) -> LdsShared<'g, T> {
        group.barrier();
        if item.group_rank() == 0 {
            // SAFETY: initialised; between the barriers nobody else has a handle that reads or writes.
            f(unsafe { self.lds.memory.as_mut() });
        }
        group.barrier();
        self
    }
}

impl<T: ?Sized> Deref for LdsShared<'_, T> {
    type Target = T;

    #[inline(always)]
    fn deref(&self) -> &T {
        // SAFETY: initialised, and all handles of the group are shared until the next barrier, which takes `self`.
        unsafe { self.lds.memory.as_ref() }
    }
}

/// Bytes of work-group memory for `bytes` bytes, so that what follows is aligned.
const fn rounded(bytes: usize) -> usize {
    bytes.next_multiple_of(GROUP_ALIGN)
}

// SAFETY: memory of its own, uninitialised; see the module.
unsafe impl<T: LdsItem> KernelParam for Lds<'_, T> {
    type Device<'k> = Lds<'k, T>;
    type Packed = ();
    const KIND: ArgKind = ArgKind::GroupMemory;
    const COOPERATIVE: bool = true;
    const GROUP_BYTES: usize = {
        assert!(align_of::<T>() <= GROUP_ALIGN, "work-group memory is aligned to at most 16 bytes");
        rounded(size_of::<T>())
    };

    #[inline(always)]
    unsafe fn unpack<'k>(_: &'k (), group_offset: usize) -> Lds<'k, T> {
        // SAFETY: the launch made the memory large enough for all parameters, and the offset is this one's.
        let memory = unsafe { abi::__geobacter_group_memory().add(group_offset) };
        // SAFETY: work-group memory may begin at address 0 of its own address space, but not of the generic one.
        Lds { memory: unsafe { NonNull::new_unchecked(memory.cast()) }, run: PhantomData }
    }
}

/// Work-group memory sized at launch, in the kernarg block. Where it begins, from the start of the group's memory, and
/// how many elements it has.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct LdsPlace {
    /// Bytes.
    pub offset: u32,
    /// Elements.
    pub len: u32,
}

// SAFETY: as above.
unsafe impl<T: LdsItem> KernelParam for Lds<'_, [T]> {
    type Device<'k> = Lds<'k, [T]>;
    type Packed = LdsPlace;
    const KIND: ArgKind = ArgKind::GroupMemory;
    const COOPERATIVE: bool = true;

    #[inline(always)]
    unsafe fn unpack<'k>(packed: &'k LdsPlace, _: usize) -> Lds<'k, [T]> {
        const { assert!(align_of::<T>() <= GROUP_ALIGN, "work-group memory is aligned to at most 16 bytes") };
        // SAFETY: the launch made the memory large enough for all parameters, and the offset is this one's.
        let memory = unsafe { abi::__geobacter_group_memory().add(packed.offset as usize) };
        // SAFETY: as above.
        let first = unsafe { NonNull::new_unchecked(memory.cast()) };
        Lds { memory: NonNull::slice_from_raw_parts(first, packed.len as usize), run: PhantomData }
    }

    fn constants(packed: &LdsPlace, offset: usize, fix: Fix, visit: Visit<'_>) {
        if fix >= Fix::Lengths {
            visit_value(&packed.offset, offset + offset_of!(LdsPlace, offset), visit);
            visit_value(&packed.len, offset + offset_of!(LdsPlace, len), visit);
        }
    }
}

/// What the host passes for work-group memory whose type says how large it is.
#[derive(Clone, Copy, Debug, Default)]
pub struct LdsArg;

/// What the host passes for an `Lds<[T]>`: how many elements it has in this launch.
///
/// ```
/// use geobacter::prelude::*;
/// fn last(item: WorkItem, group: Group, lds: Lds<[usize]>, mut out: PerItem<usize>) {
///     let all = lds.init(&item, |i| 10 * i).share(group);
///     if let Some(out) = out.get_mut(&item) {
///         *out = all[all.len() - 1];
///     }
/// }
/// # fn main() -> geobacter::Result<()> {
/// let device = Device::open("cpu")?;
/// let mut out = device.buffer::<usize>(2)?;
/// device.launch(Grid::covering(2), last, (GroupArg, LdsLen(7), &mut out))?;
/// assert_eq!(out.to_vec()?, [60, 60]);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Copy, Debug)]
pub struct LdsLen(pub usize);
