//! The hardware's own approximations of functions of `f32`: far faster than the exact ones, and less exact.
//!
//! How far they may be off, by what the vendors state (PTX ISA 8.5, 9.7.3; "MI200 ISA", `V_*_F32`), is given with each function
//! for both GPUs; the benchmark `accuracy` measures it. On the CPU device they are exact to 1 ULP or 2. Subnormal arguments count
//! as zero, and subnormal results may become it.
//!
//! ```
//! use geobacter_math::fast;
//! assert!((fast::sin(1.0) - 0.841_471).abs() < 1e-5);
//! ```

use geobacter_core::abi;

/// The sine of an angle in radians: within 2^-19 of 1 from -pi to pi. Farther off, the error grows with the angle.
#[inline(always)]
pub fn sin(x: f32) -> f32 {
    abi::__geobacter_fast_sin(x)
}

/// The cosine of an angle in radians: as [`sin`].
#[inline(always)]
pub fn cos(x: f32) -> f32 {
    abi::__geobacter_fast_cos(x)
}

/// The tangent, of [`sin`] and [`cos`]: within 2^-18 of 1 from -pi/4 to pi/4.
#[inline(always)]
pub fn tan(x: f32) -> f32 {
    div(sin(x), cos(x))
}

/// `2^x`: within 2^-21 of the result.
#[inline(always)]
pub fn exp2(x: f32) -> f32 {
    abi::__geobacter_fast_exp2(x)
}

/// `e^x`, of [`exp2`]: within `2^-21 + |x| 2^-23` of the result.
#[inline(always)]
pub fn exp(x: f32) -> f32 {
    exp2(x * core::f32::consts::LOG2_E)
}

/// `10^x`, of [`exp2`]: within `2^-21 + |x| 2^-21` of the result.
#[inline(always)]
pub fn exp10(x: f32) -> f32 {
    exp2(x * core::f32::consts::LOG2_10)
}

/// The logarithm to base 2: within 2^-21, of the result or of 1, whichever is more.
#[inline(always)]
pub fn log2(x: f32) -> f32 {
    abi::__geobacter_fast_log2(x)
}

/// The natural logarithm, of [`log2`]: within 2^-20, of the result or of 1, whichever is more.
#[inline(always)]
pub fn ln(x: f32) -> f32 {
    log2(x) * core::f32::consts::LN_2
}

/// The logarithm to base 10, of [`log2`]: within 2^-20, of the result or of 1, whichever is more.
#[inline(always)]
pub fn log10(x: f32) -> f32 {
    log2(x) * core::f32::consts::LOG10_2
}

/// `x^y`, of an `x` that is not negative, of [`exp2`] and [`log2`]: the relative error is some `2^-21 |y log2(x)|`.
#[inline(always)]
pub fn powf(x: f32, y: f32) -> f32 {
    exp2(y * log2(x))
}

/// `1 / sqrt(x)`: within 2^-21 of the result.
#[inline(always)]
pub fn rsqrt(x: f32) -> f32 {
    abi::__geobacter_fast_rsqrt(x)
}

/// `sqrt(x)`: within 2^-21 of the result.
#[inline(always)]
pub fn sqrt(x: f32) -> f32 {
    abi::__geobacter_fast_sqrt(x)
}

/// `1 / x`: within 2^-21 of the result.
#[inline(always)]
pub fn recip(x: f32) -> f32 {
    abi::__geobacter_fast_recip(x)
}

/// `x / y`: within 2^-21 of the result, for a `y` between 2^-126 and 2^126.
#[inline(always)]
pub fn div(x: f32, y: f32) -> f32 {
    abi::__geobacter_fast_div(x, y)
}

/// The hyperbolic tangent: within 2^-10 of the result.
#[inline(always)]
pub fn tanh(x: f32) -> f32 {
    abi::__geobacter_fast_tanh(x)
}
