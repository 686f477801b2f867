//! Grids of any size and shape: every work-item runs once, with the right ids.

use geobacter::prelude::*;

pub(crate) fn one_dimension_of_any_size(device: &Device) {
    for n in [1usize, 2, 31, 32, 33, 63, 64, 65, 255, 256, 257, 1023, 1024, 1025, 100_003] {
        let mut out = device.buffer_filled(n + 5, u32::MAX).unwrap();
        device
            .launch(
                Grid::covering(n),
                |item: WorkItem, mut out: PerItem<u32>| {
                    if let Some(out) = out.get_mut(&item) {
                        *out = item.global_id() as u32;
                    }
                },
                (&mut out,),
            )
            .unwrap();
        let out = out.to_vec().unwrap();
        assert!(out[..n].iter().zip(0..).all(|(&v, i)| v == i), "{n} work-items");
        assert_eq!(out[n..], [u32::MAX; 5], "{n} work-items wrote beyond");
    }
}

pub(crate) fn two_dimensions(device: &Device) {
    for [w, h] in [[1usize, 1], [1, 77], [77, 1], [33, 17], [640, 48], [3, 1000]] {
        let mut out = device.buffer::<[u32; 2]>(w * h).unwrap();
        device
            .launch(
                Grid::new([w, h]),
                |item: WorkItem<2>, mut out: PerItem<[u32; 2]>| {
                    if let Some(out) = out.get_mut(&item) {
                        *out = item.global_id().map(|i| i as u32);
                    }
                },
                (&mut out,),
            )
            .unwrap();
        let expected: Vec<[u32; 2]> = (0..h as u32).flat_map(|y| (0..w as u32).map(move |x| [x, y])).collect();
        assert_eq!(out.to_vec().unwrap(), expected, "{w} x {h}");
    }
}

pub(crate) fn three_dimensions(device: &Device) {
    for [w, h, d] in [[1usize, 1, 1], [5, 7, 3], [64, 2, 9], [1, 1, 40]] {
        let mut out = device.buffer::<[u32; 3]>(w * h * d).unwrap();
        device
            .launch(
                Grid::new([w, h, d]),
                |item: WorkItem<3>, mut out: PerItem<[u32; 3]>| {
                    if let Some(out) = out.get_mut(&item) {
                        *out = item.global_id().map(|i| i as u32);
                    }
                },
                (&mut out,),
            )
            .unwrap();
        let out = out.to_vec().unwrap();
        for (i, id) in out.iter().enumerate() {
            assert_eq!(*id, [i % w, i / w % h, i / (w * h)].map(|v| v as u32), "{w} x {h} x {d}");
        }
    }
}

pub(crate) fn ranges(device: &Device) {
    let mut out = device.buffer::<usize>(10).unwrap();
    let kernel = |item: WorkItem, mut out: PerItem<usize>| {
        if let Some(out) = out.get_mut(&item) {
            *out = item.global_id();
        }
    };
    device.launch(Grid::range(100..107), kernel, (&mut out,)).unwrap();
    assert_eq!(out.to_vec().unwrap(), [100, 101, 102, 103, 104, 105, 106, 0, 0, 0]);
    let far = usize::MAX - 20;
    device.launch(Grid::covering(10).starting_at([far]), kernel, (&mut out,)).unwrap();
    assert_eq!(out.to_vec().unwrap(), (far..far + 10).collect::<Vec<_>>());
    let mut ids = device.buffer::<[usize; 2]>(4).unwrap();
    device
        .launch(
            Grid::new([2, 2]).starting_at([5, 9]),
            |item: WorkItem<2>, mut out: PerItem<[usize; 2]>| {
                if let Some(out) = out.get_mut(&item) {
                    *out = item.global_id();
                }
            },
            (&mut ids,),
        )
        .unwrap();
    assert_eq!(ids.to_vec().unwrap(), [[5, 9], [6, 9], [5, 10], [6, 10]]);
}

pub(crate) fn chosen_group_sizes(device: &Device) {
    let n = 5000usize;
    for size in [1u32, 7, 32, 64, 100, 256, 512, 1024] {
        let mut out = device.buffer::<[u32; 2]>(n).unwrap();
        device
            .launch(
                Grid::covering(n).group_size([size]),
                |item: WorkItem, mut out: PerItem<[u32; 2]>| {
                    if let Some(out) = out.get_mut(&item) {
                        *out = [item.group_id() as u32, item.local_id() as u32];
                    }
                },
                (&mut out,),
            )
            .unwrap();
        let out = out.to_vec().unwrap();
        assert!(
            out.iter().zip(0u32..).all(|(&[group, local], i)| group == i / size && local == i % size),
            "groups of {size}"
        );
    }
}

pub(crate) fn ids_are_consistent(device: &Device) {
    fn check(item: WorkItem<3>, mut out: PerItem<bool>) {
        let (global, group, local) = (item.global_id(), item.group_id(), item.local_id());
        let (size, grid) = (item.group_size(), item.grid_size());
        let good = (0..3).all(|a| global[a] == group[a] * size[a] + local[a] && local[a] < size[a])
            && grid == [37, 19, 5]
            && item.linear_id() == (global[2] * grid[1] + global[1]) * grid[0] + global[0]
            && item.local_linear_id() == (local[2] * size[1] + local[1]) * size[0] + local[0]
            && item.work_items() == 37 * 19 * 5
            && size == [8, 4, 2];
        if let Some(out) = out.get_mut(&item) {
            *out = good;
        }
    }
    let mut out = device.buffer::<bool>(37 * 19 * 5).unwrap();
    device.launch(Grid::new([37, 19, 5]).group_size([8, 4, 2]), check, (&mut out,)).unwrap();
    assert!(out.to_vec().unwrap().into_iter().all(|good| good));
}

pub(crate) fn extra_work_items_do_not_run(device: &Device) {
    // A work-item beyond the grid would index out of bounds and panic.
    fn strict(item: WorkItem<2>, x: &[u32], mut out: PerItem<u32>) {
        let [i, j] = item.global_id();
        let value = x[j * 33 + i];
        *out.get_mut(&item).expect("inside") = value + 1;
    }
    let x = device.buffer_filled(33 * 17, 4u32).unwrap();
    let mut out = device.buffer::<u32>(33 * 17).unwrap();
    device.launch(Grid::new([33, 17]).group_size([32, 16]), strict, (&x, &mut out)).unwrap().wait().unwrap();
    assert_eq!(out.to_vec().unwrap(), [5; 33 * 17]);
}
