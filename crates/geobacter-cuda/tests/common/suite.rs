//! What a CUDA device must do, whichever it is.

use std::any::Any;
use std::collections::HashSet;
use std::mem::{MaybeUninit, offset_of};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, mpsc};
use std::thread;
use std::time::{Duration, Instant};

use geobacter_core::SignalBlock;
use geobacter_cuda::{CudaDevice, raw_launch_micros};
use geobacter_driver::Error;
use geobacter_driver::driver::{Copy, DevicePtr, DriverDevice, DriverKernel, DriverMark, DriverQueue, LaunchShape};
use geobacter_driver::failures::FailureLog;
use geobacter_driver::rows::{CopyRows, Pitch};
use geobacter_driver::signal::Condition;

use super::kit::{Compiler, Runner, block, kernel, load, shape};

/// Longer than any wait here should take.
const LONG: Option<Duration> = Some(Duration::from_secs(30));

type Devices<'a> = &'a [Arc<CudaDevice>];

pub(crate) fn devices_say_what_they_can_do(devices: Devices<'_>) {
    for (number, device) in devices.iter().enumerate() {
        let info = device.info();
        eprintln!("{info:?}");
        assert_eq!(info.id, format!("cuda:{number}"));
        assert!(info.target.starts_with("sm_") && info.driver_version.starts_with("CUDA "));
        assert!(info.is_gpu && info.memory > 1 << 28 && info.compute_units > 0);
        assert_eq!(info.subgroup_size, 32);
        assert!(info.max_group_size >= 512 && info.max_group_memory >= 48 << 10);
        assert!(info.max_groups[0] > 65535 && info.max_group_axes[2] >= 1);
        for size in info.default_group_size {
            assert!(size.iter().product::<u32>() <= info.max_group_size);
            assert!(size.iter().zip(info.max_group_axes).all(|(size, max)| *size <= max));
        }
    }
}

pub(crate) fn copies_go_there_and_back(devices: Devices<'_>) {
    let runner = Runner::new(&devices[0]);
    for bytes in [1, 3, 4096, 65_537, 3 << 20] {
        let data: Vec<u8> = (0..bytes).map(|i| (i * 7 + i / 251) as u8).collect();
        let first = runner.upload(&data);
        assert_eq!(first.ptr.0 % 256, 0);
        assert!(runner.download(&first) == data, "pageable memory, {bytes} bytes");
        let second = runner.bytes(bytes);
        runner.copy(Copy::DeviceToDevice { from: first.ptr, to: second.ptr }, bytes);
        assert!(runner.download(&second) == data, "within the device, {bytes} bytes");

        let pinned = runner.device.allocate_host(bytes).expect("pinned memory");
        assert_eq!(pinned as usize % 64, 0);
        runner.copy(Copy::DeviceToHost { from: second.ptr, to: pinned }, bytes);
        // SAFETY: as many bytes were just written; freed once, after the last use.
        unsafe {
            assert!(std::slice::from_raw_parts(pinned, bytes) == data, "pinned memory, {bytes} bytes");
            runner.device.free_host(pinned, bytes);
        }
    }
    let nothing = Copy::HostToDevice { from: std::ptr::dangling(), to: DevicePtr(256) };
    runner.copy(nothing, 0);
}

pub(crate) fn rows_go_where_they_belong_and_nowhere_else(devices: Devices<'_>) {
    const CANARY: u8 = 0x5a;
    let runner = Runner::new(&devices[0]);
    let data: Vec<u8> = (0..4096).map(|i| (i * 7 + i / 251) as u8).collect();
    let pitches =
        [Pitch { row: 37, slice: 37 * 11 }, Pitch { row: 64, slice: 64 * 9 + 1 }, Pitch { row: 20, slice: 180 }];
    for from in pitches {
        for to in pitches {
            let copy = CopyRows {
                first: Copy::DeviceToDevice { from: DevicePtr(0), to: DevicePtr(0) },
                bytes: 20,
                rows: 9,
                slices: 3,
                from,
                to,
            };
            let mut expected = vec![CANARY; 4096];
            for (z, y) in (0..3).flat_map(|z| (0..9).map(move |y| (z, y))) {
                let at = |pitch: Pitch, first: usize| first + z * pitch.slice + y * pitch.row;
                expected[at(to, 5)..][..20].copy_from_slice(&data[at(from, 3)..][..20]);
            }
            let run = |first: Copy| {
                // SAFETY: both sides have room, and outlive the wait.
                let number = unsafe { runner.queue.copy_rows(&CopyRows { first, ..copy }) }.expect("a copy");
                runner.finish(number);
            };
            let (source, target) = (runner.upload(&data), runner.upload(&[CANARY; 4096]));
            let (source_at, target_at) = (DevicePtr(source.ptr.0 + 3), DevicePtr(target.ptr.0 + 5));
            run(Copy::DeviceToDevice { from: source_at, to: target_at });
            assert!(runner.download(&target) == expected, "within the device, {from:?} to {to:?}");
            let target = runner.upload(&[CANARY; 4096]);
            run(Copy::HostToDevice { from: data[3..].as_ptr(), to: DevicePtr(target.ptr.0 + 5) });
            assert!(runner.download(&target) == expected, "to the device, {from:?} to {to:?}");
            let mut host = vec![CANARY; 4096];
            run(Copy::DeviceToHost { from: source_at, to: host[5..].as_mut_ptr() });
            assert!(host == expected, "from the device, {from:?} to {to:?}");
        }
    }
}

pub(crate) fn pinned_memory_has_an_address_on_the_device(devices: Devices<'_>) {
    let runner = Runner::new(&devices[0]);
    let pinned = runner.device.allocate_host(4096).expect("pinned memory");
    let address = runner.device.host_address(pinned).expect("an address");
    let words = pinned.cast::<u32>();
    // SAFETY: as many words as were allocated; the kernel below is waited for.
    unsafe { words.write(5) };
    let step = kernel(&runner.device, c"step");
    let block = block(&[&address.0.to_ne_bytes(), &10u32.to_ne_bytes(), &7u32.to_ne_bytes()]);
    let number = runner.launch(&step, &shape(1, 1), &block).expect("a launch");
    runner.finish(number);
    // SAFETY: as above; freed once, after its last use.
    unsafe {
        assert_eq!(words.read(), 57);
        runner.device.free_host(pinned, 4096);
    }
}

pub(crate) fn fills_write_every_pattern_and_nothing_else(devices: Devices<'_>) {
    const CANARY: u8 = 0x5a;
    let runner = Runner::new(&devices[0]);
    let pattern: Vec<u8> = (1..=16).collect();
    for len in [1, 2, 4, 8, 16] {
        for count in [0, 1, 5, 1023, 1024, 1025, 5000, 100_000] {
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
    // SAFETY: refused before anything is written.
    let refused = unsafe { runner.queue.fill(DevicePtr(256), &[1, 2, 3], 1) };
    assert!(matches!(refused, Err(Error::DriverCall { .. })), "{refused:?}");
}

fn saxpy(runner: &Runner, n: usize, group_memory: u32) -> Result<Vec<f32>, Error> {
    let saxpy = kernel(&runner.device, c"saxpy");
    assert!(saxpy.registers().is_some_and(|registers| registers > 0));
    assert!(saxpy.code().is_some_and(|code| code.symbol == "saxpy"));
    let bytes = |values: Vec<f32>| values.iter().flat_map(|value| value.to_ne_bytes()).collect::<Vec<u8>>();
    let x = runner.upload(&bytes((0..n).map(|i| i as f32).collect()));
    let y = runner.upload(&bytes(vec![1.0; n]));
    let arguments: [&[u8]; 5] =
        [&2.0f32.to_ne_bytes(), &[0; 4], &(n as u64).to_ne_bytes(), &x.ptr.0.to_ne_bytes(), &y.ptr.0.to_ne_bytes()];
    let shape = LaunchShape { group_memory, ..shape(n.div_ceil(256) as u32, 256) };
    let number = runner.launch(&saxpy, &shape, &block(&arguments))?;
    runner.finish(number);
    let result = runner.download(&y);
    Ok(result.chunks(4).map(|bytes| f32::from_ne_bytes(bytes.try_into().expect("four bytes"))).collect())
}

pub(crate) fn kernels_get_their_block(devices: Devices<'_>) {
    let result = saxpy(&Runner::new(&devices[0]), 10_000, 0).expect("a launch");
    assert!(result.iter().enumerate().all(|(i, y)| *y == 2.0 * i as f32 + 1.0));
}

pub(crate) fn group_memory_beyond_the_default_is_opted_in_to(devices: Devices<'_>) {
    let runner = Runner::new(&devices[0]);
    let most = runner.device.info().max_group_memory;
    let result = saxpy(&runner, 1000, most).expect("as much as the device has");
    assert_eq!(result[999], 1999.0);
    let refused = saxpy(&runner, 1000, most + 1024);
    assert!(matches!(refused, Err(Error::DriverCall { .. })), "{refused:?}");
    // A refused launch takes neither a number nor a record.
    let submitted = runner.queue.submitted();
    assert_eq!(runner.spin(0), submitted + 1);
    runner.finish(submitted + 1);
}

pub(crate) fn work_is_numbered_from_one(devices: Devices<'_>) {
    let runner = Runner::new(&devices[0]);
    assert_eq!(runner.queue.submitted(), 0);
    assert!(runner.queue.wait(0, None).expect("nothing to wait for"));
    assert_eq!(runner.spin(0), 1);
    let memory = runner.bytes(64);
    // SAFETY: the memory has room, and outlives the wait.
    assert_eq!(unsafe { runner.queue.fill(memory.ptr, &[1], 64) }.expect("a fill"), 2);
    // SAFETY: copies nothing.
    let copied = unsafe { runner.queue.copy(Copy::DeviceToDevice { from: memory.ptr, to: memory.ptr }, 0) };
    assert_eq!(copied.expect("a copy"), 3);
    assert_eq!(runner.queue.submitted(), 3);
    runner.finish(3);
    assert!(runner.queue.has_passed(3) && runner.queue.is_complete(1).expect("no failure"));
}

pub(crate) fn waits_take_timeouts(devices: Devices<'_>) {
    let runner = Runner::new(&devices[0]);
    let number = runner.spin(1000);
    let begin = Instant::now();
    assert!(!runner.queue.wait(number, Some(Duration::from_millis(5))).expect("no failure"));
    assert!(!runner.queue.wait(number, Some(Duration::ZERO)).expect("no failure"));
    assert!(!runner.queue.is_complete(number).expect("no failure"));
    assert!(!runner.queue.has_passed(number));
    assert!(begin.elapsed() < Duration::from_millis(900), "a timeout took {:?}", begin.elapsed());
    assert!(runner.queue.wait(number, LONG).expect("no failure"));
    assert!(runner.queue.is_complete(number).expect("no failure") && runner.queue.has_passed(number));
    let number = runner.spin(20);
    assert!(runner.queue.wait(number, Some(Duration::MAX)).expect("no failure"));
}

pub(crate) fn earlier_work_is_complete_before_later_work(devices: Devices<'_>) {
    let runner = Runner::new(&devices[0]);
    runner.finish(runner.spin(0));
    let (short, long) = (runner.spin(0), runner.spin(1000));
    runner.finish(short);
    assert!(!runner.queue.has_passed(long), "the wait for {short} lasted until {long} was complete");
    runner.finish(long);
}

pub(crate) fn waiting_for_what_was_never_submitted_is_an_error(devices: Devices<'_>) {
    let runner = Runner::new(&devices[0]);
    runner.finish(runner.spin(0));
    let error = runner.queue.wait(7, LONG).expect_err("there is no number 7");
    assert!(error.to_string().contains("number 7 was never submitted"), "{error}");
    assert!(runner.queue.is_complete(7).is_err());
    assert!(runner.queue.has_passed(7), "there is nothing to wait for");
}

pub(crate) fn queues_wait_for_each_other(devices: Devices<'_>) {
    let (first, second) = (Runner::new(&devices[0]), Runner::new(&devices[0]));
    let word = first.word(1);
    // Each step only gives the right result in its order.
    for _ in 0..10 {
        first.spin(5);
        let a = first.step(&word, 3, 1);
        second.queue.wait_for(&first.queue, a).expect("a wait");
        second.spin(5);
        let b = second.step(&word, 5, 2);
        first.queue.wait_for(&second.queue, b).expect("a wait");
    }
    first.queue.wait_for(&first.queue, first.queue.submitted()).expect("a queue is in order anyway");
    let expected = (0..10).fold(1u32, |value, _| value.wrapping_mul(3).wrapping_add(1).wrapping_mul(5).wrapping_add(2));
    assert_eq!(first.read_word(&word), expected);
}

/// A queue of some other driver, whose only work takes a while.
struct Foreign(Instant);

impl DriverQueue for Foreign {
    unsafe fn launch(&self, _: &Arc<dyn DriverKernel>, _: &LaunchShape, _: &[MaybeUninit<u8>]) -> Result<u64, Error> {
        unreachable!()
    }
    unsafe fn copy(&self, _: Copy, _: usize) -> Result<u64, Error> {
        unreachable!()
    }
    unsafe fn fill(&self, _: DevicePtr, _: &[u8], _: usize) -> Result<u64, Error> {
        unreachable!()
    }
    fn wait_for(&self, _: &Arc<dyn DriverQueue>, _: u64) -> Result<(), Error> {
        unreachable!()
    }
    fn submitted(&self) -> u64 {
        1
    }
    fn has_passed(&self, _: u64) -> bool {
        Instant::now() >= self.0
    }
    fn is_complete(&self, _: u64) -> Result<bool, Error> {
        unreachable!()
    }
    fn wait(&self, _: u64, _: Option<Duration>) -> Result<bool, Error> {
        unreachable!()
    }
    fn failures(&self) -> &FailureLog {
        unreachable!()
    }
    fn on_complete(&self, _: u64, then: Box<dyn FnOnce() + Send>) {
        let at = self.0;
        thread::spawn(move || {
            thread::sleep(at.saturating_duration_since(Instant::now()));
            then();
        });
    }
    fn mark(&self) -> Result<Box<dyn DriverMark>, Error> {
        unreachable!()
    }
    fn as_any(&self) -> &dyn Any {
        self
    }
}

pub(crate) fn queues_wait_for_other_drivers(devices: Devices<'_>) {
    let runner = Runner::new(&devices[0]);
    let done = Instant::now() + Duration::from_millis(50);
    let foreign: Arc<dyn DriverQueue> = Arc::new(Foreign(done));
    runner.queue.wait_for(&foreign, 1).expect("a wait");
    runner.finish(runner.spin(0));
    assert!(Instant::now() >= done);
}

pub(crate) fn many_threads_share_a_queue(devices: Devices<'_>) {
    const THREADS: u32 = 8;
    const EACH: u32 = 200;
    let runner = Runner::new(&devices[0]);
    let word = runner.word(0);
    let numbers = Mutex::new(HashSet::new());
    thread::scope(|scope| {
        for _ in 0..THREADS {
            scope.spawn(|| {
                for i in 0..EACH {
                    let number = runner.step(&word, 1, 1);
                    assert!(numbers.lock().expect("no panic").insert(number), "number {number} came twice");
                    if i % 16 == 0 {
                        runner.finish(number);
                    }
                }
            });
        }
    });
    // One more: the word's upload.
    assert_eq!(runner.queue.submitted(), u64::from(THREADS * EACH) + 1);
    assert_eq!(runner.read_word(&word), THREADS * EACH);
}

pub(crate) fn launches_wrap_around_their_records(devices: Devices<'_>) {
    let runner = Runner::new(&devices[0]);
    let word = runner.word(0);
    for _ in 0..700 {
        runner.step(&word, 1, 1);
    }
    let bad = runner.panics(1, 1);
    for _ in 0..1300 {
        runner.step(&word, 1, 1);
    }
    let last = runner.queue.submitted();
    assert!(matches!(runner.queue.wait(last, LONG), Err(Error::KernelPanicked { .. })), "nobody was told yet");
    assert!(matches!(runner.queue.wait(bad, LONG), Err(Error::KernelPanicked { .. })));
    runner.finish(last);
    assert_eq!(runner.read_word(&word), 2000);
}

pub(crate) fn panics_come_back_with_their_words(devices: Devices<'_>) {
    let runner = Runner::new(&devices[0]);
    for _ in 0..3 {
        let bad = runner.panics(2, 32);
        let error = runner.queue.wait(bad, LONG).expect_err("it panicked");
        eprintln!("{error}");
        let Error::KernelPanicked { kernel, message, location, work_item, work_group, count } = error else {
            panic!("another error")
        };
        assert_eq!((kernel.as_str(), message.as_str()), ("tests::panics", "boom"));
        assert_eq!(location.as_deref(), Some("dev.rs:42:7"));
        assert!(work_item[0] < 32 && work_item[1..] == [0, 0]);
        assert!(work_group[0] < 2 && work_group[1..] == [0, 0]);
        assert_eq!(count, 64, "the record was not cleared");
        // The device and the queue live on.
        let word = runner.word(5);
        runner.step(&word, 2, 1);
        assert_eq!(runner.read_word(&word), 11);
    }
}

pub(crate) fn panics_are_told_of_the_launch_they_happened_in(devices: Devices<'_>) {
    let runner = Runner::new(&devices[0]);
    let count = |number| match runner.queue.wait(number, LONG) {
        Err(Error::KernelPanicked { count, .. }) => count,
        other => panic!("{other:?}"),
    };
    let first = runner.panics(1, 3);
    let good = runner.spin(1);
    let second = runner.panics(1, 5);
    let later = runner.spin(100);
    assert_eq!(count(second), 5);
    assert_eq!(count(first), 3);
    assert_eq!(count(second), 5, "a wait for exactly that launch tells it always");
    runner.finish(good);
    assert!(matches!(runner.queue.is_complete(second), Err(Error::KernelPanicked { .. })));
    runner.finish(later);
}

pub(crate) fn call_backs_come_once(devices: Devices<'_>) {
    // Everything is loaded before anything runs: loading may wait for the device to be idle.
    let (runner, another) = (Runner::new(&devices[0]), Runner::new(&devices[0]));
    runner.finish(runner.spin(0));
    another.finish(another.spin(0));
    let calls = Arc::new(AtomicU32::new(0));
    let (done, waiting) = mpsc::channel();
    let mut begin = Instant::now();
    for milliseconds in [800, 0, 0, 1] {
        let number = runner.spin(milliseconds);
        let (calls, done) = (Arc::clone(&calls), done.clone());
        runner.queue.on_complete(
            number,
            Box::new(move || {
                calls.fetch_add(1, Ordering::SeqCst);
                done.send(number).expect("the test waits");
            }),
        );
    }
    assert!(begin.elapsed() < Duration::from_millis(700), "on_complete blocked");
    // One that panics must not cost the others theirs.
    runner.queue.on_complete(runner.spin(1), Box::new(|| panic!("on purpose: the test goes on")));
    let quick = another.spin(1);
    let sender = done.clone();
    another.queue.on_complete(quick, Box::new(move || sender.send(1000).expect("the test waits")));
    let mut order: Vec<u64> = (0..5).map(|_| waiting.recv_timeout(Duration::from_secs(30)).expect("a call")).collect();
    assert_eq!(order.remove(0), 1000, "the other queue's work was done first");
    order.sort_unstable();
    assert_eq!(order, [2, 3, 4, 5]);
    // Complete already: at once, on this thread.
    let here = thread::current().id();
    begin = Instant::now();
    let seen = Arc::new(Mutex::new(None));
    let set = Arc::clone(&seen);
    runner.queue.on_complete(1, Box::new(move || *set.lock().expect("no panic") = Some(thread::current().id())));
    assert_eq!(*seen.lock().expect("no panic"), Some(here), "after {:?}", begin.elapsed());
    // A call back into the queue from the waiter, and a queue that is dropped before its work is done.
    let number = another.spin(30);
    let queue = Arc::clone(&another.queue);
    another.queue.on_complete(number, Box::new(move || done.send(queue.submitted()).expect("the test waits")));
    drop(another);
    assert_eq!(waiting.recv_timeout(Duration::from_secs(30)), Ok(number));
    assert_eq!(calls.load(Ordering::SeqCst), 4);
}

pub(crate) fn signals_are_seen_from_both_sides(devices: Devices<'_>) {
    let runner = Runner::new(&devices[0]);
    let signal = runner.device.create_signal(-5).expect("a signal");
    assert_eq!((signal.load(), signal.block().0 % 64), (-5, 0));
    // What a kernel would do, at the address that a kernel would be given.
    let value = DevicePtr(signal.block().0 + offset_of!(SignalBlock, value) as u64);
    let new = 7i64.to_ne_bytes();
    std::thread::scope(|scope| {
        let wait = scope.spawn(|| signal.wait(Condition::AtLeast(0), None));
        runner.copy(Copy::HostToDevice { from: new.as_ptr(), to: value }, new.len());
        assert_eq!(wait.join().expect("no panic").expect("a value"), Some(7));
    });
    signal.store(8);
    let mut seen = [0; 8];
    runner.copy(Copy::DeviceToHost { from: value, to: seen.as_mut_ptr() }, seen.len());
    assert_eq!(i64::from_ne_bytes(seen), 8);
}

pub(crate) fn waits_for_signals_end(devices: Devices<'_>) {
    let signal = devices[0].create_signal(1).expect("a signal");
    assert_eq!(signal.wait(Condition::Equal(2), Some(Duration::from_millis(5))).expect("an answer"), None);
    assert_eq!(signal.wait(Condition::Less(2), Some(Duration::ZERO)).expect("an answer"), Some(1));
}

pub(crate) fn marks_tell_the_time(devices: Devices<'_>) {
    let runner = Runner::new(&devices[0]);
    runner.finish(runner.spin(0));
    let first = runner.queue.mark().expect("a mark");
    runner.spin(50);
    let second = runner.queue.mark().expect("a mark");
    let elapsed = second.since(&*first).expect("both pass");
    assert!(elapsed >= Duration::from_millis(45) && elapsed < Duration::from_secs(5), "{elapsed:?}");
    assert_eq!(first.since(&*second).expect("both have passed"), Duration::ZERO);
    assert_eq!(first.since(&*first).expect("it has passed"), Duration::ZERO);
    drop(runner.queue.mark().expect("a mark nobody looks at"));
}

pub(crate) fn too_much_memory_is_an_error_with_numbers(devices: Devices<'_>) {
    let device = &devices[0];
    let requested = device.info().memory * 2;
    match device.allocate(requested as usize) {
        Err(error @ Error::OutOfMemory { .. }) => {
            eprintln!("{error}");
            let Error::OutOfMemory { requested: told, free: Some(free), total: Some(total), .. } = error else {
                panic!("no numbers")
            };
            assert!(told == requested && free <= total && total < requested);
        }
        other => panic!("{other:?}"),
    }
    let runner = Runner::new(device);
    assert_eq!(runner.read_word(&runner.word(9)), 9);
}

pub(crate) fn bad_code_is_refused_with_its_log(devices: Devices<'_>) {
    let nonsense = ".version 6.4\n.target sm_50\n.address_size 64\n.visible .entry bad() { nonsense; ret; }\n";
    for code in [nonsense, "no PTX at all"] {
        match load(&devices[0], c"bad", &Compiler { code: Some(code) }).map(|_| ()) {
            Err(error @ Error::Load { .. }) => {
                eprintln!("{error}");
                let Error::Load { kernel, reason, log, .. } = error else { unreachable!() };
                assert_eq!(kernel, "tests::bad");
                assert!(reason.contains("CUDA_ERROR_"), "{reason}");
                // What is not even PTX may be refused before ptxas sees it.
                assert!(code != nonsense || log.contains("ptxas"), "{log:?}");
            }
            other => panic!("{other:?}"),
        }
    }
    match load(&devices[0], c"missing", &Compiler::default()).map(|_| ()) {
        Err(Error::Load { reason, .. }) => assert!(reason.contains("missing"), "{reason}"),
        other => panic!("{other:?}"),
    }
    assert_eq!(saxpy(&Runner::new(&devices[0]), 10, 0).expect("the device lives on")[9], 19.0);
}

pub(crate) fn queues_and_kernels_can_be_dropped_in_use(devices: Devices<'_>) {
    for _ in 0..20 {
        let runner = Runner::new(&devices[0]);
        runner.spin(2);
        runner.panics(1, 1);
        drop(runner);
    }
    let runner = Runner::new(&devices[0]);
    assert_eq!(runner.read_word(&runner.word(9)), 9);
}

pub(crate) fn devices_copy_from_each_other(devices: Devices<'_>) {
    let [first, second, ..] = devices else {
        eprintln!("skipped: only one CUDA device");
        return;
    };
    let (here, there) = (Runner::new(first), Runner::new(second));
    let data: Vec<u8> = (0..100_000).map(|i| (i % 253) as u8).collect();
    let from = there.upload(&data);
    let to = here.bytes(data.len());
    // The copy must wait for work of the other device.
    there.spin(20);
    // SAFETY: the memory has room, and outlives the waits.
    let filled = unsafe { there.queue.fill(from.ptr, &[7], 1000) }.expect("a fill");
    here.queue.wait_for(&there.queue, filled).expect("a wait across devices");
    for _ in 0..2 {
        // SAFETY: as above.
        let copied = unsafe { here.queue.copy_from_peer(&**second, from.ptr, to.ptr, data.len()) };
        here.finish(copied.expect("a direct way").expect("a copy"));
    }
    let result = here.download(&to);
    assert!(result[..1000].iter().all(|byte| *byte == 7) && result[1000..] == data[1000..]);
}

/// Set in the process that does what makes a device unusable.
const CHILD: &str = "GEOBACTER_TEST_FAULT";

pub(crate) fn faults_are_errors_and_stay(devices: Devices<'_>) {
    if std::env::var_os(CHILD).is_some() {
        fault(&devices[0]);
        return;
    }
    let program = std::env::current_exe().expect("this test's own program");
    let output = std::process::Command::new(program)
        .args(["faults_are_errors_and_stay", "--exact", "--nocapture"])
        .env(CHILD, "1")
        .output()
        .expect("it starts again");
    let text = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    eprintln!("{text}");
    assert!(output.status.success(), "{:?}", output.status);
    assert!(text.contains("survived"));
}

fn fault(device: &Arc<CudaDevice>) {
    let is_fault = |result: Result<(), Error>| match result {
        Err(Error::DeviceFault { work, reason, .. }) => {
            assert_eq!(work, "kernel `tests::store`");
            assert!(reason.contains("CUDA_ERROR_ILLEGAL_ADDRESS") && reason.contains("context is lost"), "{reason}");
        }
        other => panic!("{other:?}"),
    };
    let runner = Runner::new(device);
    let store = kernel(device, c"store");
    let word = runner.word(3);
    let good = runner.step(&word, 1, 1);
    runner.finish(good);
    let pending = runner.queue.mark().expect("a mark");
    let signal = device.create_signal(0).expect("a signal");
    let bad = runner.launch(&store, &shape(1, 1), &block(&[&0x10u64.to_ne_bytes()])).expect("a launch");
    let (done, waiting) = mpsc::channel();
    let sender = done.clone();
    runner.queue.on_complete(bad, Box::new(move || sender.send("called").expect("the test waits")));
    assert_eq!(waiting.recv_timeout(Duration::from_secs(30)), Ok("called"));

    is_fault(runner.queue.wait(bad, LONG).map(|_| ()));
    is_fault(runner.queue.wait(bad, LONG).map(|_| ()));
    is_fault(runner.queue.is_complete(bad).map(|_| ()));
    assert!(runner.queue.wait(good, LONG).expect("what was complete before stays so"));
    assert!(runner.queue.has_passed(bad) && runner.queue.has_passed(good));
    runner.queue.on_complete(bad, Box::new(move || done.send("at once").expect("the test waits")));
    assert_eq!(waiting.try_recv(), Ok("at once"));

    is_fault(device.allocate(64).map(|_| ()));
    is_fault(device.allocate_host(64).map(|_| ()));
    is_fault(device.create_queue().map(|_| ()));
    is_fault(load(device, c"saxpy", &Compiler::default()).map(|_| ()));
    is_fault(runner.launch(&store, &shape(1, 1), &block(&[&word.ptr.0.to_ne_bytes()])).map(|_| ()));
    is_fault(signal.wait(Condition::Equal(1), LONG).map(|_| ()));
    is_fault(runner.queue.mark().map(|_| ()));
    is_fault(pending.since(&*pending).map(|_| ()));
    // SAFETY: refused before anything is written.
    is_fault(unsafe { runner.queue.fill(word.ptr, &[1], 4) }.map(|_| ()));
    eprintln!("{}", runner.queue.wait(bad, LONG).expect_err("it stays"));
    drop((pending, signal, word, store, runner));
    eprintln!("survived");
}

pub(crate) fn raw_launches_can_be_measured(devices: Devices<'_>) {
    let raw = raw_launch_micros(&*devices[0], 5000).expect("launches");
    assert!(raw > 0.0);
    let runner = Runner::new(&devices[0]);
    let empty = load(
        &devices[0],
        c"empty",
        &Compiler {
            code: Some(
                ".version 6.4\n.target sm_50\n.address_size 64\n\
                 .visible .entry empty(.param .align 8 .b8 block[56]) { ret; }\n",
            ),
        },
    )
    .expect("it loads");
    let block = block(&[]);
    let run = |count: u32| {
        let begin = Instant::now();
        for _ in 0..count {
            runner.launch(&empty, &shape(1, 1), &block).expect("a launch");
        }
        let spent = begin.elapsed();
        runner.finish(runner.queue.submitted());
        spent
    };
    run(500);
    let ours = (0..10).map(|_| run(500)).sum::<Duration>().as_secs_f64() * 1e6 / 5000.0;
    let begin = Instant::now();
    for _ in 0..1000 {
        runner.finish(runner.launch(&empty, &shape(1, 1), &block).expect("a launch"));
    }
    let both = begin.elapsed().as_secs_f64() * 1e6 / 1000.0;
    eprintln!("a launch: {raw:.2} us raw, {ours:.2} us through a queue ({:.2}x), {both:.2} us with a wait", ours / raw);
}
