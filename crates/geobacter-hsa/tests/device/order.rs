//! The order of work, and waits for it. Nothing here needs a kernel to run.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, mpsc};
use std::thread;
use std::time::Duration;

use geobacter_driver::driver::{Copy, DriverQueue};

use crate::kit::{Bytes, Runner};

const LONG: Option<Duration> = Some(Duration::from_secs(60));
const SHORT: Option<Duration> = Some(Duration::from_millis(20));

/// A copy of one word up; what it is copied from must live until it is done.
fn up(runner: &Runner, from: &u32, to: &Bytes) -> u64 {
    runner.submit_copy(Copy::HostToDevice { from: std::ptr::from_ref(from).cast(), to: to.ptr }, 4)
}

#[test]
fn work_is_numbered_from_one() {
    let Some(runner) = Runner::new("work_is_numbered_from_one") else { return };
    assert_eq!(runner.queue.submitted(), 0);
    assert!(runner.queue.wait(0, None).expect("nothing to wait for"));
    let word = runner.bytes(4);
    assert_eq!([up(&runner, &1, &word), up(&runner, &2, &word), up(&runner, &3, &word)], [1, 2, 3]);
    assert_eq!(runner.queue.submitted(), 3);
    runner.finish(3);
    assert!(runner.queue.has_passed(3) && runner.queue.is_complete(1).expect("no failure"));
}

#[test]
fn a_signal_that_is_never_set_times_out() {
    let Some(runner) = Runner::new("a_signal_that_is_never_set_times_out") else { return };
    let gate = runner.hsa().gate().expect("a gate");
    let word = runner.bytes(4);
    let number = up(&runner, &5, &word);
    assert!(!runner.queue.wait(number, SHORT).expect("no failure"));
    assert!(!runner.queue.wait(number, Some(Duration::ZERO)).expect("no failure"));
    assert!(!runner.queue.is_complete(number).expect("no failure"));
    assert!(!runner.queue.has_passed(number));
    gate.open();
    assert!(runner.queue.wait(number, LONG).expect("no failure"));
    assert_eq!(runner.read_word(&word), 5);
}

#[test]
fn waiting_for_what_was_never_submitted_is_an_error() {
    let Some(runner) = Runner::new("waiting_for_what_was_never_submitted_is_an_error") else { return };
    let error = runner.queue.wait(7, LONG).expect_err("there is no number 7");
    assert!(error.to_string().contains("number 7 was never submitted"), "{error}");
    assert!(runner.queue.is_complete(7).is_err());
    let another: Arc<dyn DriverQueue> = runner.another().queue;
    assert!(runner.queue.wait_for(&another, 7).is_err());
}

#[test]
fn one_queue_waits_for_another() {
    let Some(runner) = Runner::new("one_queue_waits_for_another") else { return };
    let other = runner.another();
    let word = runner.bytes(4);
    let gate = other.hsa().gate().expect("a gate");
    let first = up(&other, &1, &word);
    runner.queue.wait_for(&other.queue, first).expect("a wait");
    let second = up(&runner, &2, &word);
    assert!(!runner.queue.wait(second, SHORT).expect("no failure"));
    gate.open();
    runner.finish(second);
    assert!(other.queue.has_passed(first));
    assert_eq!(runner.read_word(&word), 2);
}

/// More than one barrier packet waits for.
#[test]
fn a_queue_waits_for_many() {
    let Some(runner) = Runner::new("a_queue_waits_for_many") else { return };
    const OTHERS: usize = 12;
    let others: Vec<Runner> = (0..OTHERS).map(|_| runner.another()).collect();
    let words: Vec<Bytes> = (0..OTHERS).map(|_| runner.bytes(4)).collect();
    let mut gates = Vec::new();
    let value = 7;
    for (other, word) in others.iter().zip(&words) {
        gates.push(other.hsa().gate().expect("a gate"));
        let number = up(other, &value, word);
        runner.queue.wait_for(&other.queue, number).expect("a wait");
    }
    let begin = runner.queue.mark().expect("a mark");
    let number = up(&runner, &value, &words[0]);
    while let Some(gate) = gates.pop() {
        assert!(
            !runner.queue.wait(number, Some(Duration::from_millis(2))).expect("no failure"),
            "{} are shut",
            gates.len()
        );
        gate.open();
    }
    runner.finish(number);
    assert!(others.iter().all(|other| other.queue.has_passed(1)));
    assert_eq!(begin.since(&*begin).expect("it has passed"), Duration::ZERO);
}

#[test]
fn many_threads_share_a_queue() {
    let Some(runner) = Runner::new("many_threads_share_a_queue") else { return };
    const THREADS: u32 = 8;
    const EACH: u32 = 100;
    let word = runner.bytes(4);
    thread::scope(|scope| {
        for _ in 0..THREADS {
            scope.spawn(|| {
                let mut last = 0;
                for i in 0..EACH {
                    let number = up(&runner, &i, &word);
                    assert!(number > last, "numbers of one thread grow");
                    last = number;
                    if i % 16 == 0 {
                        runner.finish(number);
                    }
                }
            });
        }
    });
    assert_eq!(runner.queue.submitted(), u64::from(THREADS * EACH));
    runner.finish(runner.queue.submitted());
}

/// Work beyond what a queue holds waits for room.
#[test]
fn a_full_queue_waits_and_drops_nothing() {
    let Some(runner) = Runner::new("a_full_queue_waits_and_drops_nothing") else { return };
    const THREADS: usize = 16;
    const EACH: usize = 200;
    let gate = runner.hsa().gate().expect("a gate");
    let words: Vec<Bytes> = (0..THREADS).map(|_| runner.bytes(4 * EACH)).collect();
    let values: Vec<u32> = (0..(THREADS * EACH) as u32).collect();
    let submitted = AtomicU32::new(0);
    thread::scope(|scope| {
        for (thread, words) in words.iter().enumerate() {
            let (runner, values, submitted) = (&runner, &values[thread * EACH..][..EACH], &submitted);
            scope.spawn(move || {
                for (at, value) in values.iter().enumerate() {
                    let to = geobacter_driver::driver::DevicePtr(words.ptr.0 + 4 * at as u64);
                    runner.submit_copy(Copy::HostToDevice { from: std::ptr::from_ref(value).cast(), to }, 4);
                    submitted.fetch_add(1, Ordering::SeqCst);
                }
            });
        }
        // Nothing is done before the gate is open, so not all can be in the queue.
        thread::sleep(Duration::from_millis(100));
        assert!((submitted.load(Ordering::SeqCst) as usize) < THREADS * EACH, "nobody had to wait");
        gate.open();
    });
    runner.finish(runner.queue.submitted());
    assert_eq!(runner.queue.submitted(), (THREADS * EACH) as u64);
    for (thread, words) in words.iter().enumerate() {
        let expected: Vec<u8> = values[thread * EACH..][..EACH].iter().flat_map(|value| value.to_ne_bytes()).collect();
        assert_eq!(runner.download(words), expected);
    }
}

/// Packets too: marks are barrier packets, and a ring holds so many.
#[test]
fn a_full_ring_waits() {
    let Some(runner) = Runner::new("a_full_ring_waits") else { return };
    let gate = runner.hsa().gate().expect("a gate");
    thread::scope(|scope| {
        let threads: Vec<_> = (0..16)
            .map(|_| scope.spawn(|| (0..100).map(|_| runner.queue.mark().expect("a mark")).collect::<Vec<_>>()))
            .collect();
        thread::sleep(Duration::from_millis(50));
        gate.open();
        let first = runner.queue.mark().expect("a mark");
        for thread in threads {
            for mark in thread.join().expect("no panic") {
                mark.since(&*first).expect("both pass");
            }
        }
    });
}

#[test]
fn call_backs_come_once() {
    let Some(runner) = Runner::new("call_backs_come_once") else { return };
    let word = runner.bytes(4);
    let gate = runner.hsa().gate().expect("a gate");
    let (done, waiting) = mpsc::channel();
    let values = [1, 2, 3];
    for value in &values {
        let number = up(&runner, value, &word);
        let done = done.clone();
        runner.queue.on_complete(number, Box::new(move || done.send(number).expect("the test waits")));
    }
    assert!(waiting.recv_timeout(Duration::from_millis(20)).is_err(), "nothing is done yet");
    gate.open();
    let mut order: Vec<u64> = (0..3).map(|_| waiting.recv_timeout(Duration::from_secs(60)).expect("a call")).collect();
    order.sort_unstable();
    assert_eq!(order, [1, 2, 3]);
    // Complete already: at once, on this thread.
    let here = thread::current().id();
    runner.queue.on_complete(1, Box::new(move || assert_eq!(thread::current().id(), here)));
    drop(done);
    assert!(waiting.recv().is_err(), "no call came twice");
}

#[test]
fn marks_are_in_order() {
    let Some(runner) = Runner::new("marks_are_in_order") else { return };
    let first = runner.queue.mark().expect("a mark");
    let gate = runner.hsa().gate().expect("a gate");
    let second = runner.queue.mark().expect("a mark");
    assert_eq!(first.since(&*first).expect("it has passed"), Duration::ZERO);
    thread::sleep(Duration::from_millis(30));
    gate.open();
    let elapsed = second.since(&*first).expect("both pass");
    assert!(elapsed >= Duration::from_millis(25), "{elapsed:?}");
    assert_eq!(first.since(&*second).expect("both have passed"), Duration::ZERO);
    drop(runner.queue.mark().expect("a mark nobody looks at"));
}

#[test]
fn queues_can_be_dropped_in_use() {
    let Some(runner) = Runner::new("queues_can_be_dropped_in_use") else { return };
    let data = vec![3u8; 1 << 20];
    let there = runner.bytes(data.len());
    for _ in 0..20 {
        let other = runner.another();
        other.submit_copy(Copy::HostToDevice { from: data.as_ptr(), to: there.ptr }, data.len());
        drop(other);
    }
    assert!(runner.download(&there) == data);
}
