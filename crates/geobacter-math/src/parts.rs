//! OpenCL C's functions of the parts of floating-point numbers (section 6.15.2): exponents, significands, fractions.

use crate::float::Methods;
use crate::gentype::lift2;
use crate::{Float, Gentype};

/// What [`ilogb`] gives for 0 (`FP_ILOGB0`).
pub const ILOGB_0: i32 = i32::MIN;
/// What [`ilogb`] gives for NaN (`FP_ILOGBNAN`).
pub const ILOGB_NAN: i32 = i32::MAX;

lift2! {
    /// The next number after `x` towards `y`; `x` where they are equal; NaN where one is.
    nextafter: Float, (x, y) = next_towards;
}

/// The fraction `min(x - floor(x), the largest number below 1)`, and `floor(x)`. Unlike Rust's `fract` it is not negative.
/// The fraction of an infinity is 0 with its sign.
#[inline]
pub fn fract<V: Gentype<Element: Float>>(x: V) -> (V, V) {
    fn part<F: Float>(x: F) -> F {
        if x.is_infinite() {
            return F::ZERO.copysign(x);
        }
        let part = x - x.floor();
        // A difference of zero keeps the sign of a zero.
        if x == F::ZERO {
            x
        } else if part > F::BELOW_ONE {
            F::BELOW_ONE
        } else {
            part
        }
    }
    (x.map(part), x.map(|x| x.floor()))
}

/// The fraction, with the sign of `x`, and the integer part, truncated. Of an infinity: a zero, and the infinity.
#[inline]
pub fn modf<V: Gentype<Element: Float>>(x: V) -> (V, V) {
    fn part<F: Float>(x: F) -> F {
        if x.is_infinite() { F::ZERO.copysign(x) } else { (x - x.trunc()).copysign(x) }
    }
    (x.map(|x| if x.is_nan() { x } else { part(x) }), x.map(|x| x.trunc()))
}

/// A significand `m` with a magnitude in [1/2, 1), and an exponent `e`: `x = m * 2^e`, exactly. Zeros, infinities and NaN are
/// their own significand, and their exponent is 0.
#[inline]
pub fn frexp<V: Gentype<Element: Float>>(x: V) -> (V, V::Of<i32>) {
    (x.map(|x| split(x).0), x.map_to(|x| split(x).1))
}

/// `x * 2^n`, rounded once.
#[inline]
pub fn ldexp<V: Gentype<Element: Float>>(x: V, n: V::Of<i32>) -> V {
    x.zip3_of(x, n, |x, _, n| scale(x, n))
}

/// The exponent `e` with `|x| = m * 2^e` and `m` in [1, 2); [`ILOGB_0`] of 0, [`ILOGB_NAN`] of NaN, `i32::MAX` of infinities.
#[inline]
pub fn ilogb<V: Gentype<Element: Float>>(x: V) -> V::Of<i32> {
    x.map_to(|x| {
        if x == Methods::from_f64(0.0) {
            ILOGB_0
        } else if x.is_finite() {
            split(x).1 - 1
        } else {
            ILOGB_NAN
        }
    })
}

/// [`ilogb`] as a number of the same type: minus infinity of 0, infinity of infinities, NaN of NaN.
#[inline]
pub fn logb<V: Gentype<Element: Float>>(x: V) -> V {
    fn exponent<F: Float>(x: F) -> F {
        if x == F::ZERO {
            -F::INFINITY
        } else if x.is_finite() {
            F::from_i32(split(x).1 - 1)
        } else {
            x.abs()
        }
    }
    x.map(exponent)
}

/// A quiet NaN with `code` in its significand, as far as it has room.
///
/// ```
/// use geobacter_math::nan;
/// assert_eq!(nan::<f32>(5).to_bits(), 0x7fc0_0005);
/// ```
#[inline]
pub fn nan<F: Float>(code: u64) -> F {
    let quiet = 1u64 << (F::SIGNIFICAND - 1);
    F::of_bits(F::INFINITY.bits() | quiet | code & (quiet - 1))
}

fn next_towards<F: Float>(x: F, y: F) -> F {
    if x.is_nan() || y.is_nan() {
        F::NAN
    } else if x == y {
        y
    } else if x < y {
        x.next_up()
    } else {
        x.next_down()
    }
}

/// [`frexp`] of one number.
fn split<F: Float>(x: F) -> (F, i32) {
    if x == F::ZERO || !x.is_finite() {
        return (x, 0);
    }
    // A subnormal number becomes a normal one first.
    let normal = x.is_normal();
    let lift = F::SIGNIFICAND as i32 + 1;
    let bits = if normal { x } else { x * power_of_two::<F>(lift) }.bits();
    let field = (bits >> F::SIGNIFICAND) as i32 & (2 * F::BIAS + 1);
    let exponent = field - F::BIAS + 1 - if normal { 0 } else { lift };
    let rest = bits & !(((2 * F::BIAS + 1) as u64) << F::SIGNIFICAND);
    (F::of_bits(rest | ((F::BIAS - 1) as u64) << F::SIGNIFICAND), exponent)
}

/// `2^n`, a normal number.
pub(crate) fn power_of_two<F: Float>(n: i32) -> F {
    F::of_bits(((n + F::BIAS) as u64) << F::SIGNIFICAND)
}

/// [`ldexp`] of one number: by at most three factors, of which only the last may round. What goes below the normal numbers is
/// kept well above them before it.
pub(crate) fn scale<F: Float>(x: F, n: i32) -> F {
    let (most, keep) = (F::BIAS, F::BIAS - 1 - F::SIGNIFICAND as i32 - 1);
    let (mut x, mut n) = (x, n);
    let mut turns = 0;
    while n > most && turns < 2 {
        x = x * power_of_two::<F>(most);
        n -= most;
        turns += 1;
    }
    while n < 1 - most && turns < 2 {
        x = x * power_of_two::<F>(-keep);
        n += keep;
        turns += 1;
    }
    x * power_of_two::<F>(n.clamp(1 - most, most))
}
