//! Vector instructions on `f16`, mixed precision among them.

use crate::float::approximate::{cos_of_turns, sin_of_turns};
use crate::float::f16;
use crate::float::numbers::{fract32, frexp_exp32, frexp_mant32, ldexp32, max16, med3_16, min16, nan3};

use super::lane::{F16, Mix, lane_table};

/// A function of one number, computed in `f64` and rounded once more.
fn by(a: F16, f: impl Fn(f64) -> f64) -> F16 {
    F16::from_f64(f(a.to_f64()))
}

/// Exact in `f64` for sums and products of two halves.
fn with(a: F16, b: F16, f: impl Fn(f64, f64) -> f64) -> F16 {
    let result = f(a.to_f64(), b.to_f64());
    if result.is_nan() && !a.to_f64().is_nan() && !b.to_f64().is_nan() { F16(0x7e00) } else { F16::from_f64(result) }
}

fn fma(a: F16, b: F16, c: F16) -> F16 {
    let result = F16(f16::fma(a.0, b.0, c.0));
    let from_nan = [a, b, c].iter().any(|v| v.to_f32().is_nan());
    if result.to_f32().is_nan() && !from_nan { F16(0x7e00) } else { result }
}

fn mix(a: Mix, b: Mix, c: Mix) -> f32 {
    nan3(a.0, b.0, c.0, a.0.mul_add(b.0, c.0))
}

/// An exact quotient from an approximate one, for the special cases (MI200 ISA, `V_DIV_FIXUP_F16`).
fn fixup(q: F16, d: F16, n: F16) -> F16 {
    let quotient = crate::float::division::fixup32(q.to_f32(), d.to_f32(), n.to_f32());
    F16::from_f64(quotient.into())
}

lane_table! {
    any_host;

    v_add_f16(a: F16, b: F16) -> F16 = with(a, b, |a, b| a + b);
    v_sub_f16(a: F16, b: F16) -> F16 = with(a, b, |a, b| a - b);
    v_subrev_f16(a: F16, b: F16) -> F16 = with(a, b, |a, b| b - a);
    v_mul_f16(a: F16, b: F16) -> F16 = with(a, b, |a, b| a * b);
    v_fma_f16(a: F16, b: F16, c: F16) -> F16 = fma(a, b, c);
    v_min_f16[env](a: F16, b: F16) -> F16 = F16(min16(a.0, b.0, env.mode));
    v_max_f16[env](a: F16, b: F16) -> F16 = F16(max16(a.0, b.0, env.mode));
    v_min3_f16[env](a: F16, b: F16, c: F16) -> F16 = F16(min16(min16(a.0, b.0, env.mode), c.0, env.mode));
    v_max3_f16[env](a: F16, b: F16, c: F16) -> F16 = F16(max16(max16(a.0, b.0, env.mode), c.0, env.mode));
    v_med3_f16[env](a: F16, b: F16, c: F16) -> F16 = F16(med3_16(a.0, b.0, c.0, env.mode));
    v_floor_f16(a: F16) -> F16 = by(a, f64::floor);
    v_ceil_f16(a: F16) -> F16 = by(a, f64::ceil);
    v_trunc_f16(a: F16) -> F16 = by(a, f64::trunc);
    v_rndne_f16(a: F16) -> F16 = by(a, f64::round_ties_even);
    v_fract_f16(a: F16) -> F16 = {
        // The largest half below 1.
        let below_one = f16::to_f32(0x3bff);
        F16::from_f64(fract32(a.to_f32()).min(below_one).into())
    };
    v_ldexp_f16(a: F16, b: i16) -> F16 = F16::from_f64(ldexp32(a.to_f32(), b.into()).into());
    v_frexp_mant_f16(a: F16) -> F16 = F16::from_f64(frexp_mant32(a.to_f32()).into());
    v_frexp_exp_i16_f16(a: F16) -> i16 = frexp_exp32(a.to_f32()) as i16;
    v_rcp_f16(a: F16) -> F16 = by(a, |a| 1.0 / a);
    v_rsq_f16(a: F16) -> F16 = by(a, |a| 1.0 / a.sqrt());
    v_sqrt_f16(a: F16) -> F16 = by(a, f64::sqrt);
    v_exp_f16(a: F16) -> F16 = by(a, f64::exp2);
    v_log_f16(a: F16) -> F16 = by(a, f64::log2);
    v_sin_f16(a: F16) -> F16 = by(a, sin_of_turns);
    v_cos_f16(a: F16) -> F16 = by(a, cos_of_turns);
    v_div_fixup_f16(a: F16, b: F16, c: F16) -> F16 = fixup(a, b, c);
    v_pack_b32_f16(a: F16, b: F16) -> u32 = u32::from(a.0) | u32::from(b.0) << 16;
    v_fma_mix_f32(a: Mix, b: Mix, c: Mix) -> f32 = mix(a, b, c);
    v_fma_mixlo_f16(a: Mix, b: Mix, c: Mix) -> F16 = F16::from_f64(mix(a, b, c).into());
    v_fma_mixhi_f16(a: Mix, b: Mix, c: Mix) -> F16 = F16::from_f64(mix(a, b, c).into());

    v_pk_add_f16(a: [F16; 2], b: [F16; 2]) -> [F16; 2] = [0, 1].map(|i| with(a[i], b[i], |a, b| a + b));
    v_pk_mul_f16(a: [F16; 2], b: [F16; 2]) -> [F16; 2] = [0, 1].map(|i| with(a[i], b[i], |a, b| a * b));
    v_pk_fma_f16(a: [F16; 2], b: [F16; 2], c: [F16; 2]) -> [F16; 2] = [0, 1].map(|i| fma(a[i], b[i], c[i]));
    v_pk_min_f16[env](a: [F16; 2], b: [F16; 2]) -> [F16; 2] = [0, 1].map(|i| F16(min16(a[i].0, b[i].0, env.mode)));
    v_pk_max_f16[env](a: [F16; 2], b: [F16; 2]) -> [F16; 2] = [0, 1].map(|i| F16(max16(a[i].0, b[i].0, env.mode)));
}
