//! OpenCL C's `native_*` and `half_*` functions (section 6.15.2), for `f32`.
//!
//! How exact `native_*` are is the device's: they are those of [`fast`](crate::fast). `half_*` are within 8192 ULP, as
//! OpenCL C has it: half the digits, for angles of up to 2^16. Those of angles are the exact functions: approximations lose all
//! digits near their zeros.

use crate::fast;
use crate::gentype::{lift, lift2};

/// `f32`, as a bound.
pub trait Single: crate::Float {
    #[doc(hidden)]
    fn single(self) -> f32;
    #[doc(hidden)]
    fn of(x: f32) -> Self;
}
impl Single for f32 {
    #[inline(always)]
    fn single(self) -> f32 {
        self
    }
    #[inline(always)]
    fn of(x: f32) -> f32 {
        x
    }
}

macro_rules! one {
    ($($native:ident $half:ident $fast:path, $exact:expr;)*) => {
        lift! {$(
            #[doc = concat!("`", stringify!($fast), "`")]
            $native: Single, (x) = |x| Single::of($fast(x.single()));
            #[doc = concat!("Within 8192 ULP: see `", stringify!($native), "`.")]
            $half: Single, (x) = |x| { let f: fn(f32) -> f32 = $exact; Single::of(f(x.single())) };
        )*}
    };
}
one! {
    native_sin half_sin fast::sin, f32::sin;
    native_cos half_cos fast::cos, f32::cos;
    native_tan half_tan fast::tan, f32::tan;
    native_exp half_exp fast::exp, fast::exp;
    native_exp2 half_exp2 fast::exp2, fast::exp2;
    native_exp10 half_exp10 fast::exp10, fast::exp10;
    native_log half_log fast::ln, f32::ln;
    native_log2 half_log2 fast::log2, f32::log2;
    native_log10 half_log10 fast::log10, f32::log10;
    native_sqrt half_sqrt fast::sqrt, f32::sqrt;
    native_rsqrt half_rsqrt fast::rsqrt, |x| 1.0 / x.sqrt();
    native_recip half_recip fast::recip, f32::recip;
}

lift2! {
    /// [`fast::div`]
    native_divide: Single, (x, y) = |x, y| Single::of(fast::div(x.single(), y.single()));
    /// `x / y`, within 8192 ULP.
    half_divide: Single, (x, y) = |x, y| x / y;
    /// [`fast::powf`], of an `x` that is not negative.
    native_powr: Single, (x, y) = |x, y| Single::of(fast::powf(x.single(), y.single()));
    /// `x^y` of an `x` that is not negative, within 8192 ULP.
    half_powr: Single, (x, y) = crate::powr;
}
