//! A panic in a kernel comes back from the wait, and the device goes on.
//!
//! Each case has a queue of its own: a panic that nobody has waited for yet is told to whoever waits on its queue first.

use geobacter::Error;
use geobacter::prelude::*;

/// The error of a launch that must panic, taken apart.
struct Caught {
    message: String,
    location: String,
    work_item: [u32; 3],
    work_group: [u32; 3],
    count: u64,
    kernel: String,
}

fn caught(error: Error) -> Caught {
    match error {
        Error::KernelPanicked { kernel, message, location, work_item, work_group, count } => {
            Caught { message, location: location.unwrap_or_default(), work_item, work_group, count, kernel }
        }
        other => panic!("not a panic: {other}"),
    }
}

fn read_at(item: WorkItem, x: &[u32], at: usize, mut y: PerItem<u32>) {
    if let Some(y) = y.get_mut(&item) {
        *y = x[at];
    }
}

pub(crate) fn bounds_check(device: &Device) {
    let queue = device.new_queue().unwrap();
    let x = device.buffer_filled(10, 3u32).unwrap();
    let mut y = device.buffer::<u32>(1).unwrap();
    let launch = device.launch_on(&queue, Grid::covering(1), read_at, (&x, 10, &mut y)).unwrap();
    let panic = caught(launch.wait().unwrap_err());
    assert!(panic.message.contains("index out of bounds"), "{}", panic.message);
    assert!(panic.location.contains("panics.rs:"), "{}", panic.location);
    assert!(panic.kernel.contains("read_at"), "{}", panic.kernel);
    assert_eq!((panic.work_item, panic.work_group, panic.count), ([0; 3], [0; 3], 1));
}

pub(crate) fn explicit(device: &Device) {
    let queue = device.new_queue().unwrap();
    fn stop(item: WorkItem, limit: usize) {
        if item.global_id() == limit {
            panic!("this far and no further");
        }
    }
    let launch = device.launch_on(&queue, Grid::covering(5000).group_size([64]), stop, (1000,)).unwrap();
    let panic = caught(launch.wait().unwrap_err());
    assert_eq!(panic.message, "this far and no further");
    assert_eq!((panic.work_group, panic.work_item), ([1000 / 64, 0, 0], [1000 % 64, 0, 0]));
    assert_eq!(panic.count, 1);
}

pub(crate) fn unwrap_none(device: &Device) {
    let queue = device.new_queue().unwrap();
    fn unwrap(_: WorkItem, x: &[Option<u32>], mut y: PerItem<u32>, item2: usize) {
        let _ = &mut y;
        std::hint::black_box(x[item2].unwrap());
    }
    let x = device.buffer_from(&[Some(1u32), None]).unwrap();
    let mut y = device.buffer::<u32>(1).unwrap();
    device.launch_on(&queue, Grid::covering(1), unwrap, (&x, &mut y, 0)).unwrap().wait().unwrap();
    let panic =
        caught(device.launch_on(&queue, Grid::covering(1), unwrap, (&x, &mut y, 1)).unwrap().wait().unwrap_err());
    assert!(panic.message.contains("called `Option::unwrap()` on a `None` value"), "{}", panic.message);
    fn expect(_: WorkItem, x: &[Option<u32>]) {
        std::hint::black_box(x[1].expect("a second number"));
    }
    let panic = caught(device.launch_on(&queue, Grid::covering(1), expect, (&x,)).unwrap().wait().unwrap_err());
    assert!(panic.message.contains("a second number"), "{}", panic.message);
}

pub(crate) fn overflow_and_division(device: &Device) {
    let queue = device.new_queue().unwrap();
    fn divide(item: WorkItem, by: u32, mut y: PerItem<u32>) {
        if let Some(y) = y.get_mut(&item) {
            *y = 100 / by;
        }
    }
    let mut y = device.buffer::<u32>(1).unwrap();
    let panic = caught(device.launch_on(&queue, Grid::covering(1), divide, (0, &mut y)).unwrap().wait().unwrap_err());
    assert!(panic.message.contains("divide by zero"), "{}", panic.message);
}

pub(crate) fn only_some_work_items(device: &Device) {
    let queue = device.new_queue().unwrap();
    fn odd_ones_out(item: WorkItem, mut y: PerItem<u32>) {
        let i = item.global_id();
        assert!(i % 100 != 99, "a round number");
        if let Some(y) = y.get_mut(&item) {
            *y = 1;
        }
    }
    // One work-item a group, so that "the other work-groups run" says what becomes of every one.
    let mut y = device.buffer::<u32>(1000).unwrap();
    let launch = device.launch_on(&queue, Grid::covering(1000).group_size([1]), odd_ones_out, (&mut y,)).unwrap();
    let panic = caught(launch.wait().unwrap_err());
    assert_eq!(panic.count, 10);
    assert_eq!(panic.work_group[0] % 100, 99);
    assert!(y.to_vec().is_err(), "the buffer says once that it is not what it should be");
    let y = y.to_vec().unwrap();
    assert!(y.iter().enumerate().all(|(i, &v)| v == u32::from(i % 100 != 99)));
}

pub(crate) fn the_device_goes_on(device: &Device) {
    let queue = device.new_queue().unwrap();
    let x = device.buffer_filled(10, 3u32).unwrap();
    let mut y = device.buffer::<u32>(4).unwrap();
    for _ in 0..3 {
        let launch = device.launch_on(&queue, Grid::covering(4), read_at, (&x, 99, &mut y)).unwrap();
        assert!(launch.wait().is_err());
        assert!(launch.wait().is_err(), "waiting again gives the same answer");
        device.launch_on(&queue, Grid::covering(4), read_at, (&x, 9, &mut y)).unwrap().wait().unwrap();
        assert_eq!(y.to_vec().unwrap(), [3; 4]);
    }
}

pub(crate) fn reported_when_a_buffer_is_read(device: &Device) {
    let queue = device.new_queue().unwrap();
    let x = device.buffer_filled(10, 3u32).unwrap();
    let mut y = device.buffer::<u32>(4).unwrap();
    // Nobody waits for the launch; whoever reads what it wrote learns of it.
    device.launch_on(&queue, Grid::covering(4), read_at, (&x, 99, &mut y)).unwrap();
    let panic = caught(y.to_vec().unwrap_err());
    assert_eq!(panic.count, 4);
}

pub(crate) fn reported_through_other_queues(device: &Device) {
    let queues = [device.new_queue().unwrap(), device.new_queue().unwrap()];
    let x = device.buffer_filled(10, 3u32).unwrap();
    let mut y = device.buffer::<u32>(4).unwrap();
    let mut z = device.buffer::<u32>(4).unwrap();
    device.launch_on(&queues[0], Grid::covering(4), read_at, (&x, 99, &mut y)).unwrap();
    device.launch_on(&queues[1], Grid::covering(4), read_at, (&y, 0, &mut z)).unwrap();
    let panic = caught(z.to_vec().unwrap_err());
    assert_eq!(panic.count, 4);
}

trait Table {
    fn look_up(&self, at: usize) -> u32;
}

struct Short([u32; 4]);
struct Long([u32; 32]);

impl Table for Short {
    #[inline(never)]
    fn look_up(&self, at: usize) -> u32 {
        self.0[at]
    }
}

impl Table for Long {
    #[inline(never)]
    fn look_up(&self, at: usize) -> u32 {
        self.0[at] + 1
    }
}

fn look_up(item: WorkItem, mut y: PerItem<u32>) {
    let (short, long) = (Short([7; 4]), Long([9; 32]));
    let tables: [&dyn Table; 2] = [&short, &long];
    let i = item.global_id();
    if let Some(y) = y.get_mut(&item) {
        *y = tables[i % 2].look_up(i / 8) * 2;
    }
}

/// The call that panics was made through a pointer, and its caller waits for a result: only its own work-item ends.
pub(crate) fn below_trait_objects(device: &Device) {
    let queue = device.new_queue().unwrap();
    let mut y = device.buffer_filled(64, 1000u32).unwrap();
    let panic = caught(device.launch_on(&queue, Grid::covering(64), look_up, (&mut y,)).unwrap().wait().unwrap_err());
    assert!(panic.message.contains("index out of bounds"), "{}", panic.message);
    // Even work-items have four elements to look at, and look at the number of their eight.
    assert_eq!(panic.count, 16);
    assert!(y.to_vec().is_err());
    let expected = (0..64).map(|i| match (i % 2, i / 8) {
        (0, 0..4) => 14,
        (0, _) => 1000,
        _ => 20,
    });
    assert_eq!(y.to_vec().unwrap(), expected.collect::<Vec<u32>>());
}

#[inline(never)]
fn digits(n: u32, limit: u32) -> u32 {
    assert!(n < limit, "beyond the limit");
    if n < 10 { 1 } else { 1 + digits(n / 10, limit) + digits(n / 100, limit) }
}

/// As above, in a function that calls itself twice.
pub(crate) fn in_recursion(device: &Device) {
    let queue = device.new_queue().unwrap();
    let mut y = device.buffer_from(&(0..200u32).map(|i| i * 50).collect::<Vec<_>>()).unwrap();
    let kernel = |item: WorkItem, limit: u32, mut y: PerItem<u32>| {
        if let Some(y) = y.get_mut(&item) {
            *y = digits(*y, limit);
        }
    };
    let launch = device.launch_on(&queue, Grid::covering(200), kernel, (5000, &mut y)).unwrap();
    let panic = caught(launch.wait().unwrap_err());
    assert_eq!((panic.message.as_str(), panic.count), ("beyond the limit", 100));
    assert!(y.to_vec().is_err());
    let expected = (0..200).map(|i| if i < 100 { digits(i * 50, 5000) } else { i * 50 });
    assert_eq!(y.to_vec().unwrap(), expected.collect::<Vec<u32>>());
}
