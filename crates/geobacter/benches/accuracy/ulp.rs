//! Distances in units in the last place (ULP) of a format.

use crate::exact::Exact;

/// A floating-point format, by the numbers that measure it.
pub(crate) trait Format: Copy + Send + Sync {
    /// Bits of the significand, the hidden one included.
    const DIGITS: i32;
    /// Exponent of the smallest normal number.
    const MIN_EXPONENT: i32;
    /// Exponent of the largest number.
    const MAX_EXPONENT: i32;
    fn to_f64(self) -> f64;
}

impl Format for f32 {
    const DIGITS: i32 = 24;
    const MIN_EXPONENT: i32 = -126;
    const MAX_EXPONENT: i32 = 127;
    fn to_f64(self) -> f64 {
        self.into()
    }
}

impl Format for f64 {
    const DIGITS: i32 = 53;
    const MIN_EXPONENT: i32 = -1022;
    const MAX_EXPONENT: i32 = 1023;
    fn to_f64(self) -> f64 {
        self
    }
}

/// `log2` of one unit in the last place of numbers whose own `log2` is `exponent`, rounded down.
fn unit<F: Format>(exponent: i32) -> i32 {
    exponent.clamp(F::MIN_EXPONENT, F::MAX_EXPONENT) - (F::DIGITS - 1)
}

/// `log2` of a number's magnitude, rounded down; not of 0.
fn exponent(x: f64) -> i32 {
    let bits = x.to_bits() >> 52 & 0x7ff;
    match bits {
        0 => exponent(x * 2f64.powi(64)) - 64,
        _ => bits as i32 - 1023,
    }
}

/// `x * 2^n`, in steps that neither overflow nor underflow before the result does.
fn scale(x: f64, n: i32) -> f64 {
    let half = n / 2;
    x * 2f64.powi(half) * 2f64.powi(n - half)
}

/// How far `got` is from `exact`, in ULP of `F` at `exact`; infinite where one is NaN and the other is not, or where an
/// infinity is wrong. An infinite result counts as the power of two after the largest number: that is right for all that
/// rounds to it.
pub(crate) fn from_double<F: Format>(got: F, exact: f64) -> f64 {
    let got = got.to_f64();
    if got.is_nan() || exact.is_nan() {
        return if got.is_nan() && exact.is_nan() { 0.0 } else { f64::INFINITY };
    }
    let overflow = 2f64.powi(F::MAX_EXPONENT) * 2.0;
    if got.is_infinite() || exact.is_infinite() || exact.abs() >= overflow {
        let saturate = |x: f64| if x.abs() >= overflow { x.signum() } else { x / overflow };
        // In units of what follows the largest number, of which 2^DIGITS are in it.
        return (saturate(got) - saturate(exact)).abs() * 2f64.powi(F::DIGITS);
    }
    if exact == 0.0 {
        return scale(got.abs(), -unit::<F>(F::MIN_EXPONENT));
    }
    scale((got - exact).abs(), -unit::<F>(exponent(exact)))
}

/// The same, from an exact result with more digits than `F` has. `F` is `f64`.
pub(crate) fn from_exact(got: f64, exact: &Exact) -> f64 {
    let exact = &exact.0;
    if got.is_nan() || exact.is_nan() {
        return if got.is_nan() && exact.is_nan() { 0.0 } else { f64::INFINITY };
    }
    if exact.is_zero() {
        return from_double(got, 0.0);
    }
    let sign = if exact.is_negative() { -1.0 } else { 1.0 };
    // The library's mantissas are in [0.5, 1).
    let exponent = exact.exponent().map(|e| e - 1).filter(|_| !exact.is_inf());
    let Some(exponent) = exponent.filter(|e| *e <= f64::MAX_EXPONENT) else {
        return from_double(got, sign * f64::INFINITY);
    };
    if got.is_infinite() {
        let edge = Exact::from(2f64.powi(f64::MAX_EXPONENT)).mul(&Exact::from(2.0 * got.signum()));
        return magnitude(&edge.sub(&Exact(exact.clone())), -unit::<f64>(f64::MAX_EXPONENT));
    }
    magnitude(&Exact::from(got).sub(&Exact(exact.clone())), -unit::<f64>(exponent))
}

/// `|x| * 2^shift`, to the precision of an `f64`.
fn magnitude(x: &Exact, shift: i32) -> f64 {
    match (x.0.exponent(), x.0.mantissa_digits().and_then(<[_]>::last)) {
        (Some(exponent), Some(&top)) if !x.0.is_zero() => {
            scale(top as f64 * 2f64.powi(-64), exponent.saturating_add(shift))
        }
        _ => 0.0,
    }
}
