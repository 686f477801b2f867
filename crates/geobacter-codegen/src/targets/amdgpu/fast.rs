//! Approximations: the vector ALU's transcendental instructions ("MI200 ISA", `V_SIN_F32` and its siblings), which flush
//! subnormal numbers.

use geobacter_llvm::{BinaryOp, Builder, IrError, Module, Value};

use crate::targets::{FastOp, tanh};

pub(super) fn body<'m>(
    operation: FastOp,
    args: &[Value<'m>],
    b: &Builder<'m>,
    m: &'m Module<'_>,
) -> Result<Value<'m>, IrError> {
    let call = |name: &str, x: Value<'m>| -> Result<Value<'m>, IrError> {
        Ok(b.call(m.intrinsic(name, &[x.ty()])?, &[x]).as_value())
    };
    let x = args[0];
    match operation {
        FastOp::Sin => call("llvm.amdgcn.sin", turns(x, b, m)?),
        FastOp::Cos => call("llvm.amdgcn.cos", turns(x, b, m)?),
        FastOp::Exp2 => call("llvm.amdgcn.exp2", x),
        FastOp::Log2 => call("llvm.amdgcn.log", x),
        FastOp::Rsqrt => call("llvm.amdgcn.rsq", x),
        FastOp::Sqrt => call("llvm.amdgcn.sqrt", x),
        FastOp::Recip => call("llvm.amdgcn.rcp", x),
        FastOp::Div => Ok(b.binary(BinaryOp::FMul, x, call("llvm.amdgcn.rcp", args[1])?)),
        FastOp::Tanh => tanh::by_exponential(x, b, m, |op, x| body(op, &[x], b, m)),
    }
}

/// The instructions take angles in turns, of up to 256.
fn turns<'m>(x: Value<'m>, b: &Builder<'m>, m: &'m Module<'_>) -> Result<Value<'m>, IrError> {
    let turns = b.binary(BinaryOp::FMul, x, x.ty().float(std::f64::consts::FRAC_1_PI / 2.0));
    Ok(b.call(m.intrinsic("llvm.amdgcn.fract", &[x.ty()])?, &[turns]).as_value())
}
