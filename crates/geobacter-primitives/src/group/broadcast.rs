use geobacter_core::{Group, Lds, LdsItem, LdsList, WorkItem, stay_whole};

/// What the work-item of [rank](WorkItem::group_rank) `from` passes, for whoever asks: `from` need not be the same for all.
///
/// ```
/// use geobacter::prelude::*;
/// use geobacter::primitives::group;
///
/// fn last(item: WorkItem, all: Group, mut lds: Lds<[usize; 64]>, mut out: PerItem<usize>) {
///     let last = group::broadcast(&item, all, &mut lds, item.global_id(), item.group_items() - 1);
///     if let Some(out) = out.get_mut(&item) {
///         *out = last;
///     }
/// }
/// # fn main() -> geobacter::Result<()> {
/// let device = Device::open("cpu")?;
/// let mut out = device.buffer::<usize>(5)?;
/// device.launch(Grid::covering(5).group_size([3]), last, (GroupArg, LdsArg, &mut out))?;
/// assert_eq!(out.to_vec()?, [2, 2, 2, 4, 4]);
/// # Ok(())
/// # }
/// ```
///
/// # Panics
/// In the kernel, where the group has no such work-item, or the work-group memory no element for it.
#[inline(always)]
#[track_caller]
pub fn broadcast<T: LdsItem + Copy, A: ?Sized + LdsList<Item = T>, const D: usize>(
    item: &WorkItem<'_, D>,
    group: Group<'_>,
    lds: &mut Lds<'_, A>,
    value: T,
    from: usize,
) -> T {
    stay_whole!();
    lds.scope(group, |lds| lds.first(item.group_items()).init(&item.linear(), |_| value).share(group)[from])
}
