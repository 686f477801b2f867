use geobacter_core::{Grid, Group, GroupArg, Lds, LdsLen, PerGroup, PerItem, SubgroupItem, WorkItem};
use geobacter_runtime::{Buffer, Result};

use super::function::Function;
use super::row::{self, Row};
use super::scratch::Use;
use super::{Operation, Primitives};
use crate::group;

/// Work-items of a group.
const GROUP: usize = 256;
/// Groups for each compute unit: as many as keep it busy with this group size (2048 work-items on most).
const GROUPS_PER_UNIT: usize = 8;
/// Rows that a work-item has under way at a time, to hide the latency of memory.
const UNROLL: usize = 4;

impl Primitives {
    /// Combines all elements of `x`: `neutral` where there are none. Waits for the result.
    ///
    /// `f` must be associative and commutative, and `f(neutral, x)` be `x`. The order in which elements are combined depends
    /// on their number and the device alone: a result of floating-point numbers is the same each time.
    ///
    /// ```
    /// use geobacter::prelude::*;
    /// use geobacter::primitives::Primitives;
    /// # fn main() -> geobacter::Result<()> {
    /// let device = Device::open("cpu")?;
    /// let mut primitives = Primitives::new(&device);
    /// let x = device.buffer_from(&(1..=100).collect::<Vec<u32>>())?;
    /// assert_eq!(primitives.reduce(&x, 0, |a, b| a + b)?, 5050);
    /// assert_eq!(primitives.reduce(&x, 0, u32::max)?, 100);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// As [`Device::launch`](geobacter_runtime::Device::launch).
    pub fn reduce<T: SubgroupItem>(&mut self, x: &Buffer<T>, neutral: T, f: impl Operation<T>) -> Result<T> {
        let mut result = self.scratch.take(&self.device, Use::Result, 1, neutral)?;
        self.reduce_into(x, &mut result, neutral, f)?;
        let value = result.to_vec()?[0];
        self.scratch.put(Use::Result, result);
        Ok(value)
    }

    /// As [`reduce`](Self::reduce), without waiting: the result goes to the first element of `result`.
    ///
    /// # Errors
    /// As [`Device::launch`](geobacter_runtime::Device::launch), which sees to a `result` that has no element.
    pub fn reduce_into<T: SubgroupItem, F: Operation<T>>(
        &mut self,
        x: &Buffer<T>,
        result: &mut Buffer<T>,
        neutral: T,
        f: F,
    ) -> Result<()> {
        let f = Function::new(f);
        let units = self.device.info().compute_units.max(1) as usize;
        if self.is_of_lone_work_items() {
            let chunks = units * super::CHUNKS_PER_UNIT;
            let mut parts = self.scratch.take(&self.device, Use::Partial, chunks, neutral)?;
            self.device.launch(Grid::covering(chunks), chunks_of::<T, F>, (f, neutral, x, &mut parts))?;
            self.device.launch(Grid::covering(1), first_chunks::<T, F>, (f, neutral, chunks, &parts, result))?;
            self.scratch.put(Use::Partial, parts);
            return Ok(());
        }
        let rows = x.len().div_ceil(row::per_row::<T>());
        let groups = rows.div_ceil(GROUP * UNROLL).clamp(1, units * GROUPS_PER_UNIT);
        let grid = |groups: usize| Grid::covering(groups * GROUP).group_size([GROUP as u32]);
        let mut parts = self.scratch.take(&self.device, Use::Partial, units * GROUPS_PER_UNIT, neutral)?;
        let args = (GroupArg, LdsLen(GROUP), f, neutral, x, &mut parts);
        self.device.launch(grid(groups), reduce_by_group::<T, F>, args)?;
        let args = (GroupArg, LdsLen(GROUP), f, neutral, parts.slice(..groups), result);
        self.device.launch(grid(1), reduce_by_group::<T, F>, args)?;
        self.scratch.put(Use::Partial, parts);
        Ok(())
    }
}

/// Each group reduces every n-th row of `x`.
fn reduce_by_group<T: SubgroupItem, F: Operation<T>>(
    item: WorkItem,
    group: Group,
    mut lds: Lds<[T]>,
    f: Function<F>,
    neutral: T,
    x: &[T],
    mut out: PerGroup<T>,
) {
    let f = f.get();
    let (per_row, step) = (row::per_row::<T>(), item.work_items());
    // Rows that can be read at once; what is left is read one by one.
    let rows = if row::is_aligned(x.as_ptr()) { x.len() / per_row } else { 0 };
    // SAFETY: below, `at` is less than `rows`.
    let load = |at: usize| unsafe { Row::load(x.as_ptr(), at) };
    let mut sum = neutral;
    let mut at = item.linear_id();
    while at + (UNROLL - 1) * step < rows {
        let loaded: [Row<T>; UNROLL] = std::array::from_fn(|i| load(at + i * step));
        sum = loaded.iter().fold(sum, |sum, row| f(sum, row.fold(f)));
        at += UNROLL * step;
    }
    while at < rows {
        sum = f(sum, load(at).fold(f));
        at += step;
    }
    let mut at = rows * per_row + item.linear_id();
    while let Some(x) = x.get(at) {
        sum = f(sum, *x);
        at += step;
    }
    let sum = group::reduce(&item, group, &mut lds, sum, f);
    if let Some(out) = out.get_mut(&item) {
        *out = sum;
    }
}

/// Each work-item reduces a part of `x` in one piece: what suits processors whose work-items work alone.
fn chunks_of<T: SubgroupItem, F: Operation<T>>(
    item: WorkItem,
    f: Function<F>,
    neutral: T,
    x: &[T],
    mut out: PerItem<T>,
) {
    let f = f.get();
    let chunk = super::chunk(x, item.global_id(), item.grid_size());
    if let Some(out) = out.get_mut(&item) {
        *out = chunk.iter().fold(neutral, |sum, x| f(sum, *x));
    }
}

/// Reduces the first `n` elements.
fn first_chunks<T: SubgroupItem, F: Operation<T>>(
    item: WorkItem,
    f: Function<F>,
    neutral: T,
    n: usize,
    parts: &[T],
    mut out: PerItem<T>,
) {
    let f = f.get();
    if let Some(out) = out.get_mut(&item) {
        *out = parts.iter().take(n).fold(neutral, |sum, x| f(sum, *x));
    }
}
