//! What only a panic needs is computed where it happens.
//!
//! An index that a check compares is also what its panic reports. LLVM computes what does not change in a loop before it, and so
//! keeps the numbers of each panic in registers all through the loop, for reports that hardly ever come: 32 registers of a matrix
//! product in tiles, and with them half of the work-groups that run at a time.

use std::collections::HashSet;

use geobacter_llvm::{BasicBlock, Builder, Function, Instruction, Module, Opcode};

/// Moves what is computed outside a block that panics, and used nowhere else, into that block. What is used elsewhere too is
/// computed again, if it is made of one other value: then that value is kept instead, and it may be one that is needed anyway.
pub(super) fn compute_in_panics(module: &Module<'_>) {
    for function in module.functions().filter(|f| !f.is_declaration()) {
        let panics: HashSet<_> = function.blocks().filter(|block| panics(*block)).collect();
        if !panics.is_empty() {
            sink(function, &panics);
            panics.into_iter().for_each(compute_again);
        }
    }
}

/// Whether a block never goes on to another, but to a panic.
pub(super) fn panics(block: BasicBlock<'_>) -> bool {
    block.terminator().is_some_and(|end| end.opcode() == Opcode::Unreachable)
}

/// Users come behind what they use, also in most cases in the order of blocks; what that misses is found in another round.
fn sink<'m>(function: Function<'m>, panics: &HashSet<BasicBlock<'m>>) {
    loop {
        let mut moved = false;
        let all: Vec<_> = function.blocks().flat_map(BasicBlock::instructions).collect();
        for instruction in all.into_iter().rev().filter(|i| can_move(*i)) {
            if let Some(user) = first_user_in_one(instruction, panics) {
                Builder::before(user).take(instruction);
                moved = true;
            }
        }
        if !moved {
            return;
        }
    }
}

/// An address like `base + 16` is computed in the access itself, and only a panic would keep the sum.
fn compute_again(block: BasicBlock<'_>) {
    let mut open: Vec<_> = block.instructions().filter(|i| i.opcode() != Opcode::Phi).collect();
    while let Some(user) = open.pop() {
        for (n, operand) in (0..).zip(user.operands().collect::<Vec<_>>()) {
            let Some(instruction) = operand.as_instruction() else { continue };
            let of_one = instruction.operands().filter(|value| !value.is_constant()).count() <= 1;
            if instruction.block() != Some(block) && of_one && can_move(instruction) {
                let again = Builder::before(user).copy(instruction);
                user.set_operand(n, again.as_value());
                open.push(again);
            }
        }
    }
}

/// Neither reads memory nor does anything but compute a value: it is the same wherever its operands are.
fn can_move(instruction: Instruction<'_>) -> bool {
    use Opcode::{Add, BitCast, GetElementPtr, ICmp, IntToPtr, Mul, Or, PtrToInt, SExt, Select, Shl, Sub, Trunc, ZExt};
    let all = [Add, BitCast, GetElementPtr, ICmp, IntToPtr, Mul, Or, PtrToInt, SExt, Select, Shl, Sub, Trunc, ZExt];
    all.contains(&instruction.opcode())
}

/// The first user of an instruction, where all of them are in one of the blocks, and the instruction is not.
fn first_user_in_one<'m>(instruction: Instruction<'m>, panics: &HashSet<BasicBlock<'m>>) -> Option<Instruction<'m>> {
    let users: Vec<_> = instruction.users().into_iter().map(|user| user.as_instruction()).collect::<Option<_>>()?;
    let block = users.first()?.block()?;
    let is_there = |user: &Instruction<'m>| user.block() == Some(block) && user.opcode() != Opcode::Phi;
    if !panics.contains(&block) || instruction.block() == Some(block) || !users.iter().all(is_there) {
        return None;
    }
    block.instructions().find(|i| users.contains(i))
}
