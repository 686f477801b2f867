//! The few variables that are the same for all work-items of a launch: they are in the words before the group's memory.

use std::collections::HashSet;

use geobacter_container::checked::SLOTS;
use geobacter_llvm::{Builder, Instruction, Module, Opcode, Value};

use super::{GROUP, provided};

/// Bytes of a slot.
const SLOT: u64 = 8;

/// Puts memory of the group in the place of variables. Gives the instructions that access it: nobody else's.
pub(super) fn settle<'m>(module: &'m Module<'_>) -> HashSet<Instruction<'m>> {
    let mut accesses = HashSet::new();
    let variables: Vec<_> = module.globals().filter(|g| g.ty().address_space() == Some(GROUP)).collect();
    assert!(variables.len() <= SLOTS, "there is room for all that lowering adds");
    for (number, variable) in (1..).zip(variables) {
        for user in variable.users().into_iter().filter_map(Value::as_instruction) {
            let b = Builder::before(user);
            let base = provided::function(module, provided::GROUP_MEMORY, module.context().pointer_type(0), &[]);
            let slot = b.offset(b.call(base, &[]).as_value(), (number * SLOT).wrapping_neg());
            let access = match (user.opcode(), user.operand(0)) {
                (Opcode::Load, _) => b.load(user.ty(), slot, SLOT as u32),
                (Opcode::Store, Some(value)) => b.store(value, slot, SLOT as u32),
                (other, _) => unreachable!("lowering loads and stores these, and nothing else: {other:?}"),
            };
            if user.opcode() == Opcode::Load {
                user.replace_all_uses_with(access.as_value());
            }
            user.erase();
            accesses.insert(access);
        }
    }
    accesses
}
