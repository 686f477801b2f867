//! Checks in loops: none is forgotten where it fails late, far out, or by wrapping around, and none fails where it must not.

use std::sync::atomic::Ordering;

use geobacter::Error;
use geobacter::prelude::*;

const ITEMS: usize = 70;
const LENGTH: usize = 100;

/// Which elements a work-item reads: `offset + id + k * step` for `k` in `first..last`, modulo 2^64.
#[derive(Clone, Copy, Debug, DeviceCopy)]
#[repr(C)]
struct Walk {
    first: usize,
    last: usize,
    offset: usize,
    step: usize,
}

impl Walk {
    fn index(self, id: usize, k: usize) -> usize {
        self.offset.wrapping_add(id).wrapping_add(k.wrapping_mul(self.step))
    }
}

fn walk(item: WorkItem, walk: Walk, x: &[u32], mut y: PerItem<u32>) {
    if let Some(y) = y.get_mut(&item) {
        let mut sum = *y;
        for k in walk.first..walk.last {
            sum = sum.wrapping_mul(31).wrapping_add(x[walk.index(item.global_id(), k)]);
        }
        *y = sum;
    }
}

fn input() -> Vec<u32> {
    (0..LENGTH as u32).map(|i| i.wrapping_mul(2_654_435_761)).collect()
}

/// Runs the walk, and says what came of it.
fn run(device: &Device, how: Walk) -> Result<Vec<u32>, Error> {
    let queue = device.new_queue()?;
    let x = device.buffer_from(&input())?;
    let mut y = device.buffer_filled(ITEMS, 7u32)?;
    device.launch_on(&queue, Grid::covering(ITEMS), walk, (how, &x, &mut y))?.wait()?;
    y.to_vec()
}

const BACKWARDS: usize = usize::MAX;

pub(crate) fn walks_in_bounds(device: &Device) {
    let walks = [
        Walk { first: 0, last: 31, offset: 0, step: 1 },
        Walk { first: 0, last: 1, offset: 30, step: usize::MAX },
        Walk { first: 5, last: 15, offset: 0, step: 2 },
        Walk { first: 0, last: 25, offset: 30, step: BACKWARDS },
        Walk { first: 9, last: 9, offset: 0, step: 1 << 60 },
        Walk { first: 9, last: 3, offset: 500, step: 7 },
        Walk { first: 0, last: 1000, offset: 3, step: 0 },
        // The way to the last index wraps around, and no index is out of bounds.
        Walk { first: 0, last: 30, offset: 29, step: BACKWARDS },
    ];
    for how in walks {
        let x = input();
        let expected: Vec<u32> = (0..ITEMS)
            .map(|id| (how.first..how.last).fold(7u32, |sum, k| sum.wrapping_mul(31).wrapping_add(x[how.index(id, k)])))
            .collect();
        assert_eq!(run(device, how).unwrap(), expected, "{how:?}");
    }
}

pub(crate) fn walks_out_of_bounds(device: &Device) {
    let walks = [
        // Only for the last work-items, and only in the last turns.
        Walk { first: 0, last: 40, offset: 0, step: 1 },
        Walk { first: 0, last: 40, offset: 20, step: BACKWARDS },
        Walk { first: 3, last: 5, offset: 0, step: 1 << 62 },
        Walk { first: 0, last: 9, offset: usize::MAX - 75, step: 1 },
        Walk { first: 0, last: usize::MAX, offset: 0, step: 1 },
        // In bounds at the end, out of them on the way there.
        Walk { first: 0, last: 5, offset: 0, step: 1 << 62 },
    ];
    for how in walks {
        let bad = |id: usize| (how.first..how.last).map(|k| how.index(id, k)).find(|i| *i >= LENGTH);
        let failing: Vec<usize> = (0..ITEMS).filter_map(bad).collect();
        let Err(Error::KernelPanicked { message, count, .. }) = run(device, how) else {
            panic!("no panic: {how:?}");
        };
        assert_eq!(count, failing.len() as u64, "{how:?}");
        // The first index that fails, of whichever work-item was first.
        let messages: Vec<String> =
            failing.iter().map(|i| format!("the len is {LENGTH} but the index is {i}")).collect();
        assert!(messages.iter().any(|m| message.contains(m)), "{how:?}: {message}");
    }
}

const SHORT: usize = 60;

/// Checks two indices in each turn.
fn both(item: WorkItem, a: Walk, b: Walk, x: &[u32], z: &[u32], mut y: PerItem<u32>) {
    if let Some(y) = y.get_mut(&item) {
        let id = item.global_id();
        let mut sum = 0u32;
        for k in a.first..a.last {
            sum = sum.wrapping_mul(31).wrapping_add(x[a.index(id, k)] ^ z[b.index(id, k)]);
        }
        *y = sum;
    }
}

/// Checks one index in each turn, and one in some turns only.
fn sometimes_both(item: WorkItem, a: Walk, b: Walk, x: &[u32], z: &[u32], mut y: PerItem<u32>) {
    if let Some(y) = y.get_mut(&item) {
        let id = item.global_id();
        let mut sum = 0u32;
        for k in a.first..a.last {
            let value = x[a.index(id, k)];
            sum = sum.wrapping_mul(31).wrapping_add(value);
            if value & 3 == 0 {
                sum ^= z[b.index(id, k)];
            }
        }
        *y = sum;
    }
}

/// Checks two indices in each turn, between which something is done that the host sees.
fn both_and_between(item: WorkItem, a: Walk, b: Walk, x: &[u32], z: &[u32], mut y: PerItem<u32>, done: SignalRef) {
    if let Some(y) = y.get_mut(&item) {
        let id = item.global_id();
        for k in a.first..a.last {
            let value = x[a.index(id, k)];
            done.fetch_add(1, Ordering::Relaxed);
            *y = y.wrapping_mul(31).wrapping_add(value ^ z[b.index(id, k)]);
        }
    }
}

/// Where both walks stay in bounds, and where either leaves them first.
const PAIRS: [[Walk; 2]; 6] = [
    [Walk { first: 0, last: 20, offset: 2, step: 1 }, Walk { first: 0, last: 0, offset: usize::MAX - 9, step: 0 }],
    [Walk { first: 0, last: 20, offset: 2, step: 1 }, Walk { first: 0, last: 0, offset: 0, step: 0 }],
    [Walk { first: 2, last: 40, offset: 0, step: 1 }, Walk { first: 0, last: 0, offset: 0, step: 1 }],
    [Walk { first: 2, last: 30, offset: 0, step: 3 }, Walk { first: 0, last: 0, offset: 9, step: BACKWARDS }],
    [Walk { first: 0, last: 28, offset: 70, step: BACKWARDS }, Walk { first: 0, last: 0, offset: 20, step: BACKWARDS }],
    [Walk { first: 7, last: 20, offset: 40, step: 1 << 61 }, Walk { first: 0, last: 0, offset: 0, step: 1 << 62 }],
];

/// What a work-item comes to: how many turns get past the first index, and the length and index that it panics with.
fn outcome([a, b]: [Walk; 2], id: usize, takes_both: impl Fn(u32) -> bool) -> (u64, Option<(usize, usize)>) {
    let x = input();
    let mut done = 0;
    for k in a.first..a.last {
        let (i, j) = (a.index(id, k), b.index(id, k));
        if i >= LENGTH {
            return (done, Some((LENGTH, i)));
        }
        done += 1;
        if takes_both(x[i]) && j >= SHORT {
            return (done, Some((SHORT, j)));
        }
    }
    (done, None)
}

/// Compares what a launch came to with what its work-items come to.
fn check(ended: Result<(), Error>, pair: [Walk; 2], outcomes: &[Option<(usize, usize)>]) {
    let count = outcomes.iter().flatten().count() as u64;
    match ended {
        Ok(()) => assert_eq!(count, 0, "{pair:?}"),
        Err(Error::KernelPanicked { message, work_item, work_group, count: said, .. }) => {
            assert_eq!(said, count, "{pair:?}");
            let id = work_group[0] as usize * GROUP as usize + work_item[0] as usize;
            let (length, index) = outcomes[id].expect("a work-item that panics");
            assert!(message.contains(&format!("the len is {length} but the index is {index}")), "{pair:?}: {message}");
        }
        Err(other) => panic!("{pair:?}: {other}"),
    }
}

const GROUP: u32 = 64;

pub(crate) fn the_first_check_that_fails_is_reported(device: &Device) {
    let grid = Grid::covering(ITEMS).group_size([GROUP]);
    let x = device.buffer_from(&input()).unwrap();
    let z = device.buffer_from(&input()[..SHORT]).unwrap();
    for pair @ [a, b] in PAIRS {
        let queue = device.new_queue().unwrap();
        let outcomes =
            |takes_both: fn(u32) -> bool| -> Vec<_> { (0..ITEMS).map(|id| outcome(pair, id, takes_both).1).collect() };
        let mut y = device.buffer_filled(ITEMS, 0u32).unwrap();
        let ended = device.launch_on(&queue, grid, both, (a, b, &x, &z, &mut y)).unwrap().wait();
        check(ended, pair, &outcomes(|_| true));
        let mut y = device.buffer_filled(ITEMS, 0u32).unwrap();
        let ended = device.launch_on(&queue, grid, sometimes_both, (a, b, &x, &z, &mut y)).unwrap().wait();
        check(ended, pair, &outcomes(|value| value & 3 == 0));
    }
}

pub(crate) fn what_comes_before_a_failing_check_is_done(device: &Device) {
    let grid = Grid::covering(ITEMS).group_size([GROUP]);
    let x = device.buffer_from(&input()).unwrap();
    let z = device.buffer_from(&input()[..SHORT]).unwrap();
    for pair @ [a, b] in PAIRS {
        let queue = device.new_queue().unwrap();
        let done = device.signal(0).unwrap();
        let mut y = device.buffer_filled(ITEMS, 0u32).unwrap();
        let launch = device.launch_on(&queue, grid, both_and_between, (a, b, &x, &z, &mut y, &done)).unwrap();
        let (turns, outcomes): (Vec<_>, Vec<_>) = (0..ITEMS).map(|id| outcome(pair, id, |_| true)).unzip();
        check(launch.wait(), pair, &outcomes);
        assert_eq!(done.load(), turns.iter().sum::<u64>() as i64, "{pair:?}");
    }
}
