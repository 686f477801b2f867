//! A loop in two versions, of which a condition before it chooses one.

use std::collections::HashMap;

use geobacter_llvm::{BasicBlock, Builder, Instruction, Opcode, Value};

use super::loops::Counted;

/// What of the loop became what of its copy.
#[derive(Default)]
pub(super) struct Copy<'m> {
    values: HashMap<Value<'m>, Value<'m>>,
    blocks: HashMap<BasicBlock<'m>, BasicBlock<'m>>,
}

impl<'m> Copy<'m> {
    /// The same in the copy: itself, where it is not of the loop.
    pub(super) fn of(&self, value: Value<'m>) -> Value<'m> {
        self.values.get(&value).copied().unwrap_or(value)
    }

    fn of_block(&self, block: BasicBlock<'m>) -> BasicBlock<'m> {
        self.blocks.get(&block).copied().unwrap_or(block)
    }
}

/// Puts a copy of the loop beside it, which runs where `condition` holds. The loop must have a block of its own before it,
/// and what it computes be used behind it by `phi`s alone (`loop-simplify`, `lcssa`). `None` where it does not have that.
pub(super) fn split<'m>(counted: &Counted<'m>, condition: Value<'m>) -> Option<Copy<'m>> {
    let end = counted.entry.terminator().filter(|end| end.successors() == [counted.header])?;
    let blocks = counted.blocks();
    let mut copy = Copy::default();
    for block in &blocks {
        let new = counted.header.insert_before("");
        copy.blocks.insert(*block, new);
        copy.values.insert(block.as_value(), new.as_value());
    }
    for block in &blocks {
        let b = Builder::at_end(copy.of_block(*block));
        for old in block.instructions() {
            let new = if old.opcode() == Opcode::Phi { b.phi(old.ty()) } else { b.copy(old) };
            copy.values.insert(old.as_value(), new.as_value());
        }
    }
    for old in blocks.iter().flat_map(|block| block.instructions()) {
        let new = copy.of(old.as_value()).as_instruction().expect("a copy");
        if old.opcode() == Opcode::Phi {
            let incoming: Vec<_> =
                old.incoming().into_iter().map(|(v, from)| (copy.of(v), copy.of_block(from))).collect();
            new.add_incoming(&incoming);
        } else {
            for (n, operand) in (0..).zip(old.operands().collect::<Vec<_>>()).filter(|(_, o)| copy.of(*o) != *o) {
                new.set_operand(n, copy.of(operand));
            }
        }
    }
    for (block, exit) in blocks.iter().flat_map(|b| b.successors().into_iter().map(move |to| (*b, to))) {
        if counted.is_outside(exit) {
            also_from(exit, block, &copy);
        }
    }
    Builder::before(end).cond_br(condition, copy.of_block(counted.header), counted.header);
    end.erase();
    Some(copy)
}

/// Lets `exit` be come to from the copy of a block too.
fn also_from<'m>(exit: BasicBlock<'m>, from: BasicBlock<'m>, copy: &Copy<'m>) {
    for phi in exit.instructions().take_while(|i: &Instruction<'m>| i.opcode() == Opcode::Phi) {
        let value = phi.incoming().into_iter().find(|(_, block)| *block == from).map(|(value, _)| value);
        if let Some(value) = value {
            phi.add_incoming(&[(copy.of(value), copy.of_block(from))]);
        }
    }
}
