//! Constants that are chosen at run time: whatever the values, and in whatever order, each launch computes with its own.

use std::sync::atomic::{AtomicU32, Ordering};

use geobacter::image::{D2, Image, ImageRef, R32Float};
use geobacter::prelude::*;
use geobacter::{Error, Origin};

fn power(item: WorkItem, exponent: Spec<u32>, x: &[f64], mut y: PerItem<f64>) {
    if let Some(y) = y.get_mut(&item) {
        let mut power = 1.0;
        for _ in 0..*exponent {
            power *= x[item.global_id()];
        }
        *y = power;
    }
}

fn powers(device: &Device, exponents: impl Iterator<Item = u32>) {
    let x = device.buffer_from(&[1.0, 2.0, -3.0]).unwrap();
    let mut y = device.buffer::<f64>(3).unwrap();
    for n in exponents {
        device.launch(Grid::covering(3), power, (n, &x, &mut y)).unwrap();
        let expected = [1.0f64, 2.0, -3.0].map(|x| x.powi(n as i32));
        assert_eq!(y.to_vec().unwrap(), expected, "exponent {n}");
    }
}

pub(crate) fn many_values(device: &Device) {
    powers(device, 0..12);
}

pub(crate) fn switching_back_and_forth(device: &Device) {
    powers(device, [3, 4, 3, 5, 4, 3, 3, 5].into_iter());
}

#[derive(Clone, Copy, Debug, Default, PartialEq, DeviceCopy)]
struct Mixed {
    small: u8,
    wide: u64,
    pair: (u16, f32),
    flags: [bool; 3],
}

#[derive(Clone, Copy, Debug, Default, PartialEq, DeviceCopy)]
struct Generic<T>(T, u8);

#[derive(Clone, Copy, Debug, Default, PartialEq, DeviceCopy)]
enum Method {
    #[default]
    Nearest,
    Linear,
    Cubic = 40,
}

macro_rules! round_trips {
    ($device:expr, $($t:ty: $a:expr, $b:expr;)*) => {$({
        fn write(item: WorkItem, value: Spec<$t>, mut out: PerItem<$t>) {
            if let Some(out) = out.get_mut(&item) {
                *out = value.get();
            }
        }
        for value in [$a, $b, $a] {
            let value: $t = value;
            let mut out = $device.buffer_filled(2, <$t>::default()).unwrap();
            $device.launch(Grid::covering(2), write, (value, &mut out)).unwrap();
            assert_eq!(out.to_vec().unwrap(), [value; 2]);
        }
    })*};
}

pub(crate) fn every_type(device: &Device) {
    round_trips!(device,
        u8: 0xa5, 7;
        u16: 0xa5b6, 1;
        u64: u64::MAX - 1, 1 << 40;
        u128: 0x0123_4567_89ab_cdef_fedc_ba98_7654_3210, 5;
        i8: -5, 6;
        i64: -5_000_000_000, 3;
        f32: -0.0, 1.5;
        f64: f64::MIN_POSITIVE, -1e300;
        bool: true, false;
        char: '\u{1f9a0}', 'x';
        [f32; 5]: [1.0, 2.0, 3.0, 4.0, 5.0], [0.5; 5];
        (u8, f64): (7, 2.5), (8, 2.5);
        Mixed: Mixed { small: 1, wide: u64::MAX, pair: (9, -1.5), flags: [true, false, true] }, Mixed::default();
        Generic<f32>: Generic(2.0, 3), Generic(2.0, 4);
        Method: Method::Linear, Method::Cubic;
    );
}

pub(crate) fn branches(device: &Device) {
    fn sample(item: WorkItem, method: Spec<Method>, x: &[f32], mut y: PerItem<f32>) {
        if let Some(y) = y.get_mut(&item) {
            let x = x[item.global_id()];
            *y = match method.get() {
                Method::Nearest => x.round(),
                Method::Linear => x,
                Method::Cubic => x * x * x,
            };
        }
    }
    let x = device.buffer_from(&[1.25f32, 2.75]).unwrap();
    let mut y = device.buffer::<f32>(2).unwrap();
    for (method, expected) in [
        (Method::Nearest, [1.0, 3.0]),
        (Method::Cubic, [1.953_125, 20.796_875]),
        (Method::Linear, [1.25, 2.75]),
        (Method::Nearest, [1.0, 3.0]),
    ] {
        device.launch(Grid::covering(2), sample, (method, &x, &mut y)).unwrap();
        assert_eq!(y.to_vec().unwrap(), expected, "{method:?}");
    }
}

#[derive(KernelArg)]
struct Filter<'a> {
    gain: f32,
    taps: Spec<[f32; 3]>,
    x: &'a [f32],
}

pub(crate) fn structs_of_parameters(device: &Device) {
    fn filter(item: WorkItem, f: Filter, mut y: PerItem<f32>) {
        if let Some(y) = y.get_mut(&item) {
            let i = item.global_id();
            *y = f.gain * f.taps.iter().zip(&f.x[i..i + 3]).map(|(t, x)| t * x).sum::<f32>();
        }
    }
    let x = device.buffer_from(&[1.0f32, 2.0, 3.0, 4.0, 5.0]).unwrap();
    let mut y = device.buffer::<f32>(3).unwrap();
    for taps in [[1.0, 0.0, -1.0], [0.25, 0.5, 0.25], [1.0, 0.0, -1.0]] {
        let expected: Vec<f32> = [1.0, 2.0, 3.0]
            .iter()
            .map(|x: &f32| 2.0 * (taps[0] * x + taps[1] * (x + 1.0) + taps[2] * (x + 2.0)))
            .collect();
        device.launch(Grid::covering(3), filter, (FilterArgs { gain: 2.0, taps, x: &x }, &mut y)).unwrap();
        assert_eq!(y.to_vec().unwrap(), expected);
        // A field may be fixed at launch, and so may all of it.
        let fixed = FilterArgs { gain: Fixed(2.0), taps, x: FixedLengths(&x) };
        device.launch(Grid::covering(3), filter, (fixed, &mut y)).unwrap();
        assert_eq!(y.to_vec().unwrap(), expected);
        device.launch(Grid::covering(3), filter, Fixed((FilterArgs { gain: 2.0, taps, x: &x }, &mut y))).unwrap();
        assert_eq!(y.to_vec().unwrap(), expected);
    }
}

fn scale(item: WorkItem, a: f32, x: &[f32], mut y: PerItem<f32>) {
    if let Some(y) = y.get_mut(&item) {
        *y = a * x[item.global_id()];
    }
}

pub(crate) fn fixed_values_and_lengths(device: &Device) {
    for (len, a) in [(1000, 2.0), (999, 2.0), (1000, 3.0), (1000, 2.0), (1, 0.5)] {
        let x = device.buffer_from(&(0..len).map(|i| i as f32).collect::<Vec<_>>()).unwrap();
        let expected: Vec<f32> = (0..len).map(|i| a * i as f32).collect();
        let mut y = device.buffer::<f32>(len).unwrap();
        let check = |how: &str, y: &mut Buffer<f32>| {
            assert_eq!(y.to_vec().unwrap(), expected, "{how}, {len} elements, times {a}");
            y.fill(-1.0).unwrap();
        };
        let grid = Grid::covering(len);
        device.launch(grid, scale, Fixed((a, &x, &mut y))).unwrap();
        check("all", &mut y);
        device.launch(grid, scale, FixedLengths((a, &x, &mut y))).unwrap();
        check("lengths", &mut y);
        device.launch(grid, scale, (Fixed(a), &x, &mut y)).unwrap();
        check("one value", &mut y);
        device.launch(grid, scale, (a, Fixed(x.slice(..)), FixedLengths(y.slice_mut(..)))).unwrap();
        check("two lengths", &mut y);
    }
}

pub(crate) fn fixed_lengths_of_every_view(device: &Device) {
    fn all(
        item: WorkItem<2>,
        group: Group,
        image: ImageRef<R32Float, D2>,
        scratch: Lds<[u32]>,
        counts: &[AtomicU32],
        mut tile: PerItemTile<f32, 1, 1>,
    ) {
        let shared = scratch.init(&item.linear(), |i| i as u32 + 1).share(group);
        counts[item.linear_id() % counts.len()].fetch_add(shared.iter().sum(), Ordering::Relaxed);
        if let (Some(mut tile), Some([value, ..])) = (tile.get_mut(&item), image.get(item.global_id()))
            && let Some(texel) = tile.get_mut(0, 0)
        {
            *texel = value * 2.0;
        }
    }
    fn chunks(item: WorkItem, mut chunks: PerItemChunks<u32, 4>, mut strided: PerItemStrided<u32>) {
        if let Some(chunk) = chunks.get_mut(&item) {
            chunk.iter_mut().enumerate().for_each(|(i, x)| *x = (10 * item.global_id() + i) as u32);
        }
        strided.iter_mut(&item).for_each(|(_, x)| *x = item.global_id() as u32);
    }
    for ([width, height], words, counters) in [([6, 3], 5, 4), ([5, 4], 7, 4), ([6, 3], 5, 3)] {
        let texels: Vec<f32> = (0..width * height).map(|i| i as f32).collect();
        let image: Image<R32Float, D2> = device.image_from([width, height], &texels).unwrap();
        let mut counts = device.buffer::<u32>(counters).unwrap();
        let mut out = device.buffer_filled(width * height, -1.0f32).unwrap();
        let args = (GroupArg, &image, LdsLen(words), &mut counts, out.tiles(width));
        device.launch(Grid::new([width, height]), all, Fixed(args)).unwrap();
        assert_eq!(out.to_vec().unwrap(), texels.iter().map(|x| 2.0 * x).collect::<Vec<_>>());
        let sum = (words * (words + 1) / 2) as u32;
        let items = |at: usize| (at..width * height).step_by(counters).count() as u32;
        assert_eq!(counts.to_vec().unwrap(), (0..counters).map(|at| sum * items(at)).collect::<Vec<_>>());
    }
    for (groups, len) in [(5, 13), (6, 13), (5, 14)] {
        let mut a = device.buffer_filled(groups * 4, u32::MAX).unwrap();
        let mut b = device.buffer_filled(len, u32::MAX).unwrap();
        device.launch(Grid::covering(groups), chunks, FixedLengths((&mut a, &mut b))).unwrap();
        let expected: Vec<u32> = (0..groups as u32).flat_map(|i| (0..4).map(move |j| 10 * i + j)).collect();
        assert_eq!(a.to_vec().unwrap(), expected);
        assert_eq!(b.to_vec().unwrap(), (0..len).map(|i| (i % groups) as u32).collect::<Vec<_>>());
    }
}

pub(crate) fn fixed_grids(device: &Device) {
    fn offset(item: WorkItem, out: &[AtomicU32]) {
        out[item.global_id()].store(item.global_id() as u32 + 1, Ordering::Relaxed);
    }
    for (start, end) in [(0, 10), (3, 10), (3, 9), (0, 10)] {
        let mut out = device.buffer::<u32>(10).unwrap();
        device.launch(Grid::range(start..end), offset, Fixed((&mut out,))).unwrap();
        let expected: Vec<u32> = (0..10).map(|i| if (start..end).contains(&i) { i as u32 + 1 } else { 0 }).collect();
        assert_eq!(out.to_vec().unwrap(), expected, "{start}..{end}");
    }
}

pub(crate) fn checks_that_fail_still_fail(device: &Device) {
    let x = device.buffer_filled(7, 1.0f32).unwrap();
    let mut y = device.buffer::<f32>(8).unwrap();
    // On a queue of its own, so that no other case is told of the panic.
    let queue = device.new_queue().unwrap();
    let launch = device.launch_on(&queue, Grid::covering(8), scale, Fixed((2.0, &x, &mut y))).unwrap();
    match launch.wait() {
        Err(Error::KernelPanicked { message, .. }) => {
            assert_eq!(message, "index out of bounds: the len is 7 but the index is 7");
        }
        other => panic!("{other:?}"),
    }
}

pub(crate) fn two_threads(device: &Device) {
    std::thread::scope(|scope| {
        for first in [0u32, 20] {
            scope.spawn(move || powers(device, (first..first + 6).chain(first..first + 3)));
            // The same values at the same time.
            scope.spawn(move || powers(device, 8..12));
        }
    });
}

pub(crate) fn other_work_group_sizes(device: &Device) {
    let x = device.buffer_filled(2000, 3.0).unwrap();
    let mut y = device.buffer::<f64>(2000).unwrap();
    for size in [64, 1000, 64] {
        for n in [2, 3] {
            device.launch(Grid::covering(2000).group_size([size]), power, (n, &x, &mut y)).unwrap();
            assert_eq!(y.to_vec().unwrap(), vec![3f64.powi(n as i32); 2000], "{size} work-items, exponent {n}");
        }
    }
}

/// Where there are versions at all, each is made once.
pub(crate) fn launches_are_of_their_own_version(device: &Device) {
    fn cube(item: WorkItem, times: Spec<u64>, mut y: PerItem<u64>) {
        if let Some(y) = y.get_mut(&item) {
            *y = (0..*times).fold(1, |all, i| all * (i + 3));
        }
    }
    let mut y = device.buffer::<u64>(1).unwrap();
    let mut prepare = |times: u64| {
        let prepared = device.prepare(Grid::covering(1), cube, (times, &mut y)).unwrap();
        (prepared.origin(), prepared.code().map(<[u8]>::to_vec))
    };
    let (_, three) = prepare(3);
    let (origin, four) = prepare(4);
    let (again, same) = prepare(3);
    assert_eq!(three, same);
    assert_eq!(again, Origin::Memory);
    if device.info().is_gpu {
        assert_ne!(origin, Origin::Memory);
        // From an image compiled ahead of time, where there is no compiler, all would be one.
        assert!(three != four || origin == Origin::AheadOfTime);
    }
}
