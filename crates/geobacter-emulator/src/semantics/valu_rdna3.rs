//! Vector instructions that gfx11 has and gfx9 has not (RDNA3 ISA, chapter 16).

use crate::float::f16;
use crate::float::numbers::{max16, max32, min16, min32};

use super::lane::{F16, lane_table};

lane_table! {
    any_host;

    v_mov_b16(a: u16) -> u16 = a;
    v_not_b16(a: u16) -> u16 = !a;
    v_and_b16(a: u16, b: u16) -> u16 = a & b;
    v_or_b16(a: u16, b: u16) -> u16 = a | b;
    v_xor_b16(a: u16, b: u16) -> u16 = a ^ b;
    v_cndmask_b16(a: u16, b: u16, m: bool) -> u16 = if m { b } else { a };
    v_xor3_b32(a: u32, b: u32, c: u32) -> u32 = a ^ b ^ c;
    v_cvt_i32_i16(a: i16) -> i32 = a.into();
    v_cvt_u32_u16(a: u16) -> u32 = a.into();
    v_minmax_f32[env](a: f32, b: f32, c: f32) -> f32 = max32(min32(a, b, env.mode), c, env.mode);
    v_maxmin_f32[env](a: f32, b: f32, c: f32) -> f32 = min32(max32(a, b, env.mode), c, env.mode);
    v_minmax_f16[env](a: F16, b: F16, c: F16) -> F16 = F16(max16(min16(a.0, b.0, env.mode), c.0, env.mode));
    v_maxmin_f16[env](a: F16, b: F16, c: F16) -> F16 = F16(min16(max16(a.0, b.0, env.mode), c.0, env.mode));
    v_minmax_u32(a: u32, b: u32, c: u32) -> u32 = a.min(b).max(c);
    v_maxmin_u32(a: u32, b: u32, c: u32) -> u32 = a.max(b).min(c);
    v_minmax_i32(a: i32, b: i32, c: i32) -> i32 = a.min(b).max(c);
    v_maxmin_i32(a: i32, b: i32, c: i32) -> i32 = a.max(b).min(c);
    v_fmac_f16(a: F16, b: F16; c: F16) -> F16 = F16(f16::fma(a.0, b.0, c.0));
    v_fmamk_f16(a: F16, k: F16, c: F16) -> F16 = F16(f16::fma(a.0, k.0, c.0));
    v_fmaak_f16(a: F16, b: F16, k: F16) -> F16 = F16(f16::fma(a.0, b.0, k.0));
}
