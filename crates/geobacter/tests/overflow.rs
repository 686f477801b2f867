//! Recursion without bound on the CPU device: an error from the wait, and everything goes on.
//!
//! Each case runs in a process of its own, this executable again with the one ignored test [`child`]: what fails here ends
//! the process.
#![cfg(all(target_os = "linux", any(target_arch = "x86_64", target_arch = "aarch64")))]

use std::hint::black_box;
use std::os::unix::process::ExitStatusExt;
use std::process::{Command, Output};

use geobacter::Error;
use geobacter::prelude::*;

/// Which of the child's cases to run.
const CASE: &str = "GEOBACTER_TEST_CASE";

/// As deep as told: each call has a frame that must be there until the inner one is back.
#[inline(never)]
fn depth(levels: u32) -> u32 {
    let mut frame = [levels; 16];
    black_box(&mut frame);
    if levels == 0 { 0 } else { depth(frame[3] - 1) + frame[5] / frame[7] }
}

/// A frame of many pages.
#[inline(never)]
fn large(levels: u32) -> u32 {
    let mut frame = [levels; 8 << 10];
    black_box(&mut frame);
    if levels == 0 { 0 } else { large(frame[77] - 1) + frame[99] / frame[98] }
}

/// Enough to use up any stack.
const UNBOUNDED: u32 = u32::MAX;

fn plain(item: WorkItem, levels: &[u32], mut y: PerItem<u32>) {
    if let Some(y) = y.get_mut(&item) {
        *y = depth(levels[item.global_id()]);
    }
}

fn with_large_frames(item: WorkItem, levels: &[u32], mut y: PerItem<u32>) {
    if let Some(y) = y.get_mut(&item) {
        *y = large(levels[item.global_id()]);
    }
}

fn together(item: WorkItem, group: Group, levels: &[u32], mut y: PerItem<u32>) {
    let found = depth(levels[item.global_id()]);
    group.barrier();
    if let Some(y) = y.get_mut(&item) {
        *y = found;
    }
}

/// So far that nothing is there, and it is no stack either.
fn wild(item: WorkItem, mut y: PerItem<u32>) {
    if let Some(y) = y.get_mut(&item) {
        // SAFETY: unsound, which is the point.
        *y = unsafe { black_box(std::ptr::without_provenance::<u32>(0x10)).read_volatile() };
    }
}

/// Writes to each page below its stack pointer until there is none: from afar into the page that an overflow hits first.
fn wild_to_the_guard(_: WorkItem) {
    let mut local = 0u8;
    let here = std::ptr::from_mut(black_box(&mut local)).expose_provenance();
    for page in 1.. {
        // SAFETY: unsound, which is the point.
        unsafe { std::ptr::with_exposed_provenance_mut::<u8>(here - page * 4096).write_volatile(1) };
    }
}

/// `len` work-items in groups of 64, of which those at `at` recurse without bound.
macro_rules! launch {
    ($device:expr, $kernel:ident($($group:expr)?), $len:expr, $at:expr) => {{
        let levels: Vec<u32> = (0..$len).map(|i| if $at.contains(&i) { UNBOUNDED } else { i as u32 % 7 }).collect();
        let levels = $device.buffer_from(&levels).unwrap();
        let mut y = $device.buffer_from(&vec![99u32; $len]).unwrap();
        let grid = Grid::covering($len).group_size([64]);
        // A queue of its own: failures are told to whoever waits on their queue.
        let queue = $device.new_queue().unwrap();
        let waited = $device.launch_on(&queue, grid, $kernel, ($($group,)? &levels, &mut y)).unwrap().wait();
        (waited, what_is_there(&y))
    }};
}

/// A buffer's contents, after it has said once that they are not what they should be.
fn what_is_there(y: &Buffer<u32>) -> Vec<u32> {
    y.to_vec().or_else(|_| y.to_vec()).unwrap()
}

fn works(device: &Device) {
    let (waited, y) = launch!(device, plain(), 1000, []);
    waited.unwrap();
    assert!(y.iter().enumerate().all(|(i, &y)| y == i as u32 % 7), "{y:?}");
}

/// What an overflow said: the stack in KiB, the work-item, the group, the count.
fn told(waited: geobacter::Result<()>, kernel: &str) -> (usize, Option<[u32; 3]>, [u32; 3], u64) {
    let error = waited.expect_err("its stack is used up");
    let text = error.to_string();
    let Error::StackUsedUp { kernel: name, stack, work_item, work_group, count } = error else { panic!("{text}") };
    assert!(name.contains(kernel) && text.contains(kernel) && text.contains("recurses without bound"), "{text}");
    (stack >> 10, work_item, work_group, count)
}

fn one_of_many(device: &Device) {
    let at = [64 * 20 + 5];
    let (waited, y) = launch!(device, plain(), 10_000, at);
    assert_eq!(told(waited, "plain"), (2048, None, [20, 0, 0], 1));
    for (i, &y) in y.iter().enumerate() {
        // Of its group, those before it ran and those behind it did not.
        let ran = i / 64 != 20 || i % 64 < 5;
        assert_eq!(y, if ran { i as u32 % 7 } else { 99 }, "work-item {i}");
    }
}

fn several(device: &Device) {
    let at = [3, 64 * 7 + 1, 64 * 7 + 9, 64 * 150 + 63];
    let (waited, y) = launch!(device, plain(), 10_000, at);
    let (_, work_item, work_group, count) = told(waited, "plain");
    assert_eq!((work_item, count), (None, 3), "of two in a group one is seen");
    assert!([0, 7, 150].contains(&work_group[0]));
    assert!((64..64 * 7).chain(64 * 8..64 * 150).chain(64 * 151..10_000).all(|i| y[i] == i as u32 % 7));
}

fn large_frames(device: &Device) {
    let (waited, _) = launch!(device, with_large_frames(), 64, [0]);
    assert_eq!(told(waited, "with_large_frames").3, 1);
}

fn cooperating(device: &Device) {
    let at = [64 * 3 + 5, 64 * 3 + 6, 64 * 9];
    let (waited, y) = launch!(device, together(GroupArg), 1000, at);
    let (stack, work_item, work_group, count) = told(waited, "together");
    assert_eq!((stack, count), (256, 3));
    assert!([([5, 0, 0], 3), ([0, 0, 0], 9)].contains(&(work_item.unwrap(), work_group[0])), "{work_item:?}");
    for (i, &y) in y.iter().enumerate() {
        assert_eq!(y, if at.contains(&i) { 99 } else { i as u32 % 7 }, "work-item {i}");
    }
}

/// The last group of a grid that it does not fill has other numbers of work-items along its axes.
fn at_the_edge(device: &Device) {
    let bad = |item: WorkItem<2>, _: Group, at: usize| {
        let [x, y] = item.global_id();
        black_box(depth(if x + 100 * y == at { UNBOUNDED } else { 1 }));
    };
    let grid = Grid::new([11, 7]).group_size([8, 4]);
    let error = device.launch(grid, bad, (GroupArg, 10 + 100 * 6)).unwrap().wait().unwrap_err();
    let Error::StackUsedUp { work_item, work_group, .. } = error else { panic!("{error}") };
    assert_eq!((work_item, work_group), (Some([2, 2, 0]), [1, 1, 0]));
}

fn panics_too(device: &Device) {
    let bad = |item: WorkItem, mut y: PerItem<u32>| {
        let id = item.global_id();
        if let Some(y) = y.get_mut(&item) {
            assert!(id % 64 != 1, "number one");
            *y = depth(if id == 66 { UNBOUNDED } else { 2 });
        }
    };
    let mut y = device.buffer_from(&[99u32; 256]).unwrap();
    let queue = device.new_queue().unwrap();
    let waited = device.launch_on(&queue, Grid::covering(256).group_size([64]), bad, (&mut y,)).unwrap().wait();
    assert!(matches!(waited, Err(Error::KernelPanicked { count: 4, .. })), "{waited:?}");
    let y = what_is_there(&y);
    assert!((0..256).all(|i| y[i] == if i % 64 == 1 || (66..128).contains(&i) { 99 } else { 2 }), "{y:?}");
}

fn from_several_threads(device: &Device) {
    std::thread::scope(|scope| {
        for i in 0..4 {
            scope.spawn(move || {
                for _ in 0..5 {
                    let (waited, _) = launch!(device, plain(), 3000, [i * 64]);
                    assert_eq!(told(waited, "plain").2, [i as u32, 0, 0]);
                    let (waited, _) = launch!(device, together(GroupArg), 300, [i * 64 + 2]);
                    assert_eq!(told(waited, "together").1, Some([2, 0, 0]));
                }
            });
        }
    });
}

#[test]
#[ignore = "the other tests run it in processes of their own"]
fn child() {
    let Ok(case) = std::env::var(CASE) else { return };
    let device = Device::open("cpu").unwrap();
    let run = match case.as_str() {
        "one_of_many" => one_of_many,
        "several" => several,
        "large_frames" => large_frames,
        "cooperating" => cooperating,
        "at_the_edge" => at_the_edge,
        "panics_too" => panics_too,
        "from_several_threads" => from_several_threads,
        "wild" => |device: &Device| {
            let mut y = device.buffer_from(&[0u32]).unwrap();
            let _ = device.launch(Grid::covering(1), wild, (&mut y,)).unwrap().wait();
        },
        "wild_to_the_guard" => |device: &Device| {
            let _ = device.launch(Grid::covering(1), wild_to_the_guard, ()).unwrap().wait();
        },
        "host" => |_: &Device| {
            black_box(depth(UNBOUNDED));
        },
        other => panic!("no case {other}"),
    };
    // Twice in a row, with other work in between.
    for _ in 0..2 {
        run(&device);
        works(&device);
    }
    println!("<survived>");
}

fn output(case: &str, environment: &[(&str, &str)]) -> Output {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", "child", "--ignored", "--nocapture"]).env(CASE, case);
    command.envs(environment.iter().copied()).output().unwrap()
}

fn text(output: &Output) -> String {
    String::from_utf8_lossy(&[output.stdout.as_slice(), &output.stderr].concat()).into_owned()
}

/// On all threads, and on the queue's own.
fn survives(case: &str) {
    for environment in [("GEOBACTER_CPU_THREADS", "3"), ("GEOBACTER_CPU_DETERMINISTIC", "1")] {
        let output = output(case, &[environment]);
        let text = text(&output);
        assert!(output.status.success() && text.contains("<survived>"), "{environment:?}: {}\n{text}", output.status);
    }
}

#[test]
fn one_work_item_of_many_is_an_error() {
    survives("one_of_many");
}

#[test]
fn each_group_that_did_not_end_counts() {
    survives("several");
}

#[test]
fn frames_of_many_pages_are_found_too() {
    survives("large_frames");
}

#[test]
fn cooperating_work_items_are_named() {
    survives("cooperating");
}

#[test]
fn positions_are_right_at_the_grids_edge() {
    survives("at_the_edge");
}

#[test]
fn panics_and_overflows_go_together() {
    survives("panics_too");
}

#[test]
fn several_host_threads_may_overflow() {
    survives("from_several_threads");
}

/// Signals that end the process.
const SIGABRT: i32 = 6;
const SIGSEGV: i32 = 11;

#[test]
fn a_wild_pointer_is_not_swallowed() {
    for case in ["wild", "wild_to_the_guard"] {
        let output = output(case, &[]);
        assert_eq!(output.status.signal(), Some(SIGSEGV), "{case}: {}", text(&output));
    }
}

#[test]
fn the_hosts_own_overflow_is_reported_by_rust() {
    let output = output("host", &[]);
    assert_eq!(output.status.signal(), Some(SIGABRT), "{}", text(&output));
    assert!(text(&output).contains("has overflowed its stack"), "{}", text(&output));
}
