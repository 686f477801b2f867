//! Where host code keeps what it has detected of the processor.
//!
//! Crates with fast paths for some processors ask once and keep the answer in a `static`. Each device then has a copy of
//! that, which is right: a device asks too, and the answer is "nothing". So these variables, unlike other `static`s that
//! change, are no reason to refuse a kernel.

use geobacter_llvm::{Function, GlobalVariable, Module};

use super::x86;

/// Before the names of such variables.
const PREFIX: &str = "geobacter.detected.";
/// How many calls deeper the processor may be asked than its answer is kept: without optimisation, the functions of
/// `core::arch` and the closures around them are still calls.
const DEPTH: usize = 4;
/// What such a variable holds before the question was asked: all bits set, in the `cpufeatures` crate's macro that
/// nearly all others use.
const NOT_ASKED: u8 = 0xff;

/// Tells these variables apart by their names. To be called before the questions are answered.
pub(super) fn mark_caches(module: &Module<'_>) {
    let mut asking: Vec<Function<'_>> =
        module.functions().filter(|f| f.instructions().any(|i| i.as_call().is_some_and(x86::is_question))).collect();
    let mut callees = asking.clone();
    for _ in 0..DEPTH {
        callees = callees.iter().flat_map(|f| callers(*f)).collect();
        asking.extend(callees.iter().copied());
    }
    for variable in asking.into_iter().flat_map(Function::instructions).flat_map(|i| i.operands().collect::<Vec<_>>()) {
        if let Some(variable) = variable.as_global_variable().filter(|v| is_unasked(*v)) {
            variable.set_name(&format!("{PREFIX}{}", variable.name()));
        }
    }
}

fn callers<'m>(function: Function<'m>) -> impl Iterator<Item = Function<'m>> {
    let users = function.users().into_iter().filter_map(|user| user.as_instruction());
    users.filter(|user| user.as_call().is_some()).filter_map(|call| call.function())
}

fn is_unasked(variable: GlobalVariable<'_>) -> bool {
    !variable.is_constant_memory()
        && !variable.name().starts_with(PREFIX)
        && variable.constant_bytes().is_some_and(|bytes| !bytes.is_empty() && bytes.iter().all(|&b| b == NOT_ASKED))
}
