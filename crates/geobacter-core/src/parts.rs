//! Work-group memory divided among the parts of a group.

use core::marker::PhantomData;

use crate::lds::Owned;
use crate::{Group, GroupPosition, WorkItem};

/// A work-group in parts that first work by themselves and then together: its sub-groups. Where a grid of two or three axes
/// ends inside the group, these may have gaps; each work-item is then a part of its own. From [`Group::parts`].
///
/// For dividing work-group memory, in [`Lds::init`](crate::Lds::init): of `n` parts, part `i` has the elements `i`, `i + n`, ...,
/// which its first work-item writes.
#[derive(Debug)]
pub struct Parts<'a> {
    sub_groups: bool,
    leads: bool,
    index: usize,
    count: usize,
    item: PhantomData<*mut &'a ()>,
}

impl Parts<'_> {
    /// Whether parts are sub-groups, rather than single work-items: the same for all of a group.
    #[inline(always)]
    pub fn are_sub_groups(&self) -> bool {
        self.sub_groups
    }

    /// Which part this work-item is in, from 0, in the order of work-items.
    #[inline(always)]
    pub fn index(&self) -> usize {
        self.index
    }

    /// How many parts the group has.
    #[inline(always)]
    pub fn count(&self) -> usize {
        self.count
    }
}

impl Group<'_> {
    /// This work-item's place among the parts of its group.
    ///
    /// ```
    /// use geobacter::prelude::*;
    ///
    /// /// The sum over a group: by sub-groups first, whose sums meet in work-group memory.
    /// fn total(item: WorkItem, group: Group, sums: Lds<[u32; 64]>, mut out: PerItem<u32>) {
    ///     let parts = group.parts(&item); // sub-groups, always, on a grid of one axis
    ///     let here = group.subgroup().reduce(item.global_id() as u32, |a, b| a + b);
    ///     let sums = sums.init(&parts, |_| here).share(group);
    ///     if let Some(out) = out.get_mut(&item) {
    ///         *out = sums[..parts.count()].iter().sum();
    ///     }
    /// }
    /// # fn main() -> geobacter::Result<()> {
    /// let device = Device::open("cpu")?;
    /// let mut out = device.buffer::<u32>(10)?;
    /// device.launch(Grid::covering(10).group_size([8]), total, (GroupArg, LdsArg, &mut out))?;
    /// assert_eq!(out.to_vec()?[6..], [28, 28, 17, 17]);
    /// # Ok(())
    /// # }
    /// ```
    #[inline(always)]
    pub fn parts<'a, const D: usize>(self, item: &'a WorkItem<'_, D>) -> Parts<'a> {
        let size = self.subgroup().size();
        let items = item.group_items();
        if D == 1 || items == item.full_group_items() {
            Parts {
                sub_groups: true,
                leads: self.subgroup().lane() == 0,
                index: item.local_linear_id() / size,
                count: items.div_ceil(size),
                item: PhantomData,
            }
        } else {
            Parts { sub_groups: false, leads: true, index: item.group_rank(), count: items, item: PhantomData }
        }
    }
}

// Work-items are dealt to sub-groups by their linear ids, and lane 0 of a sub-group is one work-item: no two of a group lead
// and have the same index.
impl GroupPosition<1> for Parts<'_> {
    #[inline(always)]
    fn owned(&self) -> Owned<1> {
        Owned::along_one(if self.leads { self.index } else { usize::MAX }, self.count)
    }
}
