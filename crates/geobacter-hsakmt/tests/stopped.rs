//! AMD's unmodified runtime on an emulated GPU that a memory fault stops for good, as a card's driver does. One test: nothing
//! of this process runs there afterwards.

mod common;

use std::ffi::c_void;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use common::*;

static ERRORS: Mutex<Vec<Status>> = Mutex::new(Vec::new());
static FAULTS: Mutex<Vec<MemoryFaultEvent>> = Mutex::new(Vec::new());

unsafe extern "C" fn on_event(event: *const MemoryFaultEvent, _: *mut c_void) -> Status {
    // SAFETY: the runtime's event.
    FAULTS.lock().unwrap().push(unsafe { *event });
    SUCCESS
}

/// Long enough for an emulated GPU that works.
const A_WHILE: Duration = Duration::from_millis(300);

#[test]
fn a_memory_fault_stops_the_gpu_where_that_was_asked_for() {
    set("GEOBACTER_EMULATOR_FAULTS", "device");
    let Some(gpu) = gpu("a_memory_fault_stops_the_gpu_where_that_was_asked_for") else { return };
    // SAFETY: as its header says.
    assert_eq!(unsafe { (gpu.hsa.hsa_amd_register_system_event_handler)(on_event, std::ptr::null_mut()) }, SUCCESS);
    let (store, spin) = (gpu.kernel(c"store.kd"), gpu.kernel(c"spin.kd"));
    let (word, bad, done) = (gpu.pinned(4), gpu.pinned(8), gpu.signal(1));
    let arguments = gpu.pinned(8);
    arguments.copy_from_slice(&(word.as_ptr() as u64).to_le_bytes());
    bad.copy_from_slice(&0x10u64.to_le_bytes());
    let device = gpu.device(4096);
    // What works before.
    let [busy, idle, faulty] = [(); 3].map(|()| gpu.queue(64, &ERRORS));
    gpu.submit(idle, dispatch(store, 1, 64, arguments, done));
    assert_eq!(gpu.wait(done), 0);
    assert_eq!(gpu.copy(device, gpu.agent, word.as_ptr(), gpu.host, 4), 0);

    let never = gpu.signal(1);
    // It spins until the word is not zero, which it never is.
    let zero = gpu.pinned(4);
    let endless = gpu.pinned(8);
    endless.copy_from_slice(&(zero.as_ptr() as u64).to_le_bytes());
    gpu.submit(busy, dispatch(spin, 64, 64, endless, never));
    gpu.submit(faulty, dispatch(store, 1, 64, bad, 0));
    let deadline = Instant::now() + Duration::from_secs(120);
    while FAULTS.lock().unwrap().is_empty() {
        assert!(Instant::now() < deadline, "nobody was told");
        std::thread::yield_now();
    }
    let fresh = gpu.queue(64, &ERRORS);
    let signals = [gpu.signal(1), gpu.signal(1)];
    gpu.submit(idle, dispatch(store, 1, 64, arguments, signals[0]));
    gpu.submit(fresh, dispatch(store, 1, 64, arguments, signals[1]));
    let copy = gpu.start_copy(device, gpu.agent, word.as_ptr(), gpu.host, 4, &[]);
    std::thread::sleep(A_WHILE);
    for signal in [never, signals[0], signals[1], copy] {
        assert_eq!(gpu.value(signal), 1, "something ran");
    }
    assert!(reports().contains("no queue of the GPU runs any more"), "{}", reports());
    // Host memory, and the end of queues, are the host's own.
    [busy, idle, faulty, fresh].into_iter().for_each(|queue| gpu.destroy(queue));
    assert!(ERRORS.lock().unwrap().is_empty());
}
