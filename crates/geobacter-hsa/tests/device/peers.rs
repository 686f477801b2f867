//! Several devices: memory of one in the other's hands, and order across them. `cargo geobacter test --emulate
//! gfx90a,gfx90a -p geobacter-hsa` runs these; with fewer than two devices they are skipped, and say so.

use std::mem::offset_of;
use std::time::Duration;

use geobacter_core::SignalBlock;
use geobacter_driver::driver::{DevicePtr, DriverDevice};
use geobacter_driver::signal::Condition;

use crate::kit::{Bytes, Runner, block, devices, shape};

/// Longer than any wait here should take.
const LONG: Option<Duration> = Some(Duration::from_secs(60));
/// Long enough to see that something waits.
const SHORT: Option<Duration> = Some(Duration::from_millis(20));

/// A queue of each of the first two devices.
fn two(test: &str) -> Option<(Runner, Runner)> {
    match &devices(test)[..] {
        [first, second, ..] => Some((Runner::on(first), Runner::on(second))),
        few => {
            eprintln!("{test} SKIPPED: it needs two HSA devices, and there are {}", few.len());
            None
        }
    }
}

fn pattern(bytes: usize) -> Vec<u8> {
    (0..bytes).map(|i| (i * 7 + i / 251) as u8).collect()
}

/// Has `here` copy from memory of `there`.
fn pull(here: &Runner, there: &Runner, from: DevicePtr, to: DevicePtr, bytes: usize) -> u64 {
    // SAFETY: both have so many bytes, and outlive the tests' waits.
    let copied = unsafe { here.queue.copy_from_peer(&*there.device, from, to, bytes) };
    copied.expect("a direct way").expect("a copy")
}

#[test]
fn devices_copy_from_each_other() {
    let Some((first, second)) = two("devices_copy_from_each_other") else { return };
    for (here, there) in [(&first, &second), (&second, &first)] {
        for bytes in [1, 4096, 100_000, (5 << 20) + 3] {
            let data = pattern(bytes);
            let (from, to) = (there.upload(&data), here.bytes(bytes));
            for _ in 0..2 {
                here.finish(pull(here, there, from.ptr, to.ptr, bytes));
            }
            assert!(here.download(&to) == data, "{bytes} bytes");
        }
    }
}

#[test]
fn parts_are_copied_between_devices() {
    let Some((here, there)) = two("parts_are_copied_between_devices") else { return };
    let data = pattern(10_000);
    let (from, to) = (there.upload(&data), here.upload(&[0xaa; 10_000]));
    let number = pull(&here, &there, DevicePtr(from.ptr.0 + 1001), DevicePtr(to.ptr.0 + 37), 5000);
    here.finish(number);
    let mut expected = vec![0xaa; 10_000];
    expected[37..5037].copy_from_slice(&data[1001..6001]);
    assert!(here.download(&to) == expected);
    // Nothing at all is nothing to do.
    here.finish(pull(&here, &there, from.ptr, to.ptr, 0));
}

#[test]
fn a_copy_between_devices_is_in_order_with_both_queues() {
    let Some((here, there)) = two("a_copy_between_devices_is_in_order_with_both_queues") else { return };
    let (here_step, there_step) = (here.kernel(c"step"), there.kernel(c"step"));
    let (from, to) = (there.word(1), here.word(100));
    let gate = there.hsa().gate().expect("a gate");
    let written = there.step(&there_step, &from, 10, 2);
    here.queue.wait_for(&there.queue, written).expect("a wait");
    let copied = pull(&here, &there, from.ptr, to.ptr, 4);
    let used = here.step(&here_step, &to, 2, 0);
    assert!(!here.queue.wait(copied, SHORT).expect("no failure"), "it did not wait for the other device");
    gate.open();
    here.finish(used);
    assert_eq!((there.read_word(&from), here.read_word(&to)), (12, 24));
}

#[test]
fn queues_of_devices_wait_for_each_other() {
    let Some((first, second)) = two("queues_of_devices_wait_for_each_other") else { return };
    let (first_step, second_step) = (first.kernel(c"step"), second.kernel(c"step"));
    let words = [first.word(1), second.word(1)];
    let mut expected = 1;
    for round in 0..20 {
        // Each does its step on a word of its own, and waits for the other's last step.
        let number = first.step(&first_step, &words[0], 3, round);
        second.queue.wait_for(&first.queue, number).expect("a wait");
        let number = second.step(&second_step, &words[1], 3, round);
        first.queue.wait_for(&second.queue, number).expect("a wait");
        expected = 3u32.wrapping_mul(expected).wrapping_add(round);
    }
    first.finish(first.step(&first_step, &words[0], 1, 0));
    assert_eq!((first.read_word(&words[0]), second.read_word(&words[1])), (expected, expected));
}

#[test]
fn a_kernel_changes_a_signal_of_another_device() {
    let Some((first, second)) = two("a_kernel_changes_a_signal_of_another_device") else { return };
    let signal = first.device.create_signal(5).expect("a signal");
    let value = signal.block().0 + offset_of!(SignalBlock, value) as u64;
    let arguments = block(&[&value.to_ne_bytes(), &2u32.to_ne_bytes(), &1u32.to_ne_bytes()]);
    let number = second.launch(&second.kernel(c"step"), &shape(1, 1), &arguments).expect("a launch");
    second.finish(number);
    assert_eq!(signal.wait(Condition::NotEqual(5), LONG).expect("an answer"), Some(11));
}

#[test]
fn memory_is_freed_after_it_was_shared() {
    let Some((here, there)) = two("memory_is_freed_after_it_was_shared") else { return };
    let room = here.device.info().memory / 4;
    // More than there is, if any of it stayed.
    for round in 0..6u8 {
        let (from, to): (Bytes, Bytes) = (there.upload(&[round; 64]), here.bytes(room as usize));
        here.finish(pull(&here, &there, from.ptr, to.ptr, 64));
        let mut seen = here.download_part(&to, 64);
        seen.dedup();
        assert_eq!(seen, [round]);
    }
}

#[test]
fn kernels_stay_with_their_device() {
    let Some((first, second)) = two("kernels_stay_with_their_device") else { return };
    let word = second.word(1);
    let arguments = block(&[&word.ptr.0.to_ne_bytes(), &1u32.to_ne_bytes(), &1u32.to_ne_bytes()]);
    let refused = second.launch(&first.kernel(c"step"), &shape(1, 1), &arguments);
    let text = refused.expect_err("it is the other device's").to_string();
    assert!(text.contains("the kernel was loaded into another device"), "{text}");
}
