//! What the code of kernels calls.

use std::ffi::c_void;

use geobacter_container::checked::{Hooks, IN_GROUP, READS, WRITES};
use geobacter_core::abi::Site;

use crate::run::{Pause, with_run};
use crate::shadow::Kind;

pub(crate) static HOOKS: Hooks = Hooks {
    work_item_id,
    work_group_id,
    work_group_size,
    group_memory,
    barrier,
    exit,
    interrupt,
    read,
    write,
    atomic,
    compare,
    fence,
    enter,
    leave,
    spin,
    call,
};

unsafe extern "C" fn work_item_id(axis: u32) -> u32 {
    with_run(|run| run.work_item.get()[axis as usize])
}

unsafe extern "C" fn work_group_id(axis: u32) -> u32 {
    with_run(|run| run.work_group.get()[axis as usize])
}

unsafe extern "C" fn work_group_size(axis: u32) -> u32 {
    with_run(|run| run.shape.group_size[axis as usize])
}

unsafe extern "C" fn group_memory() -> *mut c_void {
    with_run(|run| run.group_memory.get().cast())
}

unsafe extern "C" fn barrier(site: *const c_void) {
    // SAFETY: the device ABI: the address of a `Location`, in code that stays loaded while it runs.
    let site: Site = unsafe { &*site.cast() };
    with_run(|run| run.pause(Pause::Barrier(site)));
}

unsafe extern "C" fn exit() {
    with_run(|run| run.end());
}

unsafe extern "C" fn interrupt(event: u32) {
    geobacter_cpu::interrupt(event);
}

unsafe extern "C" fn read(address: *const c_void, bytes: u64, place: u32) {
    with_run(|run| run.plain(address.addr() as u64, bytes, place, Kind::READ));
}

unsafe extern "C" fn write(address: *mut c_void, bytes: u64, place: u32) {
    with_run(|run| run.plain(address.addr() as u64, bytes, place, Kind::WRITE));
}

unsafe extern "C" fn atomic(address: *mut c_void, bytes: u64, place: u32, what: u32) {
    with_run(|run| run.atomic(address.addr() as u64, bytes, place, what));
}

/// Nothing comes between this and the operation, so what it compares with tells whether it will exchange.
unsafe extern "C" fn compare(address: *mut c_void, bytes: u64, place: u32, exchanged: u32, not: u32, expected: u64) {
    with_run(|run| {
        run.switch_at_atomic();
        if !run.may_go_on(not) || !run.may_access(address.addr() as u64, bytes, place, kind(not)) {
            return run.end();
        }
        // SAFETY: memory of the device, so much of it.
        let is = unsafe { load(address.cast(), bytes) };
        let what = if is == expected { exchanged } else { not };
        run.note_atomic(address.addr() as u64, bytes, place, what);
    });
}

unsafe extern "C" fn fence(what: u32) {
    with_run(|run| run.fence(what));
}

unsafe extern "C" fn enter(place: u32) {
    with_run(|run| run.enter(place));
}

unsafe extern "C" fn leave() {
    with_run(|run| run.leave());
}

unsafe extern "C" fn spin() {
    with_run(|run| run.spin());
}

unsafe extern "C" fn call() {
    with_run(|run| run.take_stack());
}

/// # Safety
/// So many bytes must be readable there.
unsafe fn load(address: *const u8, bytes: u64) -> u64 {
    // SAFETY: the caller's promise; the host may change it meanwhile.
    unsafe {
        match bytes {
            1 => address.read_volatile().into(),
            2 => address.cast::<u16>().read_volatile().into(),
            4 => address.cast::<u32>().read_volatile().into(),
            _ => address.cast::<u64>().read_volatile(),
        }
    }
}

/// What an atomic access is to those that race with it.
pub(crate) fn kind(what: u32) -> Kind {
    debug_assert!(what & (READS | WRITES) != 0);
    Kind { writes: what & WRITES != 0, is_atomic: true, in_group: what & IN_GROUP != 0 }
}
