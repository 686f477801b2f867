//! The approximating instructions. The ISA allows an error of 1 ULP of most of them (and far more of those of `f64`, whose
//! results are only first guesses); here they are as good as rounding once or twice makes them, which is within that. Those
//! of `f32` take and give no denormals, whatever the mode (LLVM: `AMDGPUTargetLowering::lowerFLOG2` and its siblings scale
//! around that).

use super::flush32;
use super::numbers::nan2;

fn without_denormals(value: f32, f: impl Fn(f64) -> f64) -> f32 {
    let value = f32::from_bits(flush32(value.to_bits()));
    let result = f(f64::from(value)) as f32;
    nan2(value, value, f32::from_bits(flush32(result.to_bits())))
}

pub(crate) fn rcp(value: f32) -> f32 {
    without_denormals(value, |x| 1.0 / x)
}

pub(crate) fn rsq(value: f32) -> f32 {
    without_denormals(value, |x| 1.0 / x.sqrt())
}

pub(crate) fn sqrt(value: f32) -> f32 {
    without_denormals(value, f64::sqrt)
}

pub(crate) fn exp2(value: f32) -> f32 {
    without_denormals(value, f64::exp2)
}

pub(crate) fn log2(value: f32) -> f32 {
    without_denormals(value, f64::log2)
}

/// Turns, of which the instruction takes up to this many either way.
const TURNS: f64 = 256.0;

/// Of an angle in turns. Beyond 256 turns the result is that of 0 (Vega ISA, `V_SIN_F32`).
pub(crate) fn sin_of_turns(turns: f64) -> f64 {
    match turns.abs() {
        t if t > TURNS && t.is_finite() => 0.0,
        _ => (turns.rem_euclid(1.0) * std::f64::consts::TAU).sin(),
    }
}

/// Of an angle in turns. Beyond 256 turns the result is that of 0 (Vega ISA, `V_COS_F32`).
pub(crate) fn cos_of_turns(turns: f64) -> f64 {
    match turns.abs() {
        t if t > TURNS && t.is_finite() => 1.0,
        _ => (turns.rem_euclid(1.0) * std::f64::consts::TAU).cos(),
    }
}

pub(crate) fn sin(value: f32) -> f32 {
    without_denormals(value, sin_of_turns)
}

pub(crate) fn cos(value: f32) -> f32 {
    without_denormals(value, cos_of_turns)
}
