//! Allocations, copies, fills.

use std::sync::mpsc;
use std::time::Duration;

use geobacter_driver::Error;
use geobacter_driver::driver::{Copy, DevicePtr, DriverDevice};

use crate::kit::{Pinned, Runner, devices};

/// Longer than any wait here should take.
const LONG: Option<Duration> = Some(Duration::from_secs(60));

fn pattern(bytes: usize) -> Vec<u8> {
    (0..bytes).map(|i| (i * 7 + i / 251) as u8).collect()
}

#[test]
fn devices_say_what_they_can_do() {
    for (number, device) in devices("devices_say_what_they_can_do").iter().enumerate() {
        let info = device.info();
        eprintln!("{info:?}");
        assert_eq!(info.id, format!("hsa:{number}"));
        assert!(info.target.starts_with("gfx") && info.driver_version.starts_with("HSA "));
        assert!(info.is_gpu && info.memory > 1 << 28 && info.compute_units > 0);
        assert!([32, 64].contains(&info.subgroup_size));
        assert!(info.max_group_size >= 256 && info.max_group_memory >= 32 << 10);
        assert!(info.max_grid[0] > 1 << 30 && info.numa_node.is_some());
        for size in info.default_group_size {
            assert!(size.iter().product::<u32>() <= info.max_group_size);
        }
    }
}

#[test]
fn pageable_memory_goes_there_and_back() {
    let Some(runner) = Runner::new("pageable_memory_goes_there_and_back") else { return };
    // Some go through memory of the driver's, and some are locked.
    for bytes in [1, 3, 4096, 65_537, 256 << 10, (256 << 10) + 1, (3 << 20) + 5] {
        let data = pattern(bytes);
        let there = runner.upload(&data);
        assert_eq!(there.ptr.0 % 256, 0);
        assert!(runner.download(&there) == data, "{bytes} bytes");
    }
}

#[test]
fn parts_of_one_allocation_are_copied_at_the_same_time() {
    let Some(runner) = Runner::new("parts_of_one_allocation_are_copied_at_the_same_time") else { return };
    // Both are large enough to be locked, and share a page.
    let data = pattern(2 << 20);
    let (first, second) = data.split_at((1 << 20) + 100);
    let there = [runner.bytes(first.len()), runner.bytes(second.len())];
    let other = runner.another();
    let up = Copy::HostToDevice { from: first.as_ptr(), to: there[0].ptr };
    let number = runner.submit_copy(up, first.len());
    let up = Copy::HostToDevice { from: second.as_ptr(), to: there[1].ptr };
    other.copy(up, second.len());
    runner.finish(number);
    assert!(runner.download(&there[0]) == first && runner.download(&there[1]) == second);
}

#[test]
fn pinned_memory_goes_there_and_back() {
    let Some(runner) = Runner::new("pinned_memory_goes_there_and_back") else { return };
    for bytes in [1, 4096, 3 << 20] {
        let (mut from, mut to) = (Pinned::new(&runner.device, bytes), Pinned::new(&runner.device, bytes));
        assert_eq!(from.ptr as usize % 64, 0);
        from.as_mut_slice().copy_from_slice(&pattern(bytes));
        let there = runner.bytes(bytes);
        runner.submit_copy(Copy::HostToDevice { from: from.ptr, to: there.ptr }, bytes);
        runner.copy(Copy::DeviceToHost { from: there.ptr, to: to.ptr }, bytes);
        assert!(to.as_mut_slice() == from.as_mut_slice(), "{bytes} bytes");
    }
}

#[test]
fn part_of_pinned_memory_is_copied() {
    let Some(runner) = Runner::new("part_of_pinned_memory_is_copied") else { return };
    let mut host = Pinned::new(&runner.device, 5000);
    host.as_mut_slice().copy_from_slice(&pattern(5000));
    let there = runner.bytes(1000);
    // SAFETY: inside.
    let from = unsafe { host.ptr.add(3001) };
    runner.copy(Copy::HostToDevice { from, to: there.ptr }, 1000);
    assert_eq!(runner.download(&there), pattern(5000)[3001..4001]);
}

#[test]
fn memory_is_copied_within_the_device() {
    let Some(runner) = Runner::new("memory_is_copied_within_the_device") else { return };
    for bytes in [1, 1000, 70_000] {
        let data = pattern(bytes);
        let (from, to) = (runner.upload(&data), runner.bytes(bytes));
        runner.copy(Copy::DeviceToDevice { from: from.ptr, to: to.ptr }, bytes);
        assert!(runner.download(&to) == data, "{bytes} bytes");
    }
}

#[test]
fn a_copy_of_nothing_has_a_number() {
    let Some(runner) = Runner::new("a_copy_of_nothing_has_a_number") else { return };
    let gate = runner.hsa().gate().expect("a gate");
    let (data, there) = ([1u8; 64], runner.bytes(64));
    let first = runner.submit_copy(Copy::HostToDevice { from: data.as_ptr(), to: there.ptr }, 64);
    let nothing = runner.submit_copy(Copy::HostToDevice { from: std::ptr::dangling(), to: DevicePtr(256) }, 0);
    assert_eq!((first, nothing), (1, 2));
    assert!(!runner.queue.has_passed(nothing), "it is in order like any other");
    gate.open();
    runner.finish(nothing);
    assert!(runner.queue.has_passed(first));
}

#[test]
fn copies_that_belong_together_have_one_number() {
    let Some(runner) = Runner::new("copies_that_belong_together_have_one_number") else { return };
    let sources: Vec<Vec<u8>> = [100, 70_000, 1 << 20, 1].map(pattern).into();
    let targets: Vec<_> = sources.iter().map(|source| runner.bytes(source.len())).collect();
    let copies: Vec<(Copy, usize)> = sources
        .iter()
        .zip(&targets)
        .map(|(source, target)| (Copy::HostToDevice { from: source.as_ptr(), to: target.ptr }, source.len()))
        .collect();
    // SAFETY: both sides are that long, and outlive the wait.
    let number = unsafe { runner.queue.copy_all(&copies) }.expect("copies");
    assert_eq!((number, runner.queue.submitted()), (1, 1));
    runner.finish(number);
    for (source, target) in sources.iter().zip(&targets) {
        assert!(runner.download(target) == *source);
    }
}

/// Large ones are kernels of the runtime's.
#[test]
fn fills_write_every_pattern_and_nothing_else() {
    const CANARY: u8 = 0x5a;
    let Some(runner) = Runner::new("fills_write_every_pattern_and_nothing_else") else { return };
    let pattern: Vec<u8> = (1..=16).collect();
    for len in [1, 2, 4, 8, 16] {
        for count in [0, 1, 5, 1023, 5000, (600 << 10) / len + 3] {
            for pattern in [&pattern[..len], &[0; 16][..len], &[1, 2, 3, 4].repeat(4)[..len]] {
                let memory = runner.upload(&vec![CANARY; len * count + 64]);
                // SAFETY: the memory has room, and outlives the wait.
                let number = unsafe { runner.queue.fill(memory.ptr, pattern, count) }.expect("a fill");
                runner.finish(number);
                let result = runner.download(&memory);
                let (filled, rest) = result.split_at(len * count);
                assert!(filled.chunks(len).all(|chunk| chunk == pattern), "{count} times {pattern:?}");
                assert!(rest.iter().all(|byte| *byte == CANARY), "{count} times {pattern:?} wrote beyond its end");
            }
        }
    }
}

#[test]
fn fills_wait_for_what_was_before_them() {
    let Some(runner) = Runner::new("fills_wait_for_what_was_before_them") else { return };
    const BYTES: usize = 1 << 20;
    let (data, memory) = (pattern(BYTES), runner.bytes(BYTES));
    let gate = runner.hsa().gate().expect("a gate");
    runner.submit_copy(Copy::HostToDevice { from: data.as_ptr(), to: memory.ptr }, BYTES);
    // SAFETY: the memory has room, and outlives the wait.
    let number = unsafe { runner.queue.fill(memory.ptr, &[9], BYTES / 2) }.expect("a fill");
    assert!(!runner.queue.has_passed(number));
    gate.open();
    runner.finish(number);
    let result = runner.download(&memory);
    assert!(result[..BYTES / 2].iter().all(|byte| *byte == 9) && result[BYTES / 2..] == data[BYTES / 2..]);
}

#[test]
fn other_patterns_are_refused() {
    let Some(runner) = Runner::new("other_patterns_are_refused") else { return };
    for (pattern, count) in [(&[1u8, 2, 3][..], 1), (&[], 5), (&[1, 2], usize::MAX)] {
        // SAFETY: refused before anything is written.
        let refused = unsafe { runner.queue.fill(DevicePtr(256), pattern, count) };
        assert!(matches!(refused, Err(Error::DriverCall { call: "fill", .. })), "{refused:?}");
    }
}

#[test]
fn a_copy_to_the_host_is_in_place_when_it_is_called_back() {
    let Some(runner) = Runner::new("a_copy_to_the_host_is_in_place_when_it_is_called_back") else { return };
    let data = pattern(1000);
    let there = runner.upload(&data);
    let mut to = vec![0u8; 1000];
    let gate = runner.hsa().gate().expect("a gate");
    let number = runner.submit_copy(Copy::DeviceToHost { from: there.ptr, to: to.as_mut_ptr() }, 1000);
    let (done, waiting) = mpsc::channel();
    runner.queue.on_complete(number, Box::new(move || done.send(()).expect("the test waits")));
    assert!(waiting.recv_timeout(Duration::from_millis(20)).is_err());
    gate.open();
    waiting.recv_timeout(LONG.expect("a time")).expect("a call");
    assert_eq!(to, data);
}
