//! OpenCL C's arithmetic on floating-point numbers (section 6.15.2).

use geobacter_core::{Platform, platform};

use crate::float::Methods;
use crate::gentype::{lift, lift2, lift3};
use crate::{Float, Gentype};

/// Whether the host has an instruction for a fused multiplication: without one it is a slow call.
const HOST_FUSES: bool = cfg!(any(target_feature = "fma", target_arch = "aarch64"));

lift3! {
    /// `a * b + c`, rounded once.
    fma: Float, (a, b, c) = Methods::mul_add;
    /// `a * b + c`, in whichever way is faster: rounded once on GPUs, and twice on a host without the instruction.
    mad: Float, (a, b, c) = |a, b, c| {
        if HOST_FUSES || platform() != Platform::Host { Methods::mul_add(a, b, c) } else { a * b + c }
    };
}

lift2! {
    /// The positive difference: `x - y` where `x > y`, else 0; NaN where one is NaN.
    fdim: Float, (x, y) = positive_difference;
    /// The remainder of a division that is truncated: Rust's `x % y`. Exact.
    fmod: Float, (x, y) = |x, y| x % y;
    /// The remainder of a division that is rounded to nearest, ties to even (IEEE 754). Exact; NaN where `y` is 0 or `x`
    /// infinite.
    remainder: Float, (x, y) = |x, y| nearest_remainder(x, y).0;
    /// Whichever has the larger magnitude; where both are alike, the larger. A number where the other is NaN.
    maxmag: Float, (x, y) = |x, y| by_magnitude(x, y, true);
    /// Whichever has the smaller magnitude; where both are alike, the smaller. A number where the other is NaN.
    minmag: Float, (x, y) = |x, y| by_magnitude(x, y, false);
}

lift! {
    /// `1 / sqrt(x)`, within 2 ULP. For an approximation see [`fast::rsqrt`](crate::fast::rsqrt).
    rsqrt: Float, (x) = reciprocal_root;
}

/// [`remainder`], and the low 7 bits of the magnitude of the quotient that it leaves out, with the quotient's sign.
#[inline]
pub fn remquo<V: Gentype<Element: Float>>(x: V, y: V) -> (V, V::Of<i32>) {
    (remainder(x, y), x.zip_to(y, |x, y| nearest_remainder(x, y).1))
}

fn positive_difference<F: Float>(x: F, y: F) -> F {
    if x.is_nan() || y.is_nan() {
        F::NAN
    } else if x > y {
        x - y
    } else {
        F::ZERO
    }
}

fn by_magnitude<F: Float>(x: F, y: F, largest: bool) -> F {
    let (a, b) = (x.abs(), y.abs());
    match (a > b, b > a) {
        (true, _) => {
            if largest {
                x
            } else {
                y
            }
        }
        (_, true) => {
            if largest {
                y
            } else {
                x
            }
        }
        _ => {
            if largest {
                x.max(y)
            } else {
                x.min(y)
            }
        }
    }
}

fn reciprocal_root<F: Float>(x: F) -> F {
    F::ONE / x.sqrt()
}

/// Bits of the quotient that are kept.
const QUOTIENT: i32 = 0x7f;

/// By way of truncated remainders, which are exact: of `128 |y|` first, so that what is left of the quotient is small.
fn nearest_remainder<F: Float>(x: F, y: F) -> (F, i32) {
    if x.is_nan() || y.is_nan() || x.is_infinite() || y == F::ZERO {
        return (F::NAN, 0);
    }
    let (mut rest, divisor) = (x.abs(), y.abs());
    let negative = x.is_sign_negative() != y.is_sign_negative();
    if divisor.is_infinite() {
        return (x, 0);
    }
    let mut quotient = 0;
    // The multiples of the divisor by 64, 32, ..., 1, twice that having been taken away.
    let whole = divisor * F::from_i32(QUOTIENT + 1);
    if whole.is_finite() {
        rest = rest % whole;
    }
    let mut bit = (QUOTIENT + 1) / 2;
    while bit > 0 {
        let multiple = divisor * F::from_i32(bit);
        if rest >= multiple {
            rest = rest - multiple;
            quotient += bit;
        }
        bit /= 2;
    }
    // Half the divisor may be no number, and twice the rest not finite: their difference always is one.
    let other = divisor - rest;
    if rest > other || rest == other && quotient & 1 == 1 {
        rest = rest - divisor;
        quotient += 1;
    }
    let rest = if x.is_sign_negative() { -rest } else { rest };
    let rest = if rest == F::ZERO { F::ZERO.copysign(x) } else { rest };
    let quotient = quotient & QUOTIENT;
    (rest, if negative { -quotient } else { quotient })
}
