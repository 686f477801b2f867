//! Other crates' types: half-precision numbers, geometry, complex numbers, and anything that is plain data.

use geobacter::Plain;
use geobacter::prelude::*;
use glam::{Affine3A, DVec3, Mat4, Quat, Vec3, Vec4};
use half::{bf16, f16};
use num_complex::Complex;

/// The bits of every 16-bit pattern after `f`, on the device and on the host; one pattern for all NaNs.
macro_rules! every_pattern {
    ($device:expr, $t:ty, $($name:literal: |$x:ident, $y:ident| $f:expr;)*) => {{
        let xs: Vec<$t> = (0..=u16::MAX).map(<$t>::from_bits).collect();
        let x = $device.buffer_from(&xs).unwrap();
        let mut out = $device.buffer::<$t>(xs.len()).unwrap();
        $({
            fn kernel(item: WorkItem, x: &[$t], mut out: PerItem<$t>) {
                let i = item.global_id();
                let f: fn($t, $t) -> $t = |$x, $y| { let _ = $y; $f };
                if let Some(out) = out.get_mut(&item) {
                    *out = f(x[i], x[(i * 7919 + 12345) % x.len()]);
                }
            }
            $device.launch(Grid::covering(xs.len()), kernel, (&x, &mut out)).unwrap();
            for (i, got) in out.to_vec().unwrap().into_iter().enumerate() {
                let f: fn($t, $t) -> $t = |$x, $y| { let _ = $y; $f };
                let expected = f(xs[i], xs[(i * 7919 + 12345) % xs.len()]);
                let same = got.to_bits() == expected.to_bits() || got.is_nan() && expected.is_nan();
                assert!(same, "{} of {:#x}: {got}, and on the host {expected}", $name, xs[i].to_bits());
            }
        })*
    }};
}

pub(crate) fn half_precision_arithmetic(device: &Device) {
    every_pattern!(device, f16, "+": |x, y| x + y; "*": |x, y| x * y; "/": |x, y| x / y; "-": |x, y| y - x;);
    every_pattern!(device, bf16, "+": |x, y| x + y; "*": |x, y| x * y; "/": |x, y| x / y; "-": |x, y| y - x;);
}

pub(crate) fn half_precision_conversions(device: &Device) {
    let halves: Vec<f16> = (0..=u16::MAX).map(f16::from_bits).collect();
    let x = device.buffer_from(&halves).unwrap();
    let mut out = device.buffer::<[f32; 2]>(halves.len()).unwrap();
    let widen = |item: WorkItem, x: &[f16], mut out: PerItem<[f32; 2]>| {
        if let Some(out) = out.get_mut(&item) {
            let x = x[item.global_id()];
            *out = [x.to_f32(), bf16::from_bits(x.to_bits()).to_f32()];
        }
    };
    device.launch(Grid::covering(halves.len()), widen, (&x, &mut out)).unwrap();
    for (x, [half, brain]) in halves.iter().zip(out.to_vec().unwrap()) {
        // From the fields: sign, exponent, significand.
        let bits = x.to_bits();
        let (exponent, significand) = (i32::from(bits >> 10 & 31), f64::from(bits & 1023));
        let magnitude = match exponent {
            0 => significand * 2f64.powi(-24),
            31 if significand == 0.0 => f64::INFINITY,
            31 => f64::NAN,
            e => (1024.0 + significand) * 2f64.powi(e - 25),
        };
        let expected = if bits >> 15 == 1 { -magnitude } else { magnitude };
        assert!(f64::from(half) == expected || half.is_nan() && expected.is_nan(), "{bits:#x}: {half}");
        let expected = f32::from_bits(u32::from(bits) << 16);
        assert!(brain.to_bits() == expected.to_bits() || brain.is_nan() && expected.is_nan(), "{bits:#x}: {brain}");
    }

    // Halfway between neighbours, and to either side: rounded to the nearest, ties to even.
    let singles: Vec<f32> = (0u32..0x7c00)
        .step_by(13)
        .flat_map(|bits| {
            let [low, high] = [bits, bits + 1].map(|bits| f16::from_bits(bits as u16).to_f32());
            let middle = if high.is_finite() { (low + high) / 2.0 } else { 65_520.0 };
            [middle.next_down(), middle, middle.next_up()]
        })
        .collect();
    let x = device.buffer_from(&singles).unwrap();
    let mut out = device.buffer::<f16>(singles.len()).unwrap();
    let narrow = |item: WorkItem, x: &[f32], mut out: PerItem<f16>| {
        if let Some(out) = out.get_mut(&item) {
            *out = f16::from_f32(x[item.global_id()]);
        }
    };
    device.launch(Grid::covering(singles.len()), narrow, (&x, &mut out)).unwrap();
    for (i, got) in out.to_vec().unwrap().into_iter().enumerate() {
        let low = (i / 3 * 13) as u16;
        let up = match i % 3 {
            0 => 0,
            1 => low & 1,
            _ => 1,
        };
        assert_eq!(got.to_bits(), low + up, "{:e}", singles[i]);
    }
}

pub(crate) fn geometry_in_buffers(device: &Device) {
    let points: Vec<Vec3> = (0..100).map(|i| Vec3::new(i as f32, 2.0, -1.0)).collect();
    let turn = Quat::from_xyzw(0.5, 0.5, 0.5, 0.5);
    let frame = Mat4::from_cols(Vec4::X * 2.0, Vec4::Y, Vec4::Z, Vec4::new(1.0, 2.0, 3.0, 1.0));
    let affine = Affine3A::from_translation(Vec3::new(-1.0, 0.0, 1.0));
    let x = device.buffer_from(&points).unwrap();
    let mut out = device.buffer::<DVec3>(100).unwrap();
    let kernel = |item: WorkItem, turn: Quat, frame: Mat4, affine: Affine3A, x: &[Vec3], mut out: PerItem<DVec3>| {
        if let Some(out) = out.get_mut(&item) {
            *out = affine.transform_point3(frame.transform_point3(turn * x[item.global_id()])).as_dvec3();
        }
    };
    device.launch(Grid::covering(100), kernel, (turn, frame, affine, &x, &mut out)).unwrap();
    for (i, got) in out.to_vec().unwrap().into_iter().enumerate() {
        // The quaternion turns x to y, y to z and z to x.
        assert_eq!(got, DVec3::new(-2.0 + 1.0 - 1.0, i as f64 + 2.0, 2.0 + 3.0 + 1.0), "{i}");
    }
}

pub(crate) fn complex_numbers_in_buffers(device: &Device) {
    let input: Vec<Complex<f32>> = (0..100).map(|i| Complex::new(i as f32, -1.0)).collect();
    let x = device.buffer_from(&input).unwrap();
    let mut out = device.buffer::<Complex<f64>>(100).unwrap();
    let kernel = |item: WorkItem, scale: Complex<f32>, x: &[Complex<f32>], mut out: PerItem<Complex<f64>>| {
        if let Some(out) = out.get_mut(&item) {
            let z = x[item.global_id()] * scale;
            *out = Complex::new(f64::from(z.re), f64::from(z.im));
        }
    };
    device.launch(Grid::covering(100), kernel, (Complex::new(0.0f32, 1.0), &x, &mut out)).unwrap();
    for (i, got) in out.to_vec().unwrap().into_iter().enumerate() {
        assert_eq!(got, Complex::new(1.0, i as f64));
    }
}

/// Of a crate that knows nothing of devices.
#[derive(Clone, Copy, Debug, PartialEq, bytemuck::Zeroable, bytemuck::Pod)]
#[repr(C)]
struct Pixel {
    red: u16,
    rest: [u16; 3],
}

pub(crate) fn plain_data_of_any_crate(device: &Device) {
    let pixels: Vec<Pixel> = (0..50).map(|i| Pixel { red: i, rest: [1, 2, i] }).collect();
    let mut buffer = device.buffer_from(Plain::wrap(&pixels)).unwrap();
    let kernel = |item: WorkItem, add: Plain<Pixel>, mut out: PerItem<Plain<Pixel>>| {
        if let Some(Plain(pixel)) = out.get_mut(&item) {
            *pixel = Pixel { red: pixel.red + add.0.red, rest: add.0.rest };
        }
    };
    let add = Plain(Pixel { red: 7, rest: [9; 3] });
    device.launch(Grid::covering(50), kernel, (add, &mut buffer)).unwrap();
    let expected: Vec<Pixel> = (0..50).map(|i| Pixel { red: i + 7, rest: [9; 3] }).collect();
    assert_eq!(Plain::unwrap(&buffer.to_vec().unwrap()), expected);
}
