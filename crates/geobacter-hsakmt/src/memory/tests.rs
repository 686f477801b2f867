use std::sync::Arc;

use geobacter_emulator::Access;

use super::*;

const MIB: u64 = 1 << 20;
const PLAIN: MemFlags = MemFlags(0);
/// Two GPUs.
const GPU: NodeId = 1;
const OTHER: NodeId = 2;

fn memory() -> Arc<Memory> {
    Arc::new(Memory::new(2, 8 * MIB, 1 << 30))
}

fn map(memory: &Memory, address: u64, bytes: u64) {
    memory.map(address, bytes, Gpus::only(GPU)).unwrap();
}

fn sees(memory: &Arc<Memory>, gpu: NodeId, address: u64, bytes: u64) -> bool {
    View::new(memory, gpu).is_mapped(address, bytes, Access::Read)
}

fn readable(memory: &Arc<Memory>, address: u64, bytes: u64) -> bool {
    sees(memory, GPU, address, bytes)
}

#[test]
fn memory_is_the_devices_only_while_it_is_mapped() {
    let memory = memory();
    let a = memory.allocate(GPU, 4096, PLAIN, None).unwrap();
    assert!(!readable(&memory, a, 4));
    map(&memory, a, 4096);
    assert!(readable(&memory, a, 4));
    memory.unmap(a).unwrap();
    assert!(!readable(&memory, a, 4));
}

#[test]
fn an_allocation_ends_where_it_ends() {
    let memory = memory();
    let allocations: Vec<u64> = (0..8).map(|_| memory.allocate(GPU, 4096, PLAIN, None).unwrap()).collect();
    for &a in &allocations {
        map(&memory, a, 4096);
        assert!(readable(&memory, a, 4096));
        assert!(readable(&memory, a + 4095, 1));
        assert!(!readable(&memory, a + 4095, 2));
        assert!(!readable(&memory, a + 4096, 1));
        assert!(!readable(&memory, a, u64::MAX));
    }
}

#[test]
fn a_full_bank_refuses_and_freeing_makes_room() {
    let memory = memory();
    let a = memory.allocate(GPU, 5 * MIB, PLAIN, None).unwrap();
    assert_eq!(memory.allocate(GPU, 5 * MIB, PLAIN, None), Err(Status::NoMemory));
    assert_eq!(memory.allocate(GPU, u64::MAX, PLAIN, None), Err(Status::NoMemory));
    memory.allocate(GPU, 3 * MIB, PLAIN, None).unwrap();
    assert_eq!(memory.allocate(GPU, 1, PLAIN, None), Err(Status::NoMemory));
    memory.free(a).unwrap();
    memory.allocate(GPU, 5 * MIB, PLAIN, None).unwrap();
}

#[test]
fn scratch_is_addresses_and_takes_no_room() {
    let memory = memory();
    let scratch = memory.allocate(GPU, 64 * MIB, MemFlags(MemFlags::SCRATCH), None).unwrap();
    memory.unmap(scratch).unwrap();
    assert!(readable(&memory, scratch + 63 * MIB, 64));
    memory.allocate(GPU, 8 * MIB, PLAIN, None).unwrap();
}

#[test]
fn only_what_is_allocated_can_be_freed_and_only_once() {
    let memory = memory();
    let a = memory.allocate(HOST, 8192, PLAIN, None).unwrap();
    assert_eq!(memory.free(a + 4096), Err(Status::InvalidParameter));
    assert_eq!(memory.free(a), Ok(()));
    assert_eq!(memory.free(a), Err(Status::InvalidParameter));
    assert!(memory.pointer_info(a).is_none());
}

#[test]
fn flags_forbid_what_they_do_not_allow() {
    let memory = memory();
    let code = memory.allocate(GPU, 4096, MemFlags(MemFlags::EXECUTE | MemFlags::READ_ONLY), None).unwrap();
    let data = memory.allocate(GPU, 4096, PLAIN, None).unwrap();
    map(&memory, code, 4096);
    map(&memory, data, 4096);
    // In this order, so that what a thread remembers of a read must not answer for a write.
    assert!(View::new(&memory, GPU).is_mapped(code, 4, Access::Read));
    assert!(!View::new(&memory, GPU).is_mapped(code, 4, Access::Write));
    assert!(View::new(&memory, GPU).is_mapped(code, 4, Access::Execute));
    assert!(View::new(&memory, GPU).is_mapped(data, 4, Access::Write));
    assert!(!View::new(&memory, GPU).is_mapped(data, 4, Access::Execute));
}

#[test]
fn a_fixed_address_is_used_or_refused() {
    let memory = memory();
    let free = pages::NOWHERE + (1 << 30);
    assert_eq!(memory.allocate(HOST, 4096, PLAIN, Some(free)), Ok(free));
    assert_eq!(memory.allocate(HOST, 4096, PLAIN, Some(free)), Err(Status::NoMemory));
}

#[test]
fn memory_freed_under_an_engine_stays_readable_until_it_rests() {
    let memory = memory();
    let a = memory.allocate(GPU, 4096, PLAIN, None).unwrap();
    map(&memory, a, 4096);
    let at_work = memory.at_work();
    memory.free(a).unwrap();
    assert!(!readable(&memory, a, 4));
    assert!(pages::exist(a, 4096));
    drop(at_work);
    assert!(memory.retired.lock().is_empty());
}

#[test]
fn registered_memory_is_seen_in_whole_pages() {
    let memory = memory();
    let host = vec![1u8; 64 * 1024];
    let start = (host.as_ptr() as u64).next_multiple_of(pages::PAGE);
    memory.register(start + 100, 5000).unwrap();
    assert!(!readable(&memory, start + 100, 4));
    map(&memory, start + 100, 5000);
    assert!(readable(&memory, start, 8192));
    assert!(!readable(&memory, start + 8191, 2));
    memory.deregister(start + 100).unwrap();
    assert!(!readable(&memory, start + 100, 4));
    assert_eq!(memory.deregister(start + 100), Err(Status::MemoryNotRegistered));
}

#[test]
fn overlapping_registrations_end_one_by_one() {
    let memory = memory();
    let host = vec![1u8; 64 * 1024];
    let start = (host.as_ptr() as u64).next_multiple_of(pages::PAGE);
    for (offset, bytes) in [(0, 8192), (4096, 8192), (0, 8192)] {
        memory.register(start + offset, bytes).unwrap();
        map(&memory, start + offset, bytes);
    }
    assert!(readable(&memory, start, 12288));
    memory.deregister(start).unwrap();
    assert!(readable(&memory, start, 12288));
    memory.deregister(start).unwrap();
    assert!(!readable(&memory, start, 12288));
    assert!(readable(&memory, start + 4096, 8192));
}

#[test]
fn what_is_no_memory_cannot_be_registered() {
    assert_eq!(memory().register(pages::NOWHERE, 4096), Err(Status::InvalidParameter));
    assert_eq!(memory().register(u64::MAX - 10, 4096), Err(Status::InvalidParameter));
}

#[test]
fn pointers_know_their_memory() {
    let memory = memory();
    let a = memory.allocate(GPU, 10_000, PLAIN, None).unwrap();
    memory.set_user_data(a + 17, 0x1234).unwrap();
    let info = memory.pointer_info(a + 12_000).unwrap();
    assert_eq!({ info.kind }, pointer::ALLOCATED);
    assert_eq!(({ info.cpu_address }, { info.gpu_address }, { info.bytes }), (a, a, 12_288));
    assert_eq!(({ info.node }, { info.user_data } as usize), (GPU, 0x1234));
    assert!(memory.pointer_info(pages::NOWHERE).is_none());
}

#[test]
fn each_gpu_sees_what_is_mapped_to_it() {
    let memory = memory();
    let a = memory.allocate(GPU, 4096, PLAIN, None).unwrap();
    let host = vec![1u8; 64 * 1024];
    let registered = (host.as_ptr() as u64).next_multiple_of(pages::PAGE);
    memory.register(registered, 4096).unwrap();
    for address in [a, registered] {
        let seen = || [GPU, OTHER].map(|gpu| sees(&memory, gpu, address, 4096));
        assert_eq!(seen(), [false, false]);
        memory.map(address, 4096, Gpus::only(OTHER)).unwrap();
        assert_eq!(seen(), [false, true]);
        assert_eq!({ memory.pointer_info(address).unwrap().mapped_count }, 1);
        memory.map(address, 4096, memory.gpus()).unwrap();
        assert_eq!(seen(), [true, true]);
        assert_eq!({ memory.pointer_info(address).unwrap().mapped_count }, 2);
        // The list says who may, so it also says who may no longer.
        memory.map(address, 4096, Gpus::only(GPU)).unwrap();
        assert_eq!(seen(), [true, false]);
        memory.unmap(address).unwrap();
        assert_eq!(seen(), [false, false]);
    }
}

#[test]
fn each_gpu_has_a_bank_of_its_own() {
    let memory = memory();
    let a = memory.allocate(GPU, 6 * MIB, PLAIN, None).unwrap();
    assert_eq!(memory.available(GPU), Ok(2 * MIB));
    assert_eq!(memory.available(OTHER), Ok(8 * MIB));
    memory.allocate(OTHER, 6 * MIB, PLAIN, None).unwrap();
    memory.free(a).unwrap();
    assert_eq!(memory.available(GPU), Ok(8 * MIB));
    assert_eq!(memory.available(OTHER), Ok(2 * MIB));
    assert_eq!(memory.allocate(3, 4096, PLAIN, None), Err(Status::InvalidNodeUnit));
    assert_eq!(memory.available(3), Err(Status::InvalidNodeUnit));
}

#[test]
fn scratch_is_its_own_gpus() {
    let memory = memory();
    let scratch = memory.allocate(OTHER, MIB, MemFlags(MemFlags::SCRATCH), None).unwrap();
    memory.map(scratch, 4096, memory.gpus()).unwrap();
    assert!(sees(&memory, OTHER, scratch, 64));
    assert!(!sees(&memory, GPU, scratch, 64));
}

#[test]
fn memory_and_addresses_come_together() {
    for flag in [MemFlags::NO_ADDRESS, MemFlags::ONLY_ADDRESS] {
        assert_eq!(memory().allocate(GPU, 4096, MemFlags(flag), None), Err(Status::NotSupported));
    }
}
