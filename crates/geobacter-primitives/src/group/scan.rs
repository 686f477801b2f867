use geobacter_core::{Group, Lds, LdsList, LdsShared, Parts, Subgroup, SubgroupItem, WorkItem, stay_whole};

use super::room;

/// Combines, for each work-item, its `value` and those of all before it in the group, in the order of
/// [`group_rank`](WorkItem::group_rank). `f` must be associative.
///
/// # Panics
/// In the kernel, where the work-group memory has too few elements.
#[inline(always)]
#[track_caller]
pub fn inclusive_scan<T: SubgroupItem, A: ?Sized + LdsList<Item = T>, const D: usize>(
    item: &WorkItem<'_, D>,
    group: Group<'_>,
    lds: &mut Lds<'_, A>,
    value: T,
    f: impl Fn(T, T) -> T,
) -> T {
    stay_whole!();
    let (before, here, _) = scan(item, group, lds, value, &f);
    before.map_or(here, |before| f(before, here))
}

/// Combines, for each work-item, the `value`s of all before it in the group: `neutral` for the first. `f` must be associative,
/// and `f(neutral, x)` be `x`.
///
/// ```
/// use geobacter::prelude::*;
/// use geobacter::primitives::group;
///
/// /// Where each work-item's part of an output begins, if it writes `lens[i]` elements.
/// fn places(item: WorkItem, all: Group, mut lds: Lds<[u32; 64]>, lens: &[u32], mut out: PerItem<u32>) {
///     let place = group::exclusive_scan(&item, all, &mut lds, lens[item.global_id()], 0, |a, b| a + b);
///     if let Some(out) = out.get_mut(&item) {
///         *out = place;
///     }
/// }
/// # fn main() -> geobacter::Result<()> {
/// let device = Device::open("cpu")?;
/// let lens = device.buffer_from(&[3, 0, 2, 5])?;
/// let mut out = device.buffer::<u32>(4)?;
/// device.launch(Grid::covering(4).group_size([4]), places, (GroupArg, LdsArg, &lens, &mut out))?;
/// assert_eq!(out.to_vec()?, [0, 3, 3, 5]);
/// # Ok(())
/// # }
/// ```
///
/// # Panics
/// In the kernel, where the work-group memory has too few elements.
#[inline(always)]
#[track_caller]
pub fn exclusive_scan<T: SubgroupItem, A: ?Sized + LdsList<Item = T>, const D: usize>(
    item: &WorkItem<'_, D>,
    group: Group<'_>,
    lds: &mut Lds<'_, A>,
    value: T,
    neutral: T,
    f: impl Fn(T, T) -> T,
) -> T {
    stay_whole!();
    exclusive(item, group, lds, value, neutral, f).0
}

/// As [`exclusive_scan`], and what all values of the group combine to.
///
/// # Panics
/// In the kernel, where the work-group memory has too few elements.
#[inline(always)]
#[track_caller]
pub fn exclusive_scan_and_total<T: SubgroupItem, A: ?Sized + LdsList<Item = T>, const D: usize>(
    item: &WorkItem<'_, D>,
    group: Group<'_>,
    lds: &mut Lds<'_, A>,
    value: T,
    neutral: T,
    f: impl Fn(T, T) -> T,
) -> (T, T) {
    stay_whole!();
    exclusive(item, group, lds, value, neutral, f)
}

#[inline(always)]
#[track_caller]
fn exclusive<T: SubgroupItem, A: ?Sized + LdsList<Item = T>, const D: usize>(
    item: &WorkItem<'_, D>,
    group: Group<'_>,
    lds: &mut Lds<'_, A>,
    value: T,
    neutral: T,
    f: impl Fn(T, T) -> T,
) -> (T, T) {
    let (before, here, total) = scan(item, group, lds, value, &f);
    let before = before.unwrap_or(neutral);
    // The inclusive result of the lane before this one; the first lane has none, nor has a part of one work-item.
    let parts = group.parts(item);
    if parts.are_sub_groups() {
        let inside = group.subgroup().shuffle_up(here, 1);
        return (if group.subgroup().lane() == 0 { before } else { f(before, inside) }, total);
    }
    (before, total)
}

/// What comes before this work-item's part, where there is something; the inclusive scan inside its part; and the total.
#[inline(always)]
#[track_caller]
fn scan<T: SubgroupItem, A: ?Sized + LdsList<Item = T>, const D: usize>(
    item: &WorkItem<'_, D>,
    group: Group<'_>,
    lds: &mut Lds<'_, A>,
    value: T,
    f: &impl Fn(T, T) -> T,
) -> (Option<T>, T, T) {
    let parts = group.parts(item);
    room(lds.len(), &parts);
    let here = if parts.are_sub_groups() { group.subgroup().inclusive_scan(value, f) } else { value };
    let part = if parts.are_sub_groups() { last(group.subgroup(), here) } else { value };
    lds.scope(group, |lds| {
        let all = lds.first(parts.count()).init(&parts, |_| part).share(group);
        if group.subgroup().size() == 1 {
            return alone(item, group, &parts, all, here, f);
        }
        let (mut before, mut total) = (None, all[0]);
        for (i, part) in all[1..].iter().enumerate() {
            if i + 1 == parts.index() {
                before = Some(total);
            }
            total = f(total, *part);
        }
        (before, here, total)
    })
}

/// As many parts as work-items: one work-item for all is less work than all for themselves.
#[inline(always)]
#[track_caller]
fn alone<T: SubgroupItem, const D: usize>(
    item: &WorkItem<'_, D>,
    group: Group<'_>,
    parts: &Parts<'_>,
    all: LdsShared<'_, [T]>,
    here: T,
    f: impl Fn(T, T) -> T,
) -> (Option<T>, T, T) {
    let all = all.update_one(group, item, |all| {
        for i in 1..all.len() {
            all[i] = f(all[i - 1], all[i]);
        }
    });
    (parts.index().checked_sub(1).map(|i| all[i]), here, all[all.len() - 1])
}

/// What the last work-item of the sub-group that is there passes.
#[inline(always)]
#[track_caller]
fn last<T: SubgroupItem>(subgroup: Subgroup<'_>, value: T) -> T {
    let last = subgroup.active().checked_ilog2().unwrap_or(0);
    subgroup.read_lane(value, last as usize)
}
