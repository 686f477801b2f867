#![allow(clippy::too_many_arguments, reason = "kernels take what they need one by one")]

use geobacter_core::{Grid, Group, GroupArg, Lds, LdsArg, PerGroup, RawSlice, SubgroupItem, WorkItem};
use geobacter_runtime::{Buffer, Error, Result};

use super::Primitives;
use super::function::Function;
use super::scratch::Use;
use crate::group;

/// Work-items of a group.
const GROUP: usize = 256;
/// Elements of each work-item: an argument of the kernels, as a loop of constant length with barriers might be unrolled
/// by the host's compiler, and its copies be taken for those of a branch.
const ROWS: usize = 8;

/// What decides.
pub(super) trait Predicate<T>: Fn(T) -> bool + Copy + Send + Sync + 'static {}
impl<T, F: Fn(T) -> bool + Copy + Send + Sync + 'static> Predicate<T> for F {}

impl Primitives {
    /// Writes to `y` those elements of `x` for which `wanted` holds, in order, and says how many they are. Waits for that
    /// number. What `y` holds beyond them is left as it is.
    ///
    /// ```
    /// use geobacter::prelude::*;
    /// use geobacter::primitives::Primitives;
    /// # fn main() -> geobacter::Result<()> {
    /// let device = Device::open("cpu")?;
    /// let x = device.buffer_from(&[5, 2, 8, 1, 9])?;
    /// let mut y = device.buffer::<i32>(5)?;
    /// let n = Primitives::new(&device).select(&x, &mut y, |x| x > 4)?;
    /// assert_eq!(y.to_vec()?[..n], [5, 8, 9]);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`Error::LengthMismatch`] where `y` is shorter than `x`, and as [`Device::launch`](geobacter_runtime::Device::launch).
    pub fn select<T, F>(&mut self, x: &Buffer<T>, y: &mut Buffer<T>, wanted: F) -> Result<usize>
    where
        T: SubgroupItem,
        F: Fn(T) -> bool + Copy + Send + Sync + 'static,
    {
        if y.len() < x.len() {
            return Err(Error::LengthMismatch {
                what: "the room for selected elements",
                left: y.len(),
                right: x.len(),
            });
        }
        if x.is_empty() {
            return Ok(0);
        }
        let wanted = Function::new(wanted);
        let tiles = x.len().div_ceil(GROUP * ROWS);
        let grid = Grid::covering(tiles * GROUP).group_size([GROUP as u32]);
        // One more, whose place is the number of all.
        let mut counts = self.scratch.take(&self.device, Use::Counts, tiles + 1, 0u64)?;
        let mut places = self.scratch.take(&self.device, Use::Offsets, counts.len(), 0u64)?;
        counts.fill(0)?;
        self.device.launch(grid, count_wanted::<T, F>, (GroupArg, LdsArg, wanted, ROWS, x, &mut counts))?;
        self.exclusive_scan(&counts, &mut places, 0, u64::wrapping_add)?;
        // SAFETY: each selected element has a place of its own.
        let args = (GroupArg, LdsArg, wanted, ROWS, x, &places, unsafe { y.raw() });
        self.device.launch(grid, write_wanted::<T, F>, args)?;
        let mut count = self.device.buffer::<u64>(1)?;
        self.device.launch(Grid::covering(1), last, (tiles, &places, &mut count))?;
        let count = count.to_vec()?[0];
        self.scratch.put(Use::Counts, counts);
        self.scratch.put(Use::Offsets, places);
        Ok(count as usize)
    }
}

/// The element at `at`.
fn last(item: WorkItem, at: usize, x: &[u64], mut out: geobacter_core::PerItem<u64>) {
    if let (Some(out), Some(x)) = (out.get_mut(&item), x.get(at)) {
        *out = *x;
    }
}

/// The indices of a group's row `row`: this work-item's.
#[inline(always)]
fn index(item: &WorkItem, rows: usize, row: usize) -> usize {
    (item.group_id() * rows + row) * GROUP + item.local_id()
}

/// How many elements of each tile are wanted.
fn count_wanted<T: SubgroupItem, F: Predicate<T>>(
    item: WorkItem,
    group: Group,
    mut lds: Lds<[u64; GROUP]>,
    wanted: Function<F>,
    rows: usize,
    x: &[T],
    mut out: PerGroup<u64>,
) {
    let wanted = wanted.get();
    let mine = (0..rows).filter_map(|row| x.get(index(&item, rows, row))).filter(|x| wanted(**x)).count();
    let all = group::reduce(&item, group, &mut lds, mine as u64, |a, b| a + b);
    if let Some(out) = out.get_mut(&item) {
        *out = all;
    }
}

/// Writes the wanted elements of each tile, row by row.
fn write_wanted<T: SubgroupItem, F: Predicate<T>>(
    item: WorkItem,
    group: Group,
    mut lds: Lds<[u64; GROUP]>,
    wanted: Function<F>,
    rows: usize,
    x: &[T],
    places: &[u64],
    out: RawSlice<T>,
) {
    let wanted = wanted.get();
    let mut place = places.get(item.group_id()).copied().unwrap_or(0);
    for row in 0..rows {
        let mine = x.get(index(&item, rows, row)).copied().filter(|x| wanted(*x));
        let (before, all) =
            group::exclusive_scan_and_total(&item, group, &mut lds, mine.is_some().into(), 0, |a, b| a + b);
        let at = (place + before) as usize;
        if let Some(x) = mine
            && at < out.len()
        {
            // SAFETY: inside; places are all different, and the host passes a buffer that nobody else uses.
            unsafe { out.as_ptr().add(at).write(x) };
        }
        place += all;
    }
}
