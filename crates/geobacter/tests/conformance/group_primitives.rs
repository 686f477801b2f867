//! `primitives::group`: work-groups of any size and shape, whole and at the grid's end.

use std::sync::atomic::{AtomicU32, Ordering};

use geobacter::prelude::*;
use geobacter::primitives::group;

/// Grids and work-groups along one axis: one work-item, parts of a sub-group, several and a part, the grid's end inside.
const LINES: [(usize, u32); 7] = [(1, 1), (5, 3), (64, 64), (130, 64), (200, 96), (257, 128), (500, 256)];
/// Along two axes: whole groups, and such as the grid ends inside, so that sub-groups have gaps.
const PLANES: [([usize; 2], [u32; 2]); 4] =
    [([32, 8], [16, 4]), ([11, 9], [8, 8]), ([70, 3], [64, 2]), ([33, 5], [4, 16])];

fn hashed(i: usize) -> u32 {
    (i as u32).wrapping_mul(0x9e37_79b9) ^ 0x1234_5678
}

/// The linear ids of each work-group, in the order of their ranks.
fn groups_of([width, height]: [usize; 2], [columns, rows]: [u32; 2]) -> Vec<Vec<usize>> {
    let (columns, rows) = (columns as usize, rows as usize);
    let mut groups = Vec::new();
    for top in (0..height).step_by(rows) {
        for left in (0..width).step_by(columns) {
            let ys = top..(top + rows).min(height);
            groups.push(ys.flat_map(|y| (left..(left + columns).min(width)).map(move |x| y * width + x)).collect());
        }
    }
    groups
}

/// Checks what each work-item gives against what `expected` makes of its group's values.
fn check<T: PartialEq + std::fmt::Debug>(
    what: &str,
    (grid, size): ([usize; 2], [u32; 2]),
    out: &[T],
    expected: impl Fn(&[u32]) -> Vec<T>,
) {
    for ids in groups_of(grid, size) {
        let values: Vec<u32> = ids.iter().map(|id| hashed(*id)).collect();
        for (id, expected) in ids.iter().zip(expected(&values)) {
            assert_eq!(out[*id], expected, "{what}: work-item {id} of {grid:?} in groups of {size:?}");
        }
    }
}

macro_rules! on_lines_and_planes {
    ($device:ident, $kernel:ident<$out:ty>, $expected:expr) => {{
        for (n, size) in LINES {
            let x = $device.buffer_from(&(0..n).map(hashed).collect::<Vec<_>>()).unwrap();
            let mut out = $device.buffer::<$out>(n).unwrap();
            let grid = Grid::covering(n).group_size([size]);
            $device.launch(grid, $kernel::<1>, (GroupArg, LdsArg, &x, &mut out)).unwrap();
            check(stringify!($kernel), ([n, 1], [size, 1]), &out.to_vec().unwrap(), $expected);
        }
        for (extent, size) in PLANES {
            let n = extent[0] * extent[1];
            let x = $device.buffer_from(&(0..n).map(hashed).collect::<Vec<_>>()).unwrap();
            let mut out = $device.buffer::<$out>(n).unwrap();
            let grid = Grid::new(extent).group_size(size);
            $device.launch(grid, $kernel::<2>, (GroupArg, LdsArg, &x, &mut out)).unwrap();
            check(stringify!($kernel), (extent, size), &out.to_vec().unwrap(), $expected);
        }
    }};
}

/// A kernel for grids of any number of axes, which writes what one expression makes of each value.
macro_rules! kernel {
    ($name:ident($item:ident, $group:ident, $lds:ident, $x:ident) -> $out:ty $body:block) => {
        fn $name<const D: usize>(
            $item: WorkItem<D>,
            $group: Group,
            mut $lds: Lds<[u32; 256]>,
            x: &[u32],
            mut out: PerItem<$out>,
        ) {
            let $x = x[$item.linear_id()];
            let result = $body;
            if let Some(out) = out.get_mut(&$item) {
                *out = result;
            }
        }
    };
}

kernel!(reductions(item, group, lds, x) -> [u32; 2] {
    let sum = group::reduce(&item, group, &mut lds, x, u32::wrapping_add);
    let most = group::reduce(&item, group, &mut lds, x, u32::max);
    [sum, most]
});

pub(crate) fn reduce(device: &Device) {
    on_lines_and_planes!(device, reductions<[u32; 2]>, |all| {
        let sum = all.iter().fold(0u32, |a, b| a.wrapping_add(*b));
        vec![[sum, *all.iter().max().unwrap()]; all.len()]
    });
}

kernel!(scans(item, group, lds, x) -> [u32; 4] {
    let inclusive = group::inclusive_scan(&item, group, &mut lds, x, u32::wrapping_add);
    let exclusive = group::exclusive_scan(&item, group, &mut lds, x, 0, u32::max);
    let (before, total) = group::exclusive_scan_and_total(&item, group, &mut lds, x, 0, u32::wrapping_add);
    [inclusive, exclusive, before, total]
});

pub(crate) fn scan(device: &Device) {
    on_lines_and_planes!(device, scans<[u32; 4]>, |all| {
        let sum = |n: usize| all[..n].iter().fold(0u32, |a, b| a.wrapping_add(*b));
        let most = |n: usize| all[..n].iter().copied().max().unwrap_or(0);
        (0..all.len()).map(|i| [sum(i + 1), most(i), sum(i), sum(all.len())]).collect()
    });
}

/// Maps over the numbers modulo a prime, `x -> a x + b`: their composition is associative, and its order matters.
fn compose(first: [u32; 2], then: [u32; 2]) -> [u32; 2] {
    const P: u32 = 9973;
    [first[0] * then[0] % P, (first[1] * then[0] + then[1]) % P]
}

fn map(x: u32) -> [u32; 2] {
    [x % 9972 + 1, (x >> 8) % 9973]
}

fn compositions<const D: usize>(
    item: WorkItem<D>,
    group: Group,
    mut lds: Lds<[[u32; 2]; 256]>,
    x: &[u32],
    mut out: PerItem<[[u32; 2]; 2]>,
) {
    let x = map(x[item.linear_id()]);
    let inclusive = group::inclusive_scan(&item, group, &mut lds, x, compose);
    let exclusive = group::exclusive_scan(&item, group, &mut lds, x, [1, 0], compose);
    if let Some(out) = out.get_mut(&item) {
        *out = [inclusive, exclusive];
    }
}

pub(crate) fn scan_in_order(device: &Device) {
    on_lines_and_planes!(device, compositions<[[u32; 2]; 2]>, |all| {
        let upto = |n: usize| all[..n].iter().map(|x| map(*x)).fold([1, 0], compose);
        (0..all.len()).map(|i| [upto(i + 1), upto(i)]).collect()
    });
}

kernel!(told(item, group, lds, x) -> [u32; 2] {
    let last = group::broadcast(&item, group, &mut lds, x, item.group_items() - 1);
    let mirrored = group::broadcast(&item, group, &mut lds, x, item.group_items() - 1 - item.group_rank());
    [last, mirrored]
});

pub(crate) fn broadcast(device: &Device) {
    on_lines_and_planes!(device, told<[u32; 2]>, |all| {
        all.iter().rev().map(|mirrored| [all[all.len() - 1], *mirrored]).collect()
    });
}

kernel!(sorted(item, group, lds, x) -> [u32; 2] {
    let up = group::sort(&item, group, &mut lds, x);
    // Few different values.
    let down = group::sort_by(&item, group, &mut lds, x % 7, |a, b| b.cmp(a));
    [up, down]
});

pub(crate) fn sort(device: &Device) {
    on_lines_and_planes!(device, sorted<[u32; 2]>, |all| {
        let (mut up, mut down) = (all.to_vec(), all.iter().map(|x| x % 7).collect::<Vec<_>>());
        up.sort_unstable();
        down.sort_unstable_by(|a, b| b.cmp(a));
        up.into_iter().zip(down).map(|(a, b)| [a, b]).collect()
    });
}

fn counted<const D: usize>(
    item: WorkItem<D>,
    group: Group,
    bins: Lds<[AtomicU32; 13]>,
    x: &[u32],
    mut out: PerItem<u32>,
) {
    let x = x[item.linear_id()] as usize;
    // Two numbers each, of which one may be none of the bins.
    let bins = group::histogram(&item, group, bins, [x % 13, x % 20]);
    if let Some(out) = out.get_mut(&item) {
        *out = bins[item.group_rank() % 13].load(Ordering::Relaxed);
    }
}

pub(crate) fn histogram(device: &Device) {
    on_lines_and_planes!(device, counted<u32>, |all| {
        let count = |bin: u32| all.iter().map(|x| u32::from(x % 13 == bin) + u32::from(x % 20 == bin)).sum();
        (0..all.len()).map(|i| count(i as u32 % 13)).collect()
    });
}

fn turned(item: WorkItem<2>, group: Group, mut tile: Lds<[[u32; 9]; 8]>, x: &[u32], mut out: PerItem<[u32; 2]>) {
    let turned = group::transpose(&item, group, &mut tile, x[item.linear_id()]);
    if let Some(out) = out.get_mut(&item) {
        *out = [turned.unwrap_or(0), turned.is_some().into()];
    }
}

pub(crate) fn transpose(device: &Device) {
    for (extent, size) in [([16usize, 16usize], [8u32, 8u32]), ([11, 13], [8, 8]), ([9, 7], [8, 4])] {
        let values: Vec<u32> = (0..extent[0] * extent[1]).map(hashed).collect();
        let x = device.buffer_from(&values).unwrap();
        let mut out = device.buffer::<[u32; 2]>(values.len()).unwrap();
        device.launch(Grid::new(extent).group_size(size), turned, (GroupArg, LdsArg, &x, &mut out)).unwrap();
        let size = size.map(|n| n as usize);
        for (i, out) in out.to_vec().unwrap().into_iter().enumerate() {
            let at = [i % extent[0], i / extent[0]];
            let first = [0, 1].map(|axis| at[axis] / size[axis] * size[axis]);
            let from = [first[0] + at[1] - first[1], first[1] + at[0] - first[0]];
            // Inside the grid, the group and the tile.
            let there = (0..2).all(|axis| from[axis] < extent[axis].min(first[axis] + size[axis]));
            let expected = if there { [values[from[1] * extent[0] + from[0]], 1] } else { [0, 0] };
            assert_eq!(out, expected, "at {at:?} of {extent:?} in groups of {size:?}");
        }
    }
}

fn too_little(item: WorkItem, group: Group, mut lds: Lds<[u32; 1]>, mut out: PerItem<u32>) {
    let sorted = group::sort(&item, group, &mut lds, item.global_id() as u32);
    if let Some(out) = out.get_mut(&item) {
        *out = sorted;
    }
}

/// Too little work-group memory ends the work-items, all alike, with a message.
pub(crate) fn too_little_memory_is_a_panic(device: &Device) {
    let mut out = device.buffer::<u32>(48).unwrap();
    let queue = device.new_queue().unwrap();
    let grid = Grid::covering(48).group_size([48]);
    let launch = device.launch_on(&queue, grid, too_little, (GroupArg, LdsArg, &mut out)).unwrap();
    let error = launch.wait().unwrap_err();
    let geobacter::Error::KernelPanicked { message, count, .. } = &error else { panic!("{error}") };
    assert!(message.contains("an element for each work-item") && *count == 48, "{error}");
}
