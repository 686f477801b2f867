//! Values that kernels send to the host while they run.

use std::time::Duration;

use geobacter::prelude::*;
use geobacter::{RecvError, TrySendError};

const PATIENCE: Duration = Duration::from_secs(60);

pub(crate) fn every_value_arrives_once(device: &Device) {
    let (sender, receiver) = device.channel::<u32>(4096).unwrap();
    let kernel = |item: WorkItem, to: Sender<u32>| assert!(to.try_send(item.global_id() as u32).is_ok());
    let launch = device.launch(Grid::covering(3000), kernel, (&sender,)).unwrap();
    drop(sender);
    let mut values: Vec<u32> = receiver.iter().collect();
    values.sort_unstable();
    assert_eq!(values, (0..3000).collect::<Vec<_>>());
    launch.wait().unwrap();
    assert_eq!(receiver.recv(), Err(RecvError::Disconnected));
}

/// A small channel: work-items wait for the host to make room, also those of one wavefront for each other's sake.
pub(crate) fn sends_wait_for_room(device: &Device) {
    let (sender, receiver) = device.channel::<(u32, u64)>(4).unwrap();
    let kernel = |item: WorkItem, n: u32, to: Sender<(u32, u64)>| {
        for k in 0..n {
            assert!(to.send((k, item.global_id() as u64)).is_ok());
        }
    };
    let launch = device.launch(Grid::covering(200), kernel, (3, &sender)).unwrap();
    drop(sender);
    let mut next = [0; 200];
    for (k, id) in receiver.iter() {
        assert_eq!(k, next[id as usize], "in the order of each work-item");
        next[id as usize] += 1;
    }
    assert_eq!(next, [3; 200]);
    launch.wait().unwrap();
}

/// The kernel goes on only when the host has answered, so the value came while it ran.
pub(crate) fn values_come_while_the_kernel_runs(device: &Device) {
    let (sender, receiver) = device.channel::<u32>(1).unwrap();
    let answer = device.signal(0).unwrap();
    let kernel = |_: WorkItem, to: Sender<u32>, answer: SignalRef| {
        let _ = to.send(42);
        while answer.load(std::sync::atomic::Ordering::Acquire) == 0 {
            std::hint::spin_loop();
        }
        let _ = to.send(43);
    };
    let launch = device.launch(Grid::covering(1), kernel, (&sender, &answer)).unwrap();
    assert_eq!(receiver.recv_timeout(PATIENCE), Ok(42));
    assert_eq!(receiver.try_recv(), Err(RecvError::Empty));
    answer.store(1);
    assert_eq!(receiver.recv_timeout(PATIENCE), Ok(43));
    launch.wait().unwrap();
}

pub(crate) fn full_channels_give_values_back(device: &Device) {
    let (sender, receiver) = device.channel::<u32>(4).unwrap();
    let kernel = |item: WorkItem, to: Sender<u32>, mut back: PerItem<u32>| {
        let mut sum = 0;
        for i in 0..8 {
            if let Err(TrySendError::Full(value)) = to.try_send(10 + i) {
                sum += value;
            }
        }
        if let Some(back) = back.get_mut(&item) {
            *back = sum;
        }
    };
    let mut back = device.buffer::<u32>(1).unwrap();
    device.launch(Grid::covering(1), kernel, (&sender, &mut back)).unwrap();
    assert_eq!(back.to_vec().unwrap(), [14 + 15 + 16 + 17]);
    assert_eq!(receiver.try_iter().collect::<Vec<_>>(), [10, 11, 12, 13]);
    assert_eq!(receiver.recv_timeout(Duration::from_millis(1)), Err(RecvError::Empty));
}

pub(crate) fn nobody_receives_any_more(device: &Device) {
    let (sender, receiver) = device.channel::<f64>(2).unwrap();
    drop(receiver);
    let kernel = |item: WorkItem, to: Sender<f64>, mut back: PerItem<f64>| {
        if let Some(back) = back.get_mut(&item) {
            // Would wait for ever, were the channel open.
            for i in 0..5 {
                *back += to.send(0.5 + f64::from(i)).err().unwrap_or(100.0);
            }
        }
    };
    let mut back = device.buffer::<f64>(100).unwrap();
    device.launch(Grid::covering(100), kernel, (&sender, &mut back)).unwrap();
    assert_eq!(back.to_vec().unwrap(), [12.5; 100]);
}

#[derive(Clone, Copy, Debug, PartialEq, DeviceCopy)]
#[repr(align(16))]
struct Wide {
    name: [u8; 21],
    value: Option<i128>,
}

pub(crate) fn structs_and_several_launches(device: &Device) {
    let queues = [device.new_queue().unwrap(), device.new_queue().unwrap()];
    let (sender, receiver) = device.channel::<Wide>(64).unwrap();
    let kernel = |item: WorkItem, base: i128, to: Sender<Wide>| {
        let i = item.global_id();
        let value = if i % 2 == 0 { Some(base + i as i128) } else { None };
        assert!(to.send(Wide { name: [i as u8; 21], value }).is_ok());
    };
    for (queue, base) in queues.iter().zip([0, i128::MAX - 1000]) {
        device.launch_on(queue, Grid::covering(50), kernel, (base, &sender.clone())).unwrap();
    }
    drop(sender);
    let mut values: Vec<Wide> = receiver.iter().collect();
    values.sort_by_key(|wide| (wide.value, wide.name));
    let mut expected: Vec<Wide> = [0, i128::MAX - 1000]
        .into_iter()
        .flat_map(|base| {
            (0..50u8).map(move |i| Wide { name: [i; 21], value: (i % 2 == 0).then_some(base + i128::from(i)) })
        })
        .collect();
    expected.sort_by_key(|wide| (wide.value, wide.name));
    assert_eq!(values, expected);
}

pub(crate) fn dropped_while_in_use(device: &Device) {
    let (sender, receiver) = device.channel::<u64>(2).unwrap();
    let mut done = device.buffer::<u32>(64).unwrap();
    let kernel = |item: WorkItem, to: Sender<u64>, mut done: PerItem<u32>| {
        while to.send(item.global_id() as u64).is_ok() {}
        if let Some(done) = done.get_mut(&item) {
            *done = 1;
        }
    };
    device.launch(Grid::covering(64), kernel, (&sender, &mut done)).unwrap();
    assert!(receiver.recv_timeout(PATIENCE).is_ok());
    drop(receiver);
    drop(sender);
    assert_eq!(done.to_vec().unwrap(), [1; 64]);
}
