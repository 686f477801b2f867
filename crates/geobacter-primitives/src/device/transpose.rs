use geobacter_core::{DeviceCopy, Grid, Group, GroupArg, Lds, LdsItem, LdsLen, PerItem, RawSlice, WorkItem};
use geobacter_runtime::{Buffer, Error, Result};

use super::Primitives;

/// Rows and columns of a tile.
const TILE: usize = 32;
/// A row in work-group memory is one element longer: the elements of a column then lie in different banks.
const PADDED: usize = TILE + 1;
/// Work-items of a group: each has several elements of the tile.
const GROUP: usize = 256;

impl Primitives {
    /// Writes the transpose of a matrix: `x` has rows of `width` elements one after the other, `y` gets its columns as rows.
    ///
    /// ```
    /// use geobacter::prelude::*;
    /// use geobacter::primitives::Primitives;
    /// # fn main() -> geobacter::Result<()> {
    /// let device = Device::open("cpu")?;
    /// let x = device.buffer_from(&[1, 2, 3, 4, 5, 6])?;
    /// let mut y = device.buffer::<i32>(6)?;
    /// Primitives::new(&device).transpose(&x, 3, &mut y)?;
    /// assert_eq!(y.to_vec()?, [1, 4, 2, 5, 3, 6]);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`Error::LengthMismatch`] where `x` is not whole rows or `y` has another length, and as
    /// [`Device::launch`](geobacter_runtime::Device::launch).
    pub fn transpose<T: DeviceCopy + LdsItem>(&mut self, x: &Buffer<T>, width: usize, y: &mut Buffer<T>) -> Result<()> {
        if x.len() != y.len() {
            return Err(Error::LengthMismatch { what: "the output of a transpose", left: y.len(), right: x.len() });
        }
        if x.is_empty() {
            return Ok(());
        }
        let rows = x.len().checked_div(width).unwrap_or(0);
        if rows * width != x.len() {
            return Err(Error::LengthMismatch { what: "whole rows of a matrix", left: rows * width, right: x.len() });
        }
        if self.is_of_lone_work_items() {
            let grid = Grid::new([rows, width]);
            return self.device.launch(grid, gather::<T>, (width, x, y)).map(drop);
        }
        let tiles = width.div_ceil(TILE) * rows.div_ceil(TILE);
        let grid = Grid::covering(tiles * GROUP).group_size([GROUP as u32]);
        // SAFETY: each element is written by one work-item.
        let args = (GroupArg, LdsLen(PADDED * TILE), width, rows, x, unsafe { y.raw() });
        self.device.launch(grid, through_tiles::<T>, args).map(drop)
    }
}

/// Reads a tile by rows, and writes it by columns: both touch neighbouring memory from neighbouring lanes.
fn through_tiles<T: DeviceCopy + LdsItem>(
    item: WorkItem,
    group: Group,
    tile: Lds<[T]>,
    width: usize,
    rows: usize,
    x: &[T],
    out: RawSlice<T>,
) {
    let across = width.div_ceil(TILE);
    let (left, top) = (item.group_id() % across * TILE, item.group_id() / across * TILE);
    let Some(&any) = x.first() else { return };
    let tile = tile.init(&item, |i| {
        let (column, row) = (left + i % PADDED, top + i / PADDED);
        let inside = i % PADDED < TILE && column < width;
        if inside { x.get(row * width + column).copied().unwrap_or(any) } else { any }
    });
    let tile = tile.share(group);
    let (lane, first) = (item.local_id() % TILE, item.local_id() / TILE);
    for i in (first..TILE).step_by(GROUP / TILE) {
        let (column, row) = (left + i, top + lane);
        let at = column * rows + row;
        if let Some(x) = tile.get(lane * PADDED + i)
            && column < width
            && row < rows
            && at < out.len()
        {
            // SAFETY: inside, and this work-item's alone; the host passes a buffer that nobody else uses.
            unsafe { out.as_ptr().add(at).write(*x) };
        }
    }
}

/// One element each.
fn gather<T: DeviceCopy>(item: WorkItem<2>, width: usize, x: &[T], mut out: PerItem<T>) {
    let [row, column] = item.global_id();
    if let (Some(out), Some(x)) = (out.get_mut(&item), x.get(row * width + column)) {
        *out = *x;
    }
}
