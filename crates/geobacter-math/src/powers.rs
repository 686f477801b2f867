//! OpenCL C's powers and roots (section 6.15.2).

use crate::float::{Methods, through_f64};
use crate::gentype::{lift, lift2};
use crate::parts::scale;
use crate::{Float, Gentype};

lift! {
    /// `10^x`, within 1 ULP for `f32` and 2 for `f64`; exact for integers where there is an exact one.
    exp10: Float, (x) = |x| through_f64!(x, power_of_ten);
}

lift2! {
    /// `x^y` of what is not negative, within 1 ULP for `f32` and 2 for `f64`; NaN for a negative `x`. Unlike `powf` it is NaN where
    /// the power has no limit: `0^0`, `inf^0` and `1^inf`.
    powr: Float, (x, y) = power_of_positive;
}

/// `x^n`, within 1 ULP for `f32` and 2 for `f64`. (How exact Rust's `powi` is, is not specified.)
#[inline]
pub fn pown<V: Gentype<Element: Float>>(x: V, n: V::Of<i32>) -> V {
    x.zip3_of(x, n, |x, _, n| power(x, n.into()))
}

/// The `n`-th root, within 1 ULP for `f32` and 4 for `f64`. Of a negative `x` for odd `n` only, else NaN; NaN for `n = 0`. A
/// negative `n` takes the root of the inverse.
#[inline]
pub fn rootn<V: Gentype<Element: Float>>(x: V, n: V::Of<i32>) -> V {
    x.zip3_of(x, n, |x, _, n| root(x, n))
}

/// The logarithm of 2 to base 10, and what this rounding of it lacks.
const LOG10_2: [f64; 2] = [core::f64::consts::LOG10_2, -2.8037281277851704e-18];

/// By the nearest power of two and an exponential of what is left, which is small, so that its own rounding does not count.
/// `libm`'s is off by more than 3 ULP, but exact for integers.
fn power_of_ten(x: f64) -> f64 {
    if x == x.trunc() || x.is_nan() || x.abs() > 400.0 {
        return libm::exp10(x);
    }
    let n = (x * core::f64::consts::LOG2_10).round_ties_even();
    let rest = (-n).mul_add(LOG10_2[1], (-n).mul_add(LOG10_2[0], x));
    scale((rest * core::f64::consts::LN_10).exp(), n as i32)
}

/// Of an `f32` through `f64`, whose power is exact to far less than 1 ULP of `f32`.
fn power<F: Float>(x: F, n: f64) -> F {
    F::from_f64(x.to_f64().powf(n))
}

fn power_of_positive<F: Float>(x: F, y: F) -> F {
    let zero_or_infinite = x == F::ZERO || x.is_infinite();
    if x < F::ZERO || x.is_nan() || y.is_nan() || zero_or_infinite && y == F::ZERO || x == F::ONE && y.is_infinite() {
        return F::NAN;
    }
    // A negative zero is a zero here.
    power(x.abs(), y.to_f64())
}

fn root<F: Float>(x: F, n: i32) -> F {
    let odd = n & 1 == 1;
    if n == 0 || x < F::ZERO && !odd {
        return F::NAN;
    }
    let magnitude = x.abs().to_f64();
    let n = f64::from(n);
    let mut root = magnitude.powf(1.0 / n);
    if root.is_normal() && root != 1.0 && magnitude.is_normal() {
        // The rounding of 1/n grows with the logarithm of x. What it cost, from the power of what came out.
        let power = root.powf(n);
        if power.is_normal() {
            root -= root * ((power - magnitude) / magnitude) / n;
        }
    }
    let root = F::from_f64(root);
    if odd { root.copysign(x) } else { root }
}
