use core::marker::PhantomData;

use crate::abi;
use crate::lds::Linear;

/// One work-item of a launch: who am I, in a grid of `D` axes.
///
/// A kernel takes it as its first parameter. It is also the *witness* that makes safe output possible: no two work-items
/// of a launch hold equal ones, it cannot be cloned, made by safe code, sent to another thread, or kept beyond the kernel
/// (hence the lifetime), so [`PerItem::get_mut`](crate::PerItem::get_mut) can hand each its own element.
///
/// All ids start at 0, or at the grid's `start` for global ids. Axis 0 varies fastest. The ids are `usize` in one
/// dimension, arrays in two and three.
///
/// ```
/// use geobacter::prelude::*;
/// fn ids(item: WorkItem<2>, mut out: PerItem<[usize; 3]>) {
///     let ([x, y], i) = (item.global_id(), item.linear_id());
///     if let Some(out) = out.get_mut(&item) {
///         *out = [x, y, i];
///     }
/// }
/// # fn main() -> geobacter::Result<()> {
/// let device = Device::open("cpu")?;
/// let mut out = device.buffer::<[usize; 3]>(4)?;
/// device.launch(Grid::new([2, 2]), ids, (&mut out,))?;
/// assert_eq!(out.to_vec()?, [[0, 0, 0], [1, 0, 1], [0, 1, 2], [1, 1, 3]]);
/// # Ok(())
/// # }
/// ```
pub struct WorkItem<'w, const D: usize = 1> {
    local: [u32; 3],
    group: [u32; 3],
    group_size: [u32; 3],
    /// Position in the grid, from 0, whatever the grid's start.
    position: [u64; 3],
    extent: [u64; 3],
    start: [u64; 3],
    /// Invariant in `'w`, and neither `Send` nor `Sync`.
    witness: PhantomData<*mut &'w ()>,
}

impl<'w, const D: usize> WorkItem<'w, D> {
    /// The work-item the device hardware says this is, or `None` where the grid was rounded up and it has no work.
    ///
    /// # Safety
    /// At most one call for each work-item of a launch, from the kernel entry, and `'w` must not outlive the kernel.
    #[inline(always)]
    pub(crate) unsafe fn on_device(header: &abi::BlockHeader) -> Option<Self> {
        let axis_x = (
            abi::__geobacter_work_item_id_x(),
            abi::__geobacter_work_group_id_x(),
            abi::__geobacter_work_group_size_x(),
        );
        let axis_y = if D > 1 {
            (
                abi::__geobacter_work_item_id_y(),
                abi::__geobacter_work_group_id_y(),
                abi::__geobacter_work_group_size_y(),
            )
        } else {
            (0, 0, 1)
        };
        let axis_z = if D > 2 {
            (
                abi::__geobacter_work_item_id_z(),
                abi::__geobacter_work_group_id_z(),
                abi::__geobacter_work_group_size_z(),
            )
        } else {
            (0, 0, 1)
        };
        // SAFETY: the caller's promise.
        let item = unsafe {
            Self::from_parts(
                [axis_x.0, axis_y.0, axis_z.0],
                [axis_x.1, axis_y.1, axis_z.1],
                [axis_x.2, axis_y.2, axis_z.2],
                header,
            )
        };
        item.is_inside().then_some(item)
    }

    /// A work-item from its parts; the CPU device makes them in a loop.
    ///
    /// # Safety
    /// No two live work-items of a launch may have the same position, and `'w` must not outlive the kernel.
    #[doc(hidden)]
    #[inline(always)]
    pub unsafe fn from_parts(
        local: [u32; 3],
        group: [u32; 3],
        group_size: [u32; 3],
        header: &abi::BlockHeader,
    ) -> Self {
        let at = |axis: usize| u64::from(group[axis]) * u64::from(group_size[axis]) + u64::from(local[axis]);
        WorkItem {
            local,
            group,
            group_size,
            position: [at(0), if D > 1 { at(1) } else { 0 }, if D > 2 { at(2) } else { 0 }],
            extent: header.extent,
            start: header.start,
            witness: PhantomData,
        }
    }

    #[inline(always)]
    fn is_inside(&self) -> bool {
        self.position[0] < self.extent[0]
            && (D < 2 || self.position[1] < self.extent[1])
            && (D < 3 || self.position[2] < self.extent[2])
    }

    #[inline(always)]
    fn global(&self, axis: usize) -> usize {
        (self.position[axis] + self.start[axis]) as usize
    }

    /// Position of this work-item in the whole grid, counted from 0 along axis 0 first: unique in the launch.
    #[inline(always)]
    pub fn linear_id(&self) -> usize {
        let mut id = self.position[0];
        if D > 1 {
            id += self.position[1] * self.extent[0];
        }
        if D > 2 {
            id += self.position[2] * self.extent[0] * self.extent[1];
        }
        id as usize
    }

    /// Work-items in the whole grid.
    #[inline(always)]
    pub fn work_items(&self) -> usize {
        let mut n = self.extent[0];
        if D > 1 {
            n *= self.extent[1];
        }
        if D > 2 {
            n *= self.extent[2];
        }
        n as usize
    }

    /// Position in the work-group, counted from 0 along axis 0 first.
    #[inline(always)]
    pub fn local_linear_id(&self) -> usize {
        let [x, y, z] = self.local;
        let [sx, sy, _] = self.group_size;
        let mut id = x;
        if D > 1 {
            id += y * sx;
        }
        if D > 2 {
            id += z * sx * sy;
        }
        id as usize
    }

    /// Work-items in this work-group: fewer than [`group_size`](WorkItem::group_size) says where the grid ends inside it.
    ///
    /// ```
    /// use geobacter::prelude::*;
    /// fn sizes(item: WorkItem, mut out: PerItem<[usize; 2]>) {
    ///     if let Some(out) = out.get_mut(&item) {
    ///         *out = [item.group_size(), item.group_items()];
    ///     }
    /// }
    /// # fn main() -> geobacter::Result<()> {
    /// let device = Device::open("cpu")?;
    /// let mut out = device.buffer::<[usize; 2]>(5)?;
    /// device.launch(Grid::covering(5).group_size([4]), sizes, (&mut out,))?;
    /// assert_eq!(out.to_vec()?, [[4, 4], [4, 4], [4, 4], [4, 4], [4, 1]]);
    /// # Ok(())
    /// # }
    /// ```
    #[inline(always)]
    pub fn group_items(&self) -> usize {
        let mut n = self.group_extent(0);
        if D > 1 {
            n *= self.group_extent(1);
        }
        if D > 2 {
            n *= self.group_extent(2);
        }
        n
    }

    /// Position among the [`group_items`](Self::group_items) of this work-group, counted from 0 along axis 0 first, without
    /// gaps also where the grid ends inside it.
    ///
    /// ```
    /// use geobacter::prelude::*;
    /// fn ranks(item: WorkItem<2>, mut out: PerItem<[usize; 2]>) {
    ///     if let Some(out) = out.get_mut(&item) {
    ///         *out = [item.group_rank(), item.local_linear_id()];
    ///     }
    /// }
    /// # fn main() -> geobacter::Result<()> {
    /// let device = Device::open("cpu")?;
    /// let mut out = device.buffer::<[usize; 2]>(4)?;
    /// device.launch(Grid::new([2, 2]).group_size([4, 4]), ranks, (&mut out,))?;
    /// assert_eq!(out.to_vec()?, [[0, 0], [1, 1], [2, 4], [3, 5]]);
    /// # Ok(())
    /// # }
    /// ```
    #[inline(always)]
    pub fn group_rank(&self) -> usize {
        let mut rank = self.local_position(0);
        if D > 1 {
            rank += self.local_position(1) * self.group_extent(0);
        }
        if D > 2 {
            rank += self.local_position(2) * self.group_extent(0) * self.group_extent(1);
        }
        rank
    }

    /// This work-item's place in its group along one axis, for dividing work-group memory: see [`Lds::init`](crate::Lds::init).
    #[inline(always)]
    pub fn linear(&self) -> Linear<'_> {
        Linear { rank: self.group_rank(), work_items: self.group_items(), item: PhantomData }
    }

    /// Position in the work-group along an axis.
    #[inline(always)]
    pub(crate) fn local_position(&self, axis: usize) -> usize {
        self.local[axis] as usize
    }

    /// Work-items of this work-group along an axis, without those beyond the grid's end.
    #[inline(always)]
    pub(crate) fn group_extent(&self, axis: usize) -> usize {
        let size = u64::from(self.group_size[axis]);
        let first = self.position[axis] - u64::from(self.local[axis]);
        size.min(self.extent[axis] - first) as usize
    }

    /// Position from 0 along each axis, whatever the grid's start.
    #[inline(always)]
    pub(crate) fn position(&self, axis: usize) -> usize {
        self.position[axis] as usize
    }
}

macro_rules! ids {
    ($d:literal, $index:ty, |$f:ident| $make:expr) => {
        impl WorkItem<'_, $d> {
            /// This work-item's id in the grid.
            #[inline(always)]
            pub fn global_id(&self) -> $index {
                let $f = |axis| self.global(axis);
                $make
            }
            /// This work-item's id in its work-group.
            #[inline(always)]
            pub fn local_id(&self) -> $index {
                let $f = |axis: usize| self.local[axis] as usize;
                $make
            }
            /// The work-group's id in the grid.
            #[inline(always)]
            pub fn group_id(&self) -> $index {
                let $f = |axis: usize| self.group[axis] as usize;
                $make
            }
            /// Work-items in a full work-group.
            #[inline(always)]
            pub fn group_size(&self) -> $index {
                let $f = |axis: usize| self.group_size[axis] as usize;
                $make
            }
            /// Work-items in the grid.
            #[inline(always)]
            pub fn grid_size(&self) -> $index {
                let $f = |axis: usize| self.extent[axis] as usize;
                $make
            }
        }
    };
}
ids!(1, usize, |f| f(0));
ids!(2, [usize; 2], |f| [f(0), f(1)]);
ids!(3, [usize; 3], |f| [f(0), f(1), f(2)]);
