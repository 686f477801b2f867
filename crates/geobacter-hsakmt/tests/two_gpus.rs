//! AMD's unmodified runtime on a machine with two emulated GPUs.

mod common;

use std::sync::Mutex;

use common::*;

static ERRORS: Mutex<Vec<Status>> = Mutex::new(Vec::new());

fn two(test: &str) -> Option<&'static Gpu> {
    static ONCE: std::sync::Once = std::sync::Once::new();
    ONCE.call_once(|| set("GEOBACTER_EMULATE", "gfx90a,gfx90a"));
    let gpu = gpu(test)?;
    assert_eq!(gpu.others.len(), 1, "there are to be two");
    Some(gpu)
}

fn bytes(count: usize) -> Vec<u8> {
    (0..count).map(|n| ((n * 31) >> 3) as u8).collect()
}

/// Bytes in memory of a GPU.
fn upload(gpu: &Gpu, agent: Agent, from: &[u8]) -> *mut u8 {
    let memory = gpu.try_allocate(agent, from.len()).expect("device memory");
    let host = gpu.pinned(from.len());
    host.copy_from_slice(from);
    assert_eq!(gpu.copy(memory, agent, host.as_ptr(), gpu.host, from.len()), 0);
    memory
}

fn download(gpu: &Gpu, agent: Agent, from: *const u8, count: usize) -> Vec<u8> {
    let host = gpu.pinned(count);
    assert_eq!(gpu.copy(host.as_mut_ptr(), gpu.host, from, agent, count), 0);
    host.to_vec()
}

#[test]
fn memory_goes_from_one_to_the_other() {
    let Some(gpu) = two("memory_goes_from_one_to_the_other") else { return };
    let second = gpu.others[0];
    // From a few bytes to more than one packet of a copy engine before GFX9.4 takes.
    for count in [1, 4096, 100_003, 5 << 20] {
        let data = bytes(count);
        let from = upload(gpu, gpu.agent, &data);
        let to = gpu.try_allocate(second, count).expect("device memory");
        // Either may do it, and must see both.
        gpu.allow(&[gpu.agent, second], from);
        gpu.allow(&[gpu.agent, second], to);
        assert_eq!(gpu.copy(to, second, from, gpu.agent, count), 0);
        assert!(download(gpu, second, to, count) == data);
    }
}

#[test]
fn a_kernel_of_one_writes_memory_of_the_other_once_it_may() {
    let Some(gpu) = two("a_kernel_of_one_writes_memory_of_the_other_once_it_may") else { return };
    let second = gpu.others[0];
    let theirs = upload(gpu, second, &5u32.to_le_bytes());
    let arguments = gpu.pinned(16);
    arguments[..8].copy_from_slice(&(theirs as u64).to_le_bytes());
    arguments[8..12].copy_from_slice(&1u32.to_le_bytes());
    arguments[12..].copy_from_slice(&9u32.to_le_bytes());
    let add = gpu.kernel(c"add.kd");
    gpu.allow(&[gpu.agent], theirs);
    let (queue, done) = (gpu.queue(64, &ERRORS), gpu.signal(1));
    gpu.submit(queue, dispatch(add, 64, 64, arguments, done));
    assert_eq!(gpu.wait(done), 0);
    assert_eq!(download(gpu, second, theirs, 4), 14u32.to_le_bytes());
    gpu.destroy(queue);
}

#[test]
fn a_queue_of_one_waits_for_a_signal_of_the_other() {
    let Some(gpu) = two("a_queue_of_one_waits_for_a_signal_of_the_other") else { return };
    let second = gpu.others[0];
    let (first_queue, second_queue) = (gpu.queue(64, &ERRORS), gpu.queue_of(second, 64, &ERRORS));
    let (word, arguments) = (gpu.pinned(4), gpu.pinned(8));
    arguments.copy_from_slice(&(word.as_ptr() as u64).to_le_bytes());
    let store = gpu.kernel_in(gpu.load(second), second, c"store.kd");
    let (gate, first_done, second_done) = (gpu.signal(1), gpu.signal(1), gpu.signal(1));
    gpu.submit(second_queue, barrier(3, &[first_done], 0));
    gpu.submit(second_queue, dispatch(store, 1, 64, arguments, second_done));
    gpu.submit(first_queue, barrier(3, &[gate], first_done));
    std::thread::sleep(std::time::Duration::from_millis(50));
    assert_eq!(gpu.value(second_done), 1, "it did not wait");
    assert_eq!(word, [0; 4]);
    gpu.set(gate, 0);
    assert_eq!(gpu.wait(second_done), 0);
    assert_eq!(word, 7u32.to_le_bytes());
    [first_queue, second_queue].into_iter().for_each(|queue| gpu.destroy(queue));
}

#[test]
fn each_has_memory_of_its_own() {
    let Some(gpu) = two("each_has_memory_of_its_own") else { return };
    for agent in gpu.gpus() {
        let most = gpu.try_allocate(agent, 200 << 20).expect("most of the memory");
        assert_eq!(gpu.try_allocate(agent, 200 << 20), Err(OUT_OF_RESOURCES));
        gpu.free(most);
    }
}
