//! Bad input: a clear error, nothing lost, the device usable afterwards.

use geobacter::Error;
use geobacter::prelude::*;

fn one(item: WorkItem, mut y: PerItem<u32>) {
    if let Some(y) = y.get_mut(&item) {
        *y = 1;
    }
}

/// The device still does what it should.
fn still_works(device: &Device) {
    let mut y = device.buffer::<u32>(1000).unwrap();
    device.launch(Grid::covering(1000), one, (&mut y,)).unwrap();
    assert_eq!(y.to_vec().unwrap(), [1; 1000]);
}

pub(crate) fn zero_sized_grids(device: &Device) {
    let mut y = device.buffer::<u32>(4).unwrap();
    let error = device.launch(Grid::covering(0), one, (&mut y,)).unwrap_err();
    assert_eq!(error.to_string(), "the grid has no work-items along axis 0: [0]");
    let error = device.launch(Grid::covering(4).group_size([0]), one, (&mut y,)).unwrap_err();
    assert_eq!(error.to_string(), "the work-group has no work-items along axis 0: [0]");
    let error = device.launch(Grid::new([4, 0]), |_: WorkItem<2>| {}, ()).unwrap_err();
    assert!(matches!(error, Error::ZeroAxis { axis: 1, .. }), "{error}");
    assert_eq!(y.to_vec().unwrap(), [0; 4], "nothing ran");
    still_works(device);
}

pub(crate) fn oversized_grids(device: &Device) {
    let [_, y, z] = device.info().max_groups;
    let too_many = Grid::new([1, 1, (z as usize + 1) * 2]).group_size([1, 1, 1]);
    let error = device.launch(too_many, |_: WorkItem<3>| {}, ()).unwrap_err().to_string();
    assert!(error.contains(&z.to_string()) && error.contains("axis 2") && error.contains(device.id()), "{error}");
    let too_many = Grid::new([1, y as usize + 1]).group_size([1, 1]);
    assert!(matches!(device.launch(too_many, |_: WorkItem<2>| {}, ()), Err(Error::DeviceLimit { .. })));
    still_works(device);
}

pub(crate) fn oversized_groups(device: &Device) {
    let limit = device.info().max_group_size;
    let error = device.launch(Grid::covering(9).group_size([limit + 1]), |_: WorkItem| {}, ()).unwrap_err();
    let text = error.to_string();
    assert!(text.contains(&limit.to_string()) && text.contains(&(limit + 1).to_string()), "{text}");
    let error = device.launch(Grid::new([9, 9]).group_size([limit, 2]), |_: WorkItem<2>| {}, ()).unwrap_err();
    assert!(matches!(error, Error::DeviceLimit { .. }), "{error}");
    still_works(device);
}

pub(crate) fn overflowing_grids(device: &Device) {
    let error = device.launch(Grid::new([usize::MAX, 3]), |_: WorkItem<2>| {}, ()).unwrap_err();
    assert!(error.to_string().contains("18446744073709551615 x 3"), "{error}");
    let error = device.launch(Grid::covering(5).starting_at([usize::MAX - 2]), |_: WorkItem| {}, ()).unwrap_err();
    assert!(matches!(error, Error::Overflow { .. }), "{error}");
    still_works(device);
}

pub(crate) fn length_mismatch(device: &Device) {
    let mut buffer = device.buffer_from(&[1u32, 2, 3]).unwrap();
    let error = buffer.write_from(&[1, 2]).unwrap_err();
    assert_eq!(error.to_string(), "writing a buffer: 3 elements on one side, 2 on the other");
    assert!(matches!(buffer.read_into(&mut [0; 9]), Err(Error::LengthMismatch { left: 9, right: 3, .. })));
    let other = device.buffer::<u32>(4).unwrap();
    assert!(matches!(buffer.copy_from(&other), Err(Error::LengthMismatch { .. })));
    let host = device.host_buffer(2, 0u32).unwrap();
    assert!(matches!(buffer.upload(host), Err(Error::LengthMismatch { .. })));
    assert_eq!(buffer.to_vec().unwrap(), [1, 2, 3], "the contents are as they were");
}

pub(crate) fn out_of_memory(device: &Device) {
    let beyond = device.info().memory as usize / 4 + (1 << 30);
    let error = device.buffer::<f64>(beyond).unwrap_err();
    let Error::OutOfMemory { requested, .. } = &error else { panic!("{error}") };
    assert_eq!(*requested, beyond as u64 * 8);
    let error = device.buffer::<u64>(usize::MAX / 4).unwrap_err();
    assert!(matches!(error, Error::Overflow { .. }), "{error}");
    still_works(device);
}

pub(crate) fn out_of_memory_leaves_the_device_usable(device: &Device) {
    let kept = device.buffer_from(&[5u8; 100]).unwrap();
    for _ in 0..5 {
        assert!(device.buffer::<u8>(1 << 50).is_err());
    }
    assert_eq!(kept.to_vec().unwrap(), [5; 100]);
    still_works(device);
}

pub(crate) fn wrong_device_names(device: &Device) {
    for (name, part) in [
        ("gpu", "is not a device name"),
        ("", "is not a device name"),
        ("cpu:x", "is not a device name"),
        ("cpu:1", "numbered from 0"),
        ("cuda:99", "cuda"),
    ] {
        let error = Device::open(name).unwrap_err().to_string();
        assert!(error.contains(part), "{name}: {error}");
    }
    assert_eq!(&Device::open(device.id()).unwrap(), device);
}
