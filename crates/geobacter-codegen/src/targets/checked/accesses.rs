//! Asks before each access to memory that others may reach.

use std::collections::HashSet;

use geobacter_container::checked::{ACQUIRES, IN_GROUP, OWN, READS, RELEASES, WRITES};
use geobacter_llvm::{
    Builder, Call, CastOp, Function, Instruction, Module, Opcode, Ordering, TargetMachine, Type, TypeKind, Value,
};

use super::places::{self, Places};
use super::{GROUP_SCOPE, provided};

/// `own`: accesses that are nobody's.
pub(super) fn ask<'m>(module: &'m Module<'_>, machine: &TargetMachine, own: &HashSet<Instruction<'m>>) {
    let mut asker = Asker { module, machine, places: Places::default() };
    for function in module.functions().filter(|f| !f.is_declaration()) {
        for instruction in function.instructions().filter(|i| !own.contains(i)).collect::<Vec<_>>() {
            asker.before(instruction);
        }
        asker.in_endless_loops(function);
        asker.in_the_beginning(function);
    }
    asker.places.keep(module);
}

struct Asker<'a, 'm> {
    module: &'m Module<'m>,
    machine: &'a TargetMachine,
    places: Places,
}

impl<'m> Asker<'_, 'm> {
    fn before(&mut self, instruction: Instruction<'m>) {
        match instruction.opcode() {
            Opcode::Load if instruction.is_atomic() => self.atomic(instruction, 0, instruction.ty(), READS),
            Opcode::Load => self.plain("read", instruction, instruction.operand(0), self.bytes(instruction.ty())),
            Opcode::Store => {
                let Some(value) = instruction.operand(0) else { return };
                match instruction.is_atomic() {
                    true => self.atomic(instruction, 1, value.ty(), WRITES),
                    false => self.plain("write", instruction, instruction.operand(1), self.bytes(value.ty())),
                }
            }
            Opcode::AtomicRmw => self.atomic(instruction, 0, instruction.ty(), READS | WRITES),
            Opcode::AtomicCmpXchg => self.compare(instruction),
            Opcode::Fence => self.fence(instruction),
            Opcode::Call => {
                if let Some(call) = instruction.as_call() {
                    self.call(call);
                }
            }
            _ => {}
        }
    }

    /// A loop that waits for what others write, without an atomic, is one that ends at once or never: the optimiser reads what it
    /// waits for once. Whoever is in there must let the others go on, and come out when something was found.
    fn in_endless_loops(&self, function: Function<'m>) {
        for block in function.blocks().filter(|block| block.successors() == [*block]) {
            if let Some(end) = block.terminator() {
                self.emit("spin", &Builder::before(end), &[]);
            }
        }
    }

    /// Whether a stack is used up is seen where more of it is taken. The kernel itself, which nobody calls, begins with all of it.
    fn in_the_beginning(&self, function: Function<'m>) {
        let first =
            function.blocks().next().and_then(|entry| entry.instructions().find(|i| i.opcode() != Opcode::Alloca));
        if let Some(first) = first.filter(|_| function.is_used()) {
            self.emit("call", &Builder::before(first), &[]);
        }
    }

    fn bytes(&self, ty: Type<'m>) -> Value<'m> {
        self.module.context().int_type(64).int(self.machine.store_size_of(ty))
    }

    fn word(&self, value: u32) -> Value<'m> {
        self.module.context().int_type(32).int(value.into())
    }

    fn emit(&self, hook: &str, b: &Builder<'m>, args: &[Value<'m>]) {
        let types: Vec<_> = args.iter().map(|a| a.ty()).collect();
        b.call(provided::function(self.module, hook, self.module.context().void_type(), &types), args);
    }

    fn plain(&mut self, hook: &str, at: Instruction<'m>, address: Option<Value<'m>>, bytes: Value<'m>) {
        let Some(address) = address.filter(|a| may_be_shared(*a) && !places::is_protocol(at)) else { return };
        let place = self.places.of(at);
        self.emit(hook, &Builder::before(at), &[address, bytes, self.word(place)]);
    }

    fn atomic(&mut self, at: Instruction<'m>, address: u32, ty: Type<'m>, what: u32) {
        let Some(address) = at.operand(address).filter(|a| may_be_shared(*a)) else { return };
        let what = what | orders(at.ordering()) | scope(at) | owner(at);
        let place = self.places.of(at);
        self.emit("atomic", &Builder::before(at), &[address, self.bytes(ty), self.word(place), self.word(what)]);
    }

    fn compare(&mut self, at: Instruction<'m>) {
        let (Some(address), Some(expected)) = (at.operand(0), at.operand(1)) else { return };
        let Some([success, failure]) = at.exchange_orderings().filter(|_| may_be_shared(address)) else { return };
        let place = self.places.of(at);
        let b = Builder::before(at);
        let wide = self.module.context().int_type(64);
        let bytes = self.bytes(expected.ty());
        let expected = match expected.ty().kind() {
            TypeKind::Pointer => b.cast(CastOp::PtrToInt, expected, wide),
            _ if expected.ty() == wide => expected,
            _ => b.cast(CastOp::ZExt, expected, wide),
        };
        let success = self.word(READS | WRITES | orders(Some(success)) | scope(at) | owner(at));
        let failure = self.word(READS | orders(Some(failure)) | scope(at) | owner(at));
        self.emit("compare", &b, &[address, bytes, self.word(place), success, failure, expected]);
    }

    fn fence(&mut self, at: Instruction<'m>) {
        if !at.is_single_thread() {
            self.emit("fence", &Builder::before(at), &[self.word(orders(at.ordering()) | scope(at))]);
        }
    }

    fn call(&mut self, call: Call<'m>) {
        let Some(callee) = call.called_function() else { return };
        if callee.is_intrinsic() {
            self.memory_intrinsic(call, &callee.name());
        } else if !callee.is_declaration() {
            self.function(call, callee);
        }
    }

    /// `llvm.memcpy` and its kin: target, source or byte, length, volatile.
    fn memory_intrinsic(&mut self, call: Call<'m>, name: &str) {
        let Some(kind) = name.strip_prefix("llvm.mem") else { return };
        let args = call.args();
        let [target, source, len, ..] = args[..] else { return };
        let wide = self.module.context().int_type(64);
        let at = call.as_instruction();
        let len = if len.ty() == wide { len } else { Builder::before(at).cast(CastOp::ZExt, len, wide) };
        if kind.starts_with("cpy") || kind.starts_with("move") {
            self.plain("read", at, Some(source), len);
        }
        self.plain("write", at, Some(target), len);
    }

    /// Of what a library's function does, its caller is told.
    fn function(&mut self, call: Call<'m>, callee: Function<'m>) {
        if !places::is_library_function(callee) {
            return;
        }
        let at = call.as_instruction();
        let place = self.places.of(at);
        let Some(next) = call.next().filter(|_| !self.places.is_in_library(place)) else { return };
        self.emit("enter", &Builder::before(at), &[self.word(place)]);
        self.emit("leave", &Builder::before(next), &[]);
    }
}

fn orders(ordering: Option<Ordering>) -> u32 {
    match ordering {
        Some(Ordering::Acquire) => ACQUIRES,
        Some(Ordering::Release) => RELEASES,
        Some(Ordering::AcquireRelease | Ordering::SequentiallyConsistent) => ACQUIRES | RELEASES,
        _ => 0,
    }
}

fn scope(instruction: Instruction<'_>) -> u32 {
    if instruction.is_in_scope(GROUP_SCOPE) { IN_GROUP } else { 0 }
}

fn owner(instruction: Instruction<'_>) -> u32 {
    if places::is_protocol(instruction) { OWN } else { 0 }
}

/// Whether an address may be of memory that others reach, or that nobody may access: not that of a local variable or of a
/// constant.
fn may_be_shared(mut address: Value<'_>) -> bool {
    loop {
        if let Some(variable) = address.as_global_variable() {
            return !variable.is_constant_memory();
        }
        let instruction = address.as_instruction();
        let opcode = instruction.map(Instruction::opcode).or(address.const_opcode());
        match opcode {
            Some(Opcode::Alloca) => return false,
            Some(Opcode::GetElementPtr | Opcode::BitCast | Opcode::AddrSpaceCast) => match address.operand(0) {
                Some(base) => address = base,
                None => return true,
            },
            _ => return true,
        }
    }
}
