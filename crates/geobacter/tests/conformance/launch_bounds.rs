//! Bounds on launches change what code is used, and nothing that it computes.

use geobacter::prelude::*;
use geobacter::{Error, LaunchBounds};

/// Values of a work-item: more than it has registers for, under bounds.
const VALUES: usize = 64;

fn folded(seed: u32, rounds: u32) -> u32 {
    let mut v: [u32; VALUES] = std::array::from_fn(|i| (seed + i as u32).wrapping_mul(0x9e37_79b9));
    for _ in 0..rounds {
        for i in 0..VALUES {
            v[i] = v[i].rotate_left(5) ^ v[(i + 1) % VALUES].wrapping_add(v[(i + 23) % VALUES]);
        }
    }
    v.iter().fold(0, |sum, v| sum ^ v)
}

fn fold(item: WorkItem, rounds: u32, mut y: PerItem<u32>) {
    if let Some(y) = y.get_mut(&item) {
        *y = folded(item.global_id() as u32, rounds);
    }
}

fn folds_rightly(device: &Device, grid: Grid, bounds: LaunchBounds) {
    let [n] = grid.extent();
    let mut y = device.buffer::<u32>(n).unwrap();
    device.launch(grid.launch_bounds(bounds), fold, (5, &mut y)).unwrap();
    let expected: Vec<u32> = (0..n as u32).map(|i| folded(i, 5)).collect();
    assert_eq!(y.to_vec().unwrap(), expected, "{bounds:?}");
}

pub(crate) fn results_are_the_same(device: &Device) {
    let grid = Grid::covering(300).group_size([64]);
    for bounds in [
        LaunchBounds::new(),
        LaunchBounds::new().min_subgroups(1),
        LaunchBounds::new().min_subgroups(8),
        LaunchBounds::new().max_registers(24),
        LaunchBounds::new().max_registers(40),
        LaunchBounds::new().exact_group_size(),
        LaunchBounds::new().min_subgroups(4).max_registers(64).exact_group_size(),
    ] {
        folds_rightly(device, grid, bounds);
    }
    // Where the size is the device's own choice.
    folds_rightly(device, Grid::covering(300), LaunchBounds::new().exact_group_size());
}

pub(crate) fn limits_of_registers_are_kept(device: &Device) {
    let mut y = device.buffer::<u32>(64).unwrap();
    let grid = Grid::covering(64).group_size([64]);
    for limit in [24, 48] {
        let bound = grid.launch_bounds(LaunchBounds::new().max_registers(limit));
        let prepared = device.prepare(bound, fold, (1, &mut y)).unwrap();
        // A device without registers of its own says nothing.
        assert!(prepared.registers().is_none_or(|n| n <= limit), "{:?} of {limit}", prepared.registers());
    }
}

fn place(item: WorkItem<2>, mut y: PerItem<[u64; 2]>) {
    if let Some(y) = y.get_mut(&item) {
        *y = item.global_id().map(|id| id as u64);
    }
}

/// Grids that are no multiple of it, and begin elsewhere: ids are computed with the size as a constant.
pub(crate) fn exact_group_sizes(device: &Device) {
    for size in [[32, 1], [1, 32], [8, 8], [5, 7], [64, 2], [1, 1]] {
        let exact = LaunchBounds::new().exact_group_size();
        let grid = Grid::new([37, 19]).starting_at([1000, 1 << 33]).group_size(size).launch_bounds(exact);
        let mut y = device.buffer::<[u64; 2]>(37 * 19).unwrap();
        device.launch(grid, place, (&mut y,)).unwrap();
        let ids = (0..19).flat_map(|b| (0..37).map(move |a| [1000 + a, (1 << 33) + b]));
        assert_eq!(y.to_vec().unwrap(), ids.collect::<Vec<[u64; 2]>>(), "{size:?}");
    }
}

/// Barriers among one sub-group, and among several.
pub(crate) fn exact_group_sizes_with_barriers(device: &Device) {
    fn reverse(item: WorkItem, group: Group, lds: Lds<[u32]>, x: &[u32], mut y: PerItem<u32>) {
        let value = x.get(item.global_id()).copied().unwrap_or(0);
        let all = lds.init(&item, |_| value).share(group);
        if let Some(y) = y.get_mut(&item) {
            *y = all.get(all.len() - 1 - item.local_id()).copied().unwrap_or(u32::MAX);
        }
    }
    for size in [32, 64, 128] {
        let n = size as usize * 3;
        let x: Vec<u32> = (0..n as u32).collect();
        let from = device.buffer_from(&x).unwrap();
        let mut y = device.buffer::<u32>(n).unwrap();
        let exact = LaunchBounds::new().exact_group_size();
        let grid = Grid::covering(n).group_size([size]).launch_bounds(exact);
        device.launch(grid, reverse, (GroupArg, LdsLen(size as usize), &from, &mut y)).unwrap();
        let expected: Vec<u32> = x.chunks(size as usize).flat_map(|group| group.iter().rev().copied()).collect();
        assert_eq!(y.to_vec().unwrap(), expected, "{size}");
    }
}

pub(crate) fn panics_are_reported_under_bounds(device: &Device) {
    fn stop(item: WorkItem, x: &[u32], mut y: PerItem<u32>) {
        if let Some(y) = y.get_mut(&item) {
            *y = x[item.global_id()] + 1;
        }
    }
    let queue = device.new_queue().unwrap();
    let x = device.buffer_filled(100, 1u32).unwrap();
    let mut y = device.buffer::<u32>(128).unwrap();
    let bounds = LaunchBounds::new().max_registers(32).exact_group_size();
    let grid = Grid::covering(128).group_size([64]).launch_bounds(bounds);
    match device.launch_on(&queue, grid, stop, (&x, &mut y)).unwrap().wait() {
        Err(Error::KernelPanicked { message, count, work_group, .. }) => {
            assert!(message.contains("the len is 100"), "{message}");
            assert_eq!((count, work_group), (28, [1, 0, 0]));
        }
        other => panic!("{other:?}"),
    }
}

pub(crate) fn bounds_that_make_no_sense_are_refused(device: &Device) {
    let mut y = device.buffer::<u32>(64).unwrap();
    let grid = Grid::covering(64).group_size([64]);
    for (bounds, part) in [
        (LaunchBounds::new().min_subgroups(0), "at least 0 sub-groups"),
        (LaunchBounds::new().max_registers(0), "at most 0 registers"),
    ] {
        let error = device.launch(grid.launch_bounds(bounds), fold, (1, &mut y)).unwrap_err();
        assert!(matches!(error, Error::LaunchBounds { .. }) && error.to_string().contains(part), "{error}");
    }
    for (bounds, part) in [
        (LaunchBounds::new().min_subgroups(1000), "at least 1000 sub-groups"),
        (LaunchBounds::new().max_registers(1), "at most 1 registers"),
        (LaunchBounds::new().max_registers(100_000), "at most 100000 registers"),
    ] {
        match device.launch(grid.launch_bounds(bounds), fold, (1, &mut y)) {
            Ok(launch) => {
                assert!(!device.info().is_gpu, "nobody can keep {bounds:?}");
                launch.wait().unwrap();
            }
            Err(error) => assert!(matches!(error, Error::Compile(_)) && error.to_string().contains(part), "{error}"),
        }
    }
    folds_rightly(device, grid, LaunchBounds::new());
}
