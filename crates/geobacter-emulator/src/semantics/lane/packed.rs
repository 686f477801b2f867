//! Operands of two halves or two dwords, and of mixed precision.

use crate::float::f16;
use crate::machine::{LANES, Wave};
use crate::op::{Kind, Op};

use super::{F16, Lane};

/// Which dword or half of source `i` the low (0) or high (1) half of a packed operation takes, and whether it is negated.
fn packed_choice(op: &Op, i: usize, part: usize) -> (bool, bool) {
    let (select, negate) =
        if part == 0 { (op.mods.op_sel, op.mods.neg_lo) } else { (op.mods.op_sel_hi, op.mods.neg_hi) };
    (select >> i & 1 != 0, negate >> i & 1 != 0)
}

/// Both halves of a dword, each as the instruction selects and negates it.
#[inline(always)]
fn packed(wave: &Wave, op: &Op, i: usize, sign: u16) -> [[u16; 2]; LANES] {
    let values = wave.dwords(op.src[i], 0);
    let choices = [packed_choice(op, i, 0), packed_choice(op, i, 1)];
    values.map(|v| choices.map(|(high, neg)| (v >> if high { 16 } else { 0 }) as u16 ^ if neg { sign } else { 0 }))
}

macro_rules! packed_lanes {
    ($($ty:ty),*) => {$(
        impl Lane for [$ty; 2] {
            const KIND: Kind = Kind::PkB16;
            const ZERO: Self = [0; 2];
            #[inline(always)]
            fn load(wave: &Wave, op: &Op, i: usize) -> [Self; LANES] {
                packed(wave, op, i, 0).map(|v| v.map(|v| v as $ty))
            }
            #[inline(always)]
            fn store(wave: &mut Wave, op: &Op, i: usize, values: &mut [Self; LANES]) {
                let mask = wave.write_mask;
                let dwords = values.map(|[low, high]| u32::from(low as u16) | u32::from(high as u16) << 16);
                wave.set_dwords(op.dst[i], 0, &dwords, mask);
            }
        }
    )*};
}
packed_lanes!(u16, i16);

impl Lane for [F16; 2] {
    const KIND: Kind = Kind::PkF16;
    const ZERO: Self = [F16(0); 2];
    #[inline(always)]
    fn load(wave: &Wave, op: &Op, i: usize) -> [Self; LANES] {
        let mut values = packed(wave, op, i, 0x8000);
        if wave.mode.flush_input_f64() {
            values.iter_mut().flatten().for_each(|v| *v = f16::flush(*v));
        }
        values.map(|v| v.map(F16))
    }
    #[inline(always)]
    fn store(wave: &mut Wave, op: &Op, i: usize, values: &mut [Self; LANES]) {
        let finished = values.map(|v| v.map(|v| u32::from(crate::float::finish_f16(v.0, op, wave.mode))));
        let mask = wave.write_mask;
        wave.set_dwords(op.dst[i], 0, &finished.map(|[low, high]| low | high << 16), mask);
    }
}

impl Lane for [f32; 2] {
    const KIND: Kind = Kind::PkF32;
    const ZERO: Self = [0.0; 2];
    #[inline(always)]
    fn load(wave: &Wave, op: &Op, i: usize) -> [Self; LANES] {
        let part = |part: usize| {
            let (high, neg) = packed_choice(op, i, part);
            let mut values = wave.dwords(op.src[i], usize::from(high));
            if neg {
                values.iter_mut().for_each(|v| *v ^= 1 << 31);
            }
            if wave.mode.flush_input_f32() {
                values.iter_mut().for_each(|v| *v = crate::float::flush32(*v));
            }
            values.map(f32::from_bits)
        };
        let (low, high) = (part(0), part(1));
        std::array::from_fn(|lane| [low[lane], high[lane]])
    }
    #[inline(always)]
    fn store(wave: &mut Wave, op: &Op, i: usize, values: &mut [Self; LANES]) {
        for part in 0..2 {
            let finished = values.map(|v| crate::float::finish_f32(v[part], op, wave.mode).to_bits());
            let mask = wave.write_mask;
            wave.set_dwords(op.dst[i], part, &finished, mask);
        }
    }
}

/// Two dwords that are moved, not computed with.
impl Lane for [u32; 2] {
    const KIND: Kind = Kind::PkF32;
    const ZERO: Self = [0; 2];
    #[inline(always)]
    fn load(wave: &Wave, op: &Op, i: usize) -> [Self; LANES] {
        let part = |part: usize| wave.dwords(op.src[i], usize::from(packed_choice(op, i, part).0));
        let (low, high) = (part(0), part(1));
        std::array::from_fn(|lane| [low[lane], high[lane]])
    }
    #[inline(always)]
    fn store(wave: &mut Wave, op: &Op, i: usize, values: &mut [Self; LANES]) {
        let mask = wave.write_mask;
        for part in 0..2 {
            wave.set_dwords(op.dst[i], part, &values.map(|v| v[part]), mask);
        }
    }
}

/// A source of the mixed-precision instructions: `f32`, or where `op_sel_hi` is set, the half that `op_sel` selects.
#[derive(Clone, Copy)]
pub(crate) struct Mix(pub(crate) f32);

impl Lane for Mix {
    const KIND: Kind = Kind::Mix;
    const ZERO: Self = Mix(0.0);
    fn load(wave: &Wave, op: &Op, i: usize) -> [Self; LANES] {
        let values = wave.dwords(op.src[i], 0);
        let half = op.mods.op_sel_hi >> i & 1 != 0;
        let shift = if op.mods.op_sel >> i & 1 != 0 { 16 } else { 0 };
        values.map(|v| {
            let mut value = match half {
                true => f16::to_f32(if wave.mode.flush_input_f64() {
                    f16::flush((v >> shift) as u16)
                } else {
                    (v >> shift) as u16
                }),
                false => f32::from_bits(if wave.mode.flush_input_f32() { crate::float::flush32(v) } else { v }),
            };
            if op.mods.abs >> i & 1 != 0 {
                value = value.abs();
            }
            Mix(if op.mods.neg >> i & 1 != 0 { -value } else { value })
        })
    }
    fn store(_: &mut Wave, _: &Op, _: usize, _: &mut [Self; LANES]) {
        unreachable!("no instruction has such a result");
    }
}
