//! Keeps the addresses of loops in the registers that loads take them from.
//!
//! `ptxas` puts an address that is the same for a whole warp, such as that of a loop over a slice which all work-items
//! read, into a uniform register, and then moves it to ordinary ones for each load, because loads do not take it from
//! there: two moves for each load of a loop, one instruction in fifteen of an n-body loop. Here such an address gets a
//! zero added before the loop that `ptxas` cannot tell from a value of each work-item's own.

use geobacter_llvm::{
    BasicBlock, BinaryOp, Builder, CastOp, Function, Instruction, IrError, Module, Opcode, TypeKind, Value,
};

/// The mask of the warp's lanes before this one. Bit 31 is the last lane's own, which no lane is behind.
const LANES_BEFORE: &str = "llvm.nvvm.read.ptx.sreg.lanemask.lt";
const NEVER_SET: u64 = 31;

pub(super) fn keep_in_ordinary_registers(module: &Module<'_>) -> Result<(), IrError> {
    for function in module.functions().filter(|f| !f.is_declaration()) {
        for (phi, index, start, from) in loop_addresses(function) {
            if let Some(end) = from.terminator() {
                let builder = Builder::before(end);
                let zero = hidden_zero(&builder, module)?;
                phi.as_value().set_operand(index, builder.offset_by(start, zero));
            }
        }
    }
    Ok(())
}

/// Addresses that a loop moves by a constant: where each is kept, and the number, value and block of its start.
fn loop_addresses<'m>(function: Function<'m>) -> Vec<(Instruction<'m>, u32, Value<'m>, BasicBlock<'m>)> {
    let mut found = Vec::new();
    for phi in function.instructions().filter(|i| i.opcode() == Opcode::Phi && i.ty().kind() == TypeKind::Pointer) {
        if let [first, second] = phi.incoming()[..] {
            match (moves(phi, first.0), moves(phi, second.0)) {
                (false, true) => found.push((phi, 0, first.0, first.1)),
                (true, false) => found.push((phi, 1, second.0, second.1)),
                _ => {}
            }
        }
    }
    found
}

/// Whether `value` is the address in `phi`, and a constant further.
fn moves(phi: Instruction<'_>, value: Value<'_>) -> bool {
    value.as_instruction().is_some_and(|step| {
        step.opcode() == Opcode::GetElementPtr
            && step.constant_byte_offset().is_some()
            && step.operand(0) == Some(phi.as_value())
    })
}

fn hidden_zero<'m>(builder: &Builder<'m>, module: &'m Module<'_>) -> Result<Value<'m>, IrError> {
    let mask = builder.call(module.intrinsic(LANES_BEFORE, &[])?, &[]).as_value();
    let bit = builder.binary(BinaryOp::LShr, mask, mask.ty().int(NEVER_SET));
    Ok(builder.cast(CastOp::ZExt, bit, mask.context().int_type(64)))
}
