//! Reading and writing vector operands as Rust types: what lets the tables of vector instructions be plain functions of
//! one lane.

use crate::float::{Mode, f16};
use crate::machine::{LANES, Wave};
use crate::op::{Kind, Op, Operand, Part, Unused};

use super::dpp;

/// What the function of one lane may know besides its operands.
#[derive(Clone, Copy)]
pub(crate) struct Env {
    pub(crate) lane: u32,
    pub(crate) mode: Mode,
    /// VCC's bit of this lane.
    pub(crate) vcc: bool,
    /// The instruction's `clamp`, which integer instructions take for saturation.
    pub(crate) clamp: bool,
}

/// A value in one lane.
pub(crate) trait Lane: Copy {
    const KIND: Kind;
    const ZERO: Self;
    /// Source `i` in every lane.
    fn load(wave: &Wave, op: &Op, i: usize) -> [Self; LANES];
    /// Into destination `i`, in the lanes of `wave.write_mask`.
    fn store(wave: &mut Wave, op: &Op, i: usize, values: &mut [Self; LANES]);
}

/// One result, or a result and a bit.
pub(crate) trait Results: Copy {
    const KINDS: &'static [Kind];
    const ZERO: Self;
    fn store(wave: &mut Wave, op: &Op, values: &mut [Self; LANES]);
}

impl<T: Lane> Results for T {
    const KINDS: &'static [Kind] = &[T::KIND];
    const ZERO: T = T::ZERO;
    #[inline(always)]
    fn store(wave: &mut Wave, op: &Op, values: &mut [Self; LANES]) {
        <T as Lane>::store(wave, op, 0, values);
    }
}

impl<T: Lane> Results for (T, bool) {
    const KINDS: &'static [Kind] = &[T::KIND, Kind::Mask];
    const ZERO: Self = (T::ZERO, false);
    #[inline(always)]
    fn store(wave: &mut Wave, op: &Op, values: &mut [Self; LANES]) {
        let mut bits = values.map(|v| v.1);
        <T as Lane>::store(wave, op, 0, &mut values.map(|v| v.0));
        <bool as Lane>::store(wave, op, 1, &mut bits);
    }
}

/// Dword `plus` of source `i`, from other lanes or as a part where the instruction says so; signs untouched.
#[inline(always)]
fn source(wave: &Wave, op: &Op, i: usize, plus: usize) -> [u32; LANES] {
    let mut values = wave.dwords(op.src[i], plus);
    if op.mods.any {
        rearrange(wave, op, i, &mut values);
    }
    values
}

#[inline(never)]
fn rearrange(wave: &Wave, op: &Op, i: usize, values: &mut [u32; LANES]) {
    if i == 0
        && let Some(dpp) = &op.mods.dpp
    {
        dpp::shuffle(wave, dpp, values);
    }
    if i < 2
        && let Some(sdwa) = &op.mods.sdwa
    {
        let signed = op.mods.sext >> i & 1 != 0;
        for value in values.iter_mut() {
            *value = match (sdwa.src[i], signed) {
                (Part::Dword, _) => *value,
                (Part::Byte(n), false) => *value >> (8 * n) & 0xff,
                (Part::Byte(n), true) => (*value >> (8 * n)) as u8 as i8 as u32,
                (Part::Word(n), false) => *value >> (16 * n) & 0xffff,
                (Part::Word(n), true) => (*value >> (16 * n)) as u16 as i16 as u32,
            };
        }
    }
}

/// Applies `| |` and `-` to a value with this sign bit.
#[inline(always)]
fn signs32(op: &Op, i: usize, values: &mut [u32; LANES], sign: u32) {
    if (op.mods.abs | op.mods.neg) >> i & 1 != 0 {
        let keep = if op.mods.abs >> i & 1 != 0 { !sign } else { !0 };
        let flip = if op.mods.neg >> i & 1 != 0 { sign } else { 0 };
        values.iter_mut().for_each(|v| *v = *v & keep ^ flip);
    }
}

/// A dword result into its destination, by SDWA as a part of it.
#[inline(always)]
fn result(wave: &mut Wave, op: &Op, i: usize, plus: usize, values: &mut [u32; LANES]) {
    if let Some(sdwa) = &op.mods.sdwa {
        let old = wave.dwords(op.dst[i], plus);
        for (value, old) in values.iter_mut().zip(old) {
            *value = merge(*value, old, sdwa.dst, sdwa.unused);
        }
    }
    let mask = wave.write_mask;
    wave.set_dwords(op.dst[i], plus, values, mask);
}

fn merge(value: u32, old: u32, part: Part, unused: Unused) -> u32 {
    let (bits, shift) = match part {
        Part::Dword => return value,
        Part::Byte(n) => (8, 8 * u32::from(n)),
        Part::Word(n) => (16, 16 * u32::from(n)),
    };
    let field = ((1_u32 << bits) - 1) << shift;
    let placed = value << shift & field;
    match unused {
        Unused::Pad => placed,
        Unused::Preserve => placed | old & !field,
        // The sign fills what is above the part; below it are zeros.
        Unused::Sext => ((placed << (32 - bits - shift)) as i32 >> (32 - bits - shift)) as u32 & !((1 << shift) - 1),
    }
}

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

/// Defines vector instructions as functions of one lane, and `find` over them.
///
/// `name(a: type, b: type) = expression` computes the result from the sources; sources after a `;` are the destination's
/// old value; `[env]` after the name gives the expression an [`Env`].
macro_rules! lane_table {
    ($($name:ident $([$env:ident])? ($($arg:ident : $ty:ty),* $(; $tied:ident : $tied_ty:ty)?) -> $ret:ty = $body:expr;)*) => {
        pub(crate) fn find(name: &str) -> Option<crate::decode::Semantics> {
            use crate::machine::{Cx, LANES, Wave};
            use crate::op::{Class, Flow, Op, Stop};
            use crate::semantics::lane::{Env, Lane, Results};
            Some(match name {
                $(stringify!($name) => {
                    fn run(wave: &mut Wave, _: &mut Cx<'_>, op: &Op) -> Result<Flow, Stop> {
                        #[inline(always)]
                        fn lane(_env: Env, $($arg: $ty,)* $($tied: $tied_ty)?) -> $ret {
                            $(let $env = _env;)?
                            $body
                        }
                        let mut _i = 0;
                        $(
                            let $arg = <$ty as Lane>::load(wave, op, _i);
                            _i += 1;
                        )*
                        $(let $tied = <$tied_ty as Lane>::load(wave, op, _i);)?
                        let (mode, vcc) = (wave.mode, wave.vcc());
                        let mut out = [<$ret as Results>::ZERO; LANES];
                        for i in 0..LANES {
                            let env = Env { lane: i as u32, mode, vcc: vcc >> i & 1 != 0, clamp: op.mods.clamp };
                            out[i] = lane(env, $($arg[i],)* $($tied[i])?);
                        }
                        <$ret as Results>::store(wave, op, &mut out);
                        Ok(Flow::Next)
                    }
                    let semantics = crate::decode::Semantics::new(
                        Class::Vector,
                        run,
                        <$ret as Results>::KINDS,
                        &[$(<$ty as Lane>::KIND,)* $(<$tied_ty as Lane>::KIND)?],
                    );
                    $(let semantics = { let _ = <$tied_ty as Lane>::ZERO; semantics.tied() };)?
                    semantics
                })*
                _ => return None,
            })
        }
    };
}
pub(crate) use lane_table;
