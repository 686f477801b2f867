//! Closures as kernels: they capture nothing, so their type is all there is to them.

use geobacter::prelude::*;

pub(crate) fn plain(device: &Device) {
    let mut y = device.buffer_from(&[1u32, 2, 3]).unwrap();
    device
        .launch(
            Grid::covering(3),
            |item: WorkItem, factor: u32, mut y: PerItem<u32>| {
                if let Some(y) = y.get_mut(&item) {
                    *y *= factor;
                }
            },
            (5, &mut y),
        )
        .unwrap();
    assert_eq!(y.to_vec().unwrap(), [5, 10, 15]);
}

fn offset_by_size<T: geobacter::core::DeviceCopy + Default + PartialEq + std::fmt::Debug + From<u8>>(device: &Device) {
    let mut y = device.buffer::<T>(4).unwrap();
    device
        .launch(
            Grid::covering(4),
            |item: WorkItem, mut y: PerItem<T>| {
                if let Some(y) = y.get_mut(&item) {
                    *y = T::from(size_of::<T>() as u8 + item.global_id() as u8);
                }
            },
            (&mut y,),
        )
        .unwrap();
    let expected: Vec<T> = (0..4).map(|i| T::from(size_of::<T>() as u8 + i)).collect();
    assert_eq!(y.to_vec().unwrap(), expected);
}

pub(crate) fn in_a_generic_function(device: &Device) {
    offset_by_size::<u8>(device);
    offset_by_size::<u32>(device);
    offset_by_size::<f64>(device);
}

fn collatz(mut n: u32) -> u32 {
    let mut steps = 0;
    while n > 1 {
        n = if n.is_multiple_of(2) { n / 2 } else { 3 * n + 1 };
        steps += 1;
    }
    steps
}

pub(crate) fn calling_functions(device: &Device) {
    let mut y = device.buffer::<u32>(1000).unwrap();
    let kernel = |item: WorkItem, mut y: PerItem<u32>| {
        if let Some(y) = y.get_mut(&item) {
            *y = collatz(item.global_id() as u32);
        }
    };
    device.launch(Grid::covering(1000), kernel, (&mut y,)).unwrap();
    assert_eq!(y.to_vec().unwrap(), (0..1000).map(collatz).collect::<Vec<_>>());
}

pub(crate) fn two_of_one_type(device: &Device) {
    // Same signature, different code: the type, and so the kernel, differs.
    let mut y = device.buffer::<i32>(2).unwrap();
    let up = |item: WorkItem, mut y: PerItem<i32>| {
        if let Some(y) = y.get_mut(&item) {
            *y += 1;
        }
    };
    let down = |item: WorkItem, mut y: PerItem<i32>| {
        if let Some(y) = y.get_mut(&item) {
            *y -= 10;
        }
    };
    device.launch(Grid::covering(2), up, (&mut y,)).unwrap();
    device.launch(Grid::covering(2), down, (&mut y,)).unwrap();
    device.launch(Grid::covering(2), up, (&mut y,)).unwrap();
    assert_eq!(y.to_vec().unwrap(), [-8, -8]);
}

pub(crate) fn nested(device: &Device) {
    let mut y = device.buffer::<u32>(10).unwrap();
    device
        .launch(
            Grid::covering(10),
            |item: WorkItem, base: u32, mut y: PerItem<u32>| {
                // Inside the kernel, closures may capture.
                let id = item.global_id() as u32;
                let add = |k: u32| base + id * k;
                if let Some(y) = y.get_mut(&item) {
                    *y = (1..4).map(add).sum();
                }
            },
            (100, &mut y),
        )
        .unwrap();
    assert_eq!(y.to_vec().unwrap(), (0..10).map(|i| 300 + 6 * i).collect::<Vec<u32>>());
}
