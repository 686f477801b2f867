//! Approximations: PTX's `.approx` instructions (PTX ISA, "Floating Point Instructions"). Those of them that have a form without
//! `.ftz` take and give subnormal numbers.

use geobacter_llvm::{Builder, Call, Function, IrError, Module, TypeKind, Value};

use crate::targets::{FastOp, tanh};

/// Stands for the instruction as long as the optimiser is at work, which knows this function, and does not know assembly. LLVM
/// 22 has no intrinsic for `tanh.approx`.
const TANH: &str = "llvm.tanh";

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
        // Exact ones are calls of the device library by now, so this one cannot be taken for theirs.
        FastOp::Tanh if has_tanh => return Ok(b.call(m.intrinsic(TANH, &[ty])?, args).as_value()),
        FastOp::Tanh => return tanh::by_exponential(args[0], b, m, |op, x| body(op, &[x], has_tanh, b, m)),
    };
    Ok(b.call(m.intrinsic(name, &[])?, args).as_value())
}

/// Puts the instruction in the place of what stands for it.
pub(super) fn spell_out(module: &Module<'_>) {
    let calls = module.functions().flat_map(Function::instructions).filter_map(|i| i.as_call());
    let is_tanh = |call: &Call<'_>| {
        call.called_function().is_some_and(|f| f.is_intrinsic() && f.name().starts_with(TANH))
            && call.ty().kind() == TypeKind::Float
    };
    for call in calls.filter(is_tanh).collect::<Vec<_>>() {
        let signature = call.as_instruction().as_value().context().function_type(call.ty(), &[call.ty()]);
        let b = Builder::before(call.as_instruction());
        let result = b.assembly_on(signature, "tanh.approx.f32 $0, $1;", "=f,f", &call.args());
        call.replace_all_uses_with(result.as_value());
        call.erase();
    }
}
