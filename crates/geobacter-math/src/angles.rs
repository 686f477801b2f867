//! Angles in half turns (section 6.15.2), and inverse hyperbolic functions, of which `std`'s own lose digits.

use crate::float::{Methods, through_f64};
use crate::gentype::{lift, lift2};
use crate::{Float, Gentype};

lift! {
    /// `sin(pi * x)`, within 2 ULP for `f32` and 3 for `f64`: exact at halves, whatever the magnitude. A zero with the sign
    /// of `x` at integers; NaN for infinities.
    sinpi: Float, (x) = |x| sine_and_cosine(x).0;
    /// `cos(pi * x)`, within 2 ULP for `f32` and 3 for `f64`: exact at halves. 0 halfway between integers; NaN for infinities.
    cospi: Float, (x) = |x| sine_and_cosine(x).1;
    /// `tan(pi * x)`, within 4 ULP. A zero at integers, with the sign of `x` at even ones and the other at odd ones; an infinity
    /// halfway between.
    tanpi: Float, (x) = tangent;
    /// `asin(x) / pi`, within 2 ULP for `f32` and 3 for `f64`.
    asinpi: Float, (x) = |x| over_pi(Methods::asin(x));
    /// `acos(x) / pi`, within 2 ULP for `f32` and 3 for `f64`.
    acospi: Float, (x) = |x| over_pi(Methods::acos(x));
    /// `atan(x) / pi`, within 2 ULP for `f32` and 3 for `f64`.
    atanpi: Float, (x) = |x| over_pi(Methods::atan(x));
    /// The inverse hyperbolic sine, within 1 ULP for `f32` and 3 for `f64`.
    asinh: Float, (x) = |x| through_f64!(x, libm::asinh);
    /// The inverse hyperbolic cosine, within 1 ULP for `f32` and 3 for `f64`; NaN below 1.
    acosh: Float, (x) = |x| through_f64!(x, inverse_cosine);
    /// The inverse hyperbolic tangent, within 1 ULP for `f32` and 3 for `f64`; an infinity at 1 and -1, NaN outside.
    atanh: Float, (x) = |x| through_f64!(x, libm::atanh);
}

lift2! {
    /// `atan2(y, x) / pi`: the angle of the point (`x`, `y`) in half turns, from -1 to 1, within 3 ULP.
    atan2pi: Float, (y, x) = |y, x| over_pi(Methods::atan2(y, x));
}

/// `libm`'s gives numbers for some negative arguments.
fn inverse_cosine(x: f64) -> f64 {
    if x < 1.0 { f64::NAN } else { libm::acosh(x) }
}

/// The sine, and the cosine.
#[inline]
pub fn sincos<V: Gentype<Element: Float>>(x: V) -> (V, V) {
    (x.map(Methods::sin), x.map(Methods::cos))
}

/// Of what is left when whole multiples of 1/2 are taken away, which is exact.
fn sine_and_cosine<F: Float>(x: F) -> (F, F) {
    if !x.is_finite() {
        return (F::NAN, F::NAN);
    }
    // In half turns, from -1 to 1: whole turns of two.
    let rest = x - F::TWO * (x * F::HALF).round_ties_even();
    let quarter = (rest * F::TWO).round_ties_even();
    let small = rest - quarter * F::HALF;
    let [high, low] = F::PI;
    // The product, and what its rounding lost.
    let angle = small * high;
    let lost = small.mul_add(high, -angle) + small * low;
    let (sine, cosine) = (angle.sin(), angle.cos());
    let (s, c) = (lost.mul_add(cosine, sine), (-lost).mul_add(sine, cosine));
    // `quarter` is -2, -1, 0, 1 or 2.
    let (sine, cosine) = if quarter == F::ZERO {
        (s, c)
    } else if quarter == F::ONE {
        (c, -s)
    } else if quarter == -F::ONE {
        (-c, s)
    } else {
        (-s, -c)
    };
    let sine = if sine == F::ZERO { F::ZERO.copysign(x) } else { sine };
    let cosine = if cosine == F::ZERO { F::ZERO } else { cosine };
    (sine, cosine)
}

fn tangent<F: Float>(x: F) -> F {
    let (sine, cosine) = sine_and_cosine(x);
    if cosine == F::ZERO {
        // From which side depends on where the half is: at 1/2, 5/2, .. from below.
        return if sine == F::ONE { F::INFINITY } else { -F::INFINITY };
    }
    sine / cosine
}

/// By the inverse of pi, with what its rounding lacks.
fn over_pi<F: Float>(angle: F) -> F {
    let [high, low] = F::PI;
    let quotient = angle / high;
    if !quotient.is_normal() {
        return quotient;
    }
    // One step of division by the longer pi.
    let rest = (-quotient).mul_add(high, angle) - quotient * low;
    quotient + rest / high
}
