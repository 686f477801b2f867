//! What work-items of a sub-group do together, on sub-groups of any size, full and not.

use geobacter::prelude::*;
use geobacter::{Subgroup, SubgroupItem};

/// Grids and work-groups: whole sub-groups, a part of one, several and a part, the grid's end inside one.
const SHAPES: [(usize, u32); 6] = [(256, 128), (16, 16), (100, 96), (70, 64), (130, 128), (1, 1)];

/// Each work-item's sub-group as the host deals it: the values of those in it, and which of them it is.
fn dealt<T: Copy>(device: &Device, values: &[T], group: u32) -> Vec<(Vec<T>, usize)> {
    let size = device.info().subgroup_size as usize;
    let groups = values.chunks(group as usize).flat_map(|g| g.chunks(size));
    groups.flat_map(|s| (0..s.len()).map(|lane| (s.to_vec(), lane))).collect()
}

/// Runs a kernel of one input and one output for all shapes, and compares.
fn check<T: SubgroupItem, U: DeviceCopy + Default + PartialEq + std::fmt::Debug>(
    device: &Device,
    value: impl Fn(usize) -> T,
    run: impl Fn(Grid, &geobacter::Buffer<T>, &mut geobacter::Buffer<U>),
    expected: impl Fn(&[T], usize) -> U,
) {
    for (n, group) in SHAPES {
        let values: Vec<T> = (0..n).map(&value).collect();
        let x = device.buffer_from(&values).unwrap();
        let mut out = device.buffer::<U>(n).unwrap();
        run(Grid::covering(n).group_size([group]), &x, &mut out);
        let expected: Vec<U> = dealt(device, &values, group).iter().map(|(all, lane)| expected(all, *lane)).collect();
        assert_eq!(out.to_vec().unwrap(), expected, "{n} in groups of {group}");
    }
}

/// A kernel that writes what one expression gives.
macro_rules! kernel {
    ($name:ident($subgroup:ident, $x:ident: $in:ty $(, $arg:ident: $ty:ty)*) -> $out:ty $body:block) => {
        fn $name(item: WorkItem, group: Group, x: &[$in], $($arg: $ty,)* mut out: PerItem<$out>) {
            let $subgroup: Subgroup = group.subgroup();
            let $x = x[item.global_id()];
            let result = $body;
            if let Some(out) = out.get_mut(&item) {
                *out = result;
            }
        }
    };
}

fn hashed(i: usize) -> u32 {
    (i as u32).wrapping_mul(0x9e37_79b9) ^ 0x1234_5678
}

kernel!(sizes(subgroup, _x: u32) -> [u32; 2] { [subgroup.size() as u32, subgroup.lane() as u32] });

pub(crate) fn size_and_lane(device: &Device) {
    let size = device.info().subgroup_size;
    let run = |grid, x: &_, out: &mut _| drop(device.launch(grid, sizes, (GroupArg, x, out)).unwrap());
    check(device, hashed, run, |_, lane| [size, lane as u32]);
}

kernel!(ballots(subgroup, x: u32) -> [u64; 2] { [subgroup.ballot(x.is_multiple_of(3)), subgroup.active()] });

pub(crate) fn ballot(device: &Device) {
    let run = |grid, x: &_, out: &mut _| drop(device.launch(grid, ballots, (GroupArg, x, out)).unwrap());
    check(device, hashed, run, |all, _| {
        let bits = |f: &dyn Fn(u32) -> bool| (0..).zip(all).filter(|(_, x)| f(**x)).map(|(i, _)| 1u64 << i).sum();
        [bits(&|x| x.is_multiple_of(3)), bits(&|_| true)]
    });
}

kernel!(quantifiers(subgroup, x: u32) -> [u32; 5] {
    [subgroup.any(x % 64 == 1), subgroup.all(x % 64 != 1), subgroup.any(true), subgroup.all(false), subgroup.is_first()]
        .map(u32::from)
});

pub(crate) fn any_all_and_first(device: &Device) {
    let run = |grid, x: &_, out: &mut _| drop(device.launch(grid, quantifiers, (GroupArg, x, out)).unwrap());
    check(device, hashed, run, |all, lane| {
        let any = all.iter().any(|x| x % 64 == 1);
        [any, !any, true, false, lane == 0].map(u32::from)
    });
}

kernel!(shuffles(subgroup, x: u32, by: usize) -> [u32; 5] {
    let size = subgroup.size();
    let lane = subgroup.lane();
    let below = if lane >= by { lane - by } else { lane };
    [
        // Only lanes that are there: what others have is not said.
        subgroup.shuffle(x, below),
        subgroup.shuffle(x, below + size),
        subgroup.shuffle_up(x, by),
        subgroup.shuffle_down(x, size + by),
        subgroup.shuffle_up(x, 3 * size),
    ]
});

pub(crate) fn shuffle_by_index_and_up(device: &Device) {
    for by in [0, 1, 2, 5, 16, 31] {
        let run = |grid, x: &_, out: &mut _| drop(device.launch(grid, shuffles, (GroupArg, x, by, out)).unwrap());
        check(device, hashed, run, |all, lane| {
            let below = if lane >= by { all[lane - by] } else { all[lane] };
            [below, below, below, all[lane], all[lane]]
        });
    }
}

kernel!(downwards(subgroup, x: u32, by: usize) -> u32 {
    let got = subgroup.shuffle_down(x, by);
    // Asked by all together: in a branch, only those in it would be there.
    let active = subgroup.active();
    // What one that is not there has is not said.
    let from = subgroup.lane() + by;
    if from < subgroup.size() && active >> from & 1 == 0 { 0 } else { got }
});

pub(crate) fn shuffle_down(device: &Device) {
    let size = device.info().subgroup_size as usize;
    for by in [0, 1, 3, 8, 30] {
        let run = |grid, x: &_, out: &mut _| drop(device.launch(grid, downwards, (GroupArg, x, by, out)).unwrap());
        check(device, hashed, run, |all, lane| match lane + by {
            from if from >= size => all[lane],
            from => all.get(from).copied().unwrap_or(0),
        });
    }
}

kernel!(constant_masks(subgroup, x: u32) -> [u32; 10] {
    // Each is a case of its own on some device.
    let got = [
        subgroup.shuffle_xor(x, 1),
        subgroup.shuffle_xor(x, 2),
        subgroup.shuffle_xor(x, 3),
        subgroup.shuffle_xor(x, 4),
        subgroup.shuffle_xor(x, 5),
        subgroup.shuffle_xor(x, 7),
        subgroup.shuffle_xor(x, 8),
        subgroup.shuffle_xor(x, 15),
        subgroup.shuffle_xor(x, 16),
        subgroup.shuffle_xor(x, 32),
    ];
    let active = subgroup.active();
    let there = |mask: usize| active >> (subgroup.lane() ^ (mask & (subgroup.size() - 1))) & 1 == 1;
    let masks = [1, 2, 3, 4, 5, 7, 8, 15, 16, 32];
    std::array::from_fn(|i| if there(masks[i]) { got[i] } else { 0 })
});

pub(crate) fn shuffle_by_constant_masks(device: &Device) {
    let size = device.info().subgroup_size as usize;
    let run = |grid, x: &_, out: &mut _| drop(device.launch(grid, constant_masks, (GroupArg, x, out)).unwrap());
    check(device, hashed, run, |all, lane| {
        [1, 2, 3, 4, 5, 7, 8, 15, 16, 32].map(|mask| all.get(lane ^ (mask & (size - 1))).copied().unwrap_or(0))
    });
}

kernel!(any_mask(subgroup, x: u32, mask: usize) -> u32 {
    let got = subgroup.shuffle_xor(x, mask);
    let from = subgroup.lane() ^ (mask & (subgroup.size() - 1));
    if subgroup.active() >> from & 1 == 1 { got } else { 0 }
});

pub(crate) fn shuffle_by_any_mask(device: &Device) {
    let size = device.info().subgroup_size as usize;
    for mask in [0, 1, 6, 13, 31, 33, 63] {
        let run = |grid, x: &_, out: &mut _| drop(device.launch(grid, any_mask, (GroupArg, x, mask, out)).unwrap());
        check(device, hashed, run, |all, lane| all.get(lane ^ (mask & (size - 1))).copied().unwrap_or(0));
    }
}

kernel!(reads(subgroup, x: u32, lane: usize) -> [u32; 2] {
    let got = subgroup.read_lane(x, lane);
    let there = subgroup.active() >> (lane & (subgroup.size() - 1)) & 1 == 1;
    [subgroup.read_first(x), if there { got } else { 0 }]
});

pub(crate) fn read_first_and_read_lane(device: &Device) {
    let size = device.info().subgroup_size as usize;
    for from in [0, 1, 17, 31, 40] {
        let run = |grid, x: &_, out: &mut _| drop(device.launch(grid, reads, (GroupArg, x, from, out)).unwrap());
        check(device, hashed, run, |all, _| [all[0], all.get(from & (size - 1)).copied().unwrap_or(0)]);
    }
}

kernel!(wide(subgroup, x: [u64; 3]) -> [u64; 3] { subgroup.read_first(subgroup.shuffle_up(x, 1)) });
kernel!(narrow(subgroup, x: [u8; 7]) -> [u8; 7] { subgroup.shuffle_up(x, 1) });

pub(crate) fn values_of_any_width(device: &Device) {
    let run = |grid, x: &_, out: &mut _| drop(device.launch(grid, wide, (GroupArg, x, out)).unwrap());
    check(device, |i| [i as u64, !(i as u64), u64::from(hashed(i)) << 20], run, |all, _| all[0]);
    let run = |grid, x: &_, out: &mut _| drop(device.launch(grid, narrow, (GroupArg, x, out)).unwrap());
    check(device, |i| std::array::from_fn(|j| (i * 7 + j) as u8), run, |all, lane| all[lane.saturating_sub(1)]);
}

kernel!(reductions(subgroup, x: u32) -> [u32; 4] {
    [
        subgroup.reduce(x, u32::wrapping_add),
        subgroup.reduce(x, u32::max),
        subgroup.reduce(x, u32::min),
        subgroup.reduce(x, |a, b| a ^ b),
    ]
});

pub(crate) fn reduce(device: &Device) {
    let run = |grid, x: &_, out: &mut _| drop(device.launch(grid, reductions, (GroupArg, x, out)).unwrap());
    check(device, hashed, run, |all, _| {
        let fold = |f: &dyn Fn(u32, u32) -> u32| all.iter().copied().reduce(f).unwrap();
        [fold(&u32::wrapping_add), fold(&u32::max), fold(&u32::min), fold(&|a, b| a ^ b)]
    });
}

/// Maps over the numbers modulo a prime, `x -> a x + b`: their composition is associative, and its order matters.
fn compose(first: [u32; 2], then: [u32; 2]) -> [u32; 2] {
    const P: u32 = 9973;
    [first[0] * then[0] % P, (first[1] * then[0] + then[1]) % P]
}

kernel!(scans(subgroup, x: [u32; 2]) -> [[u32; 2]; 2] {
    [subgroup.inclusive_scan(x, compose), subgroup.exclusive_scan(x, [1, 0], compose)]
});

fn map(i: usize) -> [u32; 2] {
    [hashed(i) % 9972 + 1, hashed(i + 1000) % 9973]
}

pub(crate) fn scan(device: &Device) {
    let run = |grid, x: &_, out: &mut _| drop(device.launch(grid, scans, (GroupArg, x, out)).unwrap());
    check(device, map, run, |all, lane| {
        let fold = |all: &[[u32; 2]]| all.iter().copied().fold([1, 0], compose);
        [fold(&all[..=lane]), fold(&all[..lane])]
    });
}

/// A grid that ends inside a group along the first axis: its sub-groups have gaps.
fn with_gaps(item: WorkItem<2>, group: Group, x: &[u32], mut out: PerItem<[u32; 3]>) {
    let subgroup = group.subgroup();
    let [i, j] = item.global_id();
    let x = x[j * item.grid_size()[0] + i];
    let sums = [
        subgroup.reduce(x, u32::wrapping_add),
        subgroup.inclusive_scan(x, u32::wrapping_add),
        subgroup.exclusive_scan(x, 7, u32::wrapping_add),
    ];
    if let Some(out) = out.get_mut(&item) {
        *out = sums;
    }
}

pub(crate) fn sub_groups_with_gaps(device: &Device) {
    let size = device.info().subgroup_size as usize;
    let (width, height) = (11, 8);
    let values: Vec<u32> = (0..width * height).map(hashed).collect();
    let x = device.buffer_from(&values).unwrap();
    let mut out = device.buffer::<[u32; 3]>(values.len()).unwrap();
    device.launch(Grid::new([width, height]).group_size([8, 8]), with_gaps, (GroupArg, &x, &mut out)).unwrap();
    let out = out.to_vec().unwrap();
    // Sub-groups are dealt from the full group's numbering, of which the grid has a part.
    let subgroup_of = |i: usize, j: usize| (i / 8, (j * 8 + i % 8) / size);
    for j in 0..height {
        for i in 0..width {
            let all = (0..height).flat_map(|y| (0..width).map(move |x| (x, y)));
            let mine = all.filter(|&(x, y)| subgroup_of(x, y) == subgroup_of(i, j));
            let mut mine: Vec<_> = mine.map(|(x, y)| (y * 8 + x % 8, values[y * width + x])).collect();
            mine.sort_unstable();
            let sum = |upto: usize| {
                mine.iter()
                    .filter(|(at, _)| *at < upto)
                    .fold(None, |sum: Option<u32>, (_, v)| Some(sum.unwrap_or(0).wrapping_add(*v)))
            };
            let at = j * 8 + i % 8;
            let expected = [sum(64).unwrap(), sum(at + 1).unwrap(), sum(at).unwrap_or(7)];
            assert_eq!(out[j * width + i], expected, "at {i}, {j}");
        }
    }
}

/// Sub-group by sub-group through work-group memory, with nothing but the sub-group's barrier in between.
fn hands_over(item: WorkItem, group: Group, data: geobacter::RawSlice<u32>, mut out: PerItem<u32>) {
    let subgroup = group.subgroup();
    let at = item.global_id();
    // SAFETY: its own element; the grid is as long as the buffer.
    unsafe { data.as_ptr().add(at).write(at as u32 + 5) };
    subgroup.barrier();
    let first = at - subgroup.lane();
    let other = first + (subgroup.lane() + 1) % subgroup.size();
    if let Some(out) = out.get_mut(&item) {
        // SAFETY: of the same sub-group, which is whole; written before the barrier, and not after.
        *out = unsafe { data.as_ptr().add(other).read() };
    }
}

pub(crate) fn barrier(device: &Device) {
    let size = device.info().subgroup_size as usize;
    let data = device.buffer::<u32>(1024).unwrap();
    let mut out = device.buffer::<u32>(1024).unwrap();
    let grid = Grid::covering(1024).group_size([128]);
    // SAFETY: see the kernel.
    device.launch(grid, hands_over, (GroupArg, unsafe { data.raw() }, &mut out)).unwrap();
    let expected = (0..1024).map(|i| (i / size * size + (i + 1) % size) as u32 + 5);
    assert_eq!(out.to_vec().unwrap(), expected.collect::<Vec<_>>());
}
