//! Kernels that die: an error that names them, for all that waited, and a device that goes on.

use std::sync::mpsc;
use std::time::Duration;

use geobacter_driver::Error;
use geobacter_driver::driver::Copy;

use crate::kit::{Runner, block, shape};

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
fn dies(test: &str, kernel: &std::ffi::CStr, arguments: &[&[u8]]) -> Option<String> {
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
        assert!(reason.contains("trap"), "{reason}");
    }
}

#[test]
fn a_store_to_nowhere_is_an_error() {
    dies("a_store_to_nowhere_is_an_error", c"store", &[&0x10u64.to_ne_bytes()]);
}

#[test]
fn marks_behind_a_fault_are_errors() {
    let Some(runner) = Runner::new("marks_behind_a_fault_are_errors") else { return };
    let gate = runner.hsa().gate().expect("a gate");
    runner.launch(&runner.kernel(c"traps"), &shape(1, 1), &block(&[])).expect("a launch");
    let mark = runner.queue.mark().expect("a mark");
    gate.open();
    assert!(matches!(mark.since(&*mark), Err(Error::DeviceFault { .. })));
    let mark = runner.queue.mark().expect("a mark");
    mark.since(&*mark).expect("the queue works again");
}

#[test]
fn a_queue_can_be_dropped_while_its_kernel_dies() {
    let Some(runner) = Runner::new("a_queue_can_be_dropped_while_its_kernel_dies") else { return };
    let traps = runner.kernel(c"traps");
    for _ in 0..3 {
        let other = runner.another();
        other.launch(&traps, &shape(1, 1), &block(&[])).expect("a launch");
        drop(other);
    }
    assert_eq!(runner.read_word(&runner.word(9)), 9);
}
