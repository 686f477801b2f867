//! Approximations: the host has none, so these are its library's exact functions.

use geobacter_llvm::{BinaryOp, Builder, IrError, Module, Value};

use crate::targets::FastOp;

pub(super) fn body<'m>(
    operation: FastOp,
    args: &[Value<'m>],
    b: &Builder<'m>,
    m: &'m Module<'_>,
) -> Result<Value<'m>, IrError> {
    let x = args[0];
    let call =
        |name: &str| -> Result<Value<'m>, IrError> { Ok(b.call(m.intrinsic(name, &[x.ty()])?, &[x]).as_value()) };
    let one = x.ty().float(1.0);
    match operation {
        FastOp::Sin => call("llvm.sin"),
        FastOp::Cos => call("llvm.cos"),
        FastOp::Exp2 => call("llvm.exp2"),
        FastOp::Log2 => call("llvm.log2"),
        FastOp::Rsqrt => Ok(b.binary(BinaryOp::FDiv, one, call("llvm.sqrt")?)),
        FastOp::Sqrt => call("llvm.sqrt"),
        FastOp::Recip => Ok(b.binary(BinaryOp::FDiv, one, x)),
        FastOp::Div => Ok(b.binary(BinaryOp::FDiv, x, args[1])),
        FastOp::Tanh => call("llvm.tanh"),
    }
}
