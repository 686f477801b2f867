//! Device memory, and copies to and from it.

use std::time::Duration;

use geobacter::prelude::*;

pub(crate) fn round_trip(device: &Device) {
    for n in [1usize, 2, 3, 255, 256, 1000, 1 << 20] {
        let data: Vec<u32> = (0..n as u32).map(|i| i.wrapping_mul(2_654_435_761)).collect();
        let mut buffer = device.buffer_from(&data).unwrap();
        assert_eq!((buffer.len(), buffer.device()), (n, device));
        assert_eq!(buffer.to_vec().unwrap(), data);
        let other: Vec<u32> = data.iter().map(|x| !x).collect();
        buffer.write_from(&other).unwrap();
        assert_eq!(buffer.to_vec().unwrap(), other);
    }
}

pub(crate) fn empty(device: &Device) {
    let mut buffer = device.buffer_from::<u64>(&[]).unwrap();
    assert!(buffer.is_empty());
    buffer.fill(3).unwrap();
    buffer.write_from(&[]).unwrap();
    assert_eq!(buffer.to_vec().unwrap(), []);
    assert_eq!(buffer.download().unwrap().wait().unwrap().len(), 0);
    let mut copy = device.buffer::<u64>(0).unwrap();
    copy.copy_from(&buffer).unwrap();
    // An empty slice is still a slice that a kernel may look at.
    fn lengths(item: WorkItem, x: &[u64], mut out: PerItem<usize>) {
        if let Some(out) = out.get_mut(&item) {
            *out = x.len() + x.iter().map(|_| 1).sum::<usize>() + 1;
        }
    }
    let mut out = device.buffer::<usize>(1).unwrap();
    device.launch(Grid::covering(1), lengths, (&buffer, &mut out)).unwrap();
    assert_eq!(out.to_vec().unwrap(), [1]);
}

pub(crate) fn fill_every_pattern(device: &Device) {
    fn check<T: geobacter::core::DeviceCopy + PartialEq + std::fmt::Debug>(device: &Device, a: T, b: T) {
        let mut buffer = device.buffer_filled(1003, a).unwrap();
        assert_eq!(buffer.to_vec().unwrap(), vec![a; 1003]);
        buffer.fill(b).unwrap();
        assert_eq!(buffer.to_vec().unwrap(), vec![b; 1003]);
    }
    check(device, 0u8, 0xabu8);
    check(device, 0x1234u16, 0x5656);
    check(device, 1.5f32, 0.0);
    check(device, -1.25f64, 3.0);
    check(device, 1u128 << 70 | 5, u128::MAX);
    check(device, [1u8, 2, 3], [0; 3]);
    check(device, [1.0f32, 2.0, 3.0], [4.0; 3]);
    check(device, true, false);
}

pub(crate) fn fill_structs(device: &Device) {
    #[derive(Clone, Copy, Debug, PartialEq, DeviceCopy)]
    struct Padded {
        a: u8,
        b: u32,
    }
    let buffer = device.buffer_filled(77, Padded { a: 3, b: 9 }).unwrap();
    assert_eq!(buffer.to_vec().unwrap(), [Padded { a: 3, b: 9 }; 77]);
}

pub(crate) fn copy_between(device: &Device) {
    let data: Vec<f32> = (0..5000).map(|i| i as f32).collect();
    let from = device.buffer_from(&data).unwrap();
    let mut to = device.buffer::<f32>(5000).unwrap();
    to.copy_from(&from).unwrap();
    drop(from);
    assert_eq!(to.to_vec().unwrap(), data);
    for other in Device::all() {
        assert_eq!(to.to_device(&other).unwrap().to_vec().unwrap(), data, "to {}", other.id());
    }
}

pub(crate) fn partial_views(device: &Device) {
    fn add(item: WorkItem, x: &[i32], mut y: PerItem<i32>) {
        if let Some(y) = y.get_mut(&item) {
            *y += x[item.global_id()] * x.len() as i32;
        }
    }
    let x = device.buffer_from(&[1, 2, 3, 4, 5, 6]).unwrap();
    let mut y = device.buffer_filled(5, 100i32).unwrap();
    device.launch(Grid::covering(2), add, (x.slice(2..4), y.slice_mut(1..=2))).unwrap();
    device
        .launch(
            Grid::covering(9),
            |item: WorkItem, mut y: PerItem<i32>| {
                if let Some(y) = y.get_mut(&item) {
                    *y = -*y;
                }
            },
            (y.slice_mut(4..),),
        )
        .unwrap();
    assert_eq!(y.to_vec().unwrap(), [100, 106, 108, 100, -100]);
    let outside = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| x.slice(3..7).len()));
    assert!(outside.is_err());
}

pub(crate) fn upload_and_download(device: &Device) {
    let mut host = device.host_buffer(100_000, 0u64).unwrap();
    host.iter_mut().zip(0..).for_each(|(x, i)| *x = i);
    let mut buffer = device.buffer::<u64>(100_000).unwrap();
    let upload = buffer.upload(host).unwrap();
    device
        .launch(
            Grid::covering(100_000),
            |item: WorkItem, mut x: PerItem<u64>| {
                if let Some(x) = x.get_mut(&item) {
                    *x *= 3;
                }
            },
            (&mut buffer,),
        )
        .unwrap();
    let download = buffer.download().unwrap();
    assert!(upload.wait_timeout(Duration::from_secs(60)).unwrap());
    assert_eq!(upload.wait().unwrap()[99_999], 99_999, "the host's copy is untouched");
    let data = download.wait().unwrap();
    assert!(data.iter().zip(0..).all(|(&x, i)| x == 3 * i));
    drop(buffer.download().unwrap());
}

pub(crate) fn read_into_slice(device: &Device) {
    let buffer = device.buffer_from(&[1u16, 2, 3]).unwrap();
    let mut data = [0; 3];
    buffer.read_into(&mut data).unwrap();
    assert_eq!(data, [1, 2, 3]);
}

pub(crate) fn dropped_while_in_use(device: &Device) {
    fn slow(item: WorkItem, x: &[u32], mut y: PerItem<u32>) {
        if let Some(y) = y.get_mut(&item) {
            let mut h = x[item.global_id()];
            for _ in 0..2000 {
                h = h.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            }
            *y = h;
        }
    }
    let n = 1 << 16;
    let mut y = device.buffer::<u32>(n).unwrap();
    let x = device.buffer_filled(n, 7u32).unwrap();
    device.launch(Grid::covering(n), slow, (&x, &mut y)).unwrap();
    drop(x);
    // What takes its place must not be written before the kernel has read it.
    let other = device.buffer_filled(n, 8u32).unwrap();
    let expected = (0..2000).fold(7u32, |h, _| h.wrapping_mul(1_664_525).wrapping_add(1_013_904_223));
    assert!(y.to_vec().unwrap().iter().all(|&v| v == expected));
    drop(other);
}

pub(crate) fn many_allocations(device: &Device) {
    for round in 0..200u32 {
        let buffers: Vec<_> = (0..8).map(|i| device.buffer_filled(1 + 97 * i, round + i as u32).unwrap()).collect();
        for (i, buffer) in buffers.iter().enumerate() {
            assert!(buffer.to_vec().unwrap().iter().all(|&v| v == round + i as u32));
        }
    }
}

pub(crate) fn written_together(device: &Device) {
    let (small, large) = (vec![7u8; 3], (0..300_000u32).collect::<Vec<_>>());
    let (mut x, mut y) = (device.buffer::<u8>(3).unwrap(), device.buffer::<u32>(large.len()).unwrap());
    let mut none = device.buffer::<f64>(0).unwrap();
    let mut writes = device.writes();
    writes.add(&mut x, &small).unwrap().add(&mut y, &large).unwrap().add(&mut none, &[]).unwrap();
    writes.finish().unwrap();
    assert!(x.to_vec().unwrap() == small && y.to_vec().unwrap() == large);
    let error = device.writes().add(&mut x, &[1]).unwrap_err().to_string();
    assert_eq!(error, "writing a buffer: 3 elements on one side, 1 on the other");
    device.writes().finish().unwrap();
}
