//! Kernels that allocate: the collections of std, memory that is freed and used again, and memory that is used up.

use std::collections::{BTreeMap, VecDeque};
use std::rc::Rc;

use geobacter::prelude::*;
use geobacter::{Error, Heap, HeapBytes};

/// Enough for every case but those that are to run out.
const PLENTY: HeapBytes = HeapBytes(16 << 20);

/// Launches `$f(id)` for ids below `$n`, and compares with the host's answers.
macro_rules! same_as_host {
    ($device:expr, $n:expr, $f:path) => {{
        fn kernel(item: WorkItem, _: Heap, mut out: PerItem<u64>) {
            if let Some(out) = out.get_mut(&item) {
                *out = $f(item.global_id());
            }
        }
        let mut out = $device.buffer_filled($n, 0u64).unwrap();
        $device.launch(Grid::covering($n), kernel, (PLENTY, &mut out)).unwrap();
        assert_eq!(out.to_vec().unwrap(), (0..$n).map($f).collect::<Vec<u64>>());
    }};
}

fn grown(i: usize) -> u64 {
    let mut numbers = Vec::new();
    for k in 0..i % 70 {
        numbers.push((k * 37 + i) as u32 % 29);
    }
    numbers.sort();
    numbers.dedup();
    numbers.shrink_to_fit();
    let evens: Vec<u32> = numbers.iter().copied().filter(|n| n % 2 == 0).collect();
    numbers.extend_from_slice(&evens);
    numbers.iter().fold(0, |sum, &n| sum * 31 % 1_000_003 + u64::from(n))
}

pub(crate) fn vectors_grow_and_shrink(device: &Device) {
    same_as_host!(device, 1000, grown);
}

trait Shape {
    fn area(&self) -> u64;
}
struct Square(u64);
struct Sum(Box<dyn Shape>, Box<dyn Shape>);
impl Shape for Square {
    fn area(&self) -> u64 {
        self.0 * self.0
    }
}
impl Shape for Sum {
    fn area(&self) -> u64 {
        self.0.area() + self.1.area()
    }
}

fn boxed(i: usize) -> u64 {
    let mut shape: Box<dyn Shape> = Box::new(Square(i as u64));
    for k in 0..i % 5 {
        shape = Box::new(Sum(shape, Box::new(Square(k as u64))));
    }
    shape.area()
}

pub(crate) fn boxes_of_trait_objects(device: &Device) {
    same_as_host!(device, 500, boxed);
}

fn counted(i: usize) -> u64 {
    let mut counts = BTreeMap::new();
    for k in 0..40 {
        *counts.entry((k * k + i) % 17).or_insert(0u64) += k as u64;
    }
    let mut queue: VecDeque<_> = counts.into_iter().collect();
    queue.rotate_left(i % 3);
    let shared = Rc::new(queue.pop_front());
    let other = Rc::clone(&shared);
    queue.iter().map(|(k, n)| *k as u64 * n).sum::<u64>()
        + other.map_or(0, |(_, n)| n)
        + Rc::strong_count(&shared) as u64
}

pub(crate) fn maps_queues_and_counted_references(device: &Device) {
    same_as_host!(device, 300, counted);
}

fn spelled(i: usize) -> u64 {
    let mut text = String::from("work-item ");
    text.push_str(&i.to_string());
    text += &format!(", {:>6x}|{:<5}|{:?}", i * 1000, i % 7, Some(i % 3));
    let words: Vec<&str> = text.split(' ').collect();
    let joined = words.join("-").to_uppercase();
    joined.bytes().fold(7, |hash, byte| (hash * 131 + u64::from(byte)) % 1_000_000_007)
}

pub(crate) fn strings_are_formatted(device: &Device) {
    same_as_host!(device, 200, spelled);
}

/// Allocates a hundred times what there is, a little at a time.
fn again(item: WorkItem, _: Heap, mut out: PerItem<u32>) {
    if let Some(out) = out.get_mut(&item) {
        let mut sum = 0;
        for round in 0..100 {
            let size = 1 + (item.global_id() + round * 7) % 60;
            let numbers: Vec<u32> = (0..size as u32).collect();
            // What the optimiser knows, it need not allocate.
            sum += std::hint::black_box(numbers).iter().sum::<u32>() % 1000;
        }
        *out = sum;
    }
}

pub(crate) fn what_is_freed_is_used_again(device: &Device) {
    let n = 256;
    let mut out = device.buffer_filled(n, 0u32).unwrap();
    // At most 256 bytes for each work-item at a time, in lists that not everyone finds at once.
    device.launch(Grid::covering(n), again, (HeapBytes(2 * n * 256), &mut out)).unwrap();
    let sum = |id: usize| -> u32 {
        (0..100).map(|round| 1 + (id + round * 7) as u32 % 60).map(|size| size * (size - 1) / 2 % 1000).sum()
    };
    assert_eq!(out.to_vec().unwrap(), (0..n).map(sum).collect::<Vec<u32>>());
}

/// Each work-item fills blocks of many sizes with its own number, and looks at them once all are there.
fn keep_apart(item: WorkItem, _: Heap, mut wrong: PerItem<u32>) {
    if let Some(wrong) = wrong.get_mut(&item) {
        let id = item.global_id() as u32;
        let mut blocks: Vec<Vec<u32>> = Vec::new();
        for round in 0..24 {
            blocks.push(vec![id; 1 + (item.global_id() * 5 + round * 11) % 50]);
            if round % 3 == 2 {
                // Somebody else's now.
                blocks.swap_remove((item.global_id() + round) % blocks.len());
            }
        }
        *wrong = blocks.iter().flatten().filter(|&&n| n != id).count() as u32;
    }
}

pub(crate) fn blocks_do_not_overlap(device: &Device) {
    let n = 2000;
    let mut wrong = device.buffer_filled(n, u32::MAX).unwrap();
    for size in [32, 256] {
        device.launch(Grid::covering(n).group_size([size]), keep_apart, (HeapBytes(32 << 20), &mut wrong)).unwrap();
        assert_eq!(wrong.to_vec().unwrap(), vec![0; n]);
    }
}

#[repr(align(128))]
struct Line([u8; 100]);

fn aligned(item: WorkItem, _: Heap, mut off: PerItem<u64>) {
    if let Some(off) = off.get_mut(&item) {
        let odd = std::hint::black_box(vec![1u8; 1 + item.global_id() % 40]);
        let lines: Vec<Line> = (0..3).map(|i| Line([i; 100])).collect();
        let one = std::hint::black_box(Box::new(Line([7; 100])));
        let bytes: u64 = lines.iter().map(|line| u64::from(line.0[99])).sum();
        *off = (lines.as_ptr().addr() % 128) as u64
            + (std::ptr::from_ref(&*one).addr() % 128) as u64
            + (bytes - 3)
            + u64::from(odd[0] - 1)
            + u64::from(one.0[50] - 7);
    }
}

pub(crate) fn types_with_large_alignments(device: &Device) {
    let mut off = device.buffer_filled(300, 1u64).unwrap();
    device.launch(Grid::covering(300), aligned, (PLENTY, &mut off)).unwrap();
    assert_eq!(off.to_vec().unwrap(), [0; 300]);
}

fn take(item: WorkItem, _: Heap, bytes: usize, mut out: PerItem<u8>) {
    if let Some(out) = out.get_mut(&item) {
        *out = std::hint::black_box(vec![1u8; bytes])[bytes / 2];
    }
}

pub(crate) fn a_heap_that_is_used_up_is_a_panic(device: &Device) {
    let queue = device.new_queue().unwrap();
    let mut out = device.buffer_filled(1, 0u8).unwrap();
    let grid = Grid::covering(1);
    let launch = device.launch_on(&queue, grid, take, (HeapBytes(4096), 5000, &mut out)).unwrap().wait();
    // The CPU device has the process's allocator; all others, the launch's memory.
    if device.id() != "cpu" {
        let Err(Error::KernelPanicked { message, count: 1, .. }) = launch else { panic!("{launch:?}") };
        assert_eq!(message, "memory allocation of 5000 bytes failed: the launch's heap is used up");
    } else {
        launch.unwrap();
    }
    // As much as there is, and then the device goes on.
    device.launch_on(&queue, grid, take, (HeapBytes(4096), 4096, &mut out)).unwrap().wait().unwrap();
    assert_eq!(out.to_vec().unwrap(), [1]);
}

fn leak(item: WorkItem, _: Heap, mut out: PerItem<u64>) {
    if let Some(out) = out.get_mut(&item) {
        *out = std::hint::black_box(Vec::leak(vec![item.global_id() as u64; 64])).iter().sum();
    }
}

pub(crate) fn every_launch_finds_it_empty(device: &Device) {
    let n = 128;
    let mut heap = device.heap(n * 64 * 8).unwrap();
    let mut out = device.buffer_filled(n, 0u64).unwrap();
    let queues = [device.new_queue().unwrap(), device.new_queue().unwrap()];
    for round in 0..6 {
        device.launch_on(&queues[round % 2], Grid::covering(n), leak, (&mut heap, &mut out)).unwrap();
    }
    assert_eq!(out.to_vec().unwrap(), (0..n as u64).map(|id| 64 * id).collect::<Vec<_>>());
}
