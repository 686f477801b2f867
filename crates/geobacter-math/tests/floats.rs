//! Functions of floating-point numbers, against formulas in `f64`, the `libm` crate, or the definition itself.

use geobacter_math::*;
use proptest::prelude::*;

/// ULP between two numbers of either sign.
fn ulps(a: f32, b: f32) -> u32 {
    let key = |x: f32| if x.is_sign_negative() { -i64::from(x.abs().to_bits()) } else { i64::from(x.to_bits()) };
    if a.is_nan() && b.is_nan() { 0 } else { key(a).abs_diff(key(b)).try_into().unwrap_or(u32::MAX) }
}

fn any_f32() -> impl Strategy<Value = f32> {
    proptest::num::u32::ANY.prop_map(f32::from_bits)
}

fn any_f64() -> impl Strategy<Value = f64> {
    proptest::num::u64::ANY.prop_map(f64::from_bits)
}

fn same(a: f64, b: f64) -> bool {
    a == b && a.is_sign_negative() == b.is_sign_negative() || a.is_nan() && b.is_nan()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn parts_are_those_of_libm(x in any_f64(), y in any_f64(), n in -2500i32..2500) {
        let (significand, exponent) = frexp(x);
        let (expected, of) = libm::frexp(x);
        prop_assert!(same(significand, expected));
        if x.is_finite() { prop_assert_eq!(exponent, of); }
        let (fraction, whole) = modf(x);
        let (f, w) = libm::modf(x);
        prop_assert!(same(fraction, f) && same(whole, w), "{x:e}: {fraction:e} {whole:e}");
        prop_assert!(same(ldexp(x, n), libm::ldexp(x, n)), "{x:e} {n}: {:e} {:e}", ldexp(x, n), libm::ldexp(x, n));
        prop_assert!(same(nextafter(x, y), libm::nextafter(x, y)));
        prop_assert!(same(fdim(x, y), libm::fdim(x, y)));
    }

    #[test]
    fn parts_of_f32_are_those_of_libm(x in any_f32(), n in -400i32..400) {
        let (significand, _) = frexp(x);
        prop_assert!(same(significand.into(), libm::frexpf(x).0.into()));
        prop_assert!(same(ldexp(x, n).into(), libm::ldexpf(x, n).into()), "{x:e} {n}");
        if x.is_normal() {
            prop_assert_eq!(ilogb(x), f64::from(x).abs().log2().floor() as i32);
            prop_assert_eq!(logb(x), ilogb(x) as f32);
        }
    }

    #[test]
    fn remainders_are_those_of_libm(x in any_f64(), y in any_f64(), close in -60i32..60) {
        for y in [y, ldexp(x, close) * 1.3] {
            let (rest, quotient) = remquo(x, y);
            let (expected, of) = libm::remquo(x, y);
            prop_assert!(same(rest, expected), "{x:e} {y:e}: {rest:e}, not {expected:e}");
            prop_assert!(same(remainder(x, y), expected));
            // C promises three bits of the quotient, OpenCL C seven.
            if expected.is_finite() && y.is_finite() { prop_assert_eq!(quotient & 7, of & 7, "{} {} {} {}", x, y, quotient, of); }
        }
    }

    #[test]
    fn halves_of_turns(x in -1000.0f32..1000.0) {
        // In f64 the product with pi is exact to far less than an ULP of f32, but for what is near a multiple of 1/2.
        let angle = f64::from(x - 2.0 * (x / 2.0).round()) * std::f64::consts::PI;
        if angle.sin().abs() > 1e-5 { prop_assert!(ulps(sinpi(x), angle.sin() as f32) <= 2); }
        if angle.cos().abs() > 1e-5 { prop_assert!(ulps(cospi(x), angle.cos() as f32) <= 2); }
        if angle.sin().abs().min(angle.cos().abs()) > 1e-5 { prop_assert!(ulps(tanpi(x), angle.tan() as f32) <= 4); }
    }

    #[test]
    fn angles_in_half_turns(x in -1.0f32..1.0, y in -50.0f32..50.0) {
        let pi = std::f64::consts::PI;
        prop_assert!(ulps(asinpi(x), (f64::from(x).asin() / pi) as f32) <= 2);
        prop_assert!(ulps(acospi(x), (f64::from(x).acos() / pi) as f32) <= 2);
        prop_assert!(ulps(atanpi(y), (f64::from(y).atan() / pi) as f32) <= 2);
        prop_assert!(ulps(atan2pi(x, y), (f64::from(x).atan2(y.into()) / pi) as f32) <= 3);
    }

    #[test]
    fn powers_and_roots(x in 1e-3f32..1e3, n in -20i32..20) {
        let exact = f64::from(x).powi(n) as f32;
        prop_assert!(ulps(pown(x, n), exact) <= 1);
        let of_negative = if n % 2 == 0 { exact } else { -exact };
        prop_assert!(ulps(pown(-x, n), of_negative) <= 1);
        prop_assert!(ulps(powr(x, n as f32), exact) <= 1);
        if n != 0 {
            prop_assert!(ulps(rootn(x, n), f64::from(x).powf(1.0 / f64::from(n)) as f32) <= 1);
            // The power of the root is what it was of, within what each rounding is worth.
            let root = rootn(f64::from(x), n);
            prop_assert!((root.powi(n) / f64::from(x) - 1.0).abs() <= f64::from(n).abs() * 1e-15 + 1e-15);
        }
        prop_assert!(ulps(rsqrt(x), (1.0 / f64::from(x).sqrt()) as f32) <= 2);
        prop_assert!(ulps(exp10(n as f32), 10f64.powi(n) as f32) <= 1);
    }

    #[test]
    fn larger_and_smaller_magnitudes(x in any_f32(), y in any_f32()) {
        if !x.is_nan() && !y.is_nan() {
            prop_assert_eq!(maxmag(x, y).abs(), x.abs().max(y.abs()));
            prop_assert_eq!(minmag(x, y).abs(), x.abs().min(y.abs()));
        }
    }
}

#[test]
fn edges_of_the_common_functions() {
    assert_eq!((clamp(5, 0, 3), clamp(-1.0, 0.0, 3.0)), (3, 0.0));
    assert_eq!((step(1.0, 0.9), step(1.0, 1.0)), (0.0, 1.0));
    assert_eq!([-1.0, 0.0, 0.25, 1.0, 2.0].map(|x| smoothstep(0.0, 1.0, x)), [0.0, 0.0, 0.15625, 1.0, 1.0]);
    assert_eq!([-3.0, 0.0, 3.0, f64::NAN].map(sign), [-1.0, 0.0, 1.0, 0.0]);
    assert!(sign(-0.0f32).is_sign_negative());
    assert_eq!((degrees(std::f64::consts::PI), radians(180.0)), (180.0, std::f64::consts::PI));
    assert_eq!((fma(3.0, 4.0, 5.0), mad(3.0f32, 4.0, 5.0)), (17.0, 17.0));
}

#[test]
fn fractions_are_below_one() {
    let (fraction, whole) = fract(-1e-10f32);
    assert_eq!((fraction.to_bits(), whole), (0x3f7f_ffff, -1.0));
    assert_eq!(fract(2.75), (0.75, 2.0));
    let (fraction, whole) = fract(f32::NEG_INFINITY);
    assert!(fraction == 0.0 && fraction.is_sign_negative() && whole == f32::NEG_INFINITY);
}

#[test]
fn exponents_of_what_has_none() {
    assert_eq!([0.0, f32::NAN, f32::INFINITY].map(ilogb), [ILOGB_0, ILOGB_NAN, i32::MAX]);
    assert_eq!((logb(0.0f32), logb(f32::NEG_INFINITY)), (f32::NEG_INFINITY, f32::INFINITY));
    assert_eq!((ilogb(1e-45f32), ilogb(5e-324)), (-149, -1074));
    assert!(nan::<f64>(7).is_nan());
}

#[test]
fn half_turns_are_exact() {
    assert_eq!([0.5, 1.0, 1.5, 2.0, 1e30].map(sinpi), [1.0, 0.0, -1.0, 0.0, 0.0]);
    assert_eq!([0.5, 1.0, 1.5, 2.0, 1e30].map(cospi), [0.0, -1.0, 0.0, 1.0, 1.0]);
    assert_eq!([0.5f32, 1.5, -0.5].map(tanpi), [f32::INFINITY, f32::NEG_INFINITY, f32::NEG_INFINITY]);
    assert!(sinpi(-3.0f32).is_sign_negative() && sinpi(f32::INFINITY).is_nan() && cospi(f64::NAN).is_nan());
    assert_eq!([1.0, 0.0, -1.0].map(acospi), [0.0, 0.5, 1.0]);
    assert_eq!((atan2pi(0.0, -1.0), atan2pi(1.0f32, 0.0)), (1.0, 0.5));
}

#[test]
fn inverse_hyperbolic_functions_outside_their_domains() {
    for x in [0.999, 0.0, -1.0, -3.0, -46_161.683, -8_388_607.5, f64::NEG_INFINITY] {
        assert!(acosh(x).is_nan() && acosh(x as f32).is_nan(), "{x}");
    }
    assert!(atanh(1.5f64).is_nan());
    assert_eq!((atanh(-1.0f32), asinh(f64::NEG_INFINITY)), (f32::NEG_INFINITY, f64::NEG_INFINITY));
    assert_eq!(asinh(-2.8e38f32), -f64::from(2.8e38f32).asinh() as f32);
}

#[test]
fn powers_of_ten() {
    // Products of two are as exact as each is.
    for i in -30_000..30_000 {
        let x = f64::from(i) * 0.01 + 0.003;
        let product = exp10(x / 2.0) * exp10(x - x / 2.0);
        assert!((exp10(x) / product - 1.0).abs() < 7.0 * f64::EPSILON, "{x}");
    }
    // By the decimal literal, which is rounded once.
    assert_eq!((exp10(3.0), exp10(22.0), exp10(-5.0)), (1e3, 1e22, 1e-5));
    assert_eq!((exp10(f64::INFINITY), exp10(-1e9), exp10(309.5)), (f64::INFINITY, 0.0, f64::INFINITY));
    assert!(exp10(f64::NAN).is_nan() && exp10(-320.5) > 0.0);
}

#[test]
fn powers_without_a_limit() {
    for (x, y) in [(0.0, 0.0), (f32::INFINITY, 0.0), (1.0, f32::INFINITY), (-1.0, 2.0), (2.0, f32::NAN)] {
        assert!(powr(x, y).is_nan(), "{x}^{y}");
    }
    assert_eq!((powr(0.0, -1.0), powr(-0.0f32, 3.0)), (f64::INFINITY, 0.0));
    assert_eq!((rootn(-27.0, 3), rootn(16.0f32, 4), rootn(8.0, -3)), (-3.0, 2.0, 0.5));
    assert!(rootn(-4.0f64, 2).is_nan() && rootn(4.0f32, 0).is_nan());
    assert_eq!((rootn(0.0, -3), rootn(-0.0, -3), rootn(-0.0, -2)), (f64::INFINITY, f64::NEG_INFINITY, f64::INFINITY));
}

#[test]
fn gamma_and_error_functions() {
    let factorials = (1..20).scan(1.0f64, |product, n| {
        let now = *product;
        *product *= f64::from(n);
        Some(now)
    });
    for (i, factorial) in factorials.enumerate() {
        let x = i as f64 + 1.0;
        assert!((tgamma(x) / factorial - 1.0).abs() < 4e-15, "{x}");
        assert!((lgamma(x) - factorial.ln()).abs() < 1e-14 * factorial.ln().max(1.0));
        assert!(ulps(tgamma(x as f32), factorial as f32) <= 1);
    }
    assert!((erf(0.5f64) - 0.520_499_877_813_046_5).abs() < 2e-16);
    assert!((erfc(2.0f64) / 0.004_677_734_981_047_266 - 1.0).abs() < 1e-15);
}
