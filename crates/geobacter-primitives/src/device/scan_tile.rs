//! The scan of one tile by one work-group.
//!
//! A sub-group has a piece of the tile, and goes through it row by row: each lane loads 16 bytes beside its neighbour's, so
//! that memory is accessed in one piece, and nothing has to change places afterwards.

use geobacter_core::{Group, Lds, Subgroup, SubgroupItem, WorkItem};

use super::Operation;
use super::row::{self, Row};

/// Does a block for each row of a lane, one after the other: no loop, because what a loop indexes stays in memory if the host's
/// compiler does not unroll it, and rows belong in registers.
macro_rules! each_row {
    ($i:ident => $block:block) => {
        each_row!(0 1 2 3 4 5 6: $i => $block)
    };
    ($($row:literal)+: $i:ident => $block:block) => {
        $({
            let $i: usize = $row;
            $block
        })+
    };
}

/// Rows of each lane, as many as [`each_row`] goes through. A tile waits for its predecessors for longer than it takes to load and
/// to scan, so what counts is how much of all tiles there is in registers at a time: seven rows are what 64 registers of a
/// work-item hold.
pub(super) const ROWS: usize = 7;
/// Sub-groups of a group.
pub(super) const SUB_GROUPS: usize = 8;

/// Elements of a tile.
pub(super) const fn tile_len<T>(subgroup_size: usize) -> usize {
    row::per_row::<T>() * ROWS * SUB_GROUPS * subgroup_size
}

/// A tile in registers.
pub(super) struct Tile<T> {
    rows: [Row<T>; ROWS],
    /// What the lane's first row begins at, in rows from the tile's start; the others follow at a sub-group's distance.
    first_row: usize,
}

impl<T: SubgroupItem> Tile<T> {
    /// Loads the tile that begins at `start`, with `neutral` in the place of what lies beyond the end.
    #[inline(always)]
    pub(super) fn load(item: &WorkItem, subgroup: Subgroup, x: &[T], start: usize, neutral: T) -> Self {
        let size = subgroup.size();
        let (index, lane) = (item.local_linear_id() / size, subgroup.lane());
        let first_row = index * ROWS * size + lane;
        let per_row = row::per_row::<T>();
        // Tiles begin with a row.
        let mut rows = [Row::filled(neutral); ROWS];
        if start + tile_len::<T>(size) <= x.len() && row::is_aligned(x.as_ptr()) {
            each_row!(i => {
                // SAFETY: the tile is inside the slice, which is aligned.
                rows[i] = unsafe { Row::load(x.as_ptr(), start / per_row + first_row + i * size) };
            });
        } else {
            each_row!(i => {
                let mut at = start + (first_row + i * size) * per_row;
                rows[i] = rows[i].map(|neutral| {
                    at += 1;
                    x.get(at - 1).copied().unwrap_or(neutral)
                });
            });
        }
        Tile { rows, first_row }
    }

    /// Scans the sub-group's piece: each element becomes what the piece comes to up to it (`WITH_OWN`), or before it. Gives what
    /// the whole piece comes to.
    ///
    /// Convergent: the sub-group is whole.
    #[inline(always)]
    pub(super) fn scan<F: Operation<T>, const WITH_OWN: bool>(&mut self, subgroup: Subgroup, neutral: T, f: F) -> T {
        let mut so_far = neutral;
        each_row!(i => {
            let up_to_here = full_scan(subgroup, self.rows[i].fold(f), f);
            let lanes_before = subgroup.shuffle_up(up_to_here, 1);
            let total = subgroup.read_lane(up_to_here, subgroup.size() - 1);
            let mut sum = f(so_far, if subgroup.lane() == 0 { neutral } else { lanes_before });
            self.rows[i] = self.rows[i].map(|x| {
                let before = sum;
                sum = f(sum, x);
                if WITH_OWN { sum } else { before }
            });
            so_far = f(so_far, total);
        });
        so_far
    }

    /// What a scanned piece becomes behind `prior`.
    #[inline(always)]
    pub(super) fn behind<F: Operation<T>>(mut self, prior: T, f: F) -> Self {
        each_row!(i => {
            self.rows[i] = self.rows[i].map(|x| f(prior, x));
        });
        self
    }

    /// Writes the tile where it was loaded from, up to the end.
    ///
    /// # Safety
    /// `out` must be `len` elements that nobody else uses in this tile's range.
    #[inline(always)]
    pub(super) unsafe fn store(&self, subgroup: Subgroup, out: *mut T, len: usize, start: usize) {
        let size = subgroup.size();
        let per_row = row::per_row::<T>();
        if start + tile_len::<T>(size) <= len && row::is_aligned(out) {
            each_row!(i => {
                // SAFETY: inside, and this lane's own row, as the caller promises.
                unsafe { self.rows[i].store(out, start / per_row + self.first_row + i * size) };
            });
            return;
        }
        each_row!(i => {
            self.rows[i].each(|j, x| {
                let at = start + (self.first_row + i * size) * per_row + j;
                if at < len {
                    // SAFETY: as above.
                    unsafe { out.add(at).write(x) };
                }
            });
        });
    }
}

/// The inclusive scan of a sub-group all of which is there.
///
/// It has at least one turn: where the host's compiler unrolls a loop around it, each copy then comes before the next on
/// every way, and none looks like one of a branch.
#[inline(always)]
pub(super) fn full_scan<T: SubgroupItem, F: Operation<T>>(subgroup: Subgroup, value: T, f: F) -> T {
    let (mut sum, mut distance) = (value, 1);
    loop {
        let before = subgroup.shuffle_up(sum, distance);
        if subgroup.lane() >= distance {
            sum = f(before, sum);
        }
        distance *= 2;
        if distance >= subgroup.size() {
            return sum;
        }
    }
}

/// What comes before this work-item's sub-group in its group, and what all sub-groups come to.
#[inline(always)]
pub(super) fn across<T: SubgroupItem, F: Operation<T>>(
    item: &WorkItem,
    group: Group,
    totals: Lds<[T]>,
    total: T,
    neutral: T,
    f: F,
) -> (T, T) {
    let parts = group.parts(item);
    let totals = totals.first(SUB_GROUPS).init(&parts, |_| total).share(group);
    let (mut before, mut all) = (neutral, neutral);
    for (i, total) in totals.iter().enumerate() {
        if i == parts.index() {
            before = all;
        }
        all = f(all, *total);
    }
    (before, all)
}
