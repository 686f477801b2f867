//! Operations of sub-groups for every type of element, and the ones that are made of others.

use bytemuck::{AnyBitPattern, NoUninit};
use geobacter::prelude::*;
use geobacter::{Subgroup, SubgroupItem};

/// Grids and work-groups: whole sub-groups, a part of one, several and a part, the grid's end inside one.
const SHAPES: [(usize, u32); 4] = [(256, 128), (16, 16), (100, 96), (70, 64)];

fn hashed(i: usize) -> u32 {
    (i as u32).wrapping_mul(0x9e37_79b9) ^ 0x1234_5678
}

/// Each work-item's sub-group as the host deals it: the values of those in it, and which of them it is.
fn dealt<T: Copy>(device: &Device, values: &[T], group: u32) -> Vec<(Vec<T>, usize)> {
    let size = device.info().subgroup_size as usize;
    let groups = values.chunks(group as usize).flat_map(|g| g.chunks(size));
    groups.flat_map(|s| (0..s.len()).map(|lane| (s.to_vec(), lane))).collect()
}

/// What is done with elements of each type.
trait Element: SubgroupItem + Default + PartialEq + std::fmt::Debug {
    fn make(i: usize) -> Self;
    /// Associative, and exact.
    fn combine(self, other: Self) -> Self;
}

macro_rules! integers {
    ($($t:ty)*) => {$(
        impl Element for $t {
            fn make(i: usize) -> Self {
                (u128::from(hashed(i)) << 64 | u128::from(hashed(i + 77)) << 23 | u128::from(hashed(i + 5))) as $t
            }
            #[inline]
            fn combine(self, other: Self) -> Self {
                self.wrapping_add(other)
            }
        }
    )*};
}
integers!(u8 u16 u32 u64 u128 usize i8 i16 i32 i64 i128 isize);

macro_rules! floats {
    ($($t:ty)*) => {$(
        impl Element for $t {
            // Whole numbers, whose sums are exact.
            fn make(i: usize) -> Self {
                (hashed(i) % 1000) as $t - 500.0
            }
            #[inline]
            fn combine(self, other: Self) -> Self {
                self + other
            }
        }
    )*};
}
floats!(f32 f64);

#[derive(Clone, Copy, Debug, Default, PartialEq, DeviceCopy, NoUninit, AnyBitPattern)]
#[repr(C)]
struct Small {
    wide: u64,
    narrow: u16,
    bytes: [u8; 6],
}

impl Element for Small {
    fn make(i: usize) -> Self {
        Small { wide: u64::make(i), narrow: u16::make(i), bytes: std::array::from_fn(|j| u8::make(i + j)) }
    }
    #[inline]
    fn combine(self, other: Self) -> Self {
        Small {
            wide: self.wide.max(other.wide),
            narrow: self.narrow.wrapping_add(other.narrow),
            bytes: std::array::from_fn(|j| self.bytes[j] ^ other.bytes[j]),
        }
    }
}

fn combined<T: Element>(item: WorkItem, group: Group, x: &[T], mut out: PerItem<[T; 4]>) {
    let subgroup = group.subgroup();
    let x = x[item.global_id()];
    let all = [
        subgroup.reduce(x, T::combine),
        subgroup.inclusive_scan(x, T::combine),
        subgroup.read_first(x),
        subgroup.shuffle_up(x, 1),
    ];
    if let Some(out) = out.get_mut(&item) {
        *out = all;
    }
}

fn check<T: Element>(device: &Device) {
    for (n, group) in SHAPES {
        let values: Vec<T> = (0..n).map(T::make).collect();
        let x = device.buffer_from(&values).unwrap();
        let mut out = device.buffer::<[T; 4]>(n).unwrap();
        device.launch(Grid::covering(n).group_size([group]), combined::<T>, (GroupArg, &x, &mut out)).unwrap();
        let out = out.to_vec().unwrap();
        for (i, (all, lane)) in dealt(device, &values, group).into_iter().enumerate() {
            let fold = |all: &[T]| all[1..].iter().fold(all[0], |sum, x| sum.combine(*x));
            let expected = [fold(&all), fold(&all[..=lane]), all[0], all[lane.saturating_sub(1)]];
            assert_eq!(out[i], expected, "{} of {n} in groups of {group}", std::any::type_name::<T>());
        }
    }
}

pub(crate) fn unsigned_integers(device: &Device) {
    check::<u8>(device);
    check::<u16>(device);
    check::<u32>(device);
    check::<u64>(device);
    check::<u128>(device);
    check::<usize>(device);
}

pub(crate) fn signed_integers(device: &Device) {
    check::<i8>(device);
    check::<i16>(device);
    check::<i32>(device);
    check::<i64>(device);
    check::<i128>(device);
    check::<isize>(device);
}

pub(crate) fn floating_point_numbers(device: &Device) {
    check::<f32>(device);
    check::<f64>(device);
}

pub(crate) fn structs(device: &Device) {
    check::<Small>(device);
}

/// A kernel that writes what one expression gives.
macro_rules! kernel {
    ($name:ident($subgroup:ident, $x:ident) -> $out:ty $body:block) => {
        fn $name(item: WorkItem, group: Group, x: &[u32], mut out: PerItem<$out>) {
            let $subgroup: Subgroup = group.subgroup();
            let $x = x[item.global_id()];
            let result = $body;
            if let Some(out) = out.get_mut(&item) {
                *out = result;
            }
        }
    };
}

fn run<U: DeviceCopy + Default + PartialEq + std::fmt::Debug>(
    device: &Device,
    launch: impl Fn(Grid, &Buffer<u32>, &mut Buffer<U>),
    expected: impl Fn(&[u32], usize) -> U,
) {
    for (n, group) in SHAPES {
        let values: Vec<u32> = (0..n).map(hashed).collect();
        let x = device.buffer_from(&values).unwrap();
        let mut out = device.buffer::<U>(n).unwrap();
        launch(Grid::covering(n).group_size([group]), &x, &mut out);
        let expected: Vec<U> = dealt(device, &values, group).iter().map(|(all, lane)| expected(all, *lane)).collect();
        assert_eq!(out.to_vec().unwrap(), expected, "{n} in groups of {group}");
    }
}

kernel!(ranks(subgroup, x) -> [u32; 2] { [subgroup.rank_among(x.is_multiple_of(3)), subgroup.rank_among(true)] });

pub(crate) fn ranks_among_those_that_pass_true(device: &Device) {
    let launch = |grid, x: &_, out: &mut _| drop(device.launch(grid, ranks, (GroupArg, x, out)).unwrap());
    run(device, launch, |all, lane| [all[..lane].iter().filter(|x| x.is_multiple_of(3)).count() as u32, lane as u32]);
}

kernel!(matches(subgroup, x) -> [u64; 2] { [subgroup.match_bits(x >> 8, 3), subgroup.match_bits(x, 0)] });

pub(crate) fn work_items_with_equal_bits_find_each_other(device: &Device) {
    let launch = |grid, x: &_, out: &mut _| drop(device.launch(grid, matches, (GroupArg, x, out)).unwrap());
    run(device, launch, |all, lane| {
        let same =
            |mask: u32| (0..).zip(all).filter(move |(_, x)| (**x ^ all[lane]) >> 8 & mask == 0).map(|(i, _)| 1u64 << i);
        [same(7).sum(), same(0).sum()]
    });
}

kernel!(segments(subgroup, x) -> [u32; 3] {
    [
        subgroup.segmented_scan(x, x.is_multiple_of(5), u32::wrapping_add),
        subgroup.segmented_scan(x, x.is_multiple_of(7), u32::max),
        // Associative, and not commutative: the first of each segment.
        subgroup.segmented_scan(x, x.is_multiple_of(7), |first, _| first),
    ]
});

pub(crate) fn scan_by_segments(device: &Device) {
    let launch = |grid, x: &_, out: &mut _| drop(device.launch(grid, segments, (GroupArg, x, out)).unwrap());
    run(device, launch, |all, lane| {
        let start = |every: u32| (0..=lane).rev().find(|i| all[*i].is_multiple_of(every)).unwrap_or(0);
        let sum = all[start(5)..=lane].iter().fold(0u32, |a, b| a.wrapping_add(*b));
        let most = *all[start(7)..=lane].iter().max().unwrap();
        [sum, most, all[start(7)]]
    });
}

/// A grid that ends inside a group along the first axis: its sub-groups have gaps.
fn segments_with_gaps(item: WorkItem<2>, group: Group, mut out: PerItem<[u32; 2]>) {
    let mine = hashed(item.linear_id());
    let scanned = group.subgroup().segmented_scan(mine, mine.is_multiple_of(4), u32::wrapping_add);
    let first = group.subgroup().segmented_scan(mine, mine.is_multiple_of(4), |first, _| first);
    if let Some(out) = out.get_mut(&item) {
        *out = [scanned, first];
    }
}

pub(crate) fn scan_by_segments_with_gaps(device: &Device) {
    let size = device.info().subgroup_size as usize;
    let (width, height) = (11, 8);
    let mut out = device.buffer::<[u32; 2]>(width * height).unwrap();
    device.launch(Grid::new([width, height]).group_size([8, 8]), segments_with_gaps, (GroupArg, &mut out)).unwrap();
    let out = out.to_vec().unwrap();
    let place = |i: usize| (i % width / 8, (i / width * 8 + i % width % 8) / size, i / width * 8 + i % width % 8);
    for (i, out) in out.into_iter().enumerate() {
        let (group, subgroup, at) = place(i);
        let mut before: Vec<(usize, u32)> = (0..width * height)
            .filter(|j| (place(*j).0, place(*j).1) == (group, subgroup) && place(*j).2 <= at)
            .map(|j| (place(j).2, hashed(j)))
            .collect();
        before.sort_unstable();
        let start = before.iter().rposition(|(_, x)| x.is_multiple_of(4)).unwrap_or(0);
        let sum = before[start..].iter().fold(0u32, |a, (_, b)| a.wrapping_add(*b));
        assert_eq!(out, [sum, before[start].1], "work-item {i}");
    }
}
