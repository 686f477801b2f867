//! Signals that both sides change and look at.

use std::mem::offset_of;
use std::thread;
use std::time::Duration;

use geobacter_core::SignalBlock;
use geobacter_driver::driver::{Copy, DevicePtr, DriverDevice};
use geobacter_driver::signal::Condition;

use crate::kit::Runner;

#[test]
fn signals_are_seen_from_both_sides() {
    let Some(runner) = Runner::new("signals_are_seen_from_both_sides") else { return };
    let signal = runner.device.create_signal(-5).expect("a signal");
    assert_eq!((signal.load(), signal.block().0 % 64), (-5, 0));
    thread::scope(|scope| {
        let wait = scope.spawn(|| signal.wait(Condition::AtLeast(0), None));
        thread::sleep(Duration::from_millis(20));
        signal.store(7);
        assert_eq!(wait.join().expect("no panic").expect("a value"), Some(7));
    });
    // Where a kernel would look.
    let at = std::ptr::with_exposed_provenance::<SignalBlock>(signal.block().0 as usize);
    // SAFETY: the block of a signal that lives.
    assert_eq!(unsafe { &*at }.value.load(std::sync::atomic::Ordering::Acquire), 7);
    let value = DevicePtr(signal.block().0 + offset_of!(SignalBlock, value) as u64);
    let mut seen = [0; 8];
    runner.copy(Copy::DeviceToHost { from: value, to: seen.as_mut_ptr() }, seen.len());
    assert_eq!(i64::from_ne_bytes(seen), 7);
}

#[test]
fn waits_for_signals_end() {
    let Some(runner) = Runner::new("waits_for_signals_end") else { return };
    let signal = runner.device.create_signal(1).expect("a signal");
    let soon = Some(Duration::from_millis(5));
    assert_eq!(signal.wait(Condition::Equal(2), soon).expect("an answer"), None);
    assert_eq!(signal.wait(Condition::Less(2), Some(Duration::ZERO)).expect("an answer"), Some(1));
    assert_eq!(signal.wait(Condition::NotEqual(2), None).expect("an answer"), Some(1));
    assert_eq!(signal.wait(Condition::AtLeast(2), soon).expect("an answer"), None);
}
