//! Host memory that kernels work on where it is.

use std::time::Duration;

use geobacter::prelude::*;
use geobacter::{Error, SharedBuffer};

/// A kernel that takes a while, so that who does not wait for it sees what was before.
fn slow(item: WorkItem, x: &[u32], mut y: PerItem<u32>) {
    if let (Some(y), Some(&x)) = (y.get_mut(&item), x.get(item.global_id())) {
        *y = hashed(x);
    }
}

fn hashed(x: u32) -> u32 {
    (0..1000).fold(x, |h, _| h.wrapping_mul(1_664_525).wrapping_add(1_013_904_223))
}

const N: usize = 1 << 12;

pub(crate) fn made_and_read(device: &Device) {
    let filled = device.shared_buffer(5, 7u16).unwrap();
    assert_eq!(filled.read().unwrap(), [7; 5]);
    let copied = device.shared_buffer_from(&[1.5f64, 2.5]).unwrap();
    assert_eq!((copied.read().unwrap(), copied.len(), copied.device()), (&[1.5, 2.5][..], 2, device));
    let mut counted = device.shared_buffer_from_iter((0..10u8).rev()).unwrap();
    counted.write().unwrap().sort_unstable();
    assert_eq!(counted.read().unwrap(), (0..10).collect::<Vec<u8>>());
    let mut empty = device.shared_buffer_from::<u64>(&[]).unwrap();
    assert!(empty.is_empty() && empty.read().unwrap().is_empty() && empty.write().unwrap().is_empty());
}

pub(crate) fn reads_wait_for_kernels(device: &Device) {
    let x = device.shared_buffer_from_iter(0..N as u32).unwrap();
    let mut y = device.shared_buffer(N, 0u32).unwrap();
    device.launch(Grid::covering(N), slow, (&x, &mut y)).unwrap();
    assert!(y.read().unwrap().iter().zip(0..).all(|(&y, x)| y == hashed(x)));
}

pub(crate) fn writes_wait_for_kernels_that_read(device: &Device) {
    let mut x = device.shared_buffer_from_iter(0..N as u32).unwrap();
    let mut y = device.buffer::<u32>(N).unwrap();
    let queue = device.new_queue().unwrap();
    device.launch_on(&queue, Grid::covering(N), slow, (&x, &mut y)).unwrap();
    x.write().unwrap().fill(99);
    assert!(y.to_vec().unwrap().iter().zip(0..).all(|(&y, x)| y == hashed(x)), "the kernel saw what was before");
    // And what the host wrote, the next kernel sees.
    device.launch(Grid::covering(N), slow, (&x, &mut y)).unwrap();
    assert_eq!(y.to_vec().unwrap()[N - 1], hashed(99));
}

pub(crate) fn kernels_of_two_queues_take_turns(device: &Device) {
    let queues = [device.new_queue().unwrap(), device.new_queue().unwrap()];
    let mut a = device.shared_buffer(N, 1u32).unwrap();
    let mut b = device.shared_buffer(N, 0u32).unwrap();
    for round in 0..4 {
        device.launch_on(&queues[round % 2], Grid::covering(N), slow, (&a, &mut b)).unwrap();
        std::mem::swap(&mut a, &mut b);
    }
    let expected = (0..4).fold(1, |x, _| hashed(x));
    assert!(a.read().unwrap().iter().all(|&x| x == expected));
}

pub(crate) fn everything_a_buffer_can(device: &Device) {
    fn count(item: WorkItem, x: &[u32], mut y: PerItemChunks<u32, 2>, mut z: PerItemStrided<u32>) {
        if let Some(y) = y.get_mut(&item) {
            *y = [x.len() as u32; 2];
        }
        z.iter_mut(&item).for_each(|(i, z)| *z = i as u32);
    }
    let x = device.shared_buffer(6, 1u32).unwrap();
    let mut y = device.shared_buffer(6, 0u32).unwrap();
    let mut z = device.shared_buffer(5, 0u32).unwrap();
    device.launch(Grid::covering(2), count, (x.slice(1..4), &mut y, &mut z)).unwrap();
    assert_eq!((y.read().unwrap(), z.to_vec().unwrap()), (&[3, 3, 3, 3, 0, 0][..], vec![0, 1, 2, 3, 4]));
    y.fill(8).unwrap();
    let mut on_device = device.buffer::<u32>(6).unwrap();
    on_device.copy_from(&y).unwrap();
    assert_eq!(on_device.to_vec().unwrap(), [8; 6]);
    on_device.fill(9).unwrap();
    y.copy_from(&on_device).unwrap();
    assert_eq!(y.read().unwrap(), [9; 6]);
    assert_eq!(y.download().unwrap().wait().unwrap()[..], [9; 6]);
}

pub(crate) fn dropped_while_in_use(device: &Device) {
    let x = device.shared_buffer(N, 5u32).unwrap();
    let mut y = device.buffer::<u32>(N).unwrap();
    device.launch(Grid::covering(N), slow, (&x, &mut y)).unwrap();
    drop(x);
    let other = device.shared_buffer(N, 6u32).unwrap();
    assert!(y.to_vec().unwrap().iter().all(|&y| y == hashed(5)));
    assert_eq!(other.read().unwrap()[0], 6);
}

pub(crate) fn failures_come_with_the_contents(device: &Device) {
    fn fails(item: WorkItem, mut y: PerItem<u32>) {
        let i = item.global_id();
        if let Some(y) = y.get_mut(&item) {
            assert!(i != 2, "element two");
            *y = 1;
        }
    }
    let queue = device.new_queue().unwrap();
    let mut y = device.shared_buffer(4, 0u32).unwrap();
    device.launch_on(&queue, Grid::covering(4), fails, (&mut y,)).unwrap();
    assert!(matches!(y.read(), Err(Error::KernelPanicked { message, .. }) if message == "element two"));
    assert_eq!(y.read().unwrap(), [1, 1, 0, 1], "told once, it can be looked at");
}

pub(crate) fn shared_between_threads(device: &Device) {
    let numbers: SharedBuffer<u32> = device.shared_buffer_from_iter(0..N as u32).unwrap();
    let numbers = std::sync::Arc::new(numbers);
    let threads: Vec<_> = (0..4)
        .map(|_| {
            let (numbers, device) = (numbers.clone(), device.clone());
            std::thread::spawn(move || {
                let mut out = device.buffer::<u32>(N).unwrap();
                let launch = device.launch(Grid::covering(N), slow, (&*numbers, &mut out)).unwrap();
                let sum: u64 = numbers.read().unwrap().iter().map(|&x| u64::from(x)).sum();
                assert!(launch.wait_timeout(Duration::from_secs(60)).unwrap());
                (sum, out.to_vec().unwrap()[7])
            })
        })
        .collect();
    let expected = ((N as u64) * (N as u64 - 1) / 2, hashed(7));
    assert!(threads.into_iter().all(|thread| thread.join().unwrap() == expected));
}

pub(crate) fn pinned_memory_is_a_slice(device: &Device) {
    let mut host = device.host_buffer_from(&[3u32, 1, 2]).unwrap();
    host.sort_unstable();
    for x in &mut host {
        *x *= 10;
    }
    assert_eq!(host.as_ref(), [10, 20, 30]);
    let squares = device.host_buffer_from_iter((1..=3u32).map(|i| i * i)).unwrap();
    assert_eq!((&squares).into_iter().sum::<u32>(), 14);
    let mut buffer = device.buffer::<u32>(3).unwrap();
    let squares = buffer.upload(squares).unwrap().wait().unwrap();
    assert_eq!((buffer.to_vec().unwrap(), squares.len()), (vec![1, 4, 9], 3));
}
