//! Kernels that die: an error that names them, for all that waited, and a device that goes on.
//!
//! In a process of their own, and one after the other: a memory fault ends whatever this process runs on the device.

#[path = "../kit/mod.rs"]
mod kit;

use std::ffi::{CStr, c_void};
use std::sync::{Mutex, MutexGuard, PoisonError, mpsc};
use std::time::Duration;

use geobacter_driver::Error;
use geobacter_driver::driver::{Copy, DevicePtr};
use geobacter_hsa::HsaDriver;
use geobacter_hsa::sys::{Api, Event, EventCallback, SUCCESS, Status};

use crate::kit::{Runner, block, devices, shape};

/// Held by the test that may run kernels.
static DEVICE: Mutex<()> = Mutex::new(());

fn alone() -> MutexGuard<'static, ()> {
    // A test that failed leaves nothing behind that the next one uses.
    DEVICE.lock().unwrap_or_else(PoisonError::into_inner)
}

const LONG: Option<Duration> = Some(Duration::from_secs(60));

fn is_fault(result: Result<bool, Error>, kernel: &str) -> String {
    match result {
        Err(Error::DeviceFault { work, reason, .. }) => {
            assert_eq!(work, format!("kernel `tests::{kernel}`"));
            reason
        }
        other => panic!("{other:?}"),
    }
}

/// What must hold whichever way a kernel dies.
fn dies(test: &str, kernel: &CStr, arguments: &[&[u8]]) -> Option<String> {
    let _alone = alone();
    let runner = Runner::new(test)?;
    let (step, bad_kernel) = (runner.kernel(c"step"), runner.kernel(kernel));
    let name = kernel.to_str().expect("names are ASCII");
    let word = runner.word(1);
    let good = runner.step(&step, &word, 1, 1);
    runner.finish(good);
    let mut told = String::new();
    // More than once: the queue is replaced each time.
    for _ in 0..3 {
        let gate = runner.hsa().gate().expect("a gate");
        let bad = runner.launch(&bad_kernel, &shape(1, 1), &block(arguments)).expect("a launch");
        let behind = runner.step(&step, &word, 1, 100);
        let (done, waiting) = mpsc::channel();
        runner.queue.on_complete(behind, Box::new(move || done.send(()).expect("the test waits")));
        // Another queue waits for what will never be.
        let other = runner.another();
        other.queue.wait_for(&runner.queue, behind).expect("a wait");
        let value = 5u32;
        let copy = Copy::HostToDevice { from: std::ptr::from_ref(&value).cast(), to: word.ptr };
        let elsewhere = other.submit_copy(copy, 4);
        gate.open();
        told = is_fault(runner.queue.wait(bad, LONG), name);
        is_fault(runner.queue.wait(bad, LONG), name);
        is_fault(runner.queue.is_complete(behind), name);
        waiting.recv_timeout(Duration::from_secs(60)).expect("a call");
        assert!(runner.queue.has_passed(bad) && runner.queue.has_passed(good));
        assert!(runner.queue.wait(good, LONG).expect("what was complete before stays so"));
        // The other queue goes on, and so do this one and new ones.
        other.finish(elsewhere);
        assert_eq!(runner.read_word(&word), 5);
        runner.finish(runner.step(&step, &word, 2, 1));
        assert_eq!(runner.another().read_word(&word), 11);
    }
    Some(told)
}

#[test]
fn a_trap_is_an_error() {
    if let Some(reason) = dies("a_trap_is_an_error", c"traps", &[]) {
        assert!(reason.contains("trap") && !reason.contains("recurses"), "{reason}");
    }
}

#[test]
fn recursion_without_bound_is_an_error_that_says_so() {
    if let Some(reason) = dies("recursion_without_bound_is_an_error_that_says_so", c"recurses", &[]) {
        assert!(reason.contains("`tests::recurses` recurses") && reason.contains("16 KiB of stack"), "{reason}");
    }
}

#[test]
fn a_store_to_nowhere_is_an_error() {
    dies("a_store_to_nowhere_is_an_error", c"store", &[&0x10u64.to_ne_bytes()]);
}

#[test]
fn a_copy_to_nowhere_is_an_error() {
    let _alone = alone();
    let Some(runner) = Runner::new("a_copy_to_nowhere_is_an_error") else { return };
    let word = runner.word(4);
    for _ in 0..2 {
        let copy = Copy::HostToDevice { from: [0u8; 64].as_ptr(), to: DevicePtr(0x10) };
        let bad = runner.submit_copy(copy, 64);
        let waited = runner.queue.wait(bad, LONG);
        assert!(matches!(waited, Err(Error::DeviceFault { .. })), "{waited:?}");
        // What waits for it goes on.
        let bad = runner.submit_copy(copy, 64);
        let other = runner.another();
        other.queue.wait_for(&runner.queue, bad).expect("a wait");
        assert_eq!(other.read_word(&word), 4);
        assert!(matches!(runner.queue.wait(bad, LONG), Err(Error::DeviceFault { .. })));
    }
}

#[test]
fn marks_behind_a_fault_are_errors() {
    let _alone = alone();
    let Some(runner) = Runner::new("marks_behind_a_fault_are_errors") else { return };
    let gate = runner.hsa().gate().expect("a gate");
    runner.launch(&runner.kernel(c"traps"), &shape(1, 1), &block(&[])).expect("a launch");
    let mark = runner.queue.mark().expect("a mark");
    gate.open();
    assert!(matches!(mark.since(&*mark), Err(Error::DeviceFault { .. })));
    let mark = runner.queue.mark().expect("a mark");
    mark.since(&*mark).expect("the queue works again");
}

/// The runtime's handler of memory faults, taken down instead of registered: no emulator need raise one.
static HANDLER: Mutex<Option<(EventCallback, usize)>> = Mutex::new(None);

unsafe extern "C" fn take_down(callback: EventCallback, data: *mut c_void) -> Status {
    *HANDLER.lock().expect("no panic") = Some((callback, data.expose_provenance()));
    SUCCESS
}

#[test]
fn a_memory_fault_ends_what_runs_and_the_device_goes_on() {
    let _alone = alone();
    let test = "a_memory_fault_ends_what_runs_and_the_device_goes_on";
    if devices(test).is_empty() {
        return;
    }
    let mut api = Api::load("libhsa-runtime64.so.1").expect("there are devices, so there is a runtime");
    api.hsa_amd_register_system_event_handler = take_down;
    let driver = HsaDriver::with_api(Box::leak(Box::new(api)));
    let runner = Runner::on(&driver.hsa_devices().expect("devices")[0]);
    let (step, idle) = (runner.kernel(c"step"), runner.another());
    let word = runner.word(3);
    let gate = runner.hsa().gate().expect("a gate");
    let number = runner.step(&step, &word, 1, 1);
    let mark = runner.queue.mark().expect("a mark");
    let (callback, data) = HANDLER.lock().expect("no panic").expect("the driver registers one");
    let event = Event { kind: 0, agent: runner.device.agent(), virtual_address: 0x1234_5000, reasons: 1 };
    // SAFETY: as the runtime calls it: the data is what was registered, and lives for good.
    let status = unsafe { callback(&event, std::ptr::with_exposed_provenance_mut(data)) };
    assert_eq!(status, SUCCESS, "else the runtime aborts the process");
    let reason = is_fault(runner.queue.wait(number, LONG), "step");
    assert!(reason.contains("0x12345000") && reason.contains("the page is not there"), "{reason}");
    assert!(matches!(mark.since(&*mark), Err(Error::DeviceFault { .. })));
    gate.open();
    assert_eq!(runner.read_word(&word), 3, "the kernel did not run");
    assert_eq!(idle.read_word(&word), 3);
    idle.queue.mark().and_then(|mark| mark.since(&*mark)).expect("it had nothing to lose");
    runner.queue.mark().and_then(|mark| mark.since(&*mark)).expect("a new queue");
}

#[test]
fn a_queue_can_be_dropped_while_its_kernel_dies() {
    let _alone = alone();
    let Some(runner) = Runner::new("a_queue_can_be_dropped_while_its_kernel_dies") else { return };
    let traps = runner.kernel(c"traps");
    for _ in 0..3 {
        let other = runner.another();
        other.launch(&traps, &shape(1, 1), &block(&[])).expect("a launch");
        drop(other);
    }
    assert_eq!(runner.read_word(&runner.word(9)), 9);
}
