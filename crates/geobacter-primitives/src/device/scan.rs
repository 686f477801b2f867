#![allow(clippy::too_many_arguments, reason = "kernels take what they need one by one")]

use std::sync::atomic::{AtomicU64, Ordering};

use geobacter_core::{
    Grid, Group, GroupArg, Lds, LdsArg, LdsLen, PerGroup, Platform, RawSlice, SubgroupItem, WorkItem, platform, scope,
};
use geobacter_runtime::{Buffer, Error, Result};

use super::function::Function;
use super::look_back::{look_back, words};
use super::scan_tile::{SUB_GROUPS, Tile, across, tile_len};
use super::scratch::Use;
use super::{Operation, Primitives};

/// Which scan, for kernels: a constant.
const EXCLUSIVE: bool = false;
const INCLUSIVE: bool = true;

impl Primitives {
    /// Writes to each element of `y` what the elements of `x` up to and with the one of the same index combine to, in order.
    ///
    /// `f` must be associative, and `f(neutral, x)` and `f(x, neutral)` be `x`.
    ///
    /// On GPUs it goes over memory once, which needs what GPUs have: work-groups that have begun go on while others wait for
    /// them. How sums are put together depends on which group comes first. So where `f` is only nearly associative, as for
    /// floating-point numbers, results may differ in their last bits from run to run;
    /// [`reproducible_inclusive_scan`](Self::reproducible_inclusive_scan) does not.
    ///
    /// ```
    /// use geobacter::prelude::*;
    /// use geobacter::primitives::Primitives;
    /// # fn main() -> geobacter::Result<()> {
    /// let device = Device::open("cpu")?;
    /// let x = device.buffer_from(&[3, 1, 4, 1, 5])?;
    /// let mut y = device.buffer::<u32>(5)?;
    /// let mut primitives = Primitives::new(&device);
    /// primitives.inclusive_scan(&x, &mut y, 0, |a, b| a + b)?;
    /// assert_eq!(y.to_vec()?, [3, 4, 8, 9, 14]);
    /// primitives.exclusive_scan(&x, &mut y, 0, u32::max)?;
    /// assert_eq!(y.to_vec()?, [0, 3, 3, 4, 4]);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`Error::LengthMismatch`], and as [`Device::launch`](geobacter_runtime::Device::launch).
    pub fn inclusive_scan<T: SubgroupItem>(
        &mut self,
        x: &Buffer<T>,
        y: &mut Buffer<T>,
        neutral: T,
        f: impl Operation<T>,
    ) -> Result<()> {
        self.scan::<T, _, INCLUSIVE>(x, y, neutral, f, false)
    }

    /// Writes to each element of `y` what the elements of `x` before the one of the same index combine to: `neutral` to the
    /// first. See [`inclusive_scan`](Self::inclusive_scan).
    ///
    /// # Errors
    /// As [`inclusive_scan`](Self::inclusive_scan).
    pub fn exclusive_scan<T: SubgroupItem>(
        &mut self,
        x: &Buffer<T>,
        y: &mut Buffer<T>,
        neutral: T,
        f: impl Operation<T>,
    ) -> Result<()> {
        self.scan::<T, _, EXCLUSIVE>(x, y, neutral, f, false)
    }

    /// As [`inclusive_scan`](Self::inclusive_scan), with the same results each time on the same device, whatever `f` is. It reads
    /// `x` twice.
    ///
    /// # Errors
    /// As [`inclusive_scan`](Self::inclusive_scan).
    pub fn reproducible_inclusive_scan<T: SubgroupItem>(
        &mut self,
        x: &Buffer<T>,
        y: &mut Buffer<T>,
        neutral: T,
        f: impl Operation<T>,
    ) -> Result<()> {
        self.scan::<T, _, INCLUSIVE>(x, y, neutral, f, true)
    }

    /// As [`exclusive_scan`](Self::exclusive_scan), with the same results each time on the same device, whatever `f` is. It reads
    /// `x` twice.
    ///
    /// # Errors
    /// As [`inclusive_scan`](Self::inclusive_scan).
    pub fn reproducible_exclusive_scan<T: SubgroupItem>(
        &mut self,
        x: &Buffer<T>,
        y: &mut Buffer<T>,
        neutral: T,
        f: impl Operation<T>,
    ) -> Result<()> {
        self.scan::<T, _, EXCLUSIVE>(x, y, neutral, f, true)
    }

    fn scan<T: SubgroupItem, F: Operation<T>, const WITH_OWN: bool>(
        &mut self,
        x: &Buffer<T>,
        y: &mut Buffer<T>,
        neutral: T,
        f: F,
        reproducible: bool,
    ) -> Result<()> {
        if x.len() != y.len() {
            return Err(Error::LengthMismatch { what: "the output of a scan", left: y.len(), right: x.len() });
        }
        if x.is_empty() || size_of::<T>() == 0 {
            return Ok(());
        }
        if self.is_of_lone_work_items() {
            return self.scan_by_chunks::<T, F, WITH_OWN>(x, y, neutral, f);
        }
        let f = Function::new(f);
        let size = self.device.info().subgroup_size as usize;
        let tiles = x.len().div_ceil(tile_len::<T>(size));
        let grid = |groups: usize| Grid::covering(groups * SUB_GROUPS * size).group_size([(SUB_GROUPS * size) as u32]);
        if reproducible {
            let mut totals = self.scratch.take(&self.device, Use::Partial, tiles, neutral)?;
            let args = (GroupArg, LdsLen(SUB_GROUPS), f, neutral, x, &mut totals);
            self.device.launch(grid(tiles), total_of_tile::<T, F>, args)?;
            let mut before = self.scratch.take(&self.device, Use::Before, tiles, neutral)?;
            self.scan_totals(&totals, &mut before, tiles, neutral, f.get())?;
            // SAFETY: each lane writes the rows that are its own.
            let args = (GroupArg, LdsLen(SUB_GROUPS), f, neutral, x, &before, unsafe { y.raw() });
            self.device.launch(grid(tiles), scan_after::<T, F, WITH_OWN>, args)?;
            self.scratch.put(Use::Partial, totals);
            self.scratch.put(Use::Before, before);
            return Ok(());
        }
        // One more, for the number of tiles that have begun.
        let mut progress = self.scratch.take(&self.device, Use::Progress, tiles * words::<T>() + 1, 0u64)?;
        progress.fill(0)?;
        // SAFETY: each lane writes the rows that are its own.
        let args = (GroupArg, LdsArg, LdsLen(SUB_GROUPS), LdsLen(1), f, neutral, x, &mut progress, unsafe { y.raw() });
        self.device.launch(grid(tiles), scan_once::<T, F, WITH_OWN>, args)?;
        self.scratch.put(Use::Progress, progress);
        Ok(())
    }

    /// The exclusive scan of the first `tiles` totals: few, so one work-item does.
    fn scan_totals<T: SubgroupItem, F: Operation<T>>(
        &self,
        totals: &Buffer<T>,
        before: &mut Buffer<T>,
        tiles: usize,
        neutral: T,
        f: F,
    ) -> Result<()> {
        // SAFETY: one group, whose work-items write what is their own.
        let args =
            (GroupArg, LdsLen(SUB_GROUPS), Function::new(f), neutral, totals.slice(..tiles), unsafe { before.raw() });
        let size = (SUB_GROUPS * self.device.info().subgroup_size as usize) as u32;
        let grid = Grid::covering(size as usize).group_size([size]);
        self.device.launch(grid, scan_by_one_group::<T, F>, args).map(drop)
    }
}

/// One tile of a scan in one pass.
fn scan_once<T: SubgroupItem, F: Operation<T>, const WITH_OWN: bool>(
    item: WorkItem,
    group: Group,
    ticket: Lds<u32>,
    totals: Lds<[T]>,
    prefix: Lds<[T]>,
    f: Function<F>,
    neutral: T,
    x: &[T],
    progress: &[AtomicU64],
    out: RawSlice<T>,
) {
    let f = f.get();
    let subgroup = group.subgroup();
    let Some((begun, progress)) = progress.split_last() else { return };
    let tile = match platform() {
        // There groups begin in the order of their ids: NVIDIA's own CUB relies on that. Asking takes as long as loading does.
        Platform::Nvptx => item.group_id(),
        _ => *ticket.init_one(group, &item, || scope::device(|| begun.fetch_add(1, Ordering::Relaxed)) as u32) as usize,
    };
    let start = tile * tile_len::<T>(subgroup.size());

    let mut piece = Tile::load(&item, subgroup, x, start, neutral);
    let total = piece.scan::<F, WITH_OWN>(subgroup, neutral, f);
    let (before, total) = across(&item, group, totals, total, neutral, f);
    let mut prior = neutral;
    if group.parts(&item).index() == 0 {
        prior = look_back(subgroup, progress, tile, total, neutral, f);
    }
    let prior = prefix.init(&item.linear(), |_| prior).share(group)[0];
    let finished = piece.behind(f(prior, before), f);
    // SAFETY: tiles do not overlap, and the host passes a buffer that nobody else uses.
    unsafe { finished.store(subgroup, out.as_ptr(), out.len(), start) };
}

/// What each tile comes to.
fn total_of_tile<T: SubgroupItem, F: Operation<T>>(
    item: WorkItem,
    group: Group,
    totals: Lds<[T]>,
    f: Function<F>,
    neutral: T,
    x: &[T],
    mut out: PerGroup<T>,
) {
    let f = f.get();
    let subgroup = group.subgroup();
    let start = item.group_id() * tile_len::<T>(subgroup.size());
    let total = Tile::load(&item, subgroup, x, start, neutral).scan::<F, INCLUSIVE>(subgroup, neutral, f);
    let (_, total) = across(&item, group, totals, total, neutral, f);
    if let Some(out) = out.get_mut(&item) {
        *out = total;
    }
}

/// One tile of a scan, given what comes before it.
fn scan_after<T: SubgroupItem, F: Operation<T>, const WITH_OWN: bool>(
    item: WorkItem,
    group: Group,
    totals: Lds<[T]>,
    f: Function<F>,
    neutral: T,
    x: &[T],
    before: &[T],
    out: RawSlice<T>,
) {
    let f = f.get();
    let subgroup = group.subgroup();
    let start = item.group_id() * tile_len::<T>(subgroup.size());
    let prior = before.get(item.group_id()).copied().unwrap_or(neutral);
    let mut piece = Tile::load(&item, subgroup, x, start, neutral);
    let total = piece.scan::<F, WITH_OWN>(subgroup, neutral, f);
    let (before, _) = across(&item, group, totals, total, neutral, f);
    let finished = piece.behind(f(prior, before), f);
    // SAFETY: tiles do not overlap, and the host passes a buffer that nobody else uses.
    unsafe { finished.store(subgroup, out.as_ptr(), out.len(), start) };
}

/// The exclusive scan of all of `x`, tile after tile.
fn scan_by_one_group<T: SubgroupItem, F: Operation<T>>(
    item: WorkItem,
    group: Group,
    mut totals: Lds<[T]>,
    f: Function<F>,
    neutral: T,
    x: &[T],
    out: RawSlice<T>,
) {
    let f = f.get();
    let subgroup = group.subgroup();
    let (mut start, mut prior) = (0, neutral);
    while start < x.len() {
        let mut piece = Tile::load(&item, subgroup, x, start, neutral);
        let total = piece.scan::<F, EXCLUSIVE>(subgroup, neutral, f);
        let (before, total) = totals.scope(group, |totals| across(&item, group, totals, total, neutral, f));
        let finished = piece.behind(f(prior, before), f);
        // SAFETY: tiles do not overlap, and the host passes a buffer that nobody else uses.
        unsafe { finished.store(subgroup, out.as_ptr(), out.len(), start) };
        prior = f(prior, total);
        start += tile_len::<T>(subgroup.size());
    }
}
