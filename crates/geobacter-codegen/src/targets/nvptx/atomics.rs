//! Atomic read-modify-writes, with the ordering and the scope that they have.
//!
//! LLVM 22 emits all of them as `atom.add` and the like, which is relaxed, and atomic for this device alone, whatever the IR
//! says (`NVPTXIntrinsics.td`; loads, stores, fences and compare-exchange are right). So they are spelled out here (PTX
//! ISA, `atom`, "Memory Consistency Model").

use geobacter_llvm::{
    AtomicOp, BinaryOp, Builder, CastOp, Function, Instruction, Module, Opcode, Ordering, Type, TypeKind, Value,
};

use super::{PTX_KERNEL, SHARED};

/// The back end's address space of global memory.
const GLOBAL: u32 = 1;
/// Scopes of PTX, and what LLVM calls them for this back end. Anything else is the whole system.
const SCOPES: &[(&str, &str)] = &[("block", "cta"), ("device", "gpu")];
const SYSTEM: &str = "sys";

pub(super) fn spell_out(module: &Module<'_>) {
    for function in module.functions().filter(|f| !f.is_declaration()) {
        let atomics: Vec<_> = Function::instructions(function).filter(|i| i.atomic_op().is_some()).collect();
        for atomic in atomics.into_iter().filter(|i| !i.is_single_thread()) {
            replace(atomic);
        }
    }
}

/// Which memory an address is in, as far as known. What a pointer among the kernel's arguments points to is global memory;
/// LLVM takes it to be so too, but only while it generates code (`NVPTXLowerArgs.cpp`).
fn space_of(mut pointer: Value<'_>) -> Option<u32> {
    loop {
        if let space @ Some(GLOBAL | SHARED) = pointer.ty().address_space() {
            return space;
        }
        let opcode = pointer.as_instruction().map(Instruction::opcode).or_else(|| pointer.const_opcode());
        match (opcode?, pointer.operand(0)?) {
            (Opcode::GetElementPtr | Opcode::AddrSpaceCast, base) => pointer = base,
            (Opcode::Load, from) => return is_in_the_block(pointer.as_instruction()?, from).then_some(GLOBAL),
            _ => return None,
        }
    }
}

/// Whether `from` is an address in the kernel's only parameter, which is passed by value.
fn is_in_the_block(load: Instruction<'_>, mut from: Value<'_>) -> bool {
    while let Some(instruction) = from.as_instruction().filter(|i| i.opcode() == Opcode::GetElementPtr) {
        let Some(base) = instruction.operand(0) else { return false };
        from = base;
    }
    let function = load.function().filter(|f| f.call_conv() == PTX_KERNEL);
    function.is_some_and(|kernel| kernel.params().next() == Some(from))
}

/// The operation in PTX, and the type that it is said to be of. Others are made of compare-exchange by LLVM.
fn operation(op: AtomicOp, ty: Type<'_>) -> Option<String> {
    let bits = match ty.kind() {
        TypeKind::Float => 32,
        TypeKind::Double => 64,
        TypeKind::Pointer => 64,
        _ => ty.int_bits().filter(|bits| matches!(bits, 32 | 64))?,
    };
    let (name, kind) = match op {
        AtomicOp::Xchg => ("exch", "b"),
        AtomicOp::Add | AtomicOp::Sub => ("add", "u"),
        AtomicOp::And => ("and", "b"),
        AtomicOp::Or => ("or", "b"),
        AtomicOp::Xor => ("xor", "b"),
        AtomicOp::Max => ("max", "s"),
        AtomicOp::Min => ("min", "s"),
        AtomicOp::UMax => ("max", "u"),
        AtomicOp::UMin => ("min", "u"),
        AtomicOp::FAdd => ("add", "f"),
        AtomicOp::FMax | AtomicOp::FMin => return None,
    };
    Some(format!("{name}.{kind}{bits}"))
}

fn replace(atomic: Instruction<'_>) {
    let (Some(pointer), Some(operand), Some(op)) = (atomic.operand(0), atomic.operand(1), atomic.atomic_op()) else {
        return;
    };
    let ty = operand.ty();
    let Some(operation) = operation(op, ty) else { return };
    let scope = SCOPES.iter().find(|(llvm, _)| atomic.is_in_scope(llvm)).map_or(SYSTEM, |(_, ptx)| ptx);
    let b = Builder::before(atomic);
    let (pointer, space) = match space_of(pointer) {
        Some(space @ (GLOBAL | SHARED)) => {
            let there = atomic.context().pointer_type(space);
            let cast = || b.cast(CastOp::AddrSpaceCast, pointer, there);
            (if pointer.ty() == there { pointer } else { cast() }, if space == GLOBAL { ".global" } else { ".shared" })
        }
        _ => (pointer, ""),
    };
    let order = match atomic.ordering() {
        Some(Ordering::Monotonic) => "relaxed",
        Some(Ordering::Acquire) => "acquire",
        Some(Ordering::Release) => "release",
        Some(Ordering::AcquireRelease) => "acq_rel",
        // The strongest, also for what there may be one day.
        Some(Ordering::SequentiallyConsistent) | None => {
            let nothing = atomic.context().function_type(atomic.context().void_type(), &[]);
            b.assembly_on(nothing, &format!("fence.sc.{scope};"), "~{memory}", &[]);
            "acq_rel"
        }
    };
    let result = emit(&b, &format!("atom.{order}.{scope}{space}.{operation}"), pointer, prepared(&b, op, operand));
    let result = if ty.kind() == TypeKind::Pointer { b.cast(CastOp::IntToPtr, result, ty) } else { result };
    atomic.replace_all_uses_with(result);
    atomic.erase();
}

/// The operand as PTX takes it.
fn prepared<'m>(b: &Builder<'m>, op: AtomicOp, operand: Value<'m>) -> Value<'m> {
    match (op, operand.ty().kind()) {
        (AtomicOp::Sub, _) => b.binary(BinaryOp::Sub, operand.ty().zero(), operand),
        (_, TypeKind::Pointer) => b.cast(CastOp::PtrToInt, operand, operand.context().int_type(64)),
        _ => operand,
    }
}

fn emit<'m>(b: &Builder<'m>, instruction: &str, pointer: Value<'m>, operand: Value<'m>) -> Value<'m> {
    let ty = operand.ty();
    let register = match (ty.kind(), ty.int_bits()) {
        (TypeKind::Float, _) => 'f',
        (TypeKind::Double, _) => 'd',
        (_, Some(32)) => 'r',
        _ => 'l',
    };
    let signature = pointer.context().function_type(ty, &[pointer.ty(), ty]);
    let constraints = format!("={register},l,{register},~{{memory}}");
    b.assembly_on(signature, &format!("{instruction} $0, [$1], $2;"), &constraints, &[pointer, operand]).as_value()
}
