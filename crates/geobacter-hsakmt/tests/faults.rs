//! AMD's unmodified runtime on the emulated driver: what goes wrong, and how it is told. One test, as the runtime tells of one
//! memory fault in a process only.

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

/// Waits until a list has something in it, and takes that.
fn told<T>(list: &Mutex<Vec<T>>, what: &str) -> T {
    let deadline = Instant::now() + Duration::from_secs(120);
    loop {
        if let Some(entry) = list.lock().unwrap().pop() {
            return entry;
        }
        assert!(Instant::now() < deadline, "nobody was told: {what}");
        std::thread::yield_now();
    }
}

/// Submits what is wrong to a queue of its own, and returns what the queue's callback was told.
fn error_of(gpu: &Gpu, packet: [u8; 64]) -> Status {
    error_on(gpu, gpu.queue(64, &ERRORS), packet)
}

fn error_on(gpu: &Gpu, queue: *mut Queue, packet: [u8; 64]) -> Status {
    gpu.submit(queue, packet);
    let status = told(&ERRORS, "a queue's error");
    gpu.destroy(queue);
    works(gpu);
    status
}

/// A new queue works after whatever came before.
fn works(gpu: &Gpu) {
    let (queue, done) = (gpu.queue(64, &ERRORS), gpu.signal(1));
    let (word, arguments) = (gpu.pinned(4), gpu.pinned(8));
    arguments.copy_from_slice(&(word.as_ptr() as u64).to_le_bytes());
    gpu.submit(queue, dispatch(gpu.kernel(c"store.kd"), 1, 64, arguments, done));
    assert_eq!(gpu.wait(done), 0);
    assert_eq!(word, 7u32.to_le_bytes());
    gpu.destroy(queue);
}

fn reported(text: &str) {
    let all = reports();
    assert!(all.contains(text), "{text:?} is not in the reports:\n{all}");
}

#[test]
fn what_goes_wrong_is_told_and_the_device_goes_on() {
    let Some(gpu) = gpu("what_goes_wrong_is_told_and_the_device_goes_on") else { return };
    // SAFETY: as its header says.
    assert_eq!(unsafe { (gpu.hsa.hsa_amd_register_system_event_handler)(on_event, std::ptr::null_mut()) }, SUCCESS);
    bad_packets(gpu);
    bad_instructions(gpu);
    too_much_private_memory(gpu);
    memory_faults(gpu);
    failing_copies(gpu);
}

fn bad_packets(gpu: &Gpu) {
    let kernel = gpu.kernel(c"add.kd");
    let good = || dispatch(kernel, 64, 64, &[], 0);
    let with = |fields: &[(usize, &[u8])]| {
        let mut packet = good();
        for (offset, bytes) in fields {
            packet[*offset..offset + bytes.len()].copy_from_slice(bytes);
        }
        packet
    };
    assert_eq!(error_of(gpu, packet(4, &[])), INVALID_PACKET_FORMAT);
    assert_eq!(error_of(gpu, packet(0, &[(2, &[9])])), INVALID_PACKET_FORMAT);
    assert_eq!(error_of(gpu, with(&[(12, &[0; 4])])), INCOMPATIBLE_ARGUMENTS);
    assert_eq!(error_of(gpu, with(&[(4, &[0; 2])])), INCOMPATIBLE_ARGUMENTS);
    assert_eq!(error_of(gpu, with(&[(2, &[0; 2])])), INCOMPATIBLE_ARGUMENTS);
    assert_eq!(error_of(gpu, with(&[(4, &1025u16.to_le_bytes())])), INVALID_ARGUMENT);
    reported("groups of [1025, 1, 1] have more than 1024 work-items");
    assert_eq!(error_of(gpu, with(&[(28, &65_537u32.to_le_bytes())])), INVALID_ALLOCATION);
    assert_eq!(error_of(gpu, with(&[(32, &[0; 8])])), INVALID_CODE_OBJECT);
    assert_eq!(error_of(gpu, with(&[(32, &0x40u64.to_le_bytes())])), INVALID_CODE_OBJECT);
}

fn bad_instructions(gpu: &Gpu) {
    assert_eq!(error_of(gpu, dispatch(gpu.kernel(c"traps.kd"), 1, 64, &[], 0)), EXCEPTION);
    reported("trap 2");
    reported("work-group (0, 0, 0)");
    assert_eq!(error_of(gpu, dispatch(gpu.kernel(c"nonsense.kd"), 1, 64, &[], 0)), ILLEGAL_INSTRUCTION);
}

fn too_much_private_memory(gpu: &Gpu) {
    let mut packet = dispatch(gpu.kernel(c"private.kd"), 1, 64, &[], 0);
    packet[24..28].copy_from_slice(&(256u32 << 20).to_le_bytes());
    assert_eq!(error_of(gpu, packet), OUT_OF_RESOURCES);
}

fn memory_faults(gpu: &Gpu) {
    // Device memory ends where its page ends.
    let device = gpu.device(4096) as u64;
    let arguments = gpu.pinned(8);
    arguments.copy_from_slice(&(device + 4096).to_le_bytes());
    let store = gpu.kernel(c"store.kd");
    let (queue, done) = (gpu.queue(64, &ERRORS), gpu.signal(1));
    gpu.submit(queue, dispatch(store, 1, 64, arguments, done));
    let fault = told(&FAULTS, "a memory fault");
    assert_eq!((fault.agent, fault.address, fault.reason & 1), (gpu.agent, device + 4096, 1));
    assert_eq!(gpu.value(done), 1, "what faulted is not done");
    assert!(ERRORS.lock().unwrap().is_empty());
    gpu.destroy(queue);
    reported(&format!("data address {:#x}", device + 4096));
    works(gpu);

    // The runtime listens no longer: the queue is told.
    assert_eq!(error_of(gpu, dispatch(store, 1, 64, arguments, 0)), MEMORY_APERTURE_VIOLATION);

    // Host memory that was allocated, and not opened to the device.
    let closed = gpu.try_allocate(gpu.host, 4096).expect("host memory") as u64;
    arguments.copy_from_slice(&closed.to_le_bytes());
    assert_eq!(error_of(gpu, dispatch(store, 1, 64, arguments, 0)), MEMORY_APERTURE_VIOLATION);

    // Memory that was freed. The queue comes first: it would be put there.
    let queue = gpu.queue(64, &ERRORS);
    let freed = gpu.device(4096);
    gpu.free(freed);
    arguments.copy_from_slice(&(freed as u64).to_le_bytes());
    assert_eq!(error_on(gpu, queue, dispatch(store, 1, 64, arguments, 0)), MEMORY_APERTURE_VIOLATION);
}

fn failing_copies(gpu: &Gpu) {
    let device = gpu.device(4096);
    let closed = gpu.try_allocate(gpu.host, 4096).expect("host memory");
    // The runtime takes the agents' word for it that both sides can be reached.
    assert!(gpu.copy(device, gpu.agent, closed, gpu.agent, 4096) < 0, "a failed copy looks like one that worked");
    reported("the copy engine reads 4096 bytes");
    let open = gpu.pinned(4096);
    assert_eq!(gpu.copy(device, gpu.agent, open.as_ptr(), gpu.host, 4096), 0);
    works(gpu);
}
