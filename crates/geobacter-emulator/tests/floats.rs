//! Floating point against the host's, over random bit patterns.

mod support;

use std::sync::OnceLock;

use proptest::prelude::*;
use support::snippet::{Lanes, kernel, run_kernel};
use support::{Code, gfx90a};

/// Bit patterns of `f32`: anything, and more than their share of what is special.
fn bits() -> impl Strategy<Value = u32> {
    prop_oneof![
        4 => any::<u32>(),
        1 => prop::sample::select(vec![0, 1 << 31, 1, 0x007f_ffff, 0x0080_0000, 0x7f7f_ffff, 0x7f80_0000, 0xff80_0000,
            0x7fc0_0000, 0x3f80_0000, 0xbf80_0000, 0x4f00_0000, 0xcf00_0000, 0x4f80_0000, 0x3f00_0000, 0x3fc0_0000]),
        2 => (any::<i32>(), 0..32_u32).prop_map(|(n, shift)| ((n >> shift) as f32 * 0.5).to_bits()),
    ]
}

fn all_lanes() -> impl Strategy<Value = Lanes> {
    prop::collection::vec(bits(), 64).prop_map(|values| values.try_into().expect("64 values"))
}

fn same(got: u32, expected: f32) -> bool {
    // Any NaN is as good as another.
    got == expected.to_bits() || f32::from_bits(got).is_nan() && expected.is_nan()
}

fn same64(low: u32, high: u32, expected: f64) -> bool {
    let got = u64::from(high) << 32 | u64::from(low);
    got == expected.to_bits() || f64::from_bits(got).is_nan() && expected.is_nan()
}

/// Assembles once.
fn prepared(code: &'static OnceLock<Code>, text: &str, inputs: usize, outputs: &[&str]) -> &'static Code {
    code.get_or_init(|| kernel(text, inputs, outputs))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn f32_arithmetic_is_the_hosts(a in all_lanes(), b in all_lanes(), c in all_lanes()) {
        static CODE: OnceLock<Code> = OnceLock::new();
        const OUT: [&str; 8] = ["v5", "v6", "v7", "v8", "v9", "v10", "v11", "v12"];
        let text = "v_add_f32 v5, v1, v2
            v_sub_f32 v6, v1, v2
            v_mul_f32 v7, v1, v2
            v_fma_f32 v8, v1, v2, v3
            v_floor_f32 v9, v1
            v_rndne_f32 v10, v1
            v_cvt_i32_f32 v11, v1
            v_cvt_u32_f32 v12, v1";
        let out = run_kernel(gfx90a(), prepared(&CODE, text, 3, &OUT), &[a, b, c], OUT.len()).expect("no fault");
        for i in 0..64 {
            let [x, y, z] = [a[i], b[i], c[i]].map(f32::from_bits);
            let expected = [x + y, x - y, x * y, x.mul_add(y, z), x.floor(), x.round_ties_even()];
            for (k, expected) in expected.into_iter().enumerate() {
                prop_assert!(same(out[k][i], expected), "{}: {x:e} {y:e} {z:e}: {:#x}", OUT[k], out[k][i]);
            }
            prop_assert_eq!((out[6][i], out[7][i]), (x as i32 as u32, x as u32), "of {:e}", x);
        }
    }

    #[test]
    fn f64_arithmetic_is_the_hosts(a in all_lanes(), b in all_lanes(), c in all_lanes(), d in all_lanes()) {
        static CODE: OnceLock<Code> = OnceLock::new();
        const OUT: [&str; 10] = ["v10", "v11", "v12", "v13", "v14", "v15", "v16", "v17", "v18", "v19"];
        // Pairs of registers start at even numbers.
        let text = "v_mov_b32 v6, v1
            v_mov_b32 v7, v2
            v_mov_b32 v8, v3
            v_mov_b32 v9, v4
            v_add_f64 v[10:11], v[6:7], v[8:9]
            v_mul_f64 v[12:13], v[6:7], v[8:9]
            v_fma_f64 v[14:15], v[6:7], v[8:9], v[8:9]
            v_trunc_f64 v[16:17], v[6:7]
            v_cvt_f32_f64 v18, v[6:7]
            v_cvt_i32_f64 v19, v[6:7]";
        let out = run_kernel(gfx90a(), prepared(&CODE, text, 4, &OUT), &[a, b, c, d], OUT.len()).expect("no fault");
        for i in 0..64 {
            let of = |low: u32, high: u32| f64::from_bits(u64::from(high) << 32 | u64::from(low));
            let (x, y) = (of(a[i], b[i]), of(c[i], d[i]));
            for (k, expected) in [x + y, x * y, x.mul_add(y, y), x.trunc()].into_iter().enumerate() {
                prop_assert!(same64(out[2 * k][i], out[2 * k + 1][i], expected), "{}: {x:e} {y:e}", OUT[2 * k]);
            }
            prop_assert!(same(out[8][i], x as f32), "{x:e}");
            prop_assert_eq!(out[9][i], x as i32 as u32, "of {:e}", x);
        }
    }

    #[test]
    fn scaling_and_taking_apart_are_inverse(a in all_lanes()) {
        static CODE: OnceLock<Code> = OnceLock::new();
        const OUT: [&str; 3] = ["v5", "v6", "v7"];
        let text = "v_frexp_mant_f32 v5, v1\nv_frexp_exp_i32_f32 v6, v1\nv_ldexp_f32 v7, v5, v6";
        let out = run_kernel(gfx90a(), prepared(&CODE, text, 1, &OUT), &[a], OUT.len()).expect("no fault");
        for i in 0..64 {
            let x = f32::from_bits(a[i]);
            prop_assert!(same(out[2][i], x), "{x:e}");
            let mantissa = f32::from_bits(out[0][i]).abs();
            prop_assert!(x == 0.0 || !x.is_finite() || (0.5..1.0).contains(&mantissa), "{x:e}: {mantissa}");
        }
    }

    #[test]
    fn halves_are_rounded_once(a in all_lanes(), b in all_lanes()) {
        static CODE: OnceLock<Code> = OnceLock::new();
        const OUT: [&str; 4] = ["v5", "v6", "v7", "v8"];
        let text = "v_cvt_f32_f16 v5, v1
            v_cvt_f16_f32 v6, v5
            v_mul_f16 v7, v1, v2
            v_cvt_f32_f16 v8, v2";
        let out = run_kernel(gfx90a(), prepared(&CODE, text, 2, &OUT), &[a, b], OUT.len()).expect("no fault");
        for i in 0..64 {
            let [x, y] = [out[0][i], out[3][i]].map(f32::from_bits);
            if !x.is_nan() {
                prop_assert_eq!(out[1][i], a[i] & 0xffff, "{} there and back", x);
            }
            // The nearest half to the exact product is nearer than both of its neighbours.
            let value = |bits: u16| f64::from(half(bits));
            let (exact, got) = (f64::from(x) * f64::from(y), out[2][i] as u16);
            if got & 0x7fff < 0x7c00 && exact.is_finite() {
                let error = (value(got) - exact).abs();
                for other in [got.wrapping_add(1), got.wrapping_sub(1)] {
                    prop_assert!(other & 0x7c00 == 0x7c00 || error <= (value(other) - exact).abs(), "{x} * {y}: {got:#x}");
                }
            }
        }
    }
}

/// The value of an `f16`, by its definition.
fn half(bits: u16) -> f32 {
    let (sign, exponent, fraction) = (bits >> 15, i32::from(bits >> 10 & 31), f32::from(bits & 0x3ff));
    let magnitude = match exponent {
        0 => fraction * 2.0_f32.powi(-24),
        31 => f32::INFINITY,
        _ => (1.0 + fraction / 1024.0) * 2.0_f32.powi(exponent - 15),
    };
    if sign == 1 { -magnitude } else { magnitude }
}
