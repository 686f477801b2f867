//! Math that GPUs have no exact instruction for: LLVM's intrinsics become calls to the device library, because on a GPU
//! there is no C library for the back end to fall back on.

use geobacter_container::symbols::RT_PREFIX;
use geobacter_llvm::{BinaryOp, Builder, Call, CastOp, Instruction, Module, Opcode, Type, TypeKind, Value};

use crate::session::Session;

/// Intrinsics `llvm.<name>` that C's library has under the same name.
const FUNCTIONS: &[&str] = &[
    "acos", "asin", "atan", "atan2", "cos", "cosh", "exp", "exp10", "exp2", "ldexp", "log", "log10", "log2", "pow",
    "sin", "sinh", "tan", "tanh",
];

/// Powers up to this are multiplied out.
const LARGEST_UNROLLED_POWER: u64 = 64;

pub(super) fn redirect(session: &Session<'_>, module: &Module<'_>) {
    for function in module.functions().filter(|f| !f.is_declaration()) {
        for instruction in function.instructions() {
            if instruction.opcode() == Opcode::FRem {
                remainder(module, instruction);
            } else if let Some(call) = instruction.as_call() {
                redirect_call(session, module, call);
            }
        }
    }
}

fn redirect_call<'m>(session: &Session<'_>, module: &'m Module<'_>, call: Call<'m>) {
    let Some(function) = call.called_function().filter(|f| f.is_intrinsic()) else { return };
    let name = function.name();
    let Some(name) = name.strip_prefix("llvm.").and_then(|n| n.split('.').next()) else { return };
    if name == "powi" {
        return integer_power(module, call);
    }
    if FUNCTIONS.contains(&name) && !session.target.has_native_math(name, scalar(call.ty())) {
        by_element(call.as_instruction(), &call.args(), |b, args| call_library(module, b, name, args));
    }
}

fn scalar(ty: Type<'_>) -> Type<'_> {
    if ty.kind() == TypeKind::Vector { ty.element().expect("vectors have elements") } else { ty }
}

/// Floating remainder, whose back end expansions (`x - trunc(x / y) * y`) lose all precision where `x` is far larger.
fn remainder<'m>(module: &'m Module<'_>, instruction: Instruction<'m>) {
    let operands: Vec<_> = instruction.operands().collect();
    by_element(instruction, &operands, |b, args| call_library(module, b, "fmod", args));
}

/// Computes a result element by element, as the library knows no vectors, and puts it in the place of `instruction`.
fn by_element<'m>(
    instruction: Instruction<'m>,
    args: &[Value<'m>],
    compute: impl Fn(&Builder<'m>, &[Value<'m>]) -> Option<Value<'m>>,
) {
    let b = Builder::before(instruction);
    let Some(elements) = instruction.ty().element_count() else {
        if let Some(result) = compute(&b, args) {
            instruction.replace_all_uses_with(result);
            instruction.erase();
        }
        return;
    };
    let mut vector = instruction.ty().poison();
    for i in 0..elements as u32 {
        let element = |v: &Value<'m>| if v.ty().element_count().is_some() { b.extract_element(*v, i) } else { *v };
        let Some(result) = compute(&b, &args.iter().map(element).collect::<Vec<_>>()) else { return };
        vector = b.insert_element(vector, result, i);
    }
    instruction.replace_all_uses_with(vector);
    instruction.erase();
}

/// Calls C's function `name` for `f64`, or `name` with an `f` for `f32`. `f16` goes through `f32`, whose results have
/// more than twice its precision. `None` for types that the library does not know.
fn call_library<'m>(module: &'m Module<'_>, b: &Builder<'m>, name: &str, args: &[Value<'m>]) -> Option<Value<'m>> {
    let ty = args.first()?.ty();
    let context = args[0].context();
    match ty.kind() {
        TypeKind::Half => {
            let single = context.f32_type();
            let widen = |v: &Value<'m>| if v.ty() == ty { b.cast(CastOp::FpExt, *v, single) } else { *v };
            let wide: Vec<_> = args.iter().map(widen).collect();
            Some(b.cast(CastOp::FpTrunc, call_library(module, b, name, &wide)?, ty))
        }
        TypeKind::Float | TypeKind::Double => {
            let suffix = if ty.kind() == TypeKind::Float { "f" } else { "" };
            let params: Vec<_> = args.iter().map(|a| a.ty()).collect();
            let signature = context.function_type(ty, &params);
            let function = module.get_or_add_function(&format!("{RT_PREFIX}{name}{suffix}"), signature);
            Some(b.call_pointer(signature, function.as_value(), args).as_value())
        }
        _ => None,
    }
}

/// `x.powi(n)`: multiplied out for a small constant `n`, else `pow`, which is exact enough for every `n`.
fn integer_power<'m>(module: &'m Module<'_>, call: Call<'m>) {
    let args = call.args();
    let Some(bits) = args[1].ty().int_bits().filter(|bits| *bits < 64) else { return };
    let power = args[1].as_const_int().map(|n| if n >> (bits - 1) == 1 { n as i64 - (1 << bits) } else { n as i64 });
    by_element(call.as_instruction(), &args, |b, args| match power {
        Some(n) if n.unsigned_abs() <= LARGEST_UNROLLED_POWER => Some(multiply_out(b, args[0], n)),
        _ => {
            let n = b.cast(CastOp::SiToFp, args[1], args[0].ty());
            call_library(module, b, "pow", &[args[0], n])
        }
    });
}

fn multiply_out<'m>(b: &Builder<'m>, x: Value<'m>, n: i64) -> Value<'m> {
    let one = x.ty().float(1.0);
    let (mut result, mut square, mut left) = (None, x, n.unsigned_abs());
    while left > 0 {
        if left & 1 == 1 {
            result = Some(result.map_or(square, |r| b.binary(BinaryOp::FMul, r, square)));
        }
        left >>= 1;
        if left > 0 {
            square = b.binary(BinaryOp::FMul, square, square);
        }
    }
    let result = result.unwrap_or(one);
    if n < 0 { b.binary(BinaryOp::FDiv, one, result) } else { result }
}
