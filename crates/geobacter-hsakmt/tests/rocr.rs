//! AMD's unmodified runtime on the emulated driver: what works. Without the runtime each test says that it is skipped.

mod common;

use std::sync::Mutex;
use std::thread;

use common::*;

static ERRORS: Mutex<Vec<Status>> = Mutex::new(Vec::new());

fn bytes(seed: usize, count: usize) -> Vec<u8> {
    (0..count).map(|i| (i * 31 + i / 253 + seed) as u8).collect()
}

#[test]
fn there_is_one_gpu_and_its_isa_is_that_of_a_gfx90a() {
    let Some(gpu) = gpu("there_is_one_gpu_and_its_isa_is_that_of_a_gfx90a") else { return };
    assert_eq!(gpu.agent_name(), "gfx90a");
    assert_eq!(gpu.isas(), ["amdgcn-amd-amdhsa--gfx90a:sramecc+:xnack-"]);
}

#[test]
fn the_runtime_is_opened_and_closed_again_and_again() {
    let Some(gpu) = gpu("the_runtime_is_opened_and_closed_again_and_again") else { return };
    // Counted: the other tests keep it open.
    for _ in 0..20 {
        // SAFETY: as its header says.
        unsafe {
            assert_eq!((gpu.hsa.hsa_init)(), SUCCESS);
            assert_eq!((gpu.hsa.hsa_shut_down)(), SUCCESS);
        }
    }
}

#[test]
fn device_memory_is_as_large_as_was_asked_for_and_no_larger() {
    let Some(gpu) = gpu("device_memory_is_as_large_as_was_asked_for_and_no_larger") else { return };
    assert_eq!(gpu.pools(gpu.agent).iter().map(|(_, size)| *size).max(), Some(256 << 20));
    assert!(gpu.try_allocate(gpu.agent, 300 << 20).is_err());
    // What others hold at this moment is far less than the rest.
    let most = gpu.try_allocate(gpu.agent, 160 << 20).expect("there is room");
    assert_eq!(gpu.try_allocate(gpu.agent, 160 << 20), Err(OUT_OF_RESOURCES));
    gpu.free(most);
    gpu.free(gpu.try_allocate(gpu.agent, 160 << 20).expect("there is room again"));
}

#[test]
fn queues_come_and_go() {
    let Some(gpu) = gpu("queues_come_and_go") else { return };
    for round in 0..40u32 {
        let queue = gpu.queue(64 << (round % 5), &ERRORS);
        let done = gpu.signal(1);
        gpu.submit(queue, barrier(3, &[], done));
        assert_eq!(gpu.wait(done), 0);
        gpu.destroy(queue);
    }
}

#[test]
fn a_queue_that_waits_for_ever_can_be_destroyed() {
    let Some(gpu) = gpu("a_queue_that_waits_for_ever_can_be_destroyed") else { return };
    let (queue, never) = (gpu.queue(64, &ERRORS), gpu.signal(1));
    gpu.submit(queue, barrier(3, &[never], 0));
    gpu.destroy(queue);
    assert_eq!(gpu.value(never), 1);
}

#[test]
fn a_queue_with_an_endless_kernel_can_be_destroyed() {
    let Some(gpu) = gpu("a_queue_with_an_endless_kernel_can_be_destroyed") else { return };
    let (queue, done) = (gpu.queue(64, &ERRORS), gpu.signal(1));
    let flag = gpu.pinned(4);
    let arguments = gpu.pinned(8);
    arguments.copy_from_slice(&(flag.as_ptr() as u64).to_le_bytes());
    gpu.submit(queue, dispatch(gpu.kernel(c"spin.kd"), 1, 64, arguments, done));
    gpu.destroy(queue);
    assert_eq!(gpu.value(done), 1);
}

#[test]
fn a_barrier_waits_for_all_of_its_signals() {
    let Some(gpu) = gpu("a_barrier_waits_for_all_of_its_signals") else { return };
    let queue = gpu.queue(64, &ERRORS);
    // Thirteen: three packets of up to five.
    let after: Vec<Signal> = (0..13).map(|_| gpu.signal(1)).collect();
    let dones: Vec<Signal> = after.chunks(5).map(|_| gpu.signal(1)).collect();
    let packets: Vec<u64> =
        after.chunks(5).zip(&dones).map(|(five, done)| gpu.submit(queue, barrier(3, five, *done))).collect();
    // In an order of their own; the last one is of the first packet.
    for n in [12, 3, 0, 1, 7, 9, 11, 4, 5, 6, 8, 10] {
        gpu.set(after[n], 0);
    }
    assert!(dones.iter().all(|done| gpu.value(*done) == 1));
    assert!(!gpu.is_consumed(queue, packets[0]));
    gpu.set(after[2], 0);
    dones.into_iter().for_each(|done| assert_eq!(gpu.wait(done), 0));
    assert!(packets.iter().all(|packet| gpu.is_consumed(queue, *packet)));
    gpu.destroy(queue);
}

#[test]
fn an_or_barrier_waits_for_one_of_its_signals() {
    let Some(gpu) = gpu("an_or_barrier_waits_for_one_of_its_signals") else { return };
    let queue = gpu.queue(64, &ERRORS);
    let after: Vec<Signal> = (0..5).map(|_| gpu.signal(1)).collect();
    let done = gpu.signal(1);
    let packet = gpu.submit(queue, barrier(5, &after, done));
    assert!(!gpu.is_consumed(queue, packet));
    gpu.set(after[3], 0);
    assert_eq!(gpu.wait(done), 0);
    gpu.destroy(queue);
}

#[test]
fn a_value_barrier_compares_a_masked_value() {
    let Some(gpu) = gpu("a_value_barrier_compares_a_masked_value") else { return };
    let queue = gpu.queue(64, &ERRORS);
    let (signal, done) = (gpu.signal(0x10), gpu.signal(1));
    // Format 2: (value & 0xf) >= 5.
    let fields: [(usize, &[u8]); 6] = [
        (2, &[2]),
        (8, &signal.to_le_bytes()),
        (16, &5i64.to_le_bytes()),
        (24, &0xfi64.to_le_bytes()),
        (32, &3u32.to_le_bytes()),
        (56, &done.to_le_bytes()),
    ];
    let id = gpu.submit(queue, packet(0, &fields));
    gpu.set(signal, 0x14);
    assert!(!gpu.is_consumed(queue, id));
    gpu.set(signal, 0x25);
    assert_eq!(gpu.wait(done), 0);
    gpu.destroy(queue);
}

#[test]
fn copies_of_any_size_and_alignment_arrive_whole() {
    let Some(gpu) = gpu("copies_of_any_size_and_alignment_arrive_whole") else { return };
    for (count, offset) in [(1, 0), (2, 1), (3, 3), (63, 7), (4095, 1), (4097, 0), (65_537, 5), (9_000_001, 3)] {
        let (host, back) = (gpu.pinned(count + 64), gpu.pinned(count + 64));
        let device = gpu.device(count + 64);
        let data = bytes(count, count + 64);
        host.copy_from_slice(&data);
        // SAFETY: within the allocations.
        let (from, there) = unsafe { (host.as_ptr().add(offset), device.add(13)) };
        assert_eq!(gpu.copy(there, gpu.agent, from, gpu.host, count), 0);
        assert_eq!(gpu.copy(back[1..].as_mut_ptr(), gpu.host, there, gpu.agent, count), 0);
        assert!(back[1..=count] == data[offset..offset + count], "{count} bytes from {offset}");
        assert_eq!((back[0], back[count + 1]), (0, 0), "nothing beside them");
        [host.as_mut_ptr(), back.as_mut_ptr(), device].into_iter().for_each(|memory| gpu.free(memory));
    }
}

#[test]
fn copies_in_both_directions_wait_for_each_other() {
    let Some(gpu) = gpu("copies_in_both_directions_wait_for_each_other") else { return };
    const BYTES: usize = 1 << 20;
    let (host, back, device) = (gpu.pinned(BYTES), gpu.pinned(BYTES), gpu.device(BYTES));
    // The two directions have an engine each, which run at the same time but for the signals.
    for round in 0..20 {
        let data = bytes(round, BYTES);
        host.copy_from_slice(&data);
        let gate = gpu.signal(1);
        let up = gpu.start_copy(device, gpu.agent, host.as_ptr(), gpu.host, BYTES, &[gate]);
        let down = gpu.start_copy(back.as_mut_ptr(), gpu.host, device, gpu.agent, BYTES, &[up]);
        assert_eq!(gpu.value(down), 1);
        gpu.set(gate, 0);
        assert_eq!(gpu.wait(down), 0);
        assert_eq!(gpu.wait(up), 0);
        assert!(*back == *data, "round {round}");
    }
    [host.as_mut_ptr(), back.as_mut_ptr(), device].into_iter().for_each(|memory| gpu.free(memory));
}

#[test]
fn a_box_is_copied_out_of_an_array() {
    let Some(gpu) = gpu("a_box_is_copied_out_of_an_array") else { return };
    // 5 x 3 x 2 bytes from (8, 2, 1) of rows of 64 and slices of 64 * 8, to (4, 1, 0) of rows of 32 and slices of 32 * 4.
    let (from, to) = (gpu.pinned(64 * 8 * 4), gpu.device(32 * 4 * 2));
    from.copy_from_slice(&bytes(1, 64 * 8 * 4));
    let back = gpu.pinned(32 * 4 * 2);
    assert_eq!(gpu.copy(to, gpu.agent, back.as_ptr(), gpu.host, back.len()), 0);
    let (source, target) =
        (Pitched { base: from.as_mut_ptr(), pitch: 64, slice: 512 }, Pitched { base: to, pitch: 32, slice: 128 });
    let (at, place, size) = (Dim3 { x: 8, y: 2, z: 1 }, Dim3 { x: 4, y: 1, z: 0 }, Dim3 { x: 5, y: 3, z: 2 });
    let done = gpu.signal(1);
    // SAFETY: the box is within both.
    let status = unsafe {
        let copy = gpu.hsa.hsa_amd_memory_async_copy_rect;
        copy(&target, &place, &source, &at, &size, gpu.agent, HOST_TO_DEVICE, 0, std::ptr::null(), done)
    };
    assert_eq!(status, SUCCESS);
    assert_eq!(gpu.wait(done), 0);
    assert_eq!(gpu.copy(back.as_mut_ptr(), gpu.host, to, gpu.agent, back.len()), 0);
    for (n, byte) in back.iter().enumerate() {
        let (x, y, z) = (n % 32, n / 32 % 4, n / 128);
        let inside = (4..9).contains(&x) && (1..4).contains(&y);
        let expected = if inside { from[(z + 1) * 512 + (y + 1) * 64 + x + 4] } else { 0 };
        assert_eq!(*byte, expected, "({x}, {y}, {z})");
    }
}

#[test]
fn a_fill_writes_every_word_and_no_other() {
    let Some(gpu) = gpu("a_fill_writes_every_word_and_no_other") else { return };
    const WORDS: usize = 1_000_003;
    let device = gpu.device(4 * WORDS + 4);
    let back = gpu.pinned(4 * WORDS + 4);
    assert_eq!(gpu.copy(device, gpu.agent, back.as_ptr(), gpu.host, back.len()), 0);
    // SAFETY: within the allocation.
    assert_eq!(unsafe { (gpu.hsa.hsa_amd_memory_fill)(device, 0xdead_beef, WORDS) }, SUCCESS);
    assert_eq!(gpu.copy(back.as_mut_ptr(), gpu.host, device, gpu.agent, back.len()), 0);
    let (words, rest) = back.split_at(4 * WORDS);
    assert!(words.chunks(4).all(|word| word == 0xdead_beefu32.to_le_bytes()));
    assert_eq!(rest, [0; 4]);
    gpu.free(device);
}

#[test]
fn host_memory_is_locked_used_by_the_device_and_unlocked() {
    let Some(gpu) = gpu("host_memory_is_locked_used_by_the_device_and_unlocked") else { return };
    let mut host = bytes(9, 100_000);
    let expected = host.clone();
    let device = gpu.device(50_001);
    for _ in 0..3 {
        let mut seen = std::ptr::null_mut();
        // SAFETY: the memory stays until it is unlocked.
        unsafe {
            let part = host.as_mut_ptr().add(5);
            assert_eq!((gpu.hsa.hsa_amd_memory_lock)(part, 50_001, &gpu.agent, 1, &mut seen), SUCCESS);
            assert_eq!(gpu.copy(device, gpu.agent, seen, gpu.agent, 50_001), 0);
            part.write_bytes(0, 50_001);
            assert_eq!(gpu.copy(seen, gpu.agent, device, gpu.agent, 50_001), 0);
            assert_eq!((gpu.hsa.hsa_amd_memory_unlock)(part), SUCCESS);
        }
        assert!(host == expected);
    }
}

#[test]
fn a_kernel_runs_in_the_order_of_its_queue() {
    let Some(gpu) = gpu("a_kernel_runs_in_the_order_of_its_queue") else { return };
    let (queue, kernel) = (gpu.queue(64, &ERRORS), gpu.kernel(c"add.kd"));
    let words = gpu.pinned(4 * 200);
    let done = gpu.signal(10);
    for k in 1..=10u32 {
        let arguments = gpu.pinned(16);
        arguments[..8].copy_from_slice(&(words.as_ptr() as u64).to_le_bytes());
        arguments[8..12].copy_from_slice(&150u32.to_le_bytes());
        arguments[12..].copy_from_slice(&k.to_le_bytes());
        gpu.submit(queue, dispatch(kernel, 192, 64, arguments, done));
    }
    assert_eq!(gpu.wait(done), 0);
    // 1 + 2 + .. + 10, in the first 150 words.
    for (n, word) in words.chunks(4).enumerate() {
        let expected: u32 = if n < 150 { 55 } else { 0 };
        assert_eq!(word, expected.to_le_bytes(), "word {n}");
    }
    gpu.destroy(queue);
}

#[test]
fn a_kernel_gets_the_private_memory_that_it_asks_for() {
    let Some(gpu) = gpu("a_kernel_gets_the_private_memory_that_it_asks_for") else { return };
    let (queue, kernel) = (gpu.queue(64, &ERRORS), gpu.kernel(c"private.kd"));
    assert!(kernel.private_bytes >= 1024, "it does not use private memory");
    let (word, arguments, done) = (gpu.pinned(4), gpu.pinned(16), gpu.signal(1));
    arguments[..8].copy_from_slice(&(word.as_ptr() as u64).to_le_bytes());
    arguments[8..12].copy_from_slice(&3u32.to_le_bytes());
    arguments[12..].copy_from_slice(&5u32.to_le_bytes());
    gpu.submit(queue, dispatch(kernel, 1, 64, arguments, done));
    assert_eq!(gpu.wait(done), 0);
    // An odd stride visits all 256 words: the sum of i + 3.
    assert_eq!(word, (255 * 256 / 2 + 3 * 256u32).to_le_bytes());
    gpu.destroy(queue);
}

#[test]
fn many_threads_share_a_queue_that_is_full() {
    let Some(gpu) = gpu("many_threads_share_a_queue_that_is_full") else { return };
    const THREADS: u32 = 16;
    const EACH: u32 = 100;
    let kernel = gpu.kernel(c"add.kd");
    let queue = gpu.queue(64, &ERRORS) as usize;
    let words = gpu.pinned(4 * 64);
    let arguments = gpu.pinned(16);
    arguments[..8].copy_from_slice(&(words.as_ptr() as u64).to_le_bytes());
    arguments[8..12].copy_from_slice(&64u32.to_le_bytes());
    arguments[12..].copy_from_slice(&1u32.to_le_bytes());
    let arguments = &*arguments;
    let done = gpu.signal(i64::from(THREADS * EACH));
    thread::scope(|scope| {
        for _ in 0..THREADS {
            scope.spawn(|| {
                (0..EACH).for_each(|_| {
                    gpu.submit(queue as *mut Queue, dispatch(kernel, 64, 64, arguments, done));
                });
            });
        }
    });
    assert_eq!(gpu.wait(done), 0);
    assert!(words.chunks(4).all(|word| word == (THREADS * EACH).to_le_bytes()));
    gpu.destroy(queue as *mut Queue);
}

#[test]
fn kernels_of_two_queues_run_at_the_same_time() {
    let Some(gpu) = gpu("kernels_of_two_queues_run_at_the_same_time") else { return };
    let queues = [gpu.queue(64, &ERRORS), gpu.queue(64, &ERRORS)];
    let flag = gpu.pinned(4);
    let arguments = gpu.pinned(8);
    arguments.copy_from_slice(&(flag.as_ptr() as u64).to_le_bytes());
    let dones = [gpu.signal(1), gpu.signal(1)];
    // The first waits for what the second writes.
    gpu.submit(queues[0], dispatch(gpu.kernel(c"spin.kd"), 1, 64, arguments, dones[0]));
    gpu.submit(queues[1], dispatch(gpu.kernel(c"store.kd"), 1, 64, arguments, dones[1]));
    dones.into_iter().for_each(|done| assert_eq!(gpu.wait(done), 0));
    queues.into_iter().for_each(|queue| gpu.destroy(queue));
}

#[test]
fn timestamps_of_dispatches_follow_each_other_in_the_systems_time() {
    let Some(gpu) = gpu("timestamps_of_dispatches_follow_each_other_in_the_systems_time") else { return };
    /// `HSA_SYSTEM_INFO_TIMESTAMP`.
    const TIMESTAMP: u32 = 2;
    let now = || {
        let mut time = 0u64;
        // SAFETY: the attribute's type is this.
        assert_eq!(unsafe { (gpu.hsa.hsa_system_get_info)(TIMESTAMP, (&raw mut time).cast()) }, SUCCESS);
        time
    };
    let queue = gpu.queue(64, &ERRORS);
    // SAFETY: a queue.
    assert_eq!(unsafe { (gpu.hsa.hsa_amd_profiling_set_profiler_enabled)(queue, 1) }, SUCCESS);
    let (words, arguments) = (gpu.pinned(4 * 64), gpu.pinned(16));
    arguments[..8].copy_from_slice(&(words.as_ptr() as u64).to_le_bytes());
    arguments[8..12].copy_from_slice(&64u32.to_le_bytes());
    // The translation between the clocks is good to some ticks of the slower one.
    const SLACK: u64 = 100_000;
    let mut before = now();
    for _ in 0..5 {
        let done = gpu.signal(1);
        gpu.submit(queue, dispatch(gpu.kernel(c"add.kd"), 64, 64, arguments, done));
        // SAFETY: a signal.
        unsafe { (gpu.hsa.hsa_signal_wait_scacquire)(done, EQUAL, 0, LONG, 0) };
        let mut times = [0; 2];
        // SAFETY: a signal of a dispatch that is done.
        assert_eq!(unsafe { (gpu.hsa.hsa_amd_profiling_get_dispatch_time)(gpu.agent, done, &mut times) }, SUCCESS);
        let [start, end] = times;
        assert!(before <= start + SLACK && start <= end && end <= now() + SLACK, "{before} {times:?} {}", now());
        before = end;
        gpu.wait(done);
    }
    gpu.destroy(queue);
}
