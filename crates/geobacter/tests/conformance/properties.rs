//! What kernels are told of their device, beside what the host is told.

use geobacter::device::{self, Arch};
use geobacter::prelude::*;

fn numbers(item: WorkItem, mut out: PerItem<[u32; 8]>) {
    if let Some(out) = out.get_mut(&item) {
        let (maker, version) = match device::arch() {
            Arch::Nvptx(version) => (1, Some(version)),
            Arch::Amdgpu(version) => (2, Some(version)),
            _ => (0, None),
        };
        let [major, minor, stepping] = version.map_or([0; 3], |v| [v.major, v.minor, v.stepping].map(u32::from));
        *out = [
            maker,
            major,
            minor,
            stepping,
            device::subgroup_size(),
            device::max_group_size(),
            device::max_group_memory(),
            u32::from(platform() == Platform::Host),
        ];
    }
}

pub(crate) fn kernels_and_the_host_are_told_the_same(device: &Device) {
    let mut out = device.buffer::<[u32; 8]>(2).unwrap();
    device.launch(Grid::covering(2), numbers, (&mut out,)).unwrap();
    let [numbers, again] = out.to_vec().unwrap()[..] else { panic!("two work-items") };
    assert_eq!(numbers, again);
    let [maker, major, minor, stepping, lanes, group_size, group_memory, is_host] = numbers;
    let info = device.info();
    let processor = info.target.split(':').next().unwrap();
    match maker {
        1 => assert_eq!(processor, format!("sm_{major}{minor}")),
        2 => assert_eq!(processor, format!("gfx{major}{minor:x}{stepping:x}")),
        _ => assert_eq!([major, minor, stepping], [0; 3]),
    }
    assert_eq!(is_host, u32::from(!info.is_gpu));
    assert_eq!((lanes, group_size), (info.subgroup_size, info.max_group_size));
    // A device may have more than others that run the same code.
    assert!(group_memory >= 48 << 10 && group_memory <= info.max_group_memory, "{group_memory} bytes");
}

/// Sizes of arrays and loops may follow from them.
pub(crate) fn loops_over_the_subgroup(device: &Device) {
    fn sums(item: WorkItem, x: &[u32], mut out: PerItem<u32>) {
        if let Some(out) = out.get_mut(&item) {
            let n = device::subgroup_size() as usize;
            *out = (0..n).map(|i| x[(item.global_id() / n * n + i).min(x.len() - 1)]).sum();
        }
    }
    let n = device.info().subgroup_size as usize;
    let data: Vec<u32> = (0..200).collect();
    let x = device.buffer_from(&data).unwrap();
    let mut out = device.buffer::<u32>(200).unwrap();
    device.launch(Grid::covering(200), sums, (&x, &mut out)).unwrap();
    let expected: Vec<u32> = (0..200).map(|i| (0..n).map(|j| data[(i / n * n + j).min(199)]).sum()).collect();
    assert_eq!(out.to_vec().unwrap(), expected);
}
