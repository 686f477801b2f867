//! The low bits of a float, stored as they are.
//!
//! LLVM stores a byte straight out of the 32-bit register that holds more. Where a floating-point instruction wrote that
//! register, ptxas (13.0) takes the store for a conversion and rounds the *number* to a byte: `x.to_bits() as u8` came
//! out as a saturated `x as u8`. A move of the bits in between tells it what they are.

use geobacter_llvm::{Builder, Function, Instruction, Module, Opcode, Value};

/// Widest integers that ptxas was seen to convert to.
const NARROW: u32 = 16;

/// Puts a move between each float's bits and what is cut off them.
pub(super) fn keep_bits(module: &Module<'_>) {
    let cuts = module.functions().flat_map(Function::instructions).filter(|i| i.opcode() == Opcode::Trunc);
    for cut in cuts.filter(|cut| is_narrow(*cut)).collect::<Vec<_>>() {
        if let Some(bits) = cut.operand(0).filter(|bits| is_of_float(*bits)) {
            let moved = moved(&Builder::before(cut), bits);
            cut.as_value().set_operand(0, moved);
        }
    }
}

fn is_narrow(cut: Instruction<'_>) -> bool {
    cut.as_value().ty().int_bits().is_some_and(|bits| bits <= NARROW)
}

/// Whether the same register may be the operand or the result of floating-point instructions.
fn is_of_float(bits: Value<'_>) -> bool {
    let is_cast = |value: Value<'_>| value.as_instruction().is_some_and(|i| i.opcode() == Opcode::BitCast);
    is_cast(bits) || bits.users().into_iter().any(is_cast)
}

fn moved<'m>(b: &Builder<'m>, bits: Value<'m>) -> Value<'m> {
    let (instruction, constraints) = match bits.ty().int_bits() {
        Some(32) => ("mov.b32 $0, $1;", "=r,r"),
        Some(64) => ("mov.b64 $0, $1;", "=l,l"),
        _ => return bits,
    };
    let signature = bits.context().function_type(bits.ty(), &[bits.ty()]);
    b.assembly_on(signature, instruction, constraints, &[bits]).as_value()
}
