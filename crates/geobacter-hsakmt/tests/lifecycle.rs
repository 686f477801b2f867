//! AMD's runtime is opened, used, and closed for good, again and again: nothing of the device is left behind.

mod common;

use std::sync::Mutex;

use common::*;

static ERRORS: Mutex<Vec<Status>> = Mutex::new(Vec::new());

#[test]
fn the_runtime_can_be_closed_and_opened_again() {
    let Some(first) = Gpu::open() else {
        let _ = gpu("the_runtime_can_be_closed_and_opened_again");
        return;
    };
    close(first);
    for round in 0..10u32 {
        let gpu = Gpu::open().expect("it was opened before");
        // Most of the memory: it fits only if the last round's is free.
        let memory = gpu.device(200 << 20);
        let queue = gpu.queue(64, &ERRORS);
        let (word, arguments, done) = (gpu.pinned(4), gpu.pinned(16), gpu.signal(1));
        word.copy_from_slice(&round.to_le_bytes());
        arguments[..8].copy_from_slice(&(word.as_ptr() as u64).to_le_bytes());
        arguments[8..12].copy_from_slice(&1u32.to_le_bytes());
        arguments[12..].copy_from_slice(&5u32.to_le_bytes());
        gpu.submit(queue, dispatch(gpu.kernel(c"add.kd"), 64, 64, arguments, done));
        assert_eq!(gpu.wait(done), 0);
        assert_eq!(word, (round + 5).to_le_bytes());
        gpu.destroy(queue);
        [memory, word.as_mut_ptr(), arguments.as_mut_ptr()].into_iter().for_each(|memory| gpu.free(memory));
        close(gpu);
    }
    assert!(ERRORS.lock().unwrap().is_empty());
}

fn close(gpu: Gpu) {
    // SAFETY: as its header says; nothing of this opening is used any more.
    assert_eq!(unsafe { (gpu.hsa.hsa_shut_down)() }, SUCCESS);
}
