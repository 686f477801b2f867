//! Operands of 16 bits, in either half of a dword.

use crate::float::f16;
use crate::machine::{LANES, Wave};
use crate::op::{Kind, Op};

use super::{Lane, result, source};

/// A half of a dword source, by `op_sel`.
#[inline(always)]
fn halves(wave: &Wave, op: &Op, i: usize) -> [u16; LANES] {
    let values = source(wave, op, i, 0);
    let shift = if op.mods.op_sel >> i & 1 != 0 { 16 } else { 0 };
    values.map(|v| (v >> shift) as u16)
}

/// A 16-bit result into a half of its destination. The other half stays or is cleared, as the instruction has it.
#[inline(always)]
fn half_result(wave: &mut Wave, op: &Op, i: usize, values: &[u16; LANES]) {
    let mut dwords = values.map(u32::from);
    let high = op.mods.op_sel >> 3 & 1 != 0;
    if op.mods.sdwa.is_none() && (high || op.mods.keep_high) {
        let old = wave.dwords(op.dst[i], 0);
        for (value, old) in dwords.iter_mut().zip(old) {
            *value = if high { *value << 16 | old & 0xffff } else { *value | old & 0xffff_0000 };
        }
    }
    result(wave, op, i, 0, &mut dwords);
}

macro_rules! half_lanes {
    ($($ty:ty),*) => {$(
        impl Lane for $ty {
            const KIND: Kind = Kind::B16;
            const ZERO: Self = 0;
            #[inline(always)]
            fn load(wave: &Wave, op: &Op, i: usize) -> [Self; LANES] {
                halves(wave, op, i).map(|v| v as $ty)
            }
            #[inline(always)]
            fn store(wave: &mut Wave, op: &Op, i: usize, values: &mut [Self; LANES]) {
                half_result(wave, op, i, &values.map(|v| v as u16));
            }
        }
    )*};
}
half_lanes!(u16, i16);

/// An `f16` by its bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct F16(pub(crate) u16);

impl F16 {
    pub(crate) fn to_f32(self) -> f32 {
        f16::to_f32(self.0)
    }

    pub(crate) fn to_f64(self) -> f64 {
        f64::from(f16::to_f32(self.0))
    }

    /// Rounds to nearest even.
    pub(crate) fn from_f64(value: f64) -> F16 {
        F16(f16::from_f64(value))
    }
}

impl Lane for F16 {
    const KIND: Kind = Kind::F16;
    const ZERO: Self = F16(0);
    #[inline(always)]
    fn load(wave: &Wave, op: &Op, i: usize) -> [Self; LANES] {
        let mut values = halves(wave, op, i);
        if op.mods.abs >> i & 1 != 0 {
            values.iter_mut().for_each(|v| *v &= 0x7fff);
        }
        if op.mods.neg >> i & 1 != 0 {
            values.iter_mut().for_each(|v| *v ^= 0x8000);
        }
        if wave.mode.flush_input_f64() {
            values.iter_mut().for_each(|v| *v = f16::flush(*v));
        }
        values.map(F16)
    }
    #[inline(always)]
    fn store(wave: &mut Wave, op: &Op, i: usize, values: &mut [Self; LANES]) {
        if op.mods.any || wave.mode.flush_output_f64() || wave.mode.f16_overflow {
            values.iter_mut().for_each(|v| v.0 = crate::float::finish_f16(v.0, op, wave.mode));
        }
        half_result(wave, op, i, &values.map(|v| v.0));
    }
}
