//! Conversions between 128-bit integers and floating numbers, which back ends leave to library functions: the device
//! library has them.

use geobacter_container::symbols::RT_PREFIX;
use geobacter_llvm::{Builder, CastOp, Instruction, Module, Opcode, Type, TypeKind, Value};

const WIDE: u32 = 128;

pub(super) fn redirect(module: &Module<'_>) {
    for function in module.functions().filter(|f| !f.is_declaration()) {
        for instruction in function.instructions() {
            if let Some((name, from, to)) = conversion(instruction) {
                convert(module, instruction, name, from, to);
            }
        }
    }
}

/// The library's name for a conversion, its operand and the type of its result.
fn conversion<'m>(instruction: Instruction<'m>) -> Option<(&'static str, Value<'m>, Type<'m>)> {
    let operand = instruction.operand(0)?;
    let is_wide = |ty: Type<'_>| ty.int_bits().is_some_and(|bits| bits > 64 && bits <= WIDE);
    let name = match instruction.opcode() {
        Opcode::UiToFp if is_wide(operand.ty()) => "u128_to_f64",
        Opcode::SiToFp if is_wide(operand.ty()) => "i128_to_f64",
        // Rust's `as` saturates; LLVM's plain conversions are undefined where that would show.
        Opcode::FpToUi if is_wide(instruction.ty()) => "f64_to_u128",
        Opcode::FpToSi if is_wide(instruction.ty()) => "f64_to_i128",
        Opcode::Call if is_wide(instruction.ty()) => saturating(instruction)?,
        _ => return None,
    };
    Some((name, operand, instruction.ty()))
}

fn saturating(instruction: Instruction<'_>) -> Option<&'static str> {
    let callee = instruction.as_call()?.called_function()?.name();
    if callee.starts_with("llvm.fptoui.sat.") {
        Some("f64_to_u128")
    } else if callee.starts_with("llvm.fptosi.sat.") {
        Some("f64_to_i128")
    } else {
        None
    }
}

/// Only the conversions from and to `f64` are there: every `f32` is an `f64` too, and rounding twice to `f32` differs from
/// rounding once for none but a few halfway cases, which are handled by the `f32` function.
fn convert<'m>(module: &'m Module<'_>, instruction: Instruction<'m>, name: &str, from: Value<'m>, to: Type<'m>) {
    let context = module.context();
    let (wide, double) = (context.int_type(WIDE), context.f64_type());
    let b = Builder::before(instruction);
    let to_float = name.ends_with("f64");
    let result = if to_float {
        let extend = if name.starts_with('i') { CastOp::SExt } else { CastOp::ZExt };
        let operand = if from.ty() == wide { from } else { b.cast(extend, from, wide) };
        let (name, ty) =
            if to == double { (name.to_owned(), double) } else { (name.replace("f64", "f32"), context.f32_type()) };
        let value = call(module, &b, &name, operand, ty);
        if to == ty { value } else { b.cast(CastOp::FpTrunc, value, to) }
    } else {
        let operand = if from.ty() == double { from } else { b.cast(CastOp::FpExt, from, double) };
        let value = call(module, &b, name, operand, wide);
        if to == wide { value } else { b.cast(CastOp::Trunc, value, to) }
    };
    instruction.replace_all_uses_with(result);
    instruction.erase();
}

fn call<'m>(module: &'m Module<'_>, b: &Builder<'m>, name: &str, operand: Value<'m>, result: Type<'m>) -> Value<'m> {
    debug_assert!(result.kind() != TypeKind::Vector);
    let signature = module.context().function_type(result, &[operand.ty()]);
    let function = module.get_or_add_function(&format!("{RT_PREFIX}{name}"), signature);
    b.call_pointer(signature, function.as_value(), &[operand]).as_value()
}
