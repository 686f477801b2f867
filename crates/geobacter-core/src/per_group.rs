//! Outputs of which each work-group has its own element.

use core::marker::PhantomData;

use crate::{ArgKind, DeviceCopy, KernelParam, SliceArg, WorkItem};

/// One element for each work-group: the first work-item of the group with linear id `i` may write element `i`.
///
/// What a group has worked out together, such as a sum, goes here. On the host, pass `&mut buffer`.
///
/// ```
/// use geobacter::prelude::*;
/// use geobacter::PerGroup;
///
/// fn sizes(item: WorkItem, mut out: PerGroup<usize>) {
///     if let Some(out) = out.get_mut(&item) {
///         *out = item.group_items();
///     }
/// }
/// # fn main() -> geobacter::Result<()> {
/// let device = Device::open("cpu")?;
/// let mut out = device.buffer::<usize>(3)?;
/// device.launch(Grid::covering(20).group_size([8]), sizes, (&mut out,))?;
/// assert_eq!(out.to_vec()?, [8, 8, 4]);
/// # Ok(())
/// # }
/// ```
pub struct PerGroup<'k, T> {
    ptr: *mut T,
    len: usize,
    memory: PhantomData<&'k mut [T]>,
}

impl<T> PerGroup<'_, T> {
    /// The group's element, for the first of its work-items ([`group_rank`](WorkItem::group_rank) 0); `None` for the others,
    /// and where the buffer has fewer elements than the grid has groups.
    #[inline(always)]
    pub fn get_mut<const D: usize>(&mut self, item: &WorkItem<'_, D>) -> Option<&mut T> {
        let i = item.linear_group_id();
        // SAFETY: in bounds; a group has one work-item of rank 0, and the witness is that work-item's alone; `self` is
        // borrowed while the element is.
        (item.group_rank() == 0 && i < self.len).then(|| unsafe { &mut *self.ptr.add(i) })
    }

    /// Elements in the whole buffer.
    #[inline(always)]
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether the whole buffer has no element.
    #[inline(always)]
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }
}

// SAFETY: get_mut hands each element to one work-item of the group with its index.
unsafe impl<T: DeviceCopy> KernelParam for PerGroup<'_, T> {
    type Device<'k> = PerGroup<'k, T>;
    type Packed = SliceArg<T>;
    const KIND: ArgKind = ArgKind::SliceMut;

    #[inline(always)]
    unsafe fn unpack<'k>(packed: &'k SliceArg<T>, _: usize) -> PerGroup<'k, T> {
        PerGroup { ptr: packed.ptr, len: packed.len, memory: PhantomData }
    }
}
