use core::sync::atomic::{AtomicU32, Ordering};

use geobacter_core::{Group, Lds, LdsShared, WorkItem, scope, stay_whole};

/// Counts how often each number below `N` comes up in what the work-items of the group pass, each as many as it likes. Others
/// are not counted.
///
/// ```
/// use geobacter::prelude::*;
/// use geobacter::primitives::group;
/// use std::sync::atomic::{AtomicU32, Ordering};
///
/// fn digits(item: WorkItem, all: Group, bins: Lds<[AtomicU32; 10]>, x: &[u8], counts: &[AtomicU32]) {
///     let x = x.get(item.global_id()).map(|x| usize::from(x % 10));
///     let bins = group::histogram(&item, all, bins, x);
///     for bin in (item.group_rank()..10).step_by(item.group_items()) {
///         counts[bin].fetch_add(bins[bin].load(Ordering::Relaxed), Ordering::Relaxed);
///     }
/// }
/// # fn main() -> geobacter::Result<()> {
/// let device = Device::open("cpu")?;
/// let x = device.buffer_from(&[3, 13, 23, 7, 10])?;
/// let mut counts = device.buffer::<u32>(10)?;
/// device.launch(Grid::covering(5).group_size([4]), digits, (GroupArg, LdsArg, &x, &mut counts))?;
/// assert_eq!(counts.to_vec()?, [1, 0, 0, 3, 0, 0, 0, 1, 0, 0]);
/// # Ok(())
/// # }
/// ```
#[inline(always)]
#[track_caller]
pub fn histogram<'g, const N: usize, const D: usize>(
    item: &WorkItem<'_, D>,
    group: Group<'_>,
    bins: Lds<'g, [AtomicU32; N]>,
    numbers: impl IntoIterator<Item = usize>,
) -> LdsShared<'g, [AtomicU32; N]> {
    stay_whole!();
    let bins = bins.init(&item.linear(), |_| AtomicU32::new(0)).share(group);
    for number in numbers {
        if let Some(bin) = bins.get(number) {
            scope::work_group(|| bin.fetch_add(1, Ordering::Relaxed));
        }
    }
    group.barrier();
    bins
}
