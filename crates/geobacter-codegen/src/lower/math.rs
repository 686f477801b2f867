//! Math that GPUs have no exact instruction for: LLVM's intrinsics become calls to the device library, because on a GPU
//! there is no C library for the back end to fall back on.

use geobacter_container::symbols::RT_PREFIX;
use geobacter_llvm::{
    BinaryOp, Builder, Call, CastOp, Function, Instruction, IntPredicate, IrError, Module, Opcode, Type, TypeKind,
    Value,
};

use crate::session::Session;

/// Intrinsics `llvm.<name>` that C's library has under the same name.
const FUNCTIONS: &[&str] = &[
    "acos", "asin", "atan", "atan2", "cos", "cosh", "exp", "exp10", "exp2", "ldexp", "log", "log10", "log2", "pow",
    "sin", "sinh", "tan", "tanh",
];

/// Powers up to this are multiplied out.
const LARGEST_UNROLLED_POWER: u64 = 64;

pub(super) fn redirect(session: &Session<'_>, module: &Module<'_>) -> Result<(), IrError> {
    for function in module.functions().filter(|f| !f.is_declaration()) {
        for instruction in function.instructions() {
            if instruction.opcode() == Opcode::FRem {
                remainder(module, instruction);
            } else if let Some(call) = instruction.as_call() {
                redirect_call(session, module, call)?;
            }
        }
    }
    Ok(())
}

fn redirect_call<'m>(session: &Session<'_>, module: &'m Module<'_>, call: Call<'m>) -> Result<(), IrError> {
    let Some(function) = call.called_function().filter(|f| f.is_intrinsic()) else { return Ok(()) };
    let name = function.name();
    let Some(name) = name.strip_prefix("llvm.").and_then(|n| n.split('.').next()) else { return Ok(()) };
    if name == "powi" {
        return integer_power(module, call);
    }
    if FUNCTIONS.contains(&name) && !session.target.has_native_math(name, scalar(call.ty())) {
        by_element(call.as_instruction(), &call.args(), |b, args| call_library(module, b, name, args));
    }
    Ok(())
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

/// `x.powi(n)`: multiplied out for a small constant `n`, else `pow` of `f64`, which has every `n` and is exact enough.
fn integer_power<'m>(module: &'m Module<'_>, call: Call<'m>) -> Result<(), IrError> {
    let args = call.args();
    let Some(bits) = args[1].ty().int_bits().filter(|bits| *bits < 64) else { return Ok(()) };
    let power = args[1].as_const_int().map(|n| if n >> (bits - 1) == 1 { n as i64 - (1 << bits) } else { n as i64 });
    let fused = module.intrinsic("llvm.fma", &[scalar(call.ty())])?;
    by_element(call.as_instruction(), &args, |b, args| match power {
        Some(n) if n.unsigned_abs() <= LARGEST_UNROLLED_POWER => Some(multiply_out(b, fused, args[0], n)),
        _ => {
            let double = args[0].context().f64_type();
            let n = b.cast(CastOp::SiToFp, args[1], double);
            let narrow = args[0].ty() != double;
            let x = if narrow { b.cast(CastOp::FpExt, args[0], double) } else { args[0] };
            let result = call_library(module, b, "pow", &[x, n])?;
            Some(if narrow { b.cast(CastOp::FpTrunc, result, args[0].ty()) } else { result })
        }
    });
    Ok(())
}

/// Powers up to this are products of so few factors that they stay within 2 ULP by themselves.
const LARGEST_PLAIN_POWER: u64 = 4;

/// A number, and what it lacks to the exact one, where that is known.
type Parts<'m> = (Value<'m>, Option<Value<'m>>);

/// Each product of a longer chain carries along what its rounding lost; the result is then off by little more than half a
/// ULP. A negative power is one of the inverse: the inverse of a power would be lost where only the power overflows.
fn multiply_out<'m>(b: &Builder<'m>, fused: Function<'m>, x: Value<'m>, n: i64) -> Value<'m> {
    let one = x.ty().float(1.0);
    let fma = |x, y, z| b.call(fused, &[x, y, z]).as_value();
    let negated = |x: Value<'m>| b.binary(BinaryOp::FSub, x.ty().float(-0.0), x);
    let exact = n.unsigned_abs() > LARGEST_PLAIN_POWER || n < -2;
    let base = if n >= 0 {
        (x, None)
    } else {
        let inverse = b.binary(BinaryOp::FDiv, one, x);
        let rest = exact.then(|| b.binary(BinaryOp::FMul, fma(negated(x), inverse, one), inverse));
        (inverse, rest)
    };
    let times = |(p, p_rest): Parts<'m>, (q, q_rest): Parts<'m>| -> Parts<'m> {
        let product = b.binary(BinaryOp::FMul, p, q);
        let rest = exact.then(|| {
            let lost = fma(p, q, negated(product));
            let lost = p_rest.map_or(lost, |rest| fma(rest, q, lost));
            q_rest.map_or(lost, |rest| fma(p, rest, lost))
        });
        (product, rest)
    };
    let (mut result, mut square, mut left) = (None, base, n.unsigned_abs());
    while left > 0 {
        if left & 1 == 1 {
            result = Some(result.map_or(square, |r| times(r, square)));
        }
        left >>= 1;
        if left > 0 {
            square = times(square, square);
        }
    }
    match result {
        None => one,
        Some((product, None)) => product,
        Some((product, Some(rest))) => {
            let sum = b.binary(BinaryOp::FAdd, product, rest);
            // Where a product overflowed, what it lost is no number; where it lost nothing, adding zero loses a zero's sign.
            let word = bits_of(rest);
            let [exponent, sign] = [infinity(word), 1 << (word.int_bits().unwrap_or(64) - 1)];
            let magnitude = b.binary(BinaryOp::And, b.cast(CastOp::BitCast, rest, word), word.int(sign - 1));
            let below = b.binary(BinaryOp::Sub, magnitude, word.int(1));
            let is_number = b.compare(IntPredicate::Ult, below, word.int(exponent - 1));
            b.select(is_number, sum, product)
        }
    }
}

/// The bits of infinity, in an integer type as wide as the number: every bit of the exponent.
fn infinity(word: Type<'_>) -> u64 {
    match word.int_bits() {
        Some(16) => 0x7c00,
        Some(32) => f32::INFINITY.to_bits().into(),
        _ => f64::INFINITY.to_bits(),
    }
}

/// The integer type of the same width.
fn bits_of<'m>(value: Value<'m>) -> Type<'m> {
    let bits = match value.ty().kind() {
        TypeKind::Half => 16,
        TypeKind::Float => 32,
        _ => 64,
    };
    value.context().int_type(bits)
}
