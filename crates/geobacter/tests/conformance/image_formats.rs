//! What the bits of texels mean: the same on every device, and what the specification's formulas say.

use geobacter::image::*;
use geobacter::prelude::*;

/// A type whose every channel value is looked at.
type One<T> = Pixel<Red, T>;

fn reds<F: Format>(item: WorkItem, image: ImageRef<F, D1>, mut out: PerItem<F::Component>) {
    if let (Some(out), Some([red, ..])) = (out.get_mut(&item), image.get(item.global_id())) {
        *out = red;
    }
}

fn load_all<F: Format>(device: &Device, elements: &[F::Element]) -> Vec<F::Component>
where
    F::Component: Default,
{
    let image: Image<F, D1> = device.image_from(elements.len(), elements).unwrap();
    let mut out = device.buffer(elements.len()).unwrap();
    device.launch(Grid::covering(elements.len()), reds::<F>, (&image, &mut out)).unwrap();
    out.to_vec().unwrap()
}

#[track_caller]
fn loads<F: Format<Component = f32>>(device: &Device, elements: &[F::Element], expected: impl Fn(usize) -> f64) {
    for (i, actual) in load_all::<F>(device, elements).into_iter().enumerate() {
        let expected = expected(i) as f32;
        let same = actual.to_bits() == expected.to_bits() || actual.is_nan() && expected.is_nan();
        assert!(same, "{}: element {i} is {actual:e}, not {expected:e}", std::any::type_name::<F>());
    }
}

pub(crate) fn every_8_bit_value(device: &Device) {
    let bytes: Vec<u8> = (0..=255).collect();
    let signed: Vec<i8> = (-128..=127).collect();
    loads::<One<Unorm8>>(device, &bytes, |i| i as f64 / 255.0);
    loads::<One<Snorm8>>(device, &signed, |i| ((i as f64 - 128.0) / 127.0).max(-1.0));
    let curve = |x: f64| if x <= 0.04045 { x / 12.92 } else { ((x + 0.055) / 1.055).powf(2.4) };
    let triples: Vec<u8> = bytes.iter().flat_map(|&b| [b, 7, 8]).collect();
    let linear = {
        let image: Image<Pixel<Srgb, Unorm8>, D1> = device.image_from(256, &triples).unwrap();
        let mut out = device.buffer(256).unwrap();
        device.launch(Grid::covering(256), reds, (&image, &mut out)).unwrap();
        out.to_vec().unwrap()
    };
    assert!(linear.iter().enumerate().all(|(i, &x)| x == curve(i as f64 / 255.0) as f32));
    assert_eq!(load_all::<One<Uint8>>(device, &bytes), (0..256).collect::<Vec<u32>>());
    assert_eq!(load_all::<One<Sint8>>(device, &signed), (-128..128).collect::<Vec<i32>>());
}

pub(crate) fn every_16_bit_value(device: &Device) {
    let words: Vec<u16> = (0..=u16::MAX).collect();
    let signed: Vec<i16> = (i16::MIN..=i16::MAX).collect();
    loads::<One<Unorm16>>(device, &words, |i| i as f64 / 65535.0);
    loads::<One<Snorm16>>(device, &signed, |i| ((i as f64 - 32768.0) / 32767.0).max(-1.0));
    loads::<One<Half>>(device, &words, |i| {
        let (exponent, fraction) = (i as i32 >> 10 & 31, f64::from(i as u32 & 0x3ff));
        let magnitude = match exponent {
            0 => fraction * 2f64.powi(-24),
            31 if fraction == 0.0 => f64::INFINITY,
            31 => f64::NAN,
            _ => (1.0 + fraction / 1024.0) * 2f64.powi(exponent - 15),
        };
        if i >> 15 == 1 { -magnitude } else { magnitude }
    });
    loads::<Pixel<Rgb, Unorm565>>(device, &words, |i| f64::from(i as u32 >> 11) / 31.0);
    loads::<Pixel<Rgbx, Unorm555>>(device, &words, |i| f64::from(i as u32 >> 10 & 31) / 31.0);
}

pub(crate) fn wide_values(device: &Device) {
    let words: Vec<u32> = (0..4096u32).map(|i| i.wrapping_mul(0x9e37_79b9) ^ i << 20).chain([0, u32::MAX]).collect();
    let floats: Vec<f32> = words.iter().map(|&w| f32::from_bits(w)).collect();
    loads::<One<Float>>(device, &floats, |i| floats[i].into());
    loads::<Pixel<Rgb, Unorm101010>>(device, &words, |i| f64::from(words[i] >> 20 & 1023) / 1023.0);
    loads::<Pixel<Depth, Unorm24>>(device, &words, |i| f64::from(words[i] & 0xff_ffff) / f64::from(0xff_ffff));
    assert_eq!(load_all::<One<Uint32>>(device, &words), words);
}

/// Writes `values` as reds.
fn store_all<F: Format>(device: &Device, values: &[F::Component]) -> Vec<F::Element> {
    fn store<F: Format>(item: WorkItem, values: &[F::Component], mut image: PerItemTexel<F, D1>) {
        if let (Some(mut texel), Some(&value)) = (image.get_mut(&item), values.get(item.global_id())) {
            texel.store([value; 4]);
        }
    }
    let values = device.buffer_from(values).unwrap();
    let mut image: Image<F, D1> = device.image(values.len()).unwrap();
    device.launch(Grid::covering(values.len()), store::<F>, (&values, &mut image)).unwrap();
    image.to_vec().unwrap()
}

/// Numbers in and around the range of normalised channels, and from all of `f32`'s.
fn numbers() -> Vec<f32> {
    let fine = (-30_000..30_000).map(|i| i as f32 / 20_000.0);
    let ties = (0..=510).map(|i| i as f32 / 510.0);
    let all = (0..1u32 << 13).map(|i| f32::from_bits(i << 19 | i.wrapping_mul(40503) & 0x7_ffff));
    fine.chain(ties).chain(all).chain([f32::NAN, f32::INFINITY, f32::NEG_INFINITY]).collect()
}

/// `convert_..._sat_rte(x * scale)`.
fn converted(x: f32, scale: f32, lowest: f32) -> f32 {
    let scaled = x * scale;
    if scaled.is_nan() { 0.0 } else { scaled.clamp(lowest, scale).round_ties_even() }
}

pub(crate) fn normalised_stores_round_and_saturate(device: &Device) {
    #[track_caller]
    fn check<F: Format<Component = f32>>(
        device: &Device,
        number: impl Fn(&F::Element) -> f32,
        scale: f32,
        lowest: f32,
    ) {
        let values = numbers();
        for (element, &x) in store_all::<F>(device, &values).iter().zip(&values) {
            let (actual, expected) = (number(element), converted(x, scale, lowest));
            assert_eq!(actual, expected, "{}: {x:e}", std::any::type_name::<F>());
        }
    }
    check::<One<Unorm8>>(device, |&e| e.into(), 255.0, 0.0);
    check::<One<Snorm8>>(device, |&e| e.into(), 127.0, -128.0);
    check::<One<Unorm16>>(device, |&e| e.into(), 65535.0, 0.0);
    check::<One<Snorm16>>(device, |&e| e.into(), 32767.0, -32768.0);
    check::<Pixel<Rgb, Unorm565>>(device, |&e| (e >> 5 & 63).into(), 63.0, 0.0);
    check::<Pixel<Rgb, Unorm101010>>(device, |&e| (e & 1023) as f32, 1023.0, 0.0);
    let values = numbers();
    for (&byte, &x) in store_all::<Pixel<Srgba, Unorm8>>(device, &values).iter().step_by(4).zip(&values) {
        let x = f64::from(x).clamp(0.0, 1.0);
        let curved = if x < 0.0031308 { 12.92 * x } else { 1.055 * x.powf(1.0 / 2.4) - 0.055 };
        // NaN as an integer is 0.
        assert_eq!(byte, (curved * 255.0).round_ties_even() as u8, "{x:e}");
    }
}

pub(crate) fn halves_round_to_nearest(device: &Device) {
    // Everything between two halves, in thirds and exactly in the middle.
    let half = |i: u16| (f64::from(i & 0x3ff) + 1024.0) * 2f64.powi(i32::from(i >> 10) - 25);
    let steps: Vec<u16> = (0x0400..0x7800).step_by(7).collect();
    let between: Vec<f32> = steps
        .iter()
        .flat_map(|&i| [1.0 / 3.0, 0.5, 2.0 / 3.0].map(|t| (half(i) + t * (half(i + 1) - half(i))) as f32))
        .collect();
    for (bits, &i) in store_all::<One<Half>>(device, &between).chunks(3).zip(&steps) {
        assert_eq!(bits, [i, i + (i & 1), i + 1], "around {i:#06x}");
    }
}

pub(crate) fn integer_stores_saturate(device: &Device) {
    let signed = [i32::MIN, -32769, -32768, -129, -128, -1, 0, 127, 128, 32767, 32768, i32::MAX];
    let expected: Vec<i8> = signed.iter().map(|&x| x.clamp(-128, 127) as i8).collect();
    assert_eq!(store_all::<One<Sint8>>(device, &signed), expected);
    let expected: Vec<i16> = signed.iter().map(|&x| x.clamp(-32768, 32767) as i16).collect();
    assert_eq!(store_all::<One<Sint16>>(device, &signed), expected);
    assert_eq!(store_all::<One<Sint32>>(device, &signed), signed);
    let unsigned = [0, 255, 256, 65535, 65536, u32::MAX];
    assert_eq!(store_all::<One<Uint8>>(device, &unsigned), [0, 255, 255, 255, 255, 255]);
    assert_eq!(store_all::<One<Uint16>>(device, &unsigned), [0, 255, 256, 65535, 65535, 65535]);
}

pub(crate) fn channel_orders(device: &Device) {
    /// What a store of four numbers puts into memory, and what a load then gives.
    #[track_caller]
    fn check<F: Format<Component = f32, Element = u8>>(device: &Device, memory: &[u8], loaded: [u8; 4]) {
        fn there_and_back<F: Format<Component = f32>>(
            item: WorkItem,
            mut image: PerItemTexel<F, D1>,
            mut out: PerItem<[f32; 4]>,
        ) {
            if let (Some(mut texel), Some(out)) = (image.get_mut(&item), out.get_mut(&item)) {
                texel.store([1.0, 51.0, 102.0, 153.0].map(|x: f32| x / 255.0));
                *out = texel.load().map(|x| x * 255.0);
            }
        }
        let mut image: Image<F, D1> = device.image(3).unwrap();
        let mut out = device.buffer(3).unwrap();
        device.launch(Grid::covering(3), there_and_back::<F>, (&mut image, &mut out)).unwrap();
        assert_eq!(image.to_vec().unwrap(), memory.repeat(3), "{}", std::any::type_name::<F>());
        let rounded = out.to_vec().unwrap()[2].map(|x| x.round() as u8);
        assert_eq!(rounded, loaded, "{}", std::any::type_name::<F>());
    }
    let (r, g, b, a, one) = (1, 51, 102, 153, 255);
    check::<Pixel<Alpha, Unorm8>>(device, &[a], [0, 0, 0, a]);
    check::<Pixel<Red, Unorm8>>(device, &[r], [r, 0, 0, one]);
    check::<Pixel<Rx, Unorm8>>(device, &[r, 0], [r, 0, 0, one]);
    check::<Pixel<Rg, Unorm8>>(device, &[r, g], [r, g, 0, one]);
    check::<Pixel<Rgx, Unorm8>>(device, &[r, g, 0], [r, g, 0, one]);
    check::<Pixel<Ra, Unorm8>>(device, &[r, a], [r, 0, 0, a]);
    check::<Pixel<Rgb, Unorm8>>(device, &[r, g, b], [r, g, b, one]);
    check::<Pixel<Rgbx, Unorm8>>(device, &[r, g, b, 0], [r, g, b, one]);
    check::<Pixel<Rgba, Unorm8>>(device, &[r, g, b, a], [r, g, b, a]);
    check::<Pixel<Bgra, Unorm8>>(device, &[b, g, r, a], [r, g, b, a]);
    check::<Pixel<Argb, Unorm8>>(device, &[a, r, g, b], [r, g, b, a]);
    check::<Pixel<Abgr, Unorm8>>(device, &[a, b, g, r], [r, g, b, a]);
    check::<Pixel<Intensity, Unorm8>>(device, &[r], [r; 4]);
    check::<Pixel<Luminance, Unorm8>>(device, &[r], [r, r, r, one]);
}

pub(crate) fn masked_stores_leave_the_rest(device: &Device) {
    fn store(item: WorkItem, masks: &[Mask], mut image: PerItemTexel<Rgba16Uint, D1>) {
        if let (Some(mut texel), Some(&mask)) = (image.get_mut(&item), masks.get(item.global_id())) {
            texel.store_masked([1, 2, 3, 4], mask);
        }
    }
    let one = [Mask::RED, Mask::GREEN, Mask::BLUE, Mask::ALPHA];
    let masks: Vec<Mask> =
        (0..16).map(|bits| (0..4).filter(|i| bits >> i & 1 == 1).fold(Mask::NONE, |m, i| m | one[i])).collect();
    let masks_buffer = device.buffer_from(&masks).unwrap();
    let mut image: Image<Rgba16Uint, D1> = device.image_from(16, &[0xaaaa; 64]).unwrap();
    device.launch(Grid::covering(16), store, (&masks_buffer, &mut image)).unwrap();
    let expected: Vec<u16> =
        (0..16).flat_map(|bits| (0..4).map(move |i| if bits >> i & 1 == 1 { i + 1 } else { 0xaaaa })).collect();
    assert_eq!(image.to_vec().unwrap(), expected);
    // The same with a mask that the compiler knows, in a format with several channels in an element.
    let mut packed: Image<Rgb565Unorm, D1> = device.image_from(3, &[0xffff; 3]).unwrap();
    device
        .launch(
            Grid::covering(3),
            |item: WorkItem, mut image: PerItemTexel<Rgb565Unorm, D1>| {
                if let Some(mut texel) = image.get_mut(&item) {
                    texel.store_masked([0.0; 4], Mask::GREEN);
                }
            },
            (&mut packed,),
        )
        .unwrap();
    assert_eq!(packed.to_vec().unwrap(), [0xf81f; 3]);
}
