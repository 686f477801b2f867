//! `geobacter::math`: the built-in functions and vector types of OpenCL C. The crate's own tests compare them with their
//! definitions; here a device is compared with the host.

use geobacter::math::{self, Double2, Float3, Float4, Int4, Uchar4, Uint4, Vec8};
use geobacter::prelude::*;

/// Computes `f` of every index on the device and on the host: all bits must agree.
fn same_as_host<T, F>(device: &Device, count: usize, f: F)
where
    T: DeviceCopy + Default + PartialEq + std::fmt::Debug,
    F: Fn(usize) -> T + Copy + Send + Sync + 'static,
{
    let mut out = device.buffer::<T>(count).unwrap();
    let kernel = move |item: WorkItem, mut out: PerItem<T>| {
        if let Some(out) = out.get_mut(&item) {
            *out = f(item.global_id());
        }
    };
    device.launch(Grid::covering(count), kernel, (&mut out,)).unwrap();
    for (i, got) in out.to_vec().unwrap().into_iter().enumerate() {
        assert_eq!(got, f(i), "of {i}");
    }
}

/// A number of any size and sign, also subnormal ones, infinities and zeros, out of an index.
fn number(i: usize) -> f32 {
    match i % 8 {
        0 => f32::from_bits((i as u32 / 8) << 20),
        1 => -f32::from_bits((i as u32 / 8) << 20),
        _ => (i as f32 - 200.0) * 0.37,
    }
}

/// The bits of a number, one pattern for all NaNs.
fn bits(x: f32) -> u32 {
    if x.is_nan() { f32::NAN.to_bits() } else { x.to_bits() }
}

const COUNT: usize = 500;

pub(crate) fn common_functions(device: &Device) {
    same_as_host::<[u32; 8], _>(device, COUNT, |i| {
        let (x, y) = (number(i), number(i * 7 + 3));
        let all = [
            math::mix(x, y, 0.25),
            math::clamp(x, -1.5, 20.0),
            math::step(y, x),
            math::smoothstep(-5.0, 50.0, x),
            math::sign(x),
            math::fma(x, y, -1.5),
            math::degrees(x),
            math::radians(x),
        ];
        all.map(bits)
    });
}

pub(crate) fn parts_of_numbers(device: &Device) {
    same_as_host::<[u32; 12], _>(device, COUNT, |i| {
        let (x, y) = (number(i), number(i * 5 + 1));
        let (fraction, floor) = math::fract(x);
        let (significand, exponent) = math::frexp(x);
        let (part, whole) = math::modf(x);
        [
            bits(fraction),
            bits(floor),
            bits(significand),
            exponent as u32,
            bits(part),
            bits(whole),
            bits(math::ldexp(x, i as i32 - 250)),
            math::ilogb(x) as u32,
            bits(math::logb(x)),
            bits(math::nextafter(x, y)),
            bits(math::fdim(x, y)),
            bits(math::maxmag(x, y)),
        ]
    });
}

pub(crate) fn remainders(device: &Device) {
    same_as_host::<[u32; 4], _>(device, COUNT, |i| {
        let (x, y) = (number(i), number(i * 3 + 2));
        let (rest, quotient) = math::remquo(x, y);
        [bits(rest), quotient as u32, bits(math::remainder(x, y)), bits(math::fmod(x, y))]
    });
}

pub(crate) fn integers(device: &Device) {
    same_as_host::<[u32; 16], _>(device, COUNT, |i| {
        let x = (i as u32).wrapping_mul(0x9e37_79b9);
        let (y, z) = (x.rotate_left(7) ^ 0x1234_5678, i as u32);
        let (a, b) = (x as i32, y as i32);
        [
            math::mul_hi(x, y),
            math::mul_hi(a, b) as u32,
            math::mad_hi(x, y, z),
            math::hadd(a, b) as u32,
            math::rhadd(x, y),
            math::abs_diff(a, b),
            math::abs(a),
            math::add_sat(a, b) as u32,
            math::sub_sat(x, y),
            math::mad_sat(a, 3, b) as u32,
            math::rotate(x, z),
            math::popcount(x) << 16 | math::clz(z) << 8 | math::ctz(z),
            math::mul24(a, b) as u32,
            math::mad24(x, y, z),
            math::upsample(x as u16, y as u16),
            math::bitselect(x, y, z),
        ]
    });
    same_as_host::<[u64; 3], _>(device, COUNT, |i| {
        let x = (i as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        let y = x.rotate_left(21) ^ 0xff;
        [math::mul_hi(x, y), math::mul_hi(x as i64, y as i64) as u64, math::mad_sat(x as i64, y as i64, 5) as u64]
    });
}

pub(crate) fn conversions(device: &Device) {
    same_as_host::<[u32; 10], _>(device, COUNT, |i| {
        let x = number(i);
        let n = (i as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        let v = Float4::new(x, -x, x * 0.01, 255.5);
        [
            u32::from_le_bytes(math::convert_sat::<u8, _>(v).to_array()),
            u32::from_le_bytes(math::convert_sat_rte::<u8, _>(v).to_array()),
            u32::from(math::convert_sat_rtp::<u16, _>(x)),
            math::convert_rtn::<i32, _>(x) as u32,
            math::convert::<u8, _>(n as i64).into(),
            bits(math::convert_rtz::<f32, _>(n)),
            bits(math::convert_rtp::<f32, _>(n as i64)),
            bits(math::convert_rtn::<f32, _>(f64::from(x) * 1.000_000_1)),
            bits(math::convert_rtp::<f32, _>(f64::from(x) * 1.000_000_1)),
            math::convert_sat::<i8, _>(n as i32) as u32,
        ]
    });
}

pub(crate) fn vectors(device: &Device) {
    same_as_host::<Int4, _>(device, COUNT, |i| {
        let v = Int4::new(i as i32, 7, -3, i as i32 * 5);
        let w = v.wzyx() * 3 - v.with_xz(v.yw());
        (w ^ v.zxwy())
            + Int4::from_halves(w.hi(), w.odd()) * math::isless(math::convert::<f32, _>(v), Float4::splat(6.0))
    });
    same_as_host::<Vec8<u16>, _>(device, COUNT, |i| {
        let v = Vec8::<u16>::from_array(std::array::from_fn(|k| (i * 8 + k) as u16));
        let mask = Uint4::new(i as u32, i as u32 / 3, 7, 9);
        let picked = math::shuffle(v, mask);
        Vec8::from_halves(picked, math::shuffle2(v, v + 1000, mask)) + v.swizzle([7, 6, 5, 4, 3, 2, 1, 0])
    });
    same_as_host::<Uchar4, _>(device, COUNT, |i| {
        let v = Uchar4::new(i as u8, (i / 3) as u8, 200, 9);
        math::select(math::add_sat(v, v), math::rhadd(v, v.yzwx()), v.wxyz())
    });
}

pub(crate) fn vectors_in_buffers(device: &Device) {
    let input: Vec<Float3> = (0..100).map(|i| Float3::new(i as f32, 1.0, -(i as f32))).collect();
    let x = device.buffer_from(&input).unwrap();
    let mut out = device.buffer::<Double2>(100).unwrap();
    let kernel = |item: WorkItem, scale: Float4, x: &[Float3], mut out: PerItem<Double2>| {
        if let Some(out) = out.get_mut(&item) {
            let v = x[item.global_id()] * scale.xyz();
            *out = math::convert::<f64, _>(v.xy() + v.zz());
        }
    };
    device.launch(Grid::covering(100), kernel, (Float4::new(2.0, 3.0, 4.0, 0.0), &x, &mut out)).unwrap();
    for (i, got) in out.to_vec().unwrap().into_iter().enumerate() {
        assert_eq!(got, Double2::new(i as f64 * -2.0, 3.0 - 4.0 * i as f64));
    }
}

fn mirror(item: WorkItem, group: Group, tile: Lds<[Float4; 64]>, mut out: PerItem<Float4>) {
    let tile = tile.init(&item, |i| Float4::new(i as f32, 1.0, 2.0, -1.0)).share(group);
    if let Some(out) = out.get_mut(&item) {
        let local = item.local_id();
        *out = tile[63 - local] + tile[local].wzyx();
    }
}

pub(crate) fn vectors_in_work_group_memory(device: &Device) {
    let mut out = device.buffer::<Float4>(128).unwrap();
    device.launch(Grid::covering(128).group_size([64]), mirror, (GroupArg, LdsArg, &mut out)).unwrap();
    for (i, got) in out.to_vec().unwrap().into_iter().enumerate() {
        let local = (i % 64) as f32;
        assert_eq!(got, Float4::new(62.0 - local, 3.0, 3.0, local - 1.0), "{i}");
    }
}

pub(crate) fn geometry(device: &Device) {
    same_as_host::<[u32; 7], _>(device, COUNT, |i| {
        let (a, b) = (Float3::new(i as f32, 1.5, -2.0), Float3::new(0.5, i as f32 * 0.1, 3.0));
        let c = math::cross(a, b);
        let unit = math::normalize(a * 1e30);
        [math::dot(a, b), math::length(a * 1e-30), math::distance(a, b), c.x, c.y, unit.x, unit.z].map(bits)
    });
}

/// Units in the last place.
fn ulps(a: f32, b: f32) -> u32 {
    if a.is_nan() && b.is_nan() || a == b { 0 } else { a.to_bits().abs_diff(b.to_bits()) }
}

pub(crate) fn transcendental_functions(device: &Device) {
    const FUNCTIONS: usize = 12;
    fn all(i: usize) -> [f32; FUNCTIONS] {
        let x = i as f32 * 0.013 + 0.01;
        let unit = i as f32 / COUNT as f32;
        [
            math::sinpi(x),
            math::cospi(x),
            math::asinpi(unit),
            math::atan2pi(x, 2.0 - unit),
            math::asinh(x),
            math::acosh(x + 1.0),
            math::atanh(unit * 0.99),
            math::exp10(x),
            math::pown(x, 7),
            math::rootn(x, 5),
            math::tgamma(x),
            math::erfc(x),
        ]
    }
    let mut out = device.buffer::<[f32; FUNCTIONS]>(COUNT).unwrap();
    let kernel = |item: WorkItem, mut out: PerItem<[f32; FUNCTIONS]>| {
        if let Some(out) = out.get_mut(&item) {
            *out = all(item.global_id());
        }
    };
    device.launch(Grid::covering(COUNT), kernel, (&mut out,)).unwrap();
    for (i, got) in out.to_vec().unwrap().into_iter().enumerate() {
        for (function, (got, expected)) in got.into_iter().zip(all(i)).enumerate() {
            // Each side is within 2 of the exact result.
            assert!(ulps(got, expected) <= 4, "function {function} of {i}: {got:e}, and on the host {expected:e}");
        }
    }
}
