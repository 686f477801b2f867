//! Vector instructions on whole numbers and bits (MI200 ISA, 12.7 to 12.11).

use super::lane::lane_table;

fn sad_u8(a: u32, b: u32) -> u32 {
    a.to_le_bytes().iter().zip(b.to_le_bytes()).map(|(a, b)| u32::from(a.abs_diff(b))).sum()
}

fn med3<T: Ord>(a: T, b: T, c: T) -> T {
    let (low, high) = if a < b { (a, b) } else { (b, a) };
    if c < low {
        low
    } else if c > high {
        high
    } else {
        c
    }
}

/// The low 24 bits, as an unsigned number.
fn u24(value: u32) -> u32 {
    value & 0x00ff_ffff
}

/// The low 24 bits, as a signed number.
fn i24(value: u32) -> i32 {
    (value << 8) as i32 >> 8
}

/// One byte of the eight, or a sign, or a constant (`V_PERM_B32`).
fn permuted_byte(bytes: u64, select: u8) -> u32 {
    let sign = |byte: u32| if bytes >> (8 * byte + 7) & 1 != 0 { 0xff } else { 0 };
    match select {
        0..=7 => (bytes >> (8 * select)) as u8 as u32,
        8 => sign(1),
        9 => sign(3),
        10 => sign(5),
        11 => sign(7),
        12 => 0,
        _ => 0xff,
    }
}

fn perm(a: u32, b: u32, select: u32) -> u32 {
    let bytes = u64::from(a) << 32 | u64::from(b);
    (0..4).fold(0, |out, i| out | permuted_byte(bytes, (select >> (8 * i)) as u8) << (8 * i))
}

fn pair(high: u32, low: u32) -> u64 {
    u64::from(high) << 32 | u64::from(low)
}

fn borrow(a: u32, b: u32, c: bool) -> (u32, bool) {
    (a.wrapping_sub(b).wrapping_sub(c.into()), u64::from(a) < u64::from(b) + u64::from(c))
}

fn carry(a: u32, b: u32, c: bool) -> (u32, bool) {
    let sum = u64::from(a) + u64::from(b) + u64::from(c);
    (sum as u32, sum >> 32 != 0)
}

/// Position of the first bit from the top that differs from the sign; all ones where none does.
fn ffbh_i32(value: u32) -> u32 {
    let flipped = if value >> 31 != 0 { !value } else { value };
    if flipped == 0 { u32::MAX } else { flipped.leading_zeros() }
}

fn bfe_u32(value: u32, offset: u32, width: u32) -> u32 {
    (value >> (offset & 31)) & ((1_u32 << (width & 31)) - 1)
}

fn bfe_i32(value: u32, offset: u32, width: u32) -> u32 {
    let width = width & 31;
    if width == 0 {
        return 0;
    }
    let field = (value as i32 >> (offset & 31)) as u32;
    ((field << (32 - width)) as i32 >> (32 - width)) as u32
}

lane_table! {
    any_host;

    v_mov_b32(a: u32) -> u32 = a;
    v_not_b32(a: u32) -> u32 = !a;
    v_bfrev_b32(a: u32) -> u32 = a.reverse_bits();
    v_ffbh_u32(a: u32) -> u32 = if a == 0 { u32::MAX } else { a.leading_zeros() };
    v_ffbl_b32(a: u32) -> u32 = if a == 0 { u32::MAX } else { a.trailing_zeros() };
    v_ffbh_i32(a: u32) -> u32 = ffbh_i32(a);
    v_accvgpr_read_b32(a: u32) -> u32 = a;
    v_accvgpr_write_b32(a: u32) -> u32 = a;
    v_accvgpr_mov_b32(a: u32) -> u32 = a;
    v_sat_pk_u8_i16(a: u32) -> u16 = {
        let clamp = |v: u32| u16::from((v as u16 as i16).clamp(0, 255) as u8);
        clamp(a) | clamp(a >> 16) << 8
    };

    v_cndmask_b32(a: u32, b: u32, m: bool) -> u32 = if m { b } else { a };
    v_add_u32[env](a: u32, b: u32) -> u32 = if env.clamp { a.saturating_add(b) } else { a.wrapping_add(b) };
    v_sub_u32[env](a: u32, b: u32) -> u32 = if env.clamp { a.saturating_sub(b) } else { a.wrapping_sub(b) };
    v_subrev_u32[env](a: u32, b: u32) -> u32 = if env.clamp { b.saturating_sub(a) } else { b.wrapping_sub(a) };
    v_add_i32[env](a: i32, b: i32) -> i32 = if env.clamp { a.saturating_add(b) } else { a.wrapping_add(b) };
    v_sub_i32[env](a: i32, b: i32) -> i32 = if env.clamp { a.saturating_sub(b) } else { a.wrapping_sub(b) };
    v_add_co_u32(a: u32, b: u32) -> (u32, bool) = carry(a, b, false);
    v_sub_co_u32(a: u32, b: u32) -> (u32, bool) = borrow(a, b, false);
    v_subrev_co_u32(a: u32, b: u32) -> (u32, bool) = borrow(b, a, false);
    v_addc_co_u32(a: u32, b: u32, c: bool) -> (u32, bool) = carry(a, b, c);
    v_subb_co_u32(a: u32, b: u32, c: bool) -> (u32, bool) = borrow(a, b, c);
    v_subbrev_co_u32(a: u32, b: u32, c: bool) -> (u32, bool) = borrow(b, a, c);
    v_mul_lo_u32(a: u32, b: u32) -> u32 = a.wrapping_mul(b);
    v_mul_hi_u32(a: u32, b: u32) -> u32 = ((u64::from(a) * u64::from(b)) >> 32) as u32;
    v_mul_hi_i32(a: i32, b: i32) -> i32 = ((i64::from(a) * i64::from(b)) >> 32) as i32;
    v_mul_u32_u24(a: u32, b: u32) -> u32 = u24(a).wrapping_mul(u24(b));
    v_mul_i32_i24(a: u32, b: u32) -> i32 = i24(a).wrapping_mul(i24(b));
    v_mul_hi_u32_u24(a: u32, b: u32) -> u32 = ((u64::from(u24(a)) * u64::from(u24(b))) >> 32) as u32;
    v_mul_hi_i32_i24(a: u32, b: u32) -> i32 = ((i64::from(i24(a)) * i64::from(i24(b))) >> 32) as i32;
    v_mad_u32_u24(a: u32, b: u32, c: u32) -> u32 = u24(a).wrapping_mul(u24(b)).wrapping_add(c);
    v_mad_i32_i24(a: u32, b: u32, c: i32) -> i32 = i24(a).wrapping_mul(i24(b)).wrapping_add(c);
    v_mad_u64_u32(a: u32, b: u32, c: u64) -> (u64, bool) = (u64::from(a) * u64::from(b)).overflowing_add(c);
    v_mad_i64_i32(a: i32, b: i32, c: i64) -> (i64, bool) = {
        // The bit is the carry out of the 64-bit sum.
        let product = i64::from(a) * i64::from(b);
        ((product.wrapping_add(c)), (product as u64).overflowing_add(c as u64).1)
    };
    v_mad_u32_u16(a: u16, b: u16, c: u32) -> u32 = (u32::from(a) * u32::from(b)).wrapping_add(c);
    v_mad_i32_i16(a: i16, b: i16, c: i32) -> i32 = (i32::from(a) * i32::from(b)).wrapping_add(c);

    v_min_u32(a: u32, b: u32) -> u32 = a.min(b);
    v_max_u32(a: u32, b: u32) -> u32 = a.max(b);
    v_min_i32(a: i32, b: i32) -> i32 = a.min(b);
    v_max_i32(a: i32, b: i32) -> i32 = a.max(b);
    v_min3_u32(a: u32, b: u32, c: u32) -> u32 = a.min(b).min(c);
    v_max3_u32(a: u32, b: u32, c: u32) -> u32 = a.max(b).max(c);
    v_min3_i32(a: i32, b: i32, c: i32) -> i32 = a.min(b).min(c);
    v_max3_i32(a: i32, b: i32, c: i32) -> i32 = a.max(b).max(c);
    v_med3_u32(a: u32, b: u32, c: u32) -> u32 = med3(a, b, c);
    v_med3_i32(a: i32, b: i32, c: i32) -> i32 = med3(a, b, c);

    v_and_b32(a: u32, b: u32) -> u32 = a & b;
    v_or_b32(a: u32, b: u32) -> u32 = a | b;
    v_xor_b32(a: u32, b: u32) -> u32 = a ^ b;
    v_xnor_b32(a: u32, b: u32) -> u32 = !(a ^ b);
    v_and_or_b32(a: u32, b: u32, c: u32) -> u32 = a & b | c;
    v_or3_b32(a: u32, b: u32, c: u32) -> u32 = a | b | c;
    v_xad_u32(a: u32, b: u32, c: u32) -> u32 = (a ^ b).wrapping_add(c);
    v_lshlrev_b32(a: u32, b: u32) -> u32 = b << (a & 31);
    v_lshrrev_b32(a: u32, b: u32) -> u32 = b >> (a & 31);
    v_ashrrev_i32(a: u32, b: i32) -> i32 = b >> (a & 31);
    v_lshlrev_b64(a: u32, b: u64) -> u64 = b << (a & 63);
    v_lshrrev_b64(a: u32, b: u64) -> u64 = b >> (a & 63);
    v_ashrrev_i64(a: u32, b: i64) -> i64 = b >> (a & 63);
    v_lshl_add_u32(a: u32, b: u32, c: u32) -> u32 = (a << (b & 31)).wrapping_add(c);
    v_add_lshl_u32(a: u32, b: u32, c: u32) -> u32 = a.wrapping_add(b) << (c & 31);
    v_lshl_or_b32(a: u32, b: u32, c: u32) -> u32 = a << (b & 31) | c;
    v_add3_u32(a: u32, b: u32, c: u32) -> u32 = a.wrapping_add(b).wrapping_add(c);
    v_bfe_u32(a: u32, b: u32, c: u32) -> u32 = bfe_u32(a, b, c);
    v_bfe_i32(a: u32, b: u32, c: u32) -> u32 = bfe_i32(a, b, c);
    v_bfi_b32(a: u32, b: u32, c: u32) -> u32 = a & b | !a & c;
    v_bfm_b32(a: u32, b: u32) -> u32 = ((1_u32 << (a & 31)) - 1) << (b & 31);
    v_bcnt_u32_b32(a: u32, b: u32) -> u32 = a.count_ones().wrapping_add(b);
    v_mbcnt_lo_u32_b32[env](a: u32, b: u32) -> u32 = {
        let below = if env.lane < 32 { (1_u32 << env.lane) - 1 } else { u32::MAX };
        (a & below).count_ones().wrapping_add(b)
    };
    v_mbcnt_hi_u32_b32[env](a: u32, b: u32) -> u32 = {
        let below = if env.lane < 32 { 0 } else { (1_u32 << (env.lane - 32)) - 1 };
        (a & below).count_ones().wrapping_add(b)
    };
    v_alignbit_b32(a: u32, b: u32, c: u32) -> u32 = (pair(a, b) >> (c & 31)) as u32;
    v_alignbyte_b32(a: u32, b: u32, c: u32) -> u32 = (pair(a, b) >> (8 * (c & 3))) as u32;
    v_perm_b32(a: u32, b: u32, c: u32) -> u32 = perm(a, b, c);
    v_sad_u8(a: u32, b: u32, c: u32) -> u32 = sad_u8(a, b).wrapping_add(c);
    v_sad_hi_u8(a: u32, b: u32, c: u32) -> u32 = (sad_u8(a, b) << 16).wrapping_add(c);
    v_sad_u16(a: u32, b: u32, c: u32) -> u32 = {
        let difference = |shift: u32| u32::from(((a >> shift) as u16).abs_diff((b >> shift) as u16));
        difference(0).wrapping_add(difference(16)).wrapping_add(c)
    };
    v_sad_u32(a: u32, b: u32, c: u32) -> u32 = a.abs_diff(b).wrapping_add(c);

    v_add_u16[env](a: u16, b: u16) -> u16 = if env.clamp { a.saturating_add(b) } else { a.wrapping_add(b) };
    v_sub_u16[env](a: u16, b: u16) -> u16 = if env.clamp { a.saturating_sub(b) } else { a.wrapping_sub(b) };
    v_subrev_u16[env](a: u16, b: u16) -> u16 = if env.clamp { b.saturating_sub(a) } else { b.wrapping_sub(a) };
    v_add_i16[env](a: i16, b: i16) -> i16 = if env.clamp { a.saturating_add(b) } else { a.wrapping_add(b) };
    v_sub_i16[env](a: i16, b: i16) -> i16 = if env.clamp { a.saturating_sub(b) } else { a.wrapping_sub(b) };
    v_mul_lo_u16(a: u16, b: u16) -> u16 = a.wrapping_mul(b);
    v_mad_u16(a: u16, b: u16, c: u16) -> u16 = a.wrapping_mul(b).wrapping_add(c);
    v_mad_i16(a: i16, b: i16, c: i16) -> i16 = a.wrapping_mul(b).wrapping_add(c);
    v_mad_legacy_u16(a: u16, b: u16, c: u16) -> u16 = a.wrapping_mul(b).wrapping_add(c);
    v_mad_legacy_i16(a: i16, b: i16, c: i16) -> i16 = a.wrapping_mul(b).wrapping_add(c);
    v_lshlrev_b16(a: u16, b: u16) -> u16 = b << (a & 15);
    v_lshrrev_b16(a: u16, b: u16) -> u16 = b >> (a & 15);
    v_ashrrev_i16(a: u16, b: i16) -> i16 = b >> (a & 15);
    v_min_u16(a: u16, b: u16) -> u16 = a.min(b);
    v_max_u16(a: u16, b: u16) -> u16 = a.max(b);
    v_min_i16(a: i16, b: i16) -> i16 = a.min(b);
    v_max_i16(a: i16, b: i16) -> i16 = a.max(b);
    v_min3_u16(a: u16, b: u16, c: u16) -> u16 = a.min(b).min(c);
    v_max3_u16(a: u16, b: u16, c: u16) -> u16 = a.max(b).max(c);
    v_min3_i16(a: i16, b: i16, c: i16) -> i16 = a.min(b).min(c);
    v_max3_i16(a: i16, b: i16, c: i16) -> i16 = a.max(b).max(c);
    v_med3_u16(a: u16, b: u16, c: u16) -> u16 = med3(a, b, c);
    v_med3_i16(a: i16, b: i16, c: i16) -> i16 = med3(a, b, c);
}
