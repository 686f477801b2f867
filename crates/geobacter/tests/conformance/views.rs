//! Outputs that give each work-item its own elements.

use geobacter::prelude::*;

pub(crate) fn per_item(device: &Device) {
    let mut y = device.buffer_from(&[1.0f64, 2.0, 3.0]).unwrap();
    device
        .launch(
            Grid::covering(3),
            |item: WorkItem, mut y: PerItem<f64>| {
                let n = y.len() as f64;
                if let Some(y) = y.get_mut(&item) {
                    *y = *y * 10.0 + n;
                }
            },
            (&mut y,),
        )
        .unwrap();
    assert_eq!(y.to_vec().unwrap(), [13.0, 23.0, 33.0]);
}

pub(crate) fn per_item_shorter_than_the_grid(device: &Device) {
    let mut y = device.buffer::<u8>(5).unwrap();
    device
        .launch(
            Grid::covering(1000),
            |item: WorkItem, mut y: PerItem<u8>| {
                if let Some(y) = y.get_mut(&item) {
                    *y += 1;
                }
            },
            (&mut y,),
        )
        .unwrap();
    assert_eq!(y.to_vec().unwrap(), [1; 5]);
}

fn number_chunk(item: WorkItem, mut y: PerItemChunks<u32, 3>) {
    if let Some([a, b, c]) = y.get_mut(&item) {
        *a = item.global_id() as u32;
        *b = *a * 10;
        *c = *a * 100;
    }
}

pub(crate) fn chunks(device: &Device) {
    let mut y = device.buffer::<u32>(12).unwrap();
    device.launch(Grid::covering(4), number_chunk, (&mut y,)).unwrap();
    assert_eq!(y.to_vec().unwrap(), [0, 0, 0, 1, 10, 100, 2, 20, 200, 3, 30, 300]);
}

pub(crate) fn ragged_chunks(device: &Device) {
    let mut y = device.buffer_filled(8, 7u32).unwrap();
    device.launch(Grid::covering(4), number_chunk, (&mut y,)).unwrap();
    assert_eq!(y.to_vec().unwrap(), [0, 0, 0, 1, 10, 100, 7, 7], "a chunk that is cut off is not handed out");
    device
        .launch(
            Grid::covering(10),
            |item: WorkItem, mut y: PerItemChunks<u32, 3>| {
                let chunk = y.slice_mut(&item);
                let n = chunk.len() as u32;
                chunk.fill(n);
            },
            (&mut y,),
        )
        .unwrap();
    assert_eq!(y.to_vec().unwrap(), [3, 3, 3, 3, 3, 3, 2, 2]);
}

pub(crate) fn strided(device: &Device) {
    let mut y = device.buffer::<usize>(1003).unwrap();
    device
        .launch(
            Grid::covering(64),
            |item: WorkItem, mut y: PerItemStrided<usize>| {
                for (i, y) in y.iter_mut(&item) {
                    *y = i * 1000 + item.global_id();
                }
            },
            (&mut y,),
        )
        .unwrap();
    assert_eq!(y.to_vec().unwrap(), (0..1003).map(|i| i * 1000 + i % 64).collect::<Vec<_>>());
}

pub(crate) fn tiles(device: &Device) {
    let (width, height) = (10, 7);
    let mut y = device.buffer_filled(width * height + 3, 999u32).unwrap();
    device
        .launch(
            Grid::new([4, 4]),
            |item: WorkItem<2>, mut y: PerItemTile<u32, 4, 2>| {
                let [i, j] = item.global_id();
                let Some(mut tile) = y.get_mut(&item) else { return };
                for row in 0..tile.rows() {
                    if let Some(row) = tile.row_mut(row) {
                        row.fill((j * 10 + i) as u32);
                    }
                }
                if let Some(corner) = tile.get_mut(0, 0) {
                    *corner += 500;
                }
            },
            (y.tiles(width),),
        )
        .unwrap();
    let expected: Vec<u32> = (0..width * height)
        .map(|k| {
            let (x, y) = (k % width, k / width);
            let corner = if x % 4 == 0 && y % 2 == 0 { 500 } else { 0 };
            (y / 2 * 10 + x / 4) as u32 + corner
        })
        .chain([999; 3])
        .collect();
    assert_eq!(y.to_vec().unwrap(), expected);
}

pub(crate) fn two_outputs(device: &Device) {
    let mut sum = device.buffer::<i32>(100).unwrap();
    let mut difference = device.buffer::<i32>(100).unwrap();
    let x = device.buffer_from(&(0..100).collect::<Vec<i32>>()).unwrap();
    device
        .launch(
            Grid::covering(100),
            |item: WorkItem, x: &[i32], mut sum: PerItem<i32>, mut difference: PerItem<i32>| {
                let i = item.global_id();
                let (a, b) = (x[i], x[x.len() - 1 - i]);
                if let (Some(sum), Some(difference)) = (sum.get_mut(&item), difference.get_mut(&item)) {
                    (*sum, *difference) = (a + b, a - b);
                }
            },
            (&x, &mut sum, &mut difference),
        )
        .unwrap();
    assert_eq!(sum.to_vec().unwrap(), [99; 100]);
    assert_eq!(difference.to_vec().unwrap(), (0..100).map(|i| 2 * i - 99).collect::<Vec<_>>());
}

pub(crate) fn per_item_in_two_dimensions(device: &Device) {
    let mut y = device.buffer::<u32>(6).unwrap();
    device
        .launch(
            Grid::new([3, 2]),
            |item: WorkItem<2>, mut y: PerItem<u32>| {
                let [i, j] = item.global_id();
                if let Some(y) = y.get_mut(&item) {
                    *y = (10 * j + i) as u32;
                }
            },
            (&mut y,),
        )
        .unwrap();
    assert_eq!(y.to_vec().unwrap(), [0, 1, 2, 10, 11, 12]);
}

/// Whether an id is inside each of two inputs and the output: bit 0, 1 and 2.
fn inside(item: WorkItem, x: &[u8], y: &[u32], mut out: PerItem<u8>) {
    let i = item.global_id();
    let seen = u8::from(x.get(i).is_some()) | u8::from(y.get(item.linear_id()).is_some()) << 1;
    if let Some(out) = out.get_mut(&item) {
        *out = seen | 4;
    }
}

/// Where every argument has an element for each work-item of a group, a device may leave bounds checks out; where one of
/// them ends, in whichever group and whichever id it is indexed by, it may not.
pub(crate) fn bounds_hold_where_arguments_end(device: &Device) {
    const ITEMS: usize = 300;
    for start in [0, 1, 70] {
        for (x_len, y_len) in [(299, 300), (300, 64), (301, 1000), (370, 300), (65, 299), (0, 300)] {
            let x = device.buffer::<u8>(x_len).unwrap();
            let y = device.buffer::<u32>(y_len).unwrap();
            let mut out = device.buffer::<u8>(ITEMS).unwrap();
            let grid = Grid::covering(ITEMS).starting_at([start]).group_size([64]);
            device.launch(grid, inside, (&x, &y, &mut out)).unwrap();
            let expected: Vec<u8> =
                (0..ITEMS).map(|i| u8::from(i + start < x_len) | u8::from(i < y_len) << 1 | 4).collect();
            assert_eq!(out.to_vec().unwrap(), expected, "start {start}, lengths {x_len} and {y_len}");
        }
    }
}
