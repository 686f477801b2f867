//! Floating point as the processor has it: modes, minima and maxima, approximations, the steps of a division, `f16`.
//!
//! Everything rounds to nearest even; other rounding modes are refused where they are set. Sources: "AMD Instinct MI200
//! ISA", chapters 4 and 12; LLVM's lowering, for what it relies on.

pub(crate) mod approximate;
pub(crate) mod division;
pub(crate) mod f16;
pub(crate) mod numbers;

use crate::op::{Modifiers, Omod, Op};

/// The floating-point part of the MODE register (MI200 ISA, 3.8).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Mode {
    /// Rounding, 2 bits for `f32`, 2 for `f64` and `f16`. 0 is to nearest even.
    pub(crate) round: u8,
    /// 2 bits for `f32`, 2 for `f64` and `f16`: bit 0 keeps denormal inputs, bit 1 denormal results.
    pub(crate) denormals: u8,
    /// Clamping turns NaN into 0.
    pub(crate) dx10_clamp: bool,
    /// Minima, maxima and clamping make signalling NaNs quiet.
    pub(crate) ieee: bool,
    /// `f16` results that overflow become the largest finite value.
    pub(crate) f16_overflow: bool,
    /// Bits of MODE that are kept for whoever reads them, and change nothing here.
    pub(crate) other: u32,
}

/// Where the fields are in the MODE register.
const DX10_CLAMP: u32 = 1 << 8;
const IEEE: u32 = 1 << 9;
const F16_OVERFLOW: u32 = 1 << 23;
const FIELDS: u32 = 0xff | DX10_CLAMP | IEEE | F16_OVERFLOW;

impl Mode {
    pub(crate) fn from_register(bits: u32) -> Mode {
        Mode {
            round: (bits & 0xf) as u8,
            denormals: (bits >> 4 & 0xf) as u8,
            dx10_clamp: bits & DX10_CLAMP != 0,
            ieee: bits & IEEE != 0,
            f16_overflow: bits & F16_OVERFLOW != 0,
            other: bits & !FIELDS,
        }
    }

    pub(crate) fn to_register(self) -> u32 {
        let flag = |set: bool, bit: u32| if set { bit } else { 0 };
        u32::from(self.round)
            | u32::from(self.denormals) << 4
            | flag(self.dx10_clamp, DX10_CLAMP)
            | flag(self.ieee, IEEE)
            | flag(self.f16_overflow, F16_OVERFLOW)
            | self.other
    }

    pub(crate) fn flush_input_f32(self) -> bool {
        self.denormals & 1 == 0
    }

    pub(crate) fn flush_output_f32(self) -> bool {
        self.denormals & 2 == 0
    }

    /// Of `f16` too.
    pub(crate) fn flush_input_f64(self) -> bool {
        self.denormals & 4 == 0
    }

    /// Of `f16` too.
    pub(crate) fn flush_output_f64(self) -> bool {
        self.denormals & 8 == 0
    }
}

/// A denormal becomes a zero of its sign.
pub(crate) fn flush32(bits: u32) -> u32 {
    if bits & 0x7f80_0000 == 0 { bits & 0x8000_0000 } else { bits }
}

/// A denormal becomes a zero of its sign.
pub(crate) fn flush64(bits: u64) -> u64 {
    if bits & 0x7ff0_0000_0000_0000 == 0 { bits & 1 << 63 } else { bits }
}

/// Output modifiers are there only where denormal results are not (MI200 ISA, 6.2.3 "Output modifiers").
fn omod(mods: &Modifiers, flushes: bool) -> f64 {
    match mods.omod {
        _ if !flushes => 1.0,
        Omod::None => 1.0,
        Omod::Mul2 => 2.0,
        Omod::Mul4 => 4.0,
        Omod::Div2 => 0.5,
    }
}

macro_rules! finish {
    ($name:ident, $ty:ty, $flushes:ident, $flush:ident) => {
        /// What happens to a result on its way to the register: output modifier, flushing, clamping.
        pub(crate) fn $name(value: $ty, op: &Op, mode: Mode) -> $ty {
            let flushes = mode.$flushes();
            let mut value = value;
            if op.mods.omod != Omod::None {
                value *= omod(&op.mods, flushes) as $ty;
            }
            if flushes {
                value = <$ty>::from_bits($flush(value.to_bits()));
            }
            if op.mods.clamp {
                value = if value.is_nan() {
                    if mode.dx10_clamp { 0.0 } else { value }
                } else if value > 0.0 {
                    value.min(1.0)
                } else {
                    0.0
                };
            }
            value
        }
    };
}

finish!(finish_f32, f32, flush_output_f32, flush32);
finish!(finish_f64, f64, flush_output_f64, flush64);

/// The same for `f16`.
pub(crate) fn finish_f16(bits: u16, op: &Op, mode: Mode) -> u16 {
    let flushes = mode.flush_output_f64();
    let mut bits = bits;
    if op.mods.omod != Omod::None {
        bits = f16::from_f64(f64::from(f16::to_f32(bits)) * omod(&op.mods, flushes));
    }
    if flushes {
        bits = f16::flush(bits);
    }
    if mode.f16_overflow && bits & 0x7fff == f16::INFINITY {
        bits = bits & 0x8000 | f16::LARGEST;
    }
    if op.mods.clamp {
        let value = f16::to_f32(bits);
        bits = if value.is_nan() {
            if mode.dx10_clamp { 0 } else { bits }
        } else if value > 0.0 {
            f16::from_f64(f64::from(value.min(1.0)))
        } else {
            0
        };
    }
    bits
}
