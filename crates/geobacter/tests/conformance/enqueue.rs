//! Kernels that launch kernels.
//!
//! Cases with failures have a queue of their own: one that nobody has waited for yet is told to whoever waits on its queue first.

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use geobacter::prelude::*;
use geobacter::{Error, Heap, HeapBytes};

/// Adds `value` to each element of the grid's.
fn add(item: WorkItem, value: u32, mut x: PerItem<u32>) {
    if let Some(x) = x.get_mut(&item) {
        *x += value;
    }
}

/// Adds `value` to the first element, once for each work-item.
fn count(_: WorkItem, value: u32, sum: &[AtomicU32]) {
    sum[0].fetch_add(value, Ordering::Relaxed);
}

/// Each work-item asks for one launch, on as many work-items as its number.
fn ask_by_number(item: WorkItem, child: Launcher<u32>) {
    let i = item.global_id() as u32;
    if i > 0 {
        child.launch(Grid::covering(item.global_id()), i);
    }
}

fn sum_of(buffer: &Buffer<u32>) -> u32 {
    buffer.to_vec().unwrap()[0]
}

pub(crate) fn values_and_grids_arrive(device: &Device) {
    let mut x = device.buffer::<u32>(8).unwrap();
    device.launch(Grid::covering(6), ask_by_number, (Child::of(add, (&mut x,)),)).unwrap();
    // Work-item 5 has added 5 to the first five, and so on.
    assert_eq!(x.to_vec().unwrap(), [15, 14, 12, 9, 5, 0, 0, 0]);
}

pub(crate) fn many_work_items_ask(device: &Device) {
    let mut sum = device.buffer::<u32>(1).unwrap();
    let ask = |item: WorkItem, child: Launcher<u32>| {
        for i in 0..2 {
            child.launch(Grid::covering(3), item.global_id() as u32 * 2 + i);
        }
    };
    device.launch(Grid::covering(150), ask, (Child::of(count, (&mut sum,)).capacity(300),)).unwrap();
    assert_eq!(sum_of(&sum), 3 * (0..300).sum::<u32>());
}

pub(crate) fn nobody_asks(device: &Device) {
    let mut sum = device.buffer_filled(1, 7).unwrap();
    let child = Child::of(count, (&mut sum,)).capacity(0);
    let launch = device.launch(Grid::covering(100), |_: WorkItem, _: Launcher<u32>| (), (child,)).unwrap();
    launch.wait().unwrap();
    assert!(launch.is_complete().unwrap());
    assert_eq!(sum_of(&sum), 7);
}

pub(crate) fn one_work_items_requests_keep_their_order(device: &Device) {
    let ask = |_: WorkItem, child: Launcher<[u32; 2]>| {
        for i in 1..6 {
            child.launch(Grid::covering(1), [i, 10]);
        }
    };
    let append = |item: WorkItem, [digit, base]: [u32; 2], mut number: PerItem<u32>| {
        let number = number.get_mut(&item).unwrap();
        *number = *number * base + digit;
    };
    let mut number = device.buffer::<u32>(1).unwrap();
    device.launch(Grid::covering(1), ask, (Child::of(append, (&mut number,)),)).unwrap();
    assert_eq!(number.to_vec().unwrap(), [12345]);
}

pub(crate) fn grids_of_several_axes(device: &Device) {
    #[derive(Clone, Copy, DeviceCopy)]
    struct Step {
        at: u8,
        by: u64,
    }
    fn ask(item: WorkItem<3>, planes: Launcher<Step, 2>) {
        if item.linear_id() == 5 {
            planes.launch(Grid::new([5, 3]).group_size([4, 2]).starting_at([0, 10]), Step { at: 3, by: 1 << 40 });
        }
    }
    fn plane(item: WorkItem<2>, step: Step, mut out: PerItem<[u64; 4]>) {
        let ([x, y], [i, j]) = (item.global_id(), item.local_id());
        if let Some(out) = out.get_mut(&item) {
            *out = [x as u64 * step.by, y as u64, u64::from(step.at), (i + 10 * j) as u64];
        }
    }
    let mut out = device.buffer::<[u64; 4]>(15).unwrap();
    device.launch(Grid::new([2, 2, 2]), ask, (Child::of(plane, (&mut out,)),)).unwrap();
    let expected = (0..15u64).map(|i| (i % 5, i / 5)).map(|(x, y)| [x << 40, y + 10, 3, x % 4 + 10 * (y % 2)]);
    assert_eq!(out.to_vec().unwrap(), expected.collect::<Vec<_>>());
}

/// A part of the numbers from `first` on, of which there are `len`.
#[derive(Clone, Copy, DeviceCopy)]
struct Part {
    first: u32,
    len: u32,
}

/// Halves parts until they have one number, and counts there.
fn halve(_: WorkItem, part: Part, halves: Launcher<Part>, leaves: &[AtomicU32]) {
    if part.len > 1 {
        let half = part.len / 2;
        halves.launch(Grid::covering(1), Part { first: part.first, len: half });
        halves.launch(Grid::covering(1), Part { first: part.first + half, len: part.len - half });
    } else {
        leaves[part.first as usize].fetch_add(1, Ordering::Relaxed);
    }
}

pub(crate) fn a_kernel_launches_itself(device: &Device) {
    let mut leaves = device.buffer::<u32>(37).unwrap();
    let whole = Part { first: 0, len: 37 };
    device.launch(Grid::covering(1), halve, (whole, Itself::new().max_depth(6), &mut leaves)).unwrap();
    assert_eq!(leaves.to_vec().unwrap(), [1; 37]);
}

pub(crate) fn a_child_launches_itself(device: &Device) {
    let begin = |item: WorkItem, halve: Launcher<Part>| {
        let first = item.global_id() as u32 * 8;
        halve.launch(Grid::covering(1), Part { first, len: 8 });
    };
    let mut leaves = device.buffer::<u32>(24).unwrap();
    let child = Child::of(halve, (Itself::new(), &mut leaves));
    device.launch(Grid::covering(3), begin, (child,)).unwrap();
    assert_eq!(leaves.to_vec().unwrap(), [1; 24]);
}

pub(crate) fn grandchildren_and_two_launchers(device: &Device) {
    #[derive(KernelArg)]
    struct Launchers<'a> {
        ones: Launcher<'a, u32>,
        deeper: Launcher<'a, u8>,
    }
    let first = |item: WorkItem, to: Launchers| {
        to.ones.launch(Grid::covering(2), 1);
        to.deeper.launch(Grid::covering(2), item.global_id() as u8);
    };
    let second = |item: WorkItem, from: u8, hundreds: Launcher<u32>| {
        hundreds.launch(Grid::covering(1), 100 * (u32::from(from) + item.global_id() as u32 + 1));
    };
    let mut sum = device.buffer::<u32>(1).unwrap();
    let turns = sum.in_turn();
    let deeper = Child::of(second, (Child::of(count, (turns,)),));
    let launchers = LaunchersArgs { ones: Child::of(count, (turns,)), deeper };
    device.launch(Grid::covering(2), first, (launchers,)).unwrap().wait().unwrap();
    assert_eq!(sum_of(&sum), 4 + 100 * (1 + 2 + 2 + 3));
}

pub(crate) fn too_deep_is_an_error(device: &Device) {
    fn again(item: WorkItem, level: u32, itself: Launcher<u32>, levels: &[AtomicU32]) {
        levels[0].fetch_max(level, Ordering::Relaxed);
        itself.launch(Grid::covering(item.grid_size()), level + 1);
    }
    let queue = device.new_queue().unwrap();
    let mut levels = device.buffer::<u32>(1).unwrap();
    let args = (0, Itself::new().max_depth(3), &mut levels);
    let error = device.launch_on(&queue, Grid::covering(2), again, args).unwrap().wait().unwrap_err();
    let Error::ChildTooDeep { kernel, count, depth, limit, made_at } = &error else { panic!("{error:?}") };
    assert!(kernel.contains("again") && made_at.contains("enqueue.rs"), "{error}");
    // Two work-items at first, and twice as many launches of two each time.
    assert_eq!((*count, *depth, *limit), (16, 4, 3), "{error}");
    assert!(levels.to_vec().is_err(), "failures follow the data");
    assert_eq!(levels.to_vec().unwrap(), [3], "and it ran as far as that");
}

pub(crate) fn a_full_launcher_is_a_panic(device: &Device) {
    fn ask_too_often(item: WorkItem, child: Launcher<u32>) {
        child.launch(Grid::covering(1), item.global_id() as u32);
    }
    let queue = device.new_queue().unwrap();
    let mut sum = device.buffer::<u32>(1).unwrap();
    let child = Child::of(count, (&mut sum,)).capacity(4);
    let error = device.launch_on(&queue, Grid::covering(10), ask_too_often, (child,)).unwrap().wait().unwrap_err();
    let Error::KernelPanicked { kernel, message, location, count: panics, .. } = &error else { panic!("{error:?}") };
    assert!(kernel.contains("ask_too_often"), "{error}");
    assert!(message.contains("this launcher has no room for another launch"), "{error}");
    assert!(location.as_ref().is_some_and(|at| at.contains("enqueue.rs")), "{error}");
    assert_eq!(*panics, 6, "{error}");
    assert!(sum.to_vec().is_err());
    assert_eq!(sum_of(&sum), 0, "a kernel that failed launches nothing");
}

pub(crate) fn no_room_can_be_told(device: &Device) {
    let ask = |item: WorkItem, child: Launcher<u32>, refused: &[AtomicU32]| {
        if let Err(value) = child.try_launch(Grid::covering(1), 1000 + item.global_id() as u32) {
            refused[0].fetch_add(value, Ordering::Relaxed);
        }
    };
    let mut sums = [device.buffer::<u32>(1).unwrap(), device.buffer::<u32>(1).unwrap()];
    let [done, refused] = &mut sums;
    let child = Child::of(count, (done,)).capacity(7);
    device.launch(Grid::covering(20), ask, (child, refused)).unwrap();
    let sums = sums.map(|sum| sum_of(&sum));
    assert_eq!((sums[0] + sums[1], sums[0] / 1000), (20 * 1000 + 190, 7));
}

pub(crate) fn a_childs_panic_comes_from_the_wait(device: &Device) {
    fn picky(item: WorkItem, value: u32, next: Launcher<u32>) {
        assert!(value != 2, "two at {}", item.global_id());
        next.launch(Grid::covering(1), 1);
    }
    let queue = device.new_queue().unwrap();
    let mut sum = device.buffer::<u32>(1).unwrap();
    let child = Child::of(picky, (Child::of(count, (&mut sum,)),));
    let launch = device.launch_on(&queue, Grid::covering(4), ask_by_number, (child,)).unwrap();
    let error = launch.wait().unwrap_err();
    let Error::KernelPanicked { kernel, message, count: panics, .. } = &error else { panic!("{error:?}") };
    assert!(kernel.contains("picky") && message.starts_with("two at "), "{error}");
    assert_eq!(*panics, 2, "{error}");
    assert!(launch.wait().is_err(), "each wait for it tells");
    assert!(sum.to_vec().is_err(), "failures follow the data");
    assert_eq!(sum_of(&sum), 0, "no further generation begins");
    // The queue goes on.
    device.launch_on(&queue, Grid::covering(6), ask_by_number, (Child::of(count, (&mut sum,)),)).unwrap();
    assert_eq!(sum_of(&sum), (0..6).map(|i| i * i).sum::<u32>());
}

pub(crate) fn a_failure_before_does_not_stop_it(device: &Device) {
    let queue = device.new_queue().unwrap();
    let mut sum = device.buffer::<u32>(1).unwrap();
    let bad = device.launch_on(&queue, Grid::covering(1), |_: WorkItem| panic!("not for the family"), ()).unwrap();
    let child = Child::of(count, (&mut sum,));
    device.launch_on(&queue, Grid::covering(3), ask_by_number, (child,)).unwrap();
    assert!(bad.wait().is_err());
    assert_eq!(sum_of(&sum), 1 + 4);
}

pub(crate) fn children_see_what_was_written(device: &Device) {
    // Each generation writes the running total of what the one before has written, into the same buffer.
    fn double(item: WorkItem, left: u32, itself: Launcher<u32>, mut x: PerItem<u64>) {
        if let Some(x) = x.get_mut(&item) {
            *x = *x * 2 + 1;
        }
        if item.global_id() == 0 && left > 0 {
            itself.launch(Grid::covering(item.grid_size()), left - 1);
        }
    }
    fn sum(item: WorkItem, _: (), x: &[u64], mut sums: PerItem<u64>) {
        if let Some(sum) = sums.get_mut(&item) {
            *sum = x.iter().sum();
        }
    }
    fn begin(item: WorkItem, mut x: PerItem<u64>, double: Launcher<u32>, sum: Launcher<()>) {
        if let Some(x) = x.get_mut(&item) {
            *x = item.global_id() as u64;
        }
        if item.global_id() == 0 {
            double.launch(Grid::covering(item.grid_size()), 3);
            sum.launch(Grid::covering(2), ());
        }
    }
    let mut x = device.buffer::<u64>(100).unwrap();
    let mut sums = device.buffer::<u64>(2).unwrap();
    let turns = x.in_turn();
    let (doubles, total) = (Child::of(double, (Itself::new(), turns)), Child::of(sum, (turns.read(), &mut sums)));
    device.launch(Grid::covering(100), begin, (turns, doubles, total)).unwrap();
    // The sum was asked for together with the first of four doublings, and behind it.
    assert_eq!(sums.to_vec().unwrap(), [(0..100).map(|i| i * 2 + 1).sum::<u64>(); 2]);
    assert_eq!(x.to_vec().unwrap(), (0..100).map(|i| i * 16 + 15).collect::<Vec<u64>>());
}

pub(crate) fn what_comes_later_sees_the_children(device: &Device) {
    let (mut x, mut y) = (device.buffer::<u32>(8).unwrap(), device.buffer::<u32>(8).unwrap());
    let other = device.new_queue().unwrap();
    let expected = [15, 14, 12, 9, 5, 0, 0, 0];
    let copy = |item: WorkItem, x: &[u32], mut y: PerItem<u32>| *y.get_mut(&item).unwrap() = x[item.global_id()];
    for round in 1..4 {
        device.launch(Grid::covering(6), ask_by_number, (Child::of(add, (&mut x,)),)).unwrap();
        if round % 2 == 0 {
            device.launch_on(&other, Grid::covering(8), copy, (&x, &mut y)).unwrap();
        } else {
            device.launch(Grid::covering(8), copy, (&x, &mut y)).unwrap();
        }
        assert_eq!(y.to_vec().unwrap(), expected.map(|n| n * round));
        // A write that must come behind what the family has read, and one behind what it has written.
        x.copy_from(&y).unwrap();
    }
    device.launch(Grid::covering(6), ask_by_number, (Child::of(add, (&mut x,)),)).unwrap();
    x.fill(1).unwrap();
    device.launch_on(&other, Grid::covering(6), ask_by_number, (Child::of(add, (&mut x,)),)).unwrap();
    assert_eq!(x.download().unwrap().wait().unwrap()[..], expected.map(|n| n + 1));
    device.launch(Grid::covering(6), ask_by_number, (Child::of(add, (&mut x,)),)).unwrap();
    device.synchronize().unwrap();
    assert_eq!(x.to_vec().unwrap(), expected.map(|n| 2 * n + 1));
}

pub(crate) fn every_kind_of_wait(device: &Device) {
    let launch =
        |x: &mut Buffer<u32>| device.launch(Grid::covering(6), ask_by_number, (Child::of(add, (x,)),)).unwrap();
    let mut x = device.buffer::<u32>(8).unwrap();
    while !launch(&mut x).wait_timeout(Duration::from_secs(10)).unwrap() {}
    let polled = launch(&mut x);
    while !polled.is_complete().unwrap() {
        std::thread::yield_now();
    }
    futures_lite(polled);
    futures_lite(launch(&mut x));
    let other = device.new_queue().unwrap();
    other.wait_for(launch(&mut x).signal()).unwrap();
    other.synchronize().unwrap();
    let zero = launch(&mut x).wait_timeout(Duration::ZERO);
    assert!(zero.is_ok());
    assert_eq!(x.to_vec().unwrap(), [15, 14, 12, 9, 5, 0, 0, 0].map(|n| n * 5));
}

/// Awaits it, by a waker that wakes this thread.
fn futures_lite(launch: geobacter::Launch) {
    use std::future::IntoFuture;
    use std::sync::Arc;
    use std::task::{Context, Poll, Wake};
    struct Unpark(std::thread::Thread);
    impl Wake for Unpark {
        fn wake(self: Arc<Self>) {
            self.0.unpark();
        }
    }
    let waker = Arc::new(Unpark(std::thread::current())).into();
    let mut future = std::pin::pin!(launch.into_future());
    loop {
        match future.as_mut().poll(&mut Context::from_waker(&waker)) {
            Poll::Ready(result) => return result.unwrap(),
            Poll::Pending => std::thread::park_timeout(Duration::from_secs(10)),
        }
    }
}

pub(crate) fn two_families_at_once(device: &Device) {
    let queues = [device.new_queue().unwrap(), device.new_queue().unwrap()];
    std::thread::scope(|scope| {
        for queue in &queues {
            // Two threads for each queue: families of one queue take turns.
            for _ in 0..2 {
                scope.spawn(move || {
                    let mut leaves = device.buffer::<u32>(16).unwrap();
                    for _ in 0..3 {
                        let args = (Part { first: 0, len: 16 }, Itself::new(), &mut leaves);
                        device.launch_on(queue, Grid::covering(1), halve, args).unwrap();
                    }
                    assert_eq!(leaves.to_vec().unwrap(), [3; 16]);
                });
            }
        }
    });
}

pub(crate) fn bad_grids_are_refused(device: &Device) {
    fn ask_for_bad(item: WorkItem, size: u32, extent: usize, child: Launcher<u32>) {
        child.launch(Grid::covering(10), 1);
        if item.global_id() == 3 {
            child.launch(Grid::covering(extent).group_size([size]), 1);
        }
    }
    let queue = device.new_queue().unwrap();
    let mut sum = device.buffer::<u32>(1).unwrap();
    let mut refusal = |size: u32, extent: usize| {
        let child = Child::of(count, (&mut sum,));
        let launch = device.launch_on(&queue, Grid::covering(5), ask_for_bad, (size, extent, child)).unwrap();
        let error = launch.wait().unwrap_err();
        let Error::ChildRefused { kernel, depth, made_at, source } = &error else { panic!("{error:?}") };
        assert!(kernel.contains("count") && *depth == 1 && made_at.contains("enqueue.rs"), "{error}");
        assert!(error.to_string().ends_with(&source.to_string()), "{error}");
        assert!(sum.to_vec().is_err(), "failures follow the data");
        assert_eq!(sum_of(&sum), 0, "all grids are looked at before the first child is launched");
        source.as_ref().clone()
    };
    assert!(matches!(refusal(100_000, 10), Error::DeviceLimit { actual: 100_000, .. }));
    assert!(matches!(refusal(0, 10), Error::ZeroAxis { what: "work-group", .. }));
    assert!(matches!(refusal(64, 0), Error::ZeroAxis { what: "grid", .. }));
}

pub(crate) fn children_work_together_in_groups(device: &Device) {
    /// Reverses the elements of each group, in work-group memory.
    fn reverse(item: WorkItem, add: u32, group: Group, lds: Lds<[u32; 32]>, more: Lds<[u32]>, mut x: PerItem<u32>) {
        let more = more.init(&item, |i| i as u32 * 100);
        let mine = x.get_mut(&item).map_or(0, |x| *x);
        let lds = lds.init(&item, |i| if i == item.local_id() { mine } else { 0 }).share(group);
        let more = more.share(group);
        if let Some(x) = x.get_mut(&item) {
            let i = item.local_id();
            *x = lds[31 - i] + more[i % 4] + add;
        }
    }
    let ask = |_: WorkItem, child: Launcher<u32>| {
        child.launch(Grid::covering(96).group_size([32]), 1000);
        child.launch(Grid::covering(64).group_size([32]), 2000);
    };
    let mut x = device.buffer_from(&(0..96).collect::<Vec<u32>>()).unwrap();
    let child = Child::of(reverse, (GroupArg, LdsArg, LdsLen(4), &mut x));
    device.launch(Grid::covering(1), ask, (child,)).unwrap();
    let step = |x: &[u32], add: u32| -> Vec<u32> {
        let at = |i: usize| x[i / 32 * 32 + 31 - i % 32] + (i % 4) as u32 * 100 + add;
        (0..x.len()).map(at).collect()
    };
    let once = step(&(0..96).collect::<Vec<u32>>(), 1000);
    let expected = [step(&once[..64], 2000), once[64..].to_vec()].concat();
    assert_eq!(x.to_vec().unwrap(), expected);
}

pub(crate) fn children_have_heaps_and_constants(device: &Device) {
    /// Allocates more than half of the heap, and leaks it.
    fn allocate(_: WorkItem, value: u32, _: Heap, factor: Spec<u32>, sum: &[AtomicU32]) {
        let mut values = Vec::with_capacity(5000);
        values.extend((0..5000).map(|i| i + value));
        sum[0].fetch_add(values[values.len() - 1] * *factor, Ordering::Relaxed);
        std::mem::forget(values);
    }
    let ask = |_: WorkItem, child: Launcher<u32>| (1..5).for_each(|i| child.launch(Grid::covering(1), i));
    let mut sum = device.buffer::<u32>(1).unwrap();
    for factor in [1, 3] {
        let child = Child::of(allocate, (HeapBytes(50_000), factor, &mut sum));
        device.launch(Grid::covering(1), ask, (child,)).unwrap();
    }
    assert_eq!(sum_of(&sum), 4 * (4 * 4999 + 10));
}

pub(crate) fn children_send_and_signal(device: &Device) {
    let (sender, receiver) = device.channel::<u32>(64).unwrap();
    let done = device.signal(0).unwrap();
    let child = |item: WorkItem, value: u32, to: Sender<u32>, done: SignalRef| {
        let _ = to.send(value * 10 + item.global_id() as u32);
        done.fetch_add(1, Ordering::Release);
    };
    device.launch(Grid::covering(4), ask_by_number, (Child::of(child, (&sender, &done)),)).unwrap();
    drop(sender);
    let mut values: Vec<u32> = receiver.iter().collect();
    values.sort_unstable();
    assert_eq!(values, [10, 20, 21, 30, 31, 32]);
    assert_eq!(done.load(), 6);
}

pub(crate) fn dropped_without_a_wait(device: &Device) {
    let done = device.signal(0).unwrap();
    let child = |item: WorkItem, value: u32, x: &[u32], done: SignalRef| {
        if x[item.global_id() + value as usize] == 5 {
            done.fetch_add(1, Ordering::Release);
        }
    };
    for _ in 0..3 {
        let x = device.buffer_filled(1 << 16, 5).unwrap();
        let queue = device.new_queue().unwrap();
        let child = Child::of(child, (&x, &done));
        drop(device.launch_on(&queue, Grid::covering(4), ask_by_number, (child,)).unwrap());
        drop((x, queue));
        // Whoever used the memory again too early would be seen.
        drop(device.buffer_filled(1 << 16, 6).unwrap());
    }
    let timeout = Some(Duration::from_secs(60));
    assert_eq!(done.wait(Condition::Equal(18), timeout).unwrap(), Some(18));
}

pub(crate) fn misuse_is_refused(device: &Device) {
    let mut x = device.buffer::<u32>(4).unwrap();
    let turns = x.in_turn();
    let both = |_: WorkItem, _: &[u32], _: PerItem<u32>| ();
    let error = device.launch(Grid::covering(1), both, (turns.read(), turns)).unwrap_err();
    assert!(matches!(error, Error::ArgumentTwice { argument: 1 }), "{error}");
    let both = |_: WorkItem, _: u32, _: PerItem<u32>, _: PerItem<u32>| ();
    let child = Child::of(both, (turns, turns));
    let error = device.launch(Grid::covering(1), ask_by_number, (child,)).unwrap_err();
    assert!(matches!(error, Error::ArgumentTwice { argument: 1 }), "{error}");

    let wrong_type = |_: WorkItem, _: u32, _: Launcher<u64>| ();
    let error = device.launch(Grid::covering(1), wrong_type, (1, Itself::new())).unwrap_err();
    assert!(matches!(error, Error::ChildItself { argument: 1, value: "u64", axes: 1, has_axes: 1, .. }), "{error}");
    let wrong_axes = |_: WorkItem<2>, _: u32, _: Launcher<u32>| ();
    let error = device.launch(Grid::new([1, 1]), wrong_axes, (1, Itself::new())).unwrap_err();
    assert!(matches!(error, Error::ChildItself { axes: 1, has_axes: 2, .. }), "{error}");
    let constant = |_: WorkItem, _: Spec<u32>, _: Launcher<u32>| ();
    let error = device.launch(Grid::covering(1), constant, (1, Itself::new())).unwrap_err();
    assert!(matches!(error, Error::ChildItself { .. }), "{error}");
    let child = Child::of(count, (&mut x,)).capacity(usize::MAX);
    let error = device.launch(Grid::covering(1), ask_by_number, (child,)).unwrap_err();
    assert!(matches!(error, Error::Overflow { .. }), "{error}");
}
