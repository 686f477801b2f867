//! What is known about the kernel's arguments, and LLVM cannot see: it goes through the kernarg block, which is only memory.
//!
//! - Slices of any sort come from a buffer: their address is not null, and their length not negative (before
//!   optimisation: the check for `None` in `Option<&mut T>` then goes, and bounds checks get simpler).
//! - What `&[T]` refers to does not change while the kernel runs. Told of it, back ends read it through the read-only
//!   data path, and need not load again after a store (after optimisation, which might move such loads too freely).

use std::collections::HashSet;

use geobacter_core::ArgKind;
use geobacter_llvm::{Function, Instruction, Module, Opcode, Value};

use super::entry::Description;
use crate::session::Session;

/// Parts of a slice in the kernarg block (`SliceArg`): where they begin, in bytes.
const ADDRESS: u64 = 0;
const LENGTH: u64 = 8;

/// Marks the addresses of slices as not null and their lengths as not negative, in the device entry.
pub(super) fn mark_slices(session: &Session<'_>, module: &Module<'_>, description: &Description) {
    let Some(entry) = module.function(session.job.kernel) else { return };
    let kinds = [ArgKind::Slice, ArgKind::SliceMut, ArgKind::Pointer, ArgKind::Atomics];
    for address in loads(entry, description, &kinds, ADDRESS).filter(|l| l.ty().address_space().is_some()) {
        address.set_metadata("nonnull", &[]);
    }
    let word = module.context().int_type(64);
    // Up to, and without, the number that is negative as an `isize`.
    let not_negative = [word.zero(), word.int(1 << 63)];
    for length in loads(entry, description, &kinds, LENGTH).filter(|l| l.ty() == word) {
        length.set_metadata("range", &not_negative);
    }
}

/// Marks what is read through `&[T]` as unchanging, in the optimised kernel.
pub(super) fn mark_unchanging(session: &Session<'_>, module: &Module<'_>, description: &Description) {
    let Some(kernel) = module.function(&session.symbol) else { return };
    let inputs = loads(kernel, description, &[ArgKind::Slice], ADDRESS).filter(|l| l.ty().address_space().is_some());
    for pointer in derived(inputs.map(Instruction::as_value)) {
        let loads = pointer.users().into_iter().filter_map(Value::as_instruction);
        for load in loads.filter(|l| l.opcode() == Opcode::Load && l.is_plain_access()) {
            load.set_metadata("invariant.load", &[]);
        }
    }
}

/// The loads of one part of arguments of some kinds from the block, which is `function`'s only parameter.
fn loads<'m>(
    function: Function<'m>,
    description: &Description,
    kinds: &[ArgKind],
    part: u64,
) -> impl Iterator<Item = Instruction<'m>> {
    let of_kind = description.args.iter().filter(|a| kinds.iter().any(|k| *k as u32 == a.kind));
    let wanted: HashSet<u64> = of_kind.map(|a| u64::from(a.offset) + part).collect();
    let mut found = Vec::new();
    let mut open: Vec<_> = function.params().next().map(|block| (block, 0u64)).into_iter().collect();
    while let Some((pointer, offset)) = open.pop() {
        for user in pointer.users().into_iter().filter_map(Value::as_instruction) {
            match user.opcode() {
                Opcode::GetElementPtr if user.operand(0) == Some(pointer) => {
                    open.extend(user.constant_byte_offset().map(|o| (user.as_value(), offset.wrapping_add(o))));
                }
                Opcode::AddrSpaceCast => open.push((user.as_value(), offset)),
                Opcode::Load if wanted.contains(&offset) => found.push(user),
                _ => {}
            }
        }
    }
    found.into_iter()
}

/// Every pointer that is made of `roots` and nothing else.
fn derived<'m>(roots: impl Iterator<Item = Value<'m>>) -> HashSet<Value<'m>> {
    // Optimistic: everything that a root flows into, then less what something else flows into as well, until it holds.
    let roots: HashSet<_> = roots.collect();
    let mut all = roots.clone();
    let mut open: Vec<_> = all.iter().copied().collect();
    while let Some(value) = open.pop() {
        for user in value.users().into_iter().filter_map(Value::as_instruction) {
            if passes_on(user, value) && all.insert(user.as_value()) {
                open.push(user.as_value());
            }
        }
    }
    loop {
        let mixed: Vec<_> =
            all.iter().copied().filter(|v| !roots.contains(v) && !sources(*v).all(|s| all.contains(&s))).collect();
        if mixed.is_empty() {
            return all;
        }
        for value in mixed {
            all.remove(&value);
        }
    }
}

/// Whether the result of `user` points into what `pointer` points into, or may.
fn passes_on(user: Instruction<'_>, pointer: Value<'_>) -> bool {
    match user.opcode() {
        Opcode::GetElementPtr => user.operand(0) == Some(pointer),
        Opcode::AddrSpaceCast | Opcode::BitCast | Opcode::Phi => true,
        Opcode::Select => user.operand(0) != Some(pointer),
        _ => false,
    }
}

/// The pointers that a derived one is made of.
fn sources<'m>(value: Value<'m>) -> impl Iterator<Item = Value<'m>> {
    let instruction = value.as_instruction();
    let (skip, take) = match instruction.map(Instruction::opcode) {
        Some(Opcode::GetElementPtr | Opcode::AddrSpaceCast | Opcode::BitCast) => (0, 1),
        Some(Opcode::Select) => (1, 2),
        _ => (0, usize::MAX),
    };
    value.operands().skip(skip).take(take)
}
