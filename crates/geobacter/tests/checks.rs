//! The checking device, `cpu:race`: it finds what is wrong, says where, and has nothing to say of what is right.
//!
//! Places are compared with this file: a comment `[name]` marks a line. Build it with `cargo geobacter test`.

use std::process::Command;
use std::sync::atomic::Ordering::{AcqRel, Acquire, Relaxed, Release};
use std::sync::atomic::{AtomicU32, fence};
use std::sync::mpsc::channel;

use geobacter::prelude::*;
use geobacter::{Error, RawSlice, scope};

fn checking() -> Device {
    Device::open("cpu:race").unwrap()
}

/// The place that a comment marks, without its column.
fn place(mark: &str) -> String {
    let mark = format!("// [{mark}]");
    let lines: Vec<_> =
        include_str!("checks.rs").lines().enumerate().filter(|(_, l)| l.trim_end().ends_with(&mark)).collect();
    let [(at, _)] = lines[..] else { panic!("{mark} is there {} times", lines.len()) };
    format!("checks.rs:{}:", at + 1)
}

/// Fails unless the error is a race of accesses at these two places, in any order. Gives what else it says.
#[track_caller]
fn assert_race(result: Result<(), Error>, marks: [&str; 2]) -> String {
    let error = result.expect_err("there is a race");
    let Error::DataRace { first, second, .. } = &error else { panic!("{error}") };
    let found = [&first.place, &second.place];
    let is = |a: &str, b: &str| found[0].contains(&place(a)) && found[1].contains(&place(b));
    assert!(is(marks[0], marks[1]) || is(marks[1], marks[0]), "{error}");
    assert!(first.work_item != second.work_item || first.work_group != second.work_group, "{error}");
    error.to_string()
}

/// Runs a kernel on a buffer of numbers, in groups of `group`.
macro_rules! run {
    ($kernel:expr, $data:expr, $n:expr, $group:expr) => {{
        let (device, data) = (checking(), &$data);
        let queue = device.new_queue().unwrap();
        let grid = Grid::covering($n).group_size([$group]);
        // SAFETY: whatever the kernel does wrong, this device is there to find.
        let result = device.launch_on(&queue, grid, $kernel, (unsafe { data.raw() },)).unwrap().wait();
        result
    }};
}

fn zeros(n: usize) -> Buffer<u32> {
    checking().buffer_filled(n, 0).unwrap()
}

// ## Races on buffers

fn shifts(item: WorkItem, data: RawSlice<u32>) {
    let i = item.global_id();
    if i + 1 < data.len() {
        // SAFETY: inside, and otherwise wrong on purpose.
        unsafe {
            let next = *data.as_ptr().add(i + 1); // [shift reads]
            *data.as_ptr().add(i) = next; // [shift writes]
        }
    }
}

#[test]
fn reads_of_what_a_neighbour_writes() {
    let text = assert_race(run!(shifts, zeros(100), 100, 10), ["shift reads", "shift writes"]);
    for part in
        ["`checks::shifts`", "data race on bytes ", " of argument 0 (in a buffer of 400 bytes)", "4 byte(s)", "seed="]
    {
        assert!(text.contains(part), "{text}");
    }
}

#[test]
fn the_remedy_is_for_one_group_or_for_several() {
    let text = assert_race(run!(shifts, zeros(100), 100, 100), ["shift reads", "shift writes"]);
    assert!(text.contains("put a barrier between them"), "{text}");
    let text = assert_race(run!(shifts, zeros(100), 100, 1), ["shift reads", "shift writes"]);
    assert!(text.contains("work-groups are not ordered"), "{text}");
}

fn counts(item: WorkItem, data: RawSlice<u32>) {
    // SAFETY: inside, and otherwise wrong on purpose.
    unsafe { *data.as_ptr().add(item.global_id() % 4) += 1 } // [counts]
}

#[test]
fn increments_that_are_lost() {
    assert_race(run!(counts, zeros(4), 64, 16), ["counts", "counts"]);
}

fn last_wins(_: WorkItem, data: RawSlice<u32>) {
    // SAFETY: inside, and otherwise wrong on purpose.
    unsafe { *data.as_ptr() = 7 } // [last wins]
}

#[test]
fn equal_values_race_too() {
    assert_race(run!(last_wins, zeros(1), 2, 1), ["last wins", "last wins"]);
}

fn copies_blocks(item: WorkItem, data: RawSlice<u32>) {
    let at = item.global_id() * 8;
    // SAFETY: inside, and otherwise wrong on purpose: blocks of 9.
    let block = unsafe { std::slice::from_raw_parts_mut(data.as_ptr().add(at), 9) };
    block.copy_from_slice(&[item.global_id() as u32; 9]); // [copies blocks]
}

#[test]
fn copies_by_the_library_are_told_of_who_called() {
    assert_race(run!(copies_blocks, zeros(65), 8, 4), ["copies blocks", "copies blocks"]);
}

fn sorts(item: WorkItem, data: RawSlice<u32>) {
    let at = item.global_id() * 60;
    // SAFETY: inside, and otherwise wrong on purpose: one more than is apart.
    let part = unsafe { std::slice::from_raw_parts_mut(data.as_ptr().add(at), 61) };
    part.sort_unstable(); // [sorts]
}

#[test]
fn library_functions_that_are_not_inlined_are_told_of_who_called() {
    let data = checking().buffer_from(&(0..121).rev().collect::<Vec<u32>>()).unwrap();
    assert_race(run!(sorts, data, 2, 1), ["sorts", "sorts"]);
}

fn mixes(item: WorkItem, data: RawSlice<u32>) {
    // SAFETY: inside; the same variable is read plainly on purpose.
    unsafe {
        if item.global_id() == 0 {
            *data.as_ptr().add(1) = *data.as_ptr(); // [mixes plainly]
        } else {
            AtomicU32::from_ptr(data.as_ptr()).fetch_add(1, Relaxed); // [mixes atomically]
        }
    }
}

#[test]
fn plain_reads_race_with_atomics() {
    let text = assert_race(run!(mixes, zeros(2), 8, 8), ["mixes plainly", "mixes atomically"]);
    assert!(text.contains("writes 4 byte(s) atomically") && text.contains("make both atomic"), "{text}");
}

#[test]
fn several_races_are_counted() {
    fn two(item: WorkItem, data: RawSlice<u32>) {
        // SAFETY: inside, and otherwise wrong on purpose.
        unsafe {
            *data.as_ptr().add(item.global_id() % 2) = 1;
            *data.as_ptr().add(2 + item.global_id() % 2) = 1;
        }
    }
    let error = run!(two, zeros(4), 64, 8).unwrap_err();
    assert!(matches!(error, Error::DataRace { more: 1, .. }), "{error}");
    assert!(error.to_string().contains("(and 1 more such pairs of places)"), "{error}");
}

// ## Work-group memory

const N: usize = 32;

/// Reverses the elements of a group; `SYNC` is whether it waits in between.
fn reverses<const SYNC: bool>(item: WorkItem, group: Group, lds: Lds<[AtomicU32; N]>, data: RawSlice<u32>) {
    let lds = lds.init(&item, |_| AtomicU32::new(0)).share(group);
    let (i, at) = (item.local_id(), item.global_id());
    // SAFETY: inside.
    unsafe {
        *lds[i].as_ptr() = at as u32; // [reverse writes]
        if SYNC {
            group.barrier();
        }
        *data.as_ptr().add(at) = *lds[N - 1 - i].as_ptr(); // [reverse reads]
    }
}

fn reverse<const SYNC: bool>() -> Result<(), Error> {
    let (device, data) = (checking(), zeros(4 * N));
    let grid = Grid::covering(4 * N).group_size([N as u32]);
    // SAFETY: as above.
    device.launch(grid, reverses::<SYNC>, (GroupArg, LdsArg, unsafe { data.raw() }))?.wait()?;
    assert_eq!(data.to_vec()?[0], N as u32 - 1);
    Ok(())
}

#[test]
fn a_missing_barrier_is_a_race() {
    let text = assert_race(reverse::<false>(), ["reverse writes", "reverse reads"]);
    assert!(text.contains("of the work-group memory") && text.contains("put a barrier between"), "{text}");
}

#[test]
fn a_barrier_orders() {
    reverse::<true>().unwrap();
}

/// Sums the elements of a group as a tree. `LAST`: the steps that end with a barrier.
fn tree<const LAST: usize>(item: WorkItem, group: Group, lds: Lds<[AtomicU32; N]>, mut out: PerItem<u32>) {
    let lds = lds.init(&item, |i| AtomicU32::new(i as u32)).share(group);
    let i = item.local_id();
    let mut step = N / 2;
    while step > 0 {
        if i < step {
            // SAFETY: inside.
            unsafe { *lds[i].as_ptr() += *lds[i + step].as_ptr() }; // [tree]
        }
        if step > LAST {
            group.barrier();
        }
        step /= 2;
    }
    group.barrier();
    if let Some(out) = out.get_mut(&item) {
        *out = lds[0].load(Relaxed);
    }
}

#[test]
fn trees_need_a_barrier_in_each_step() {
    let (device, mut out) = (checking(), zeros(N));
    let grid = Grid::covering(N).group_size([N as u32]);
    device.launch(grid, tree::<0>, (GroupArg, LdsArg, &mut out)).unwrap().wait().unwrap();
    assert_eq!(out.to_vec().unwrap(), [(0..N as u32).sum(); N]);
    // The last steps within "one warp", as was once written for GPUs.
    let launch = device.launch(grid, tree::<4>, (GroupArg, LdsArg, &mut out)).unwrap();
    assert_race(launch.wait(), ["tree", "tree"]);
}

// ## Atomics that order, and those that do not

/// Work-item 0 of group 0 hands a number to the last work-item of all, which waits for it.
macro_rules! hand_over {
    ($name:ident, $publish:expr, $look:expr) => {
        fn $name(item: WorkItem, data: RawSlice<u32>) {
            // SAFETY: inside; the flag is atomic for all.
            let (number, flag) = unsafe { (data.as_ptr(), AtomicU32::from_ptr(data.as_ptr().add(1))) };
            let (publish, look): (fn(&AtomicU32), fn(&AtomicU32) -> u32) = ($publish, $look);
            if item.global_id() == 0 {
                // SAFETY: inside.
                unsafe { number.write(42) };
                publish(flag);
            } else if item.global_id() + 1 == item.grid_size() {
                while look(flag) == 0 {}
                // SAFETY: inside.
                unsafe { data.as_ptr().add(2).write(number.read()) };
            }
        }
    };
}

hand_over!(released, |flag| flag.store(1, Release), |flag| flag.load(Acquire));
hand_over!(relaxed, |flag| flag.store(1, Relaxed), |flag| flag.load(Acquire));
hand_over!(not_acquired, |flag| flag.store(1, Release), |flag| flag.load(Relaxed));
hand_over!(
    fenced,
    |flag| {
        fence(Release);
        flag.store(1, Relaxed);
    },
    |flag| {
        let seen = flag.load(Relaxed);
        fence(Acquire);
        seen
    }
);
hand_over!(
    half_fenced,
    |flag| {
        fence(Release);
        flag.store(1, Relaxed);
    },
    |flag| flag.load(Relaxed)
);
hand_over!(
    exchanged,
    |flag| {
        let _ = flag.compare_exchange(0, 1, AcqRel, Relaxed);
    },
    |flag| u32::from(flag.compare_exchange(1, 2, AcqRel, Acquire).is_ok())
);
hand_over!(
    for_the_device,
    |flag| scope::device(|| flag.store(1, Release)),
    |flag| scope::device(|| flag.load(Acquire))
);
hand_over!(for_the_group, |flag| scope::work_group(|| flag.store(1, Release)), |flag| scope::work_group(
    || flag.load(Acquire)
));

fn is_race(result: Result<(), Error>) -> bool {
    match result {
        Ok(()) => false,
        Err(Error::DataRace { .. }) => true,
        Err(other) => panic!("{other}"),
    }
}

macro_rules! hands_over {
    ($kernel:ident, $group:expr) => {{
        let data = zeros(3);
        let race = is_race(run!($kernel, data, 64, $group));
        assert!(race || data.to_vec().unwrap()[2] == 42);
        !race
    }};
}

#[test]
fn a_release_and_an_acquire_order() {
    assert!(hands_over!(released, 64) && hands_over!(released, 16));
    assert!(hands_over!(exchanged, 64) && hands_over!(exchanged, 16));
}

#[test]
fn relaxed_atomics_do_not_order() {
    assert!(!hands_over!(relaxed, 64) && !hands_over!(relaxed, 16));
    assert!(!hands_over!(not_acquired, 64) && !hands_over!(not_acquired, 16));
}

#[test]
fn fences_order_with_relaxed_atomics() {
    assert!(hands_over!(fenced, 64) && hands_over!(fenced, 16));
    assert!(!hands_over!(half_fenced, 64));
}

#[test]
fn scopes_must_have_both_in_them() {
    assert!(hands_over!(for_the_device, 64) && hands_over!(for_the_device, 16));
    assert!(hands_over!(for_the_group, 64), "both are in one group");
    assert!(!hands_over!(for_the_group, 16), "they are in two");
}

fn counts_for_groups(_: WorkItem, data: RawSlice<u32>) {
    // SAFETY: inside.
    let counter = unsafe { AtomicU32::from_ptr(data.as_ptr()) };
    scope::work_group(|| counter.fetch_add(1, Relaxed)); // [counts for groups]
}

#[test]
fn atomics_for_one_group_are_none_for_two() {
    run!(counts_for_groups, zeros(1), 64, 64).unwrap();
    let text = assert_race(run!(counts_for_groups, zeros(1), 64, 32), ["counts for groups", "counts for groups"]);
    assert!(text.contains("widen the scope"), "{text}");
}

fn under_a_lock<const RIGHT: bool>(_: WorkItem, data: RawSlice<u32>) {
    // SAFETY: inside.
    let lock = unsafe { AtomicU32::from_ptr(data.as_ptr()) };
    while lock.compare_exchange_weak(0, 1, Acquire, Relaxed).is_err() {}
    // SAFETY: inside, and the lock is held.
    unsafe { *data.as_ptr().add(1) += 1 }; // [under a lock]
    lock.store(0, if RIGHT { Release } else { Relaxed });
}

#[test]
fn a_lock_orders_if_it_is_released() {
    let data = zeros(2);
    run!(under_a_lock::<true>, data, 200, 8).unwrap();
    assert_eq!(data.to_vec().unwrap(), [0, 200]);
    assert_race(run!(under_a_lock::<false>, zeros(2), 200, 8), ["under a lock", "under a lock"]);
}

fn last_group_sums(item: WorkItem, group: Group, last: Lds<[AtomicU32; 1]>, data: RawSlice<u32>) {
    let last = last.init(&item, |_| AtomicU32::new(0)).share(group);
    // SAFETY: inside; each group has its own element until the last one has them all.
    unsafe {
        let groups = item.grid_size() / item.group_size();
        if item.local_id() == 0 {
            data.as_ptr().add(2 + item.group_id()).write(1);
            let done = AtomicU32::from_ptr(data.as_ptr()).fetch_add(1, AcqRel);
            last[0].store((done as usize + 1 == groups).into(), Relaxed);
        }
        group.barrier();
        if last[0].load(Relaxed) == 1 && item.local_id() == 1 {
            let sum = (0..groups).map(|g| data.as_ptr().add(2 + g).read()).sum();
            data.as_ptr().add(1).write(sum);
        }
    }
}

#[test]
fn what_one_acquired_the_group_knows_after_a_barrier() {
    let (device, data) = (checking(), zeros(12));
    let grid = Grid::covering(40).group_size([4]);
    // SAFETY: as above.
    device.launch(grid, last_group_sums, (GroupArg, LdsArg, unsafe { data.raw() })).unwrap().wait().unwrap();
    assert_eq!(data.to_vec().unwrap()[..2], [10, 10]);
}

#[test]
fn what_goes_through_many_hands_is_all_known() {
    fn hand_on(item: WorkItem, data: RawSlice<u32>) {
        // SAFETY: inside; the last one to count reads what all others have written before they counted.
        unsafe {
            data.as_ptr().add(1 + item.global_id()).write(1);
            let counter = AtomicU32::from_ptr(data.as_ptr());
            if counter.fetch_add(1, AcqRel) as usize + 1 == item.grid_size() {
                let sum = (1..data.len()).map(|i| data.as_ptr().add(i).read()).sum();
                data.as_ptr().add(1).write(sum);
            }
        }
    }
    let n = 20_000;
    let data = zeros(1 + n);
    run!(hand_on, data, n, 16).unwrap();
    assert_eq!(data.to_vec().unwrap()[..2], [n as u32; 2]);
}

fn in_turn(item: WorkItem, data: RawSlice<u32>) {
    // SAFETY: inside; each waits for its turn.
    unsafe {
        let turn = AtomicU32::from_ptr(data.as_ptr());
        while turn.load(Acquire) != item.group_id() as u32 {}
        *data.as_ptr().add(1) += 1;
        turn.store(item.group_id() as u32 + 1, Release);
    }
}

#[test]
fn groups_that_wait_for_others_let_them_come() {
    let data = zeros(2);
    run!(in_turn, data, 100, 1).unwrap();
    assert_eq!(data.to_vec().unwrap(), [100, 100]);
}

// ## What is right

#[test]
fn elements_side_by_side_do_not_race() {
    let device = checking();
    let mut bytes = device.buffer_filled(1001, 1u8).unwrap();
    let shared = device.buffer_from(&[3u8, 4, 5]).unwrap();
    let kernel = |item: WorkItem, shared: &[u8], mut out: PerItem<u8>| {
        if let Some(out) = out.get_mut(&item) {
            *out += shared[item.global_id() % 3] + shared[0];
        }
    };
    for _ in 0..3 {
        device.launch(Grid::covering(1001), kernel, (&shared, &mut bytes)).unwrap().wait().unwrap();
    }
    assert_eq!(bytes.to_vec().unwrap()[..4], [1 + 3 * 6, 1 + 3 * 7, 1 + 3 * 8, 1 + 3 * 6]);
}

#[test]
fn launches_are_ordered() {
    fn rotate(item: WorkItem, from: &[u32], mut to: PerItem<u32>) {
        if let Some(to) = to.get_mut(&item) {
            *to = from[(item.global_id() + 1) % from.len()];
        }
    }
    let device = checking();
    let mut buffers = [device.buffer_from(&(0..100).collect::<Vec<u32>>()).unwrap(), zeros(100)];
    for _ in 0..10 {
        let [from, to] = &mut buffers;
        device.launch(Grid::covering(100), rotate, (&*from, to)).unwrap();
        buffers.swap(0, 1);
    }
    assert_eq!(buffers[0].to_vec().unwrap()[..2], [10, 11]);
}

// ## Barriers

fn some_return(item: WorkItem, group: Group) {
    if item.local_id() >= 5 {
        group.barrier(); // [some return]
    }
}

#[allow(clippy::if_same_then_else, reason = "two places in the source are two barriers")]
fn two_barriers(item: WorkItem, group: Group) {
    if item.local_id() == 3 {
        group.barrier(); // [one barrier]
    } else {
        group.barrier(); // [other barrier]
    }
}

fn unequal_turns(item: WorkItem, group: Group) {
    for _ in 0..1 + item.local_id() % 2 {
        group.barrier(); // [unequal turns]
    }
}

#[test]
fn barriers_that_some_do_not_reach() {
    let device = checking();
    let queue = device.new_queue().unwrap();
    let grid = Grid::covering(32).group_size([16]);

    let error = device.launch_on(&queue, grid, some_return, (GroupArg,)).unwrap().wait().unwrap_err();
    let Error::BarrierDiverged { barrier, waiting: 11, others, .. } = &error else { panic!("{error}") };
    assert!(barrier.contains(&place("some return")) && others == "while 5 have returned", "{error}");

    let error = device.launch_on(&queue, grid, two_barriers, (GroupArg,)).unwrap().wait().unwrap_err();
    let text = error.to_string();
    assert!(matches!(error, Error::BarrierDiverged { .. }), "{text}");
    assert!(text.contains(&place("one barrier")) && text.contains(&place("other barrier")), "{text}");

    let error = device.launch_on(&queue, grid, unequal_turns, (GroupArg,)).unwrap().wait().unwrap_err();
    let Error::BarrierDiverged { barrier, waiting: 8, .. } = &error else { panic!("{error}") };
    assert!(barrier.contains(&place("unequal turns")), "{error}");
}

// ## Bounds

fn reads_at(_: WorkItem, data: RawSlice<u32>, at: isize, out: RawSlice<u32>) {
    // SAFETY: none: it is wrong on purpose.
    unsafe { *out.as_ptr() = *data.as_ptr().offset(at) } // [reads at]
}

fn writes_at(_: WorkItem, data: RawSlice<u32>, at: isize, _: RawSlice<u32>) {
    // SAFETY: none: it is wrong on purpose.
    unsafe { *data.as_ptr().offset(at) = 1 } // [writes at]
}

#[track_caller]
fn assert_outside(result: Result<(), Error>, mark: &str, what: &str, memory: &str) {
    let error = result.expect_err("it is out of bounds");
    let Error::OutOfBounds { access, memory: found, .. } = &error else { panic!("{error}") };
    assert!(access.place.contains(&place(mark)) && access.what == what && found == memory, "{error}");
    assert!(error.to_string().contains("out of bounds"), "{error}");
}

#[test]
fn accesses_outside_of_a_buffer() {
    let (device, data, out) = (checking(), zeros(100), zeros(1));
    let queue = device.new_queue().unwrap();
    // SAFETY: none: see the kernels.
    let args = |at: isize| unsafe { (data.raw(), at, out.raw()) };
    let read = |at| device.launch_on(&queue, Grid::covering(1), reads_at, args(at)).unwrap().wait();
    let write = |at| device.launch_on(&queue, Grid::covering(1), writes_at, args(at)).unwrap().wait();
    let argument = "argument 0 (in a buffer of 400 bytes)";
    read(99).unwrap();
    assert_outside(read(100), "reads at", "reads 4 byte(s)", &format!("right behind the end of {argument}"));
    assert_outside(write(103), "writes at", "writes 4 byte(s)", &format!("12 bytes behind the end of {argument}"));
    assert_outside(write(-2), "writes at", "writes 4 byte(s)", &format!("8 bytes before the start of {argument}"));
    let error = read(1 << 40).unwrap_err();
    assert!(matches!(error, Error::OutOfBounds { .. }) && error.to_string().contains("nowhere near"), "{error}");
    read(0).unwrap();
    assert_eq!(out.to_vec().unwrap(), [0]);
}

#[test]
fn freed_memory_is_out_of_bounds() {
    fn follows(_: WorkItem, data: RawSlice<u64>) {
        // SAFETY: none: it is wrong on purpose.
        unsafe { *data.as_ptr() = *(*data.as_ptr() as *const u64) } // [follows]
    }
    fn tells_its_address(_: WorkItem, data: RawSlice<u64>, out: RawSlice<u64>) {
        // SAFETY: inside, and one work-item alone.
        unsafe { *out.as_ptr() = data.as_ptr() as u64 }
    }
    // Of which no other test has memory.
    let device = Device::open("cpu:race,seed=99").unwrap();
    let queue = device.new_queue().unwrap();
    let (target, data) = (device.buffer_filled(512, 5u64).unwrap(), device.buffer_filled(1, 0u64).unwrap());
    let one = Grid::covering(1);
    // SAFETY: see the kernels.
    let args = unsafe { (target.raw(), data.raw()) };
    device.launch_on(&queue, one, tells_its_address, args).unwrap().wait().unwrap();
    let address = data.to_vec().unwrap();
    // SAFETY: as above.
    let follow = |data: &Buffer<u64>| device.launch_on(&queue, one, follows, (unsafe { data.raw() },)).unwrap().wait();
    follow(&data).unwrap();
    assert_eq!(data.to_vec().unwrap(), [5]);
    let data = device.buffer_from(&address).unwrap();
    drop(target);
    let error = follow(&data).unwrap_err();
    let Error::OutOfBounds { access, .. } = &error else { panic!("{error}") };
    assert!(access.place.contains(&place("follows")), "{error}");
}

/// Each call needs what the inner one gives for where it reads.
#[inline(never)]
fn depth(levels: u32, x: &[u32]) -> u32 {
    if levels == 0 {
        return 0;
    }
    let below = depth(levels - 1, x);
    below.rotate_left(1) ^ x[below as usize % x.len()]
}

fn recurses(item: WorkItem, levels: u32, x: &[u32], mut out: PerItem<u32>) {
    if let Some(out) = out.get_mut(&item) {
        *out = depth(if item.global_id() == 5 { levels } else { 10 }, x);
    }
}

#[test]
fn recursion_without_bound_is_found() {
    let device = checking();
    let host = [3, 1, 4, 1, 5, 9, 2];
    let x = device.buffer_from(&host).unwrap();
    let mut out = device.buffer::<u32>(8).unwrap();
    let grid = Grid::covering(8).group_size([4]);
    for _ in 0..2 {
        let error = device.launch(grid, recurses, (u32::MAX, &x, &mut out)).unwrap().wait().unwrap_err();
        let Error::StackUsedUp { work_item, work_group, count, .. } = error else { panic!("{error}") };
        assert_eq!((work_item, work_group, count), (Some([1, 0, 0]), [1, 0, 0], 1));
    }
    device.launch(grid, recurses, (100, &x, &mut out)).unwrap().wait().unwrap();
    let expected: Vec<u32> = (0..8).map(|i| depth(if i == 5 { 100 } else { 10 }, &host)).collect();
    assert_eq!(out.to_vec().unwrap(), expected);
}

fn behind_group_memory(item: WorkItem, group: Group, lds: Lds<[AtomicU32; N]>, at: usize) {
    let lds = lds.init(&item, |_| AtomicU32::new(0)).share(group);
    if item.local_id() == 3 {
        // SAFETY: none: it is wrong on purpose.
        unsafe { *lds[0].as_ptr().add(at) = 1 } // [behind group memory]
    }
}

#[test]
fn accesses_outside_of_work_group_memory() {
    let device = checking();
    let queue = device.new_queue().unwrap();
    let grid = Grid::covering(32).group_size([16]);
    let write = |at| device.launch_on(&queue, grid, behind_group_memory, (GroupArg, LdsArg, at)).unwrap().wait();
    write(N - 1).unwrap();
    let memory = "right behind the end of the work-group memory (128 bytes)";
    assert_outside(write(N), "behind group memory", "writes 4 byte(s)", memory);
    let memory = "80 bytes behind the end of the work-group memory (128 bytes)";
    assert_outside(write(N + 20), "behind group memory", "writes 4 byte(s)", memory);
}

#[test]
fn local_variables_are_their_work_items_own() {
    fn lends(item: WorkItem, data: RawSlice<u64>) {
        let mut local = item.global_id() as u64;
        // SAFETY: inside; what is read through is wrong on purpose.
        unsafe {
            let place = std::sync::atomic::AtomicU64::from_ptr(data.as_ptr());
            if item.global_id() == 0 {
                place.store(std::hint::black_box(&raw mut local) as u64, Release);
                while place.load(Acquire) != 0 {}
            } else {
                let mut address = 0;
                while address == 0 {
                    address = place.load(Acquire);
                }
                place.store(0, Release);
                *data.as_ptr().add(1) = *(address as *const u64); // [lends]
            }
        }
    }
    let data = checking().buffer_filled(2, 0u64).unwrap();
    let error = run!(lends, data, 2, 2).unwrap_err();
    let Error::OutOfBounds { access, memory, .. } = &error else { panic!("{error}") };
    assert!(access.place.contains(&place("lends")) && memory == "a local variable of another work-item", "{error}");
}

// ## Order, and what comes after

fn takes_tickets(item: WorkItem, tickets: &[AtomicU32], mut out: PerItem<u32>) {
    if let Some(out) = out.get_mut(&item) {
        *out = tickets[0].fetch_add(1, Relaxed);
    }
}

/// The order in which work-items came.
fn order(device: &str) -> Vec<u32> {
    let device = Device::open(device).unwrap();
    let mut tickets = device.buffer_filled(1, 0u32).unwrap();
    let mut out = device.buffer_filled(300, 0u32).unwrap();
    let grid = Grid::covering(300).group_size([16]);
    device.launch(grid, takes_tickets, (&mut tickets, &mut out)).unwrap();
    out.to_vec().unwrap()
}

#[test]
fn a_seed_gives_its_order_again_and_another_one_another() {
    let [a, b, c] = ["cpu:race,seed=5", "cpu:race,seed=5", "cpu:race,seed=6"].map(order);
    assert_eq!(a, b);
    assert_ne!(a, c);
    assert!(a != (0..300).collect::<Vec<_>>(), "it is not that of the ids");
    let mut all = a;
    all.sort_unstable();
    assert!(all.iter().copied().eq(0..300), "each came once");
    assert_ne!(order("cpu:race"), order("cpu:race"), "without one, each launch has its own");
}

#[test]
fn reports_have_the_seed_that_finds_the_same_again() {
    let report = |name: &str| {
        let device = Device::open(name).unwrap();
        let data = device.buffer_filled(4, 0u32).unwrap();
        let grid = Grid::covering(64).group_size([16]);
        // SAFETY: wrong on purpose.
        let launch = device.launch(grid, counts, (unsafe { data.raw() },)).unwrap();
        launch.wait().unwrap_err()
    };
    let first = report("cpu:race");
    let Error::DataRace { seed, .. } = first else { panic!("{first}") };
    assert!(first.to_string().contains(&format!("GEOBACTER_CHECK=race,seed={seed}")), "{first}");
    assert_eq!(report(&format!("cpu:race,seed={seed}")).to_string(), first.to_string());
}

#[test]
fn the_device_goes_on_after_each_finding() {
    let device = checking();
    let queue = device.new_queue().unwrap();
    let data = zeros(4);
    for _ in 0..3 {
        // SAFETY: wrong on purpose.
        let launch = device.launch_on(&queue, Grid::covering(64), counts, (unsafe { data.raw() },)).unwrap();
        assert!(is_race(launch.wait()));
        let good = |item: WorkItem, mut out: PerItem<u32>| *out.get_mut(&item).unwrap() = 9;
        let mut out = zeros(4);
        device.launch_on(&queue, Grid::covering(4), good, (&mut out,)).unwrap().wait().unwrap();
        assert_eq!(out.to_vec().unwrap(), [9; 4]);
    }
}

#[test]
fn a_race_that_keeps_a_kernel_from_ending_is_told_of() {
    fn waits_for_ever(item: WorkItem, data: RawSlice<u32>) {
        // SAFETY: inside; nobody ever writes what is waited for.
        unsafe {
            *data.as_ptr().add(1) = 1;
            while AtomicU32::from_ptr(data.as_ptr()).load(Relaxed) != item.global_id() as u32 + 1 {}
        }
    }
    assert!(is_race(run!(waits_for_ever, zeros(2), 2, 2)));
}

fn waits_plainly(item: WorkItem, data: RawSlice<u32>) {
    // SAFETY: inside; the flag is not atomic, so the optimiser reads it once.
    unsafe {
        if item.global_id() == 0 {
            *data.as_ptr() = 1; // [sets plainly]
        } else {
            while *data.as_ptr() == 0 {} // [waits plainly]
        }
    }
}

#[test]
fn a_wait_for_a_plain_variable_is_told_of() {
    // In whatever order.
    for group in [1, 2].repeat(10) {
        assert_race(run!(waits_plainly, zeros(1), 2, group), ["sets plainly", "waits plainly"]);
    }
}

// ## As on other devices

#[test]
fn panics_are_told_as_on_the_cpu_device() {
    fn indexes(item: WorkItem, x: &[u32], mut out: PerItem<u32>) {
        if let Some(out) = out.get_mut(&item) {
            *out = x[item.global_id() * 2];
        }
    }
    let told = |name: &str| {
        let device = Device::open(name).unwrap();
        let x = device.buffer_filled(13, 1u32).unwrap();
        let mut out = device.buffer_filled(8, 0u32).unwrap();
        let grid = Grid::covering(8).group_size([4]);
        let error = device.launch(grid, indexes, (&x, &mut out)).unwrap().wait().unwrap_err();
        let Error::KernelPanicked { message, location, work_item, work_group, count, .. } = error else {
            panic!("{error}")
        };
        (message, location, work_item, work_group, count)
    };
    assert_eq!(told("cpu:race"), told("cpu"));
}

#[test]
fn printing_works() {
    let device = Device::open("cpu:race,seed=1").unwrap();
    let (to, lines) = channel();
    device.set_print_sink(Some(Box::new(move |_, text| to.send(text.to_owned()).unwrap())));
    let prints = |item: WorkItem| geobacter::println!("{} of {:?}", item.global_id(), item.group_size());
    device.launch(Grid::covering(40).group_size([8]), prints, ()).unwrap().wait().unwrap();
    device.set_print_sink(None);
    let mut lines: Vec<_> = lines.try_iter().collect();
    let mut expected: Vec<_> = (0..40).map(|i| format!("{i} of 8\n")).collect();
    lines.sort();
    expected.sort();
    assert_eq!(lines, expected);
}

// ## Asking for it

/// Runs the ignored test below in a process of its own, and gives what it prints.
fn child(variables: &[(&str, &str)]) -> String {
    let exe = std::env::current_exe().unwrap();
    let mut command = Command::new(exe);
    command.args(["--exact", "child_process", "--ignored", "--nocapture"]).env_remove("GEOBACTER_DEVICE");
    let output = command.envs(variables.iter().copied()).output().unwrap();
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}

#[test]
#[ignore = "run by others, in a process of its own"]
fn child_process() {
    match Device::open("cpu") {
        Err(error) => println!("error: {error}"),
        Ok(device) => {
            println!("open: {}, best: {}", device.id(), Device::best().unwrap().id());
            let data = device.buffer_filled(4, 0u32).unwrap();
            // SAFETY: wrong on purpose.
            match device.launch(Grid::covering(64), counts, (unsafe { data.raw() },)) {
                Ok(launch) => println!("launch: {:?}", launch.wait().map_err(|e| e.to_string())),
                Err(error) => println!("launch: {error}"),
            }
            let data = checking().buffer_filled(4, 0u32).unwrap();
            // SAFETY: wrong on purpose.
            match checking().launch(Grid::covering(64), counts, (unsafe { data.raw() },)).map(|launch| launch.wait()) {
                Ok(Err(Error::DataRace { seed, .. })) => println!("by name: {seed}"),
                other => println!("by name: {}", other.is_ok()),
            }
        }
    }
}

#[test]
fn the_environment_makes_the_cpu_device_a_checking_one() {
    let output = child(&[("GEOBACTER_CHECK", "race,seed=77")]);
    assert!(output.contains("open: cpu:race, best: cpu:race"), "{output}");
    assert!(output.contains("data race on") && output.contains("seed=77"), "{output}");
    assert!(output.contains("by name: 77"), "{output}");
    let output = child(&[("GEOBACTER_CHECK", "rice")]);
    assert!(
        output.contains("`GEOBACTER_CHECK=rice` asks for a check that there is not; it may be `race`, or"),
        "{output}"
    );
    assert!(child(&[]).contains("open: cpu, best: "));
}

#[test]
fn without_llvm_the_error_says_so() {
    let output =
        child(&[("GEOBACTER_CHECK", "race"), ("GEOBACTER_LLVM", "/nowhere/libLLVM.so"), ("GEOBACTER_CACHE", "off")]);
    assert!(output.contains("must be compiled for x86_64-checked, and that needs LLVM"), "{output}");
}
