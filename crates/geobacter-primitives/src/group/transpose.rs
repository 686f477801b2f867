use geobacter_core::{Group, Lds, LdsItem, WorkItem, stay_whole};

/// Hands each work-item `(x, y)` of a group what `(y, x)` passes; `None` where there is no such work-item, or no room for it in
/// the tile.
///
/// A tile whose rows are one element longer than the group is wide (`[[f32; 33]; 32]`) keeps the hardware's banks of work-group
/// memory from being asked for several elements at once.
///
/// ```
/// use geobacter::prelude::*;
/// use geobacter::primitives::group;
///
/// fn turn(item: WorkItem<2>, all: Group, mut tile: Lds<[[u32; 5]; 4]>, mut out: PerItem<u32>) {
///     let [x, y] = item.local_id();
///     let turned = group::transpose(&item, all, &mut tile, (10 * y + x) as u32);
///     if let Some(out) = out.get_mut(&item) {
///         *out = turned.unwrap_or(99);
///     }
/// }
/// # fn main() -> geobacter::Result<()> {
/// let device = Device::open("cpu")?;
/// let mut out = device.buffer::<u32>(6)?;
/// device.launch(Grid::new([3, 2]).group_size([4, 4]), turn, (GroupArg, LdsArg, &mut out))?;
/// assert_eq!(out.to_vec()?, [0, 10, 99, 1, 11, 99]);
/// # Ok(())
/// # }
/// ```
#[inline(always)]
#[track_caller]
pub fn transpose<T: LdsItem + Copy, const X: usize, const Y: usize>(
    item: &WorkItem<'_, 2>,
    group: Group<'_>,
    tile: &mut Lds<'_, [[T; X]; Y]>,
    value: T,
) -> Option<T> {
    stay_whole!();
    let [x, y] = item.local_id();
    let (size, first, grid) = (item.group_size(), item.group_id(), item.grid_size());
    let [columns, rows] = [0, 1].map(|axis| size[axis].min(grid[axis] - first[axis] * size[axis]));
    tile.scope(group, |tile| {
        let tile = tile.init(item, |_| value).share(group);
        // Elements beyond the group are its work-items' too, and hold copies.
        let there = y < columns.min(X) && x < rows.min(Y);
        there.then(|| tile[x][y])
    })
}
