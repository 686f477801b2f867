//! A hyperbolic tangent out of other approximations, for targets without an instruction for it.

use geobacter_llvm::{BinaryOp, Builder, CastOp, IntPredicate, IrError, Module, Value};

use super::FastOp;

/// Below this the series is nearer: `1 - 2 / (e^2x + 1)` loses as many digits as `x` has zeros.
const SMALL: f32 = 0.1;

/// `approximate` gives the target's approximations of other functions.
pub(super) fn by_exponential<'m>(
    x: Value<'m>,
    b: &Builder<'m>,
    m: &'m Module<'_>,
    approximate: impl Fn(FastOp, Value<'m>) -> Result<Value<'m>, IrError>,
) -> Result<Value<'m>, IrError> {
    let ty = x.ty();
    let word = x.context().int_type(32);
    let magnitude = b.call(m.intrinsic("llvm.fabs", &[ty])?, &[x]).as_value();
    let double = b.binary(BinaryOp::FMul, magnitude, ty.float(2.0 * std::f64::consts::LOG2_E));
    let power = approximate(FastOp::Exp2, double)?;
    let inverse = approximate(FastOp::Recip, b.binary(BinaryOp::FAdd, power, ty.float(1.0)))?;
    let far = b.binary(BinaryOp::FSub, ty.float(1.0), b.binary(BinaryOp::FMul, inverse, ty.float(2.0)));

    let square = b.binary(BinaryOp::FMul, x, x);
    let lost = b.binary(BinaryOp::FMul, b.binary(BinaryOp::FMul, square, magnitude), ty.float(1.0 / 3.0));
    let near = b.binary(BinaryOp::FSub, magnitude, lost);

    // Magnitudes are in the order of their bits.
    let bits = b.cast(CastOp::BitCast, magnitude, word);
    let is_small = b.compare(IntPredicate::Ult, bits, word.int(SMALL.to_bits().into()));
    let result = b.select(is_small, near, far);
    Ok(b.call(m.intrinsic("llvm.copysign", &[ty])?, &[result, x]).as_value())
}
