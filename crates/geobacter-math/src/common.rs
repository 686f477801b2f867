//! OpenCL C's common functions (section 6.15.4).

use crate::float::Methods;
use crate::gentype::{lift, lift2, lift3};
use crate::{Element, Float, Gentype};

lift3! {
    /// `mix(x, y, a)`: `x + (y - x) * a`, from `x` where `a` is 0 to `y` where it is 1; elsewhere it goes on along the line.
    /// Each operation is rounded: the error is within 3 roundings of the largest of them.
    mix: Float, (x, y, a) = |x, y, a| x + (y - x) * a;
    /// `smoothstep(edge0, edge1, x)`: 0 up to `edge0`, 1 from `edge1` on, and in between Hermite's `t * t * (3 - 2 * t)`.
    /// Undefined where `edge0 >= edge1` or one is NaN; here it is then some number from 0 to 1, or NaN.
    smoothstep: Float, (edge0, edge1, x) = hermite;
}

lift2! {
    /// `step(edge, x)`: 0 where `x < edge`, else 1.
    step: Float, (edge, x) = |edge, x| if x < edge { Methods::from_f64(0.0) } else { Methods::from_f64(1.0) };
}

lift! {
    /// 1 where `x > 0`, -1 where `x < 0`; a zero with its sign where it is zero; 0 where it is NaN. (Rust's `signum` has no zero.)
    sign: Float, (x) = sign_of;
    /// Radians to degrees: `x * (180 / pi)`, within 2 ULP.
    degrees: Float, (x) = Methods::to_degrees;
    /// Degrees to radians: `x * (pi / 180)`, within 2 ULP.
    radians: Float, (x) = Methods::to_radians;
}

fn sign_of<F: Float>(x: F) -> F {
    if x.is_nan() {
        F::ZERO
    } else if x == F::ZERO {
        x
    } else {
        F::ONE.copysign(x)
    }
}

fn hermite<F: Float>(edge0: F, edge1: F, x: F) -> F {
    let t = saturate((x - edge0) / (edge1 - edge0));
    t * t * (F::from_f64(3.0) - F::TWO * t)
}

fn saturate<F: Float>(x: F) -> F {
    if x < F::ZERO {
        F::ZERO
    } else if x > F::ONE {
        F::ONE
    } else {
        x
    }
}

/// `min(max(x, low), high)`, for integers too. Undefined where `low > high`; here it is then `high`. Unlike Rust's own `clamp`
/// it does not panic. A NaN stays one.
///
/// ```
/// use geobacter_math::{Int4, clamp};
/// assert_eq!(clamp(Int4::new(-5, 0, 5, 50), Int4::splat(0), Int4::splat(9)).to_array(), [0, 0, 5, 9]);
/// ```
#[inline(always)]
pub fn clamp<V: Gentype>(x: V, low: V, high: V) -> V {
    fn clamped<E: Element>(x: E, low: E, high: E) -> E {
        let x = if x < low { low } else { x };
        if x > high { high } else { x }
    }
    x.zip3(low, high, clamped)
}
