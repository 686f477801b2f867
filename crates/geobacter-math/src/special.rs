//! OpenCL C's gamma and error functions (section 6.15.2).

use crate::Float;
use crate::float::{Methods, through_f64};
use crate::gentype::lift;

lift! {
    /// The logarithm of the magnitude of the gamma function. Within 1 ULP for `f32`; for `f64` within 4 ULP where `x > 0`, and near
    /// its zeros among negative numbers, which OpenCL C says nothing about, within 4 ULP of 1.
    /// An infinity at 0 and negative integers.
    lgamma: Float, (x) = |x| through_f64!(x, libm::lgamma);
    /// The gamma function, within 1 ULP for `f32` and 16 for `f64`. An infinity at 0, NaN at negative integers.
    tgamma: Float, (x) = |x| through_f64!(x, libm::tgamma);
    /// The error function, within 1 ULP for `f32` and 2 for `f64`.
    erf: Float, (x) = |x| through_f64!(x, libm::erf);
    /// What the error function lacks to 1, within 1 ULP for `f32` and 4 for `f64`.
    erfc: Float, (x) = |x| through_f64!(x, libm::erfc);
}
