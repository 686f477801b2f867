//! Conversions between number formats. To integers they saturate, and NaN becomes 0, which is what `as` does.

use crate::float::f16;

use super::lane::{F16, lane_table};

/// To a normalised 16-bit number: -1 to 1, or 0 to 1, as the whole range.
fn snorm(value: f32) -> u16 {
    (value.clamp(-1.0, 1.0) * 32767.0).round_ties_even() as i16 as u16
}

fn unorm(value: f32) -> u16 {
    (value.clamp(0.0, 1.0) * 65535.0).round_ties_even() as u16
}

fn join(low: u16, high: u16) -> u32 {
    u32::from(low) | u32::from(high) << 16
}

lane_table! {
    any_host;

    v_cvt_f32_i32(a: i32) -> f32 = a as f32;
    v_cvt_f32_u32(a: u32) -> f32 = a as f32;
    v_cvt_i32_f32(a: f32) -> i32 = a as i32;
    v_cvt_u32_f32(a: f32) -> u32 = a as u32;
    v_cvt_flr_i32_f32(a: f32) -> i32 = a.floor() as i32;
    v_cvt_rpi_i32_f32(a: f32) -> i32 = (a + 0.5).floor() as i32;
    v_cvt_f64_i32(a: i32) -> f64 = a.into();
    v_cvt_f64_u32(a: u32) -> f64 = a.into();
    v_cvt_i32_f64(a: f64) -> i32 = a as i32;
    v_cvt_u32_f64(a: f64) -> u32 = a as u32;
    v_cvt_f32_f64(a: f64) -> f32 = a as f32;
    v_cvt_f64_f32(a: f32) -> f64 = a.into();
    v_cvt_f16_f32(a: f32) -> F16 = F16::from_f64(a.into());
    v_cvt_f32_f16(a: F16) -> f32 = a.to_f32();
    v_cvt_f16_u16(a: u16) -> F16 = F16::from_f64(a.into());
    v_cvt_f16_i16(a: i16) -> F16 = F16::from_f64(a.into());
    v_cvt_u16_f16(a: F16) -> u16 = a.to_f32() as u16;
    v_cvt_i16_f16(a: F16) -> i16 = a.to_f32() as i16;
    v_cvt_norm_i16_f16(a: F16) -> u16 = snorm(a.to_f32());
    v_cvt_norm_u16_f16(a: F16) -> u16 = unorm(a.to_f32());
    v_cvt_f32_ubyte0(a: u32) -> f32 = (a & 0xff) as f32;
    v_cvt_f32_ubyte1(a: u32) -> f32 = (a >> 8 & 0xff) as f32;
    v_cvt_f32_ubyte2(a: u32) -> f32 = (a >> 16 & 0xff) as f32;
    v_cvt_f32_ubyte3(a: u32) -> f32 = (a >> 24) as f32;
    v_cvt_pkrtz_f16_f32(a: f32, b: f32) -> u32 =
        join(f16::from_f64_toward_zero(a.into()), f16::from_f64_toward_zero(b.into()));
    v_cvt_pknorm_i16_f32(a: f32, b: f32) -> u32 = join(snorm(a), snorm(b));
    v_cvt_pknorm_u16_f32(a: f32, b: f32) -> u32 = join(unorm(a), unorm(b));
    v_cvt_pknorm_i16_f16(a: F16, b: F16) -> u32 = join(snorm(a.to_f32()), snorm(b.to_f32()));
    v_cvt_pknorm_u16_f16(a: F16, b: F16) -> u32 = join(unorm(a.to_f32()), unorm(b.to_f32()));
    v_cvt_pk_u16_u32(a: u32, b: u32) -> u32 = join(a.min(0xffff) as u16, b.min(0xffff) as u16);
    v_cvt_pk_i16_i32(a: i32, b: i32) -> u32 = {
        let saturate = |v: i32| v.clamp(i16::MIN.into(), i16::MAX.into()) as i16 as u16;
        join(saturate(a), saturate(b))
    };
}
