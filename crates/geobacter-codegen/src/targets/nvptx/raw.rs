//! Warp-wide operations by their own names (`geobacter_core::raw::nvidia`).

use geobacter_llvm::{Builder, CastOp, IntPredicate, IrError, Module, Value};

/// The first compute capability that has `redux`.
const REDUX: u32 = 80;

/// The instruction for an operation, or `None` where this capability has none.
pub(super) fn instruction<'m>(
    cpu: &str,
    operation: &str,
    args: &[Value<'m>],
    b: &Builder<'m>,
    m: &'m Module<'_>,
) -> Result<Option<Value<'m>>, IrError> {
    let word = m.context().int_type(32);
    let capability: u32 = cpu.trim_start_matches("sm_").trim_end_matches(['a', 'f']).parse().unwrap_or(0);
    let Some(operation) = operation.strip_prefix("nvidia_") else { return Ok(None) };
    let call = |name: &str, operands: &[Value<'m>]| -> Result<Value<'m>, IrError> {
        Ok(b.call(m.intrinsic(name, &[])?, operands).as_value())
    };
    let family = operation.split_once('_').unwrap_or((operation, ""));
    Ok(Some(match (family, args) {
        (("shfl", kind @ ("idx" | "up" | "down" | "bfly")), args @ [_, _, _, _]) => {
            call(&format!("llvm.nvvm.shfl.sync.{kind}.i32"), args)?
        }
        (("vote", kind @ ("all" | "any" | "uni" | "ballot")), &[members, value]) => {
            let set = b.compare(IntPredicate::Ne, value, word.zero());
            let answer = call(&format!("llvm.nvvm.vote.{kind}.sync"), &[members, set])?;
            if kind == "ballot" { answer } else { b.cast(CastOp::ZExt, answer, word) }
        }
        (("match", "any"), &[members, value]) => call("llvm.nvvm.match.any.sync.i32", &[members, value])?,
        (("match", "all"), &[members, value]) => {
            b.extract_value(call("llvm.nvvm.match.all.sync.i32p", &[members, value])?, 0)
        }
        (("redux", kind @ ("add" | "min" | "max" | "and" | "or" | "xor")), &[members, value])
            if capability >= REDUX =>
        {
            let unsigned = if matches!(kind, "min" | "max") { "u" } else { "" };
            call(&format!("llvm.nvvm.redux.sync.{unsigned}{kind}"), &[value, members])?
        }
        (("active", "mask"), &[]) => call("llvm.nvvm.activemask", &[])?,
        _ => return Ok(None),
    }))
}
