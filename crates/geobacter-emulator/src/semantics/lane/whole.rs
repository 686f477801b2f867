//! Operands of one or two whole dwords, and of one bit for each lane.

use crate::machine::{LANES, Wave};
use crate::op::{Kind, Op, Operand};

use super::{Lane, result, signs32, source};

macro_rules! dword_lanes {
    ($($ty:ty),*) => {$(
        impl Lane for $ty {
            const KIND: Kind = Kind::B32;
            const ZERO: Self = 0;
            #[inline(always)]
            fn load(wave: &Wave, op: &Op, i: usize) -> [Self; LANES] {
                let mut values = source(wave, op, i, 0);
                signs32(op, i, &mut values, 1 << 31);
                values.map(|v| v as $ty)
            }
            #[inline(always)]
            fn store(wave: &mut Wave, op: &Op, i: usize, values: &mut [Self; LANES]) {
                result(wave, op, i, 0, &mut values.map(|v| v as u32));
            }
        }
    )*};
}
dword_lanes!(u32, i32);

macro_rules! qword_lanes {
    ($($ty:ty),*) => {$(
        impl Lane for $ty {
            const KIND: Kind = Kind::B64;
            const ZERO: Self = 0;
            #[inline(always)]
            fn load(wave: &Wave, op: &Op, i: usize) -> [Self; LANES] {
                qwords(wave, op, i).map(|v| v as $ty)
            }
            #[inline(always)]
            fn store(wave: &mut Wave, op: &Op, i: usize, values: &mut [Self; LANES]) {
                result(wave, op, i, 0, &mut values.map(|v| v as u32));
                result(wave, op, i, 1, &mut values.map(|v| (v as u64 >> 32) as u32));
            }
        }
    )*};
}
qword_lanes!(u64, i64);

#[inline(always)]
fn qwords(wave: &Wave, op: &Op, i: usize) -> [u64; LANES] {
    let (low, high) = match op.src[i] {
        Operand::Special(_) => {
            let value = wave.read64(op.src[i]);
            ([value as u32; LANES], [(value >> 32) as u32; LANES])
        }
        _ => (source(wave, op, i, 0), source(wave, op, i, 1)),
    };
    let mut values = [0; LANES];
    for lane in 0..LANES {
        values[lane] = u64::from(low[lane]) | u64::from(high[lane]) << 32;
    }
    if (op.mods.abs | op.mods.neg) >> i & 1 != 0 {
        let keep = if op.mods.abs >> i & 1 != 0 { !(1 << 63) } else { !0 };
        let flip = if op.mods.neg >> i & 1 != 0 { 1 << 63 } else { 0 };
        values.iter_mut().for_each(|v| *v = *v & keep ^ flip);
    }
    values
}

impl Lane for f32 {
    const KIND: Kind = Kind::F32;
    const ZERO: Self = 0.0;
    #[inline(always)]
    fn load(wave: &Wave, op: &Op, i: usize) -> [Self; LANES] {
        let mut values = source(wave, op, i, 0);
        signs32(op, i, &mut values, 1 << 31);
        if wave.mode.flush_input_f32() {
            values.iter_mut().for_each(|v| *v = crate::float::flush32(*v));
        }
        values.map(f32::from_bits)
    }
    #[inline(always)]
    fn store(wave: &mut Wave, op: &Op, i: usize, values: &mut [Self; LANES]) {
        if op.mods.any || wave.mode.flush_output_f32() {
            values.iter_mut().for_each(|v| *v = crate::float::finish_f32(*v, op, wave.mode));
        }
        result(wave, op, i, 0, &mut values.map(f32::to_bits));
    }
}

impl Lane for f64 {
    const KIND: Kind = Kind::F64;
    const ZERO: Self = 0.0;
    #[inline(always)]
    fn load(wave: &Wave, op: &Op, i: usize) -> [Self; LANES] {
        let mut values = qwords(wave, op, i);
        if wave.mode.flush_input_f64() {
            values.iter_mut().for_each(|v| *v = crate::float::flush64(*v));
        }
        values.map(f64::from_bits)
    }
    #[inline(always)]
    fn store(wave: &mut Wave, op: &Op, i: usize, values: &mut [Self; LANES]) {
        if op.mods.any || wave.mode.flush_output_f64() {
            values.iter_mut().for_each(|v| *v = crate::float::finish_f64(*v, op, wave.mode));
        }
        let bits = values.map(f64::to_bits);
        result(wave, op, i, 0, &mut bits.map(|v| v as u32));
        result(wave, op, i, 1, &mut bits.map(|v| (v >> 32) as u32));
    }
}

impl Lane for bool {
    const KIND: Kind = Kind::Mask;
    const ZERO: Self = false;
    #[inline(always)]
    fn load(wave: &Wave, op: &Op, i: usize) -> [Self; LANES] {
        let mask = match op.src[i] {
            Operand::Scalar(at) => wave.mask(at),
            other => wave.read64(other),
        };
        std::array::from_fn(|lane| mask >> lane & 1 != 0)
    }
    /// Bits of inactive lanes become 0.
    #[inline(always)]
    fn store(wave: &mut Wave, op: &Op, i: usize, values: &mut [Self; LANES]) {
        let mut mask = 0;
        for (lane, value) in values.iter().enumerate() {
            mask |= u64::from(*value) << lane;
        }
        if let Operand::Scalar(at) = op.dst[i] {
            wave.set_mask(at, mask & wave.write_mask);
        }
    }
}
