//! Images in kernels: dimensions, views, samplers.

use geobacter::image::*;
use geobacter::prelude::*;

/// Each texel of an image of numbers, by position: a different number everywhere.
fn numbered([w, h, d]: [usize; 3]) -> Vec<u32> {
    (0..w * h * d).map(|i| (i % w + 100 * (i / w % h) + 10_000 * (i / w / h)) as u32).collect()
}

macro_rules! every_position {
    ($name:ident, $d:ty, $item:ty, $extent:expr, |$p:ident| $three:expr) => {
        /// Reads the mirror image of each position and adds it to the position's own texel.
        pub(crate) fn $name(device: &Device) {
            fn add(item: $item, from: ImageRef<R32Uint, $d>, mut to: PerItemTexel<R32Uint, $d>) {
                let $p = from.extent();
                let extent = <$d>::extent($p);
                let own = <$d>::own(&item);
                let mirrored = <$d>::index(std::array::from_fn(|i| extent[i] - 1 - own[i]));
                if let (Some([value, ..]), Some(mut texel)) = (from.get(mirrored), to.get_mut(&item)) {
                    let [old, ..] = texel.load();
                    texel.store([old + 1000 * value, 0, 0, 0]);
                }
            }
            let $p = $extent;
            let extent: [usize; 3] = $three;
            let data = numbered(extent);
            let from: Image<R32Uint, $d> = device.image_from($p, &data).unwrap();
            let mut to: Image<R32Uint, $d> = device.image_from($p, &data.iter().map(|x| x % 1000).collect::<Vec<_>>()).unwrap();
            assert_eq!((from.extent(), from.elements()), ($p, data.len()));
            device.launch(every_position!(@ $p), add, (&from, &mut to)).unwrap();
            let expected: Vec<u32> =
                data.iter().zip(data.iter().rev()).map(|(own, other)| own % 1000 + 1000 * other).collect();
            assert_eq!(to.to_vec().unwrap(), expected);
        }
    };
    (@ $p:ident) => { GridOf::grid($p) };
}

/// A grid with a work-item for each texel.
trait GridOf<const D: usize> {
    fn grid(self) -> Grid<D>;
}
impl GridOf<1> for usize {
    fn grid(self) -> Grid {
        Grid::covering(self)
    }
}
impl<const D: usize> GridOf<D> for [usize; D] {
    fn grid(self) -> Grid<D> {
        Grid::new(self)
    }
}

every_position!(one_dimension, D1, WorkItem, 99, |p| [p, 1, 1]);
every_position!(two_dimensions, D2, WorkItem<2>, [31, 17], |p| [p[0], p[1], 1]);
every_position!(three_dimensions, D3, WorkItem<3>, [9, 7, 5], |p| p);
every_position!(arrays_of_rows, D1Array, WorkItem<2>, [40, 6], |p| [p[0], p[1], 1]);
every_position!(arrays_of_images, D2Array, WorkItem<3>, [12, 8, 4], |p| p);

pub(crate) fn grids_larger_and_elsewhere(device: &Device) {
    fn mark(item: WorkItem<2>, mut image: PerItemTexel<R8Uint>) {
        if let Some(mut texel) = image.get_mut(&item) {
            let [old, ..] = texel.load();
            texel.store([old + 1, 0, 0, 0]);
        }
    }
    let mut image: Image<R8Uint, D2> = device.image([5, 4]).unwrap();
    device.launch(Grid::new([50, 40]), mark, (&mut image,)).unwrap();
    assert_eq!(image.to_vec().unwrap(), [1; 20]);
    // A work-item has the texel with its global id, wherever the grid starts.
    device.launch(Grid::new([2, 100]).starting_at([3, 2]), mark, (&mut image,)).unwrap();
    let expected: Vec<u8> = (0..20).map(|i| 1 + u8::from(i % 5 >= 3 && i / 5 >= 2)).collect();
    assert_eq!(image.to_vec().unwrap(), expected);
}

pub(crate) fn positions_outside(device: &Device) {
    fn look(item: WorkItem, image: ImageRef<R32Sint>, at: &[[usize; 2]], mut out: PerItem<i32>) {
        if let (Some(out), Some(&at)) = (out.get_mut(&item), at.get(item.global_id())) {
            *out = image.get(at).map_or(-1, |[red, ..]| red);
        }
    }
    let image: Image<R32Sint, D2> = device.image_from([2, 2], &[1, 2, 3, 4]).unwrap();
    let huge = usize::MAX;
    let at = [[0, 0], [1, 1], [2, 0], [0, 2], [huge, 0], [0, huge], [1 << 32, 0], [0, 1 << 32], [1, 0]];
    let mut out = device.buffer(at.len()).unwrap();
    let at = device.buffer_from(&at).unwrap();
    device.launch(Grid::covering(at.len()), look, (&image, &at, &mut out)).unwrap();
    assert_eq!(out.to_vec().unwrap(), [1, 4, -1, -1, -1, -1, -1, -1, 2]);
}

pub(crate) fn tiles(device: &Device) {
    fn number(item: WorkItem<2>, mut image: PerItemTexels<R16Uint, 4, 2>) {
        let [i, j] = item.global_id();
        let Some(mut tile) = image.get_mut(&item) else { return };
        let [columns, rows] = tile.extent();
        for y in 0..rows {
            for x in 0..columns {
                if let Some(mut texel) = tile.get_mut([x, y]) {
                    texel.store([(j * 10 + i) as u32, 0, 0, 0]);
                }
            }
        }
        assert!(tile.get_mut([columns, 0]).is_none() && tile.get_mut([0, rows]).is_none());
    }
    let mut image: Image<R16Uint, D2> = device.image([10, 7]).unwrap();
    device.launch(Grid::new([5, 5]), number, (&mut image,)).unwrap();
    let expected: Vec<u16> = (0..70).map(|k| (k / 10 / 2 * 10 + k % 10 / 4) as u16).collect();
    assert_eq!(image.to_vec().unwrap(), expected);
}

pub(crate) fn raw_images(device: &Device) {
    fn reverse(item: WorkItem, image: RawImage<R32Uint, D1>) {
        let (i, n) = (item.global_id(), image.extent());
        // SAFETY: each work-item swaps a pair of its own.
        unsafe {
            if let (Some(mut a), Some(mut b)) = (image.get_mut(i), image.get_mut(n - 1 - i)) {
                let (x, y) = (a.load(), b.load());
                a.store(y);
                b.store(x);
            }
        }
    }
    let image: Image<R32Uint, D1> = device.image_from(8, &[0, 1, 2, 3, 4, 5, 6, 7]).unwrap();
    // SAFETY: see the kernel.
    device.launch(Grid::covering(4), reverse, (unsafe { image.raw() },)).unwrap();
    assert_eq!(image.to_vec().unwrap(), [7, 6, 5, 4, 3, 2, 1, 0]);
}

pub(crate) fn single_layers(device: &Device) {
    fn copy(item: WorkItem<2>, from: ImageRef<R32Uint>, mut to: PerItemTexel<R32Uint>) {
        if let (Some(value), Some(mut texel)) = (from.get(item.global_id()), to.get_mut(&item)) {
            texel.store(value);
        }
    }
    let data = numbered([4, 3, 5]);
    let array: Image<R32Uint, D2Array> = device.image_from([4, 3, 5], &data).unwrap();
    let mut volume: Image<R32Uint, D3> = device.image([4, 3, 2]).unwrap();
    device.launch(Grid::new([9, 9]), copy, (array.layer(3), volume.layer_mut(1))).unwrap();
    let expected: Vec<u32> = [0; 12].into_iter().chain(data[36..48].iter().copied()).collect();
    assert_eq!(volume.to_vec().unwrap(), expected);
    let outside = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| array.layer(5).extent()));
    assert!(outside.is_err());
}

pub(crate) fn room_between_rows(device: &Device) {
    fn add_one(item: WorkItem<3>, mut image: PerItemTexel<Rgba8Uint, D3>) {
        if let Some(mut texel) = image.get_mut(&item) {
            texel.store(texel.load().map(|x| x + 1));
        }
    }
    let layout = ImageLayout::new().row_pitch(32).slice_pitch(128);
    let mut image: Image<Rgba8Uint, D3> = device.image_with_layout([5, 3, 2], layout).unwrap();
    assert_eq!((image.row_pitch(), image.slice_pitch(), image.bytes()), (32, 128, 256));
    let data: Vec<u8> = (0..120).collect();
    image.write_from(&data).unwrap();
    device.launch(Grid::new([5, 3, 2]), add_one, (&mut image,)).unwrap();
    assert_eq!(image.to_vec().unwrap(), (1..121).collect::<Vec<u8>>());
    let mut tight: Image<Rgba8Uint, D3> = device.image([5, 3, 2]).unwrap();
    tight.copy_from(&image).unwrap();
    assert_eq!(tight.to_vec().unwrap(), (1..121).collect::<Vec<u8>>());
}

pub(crate) fn address_modes(device: &Device) {
    fn fetch(item: WorkItem<2>, image: ImageRef<Rg8Unorm>, address: Address, mut out: PerItem<[f32; 4]>) {
        let [x, y] = item.global_id();
        if let Some(out) = out.get_mut(&item) {
            *out = image.fetch([x as i32 - 7, y as i32 - 7], address);
        }
    }
    let (w, h) = (3, 2);
    let texels = [[10, 20], [30, 40], [50, 60], [70, 80], [90, 100], [110, 120u8]];
    let image: Image<Rg8Unorm, D2> = device.image_from([3, 2], texels.as_flattened()).unwrap();
    for address in [Address::ClampToEdge, Address::Border, Address::Repeat, Address::MirroredRepeat] {
        let mut out = device.buffer::<[f32; 4]>(20 * 20).unwrap();
        device.launch(Grid::new([20, 20]), fetch, (&image, address, &mut out)).unwrap();
        for (k, actual) in out.to_vec().unwrap().into_iter().enumerate() {
            let along = |i: i32, n: i32| match address {
                Address::ClampToEdge => Some(i.clamp(0, n - 1)),
                Address::Border => (0..n).contains(&i).then_some(i),
                Address::Repeat => Some(i.rem_euclid(n)),
                Address::MirroredRepeat => Some(i.rem_euclid(2 * n)).map(|i| i.min(2 * n - 1 - i)),
            };
            let at = (along((k % 20) as i32 - 7, w), along((k / 20) as i32 - 7, h));
            let expected = match at {
                (Some(x), Some(y)) => {
                    let [r, g] = texels[(y * w + x) as usize].map(|v| f32::from(v) / 255.0);
                    [r, g, 0.0, 1.0]
                }
                _ => [0.0, 0.0, 0.0, 1.0],
            };
            assert_eq!(actual, expected, "{address:?}, texel {k}");
        }
    }
}

/// The sample as the specification's formula has it, in double precision.
fn expected_sample(sampler: (Address, bool, bool), texels: &[f32], [w, h]: [usize; 2], at: [f32; 2]) -> f64 {
    let (address, normalised, linear) = sampler;
    let place = |i: i64, n: usize| -> Option<usize> {
        let n = n as i64;
        let i = match address {
            Address::ClampToEdge => i.clamp(0, n - 1),
            Address::Border => i,
            Address::Repeat => i.rem_euclid(n),
            Address::MirroredRepeat => i.rem_euclid(2 * n).min(2 * n - 1 - i.rem_euclid(2 * n)),
        };
        (0..n).contains(&i).then_some(i as usize)
    };
    let value = |x: i64, y: i64| match (place(x, w), place(y, h)) {
        (Some(x), Some(y)) => f64::from(texels[y * w + x]),
        _ => 0.0,
    };
    let [u, v] = [(at[0], w), (at[1], h)].map(|(c, n)| f64::from(c) * if normalised { n as f64 } else { 1.0 });
    if !linear {
        return value(u.floor() as i64, v.floor() as i64);
    }
    let (u, v) = (u - 0.5, v - 0.5);
    let (i, j, a, b) = (u.floor() as i64, v.floor() as i64, u - u.floor(), v - v.floor());
    (1.0 - a) * (1.0 - b) * value(i, j)
        + a * (1.0 - b) * value(i + 1, j)
        + (1.0 - a) * b * value(i, j + 1)
        + a * b * value(i + 1, j + 1)
}

/// Off the texels' borders, so that rounding never decides which texel is meant.
fn coordinates(normalised: bool, [w, h]: [usize; 2]) -> Vec<[f32; 2]> {
    let scale = |n: usize| if normalised { 1.0 / n as f32 } else { 1.0 };
    (0..40 * 40)
        .map(|k| {
            let [x, y] = [k % 40, k / 40].map(|i| i as f32 * 0.53 - 8.03);
            [x * scale(w), y * scale(h)]
        })
        .collect()
}

fn sample_all(item: WorkItem, image: ImageRef<R32Float>, sampler: Sampler, at: &[[f32; 2]], mut out: PerItem<f32>) {
    if let (Some(out), Some(&at)) = (out.get_mut(&item), at.get(item.global_id())) {
        *out = image.sample(&sampler, at)[0];
    }
}

pub(crate) fn samplers(device: &Device) {
    let extent = [5, 4];
    let texels: Vec<f32> = (0..20).map(|i| ((i * 37 % 20) as f32).sqrt()).collect();
    let image: Image<R32Float, D2> = device.image_from(extent, &texels).unwrap();
    let cpu = Device::open("cpu").unwrap();
    let on_cpu: Image<R32Float, D2> = cpu.image_from(extent, &texels).unwrap();
    for address in [Address::ClampToEdge, Address::Border, Address::Repeat, Address::MirroredRepeat] {
        for (normalised, linear) in [(false, false), (false, true), (true, false), (true, true)] {
            let mut sampler = if linear { Sampler::linear() } else { Sampler::nearest() }.address(address);
            if normalised {
                sampler = sampler.normalised();
            }
            let at = coordinates(normalised, extent);
            let samples = |device: &Device, image: &Image<R32Float, D2>| {
                let at = device.buffer_from(&at).unwrap();
                let mut out = device.buffer::<f32>(at.len()).unwrap();
                device.launch(Grid::covering(at.len()), sample_all, (image, sampler, &at, &mut out)).unwrap();
                out.to_vec().unwrap()
            };
            let actual = samples(device, &image);
            for (&actual, &at) in actual.iter().zip(&at) {
                let expected = expected_sample((address, normalised, linear), &texels, extent, at);
                assert!((f64::from(actual) - expected).abs() < 2e-5, "{sampler:?} at {at:?}: {actual}, not {expected}");
            }
            assert_eq!(actual, samples(&cpu, &on_cpu), "{sampler:?}: not the bits of the CPU device");
        }
    }
}

pub(crate) fn constant_samplers(device: &Device) {
    const SMOOTH: Sampler = Sampler::linear().normalised().address(Address::Repeat);
    fn shrink(item: WorkItem<2>, image: ImageRef<Rgba8Srgb>, mut out: PerItemTexel<Rgba32Float>) {
        let [[x, y], [w, h]] = [item.global_id(), item.grid_size()];
        if let Some(mut texel) = out.get_mut(&item) {
            texel.store(image.sample(&SMOOTH, [(x as f32 + 0.5) / w as f32, (y as f32 + 0.5) / h as f32]));
        }
    }
    // Half the width and half the height: each sample is the mean of four texels, in linear light.
    let bytes: Vec<u8> = (0..8 * 8 * 4).map(|i| (i * 29 % 256) as u8).collect();
    let image: Image<Rgba8Srgb, D2> = device.image_from([8, 8], &bytes).unwrap();
    let mut out: Image<Rgba32Float, D2> = device.image([4, 4]).unwrap();
    device.launch(Grid::new([4, 4]), shrink, (&image, &mut out)).unwrap();
    let linear = |byte: u8, channel: usize| {
        let x = f64::from(byte) / 255.0;
        let curved = if x <= 0.04045 { x / 12.92 } else { ((x + 0.055) / 1.055).powf(2.4) };
        if channel == 3 { x } else { curved }
    };
    for (k, &actual) in out.to_vec().unwrap().iter().enumerate() {
        let (x, y, c) = (k / 4 % 4, k / 16, k % 4);
        let at = |dx: usize, dy: usize| linear(bytes[((2 * y + dy) * 8 + 2 * x + dx) * 4 + c], c);
        let mean = (at(0, 0) + at(1, 0) + at(0, 1) + at(1, 1)) / 4.0;
        assert!((f64::from(actual) - mean).abs() < 1e-6, "component {k}: {actual}, not {mean}");
    }
}

pub(crate) fn samples_in_volumes_and_arrays(device: &Device) {
    fn centre(item: WorkItem, image: ImageRef<R32Float, D3>, mut out: PerItem<f32>) {
        if let Some(out) = out.get_mut(&item) {
            *out = image.sample(&Sampler::linear(), [1.0, 1.0, 1.0 + item.global_id() as f32 / 4.0])[0];
        }
    }
    let data = [1.0, 2.0, 3.0, 4.0, 10.0, 20.0, 30.0, 40.0];
    let volume: Image<R32Float, D3> = device.image_from([2, 2, 2], &data).unwrap();
    let mut out = device.buffer::<f32>(3).unwrap();
    device.launch(Grid::covering(3), centre, (&volume, &mut out)).unwrap();
    // The means of the two slices are 2.5 and 25.
    assert_eq!(out.to_vec().unwrap(), [13.75, 19.375, 25.0]);

    fn layers(item: WorkItem, image: ImageRef<R32Float, D1Array>, at: &[f32], mut out: PerItem<f32>) {
        if let (Some(out), Some(&layer)) = (out.get_mut(&item), at.get(item.global_id())) {
            *out = image.sample(&Sampler::linear().address(Address::Border), [1.0, layer])[0];
        }
    }
    let array: Image<R32Float, D1Array> = device.image_from([2, 4], &data).unwrap();
    let at = [-3.0, 0.4, 0.5, 1.5, 2.6, 9.0];
    let mut out = device.buffer::<f32>(at.len()).unwrap();
    let at = device.buffer_from(&at).unwrap();
    device.launch(Grid::covering(at.len()), layers, (&array, &at, &mut out)).unwrap();
    // Rounded to the nearest layer, ties to even, and clamped, whatever the address mode.
    assert_eq!(out.to_vec().unwrap(), [1.5, 1.5, 1.5, 15.0, 35.0, 35.0]);
}

pub(crate) fn in_structs_of_parameters(device: &Device) {
    #[derive(KernelArg)]
    struct Blend<'a> {
        front: ImageRef<'a, R32Float>,
        alpha: f32,
        back: PerItemTexel<'a, R32Float>,
    }
    fn blend(item: WorkItem<2>, mut p: Blend) {
        if let (Some([front, ..]), Some(mut back)) = (p.front.get(item.global_id()), p.back.get_mut(&item)) {
            let [old, ..] = back.load();
            back.store([p.alpha * front + (1.0 - p.alpha) * old, 0.0, 0.0, 0.0]);
        }
    }
    let front: Image<R32Float, D2> = device.image_from([2, 2], &[1.0, 2.0, 3.0, 4.0]).unwrap();
    let mut back: Image<R32Float, D2> = device.image_from([2, 2], &[5.0; 4]).unwrap();
    device.launch(Grid::new([2, 2]), blend, (BlendArgs { front: &front, alpha: 0.25, back: &mut back },)).unwrap();
    assert_eq!(back.to_vec().unwrap(), [4.0, 4.25, 4.5, 4.75]);
}

pub(crate) fn order_follows_from_the_borrows(device: &Device) {
    fn spread(item: WorkItem<2>, from: ImageRef<R32Uint>, mut to: PerItemTexel<R32Uint>) {
        let [x, y] = item.global_id();
        if let Some(mut texel) = to.get_mut(&item) {
            let [left, ..] = from.fetch([x as i32 - 1, y as i32], Address::Repeat);
            let [up, ..] = from.fetch([x as i32, y as i32 - 1], Address::Repeat);
            texel.store([left.wrapping_mul(3).wrapping_add(up), 0, 0, 0]);
        }
    }
    let (n, rounds) = (64, 20);
    let mut host: Vec<u32> = (0..n * n).map(|i| (i as u32).wrapping_mul(2_654_435_761)).collect();
    let queues = [device.new_queue().unwrap(), device.new_queue().unwrap()];
    let mut a: Image<R32Uint, D2> = device.image_from([n, n], &host).unwrap();
    let mut b: Image<R32Uint, D2> = device.image([n, n]).unwrap();
    for round in 0..rounds {
        device.launch_on(&queues[round % 2], Grid::new([n, n]), spread, (&a, &mut b)).unwrap();
        std::mem::swap(&mut a, &mut b);
        let at = |x: usize, y: usize| host[y % n * n + x % n];
        host = (0..n * n)
            .map(|i| (i % n, i / n))
            .map(|(x, y)| at(x + n - 1, y).wrapping_mul(3).wrapping_add(at(x, y + n - 1)))
            .collect();
    }
    assert_eq!(a.to_vec().unwrap(), host);
}
