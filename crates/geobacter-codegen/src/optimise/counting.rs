//! Counters count.
//!
//! `Range`'s iterator adds to its start whether it has come to the end, rather than one, so that it needs no branch of its own:
//! `next = at + u64::from(at < end)`. Where the loop goes on exactly if `at < end`, that is `at + 1`. LLVM does not see it, and takes
//! the loop for one that does not count: it is not unrolled, and no check leaves it.

use geobacter_llvm::{BasicBlock, BinaryOp, Builder, Instruction, Module, Opcode, Value};

/// Replaces, where a branch decides what such a sum is, the sum that is handed on by what it is.
pub(super) fn count(module: &Module<'_>) {
    for function in module.functions().filter(|f| !f.is_declaration()) {
        for block in function.blocks() {
            let Some(branch) = block.terminator().filter(|end| end.opcode() == Opcode::Br) else { continue };
            let [on_true, on_false] = branch.successors()[..] else { continue };
            if let Some(condition) = branch.operand(0).filter(|_| on_true != on_false) {
                hand_on(branch, on_true, condition, true);
                hand_on(branch, on_false, condition, false);
            }
        }
    }
}

/// In the `phi`s of a block that `branch` leads to where `condition` is `holds`.
fn hand_on<'m>(branch: Instruction<'m>, to: BasicBlock<'m>, condition: Value<'m>, holds: bool) {
    for phi in to.instructions().take_while(|i| i.opcode() == Opcode::Phi).collect::<Vec<_>>() {
        for (n, (value, from)) in (0..).zip(phi.incoming()) {
            if Some(from) != branch.block() {
                continue;
            }
            if let Some(other) = added_to(value, condition) {
                let b = Builder::before(branch);
                let one = if holds { b.binary(BinaryOp::Add, other, other.ty().int(1)) } else { other };
                phi.set_operand(n, one);
            }
        }
    }
}

/// The other part of a sum in which one is `condition`, as a number.
fn added_to<'m>(sum: Value<'m>, condition: Value<'m>) -> Option<Value<'m>> {
    let sum = sum.as_instruction().filter(|i| i.opcode() == Opcode::Add)?;
    let (a, b) = (sum.operand(0)?, sum.operand(1)?);
    let is_condition = |value: Value<'m>| {
        let cast = value.as_instruction().filter(|i| i.opcode() == Opcode::ZExt);
        cast.and_then(|cast| cast.operand(0)) == Some(condition)
    };
    if is_condition(b) { Some(a) } else { is_condition(a).then_some(b) }
}
