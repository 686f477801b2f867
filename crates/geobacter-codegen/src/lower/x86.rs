//! What is left of the host's processor in device code: feature detection, and the code behind it.

use geobacter_llvm::{AttributePlace, Builder, Call, Function, IrError, Module, TypeKind};

use crate::session::Session;

/// Inline assembly that asks what the processor can do. A device answers: nothing beyond the baseline.
const QUESTIONS: &[&str] = &["cpuid", "xgetbv"];
/// Inline assembly that computes what every device can: what the `libm` crate has for x86 when its `arch` feature is on,
/// which any crate in a program may turn on for all. The text is what rustc makes of the source; the operands are those of
/// the intrinsic, in its order.
const ARITHMETIC: &[(&str, &str)] = &[
    ("sqrtss ${0:x}, ${0:x}", "llvm.sqrt"),
    ("sqrtsd ${0:x}, ${0:x}", "llvm.sqrt"),
    ("vfmadd213ss ${0:x}, ${2:x}, ${3:x}", "llvm.fma"),
    ("vfmadd213sd ${0:x}, ${2:x}, ${3:x}", "llvm.fma"),
    ("vfmaddss ${0:x}, ${0:x}, ${2:x}, ${3:x}", "llvm.fma"),
    ("vfmaddsd ${0:x}, ${0:x}, ${2:x}, ${3:x}", "llvm.fma"),
];
/// Hints, without effect.
const HINTS: &[&str] = &["llvm.x86.sse2.pause", "llvm.aarch64.hint", "llvm.prefetch"];
/// What every processor of the host's architecture has: nothing that code would have to detect first.
const ARCHITECTURE: &[&str] =
    &["+cmov", "+cx8", "+fxsr", "+mmx", "+sse", "+sse2", "+x87", "+fp-armv8", "+neon", "+v8a"];
/// Prefixes of intrinsics that only the host's processor has.
const HOST_INTRINSICS: &[&str] = &["llvm.x86.", "llvm.aarch64.", "llvm.arm."];

pub(super) fn neutralise(session: &Session<'_>, module: &Module<'_>) -> Result<(), IrError> {
    let baseline = module.function(session.job.kernel).map(features).unwrap_or_default();
    for function in module.functions().filter(|f| !f.is_declaration()) {
        let beyond = |f: &String| !baseline.contains(f) && !ARCHITECTURE.contains(&f.as_str());
        let detected = features(function).iter().any(beyond);
        for call in function.instructions().filter_map(|i| i.as_call()) {
            neutralise_call(module, call, detected)?;
        }
    }
    Ok(())
}

/// Whether this is an instruction of the host's processor.
pub(crate) fn is_host_intrinsic(name: &str) -> bool {
    HOST_INTRINSICS.iter().any(|p| name.starts_with(p))
}

/// The processor features that a function was compiled with.
fn features(function: Function<'_>) -> Vec<String> {
    let all = function.string_attribute(AttributePlace::Function, "target-features").unwrap_or_default();
    all.split(',').filter(|f| f.starts_with('+')).map(str::to_owned).collect()
}

/// `detected`: the call is in a function for processors beyond the baseline, which no device runs, because detection
/// says no. If code gets there all the same, it traps.
fn neutralise_call<'m>(module: &'m Module<'_>, call: Call<'m>, detected: bool) -> Result<(), IrError> {
    if is_question(call) {
        answer_zero(call);
        return Ok(());
    }
    if let Some((text, _)) = call.inline_asm() {
        if let Some((_, intrinsic)) = ARITHMETIC.iter().find(|(instruction, _)| text == *instruction) {
            compute(module, call, intrinsic)?;
        } else if text.trim().is_empty() {
            see_through(call);
        } else if detected {
            trap(module, call)?;
        }
        return Ok(());
    }
    let Some(function) = call.called_function().filter(|f| f.is_intrinsic()) else { return Ok(()) };
    let name = function.name();
    if HINTS.iter().any(|h| name.starts_with(h)) {
        call.erase();
    } else if detected && is_host_intrinsic(&name) {
        trap(module, call)?;
    }
    Ok(())
}

/// Whether the call asks what the processor can do.
pub(super) fn is_question(call: Call<'_>) -> bool {
    match call.inline_asm() {
        Some((text, _)) => QUESTIONS.iter().any(|q| text.contains(q)),
        None => {
            call.called_function().is_some_and(|f| f.is_intrinsic() && QUESTIONS.iter().any(|q| f.name().ends_with(q)))
        }
    }
}

/// Puts an intrinsic on the call's operands in the place of assembly. Leaves alone what has other operands: that is
/// other assembly, and is refused.
fn compute<'m>(module: &'m Module<'_>, call: Call<'m>, intrinsic: &str) -> Result<(), IrError> {
    // rustc passes inputs, an `inout` operand's among them, in the order of the source.
    let operands = call.args();
    if operands.iter().any(|o| o.ty() != call.ty()) {
        return Ok(());
    }
    let function = module.intrinsic(intrinsic, &[call.ty()])?;
    let result = Builder::before(call.as_instruction()).call(function, &operands);
    call.replace_all_uses_with(result.as_value());
    call.erase();
    Ok(())
}

fn answer_zero(call: Call<'_>) {
    if call.ty().kind() != TypeKind::Void {
        call.replace_all_uses_with(call.ty().zero());
    }
    call.erase();
}

/// Empty assembly, as `black_box` has: it only hides values from the optimiser, so letting it see them is right, if
/// there is but one value.
fn see_through(call: Call<'_>) {
    match (call.ty().kind(), &call.args()[..]) {
        (TypeKind::Void, _) => call.erase(),
        (_, [value]) if value.ty() == call.ty() => {
            call.replace_all_uses_with(*value);
            call.erase();
        }
        _ => {}
    }
}

fn trap<'m>(module: &'m Module<'_>, call: Call<'m>) -> Result<(), IrError> {
    Builder::before(call.as_instruction()).call(module.intrinsic("llvm.trap", &[])?, &[]);
    call.erase();
    Ok(())
}
