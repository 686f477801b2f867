//! Local variables live in the target's private address space; the code around them keeps using generic pointers, and
//! the optimiser takes it from there.

use geobacter_llvm::{Builder, CastOp, Module, Opcode};

use crate::session::Session;

pub(super) fn move_to_private(session: &Session<'_>, module: &Module<'_>) {
    if session.target.alloca_address_space() == 0 {
        return;
    }
    for function in module.functions().filter(|f| !f.is_declaration()) {
        let (allocas, others): (Vec<_>, Vec<_>) = function.instructions().partition(|i| i.opcode() == Opcode::Alloca);
        if allocas.is_empty() {
            continue;
        }
        // They take a local variable, not a pointer made of one.
        for call in others.iter().filter_map(|i| i.as_call()) {
            if call.called_function().is_some_and(|f| f.name().starts_with("llvm.lifetime.")) {
                call.erase();
            }
        }
        for old in allocas {
            let b = Builder::before(old);
            let (ty, align) = (old.allocated_type().expect("an alloca"), old.alignment().expect("an alloca"));
            let count = old.operand(0).expect("an alloca has a count");
            let new = match count.as_const_int() {
                Some(1) => b.alloca(ty, align),
                _ => b.array_alloca(ty, count, align),
            };
            old.replace_all_uses_with(b.cast(CastOp::AddrSpaceCast, new.as_value(), old.ty()));
            old.erase();
        }
    }
}
