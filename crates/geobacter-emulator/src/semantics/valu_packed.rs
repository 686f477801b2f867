//! Packed vector instructions on whole numbers and `f32`, and dot products.

use crate::float::numbers::{nan2, nan3};

use super::lane::lane_table;

/// `f` of both parts.
fn each<A: Copy, B: Copy, R>(a: [A; 2], b: [B; 2], f: impl Fn(A, B) -> R) -> [R; 2] {
    [f(a[0], b[0]), f(a[1], b[1])]
}

fn each3<A: Copy, R>(a: [A; 2], b: [A; 2], c: [A; 2], f: impl Fn(A, A, A) -> R) -> [R; 2] {
    [f(a[0], b[0], c[0]), f(a[1], b[1], c[1])]
}

/// The sum of products of `32 / bits` signed parts.
fn dot_signed(a: u32, b: u32, bits: u32) -> i64 {
    let part = |v: u32, i: u32| i64::from((v << (32 - bits - i)) as i32 >> (32 - bits));
    (0..32).step_by(bits as usize).map(|i| part(a, i) * part(b, i)).sum()
}

fn dot_unsigned(a: u32, b: u32, bits: u32) -> u64 {
    let part = |v: u32, i: u32| u64::from(v >> i & ((1 << bits) - 1));
    (0..32).step_by(bits as usize).map(|i| part(a, i) * part(b, i)).sum()
}

fn add_signed(sum: i64, c: i32, clamp: bool) -> i32 {
    let total = sum + i64::from(c);
    if clamp { total.clamp(i32::MIN.into(), i32::MAX.into()) as i32 } else { total as i32 }
}

fn add_unsigned(sum: u64, c: u32, clamp: bool) -> u32 {
    let total = sum + u64::from(c);
    if clamp { total.min(u32::MAX.into()) as u32 } else { total as u32 }
}

fn join(v: [i16; 2]) -> u32 {
    u32::from(v[0] as u16) | u32::from(v[1] as u16) << 16
}

lane_table! {
    wide_host;

    v_pk_add_u16[env](a: [u16; 2], b: [u16; 2]) -> [u16; 2] =
        each(a, b, |a, b| if env.clamp { a.saturating_add(b) } else { a.wrapping_add(b) });
    v_pk_sub_u16[env](a: [u16; 2], b: [u16; 2]) -> [u16; 2] =
        each(a, b, |a, b| if env.clamp { a.saturating_sub(b) } else { a.wrapping_sub(b) });
    v_pk_add_i16[env](a: [i16; 2], b: [i16; 2]) -> [i16; 2] =
        each(a, b, |a, b| if env.clamp { a.saturating_add(b) } else { a.wrapping_add(b) });
    v_pk_sub_i16[env](a: [i16; 2], b: [i16; 2]) -> [i16; 2] =
        each(a, b, |a, b| if env.clamp { a.saturating_sub(b) } else { a.wrapping_sub(b) });
    v_pk_mul_lo_u16(a: [u16; 2], b: [u16; 2]) -> [u16; 2] = each(a, b, u16::wrapping_mul);
    v_pk_mad_u16(a: [u16; 2], b: [u16; 2], c: [u16; 2]) -> [u16; 2] =
        each3(a, b, c, |a, b, c| a.wrapping_mul(b).wrapping_add(c));
    v_pk_mad_i16(a: [i16; 2], b: [i16; 2], c: [i16; 2]) -> [i16; 2] =
        each3(a, b, c, |a, b, c| a.wrapping_mul(b).wrapping_add(c));
    v_pk_min_u16(a: [u16; 2], b: [u16; 2]) -> [u16; 2] = each(a, b, Ord::min);
    v_pk_max_u16(a: [u16; 2], b: [u16; 2]) -> [u16; 2] = each(a, b, Ord::max);
    v_pk_min_i16(a: [i16; 2], b: [i16; 2]) -> [i16; 2] = each(a, b, Ord::min);
    v_pk_max_i16(a: [i16; 2], b: [i16; 2]) -> [i16; 2] = each(a, b, Ord::max);
    v_pk_lshlrev_b16(a: [u16; 2], b: [u16; 2]) -> [u16; 2] = each(a, b, |a, b| b << (a & 15));
    v_pk_lshrrev_b16(a: [u16; 2], b: [u16; 2]) -> [u16; 2] = each(a, b, |a, b| b >> (a & 15));
    v_pk_ashrrev_i16(a: [u16; 2], b: [i16; 2]) -> [i16; 2] = each(a, b, |a, b| b >> (a & 15));

    v_pk_add_f32(a: [f32; 2], b: [f32; 2]) -> [f32; 2] = each(a, b, |a, b| nan2(a, b, a + b));
    v_pk_mul_f32(a: [f32; 2], b: [f32; 2]) -> [f32; 2] = each(a, b, |a, b| nan2(a, b, a * b));
    v_pk_fma_f32(a: [f32; 2], b: [f32; 2], c: [f32; 2]) -> [f32; 2] =
        each3(a, b, c, |a, b, c| nan3(a, b, c, a.mul_add(b, c)));

    // `op_sel` selects the low half of the first and the high half of the second source's pair.
    v_pk_mov_b32(a: [u32; 2], b: [u32; 2]) -> [u32; 2] = [a[0], b[0]];

    v_dot2_i32_i16[env](a: [i16; 2], b: [i16; 2], c: i32) -> i32 =
        add_signed(dot_signed(join(a), join(b), 16), c, env.clamp);
    v_dot2_u32_u16[env](a: [i16; 2], b: [i16; 2], c: u32) -> u32 =
        add_unsigned(dot_unsigned(join(a), join(b), 16), c, env.clamp);
    v_dot4_i32_i8[env](a: u32, b: u32, c: i32) -> i32 = add_signed(dot_signed(a, b, 8), c, env.clamp);
    v_dot4_u32_u8[env](a: u32, b: u32, c: u32) -> u32 = add_unsigned(dot_unsigned(a, b, 8), c, env.clamp);
    v_dot8_i32_i4[env](a: u32, b: u32, c: i32) -> i32 = add_signed(dot_signed(a, b, 4), c, env.clamp);
    v_dot8_u32_u4[env](a: u32, b: u32, c: u32) -> u32 = add_unsigned(dot_unsigned(a, b, 4), c, env.clamp);
    v_dot2c_i32_i16[env](a: u32, b: u32; c: i32) -> i32 = add_signed(dot_signed(a, b, 16), c, env.clamp);
    v_dot4c_i32_i8[env](a: u32, b: u32; c: i32) -> i32 = add_signed(dot_signed(a, b, 8), c, env.clamp);
    v_dot8c_i32_i4[env](a: u32, b: u32; c: i32) -> i32 = add_signed(dot_signed(a, b, 4), c, env.clamp);
}
