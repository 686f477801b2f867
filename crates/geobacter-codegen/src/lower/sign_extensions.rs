//! Keeps back ends from computing with indices as narrow as they were before they were extended.
//!
//! Back ends for GPUs look through the sign extension of an index: they take the difference of two indices in the narrow type,
//! and extend that. Where the narrow numbers wrap around, the address is wrong. With `bool` that is always so: for
//! `p.wrapping_sub(b as usize)` and `p.wrapping_sub(!b as usize)`, which std's sorting does, `true - false` is 1, and extended it is -1. In
//! LLVM 22.1 straight-line strength reduction does that, and it is not the only one: with that turned off, too, `slice::sort` on AMD
//! was wrong for more than 20 elements. The conformance suite sorts.
//!
//! Two shifts do the same, and are not looked through; instruction selection makes the extension of them again.

use geobacter_llvm::{BinaryOp, Builder, CastOp, Instruction, Module, Opcode};

pub(super) fn hide(module: &Module<'_>) {
    for function in module.functions().filter(|f| !f.is_declaration()) {
        for extension in
            function.instructions().filter(|i| i.opcode() == Opcode::SExt && is_index(*i)).collect::<Vec<_>>()
        {
            spell_out(extension);
        }
    }
}

fn is_index(extension: Instruction<'_>) -> bool {
    let is_address = |opcode| opcode == Opcode::GetElementPtr;
    extension.users().into_iter().filter_map(|user| user.as_instruction()).any(|user| is_address(user.opcode()))
}

fn spell_out(extension: Instruction<'_>) {
    let narrow = extension.operand(0).expect("what it extends");
    let (Some(from), Some(to)) = (narrow.ty().int_bits(), extension.ty().int_bits()) else { return };
    let b = Builder::before(extension);
    let by = extension.ty().int(u64::from(to - from));
    let raised = b.binary(BinaryOp::Shl, b.cast(CastOp::ZExt, narrow, extension.ty()), by);
    extension.replace_all_uses_with(b.binary(BinaryOp::AShr, raised, by));
    extension.erase();
}
