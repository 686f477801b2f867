//! A device that a kernel's bad access has stopped for good, as AMD's kernel driver does: every call is an error, nothing
//! hangs, all of it can be dropped, and other devices go on.
//!
//! Run with `cargo geobacter test --emulate gfx90a -p geobacter --test lost_device`; without an emulated AMD GPU it is
//! skipped, and says so. One test: nothing runs on the device afterwards.

use std::time::Duration;

use geobacter::prelude::*;
use geobacter::{Error, RawSlice};

fn count_up(item: WorkItem, mut x: PerItem<u32>) {
    if let Some(x) = x.get_mut(&item) {
        *x += 1;
    }
}

/// Writes far outside of any memory.
fn write_far_away(_: WorkItem, data: RawSlice<u32>) {
    // SAFETY: none, which is what the test is about. It runs on an emulated device, which stops it.
    unsafe { data.as_ptr().wrapping_sub(data.as_ptr() as usize / 4).wrapping_add(4).write(1) }
}

/// Asserts that a call says that the device is lost; for contents that the kernel may have written, what it died of will do.
fn lost<T>(what: &str, result: geobacter::Result<T>) {
    let reasons = ["until the process ends", "memory fault at address 0x0"];
    match result.map(|_| ()) {
        Err(Error::DeviceFault { reason, .. }) => {
            assert!(reasons.iter().any(|part| reason.contains(part)), "{what}: {reason}");
        }
        other => panic!("{what}: {other:?}"),
    }
}

#[test]
fn everything_that_is_asked_of_a_lost_device_is_an_error() {
    let emulated = std::env::var_os("GEOBACTER_EMULATE").is_some();
    // SAFETY: the only test of this process, before it starts a thread or loads a driver.
    unsafe { std::env::set_var("GEOBACTER_EMULATOR_FAULTS", "device") };
    let device = match Device::open("hsa:0") {
        Ok(device) if emulated => device,
        _ => {
            eprintln!("everything_that_is_asked_of_a_lost_device_is_an_error SKIPPED: no emulated AMD GPU");
            return;
        }
    };
    let grid = Grid::covering(100);
    let mut buffer = device.buffer::<u32>(100).unwrap();
    let before = device.launch(grid, count_up, (&mut buffer,)).unwrap();
    before.wait().unwrap();
    let signal = device.signal(1).unwrap();
    let shared = device.host_buffer(100, 7u32).unwrap();
    let mark = device.mark().unwrap();

    // SAFETY: see the kernel.
    let bad = device.launch(Grid::covering(1), write_far_away, (unsafe { buffer.raw() },)).unwrap();
    let fault = bad.wait().unwrap_err();
    assert!(matches!(&fault, Error::DeviceFault { work, .. } if work.contains("write_far_away")), "{fault}");
    before.wait().expect("what was complete before stays so");

    for _ in 0..2 {
        lost("a buffer", device.buffer::<u32>(100));
        lost("a buffer's contents", buffer.to_vec());
        lost("a write", buffer.write_from(&[1; 100]));
        lost("a fill", buffer.fill(3));
        lost("a launch", device.launch(grid, count_up, (&mut buffer,)));
        lost("a queue", device.new_queue());
        lost("a signal", device.signal(1));
        lost("a wait for a signal", signal.wait(Condition::Equal(0), Some(Duration::from_secs(60))));
        lost("pinned memory", device.host_buffer(100, 7u32));
        lost("a mark", device.mark());
        let mut on_cpu = Device::open("cpu").unwrap().buffer::<u32>(100).unwrap();
        lost("a copy to another device", on_cpu.copy_from(&buffer));
    }
    drop((buffer, shared, signal, mark));

    // The others go on: the CPU, and a second GPU where there is one.
    for name in ["cpu", "hsa:1"] {
        let Ok(other) = Device::open(name) else { continue };
        let mut buffer = other.buffer::<u32>(100).unwrap();
        other.launch(grid, count_up, (&mut buffer,)).unwrap();
        assert_eq!(buffer.to_vec().unwrap(), [1; 100], "{name}");
    }
}
