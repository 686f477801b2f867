//! A device that a memory fault has stopped for good, as Linux' driver does: everybody is told so, each time, and nothing
//! hangs.
//!
//! The emulated GPU does so where it is asked to. This is a process with one test, because nothing runs on the device
//! afterwards.

#[path = "../kit/mod.rs"]
mod kit;

use std::sync::mpsc::{self, Receiver};
use std::time::Duration;

use geobacter_driver::Error;
use geobacter_driver::driver::{Copy, DevicePtr, DriverDevice};
use geobacter_driver::signal::Condition;

use crate::kit::{Bytes, Compiler, Pinned, Runner, block, devices, load, shape};

const LONG: Option<Duration> = Some(Duration::from_secs(60));
/// Where no process has memory.
const NOWHERE: u64 = 0x10;

/// Asserts that a call says that the device is lost.
fn says_so<T>(what: &str, result: Result<T, Error>) {
    match result.map(|_| ()) {
        Err(Error::DeviceFault { work, reason, .. }) => {
            assert_eq!(work, "a memory fault's aftermath", "{what}: {reason}");
            assert!(reason.contains("until the process ends"), "{what}: {reason}");
        }
        other => panic!("{what}: {other:?}"),
    }
}

/// Does one thing over and over until it is an error; the answer comes here.
fn spawn(runner: Runner, (what, again): Busy) -> (&'static str, Receiver<Result<(), Error>>) {
    let (answer, waiting) = mpsc::channel();
    std::thread::spawn(move || {
        let error = std::iter::repeat_with(|| again(&runner)).find(Result::is_err);
        answer.send(error.expect("it never ends otherwise")).expect("the test waits");
    });
    (what, waiting)
}

type Busy = (&'static str, fn(&Runner) -> Result<(), Error>);

/// Large ones: the runtime does them, and waits for their end.
const FILLS: Busy = ("a fill that was under way", |runner| {
    const BYTES: usize = 64 << 20;
    let memory = Bytes::try_new(&runner.device, BYTES)?;
    // SAFETY: the memory has so many bytes, and outlives the wait, or the device.
    let number = unsafe { runner.queue.fill(memory.ptr, &[7], BYTES) }?;
    runner.queue.wait(number, LONG).map(|done| assert!(done))
});

const LOADS: Busy =
    ("a kernel's load that was under way", |runner| load(&runner.device, c"step", &Compiler::default()).map(|_| ()));

/// Another device, which copies from the one that will be lost; where there is one.
struct Neighbour {
    runner: Runner,
    to: Bytes,
    copy: u64,
}

impl Neighbour {
    fn pulls(from: &Runner, after: u64, word: &Bytes) -> Option<Self> {
        let devices = devices("a neighbour's part of a_lost_device_says_so_of_every_call");
        let [_, second, ..] = &devices[..] else { return None };
        let runner = Runner::on(second);
        let to = runner.word(9);
        runner.queue.wait_for(&from.queue, after).expect("a wait");
        // SAFETY: both have room for a word, and outlive the wait.
        let copied = unsafe { runner.queue.copy_from_peer(&*from.device, word.ptr, to.ptr, 4) };
        let copy = copied.expect("a direct way").expect("a copy");
        Some(Self { runner, to, copy })
    }

    /// Its copy is an error, and nothing else of it is.
    fn goes_on(&self, lost: &Runner, word: &Bytes) {
        says_so("a copy that was under way", self.runner.queue.wait(self.copy, LONG));
        // SAFETY: refused before anything is copied.
        let refused = unsafe { self.runner.queue.copy_from_peer(&*lost.device, word.ptr, self.to.ptr, 4) };
        says_so("a copy from the lost device", refused.expect("a direct way"));
        let step = self.runner.kernel(c"step");
        self.runner.finish(self.runner.step(&step, &self.to, 2, 1));
        assert_eq!(self.runner.read_word(&self.to), 19);
    }
}

#[test]
fn a_lost_device_says_so_of_every_call() {
    // SAFETY: the only test of this process, before it starts a thread or loads the runtime.
    unsafe { std::env::set_var("GEOBACTER_EMULATOR_FAULTS", "device") };
    let Some(runner) = Runner::new("a_lost_device_says_so_of_every_call") else { return };
    let (step, store) = (runner.kernel(c"step"), runner.kernel(c"store"));
    let (word, other_word) = (runner.word(1), runner.word(2));
    let mut pinned = Pinned::new(&runner.device, 64);
    let [other, for_fills, for_loads] = [(); 3].map(|()| runner.another());
    let signal = runner.device.create_signal(1).expect("a signal");
    let good = runner.step(&step, &word, 2, 1);
    runner.finish(good);
    let before = runner.queue.mark().expect("a mark");
    before.since(&*before).expect("it passes");

    // The fault, with work behind it, and work of another queue that waits for it.
    let gate = runner.hsa().gate().expect("a gate");
    let bad = runner.launch(&store, &shape(1, 1), &block(&[&NOWHERE.to_ne_bytes()])).expect("a launch");
    let behind = runner.step(&step, &word, 1, 100);
    let mark = runner.queue.mark().expect("a mark");
    let (done, waiting) = mpsc::channel();
    runner.queue.on_complete(behind, Box::new(move || done.send(()).expect("the test waits")));
    other.queue.wait_for(&runner.queue, behind).expect("a wait");
    let elsewhere = other.step(&step, &other_word, 1, 1);
    let value = 5u32;
    let copy = Copy::HostToDevice { from: std::ptr::from_ref(&value).cast(), to: other_word.ptr };
    let copied = other.submit_copy(copy, 4);
    let neighbour = Neighbour::pulls(&runner, behind, &word);
    // And calls that wait for the device inside the runtime.
    let busy = [spawn(for_fills, FILLS), spawn(for_loads, LOADS)];
    std::thread::sleep(Duration::from_millis(100));
    gate.open();

    // Who waited is told of the fault itself.
    let fault = |result: Result<bool, Error>| match result {
        Err(Error::DeviceFault { work, reason, .. }) => (work, reason),
        other => panic!("{other:?}"),
    };
    let (work, reason) = fault(runner.queue.wait(bad, LONG));
    // Whose queue it was the runtime does not say: the step of the other queue is as much a suspect.
    assert!(work.contains("`tests::store`"), "{work}");
    assert!(reason.contains("memory fault at address 0x0"), "{reason}");
    fault(runner.queue.wait(behind, LONG));
    fault(other.queue.wait(elsewhere, LONG));
    fault(other.queue.wait(copied, LONG));
    waiting.recv_timeout(Duration::from_secs(60)).expect("a call");
    assert!(matches!(mark.since(&*before), Err(Error::DeviceFault { .. })));
    assert!(runner.queue.wait(good, LONG).expect("what was complete before stays so"));

    for (what, thread) in busy {
        says_so(what, thread.recv_timeout(Duration::from_secs(60)).expect("an answer"));
    }
    neighbour.iter().for_each(|neighbour| neighbour.goes_on(&runner, &word));

    // From now on everything is refused: twice, as the first answer may have come of finding out.
    for _ in 0..2 {
        says_so("allocate", runner.device.allocate(64));
        says_so("allocate_host", runner.device.allocate_host(64));
        says_so("create_signal", runner.device.create_signal(0));
        says_so("create_queue", runner.device.create_queue());
        says_so("load", load(&runner.device, c"step", &Compiler::default()));
        for queue in [&runner, &other] {
            let arguments = block(&[&word.ptr.0.to_ne_bytes(), &1u32.to_ne_bytes(), &1u32.to_ne_bytes()]);
            says_so("launch", queue.launch(&step, &shape(1, 1), &arguments));
            says_so("mark", queue.queue.mark());
            let mut bytes = [0u8; 4];
            let copies = [
                Copy::DeviceToHost { from: word.ptr, to: bytes.as_mut_ptr() },
                Copy::HostToDevice { from: bytes.as_ptr(), to: word.ptr },
                Copy::DeviceToHost { from: word.ptr, to: pinned.ptr },
                Copy::DeviceToDevice { from: word.ptr, to: DevicePtr(other_word.ptr.0) },
            ];
            for copy in copies {
                // SAFETY: refused before anything is copied, and there would be room.
                says_so("copy", unsafe { queue.queue.copy(copy, 4) });
            }
            // SAFETY: as above.
            says_so("fill", unsafe { queue.queue.fill(word.ptr, &[0], 4) });
        }
        says_so("a signal's wait", signal.wait(Condition::Equal(0), LONG));
    }
    // Host memory is the host's own.
    pinned.as_mut_slice().fill(3);
    signal.store(0);
    assert_eq!(signal.load(), 0);
    // And all of it can be dropped: the end of the test.
}
