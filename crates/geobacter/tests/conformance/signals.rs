//! Signals: what kernels change, the host sees; what the host sets, kernels see; and a host that waits is woken.

use std::sync::atomic::Ordering;
use std::time::Duration;

use geobacter::Error;
use geobacter::prelude::*;

/// Longer than any device takes for what is waited for here: only a broken one gets there.
const LONG: Option<Duration> = Some(Duration::from_secs(60));

fn count_down(_: WorkItem, left: SignalRef) {
    left.fetch_sub(1, Ordering::Release);
}

pub(crate) fn every_work_item_counts(device: &Device) {
    let left = device.signal(10_007).unwrap();
    device.launch(Grid::covering(10_007), count_down, (&left,)).unwrap();
    assert_eq!(left.wait(Condition::Equal(0), LONG).unwrap(), Some(0));
    device.synchronize().unwrap();
    assert_eq!(left.load(), 0, "nobody counted twice");
}

pub(crate) fn the_host_waits_for_each_condition(device: &Device) {
    let signal = device.signal(5).unwrap();
    device.launch(Grid::covering(7), count_down, (&signal,)).unwrap();
    assert_eq!(signal.wait(Condition::Less(-1), LONG).unwrap(), Some(-2));
    assert_eq!(signal.wait(Condition::NotEqual(5), LONG).unwrap(), Some(-2));
    assert_eq!(signal.wait(Condition::AtLeast(-2), LONG).unwrap(), Some(-2));
    assert_eq!(signal.wait(Condition::Equal(-2), LONG).unwrap(), Some(-2));
}

pub(crate) fn a_wait_for_what_never_comes_times_out(device: &Device) {
    let signal = device.signal(5).unwrap();
    assert_eq!(signal.wait(Condition::Equal(6), Some(Duration::from_millis(10))).unwrap(), None);
    device.launch(Grid::covering(1), count_down, (&signal,)).unwrap().wait().unwrap();
    assert_eq!(signal.wait(Condition::Equal(6), Some(Duration::ZERO)).unwrap(), None);
    assert_eq!(signal.load(), 4);
}

/// One operation for each value of `which`, by one work-item.
fn change(item: WorkItem, which: u32, by: i64, signal: SignalRef, mut seen: PerItem<i64>) {
    let before = match which {
        0 => signal.swap(by, Ordering::AcqRel),
        1 => signal.fetch_add(by, Ordering::AcqRel),
        2 => signal.fetch_sub(by, Ordering::Release),
        3 => signal.fetch_and(by, Ordering::Relaxed),
        4 => signal.fetch_or(by, Ordering::Acquire),
        5 => signal.fetch_xor(by, Ordering::SeqCst),
        6 => signal.fetch_min(by, Ordering::Relaxed),
        7 => signal.fetch_max(by, Ordering::Relaxed),
        8 => signal.compare_exchange(-12, by, Ordering::AcqRel, Ordering::Acquire).unwrap_or_else(|now| now),
        _ => {
            let before = signal.load(Ordering::Acquire);
            signal.store(by, Ordering::Release);
            before
        }
    };
    if let Some(seen) = seen.get_mut(&item) {
        *seen = before;
    }
}

/// What `change` leaves, in plain arithmetic.
fn changed(which: u32, before: i64, by: i64) -> i64 {
    match which {
        1 => before.wrapping_add(by),
        2 => before.wrapping_sub(by),
        3 => before & by,
        4 => before | by,
        5 => before ^ by,
        6 => before.min(by),
        7 => before.max(by),
        8 if before != -12 => before,
        _ => by,
    }
}

pub(crate) fn every_operation(device: &Device) {
    let mut seen = device.buffer::<i64>(1).unwrap();
    for which in 0..10 {
        for (initial, by) in [(-12, 5), (7, -9), (i64::MAX, 1), (0x0f0f << 40, 0x3c3c << 40)] {
            let signal = device.signal(initial).unwrap();
            device.launch(Grid::covering(1), change, (which, by, &signal, &mut seen)).unwrap();
            assert_eq!(seen.to_vec().unwrap(), [initial], "operation {which} by {by}");
            assert_eq!(signal.load(), changed(which, initial, by), "operation {which} of {initial} by {by}");
        }
    }
}

fn wait_for_the_host(item: WorkItem, go: SignalRef, done: SignalRef, mut out: PerItem<i64>) {
    while go.load(Ordering::Acquire) == 0 {
        std::hint::spin_loop();
    }
    if let Some(out) = out.get_mut(&item) {
        *out = go.load(Ordering::Relaxed) + item.global_id() as i64;
    }
    done.fetch_add(1, Ordering::Release);
}

pub(crate) fn kernels_see_what_the_host_sets(device: &Device) {
    let (go, done) = (device.signal(0).unwrap(), device.signal(0).unwrap());
    let mut out = device.buffer::<i64>(8).unwrap();
    let launch = device.launch(Grid::covering(8), wait_for_the_host, (&go, &done, &mut out)).unwrap();
    // Nothing is asked of a driver while the kernel waits: what other threads ask of it may have to wait for the kernel.
    std::thread::sleep(Duration::from_millis(20));
    assert_eq!(done.load(), 0, "it waits for the host");
    go.store(100);
    assert_eq!(done.wait(Condition::Equal(8), LONG).unwrap(), Some(8));
    launch.wait().unwrap();
    assert_eq!(out.to_vec().unwrap(), (100..108).collect::<Vec<_>>());
}

pub(crate) fn one_signal_serves_launches_on_two_queues(device: &Device) {
    let left = device.signal(3000).unwrap();
    let queues = [device.new_queue().unwrap(), device.new_queue().unwrap()];
    for _ in 0..5 {
        for queue in &queues {
            device.launch_on(queue, Grid::covering(300), count_down, (&left,)).unwrap();
        }
    }
    assert_eq!(left.wait(Condition::Less(1), LONG).unwrap(), Some(0));
}

pub(crate) fn dropped_while_in_use(device: &Device) {
    for _ in 0..20 {
        let signal = device.signal(0).unwrap();
        device.launch(Grid::covering(1000), count_down, (&signal,)).unwrap();
    }
    device.synchronize().unwrap();
}

pub(crate) fn signals_of_another_device_are_refused(device: &Device) {
    let other = Device::open("offline:sm_90").unwrap();
    let signal = other.signal(0).unwrap();
    let error = device.launch(Grid::covering(1), count_down, (&signal,)).unwrap_err();
    assert!(matches!(error, Error::WrongDevice { argument: 0, .. }), "{error}");
}
