//! Atomics of `core`, scopes, floating-point numbers, and memory shared through them.

use std::sync::atomic::{AtomicI32, AtomicI64, AtomicU32, AtomicU64, Ordering, fence};

use geobacter::prelude::*;
use geobacter::{AtomicF32, AtomicF64, scope};

fn count_in_bins(item: WorkItem, x: &[u32], counts: &[AtomicU32]) {
    if let Some(x) = x.get(item.global_id()) {
        counts[*x as usize % counts.len()].fetch_add(1, Ordering::Relaxed);
    }
}

fn numbers(n: usize) -> Vec<u32> {
    (0..n as u32).map(|i| i.wrapping_mul(0x9e37_79b9) >> 7).collect()
}

fn histogram(x: &[u32], bins: usize) -> Vec<u32> {
    (0..bins).map(|bin| x.iter().filter(|x| **x as usize % bins == bin).count() as u32).collect()
}

pub(crate) fn counters_in_a_buffer(device: &Device) {
    let x = numbers(10_000);
    let input = device.buffer_from(&x).unwrap();
    let mut counts = device.buffer::<u32>(7).unwrap();
    device.launch(Grid::covering(x.len()), count_in_bins, (&input, &mut counts)).unwrap();
    assert_eq!(counts.to_vec().unwrap(), histogram(&x, 7));
}

fn count_by_group(item: WorkItem, group: Group, bins: Lds<[AtomicU32; 32]>, x: &[u32], counts: &[AtomicU32]) {
    let bins = bins.init(&item, |_| AtomicU32::new(0)).share(group);
    scope::work_group(|| bins[x[item.global_id()] as usize % 32].fetch_add(1, Ordering::Relaxed));
    group.barrier();
    for bin in (item.group_rank()..32).step_by(item.group_items()) {
        let count = bins[bin].load(Ordering::Relaxed);
        scope::device(|| counts[bin].fetch_add(count, Ordering::Relaxed));
    }
}

pub(crate) fn counters_in_work_group_memory(device: &Device) {
    let x = numbers(5_003);
    let input = device.buffer_from(&x).unwrap();
    let mut counts = device.buffer::<u32>(32).unwrap();
    let grid = Grid::covering(x.len()).group_size([96]);
    device.launch(grid, count_by_group, (GroupArg, LdsArg, &input, &mut counts)).unwrap();
    assert_eq!(counts.to_vec().unwrap(), histogram(&x, 32));
}

/// Every operation by every work-item, in a scope of its own, such that the order does not matter.
fn every_32(item: WorkItem, unsigned: &[AtomicU32], signed: &[AtomicI32]) {
    let id = item.global_id() as u32;
    let value = id as i32 - 50;
    unsigned[0].fetch_add(id, Ordering::SeqCst);
    scope::device(|| unsigned[1].fetch_sub(id, Ordering::AcqRel));
    scope::device(|| unsigned[2].fetch_or(1 << (id % 32), Ordering::Release));
    scope::device(|| unsigned[3].fetch_and(!(1 << (id % 31)), Ordering::Acquire));
    scope::device(|| unsigned[4].fetch_xor(id, Ordering::Relaxed));
    scope::device(|| unsigned[5].fetch_max(id ^ 0x8000_0000, Ordering::Relaxed));
    scope::device(|| unsigned[6].fetch_min(id ^ 0x8000_0000, Ordering::Relaxed));
    unsigned[7].fetch_update(Ordering::AcqRel, Ordering::Relaxed, |x| Some(x.rotate_left(1) ^ 1)).unwrap();
    signed[0].fetch_max(value, Ordering::Relaxed);
    signed[1].fetch_min(value, Ordering::AcqRel);
    scope::device(|| signed[2].fetch_max(value, Ordering::Relaxed));
    scope::device(|| signed[3].fetch_min(value, Ordering::SeqCst));
    scope::device(|| signed[4].fetch_sub(value, Ordering::Relaxed));
}

fn every_64(item: WorkItem, unsigned: &[AtomicU64], signed: &[AtomicI64]) {
    let id = (item.global_id() as u64) << 33;
    let value = id as i64 - (50 << 33);
    scope::device(|| unsigned[0].fetch_add(id, Ordering::Relaxed));
    unsigned[1].fetch_sub(id, Ordering::Release);
    unsigned[2].fetch_or(id, Ordering::Relaxed);
    scope::device(|| unsigned[3].fetch_xor(id, Ordering::Relaxed));
    scope::device(|| unsigned[4].fetch_max(!id, Ordering::Relaxed));
    signed[0].fetch_max(value, Ordering::Relaxed);
    scope::device(|| signed[1].fetch_min(value, Ordering::Relaxed));
}

pub(crate) fn every_operation(device: &Device) {
    let n = 1000u32;
    let mut unsigned = device.buffer_from(&[0, 0, 0, u32::MAX, 0, 0, u32::MAX, 0]).unwrap();
    let mut signed = device.buffer_from(&[i32::MIN, 0, -70, i32::MAX, 0]).unwrap();
    device.launch(Grid::covering(n as usize), every_32, (&mut unsigned, &mut signed)).unwrap();
    let ids = || 0..n;
    let flipped = || ids().map(|i| i ^ 0x8000_0000);
    let sum: u32 = ids().sum();
    let rotated = ids().fold(0u32, |x, _| x.rotate_left(1) ^ 1);
    let xored = ids().fold(0, |x, i| x ^ i);
    let expected = [
        sum,
        0u32.wrapping_sub(sum),
        u32::MAX,
        1 << 31,
        xored,
        flipped().max().unwrap(),
        flipped().min().unwrap(),
        rotated,
    ];
    assert_eq!(unsigned.to_vec().unwrap(), expected);
    let values = || ids().map(|i| i as i32 - 50);
    assert_eq!(signed.to_vec().unwrap(), [949, -50, 949, -50, -values().sum::<i32>()]);

    let mut unsigned = device.buffer::<u64>(5).unwrap();
    let mut signed = device.buffer::<i64>(2).unwrap();
    device.launch(Grid::covering(n as usize), every_64, (&mut unsigned, &mut signed)).unwrap();
    let ids = || (0..u64::from(n)).map(|i| i << 33);
    let sum: u64 = ids().sum();
    let expected = [sum, 0u64.wrapping_sub(sum), ids().fold(0, |x, i| x | i), ids().fold(0, |x, i| x ^ i), u64::MAX];
    assert_eq!(unsigned.to_vec().unwrap(), expected);
    assert_eq!(signed.to_vec().unwrap(), [949 << 33, -50 << 33]);
}

fn floats(item: WorkItem, singles: &[AtomicF32], doubles: &[AtomicF64]) {
    let x = item.global_id() as f32;
    // Sums of small whole numbers are exact, in any order.
    scope::device(|| singles[0].fetch_add(x));
    singles[1].fetch_add(-x);
    scope::device(|| singles[2].fetch_min(x - 10.0));
    scope::device(|| singles[3].fetch_max(x - 10.0));
    scope::device(|| doubles[0].fetch_add(f64::from(x) * 0.5));
    doubles[1].fetch_add(1.0);
    doubles[2].fetch_min(f64::from(x) - 10.0);
    scope::device(|| doubles[3].fetch_max(f64::from(x) - 10.0));
}

pub(crate) fn floating_point_numbers(device: &Device) {
    let mut singles = device.buffer_from(&[0.5f32, 0.0, 100.0, -100.0]).unwrap();
    let mut doubles = device.buffer_from(&[0.25f64, 0.0, 100.0, -100.0]).unwrap();
    device.launch(Grid::covering(1000), floats, (&mut singles, &mut doubles)).unwrap();
    assert_eq!(singles.to_vec().unwrap(), [499_500.5, -499_500.0, -10.0, 989.0]);
    assert_eq!(doubles.to_vec().unwrap(), [249_750.25, 1000.0, -10.0, 989.0]);
}

/// The last work-group to finish sees what all others have written.
fn last_group_sums(
    item: WorkItem,
    group: Group,
    last: Lds<u32>,
    parts: &[AtomicU32],
    finished: &[AtomicU32],
    groups: u32,
    mut out: PerItem<u32>,
) {
    if item.group_rank() == 0 {
        parts[item.group_id()].store(item.group_id() as u32 + 1, Ordering::Relaxed);
        scope::device(|| fence(Ordering::Release));
    }
    let last = last.init_one(group, &item, || scope::device(|| finished[0].fetch_add(1, Ordering::AcqRel)));
    if *last + 1 == groups {
        scope::device(|| fence(Ordering::Acquire));
        let sum = parts.iter().map(|part| part.load(Ordering::Relaxed)).sum();
        if let Some(out) = out.get_mut(&item) {
            *out = sum;
        }
    }
}

pub(crate) fn fences_order_what_groups_tell_each_other(device: &Device) {
    let (groups, size) = (60usize, 32usize);
    let mut parts = device.buffer::<u32>(groups).unwrap();
    let mut finished = device.buffer::<u32>(1).unwrap();
    let mut out = device.buffer::<u32>(groups * size).unwrap();
    let grid = Grid::covering(groups * size).group_size([size as u32]);
    let args = (GroupArg, LdsArg, &mut parts, &mut finished, groups as u32, &mut out);
    device.launch(grid, last_group_sums, args).unwrap();
    let out = out.to_vec().unwrap();
    let sum = (groups * (groups + 1) / 2) as u32;
    assert_eq!(out.iter().filter(|x| **x == sum).count(), size, "one group, all of its work-items");
    assert_eq!(out.iter().filter(|x| **x == 0).count(), (groups - 1) * size);
}
