//! Approximations: PTX's `.approx` instructions (PTX ISA, "Floating Point Instructions"). Those of them that have a form without
//! `.ftz` take and give subnormal numbers.

use geobacter_llvm::{Builder, IrError, Module, Value};

use crate::targets::{FastOp, tanh};

pub(super) fn body<'m>(
    operation: FastOp,
    args: &[Value<'m>],
    has_tanh: bool,
    b: &Builder<'m>,
    m: &'m Module<'_>,
) -> Result<Value<'m>, IrError> {
    let ty = args[0].ty();
    let name = match operation {
        FastOp::Sin => "llvm.nvvm.sin.approx.f",
        FastOp::Cos => "llvm.nvvm.cos.approx.f",
        FastOp::Exp2 => return Ok(b.call(m.intrinsic("llvm.nvvm.ex2.approx", &[ty])?, args).as_value()),
        FastOp::Log2 => "llvm.nvvm.lg2.approx.f",
        FastOp::Rsqrt => "llvm.nvvm.rsqrt.approx.f",
        FastOp::Sqrt => "llvm.nvvm.sqrt.approx.f",
        FastOp::Recip => "llvm.nvvm.rcp.approx.ftz.f",
        FastOp::Div => "llvm.nvvm.div.approx.f",
        // LLVM 22 has no intrinsic for it.
        FastOp::Tanh if has_tanh => {
            let signature = args[0].context().function_type(ty, &[ty]);
            return Ok(b.assembly_on(signature, "tanh.approx.f32 $0, $1;", "=f,f", args).as_value());
        }
        FastOp::Tanh => return tanh::by_exponential(args[0], b, m, |op, x| body(op, &[x], has_tanh, b, m)),
    };
    Ok(b.call(m.intrinsic(name, &[])?, args).as_value())
}
