//! Checks in loops: none is forgotten where it fails late, far out, or by wrapping around, and none fails where it must not.

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
