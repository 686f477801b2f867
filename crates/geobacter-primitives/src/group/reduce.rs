use geobacter_core::{Group, Lds, LdsList, Parts, SubgroupItem, WorkItem, stay_whole};

use super::room;

/// Combines the `value`s of all work-items of the group, for all of them. `f` must be associative and commutative.
///
/// For floating-point numbers all work-items get the same result; another device or group size may round another way.
///
/// ```
/// use geobacter::prelude::*;
/// use geobacter::primitives::group;
///
/// /// The largest element of each group's part of `x`.
/// fn largest(item: WorkItem, all: Group, mut lds: Lds<[f32; 64]>, x: &[f32], mut out: PerItem<f32>) {
///     let largest = group::reduce(&item, all, &mut lds, x[item.global_id()], f32::max);
///     if let Some(out) = out.get_mut(&item) {
///         *out = largest;
///     }
/// }
/// # fn main() -> geobacter::Result<()> {
/// let device = Device::open("cpu")?;
/// let x = device.buffer_from(&[1.0, 5.0, 3.0, 2.0, 4.0])?;
/// let mut out = device.buffer::<f32>(5)?;
/// device.launch(Grid::covering(5).group_size([3]), largest, (GroupArg, LdsArg, &x, &mut out))?;
/// assert_eq!(out.to_vec()?, [5.0, 5.0, 5.0, 4.0, 4.0]);
/// # Ok(())
/// # }
/// ```
///
/// # Panics
/// In the kernel, where the work-group memory has too few elements.
#[inline(always)]
#[track_caller]
pub fn reduce<T: SubgroupItem, A: ?Sized + LdsList<Item = T>, const D: usize>(
    item: &WorkItem<'_, D>,
    group: Group<'_>,
    lds: &mut Lds<'_, A>,
    value: T,
    f: impl Fn(T, T) -> T,
) -> T {
    stay_whole!();
    do_reduce(item, group, lds, value, f)
}

#[inline(always)]
#[track_caller]
fn do_reduce<T: SubgroupItem, A: ?Sized + LdsList<Item = T>, const D: usize>(
    item: &WorkItem<'_, D>,
    group: Group<'_>,
    lds: &mut Lds<'_, A>,
    value: T,
    f: impl Fn(T, T) -> T,
) -> T {
    let parts = group.parts(item);
    room(lds.len(), &parts);
    let here = if parts.are_sub_groups() { group.subgroup().reduce(value, &f) } else { value };
    lds.scope(group, |lds| combine(item, group, &parts, lds, here, f))
}

/// Combines what each part has.
#[inline(always)]
#[track_caller]
fn combine<T: SubgroupItem, A: ?Sized + LdsList<Item = T>, const D: usize>(
    item: &WorkItem<'_, D>,
    group: Group<'_>,
    parts: &Parts<'_>,
    lds: Lds<'_, A>,
    here: T,
    f: impl Fn(T, T) -> T,
) -> T {
    let fold = |all: &[T]| all[1..].iter().fold(all[0], |sum, part| f(sum, *part));
    let mut all = lds.first(parts.count()).init(parts, |_| here).share(group);
    if group.subgroup().size() == 1 {
        // As many parts as work-items: one work-item for all is less work than all for themselves.
        all = all.update_one(group, item, |all| all[0] = fold(all));
        return all[0];
    }
    fold(&all)
}
