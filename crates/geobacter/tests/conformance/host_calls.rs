//! Kernels that call functions of the host.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use geobacter::HostCallError;
use geobacter::prelude::*;

pub(crate) fn answers_come_to_who_asked(device: &Device) {
    let names: HashMap<u32, f64> = (0..500).map(|i| (i * 3, f64::from(i) + 0.5)).collect();
    let function = device.host_fn(64, move |name: u32| names.get(&name).copied()).unwrap();
    let kernel = |item: WorkItem, look_up: HostFn<u32, Option<f64>>, mut y: PerItem<f64>| {
        if let Some(y) = y.get_mut(&item) {
            *y = look_up.call(item.global_id() as u32).unwrap().unwrap_or(-1.0);
        }
    };
    let mut y = device.buffer::<f64>(300).unwrap();
    device.launch(Grid::covering(300), kernel, (&function, &mut y)).unwrap();
    let expected = (0..300).map(|i| if i % 3 == 0 { f64::from(i / 3) + 0.5 } else { -1.0 });
    assert_eq!(y.to_vec().unwrap(), expected.collect::<Vec<f64>>());
}

/// Fewer calls at once than a wavefront has work-items: those that have their answers make room for the others.
pub(crate) fn few_at_once(device: &Device) {
    let calls = Arc::new(AtomicU64::new(0));
    let counter = calls.clone();
    let function = device
        .host_fn(2, move |x: (u64, u64)| {
            counter.fetch_add(1, Ordering::Relaxed);
            x.0 * x.1
        })
        .unwrap();
    let kernel = |item: WorkItem, multiply: HostFn<(u64, u64), u64>, mut y: PerItem<u64>| {
        if let Some(y) = y.get_mut(&item) {
            *y = 1;
            for i in 2..4 {
                *y = multiply.call((*y + item.global_id() as u64, i)).unwrap();
            }
        }
    };
    let mut y = device.buffer::<u64>(150).unwrap();
    device.launch(Grid::covering(150), kernel, (&function, &mut y)).unwrap();
    let expected = (0..150).map(|id| ((1 + id) * 2 + id) * 3);
    assert_eq!(y.to_vec().unwrap(), expected.collect::<Vec<u64>>());
    assert_eq!(calls.load(Ordering::Relaxed), 300);
}

pub(crate) fn a_function_that_panics_is_an_error_of_the_call(device: &Device) {
    let function = device
        .host_fn(4, |x: u32| {
            assert!(x != 3, "not three");
            x + 1
        })
        .unwrap();
    let kernel = |item: WorkItem, next: HostFn<u32, u32>, mut y: PerItem<u32>| {
        if let Some(y) = y.get_mut(&item) {
            *y = match next.call(item.global_id() as u32) {
                Ok(next) => next,
                Err(HostCallError::Panicked) => 100,
                Err(HostCallError::Unanswered) => 200,
            };
        }
    };
    let mut y = device.buffer::<u32>(5).unwrap();
    device.launch(Grid::covering(5), kernel, (&function, &mut y)).unwrap();
    assert_eq!(y.to_vec().unwrap(), [1, 2, 3, 100, 5]);
}

pub(crate) fn again_and_from_several_queues(device: &Device) {
    let sum = Arc::new(AtomicU64::new(0));
    let to = sum.clone();
    let function = device
        .host_fn(8, move |x: u32| {
            to.fetch_add(x.into(), Ordering::Relaxed);
        })
        .unwrap();
    let kernel = |item: WorkItem, base: u32, add: HostFn<u32, ()>| {
        add.call(base + item.global_id() as u32).unwrap();
    };
    let queues = [device.new_queue().unwrap(), device.new_queue().unwrap()];
    for round in 0..3 {
        let launch = |queue, base| device.launch_on(queue, Grid::covering(20), kernel, (base, &function)).unwrap();
        let launches = [launch(&queues[0], 0), launch(&queues[1], 1000)];
        launches.iter().for_each(|launch| launch.wait().unwrap());
        assert_eq!(sum.load(Ordering::Relaxed), (round + 1) * (2 * 190 + 20_000));
    }
}

/// The function goes with the last launch that calls it, not before.
pub(crate) fn dropped_while_in_use(device: &Device) {
    let function = device.host_fn(2, |x: u32| x * 2).unwrap();
    let kernel = |item: WorkItem, double: HostFn<u32, u32>, mut y: PerItem<u32>| {
        if let Some(y) = y.get_mut(&item) {
            *y = double.call(item.global_id() as u32).unwrap();
        }
    };
    let mut y = device.buffer::<u32>(64).unwrap();
    device.launch(Grid::covering(64), kernel, (&function, &mut y)).unwrap();
    drop(function);
    assert_eq!(y.to_vec().unwrap(), (0..64).map(|i| i * 2).collect::<Vec<u32>>());
}
