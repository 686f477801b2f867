//! Local variables: how they are aligned, and where they live.

use geobacter_llvm::{Builder, CastOp, Function, Module, Opcode, TargetMachine};

use crate::session::Session;

/// The widest access that devices have, in bytes.
const WIDEST: u64 = 16;

/// Aligns local variables for the widest accesses that their size allows. A buffer of bytes has no alignment of its own,
/// and would be cleared, filled and copied byte by byte: processors for which the code was made once do not mind
/// unaligned accesses, devices do.
pub(super) fn align(module: &Module<'_>, machine: &TargetMachine) {
    let allocas = module.functions().flat_map(Function::instructions).filter(|i| i.opcode() == Opcode::Alloca);
    for alloca in allocas {
        let bytes = machine.size_of(alloca.allocated_type().expect("an alloca"));
        let widest = (1 << bytes.max(1).ilog2()).min(WIDEST) as u32;
        if alloca.alignment().is_some_and(|now| now < widest) {
            alloca.set_alignment(widest);
        }
    }
}

/// Moves them to the target's private address space; the code around them keeps using generic pointers, and the
/// optimiser takes it from there.
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
