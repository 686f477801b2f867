//! Work that goes from device to device: contents, order and failures go with it.
//!
//! Each case goes from its device to every one that there is, itself included.

use geobacter::Error;
use geobacter::prelude::*;

const N: usize = 10_000;

fn twice_and(item: WorkItem, add: u32, mut x: PerItem<u32>) {
    if let Some(x) = x.get_mut(&item) {
        *x = 2 * *x + add;
    }
}

fn fail_at(item: WorkItem, at: usize, mut x: PerItem<u32>) {
    if let Some(x) = x.get_mut(&item) {
        assert!(item.global_id() != at, "not this one");
        *x = 1;
    }
}

pub(crate) fn copies_of_buffers(device: &Device) {
    for other in Device::all() {
        for len in [1, 3, 1024, 200_001] {
            let data: Vec<u16> = (0..len).map(|i| (i * 7 + i / 251) as u16).collect();
            let from = device.buffer_from(&data).unwrap();
            let mut there = other.buffer_filled(len, 0xeeeeu16).unwrap();
            there.copy_from(&from).unwrap();
            let mut back = device.buffer_filled(len, 0xddddu16).unwrap();
            back.copy_from(&there).unwrap();
            // Neither is needed any more by the host; the copies may not be over.
            drop((from, there));
            assert!(back.to_vec().unwrap() == data, "{len} elements by way of {}", other.id());
        }
    }
}

pub(crate) fn kernels_and_copies_take_turns(device: &Device) {
    for other in Device::all() {
        let queue = other.new_queue().unwrap();
        let (mut here, mut there) = (device.buffer_filled(N, 1u32).unwrap(), other.buffer::<u32>(N).unwrap());
        let mut expected = 1u32;
        // The host waits for nothing in between.
        for round in 0..10 {
            device.launch(Grid::covering(N), twice_and, (round, &mut here)).unwrap();
            there.copy_from(&here).unwrap();
            // What was copied is no longer needed, so this must not overtake the copy.
            here.fill(u32::MAX).unwrap();
            other.launch_on(&queue, Grid::covering(N), twice_and, (1, &mut there)).unwrap();
            here.copy_from(&there).unwrap();
            expected = expected.wrapping_mul(2).wrapping_add(round).wrapping_mul(2).wrapping_add(1);
        }
        assert_eq!(here.to_vec().unwrap(), vec![expected; N], "with {}", other.id());
        assert_eq!(there.to_vec().unwrap(), vec![expected; N], "with {}", other.id());
    }
}

pub(crate) fn failures_go_with_the_contents(device: &Device) {
    for other in Device::all() {
        let queue = device.new_queue().unwrap();
        let mut here = device.buffer::<u32>(100).unwrap();
        let mut there = other.buffer::<u32>(100).unwrap();
        device.launch_on(&queue, Grid::covering(100), fail_at, (42, &mut here)).unwrap();
        let told = there.copy_from(&here).and_then(|()| there.to_vec());
        assert!(matches!(told, Err(Error::KernelPanicked { .. })), "from {}: {told:?}", other.id());
        // New contents have nothing of that.
        there.fill(5).unwrap();
        assert_eq!(there.to_vec().unwrap(), vec![5; 100]);
    }
}
