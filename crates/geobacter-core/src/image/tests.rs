//! Formats as a whole: which channel goes where, and what masks leave alone.

use super::*;

const VALUE: [f32; 4] = [1.0, 0.2, 0.4, 0.6];

/// What `VALUE` becomes in memory, as host data would be, and what a load then gives.
#[track_caller]
fn stores<F: Format<Component = f32>>(memory: &[F::Element], loaded: [f32; 4])
where
    F::Element: PartialEq + core::fmt::Debug,
{
    assert_eq!(memory.len(), F::ELEMENTS);
    let texel = F::encode(F::Texel::default(), VALUE, Mask::ALL);
    // SAFETY: a texel is its elements.
    let actual = unsafe { core::slice::from_raw_parts(core::ptr::from_ref(&texel).cast::<F::Element>(), F::ELEMENTS) };
    assert_eq!(actual, memory);
    assert_eq!(F::decode(texel), loaded);
}

const R: u8 = 255;
const G: u8 = 51;
const B: u8 = 102;
const A: u8 = 153;

#[test]
fn channels_are_where_their_order_says() {
    stores::<Pixel<Alpha, Unorm8>>(&[A], [0.0, 0.0, 0.0, 0.6]);
    stores::<Pixel<Red, Unorm8>>(&[R], [1.0, 0.0, 0.0, 1.0]);
    stores::<Pixel<Rx, Unorm8>>(&[R, 0], [1.0, 0.0, 0.0, 1.0]);
    stores::<Pixel<Rg, Unorm8>>(&[R, G], [1.0, 0.2, 0.0, 1.0]);
    stores::<Pixel<Rgx, Unorm8>>(&[R, G, 0], [1.0, 0.2, 0.0, 1.0]);
    stores::<Pixel<Ra, Unorm8>>(&[R, A], [1.0, 0.0, 0.0, 0.6]);
    stores::<Pixel<Rgb, Unorm8>>(&[R, G, B], [1.0, 0.2, 0.4, 1.0]);
    stores::<Pixel<Rgbx, Unorm8>>(&[R, G, B, 0], [1.0, 0.2, 0.4, 1.0]);
    stores::<Pixel<Rgba, Unorm8>>(&[R, G, B, A], VALUE);
    stores::<Pixel<Bgra, Unorm8>>(&[B, G, R, A], VALUE);
    stores::<Pixel<Argb, Unorm8>>(&[A, R, G, B], VALUE);
    stores::<Pixel<Abgr, Unorm8>>(&[A, B, G, R], VALUE);
    stores::<Pixel<Intensity, Unorm8>>(&[R], [1.0; 4]);
    stores::<Pixel<Luminance, Unorm8>>(&[R], [1.0; 4]);
    stores::<Pixel<Depth, Float>>(&[1.0], [1.0, 0.0, 0.0, 1.0]);
    stores::<Pixel<Depth, Unorm24>>(&[0xff_ffff], [1.0, 0.0, 0.0, 1.0]);
}

#[test]
fn srgb_curves_the_colours_and_not_alpha() {
    // Of 0.2 and 0.4, by the formula: 1.055 * x^(1 / 2.4) - 0.055, times 255.
    let (g, b) = (124, 170);
    let curved = |i: u8| (((f64::from(i) / 255.0 + 0.055) / 1.055).powf(2.4)) as f32;
    stores::<Pixel<Srgb, Unorm8>>(&[R, g, b], [1.0, curved(g), curved(b), 1.0]);
    stores::<Pixel<Srgbx, Unorm8>>(&[R, g, b, 0], [1.0, curved(g), curved(b), 1.0]);
    stores::<Pixel<Srgba, Unorm8>>(&[R, g, b, A], [1.0, curved(g), curved(b), 0.6]);
    stores::<Pixel<Sbgra, Unorm8>>(&[b, g, R, A], [1.0, curved(g), curved(b), 0.6]);
}

#[test]
fn packed_channels_are_in_their_bits() {
    let fraction = |n: u32, max: u32| n as f32 / max as f32;
    // 0.2 * 63 = 12.6, 0.4 * 31 = 12.4; of 31: 6.2; of 1023: 204.6, 409.2.
    stores::<Pixel<Rgb, Unorm565>>(&[31 << 11 | 13 << 5 | 12], [1.0, fraction(13, 63), fraction(12, 31), 1.0]);
    stores::<Pixel<Rgbx, Unorm555>>(&[31 << 10 | 6 << 5 | 12], [1.0, fraction(6, 31), fraction(12, 31), 1.0]);
    let ten = [1.0, fraction(205, 1023), fraction(409, 1023), 1.0];
    stores::<Pixel<Rgb, Unorm101010>>(&[1023 << 20 | 205 << 10 | 409], ten);
}

#[test]
fn depth_and_stencil_share_a_texel() {
    type D24 = Pixel<DepthStencil, Unorm24>;
    let texel = D24::encode(0, [1.0, 77.4, 0.0, 0.0], Mask::ALL);
    assert_eq!((texel, D24::decode(texel)), (0x4dff_ffff, [1.0, 77.0, 0.0, 1.0]));
    assert_eq!(D24::encode(texel, [0.0; 4], Mask::RED), 0x4d00_0000);
    assert_eq!(D24::encode(texel, [0.0, 300.0, 0.0, 0.0], Mask::GREEN), 0xffff_ffff);
    type D32 = Pixel<DepthStencil, Float>;
    let texel = D32::encode(0, [0.5, 2.5, 0.0, 0.0], Mask::ALL);
    assert_eq!((texel, D32::decode(texel)), (2 << 32 | 0x3f00_0000, [0.5, 2.0, 0.0, 1.0]));
    assert_eq!(D32::encode(texel, [1.0, 9.0, 0.0, 0.0], Mask::GREEN), 9 << 32 | 0x3f00_0000);
}

/// Each store with each mask, of a texel whose bits are `fill`: only the channels that hold a masked component change, and
/// they change to what a store of all gives.
#[track_caller]
fn masks<F: Format>(value: [F::Component; 4], fill: u8, components_of_elements: &[Option<usize>])
where
    F::Element: PartialEq + core::fmt::Debug,
{
    let mut bytes = [fill; 16];
    // SAFETY: texels are plain numbers of at most 16 bytes.
    let old: F::Texel = unsafe { bytes.as_mut_ptr().cast::<F::Texel>().read_unaligned() };
    let elements = |texel: &F::Texel| {
        // SAFETY: a texel is its elements.
        unsafe { core::slice::from_raw_parts(core::ptr::from_ref(texel).cast::<F::Element>(), F::ELEMENTS) }
    };
    for bits in 0..16 {
        let mask = (0..4).filter(|i| bits >> i & 1 == 1).fold(Mask::NONE, |m, i| m.with(Mask::component(i)));
        let stored = F::encode(old, value, mask);
        let all = F::encode(old, value, Mask::ALL);
        for (i, component) in components_of_elements.iter().enumerate() {
            let from = if component.is_some_and(|c| bits >> c & 1 == 1) { &all } else { &old };
            assert_eq!(elements(&stored)[i], elements(from)[i], "mask {bits:#b}, element {i}");
        }
        let named = components_of_elements.iter().flatten().all(|c| bits >> c & 1 == 1);
        assert_eq!(F::is_whole(mask), named, "mask {bits:#b}");
    }
}

#[test]
fn masked_off_channels_keep_what_they_have() {
    const FILL: u8 = 0xa5;
    masks::<Rgba8Unorm>(VALUE, FILL, &[Some(0), Some(1), Some(2), Some(3)]);
    masks::<Bgra8Unorm>(VALUE, FILL, &[Some(2), Some(1), Some(0), Some(3)]);
    masks::<Pixel<Argb, Snorm8>>(VALUE, FILL, &[Some(3), Some(0), Some(1), Some(2)]);
    masks::<Pixel<Rgbx, Unorm8>>(VALUE, FILL, &[Some(0), Some(1), Some(2), None]);
    masks::<Pixel<Ra, Half>>(VALUE, FILL, &[Some(0), Some(3)]);
    masks::<Rgb8Unorm>(VALUE, FILL, &[Some(0), Some(1), Some(2)]);
    masks::<Rgba32Float>(VALUE, FILL, &[Some(0), Some(1), Some(2), Some(3)]);
    masks::<Rgba16Uint>([1, 2, 3, 4], FILL, &[Some(0), Some(1), Some(2), Some(3)]);
    masks::<Pixel<Luminance, Unorm16>>(VALUE, FILL, &[Some(0)]);
    masks::<Pixel<Srgba, Unorm8>>(VALUE, FILL, &[Some(0), Some(1), Some(2), Some(3)]);
}

#[test]
fn packed_masks_touch_their_own_bits() {
    let store = |mask| Rgb565Unorm::encode(0xffff, [0.0; 4], mask);
    assert_eq!((store(Mask::RED), store(Mask::GREEN), store(Mask::BLUE)), (0x07ff, 0xf81f, 0xffe0));
    type Ten = Pixel<Rgb, Unorm101010>;
    assert_eq!(Ten::encode(u32::MAX, [0.0; 4], Mask::RGB), 0xc000_0000, "the two unused bits stay");
}

#[test]
fn borders_have_alpha_where_the_format_has_none() {
    assert_eq!((R32Float::BORDER, Rgb8Unorm::BORDER), ([0.0, 0.0, 0.0, 1.0], [0.0, 0.0, 0.0, 1.0]));
    assert_eq!((Rgba8Unorm::BORDER, Pixel::<Rx, Half>::BORDER), ([0.0; 4], [0.0; 4]));
    assert_eq!((Rgba8Uint::BORDER, R32Sint::BORDER), ([0; 4], [0, 0, 0, 1]));
}
