//! Work-group memory: own elements, shared reads, several blocks, any size of array, group and grid.

use geobacter::prelude::*;

/// Around the group: what the next work-item has.
fn rotate<const N: usize>(item: WorkItem, group: Group, lds: Lds<[u32; N]>, x: &[u32], mut out: PerItem<u32>) {
    let mine = x[item.global_id()];
    let all = lds.init(&item, |i| if i == item.local_id() { mine } else { u32::MAX }).share(group);
    if let Some(out) = out.get_mut(&item) {
        *out = all[(item.local_id() + 1) % item.group_items()];
    }
}

fn rotated(x: &[u32], group: usize) -> Vec<u32> {
    x.chunks(group).flat_map(|g| (0..g.len()).map(|i| g[(i + 1) % g.len()])).collect()
}

pub(crate) fn neighbours_read_what_was_written(device: &Device) {
    let x: Vec<u32> = (0..1024).map(|i| i * 7 + 1).collect();
    let input = device.buffer_from(&x).unwrap();
    let mut out = device.buffer::<u32>(x.len()).unwrap();
    let grid = Grid::covering(x.len()).group_size([256]);
    device.launch(grid, rotate::<256>, (GroupArg, LdsArg, &input, &mut out)).unwrap();
    assert_eq!(out.to_vec().unwrap(), rotated(&x, 256));
}

pub(crate) fn groups_at_the_grids_end_are_smaller(device: &Device) {
    for (n, group) in [(1, 64), (63, 64), (65, 64), (100, 32), (1000, 192), (257, 256), (33, 31)] {
        let x: Vec<u32> = (0..n as u32).map(|i| i ^ 0x5a).collect();
        let input = device.buffer_from(&x).unwrap();
        let mut out = device.buffer::<u32>(n).unwrap();
        let grid = Grid::covering(n).group_size([group]);
        device.launch(grid, rotate::<256>, (GroupArg, LdsArg, &input, &mut out)).unwrap();
        assert_eq!(out.to_vec().unwrap(), rotated(&x, group as usize), "{n} in groups of {group}");
    }
}

/// Every element, whoever owns it, as all work-items see it.
fn sum_all<const N: usize>(item: WorkItem, group: Group, lds: Lds<[u64; N]>, mut out: PerItem<u64>) {
    let all = lds.init(&item, |i| (i * i) as u64).share(group);
    if let Some(out) = out.get_mut(&item) {
        *out = all.iter().sum();
    }
}

pub(crate) fn arrays_of_any_size_are_written_whole(device: &Device) {
    fn check<const N: usize>(device: &Device) {
        let mut out = device.buffer::<u64>(150).unwrap();
        let grid = Grid::covering(150).group_size([64]);
        device.launch(grid, sum_all::<N>, (GroupArg, LdsArg, &mut out)).unwrap();
        let expected: u64 = (0..N as u64).map(|i| i * i).sum();
        assert_eq!(out.to_vec().unwrap(), vec![expected; 150], "{N} elements");
    }
    check::<1>(device);
    check::<3>(device);
    check::<64>(device);
    check::<65>(device);
    check::<1000>(device);
}

fn several(
    item: WorkItem,
    group: Group,
    bytes: Lds<[u8; 5]>,
    mut out: PerItem<[u64; 4]>,
    words: Lds<[u32; 33]>,
    doubles: Lds<[f64]>,
    pairs: Lds<[[u16; 2]]>,
) {
    let bytes = bytes.init(&item, |i| i as u8 + 1);
    let words = words.init(&item, |i| i as u32 + 100);
    let doubles = doubles.init(&item, |i| i as f64 + 0.5);
    let pairs = pairs.init(&item, |i| [i as u16, 7]).share(group);
    let (bytes, words, doubles) = (bytes.share(group), words.share(group), doubles.share(group));
    if let Some(out) = out.get_mut(&item) {
        *out = [
            bytes.iter().map(|&b| u64::from(b)).sum(),
            words.iter().map(|&w| u64::from(w)).sum(),
            doubles.iter().sum::<f64>().to_bits(),
            pairs.iter().map(|&[a, b]| u64::from(a) + u64::from(b)).sum::<u64>() + 1000 * doubles.len() as u64,
        ];
    }
}

pub(crate) fn several_blocks_do_not_overlap(device: &Device) {
    for (doubles, pairs) in [(10, 7), (0, 1), (100, 0)] {
        let mut out = device.buffer::<[u64; 4]>(40).unwrap();
        let args = (GroupArg, LdsArg, &mut out, LdsArg, LdsLen(doubles), LdsLen(pairs));
        device.launch(Grid::covering(40).group_size([32]), several, args).unwrap();
        let sum: f64 = (0..doubles).map(|i| i as f64 + 0.5).sum();
        let of_pairs = (0..pairs as u64).map(|i| i + 7).sum::<u64>() + 1000 * doubles as u64;
        let expected = [15, (100..133).sum(), sum.to_bits(), of_pairs];
        assert_eq!(out.to_vec().unwrap(), vec![expected; 40]);
    }
}

/// A tile, transposed through work-group memory with a padded row.
fn transpose(item: WorkItem<2>, group: Group, tile: Lds<[[f32; 9]; 8]>, x: &[f32], mut out: PerItem<f32>) {
    let [width, height] = item.grid_size();
    let [gx, gy] = item.group_id();
    let tile = tile.init(&item, |[i, j]| {
        let (column, row) = (gx * 8 + i, gy * 8 + j);
        if i < 8 && column < width && row < height { x[row * width + column] } else { -1.0 }
    });
    let tile = tile.share(group);
    let [i, j] = item.local_id();
    if let Some(out) = out.get_mut(&item) {
        *out = tile[i][j];
    }
}

pub(crate) fn two_dimensional_tiles(device: &Device) {
    for [width, height] in [[16, 16], [8, 24], [13, 11], [1, 5]] {
        let x: Vec<f32> = (0..width * height).map(|i| i as f32).collect();
        let input = device.buffer_from(&x).unwrap();
        let mut out = device.buffer::<f32>(x.len()).unwrap();
        let grid = Grid::new([width, height]).group_size([8, 8]);
        device.launch(grid, transpose, (GroupArg, LdsArg, &input, &mut out)).unwrap();
        let expected = (0..width * height).map(|at| {
            let (column, row) = (at % width, at / width);
            let (to_column, to_row) = (column / 8 * 8 + row % 8, row / 8 * 8 + column % 8);
            if to_column < width && to_row < height { x[to_row * width + to_column] } else { -1.0 }
        });
        assert_eq!(out.to_vec().unwrap(), expected.collect::<Vec<_>>(), "{width} x {height}");
    }
}

fn cube(item: WorkItem<3>, group: Group, lds: Lds<[[[u32; 4]; 3]; 2]>, flat: Lds<[u32; 30]>, mut out: PerItem<u32>) {
    let cube = lds.init(&item, |[x, y, z]| (x + 10 * y + 100 * z) as u32).share(group);
    let flat = flat.init(&item.linear(), |i| i as u32).share(group);
    let [x, y, z] = item.local_id();
    if let Some(out) = out.get_mut(&item) {
        *out = cube[1 - z][2 - y][3 - x] + 1000 * flat.iter().sum::<u32>();
    }
}

pub(crate) fn three_dimensional_blocks_and_flat_ones(device: &Device) {
    let mut out = device.buffer::<u32>(8 * 3 * 2).unwrap();
    let grid = Grid::new([8, 3, 2]).group_size([4, 3, 2]);
    device.launch(grid, cube, (GroupArg, LdsArg, LdsArg, &mut out)).unwrap();
    let expected = (0..48).map(|at| {
        let (x, y, z) = (at % 8 % 4, at / 8 % 3, at / 24);
        (3 - x) + 10 * (2 - y) + 100 * (1 - z) + 1000 * 435
    });
    assert_eq!(out.to_vec().unwrap(), expected.collect::<Vec<_>>());
}

/// A library function, called several times on one block.
fn group_sum(item: &WorkItem, group: Group, lds: &mut Lds<[i64; 128]>, mine: i64) -> i64 {
    lds.scope(group, |lds| {
        let mut sums = lds.init(item, |i| if i == item.local_id() { mine } else { 0 });
        let mut width = 64;
        while width > 0 {
            let all = sums.share(group);
            let other = all.get(item.local_id() + width).copied().unwrap_or(0);
            sums = all.split(group, item);
            if let Some(sum) = sums.get_mut()
                && item.local_id() < width
            {
                *sum += other;
            }
            width /= 2;
        }
        sums.share(group)[0]
    })
}

fn sums(item: WorkItem, group: Group, mut lds: Lds<[i64; 128]>, x: &[i64], rounds: u32, mut out: PerItem<i64>) {
    let mut value = x[item.global_id()];
    for round in 0..rounds {
        value = group_sum(&item, group, &mut lds, value + i64::from(round)) - value;
    }
    if let Some(out) = out.get_mut(&item) {
        *out = value;
    }
}

pub(crate) fn library_functions_use_one_block_again_and_again(device: &Device) {
    let x: Vec<i64> = (0..300).map(|i| i * i - 5000).collect();
    let input = device.buffer_from(&x).unwrap();
    let mut out = device.buffer::<i64>(300).unwrap();
    let grid = Grid::covering(300).group_size([128]);
    device.launch(grid, sums, (GroupArg, LdsArg, &input, 4, &mut out)).unwrap();
    let mut expected = x;
    for group in expected.chunks_mut(128) {
        for round in 0..4 {
            let sum: i64 = group.iter().map(|v| v + round).sum();
            group.iter_mut().for_each(|v| *v = sum - *v);
        }
    }
    assert_eq!(out.to_vec().unwrap(), expected);
}

fn one_for_all(item: WorkItem, group: Group, one: Lds<[usize; 2]>, mut out: PerItem<[usize; 4]>) {
    let told = one.init_one(group, &item, || [item.global_id(), 7]);
    let before = *told;
    let told = told.update_one(group, &item, |both| both[1] += item.group_id());
    if let Some(out) = out.get_mut(&item) {
        *out = [before[0], before[1], told[0], told[1]];
    }
}

pub(crate) fn one_work_item_writes_for_all(device: &Device) {
    let mut out = device.buffer::<[usize; 4]>(130).unwrap();
    device.launch(Grid::covering(130).group_size([64]), one_for_all, (GroupArg, LdsArg, &mut out)).unwrap();
    let expected = (0..130).map(|i| [i / 64 * 64, 7, i / 64 * 64, 7 + i / 64]);
    assert_eq!(out.to_vec().unwrap(), expected.collect::<Vec<_>>());
}

#[derive(KernelArg)]
struct Both<'a> {
    factor: u32,
    first: Lds<'a, [u32; 3]>,
    second: Lds<'a, [u32]>,
    group: Group<'a>,
}

fn in_a_struct(item: WorkItem, both: Both, third: Lds<[u32; 1]>, mut out: PerItem<u32>) {
    let first = both.first.init(&item, |i| i as u32 + 1).share(both.group);
    let second = both.second.init(&item, |i| 10 * i as u32).share(both.group);
    let third = third.init(&item, |_| 5000).share(both.group);
    if let Some(out) = out.get_mut(&item) {
        *out = both.factor * (first.iter().sum::<u32>() + second.iter().sum::<u32>()) + third[0];
    }
}

pub(crate) fn blocks_in_a_struct_of_parameters(device: &Device) {
    let mut out = device.buffer::<u32>(20).unwrap();
    let both = BothArgs { factor: 3, first: LdsArg, second: LdsLen(5), group: GroupArg };
    device.launch(Grid::covering(20).group_size([8]), in_a_struct, (both, LdsArg, &mut out)).unwrap();
    assert_eq!(out.to_vec().unwrap(), [3 * (6 + 100) + 5000; 20]);
}

fn large(item: WorkItem, group: Group, lds: Lds<[u32]>, mut out: PerItem<u32>) {
    let all = lds.init(&item, |i| i as u32).share(group);
    if let Some(out) = out.get_mut(&item) {
        *out = all[all.len() - 1 - item.local_id()];
    }
}

pub(crate) fn as_much_as_the_device_has(device: &Device) {
    // Less what the kernel itself keeps there: where to report panics.
    let most = (device.info().max_group_memory as usize - 64) / 4;
    let mut out = device.buffer::<u32>(64).unwrap();
    let grid = Grid::covering(64).group_size([32]);
    device.launch(grid, large, (GroupArg, LdsLen(most), &mut out)).unwrap();
    let expected = (0..64).map(|i| (most - 1 - i % 32) as u32);
    assert_eq!(out.to_vec().unwrap(), expected.collect::<Vec<_>>());
}

pub(crate) fn more_than_the_device_has_is_an_error(device: &Device) {
    let limit = device.info().max_group_memory as usize;
    let mut out = device.buffer::<u32>(4).unwrap();
    let error = device.launch(Grid::covering(4), large, (GroupArg, LdsLen(limit / 4 + 4), &mut out)).unwrap_err();
    let text = error.to_string();
    assert!(text.contains("bytes of work-group memory") && text.contains(&limit.to_string()), "{text}");
    let error = device.launch(Grid::covering(4), large, (GroupArg, LdsLen(usize::MAX / 2), &mut out)).unwrap_err();
    assert!(matches!(error, geobacter::Error::Overflow { .. }), "{error}");
    device.launch(Grid::covering(4), large, (GroupArg, LdsLen(4), &mut out)).unwrap();
    assert_eq!(out.to_vec().unwrap(), [3, 2, 1, 0], "the device goes on");
}
