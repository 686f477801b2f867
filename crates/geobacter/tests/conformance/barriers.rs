//! Barriers: everyone comes, nobody goes on before, however many there are and whoever has ended.

use std::sync::atomic::Ordering;

use geobacter::Error;
use geobacter::prelude::*;

/// Each work-item goes around the group, one step for each round, through two barriers a round.
fn many_rounds(item: WorkItem, group: Group, lds: Lds<[u32; 256]>, rounds: u32, mut out: PerItem<u32>) {
    let mut slots = lds.init(&item, |i| i as u32);
    for _ in 0..rounds {
        let all = slots.share(group);
        let next = all[(item.local_id() + 1) % item.group_items()];
        slots = all.split(group, &item);
        if let Some(slot) = slots.get_mut() {
            *slot = next.wrapping_mul(3).wrapping_add(1);
        }
    }
    let all = slots.share(group);
    if let Some(out) = out.get_mut(&item) {
        *out = all[item.local_id()];
    }
}

pub(crate) fn in_a_loop(device: &Device) {
    for (n, group) in [(512usize, 256usize), (300, 128), (97, 33)] {
        let mut out = device.buffer::<u32>(n).unwrap();
        let grid = Grid::covering(n).group_size([group as u32]);
        device.launch(grid, many_rounds, (GroupArg, LdsArg, 37, &mut out)).unwrap();
        let mut expected: Vec<u32> = (0..n).map(|i| (i % group) as u32).collect();
        for items in expected.chunks_mut(group) {
            for _ in 0..37 {
                items.rotate_left(1);
                items.iter_mut().for_each(|v| *v = v.wrapping_mul(3).wrapping_add(1));
            }
        }
        assert_eq!(out.to_vec().unwrap(), expected, "{n} in groups of {group}");
    }
}

/// The shape that makes host optimisers copy a barrier: the same condition before and after it.
fn around_a_condition(item: WorkItem, group: Group, lds: Lds<[u32; 64]>, mut out: PerItem<u32>) {
    let first = item.local_id() == 0;
    let mut slots = lds.init(&item, |_| 1);
    if first && let Some(slot) = slots.get_mut() {
        *slot = 100;
    }
    let all = slots.share(group);
    let seen = if first { all[item.group_items() - 1] } else { all[0] };
    if let Some(out) = out.get_mut(&item) {
        *out = seen;
    }
}

pub(crate) fn between_equal_conditions(device: &Device) {
    let mut out = device.buffer::<u32>(128).unwrap();
    device.launch(Grid::covering(128).group_size([64]), around_a_condition, (GroupArg, LdsArg, &mut out)).unwrap();
    let expected: Vec<u32> = (0..128).map(|i| if i % 64 == 0 { 1 } else { 100 }).collect();
    assert_eq!(out.to_vec().unwrap(), expected);
}

/// A condition that no turn of the loop changes, which host optimisers move out of the loop, barrier and all.
fn around_an_invariant(item: WorkItem, group: Group, lds: Lds<[u32; 64]>, rounds: u32, mut out: PerItem<u32>) {
    let odd = item.local_id() % 2 == 1;
    let mut slots = lds.init(&item, |i| i as u32);
    let mut sum = 0;
    for _ in 0..rounds {
        let all = slots.share(group);
        sum += all[item.local_id() ^ 1];
        slots = all.split(group, &item);
        if odd && let Some(slot) = slots.get_mut() {
            *slot += 5;
        }
    }
    if let Some(out) = out.get_mut(&item) {
        *out = sum;
    }
}

pub(crate) fn in_a_loop_with_an_invariant_condition(device: &Device) {
    let mut out = device.buffer::<u32>(64).unwrap();
    let grid = Grid::covering(64).group_size([64]);
    device.launch(grid, around_an_invariant, (GroupArg, LdsArg, 6, &mut out)).unwrap();
    let expected: Vec<u32> =
        (0..64).map(|i: u32| 6 * (i ^ 1) + if i.is_multiple_of(2) { 5 * (0..6).sum::<u32>() } else { 0 }).collect();
    assert_eq!(out.to_vec().unwrap(), expected);
}

fn in_uniform_branches(item: WorkItem, group: Group, lds: Lds<[u32; 32]>, mut out: PerItem<u32>) {
    let slots = lds.init(&item, |i| i as u32);
    // The same for all of a group.
    let all = if item.group_id() % 2 == 0 {
        slots.share(group)
    } else {
        group.barrier();
        slots.share(group)
    };
    if let Some(out) = out.get_mut(&item) {
        *out = all[item.group_items() - 1 - item.local_id()];
    }
}

pub(crate) fn in_branches_that_a_group_takes_together(device: &Device) {
    let mut out = device.buffer::<u32>(100).unwrap();
    device.launch(Grid::covering(100).group_size([32]), in_uniform_branches, (GroupArg, LdsArg, &mut out)).unwrap();
    let expected: Vec<u32> = (0..100).map(|i| if i < 96 { 31 - i % 32 } else { 3 - i % 32 }).collect();
    assert_eq!(out.to_vec().unwrap(), expected);
}

/// Work-items of a group hand each other global memory.
fn through_global_memory(item: WorkItem, group: Group, data: geobacter::RawSlice<u32>, mut out: PerItem<u32>) {
    let at = item.global_id();
    // SAFETY: its own element; the grid is as long as the buffer.
    unsafe { data.as_ptr().add(at).write(at as u32 * 11) };
    group.barrier();
    let other = at ^ 1;
    if let Some(out) = out.get_mut(&item) {
        // SAFETY: of the same group, which has written it before the barrier, and writes nothing after.
        *out = unsafe { data.as_ptr().add(other).read() };
    }
}

pub(crate) fn order_global_memory_in_a_group(device: &Device) {
    let data = device.buffer::<u32>(4096).unwrap();
    let mut out = device.buffer::<u32>(4096).unwrap();
    let grid = Grid::covering(4096).group_size([128]);
    // SAFETY: see the kernel.
    device.launch(grid, through_global_memory, (GroupArg, unsafe { data.raw() }, &mut out)).unwrap();
    assert_eq!(out.to_vec().unwrap(), (0..4096).map(|i| (i ^ 1) * 11).collect::<Vec<u32>>());
}

fn panics_between(item: WorkItem, group: Group, lds: Lds<[u32; 64]>, bad: usize, passed: SignalRef) {
    let all = lds.init(&item, |i| i as u32).share(group);
    assert!(item.global_id() != bad, "this one ends here");
    let slots = all.split(group, &item);
    let _ = slots.share(group);
    passed.fetch_add(1, Ordering::Relaxed);
}

pub(crate) fn nobody_waits_for_one_that_panicked(device: &Device) {
    let passed = device.signal(0).unwrap();
    let grid = Grid::covering(200).group_size([64]);
    // A queue of its own: whoever waits on the default one meanwhile would be told of the failure too.
    let queue = device.new_queue().unwrap();
    let launch = device.launch_on(&queue, grid, panics_between, (GroupArg, LdsArg, 70, &passed)).unwrap();
    let error = launch.wait().unwrap_err();
    let Error::KernelPanicked { message, work_item, work_group, count, .. } = &error else { panic!("{error}") };
    assert!(message.contains("this one ends here"), "{message}");
    assert_eq!((*work_item, *work_group, *count), ([6, 0, 0], [1, 0, 0], 1));
    assert_eq!(passed.load(), 199, "the others went on");
}

fn some_return(item: WorkItem, group: Group, lds: Lds<[u32; 16]>) {
    let slots = lds.init(&item, |_| 0);
    if item.local_id() < 3 {
        return;
    }
    let _ = slots.share(group);
}

#[allow(clippy::if_same_then_else, reason = "two places in the source are two barriers")]
fn two_barriers(item: WorkItem, group: Group) {
    if item.local_id() == 5 {
        group.barrier();
    } else {
        group.barrier();
    }
}

/// GPUs cannot tell, and may hang: the CPU device is there to check, and the checking one.
pub(crate) fn a_barrier_that_some_do_not_reach_is_told_of(device: &Device) {
    if !["cpu", "cpu:race"].contains(&device.id()) {
        return;
    }
    let grid = Grid::covering(16).group_size([16]);
    let queue = device.new_queue().unwrap();
    let error = device.launch_on(&queue, grid, some_return, (GroupArg, LdsArg)).unwrap().wait().unwrap_err();
    let Error::BarrierDiverged { barrier, waiting: 13, .. } = &error else { panic!("{error}") };
    assert!(barrier.contains("barriers.rs:") && error.to_string().contains("while 3 have returned"), "{error}");

    let error = device.launch_on(&queue, grid, two_barriers, (GroupArg,)).unwrap().wait().unwrap_err();
    let Error::BarrierDiverged { waiting: 15, others, .. } = &error else { panic!("{error}") };
    assert!(others.contains("while 1 wait(s) at") && others.contains("barriers.rs:"), "{others}");

    let good = |_: WorkItem, group: Group| group.barrier();
    device.launch_on(&queue, grid, good, (GroupArg,)).unwrap().wait().unwrap();
}
