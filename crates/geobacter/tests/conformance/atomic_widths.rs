//! Atomics of every width, of `bool`s and addresses, and every ordering.

use std::sync::atomic::{
    AtomicBool, AtomicI8, AtomicI16, AtomicI64, AtomicIsize, AtomicPtr, AtomicU8, AtomicU16, AtomicU32, AtomicU64,
    AtomicUsize, Ordering, compiler_fence, fence,
};

use geobacter::prelude::*;
use geobacter::{RawSlice, scope};

/// Neighbours in one word, each changed by many: no change may be lost, nor touch the others.
fn bytes(item: WorkItem, unsigned: &[AtomicU8], signed: &[AtomicI8]) {
    let id = item.global_id();
    unsigned[id % 5].fetch_add(3, Ordering::Relaxed);
    unsigned[5].fetch_sub(1, Ordering::AcqRel);
    unsigned[6].fetch_xor(id as u8, Ordering::Relaxed);
    scope::device(|| unsigned[7].fetch_max((id % 200) as u8, Ordering::Release));
    scope::device(|| unsigned[8].fetch_min((id % 200) as u8 + 9, Ordering::SeqCst));
    signed[0].fetch_min((id % 100) as i8 - 70, Ordering::Acquire);
    signed[1].fetch_max((id % 100) as i8 - 70, Ordering::Relaxed);
    signed[2].fetch_or(1 << (id % 7), Ordering::Relaxed);
    signed[3].fetch_and(!(1 << (id % 6)), Ordering::Relaxed);
}

pub(crate) fn of_8_bits(device: &Device) {
    let mut unsigned = device.buffer_from(&[0u8, 10, 20, 30, 40, 77, 0, 0, 255, 99]).unwrap();
    let mut signed = device.buffer_from(&[0i8, -128, 0, -1, 55]).unwrap();
    let n = 300usize;
    device.launch(Grid::covering(n), bytes, (&mut unsigned, &mut signed)).unwrap();
    let sum = |start: u8| start.wrapping_add(3u8.wrapping_mul((n / 5) as u8));
    let xor = (0..n).fold(0, |x, id| x ^ id as u8);
    let expected = [sum(0), sum(10), sum(20), sum(30), sum(40), 77u8.wrapping_sub(n as u8), xor, 199, 9, 99];
    assert_eq!(unsigned.to_vec().unwrap(), expected);
    assert_eq!(signed.to_vec().unwrap(), [-70, 29, 0x7f, !0x3f, 55]);
}

fn shorts(item: WorkItem, unsigned: &[AtomicU16], signed: &[AtomicI16]) {
    let id = item.global_id();
    scope::device(|| unsigned[id % 3].fetch_add(id as u16, Ordering::Relaxed));
    unsigned[3].swap(7, Ordering::AcqRel);
    let step = |x: u16| Some(x.rotate_left(1) ^ 1);
    unsigned[4].fetch_update(Ordering::AcqRel, Ordering::Acquire, step).unwrap();
    signed[0].fetch_min(id as i16 - 100, Ordering::Relaxed);
    signed[1].fetch_sub(-2, Ordering::Relaxed);
}

pub(crate) fn of_16_bits(device: &Device) {
    let mut unsigned = device.buffer_from(&[5u16, 6, 7, 0, 0, 0xffff]).unwrap();
    let mut signed = device.buffer_from(&[0i16, 1, 2]).unwrap();
    device.launch(Grid::covering(300), shorts, (&mut unsigned, &mut signed)).unwrap();
    let sum = |of: u16| (0..300u16).filter(|id| id % 3 == of).fold(0u16, |a, b| a.wrapping_add(b));
    let rotated = (0..300).fold(0u16, |x, _| x.rotate_left(1) ^ 1);
    assert_eq!(unsigned.to_vec().unwrap(), [5 + sum(0), 6 + sum(1), 7 + sum(2), 7, rotated, 0xffff]);
    assert_eq!(signed.to_vec().unwrap(), [-100, 601, 2]);
}

fn narrow_in_the_group(item: WorkItem, group: Group, bins: Lds<[AtomicU16; 6]>, mut out: PerItem<u16>) {
    let bins = bins.init(&item, |i| AtomicU16::new(i as u16)).share(group);
    scope::work_group(|| bins[item.local_id() % 5].fetch_add(100, Ordering::Relaxed));
    group.barrier();
    if let Some(out) = out.get_mut(&item) {
        *out = bins[item.local_id() % 6].load(Ordering::Relaxed);
    }
}

pub(crate) fn of_16_bits_in_work_group_memory(device: &Device) {
    let mut out = device.buffer::<u16>(60).unwrap();
    device.launch(Grid::covering(60).group_size([30]), narrow_in_the_group, (GroupArg, LdsArg, &mut out)).unwrap();
    let expected = (0..60u16).map(|i| i % 30 % 6).map(|bin| if bin < 5 { bin + 600 } else { 5 });
    assert_eq!(out.to_vec().unwrap(), expected.collect::<Vec<_>>());
}

fn words(item: WorkItem, sizes: &[AtomicUsize], signed: &[AtomicIsize], flags: &[AtomicBool]) {
    let id = item.global_id();
    sizes[0].fetch_add(id << 33, Ordering::Relaxed);
    signed[0].fetch_min(-(id as isize) << 40, Ordering::Relaxed);
    flags[0].fetch_or(id == 17, Ordering::Relaxed);
    flags[1].fetch_and(id != 18, Ordering::AcqRel);
    flags[2].fetch_xor(true, Ordering::Relaxed);
    // One alone finds it as it was.
    if flags[3].compare_exchange(false, true, Ordering::AcqRel, Ordering::Acquire).is_ok() {
        sizes[1].fetch_add(1, Ordering::Relaxed);
    }
    if flags[4].swap(true, Ordering::SeqCst) {
        sizes[2].fetch_add(1, Ordering::Relaxed);
    }
    flags[5].store(!flags[6].load(Ordering::Acquire), Ordering::Release);
}

pub(crate) fn of_machine_words_and_bools(device: &Device) {
    let mut sizes = device.buffer::<usize>(3).unwrap();
    let mut signed = device.buffer::<isize>(1).unwrap();
    let mut flags = device.buffer_from(&[false, true, false, false, false, false, false, true]).unwrap();
    device.launch(Grid::covering(301), words, (&mut sizes, &mut signed, &mut flags)).unwrap();
    assert_eq!(sizes.to_vec().unwrap(), [(0..301).sum::<usize>() << 33, 1, 300]);
    assert_eq!(signed.to_vec().unwrap(), [-300 << 40]);
    assert_eq!(flags.to_vec().unwrap(), [true, false, true, true, true, true, false, true]);
}

/// Every second group stores numbers whose halves are equal; the others look for one whose halves are not.
fn halves(item: WorkItem, x: &[AtomicU64], torn: &[AtomicU32], rounds: u64) {
    for i in 0..rounds {
        if item.group_id().is_multiple_of(2) {
            scope::device(|| x[0].store(i << 32 | i, Ordering::Relaxed));
        } else {
            let seen = scope::device(|| x[0].load(Ordering::Relaxed));
            if seen >> 32 != seen & 0xffff_ffff {
                torn[0].fetch_add(1, Ordering::Relaxed);
            }
        }
    }
}

pub(crate) fn of_64_bits_come_whole(device: &Device) {
    let mut x = device.buffer::<u64>(1).unwrap();
    let mut torn = device.buffer::<u32>(1).unwrap();
    let grid = Grid::covering(64 * 16).group_size([64]);
    device.launch(grid, halves, (&mut x, &mut torn, 300)).unwrap();
    assert_eq!(torn.to_vec().unwrap(), [0]);
}

/// A list that every work-item puts itself at the head of.
fn pushes(item: WorkItem, heads: RawSlice<usize>, next: RawSlice<usize>) {
    let id = item.global_id();
    // SAFETY: a `usize` in device memory that is used as an address only here; it holds null, or an element of `next`.
    let head = unsafe { AtomicPtr::from_ptr(heads.as_ptr().cast::<*mut usize>()) };
    // SAFETY: the grid is as long as `next`.
    let mine = unsafe { next.as_ptr().add(id) };
    let mut first = head.load(Ordering::Acquire);
    loop {
        // SAFETY: this work-item's own element.
        unsafe { mine.write(if first.is_null() { usize::MAX } else { first.offset_from(next.as_ptr()) as usize }) };
        match head.compare_exchange_weak(first, mine, Ordering::AcqRel, Ordering::Acquire) {
            Ok(_) => break,
            Err(now) => first = now,
        }
    }
}

pub(crate) fn of_addresses(device: &Device) {
    let n = 500;
    let heads = device.buffer::<usize>(1).unwrap();
    let next = device.buffer::<usize>(n).unwrap();
    // SAFETY: see the kernel.
    device.launch(Grid::covering(n), pushes, unsafe { (heads.raw(), next.raw()) }).unwrap();
    let next = next.to_vec().unwrap();
    // Everyone is in the list once: each is followed by another, one by none, and one by nobody.
    let mut followed = vec![0; n];
    next.iter().filter(|at| **at != usize::MAX).for_each(|at| followed[*at] += 1);
    assert_eq!(next.iter().filter(|at| **at == usize::MAX).count(), 1);
    assert_eq!(followed.iter().filter(|times| **times == 0).count(), 1, "the head");
    assert!(followed.iter().all(|times| *times <= 1), "{followed:?}");
}

fn every_order(item: WorkItem, x: &[AtomicU32], mut out: PerItem<u32>) {
    let id = item.global_id() as u32;
    let own = &x[item.global_id()];
    own.store(id, Ordering::Relaxed);
    let mut seen = own.load(Ordering::Acquire);
    own.store(seen + 1, Ordering::Release);
    seen = own.load(Ordering::SeqCst);
    own.store(seen + 1, Ordering::SeqCst);
    for order in [Ordering::Relaxed, Ordering::Acquire, Ordering::Release, Ordering::AcqRel, Ordering::SeqCst] {
        // Each with a constant order, as the match makes them.
        let add = || match order {
            Ordering::Relaxed => own.fetch_add(1, Ordering::Relaxed),
            Ordering::Acquire => own.fetch_add(1, Ordering::Acquire),
            Ordering::Release => own.fetch_add(1, Ordering::Release),
            Ordering::AcqRel => own.fetch_add(1, Ordering::AcqRel),
            _ => own.fetch_add(1, Ordering::SeqCst),
        };
        add();
        scope::device(add);
        scope::work_group(add);
    }
    if let Some(out) = out.get_mut(&item) {
        *out = own.swap(0, Ordering::AcqRel);
    }
}

pub(crate) fn every_ordering(device: &Device) {
    let n = 100;
    let mut x = device.buffer::<u32>(n).unwrap();
    let mut out = device.buffer::<u32>(n).unwrap();
    device.launch(Grid::covering(n), every_order, (&mut x, &mut out)).unwrap();
    assert_eq!(out.to_vec().unwrap(), (0..n as u32).map(|id| id + 17).collect::<Vec<_>>());
    assert_eq!(x.to_vec().unwrap(), vec![0; n]);
}

/// Where no scope is said: the whole system.
fn system<R>(f: impl FnOnce() -> R) -> R {
    f()
}

fn exchanges(item: WorkItem, counters: &[AtomicU64], failures: &[AtomicI64]) {
    // Increments, each by another pair of orderings: none may be lost.
    macro_rules! increment {
        ($($counter:literal: $exchange:ident($success:ident, $failure:ident) in $scope:path;)*) => {$({
            let counter = &counters[$counter];
            let mut now = counter.load(Ordering::Relaxed);
            loop {
                let change = || counter.$exchange(now, now + 1, Ordering::$success, Ordering::$failure);
                match $scope(change) {
                    Ok(_) => break,
                    Err(other) => now = other,
                }
            }
        })*};
    }
    increment! {
        0: compare_exchange(Relaxed, Relaxed) in system;
        1: compare_exchange(Acquire, Relaxed) in scope::device;
        2: compare_exchange(Release, Relaxed) in system;
        3: compare_exchange(AcqRel, Acquire) in scope::device;
        4: compare_exchange(SeqCst, SeqCst) in system;
        5: compare_exchange_weak(Relaxed, Relaxed) in scope::device;
        6: compare_exchange_weak(AcqRel, Relaxed) in system;
        7: compare_exchange_weak(SeqCst, Acquire) in scope::device;
        8: compare_exchange_weak(Acquire, Acquire) in system;
    }
    // What does not match is left alone, and told.
    if counters[9].compare_exchange(1, 2, Ordering::AcqRel, Ordering::Acquire) == Err(99) {
        failures[item.global_id() % 2].fetch_add(1, Ordering::Relaxed);
    }
}

pub(crate) fn compare_and_exchange_with_every_ordering(device: &Device) {
    let mut counters = device.buffer::<u64>(10).unwrap();
    counters.write_from(&[0, 0, 0, 0, 0, 0, 0, 0, 0, 99]).unwrap();
    let mut failures = device.buffer::<i64>(2).unwrap();
    device.launch(Grid::covering(400), exchanges, (&mut counters, &mut failures)).unwrap();
    assert_eq!(counters.to_vec().unwrap(), [400, 400, 400, 400, 400, 400, 400, 400, 400, 99]);
    assert_eq!(failures.to_vec().unwrap(), [200, 200]);
}

/// A lock around plain memory: taken with acquire, left with release, or relaxed with fences.
fn with_a_lock(item: WorkItem, group: Group, locks: &[AtomicU32], data: RawSlice<u64>, fenced: u32) {
    let _ = group;
    // One work-item of each group: those of a sub-group would wait for each other in turn, which not all hardware grants.
    if item.group_rank() != 0 {
        return;
    }
    let lock = &locks[0];
    if fenced == 1 {
        while scope::device(|| lock.swap(1, Ordering::Relaxed)) == 1 {}
        scope::device(|| fence(Ordering::Acquire));
    } else {
        while scope::device(|| lock.swap(1, Ordering::Acquire)) == 1 {}
    }
    for i in 0..data.len() {
        // SAFETY: inside, and whoever has the lock is alone.
        unsafe { *data.as_ptr().add(i) += i as u64 + 1 };
    }
    compiler_fence(Ordering::SeqCst);
    if fenced == 1 {
        scope::device(|| fence(Ordering::Release));
        scope::device(|| lock.store(0, Ordering::Relaxed));
    } else {
        scope::device(|| lock.store(0, Ordering::Release));
    }
}

pub(crate) fn a_lock_orders_plain_memory(device: &Device) {
    for fenced in [0, 1] {
        let mut locks = device.buffer::<u32>(1).unwrap();
        let data = device.buffer::<u64>(5).unwrap();
        let grid = Grid::covering(32 * 40).group_size([32]);
        // SAFETY: see the kernel.
        device.launch(grid, with_a_lock, (GroupArg, &mut locks, unsafe { data.raw() }, fenced)).unwrap();
        assert_eq!(data.to_vec().unwrap(), [40, 80, 120, 160, 200]);
    }
}

fn fences(item: WorkItem, mut out: PerItem<u32>) {
    let Some(out) = out.get_mut(&item) else { return };
    // In every scope and order; that they are there, tests of emitted code say.
    macro_rules! all {
        ($($order:ident)*) => {$(
            fence(Ordering::$order);
            scope::device(|| fence(Ordering::$order));
            scope::work_group(|| fence(Ordering::$order));
            *out += 1;
        )*};
    }
    all!(Acquire Release AcqRel SeqCst);
}

pub(crate) fn fences_of_every_scope(device: &Device) {
    let mut out = device.buffer::<u32>(70).unwrap();
    device.launch(Grid::covering(70), fences, (&mut out,)).unwrap();
    assert_eq!(out.to_vec().unwrap(), [4; 70]);
}
