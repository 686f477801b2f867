//! The order of launches and copies follows from the buffers, on one queue or on several.

use std::future::{Future, IntoFuture};
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Wake};
use std::thread::Thread;
use std::time::Duration;

use geobacter::prelude::*;

const N: usize = 50_000;

fn increment(item: WorkItem, mut x: PerItem<u32>) {
    if let Some(x) = x.get_mut(&item) {
        *x += 1;
    }
}

fn double_into(item: WorkItem, x: &[u32], mut y: PerItem<u32>) {
    if let Some(y) = y.get_mut(&item) {
        // Long enough for a launch that does not wait to be seen.
        let mut v = x[item.global_id()];
        for _ in 0..200 {
            v = v.rotate_left(7).rotate_right(7);
        }
        *y = 2 * v;
    }
}

pub(crate) fn launches_on_one_buffer(device: &Device) {
    let mut x = device.buffer::<u32>(N).unwrap();
    for _ in 0..100 {
        device.launch(Grid::covering(N), increment, (&mut x,)).unwrap();
    }
    assert_eq!(x.to_vec().unwrap(), vec![100; N]);
}

pub(crate) fn launches_on_two_queues(device: &Device) {
    let queues = [device.new_queue().unwrap(), device.new_queue().unwrap()];
    let mut x = device.buffer::<u32>(N).unwrap();
    let mut y = device.buffer::<u32>(N).unwrap();
    for round in 0..20 {
        device.launch_on(&queues[round % 2], Grid::covering(N), increment, (&mut x,)).unwrap();
        device.launch_on(&queues[(round + 1) % 2], Grid::covering(N), double_into, (&x, &mut y)).unwrap();
    }
    assert_eq!(x.to_vec().unwrap(), vec![20; N]);
    assert_eq!(y.to_vec().unwrap(), vec![40; N]);
}

pub(crate) fn reads_wait_for_writes(device: &Device) {
    let queue = device.new_queue().unwrap();
    for round in 0..20u32 {
        let x = device.buffer_filled(N, round).unwrap();
        let mut y = device.buffer::<u32>(N).unwrap();
        device.launch_on(&queue, Grid::covering(N), double_into, (&x, &mut y)).unwrap();
        assert_eq!(y.to_vec().unwrap(), vec![2 * round; N]);
    }
}

pub(crate) fn writes_wait_for_reads(device: &Device) {
    let queue = device.new_queue().unwrap();
    for round in 0..20u32 {
        let mut x = device.buffer_filled(N, round).unwrap();
        let mut y = device.buffer::<u32>(N).unwrap();
        device.launch_on(&queue, Grid::covering(N), double_into, (&x, &mut y)).unwrap();
        x.fill(77).unwrap();
        assert_eq!(y.to_vec().unwrap(), vec![2 * round; N], "the fill overtook the kernel that reads");
        assert_eq!(x.to_vec().unwrap(), vec![77; N]);
    }
}

pub(crate) fn waits(device: &Device) {
    let mut x = device.buffer::<u32>(N).unwrap();
    let launch = device.launch(Grid::covering(N), increment, (&mut x,)).unwrap();
    assert!(launch.wait_timeout(Duration::from_secs(60)).unwrap());
    assert!(launch.is_complete().unwrap());
    launch.wait().unwrap();
    device.synchronize().unwrap();
    let (start, end) = (device.mark().unwrap(), device.mark().unwrap());
    assert!(end.since(&start).unwrap() < Duration::from_secs(60));
}

/// Wakes a parked thread.
struct Unpark(Thread);

impl Wake for Unpark {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }
}

/// The smallest executor: whatever is awaited needs no other.
fn block_on<F: IntoFuture>(future: F) -> F::Output {
    let mut future = pin!(future.into_future());
    let waker = Arc::new(Unpark(std::thread::current())).into();
    let mut context = Context::from_waker(&waker);
    loop {
        match future.as_mut().poll(&mut context) {
            Poll::Ready(output) => return output,
            Poll::Pending => std::thread::park_timeout(Duration::from_secs(60)),
        }
    }
}

pub(crate) fn futures(device: &Device) {
    let mut x = device.buffer::<u32>(N).unwrap();
    block_on(async {
        device.launch(Grid::covering(N), increment, (&mut x,)).unwrap().await.unwrap();
        let data = x.download().unwrap().await.unwrap();
        assert_eq!(data[N - 1], 1);
        let back = x.upload(data).unwrap().await.unwrap();
        assert_eq!(back.len(), N);
    });
}

pub(crate) fn concurrent_launches(device: &Device) {
    std::thread::scope(|scope| {
        for thread in 0..8u32 {
            scope.spawn(move || {
                let x = device.buffer_filled(1000, thread).unwrap();
                for round in 0..50 {
                    let mut y = device.buffer::<u32>(1000).unwrap();
                    device.launch(Grid::covering(1000), double_into, (&x, &mut y)).unwrap();
                    assert_eq!(y.to_vec().unwrap(), [2 * thread; 1000], "round {round}");
                }
            });
        }
    });
}

pub(crate) fn concurrent_first_launches(device: &Device) {
    fn only_here(item: WorkItem, mut y: PerItem<u32>) {
        if let Some(y) = y.get_mut(&item) {
            *y = item.global_id() as u32 ^ 0x5a;
        }
    }
    let compiled = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..8)
            .map(|_| {
                scope.spawn(|| {
                    let mut y = device.buffer::<u32>(64).unwrap();
                    let prepared = device.prepare(Grid::covering(64), only_here, (&mut y,)).unwrap();
                    let origin = prepared.origin();
                    prepared.launch().unwrap();
                    assert_eq!(y.to_vec().unwrap(), (0..64).map(|i| i ^ 0x5a).collect::<Vec<_>>());
                    origin
                })
            })
            .collect();
        let origins = threads.into_iter().map(|t| t.join().unwrap());
        origins.filter(|&origin| origin != geobacter::Origin::Memory).count()
    });
    assert_eq!(compiled, 1, "one thread loads the kernel, the others find it");
}
