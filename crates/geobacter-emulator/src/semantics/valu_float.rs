//! Vector instructions on `f32` and `f64` (MI200 ISA, 12.7 to 12.11).

use crate::float::approximate::{cos, exp2, log2, rcp, rsq, sin, sqrt};
use crate::float::division::{fixup32, fixup64, fmas32, fmas64, scale32, scale64};
use crate::float::numbers::{
    fract32, fract64, frexp_exp32, frexp_exp64, frexp_mant32, frexp_mant64, ldexp32, ldexp64, max32, max64, med3_32,
    min32, min64, nan2, nan2_64, nan3, nan3_64,
};

use super::lane::lane_table;

#[inline(always)]
fn add(a: f32, b: f32) -> f32 {
    nan2(a, b, a + b)
}

#[inline(always)]
fn mul(a: f32, b: f32) -> f32 {
    nan2(a, b, a * b)
}

#[inline(always)]
fn fma(a: f32, b: f32, c: f32) -> f32 {
    nan3(a, b, c, a.mul_add(b, c))
}

#[inline(always)]
fn fma64(a: f64, b: f64, c: f64) -> f64 {
    nan3_64(a, b, c, a.mul_add(b, c))
}

/// Rounded twice, and without denormals in any mode.
fn mad(a: f32, b: f32, c: f32) -> f32 {
    let flush = |v: f32| f32::from_bits(crate::float::flush32(v.to_bits()));
    let [a, b, c] = [a, b, c].map(flush);
    nan3(a, b, c, flush(flush(a * b) + c))
}

/// Where a zero factor makes a zero product, whatever the other one.
fn mul_legacy(a: f32, b: f32) -> f32 {
    if a == 0.0 || b == 0.0 { 0.0 } else { mul(a, b) }
}

#[inline(always)]
fn same(a: f32, result: f32) -> f32 {
    nan2(a, a, result)
}

#[inline(always)]
fn same64(a: f64, result: f64) -> f64 {
    nan2_64(a, a, result)
}

lane_table! {
    wide_host;

    v_add_f32(a: f32, b: f32) -> f32 = add(a, b);
    v_sub_f32(a: f32, b: f32) -> f32 = nan2(a, b, a - b);
    v_subrev_f32(a: f32, b: f32) -> f32 = nan2(a, b, b - a);
    v_mul_f32(a: f32, b: f32) -> f32 = mul(a, b);
    v_mul_legacy_f32(a: f32, b: f32) -> f32 = mul_legacy(a, b);
    v_mad_f32(a: f32, b: f32, c: f32) -> f32 = mad(a, b, c);
    v_mac_f32(a: f32, b: f32; c: f32) -> f32 = mad(a, b, c);
    v_madmk_f32(a: f32, k: f32, c: f32) -> f32 = mad(a, k, c);
    v_madak_f32(a: f32, b: f32, k: f32) -> f32 = mad(a, b, k);
    v_fma_f32(a: f32, b: f32, c: f32) -> f32 = fma(a, b, c);
    v_fmac_f32(a: f32, b: f32; c: f32) -> f32 = fma(a, b, c);
    v_fmamk_f32(a: f32, k: f32, c: f32) -> f32 = fma(a, k, c);
    v_fmaak_f32(a: f32, b: f32, k: f32) -> f32 = fma(a, b, k);
    v_min_f32[env](a: f32, b: f32) -> f32 = min32(a, b, env.mode);
    v_max_f32[env](a: f32, b: f32) -> f32 = max32(a, b, env.mode);
    v_min3_f32[env](a: f32, b: f32, c: f32) -> f32 = min32(min32(a, b, env.mode), c, env.mode);
    v_max3_f32[env](a: f32, b: f32, c: f32) -> f32 = max32(max32(a, b, env.mode), c, env.mode);
    v_med3_f32[env](a: f32, b: f32, c: f32) -> f32 = med3_32(a, b, c, env.mode);
    v_floor_f32(a: f32) -> f32 = same(a, a.floor());
    v_ceil_f32(a: f32) -> f32 = same(a, a.ceil());
    v_trunc_f32(a: f32) -> f32 = same(a, a.trunc());
    v_rndne_f32(a: f32) -> f32 = same(a, a.round_ties_even());
    v_fract_f32(a: f32) -> f32 = fract32(a);
    v_ldexp_f32(a: f32, b: i32) -> f32 = ldexp32(a, b);
    v_frexp_mant_f32(a: f32) -> f32 = frexp_mant32(a);
    v_frexp_exp_i32_f32(a: f32) -> i32 = frexp_exp32(a);
    v_rcp_f32(a: f32) -> f32 = rcp(a);
    v_rcp_iflag_f32(a: f32) -> f32 = rcp(a);
    v_rsq_f32(a: f32) -> f32 = rsq(a);
    v_sqrt_f32(a: f32) -> f32 = sqrt(a);
    v_exp_f32(a: f32) -> f32 = exp2(a);
    v_log_f32(a: f32) -> f32 = log2(a);
    v_sin_f32(a: f32) -> f32 = sin(a);
    v_cos_f32(a: f32) -> f32 = cos(a);
    v_div_scale_f32(a: f32, b: f32, c: f32) -> (f32, bool) = scale32(a, b, c);
    v_div_fmas_f32[env](a: f32, b: f32, c: f32) -> f32 = nan3(a, b, c, fmas32(a, b, c, env.vcc));
    v_div_fixup_f32(a: f32, b: f32, c: f32) -> f32 = fixup32(a, b, c);

    v_add_f64(a: f64, b: f64) -> f64 = nan2_64(a, b, a + b);
    v_mul_f64(a: f64, b: f64) -> f64 = nan2_64(a, b, a * b);
    v_fma_f64(a: f64, b: f64, c: f64) -> f64 = fma64(a, b, c);
    v_fmac_f64(a: f64, b: f64; c: f64) -> f64 = fma64(a, b, c);
    v_min_f64[env](a: f64, b: f64) -> f64 = min64(a, b, env.mode);
    v_max_f64[env](a: f64, b: f64) -> f64 = max64(a, b, env.mode);
    v_floor_f64(a: f64) -> f64 = same64(a, a.floor());
    v_ceil_f64(a: f64) -> f64 = same64(a, a.ceil());
    v_trunc_f64(a: f64) -> f64 = same64(a, a.trunc());
    v_rndne_f64(a: f64) -> f64 = same64(a, a.round_ties_even());
    v_fract_f64(a: f64) -> f64 = fract64(a);
    v_ldexp_f64(a: f64, b: i32) -> f64 = ldexp64(a, b);
    v_frexp_mant_f64(a: f64) -> f64 = frexp_mant64(a);
    v_frexp_exp_i32_f64(a: f64) -> i32 = frexp_exp64(a);
    v_rcp_f64(a: f64) -> f64 = same64(a, 1.0 / a);
    v_rsq_f64(a: f64) -> f64 = same64(a, 1.0 / a.sqrt());
    v_sqrt_f64(a: f64) -> f64 = same64(a, a.sqrt());
    v_div_scale_f64(a: f64, b: f64, c: f64) -> (f64, bool) = scale64(a, b, c);
    v_div_fmas_f64[env](a: f64, b: f64, c: f64) -> f64 = nan3_64(a, b, c, fmas64(a, b, c, env.vcc));
    v_div_fixup_f64(a: f64, b: f64, c: f64) -> f64 = fixup64(a, b, c);
}
