use core::cmp::Ordering;

use geobacter_core::{Group, Lds, LdsList, SubgroupItem, WorkItem, stay_whole};

/// Sorts the `value`s of a group: the work-item of [rank](WorkItem::group_rank) `i` gets the `i`-th smallest. For floating-point
/// numbers use [`sort_by`] with `f32::total_cmp`.
///
/// # Panics
/// In the kernel, where the work-group memory has fewer elements than the group has work-items.
#[inline(always)]
#[track_caller]
pub fn sort<T: SubgroupItem + Ord, A: ?Sized + LdsList<Item = T>, const D: usize>(
    item: &WorkItem<'_, D>,
    group: Group<'_>,
    lds: &mut Lds<'_, A>,
    value: T,
) -> T {
    stay_whole!();
    bitonic(item, group, lds, value, T::cmp)
}

/// As [`sort`], by any total order. Equal values, which may yet differ, come in any order.
///
/// ```
/// use geobacter::prelude::*;
/// use geobacter::primitives::group;
///
/// /// Keys with their values, by key.
/// fn in_order(item: WorkItem, all: Group, mut lds: Lds<[[u32; 2]; 64]>, x: &[[u32; 2]], mut out: PerItem<[u32; 2]>) {
///     let x = group::sort_by(&item, all, &mut lds, x[item.global_id()], |a, b| a[0].cmp(&b[0]));
///     if let Some(out) = out.get_mut(&item) {
///         *out = x;
///     }
/// }
/// # fn main() -> geobacter::Result<()> {
/// let device = Device::open("cpu")?;
/// let x = device.buffer_from(&[[3, 30], [1, 10], [2, 20]])?;
/// let mut out = device.buffer::<[u32; 2]>(3)?;
/// device.launch(Grid::covering(3), in_order, (GroupArg, LdsArg, &x, &mut out))?;
/// assert_eq!(out.to_vec()?, [[1, 10], [2, 20], [3, 30]]);
/// # Ok(())
/// # }
/// ```
///
/// # Panics
/// In the kernel, where the work-group memory has fewer elements than the group has work-items.
#[inline(always)]
#[track_caller]
pub fn sort_by<T: SubgroupItem, A: ?Sized + LdsList<Item = T>, const D: usize>(
    item: &WorkItem<'_, D>,
    group: Group<'_>,
    lds: &mut Lds<'_, A>,
    value: T,
    compare: impl Fn(&T, &T) -> Ordering,
) -> T {
    stay_whole!();
    bitonic(item, group, lds, value, compare)
}

/// A bitonic network in which every comparator puts the smaller of two where the rank is lower: what is missing beyond the
/// last work-item then acts as a value above all others, which never moves, and its comparators are left out. (Knuth, The
/// Art of Computer Programming 3, 5.3.4, exercise 53, has the network whose first step of each merge mirrors.)
#[inline(always)]
#[track_caller]
fn bitonic<T: SubgroupItem, A: ?Sized + LdsList<Item = T>, const D: usize>(
    item: &WorkItem<'_, D>,
    group: Group<'_>,
    lds: &mut Lds<'_, A>,
    value: T,
    compare: impl Fn(&T, &T) -> Ordering,
) -> T {
    let (rank, items) = (item.group_rank(), item.group_items());
    assert!(items <= lds.len(), "the work-group memory must have an element for each work-item of the group");
    // Lanes are ranks only where sub-groups have no gaps.
    let lanes = if group.parts(item).are_sub_groups() { group.subgroup().size() } else { 1 };
    let mut mine = value;
    let mut block = 2;
    while block < 2 * items {
        // First mirror the block's halves onto each other, then ever shorter distances.
        let mut mask = block - 1;
        let mut distance = block / 2;
        while distance > 0 {
            let other = exchange(item, group, lds, mine, mask, lanes);
            let partner = rank ^ mask;
            let better = if rank < partner { Ordering::Less } else { Ordering::Greater };
            if partner < items && compare(&other, &mine) == better {
                mine = other;
            }
            distance /= 2;
            mask = distance;
        }
        block *= 2;
    }
    mine
}

/// What the work-item passes whose rank is this one's "exclusive or" `mask`; anything, where there is none.
#[inline(always)]
#[track_caller]
fn exchange<T: SubgroupItem, A: ?Sized + LdsList<Item = T>, const D: usize>(
    item: &WorkItem<'_, D>,
    group: Group<'_>,
    lds: &mut Lds<'_, A>,
    value: T,
    mask: usize,
    lanes: usize,
) -> T {
    if mask < lanes {
        return group.subgroup().shuffle_xor(value, mask);
    }
    let (items, partner) = (item.group_items(), item.group_rank() ^ mask);
    lds.scope(group, |lds| {
        let all = lds.first(items).init(&item.linear(), |_| value).share(group);
        all.get(partner).copied().unwrap_or(value)
    })
}
