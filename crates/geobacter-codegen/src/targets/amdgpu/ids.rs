//! Numbers of work-items in 32 bits.
//!
//! Shared code counts in 64 bits, because a grid may be that large elsewhere. A dispatch packet gives the grid's size on
//! each axis in 32 bits (HSA runtime, `hsa_kernel_dispatch_packet_t`, `grid_size_x`), so no number of a work-item along an
//! axis is larger here, and a 64-bit multiplication in vector registers, at a quarter of the rate, becomes a scalar one.

use geobacter_llvm::{BinaryOp, Builder, CastOp, Function, Instruction, Module, Opcode, Value};

use super::{PACKET_GROUP_SIZE, occupancy};

/// Narrows `group id * group size`, and `.. + id in the group`, on each axis.
pub(super) fn narrow(module: &Module<'_>) {
    let word = module.context().int_type(32);
    let known = occupancy::group_size(module);
    let instructions = module.functions().flat_map(Function::instructions);
    for product in instructions.filter(|i| matches!(i.opcode(), Opcode::Mul | Opcode::Shl)).collect::<Vec<_>>() {
        let Some((group, size, axis)) = first_item(product, known) else { continue };
        let b = Builder::before(product);
        let factor = match size {
            Size::Read(size) => b.cast(CastOp::ZExt, size, word),
            Size::Known(size) => word.int(size),
        };
        let first = b.binary(BinaryOp::Mul, group, factor);
        for (sum, item) in sums(product, &size, axis) {
            let b = Builder::before(sum);
            let narrow = b.binary(BinaryOp::Add, first, item);
            sum.replace_all_uses_with(b.cast(CastOp::ZExt, narrow, sum.ty()));
        }
        product.replace_all_uses_with(b.cast(CastOp::ZExt, first, product.ty()));
    }
}

/// A work-group's size along an axis.
enum Size<'m> {
    /// As the packet has it.
    Read(Value<'m>),
    /// The launch is for this one alone.
    Known(u64),
}

/// The work-group's id, the work-group's size, and the axis, where `product` is their product in 64 bits.
fn first_item<'m>(product: Instruction<'m>, known: Option<[u32; 3]>) -> Option<(Value<'m>, Size<'m>, usize)> {
    let (a, b) = (product.operand(0)?, product.operand(1)?);
    if product.ty().int_bits() != Some(64) {
        return None;
    }
    if let Some(constant) = b.as_const_int() {
        let group = extended(a)?;
        let axis = axis_of(group, "workgroup")?;
        let size = u64::from(known?[axis]);
        let is_size = match product.opcode() {
            Opcode::Shl => 1u64.checked_shl(u32::try_from(constant).ok()?) == Some(size),
            _ => constant == size,
        };
        return is_size.then_some((group, Size::Known(size), axis));
    }
    if product.opcode() != Opcode::Mul {
        return None;
    }
    let read = |group, size| {
        let axis = axis_of(group, "workgroup").filter(|axis| is_group_size(size, *axis))?;
        Some((group, Size::Read(size), axis))
    };
    let (a, b) = (extended(a)?, extended(b)?);
    read(a, b).or_else(|| read(b, a))
}

/// Sums of `product` and the work-item's id in its group, and that id.
fn sums<'m>(product: Instruction<'m>, size: &Size<'m>, axis: usize) -> Vec<(Instruction<'m>, Value<'m>)> {
    // An id is below the size: with a power of two, the two share no bits, and the optimiser writes their sum as `or`.
    let or_adds = matches!(size, Size::Known(size) if size.is_power_of_two());
    let sum = |user: Value<'m>| {
        let is_sum = |i: &Instruction<'_>| i.opcode() == Opcode::Add || or_adds && i.opcode() == Opcode::Or;
        let add = user.as_instruction().filter(is_sum)?;
        let (a, b) = (add.operand(0)?, add.operand(1)?);
        let other = extended(if a == product.as_value() { b } else { a })?;
        (axis_of(other, "workitem") == Some(axis)).then_some((add, other))
    };
    product.as_value().users().into_iter().filter_map(sum).collect()
}

/// What a value is the zero extension of.
fn extended(value: Value<'_>) -> Option<Value<'_>> {
    value.as_instruction().filter(|i| i.opcode() == Opcode::ZExt)?.operand(0)
}

fn axis_of(id: Value<'_>, of: &str) -> Option<usize> {
    let name = id.as_instruction()?.as_call()?.called_function()?.name();
    ["x", "y", "z"].iter().position(|axis| name == format!("llvm.amdgcn.{of}.id.{axis}"))
}

/// Whether a value is read from where the dispatch packet has the work-group's size along an axis.
fn is_group_size(value: Value<'_>, axis: usize) -> bool {
    let address = value.as_instruction().filter(|i| i.opcode() == Opcode::Load).and_then(|load| load.operand(0));
    let offset = address
        .and_then(Value::as_instruction)
        .filter(|gep| gep.constant_byte_offset() == Some(PACKET_GROUP_SIZE + 2 * axis as u64));
    let packet = offset.and_then(|gep| gep.operand(0)?.as_instruction()?.as_call()?.called_function());
    packet.is_some_and(|f| f.name() == "llvm.amdgcn.dispatch.ptr")
}
