//! Kernels run, and get what they are given.

use std::thread;
use std::time::Duration;

use geobacter_driver::Error;
use geobacter_driver::driver::{Copy, FenceScope, Fences, LaunchShape};

use crate::kit::compile::code_object;
use crate::kit::{Runner, block, shape};

const LONG: Option<Duration> = Some(Duration::from_secs(60));

fn bytes(values: impl IntoIterator<Item = f32>) -> Vec<u8> {
    values.into_iter().flat_map(f32::to_ne_bytes).collect()
}

#[test]
fn kernels_get_their_block() {
    let Some(runner) = Runner::new("kernels_get_their_block") else { return };
    let saxpy = runner.kernel(c"saxpy");
    assert!(saxpy.code().is_some_and(|code| code.symbol == "saxpy"));
    let n = 1000;
    let (x, y) = (runner.upload(&bytes((0..n).map(|i| i as f32))), runner.upload(&bytes((0..n).map(|_| 1.0))));
    let (count, zero) = ((n as u64).to_ne_bytes(), [0; 4]);
    let arguments: [&[u8]; 5] = [&2.0f32.to_ne_bytes(), &zero, &count, &x.ptr.0.to_ne_bytes(), &y.ptr.0.to_ne_bytes()];
    let number = runner.launch(&saxpy, &shape(4, 256), &block(&arguments)).expect("a launch");
    runner.finish(number);
    assert_eq!(runner.download(&y), bytes((0..n).map(|i| 2.0 * i as f32 + 1.0)));
}

/// Kernels and copies alternate, and each sees what the one before it wrote.
#[test]
fn kernels_and_copies_are_in_order() {
    let Some(runner) = Runner::new("kernels_and_copies_are_in_order") else { return };
    let step = runner.kernel(c"step");
    let (word, copy) = (runner.word(1), runner.word(0));
    let down = |to: &mut u32, from| {
        runner.submit_copy(Copy::DeviceToHost { from, to: std::ptr::from_mut(to).cast() }, 4);
    };
    let mut seen = [0; 10];
    for seen in &mut seen {
        runner.step(&step, &word, 3, 1);
        runner.submit_copy(Copy::DeviceToDevice { from: word.ptr, to: copy.ptr }, 4);
        runner.step(&step, &copy, 10, 7);
        down(seen, copy.ptr);
    }
    runner.finish(runner.queue.submitted());
    let mut value = 1u32;
    for seen in seen {
        value = value * 3 + 1;
        assert_eq!(seen, value * 10 + 7);
    }
}

#[test]
fn queues_take_turns() {
    let Some(first) = Runner::new("queues_take_turns") else { return };
    let second = first.another();
    let step = first.kernel(c"step");
    let word = first.word(1);
    let mut expected = 1u32;
    for _ in 0..10 {
        let number = first.step(&step, &word, 3, 1);
        second.queue.wait_for(&first.queue, number).expect("a wait");
        let number = second.step(&step, &word, 5, 2);
        first.queue.wait_for(&second.queue, number).expect("a wait");
        expected = expected.wrapping_mul(3).wrapping_add(1).wrapping_mul(5).wrapping_add(2);
    }
    assert_eq!(first.read_word(&word), expected);
}

#[test]
fn launches_wrap_around_their_records() {
    let Some(runner) = Runner::new("launches_wrap_around_their_records") else { return };
    let (step, panics) = (runner.kernel(c"step"), runner.kernel(c"panics"));
    let word = runner.word(0);
    for _ in 0..600 {
        runner.step(&step, &word, 1, 1);
    }
    let bad = runner.launch(&panics, &shape(1, 1), &block(&[])).expect("a launch");
    for _ in 0..1100 {
        runner.step(&step, &word, 1, 1);
    }
    let last = runner.queue.submitted();
    assert!(matches!(runner.queue.wait(last, LONG), Err(Error::KernelPanicked { .. })), "nobody was told yet");
    assert!(matches!(runner.queue.wait(bad, LONG), Err(Error::KernelPanicked { .. })));
    runner.finish(last);
    assert_eq!(runner.read_word(&word), 1700);
}

#[test]
fn sixteen_threads_launch_more_than_a_queue_holds() {
    let Some(runner) = Runner::new("sixteen_threads_launch_more_than_a_queue_holds") else { return };
    const THREADS: u32 = 16;
    const EACH: u32 = 100;
    let step = runner.kernel(c"step");
    let word = runner.word(0);
    let gate = runner.hsa().gate().expect("a gate");
    thread::scope(|scope| {
        for _ in 0..THREADS {
            scope.spawn(|| (0..EACH).for_each(|_| _ = runner.step(&step, &word, 1, 1)));
        }
        thread::sleep(Duration::from_millis(50));
        gate.open();
    });
    assert_eq!(runner.read_word(&word), THREADS * EACH);
}

#[test]
fn panics_come_back_with_their_words() {
    let Some(runner) = Runner::new("panics_come_back_with_their_words") else { return };
    let (step, panics) = (runner.kernel(c"step"), runner.kernel(c"panics"));
    for _ in 0..3 {
        let bad = runner.launch(&panics, &shape(2, 32), &block(&[])).expect("a launch");
        let error = runner.queue.wait(bad, LONG).expect_err("it panicked");
        let Error::KernelPanicked { kernel, message, location, work_item, work_group, count } = error else {
            panic!("{error}")
        };
        assert_eq!((kernel.as_str(), message.as_str()), ("tests::panics", "boom"));
        assert_eq!(location.as_deref(), Some("dev.rs:42:7"));
        assert!(work_item[0] < 32 && work_group[0] < 2);
        assert_eq!(count, 64, "the record was not cleared");
        let word = runner.word(5);
        runner.step(&step, &word, 2, 1);
        assert_eq!(runner.read_word(&word), 11);
    }
}

#[test]
fn weaker_fences_leave_the_order_of_one_queue() {
    let Some(runner) = Runner::new("weaker_fences_leave_the_order_of_one_queue") else { return };
    let step = runner.kernel(c"step");
    let word = runner.word(1);
    let arguments = block(&[&word.ptr.0.to_ne_bytes(), &3u32.to_ne_bytes(), &1u32.to_ne_bytes()]);
    let device = FenceScope::Device;
    for fences in [
        Fences { acquire: FenceScope::System, release: device },
        Fences { acquire: device, release: device },
        Fences { acquire: device, release: FenceScope::System },
    ] {
        runner.launch(&step, &LaunchShape { fences, ..shape(1, 1) }, &arguments).expect("a launch");
    }
    // 1 -> 4 -> 13 -> 40
    assert_eq!(runner.read_word(&word), 40);
}

#[test]
fn declared_group_memory_and_all_the_rest_can_be_used() {
    let Some(runner) = Runner::new("declared_group_memory_and_all_the_rest_can_be_used") else { return };
    let kernel = runner.kernel(c"through_group_memory");
    let word = runner.word(8);
    let most = runner.device_group_memory() - 4096;
    let shape = LaunchShape { group_memory: most, ..shape(1, 1) };
    runner.launch(&kernel, &shape, &block(&[&word.ptr.0.to_ne_bytes()])).expect("as much as the device has");
    assert_eq!(runner.read_word(&word), 9);
}

/// On every machine, so that the tests on a device can rely on it.
#[test]
fn the_kernels_compile_for_old_and_new_processors() {
    for target in ["gfx900", "gfx90a:sramecc+:xnack-", "gfx1100"] {
        assert!(code_object(target).starts_with(b"\x7fELF"), "{target}");
    }
}
