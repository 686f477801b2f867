use std::sync::atomic::{AtomicU32, Ordering};

use geobacter_core::{DeviceCopy, Grid, Group, GroupArg, Lds, LdsLen, WorkItem, scope};
use geobacter_runtime::{Buffer, Result};

use super::Primitives;
use super::function::Function;
use super::row::{self, Row};

/// Work-items of a group.
const GROUP: u32 = 256;
/// Groups for each compute unit: see `reduce.rs`.
const GROUPS_PER_UNIT: usize = 8;
/// The most bytes of work-group memory for counters: what leaves room for several groups on a compute unit. Beyond, all
/// count in the buffer.
const LOCAL_BYTES: usize = 16 << 10;

impl Primitives {
    /// Counts how often each number below `counts.len()` comes up in `x`, by `bin`. Others are not counted. What `counts` held
    /// before is lost.
    ///
    /// ```
    /// use geobacter::prelude::*;
    /// use geobacter::primitives::Primitives;
    /// # fn main() -> geobacter::Result<()> {
    /// let device = Device::open("cpu")?;
    /// let text = device.buffer_from(b"hello world")?;
    /// let mut counts = device.buffer::<u32>(256)?;
    /// Primitives::new(&device).histogram(&text, &mut counts, |letter| letter.into())?;
    /// assert_eq!(counts.to_vec()?[usize::from(b'l')], 3);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// As [`Device::launch`](geobacter_runtime::Device::launch).
    pub fn histogram<T, F>(&mut self, x: &Buffer<T>, counts: &mut Buffer<u32>, bin: F) -> Result<()>
    where
        T: DeviceCopy,
        F: Fn(T) -> usize + Copy + Send + Sync + 'static,
    {
        counts.fill(0)?;
        if x.is_empty() || counts.is_empty() {
            return Ok(());
        }
        let bin = Function::new(bin);
        let units = self.device.info().compute_units.max(1) as usize;
        let bins = counts.len();
        let limit = LOCAL_BYTES.min(self.device.info().max_group_memory as usize / 2);
        if self.is_of_lone_work_items() || bins > limit / size_of::<u32>() {
            let grid = Grid::covering(x.len().min(units * GROUPS_PER_UNIT * GROUP as usize));
            return self.device.launch(grid, count_in_buffer::<T, F>, (bin, x, counts)).map(drop);
        }
        let rows = x.len().div_ceil(row::per_row::<T>());
        let groups = rows.div_ceil(GROUP as usize).clamp(1, units * GROUPS_PER_UNIT);
        let grid = Grid::covering(groups * GROUP as usize).group_size([GROUP]);
        self.device.launch(grid, count_in_group::<T, F>, (GroupArg, LdsLen(bins), bin, x, counts)).map(drop)
    }
}

/// Each group counts in its memory first.
fn count_in_group<T: DeviceCopy, F: Fn(T) -> usize + Copy + Send + Sync + 'static>(
    item: WorkItem,
    group: Group,
    bins: Lds<[AtomicU32]>,
    bin: Function<F>,
    x: &[T],
    counts: &[AtomicU32],
) {
    let bin = bin.get();
    let bins = bins.init(&item, |_| AtomicU32::new(0)).share(group);
    let count = |x: T| {
        if let Some(bin) = bins.get(bin(x)) {
            scope::work_group(|| bin.fetch_add(1, Ordering::Relaxed));
        }
    };
    let (per_row, step) = (row::per_row::<T>(), item.work_items());
    let rows = if row::is_aligned(x.as_ptr()) { x.len() / per_row } else { 0 };
    let mut at = item.linear_id();
    while at < rows {
        // SAFETY: the row is inside, and aligned.
        let row = unsafe { Row::load(x.as_ptr(), at) };
        row.each(|_, x| count(x));
        at += step;
    }
    let mut at = rows * per_row + item.linear_id();
    while let Some(x) = x.get(at) {
        count(*x);
        at += step;
    }
    group.barrier();
    for bin in (item.group_rank()..bins.len()).step_by(item.group_items()) {
        let n = bins[bin].load(Ordering::Relaxed);
        if let Some(count) = counts.get(bin)
            && n > 0
        {
            scope::device(|| count.fetch_add(n, Ordering::Relaxed));
        }
    }
}

/// All count in the buffer.
fn count_in_buffer<T: DeviceCopy, F: Fn(T) -> usize + Copy + Send + Sync + 'static>(
    item: WorkItem,
    bin: Function<F>,
    x: &[T],
    counts: &[AtomicU32],
) {
    let bin = bin.get();
    for x in super::chunk(x, item.linear_id(), item.work_items()) {
        if let Some(count) = counts.get(bin(*x)) {
            scope::device(|| count.fetch_add(1, Ordering::Relaxed));
        }
    }
}
