//! Atomic operations that need not be atomic for the whole system.
//!
//! `core::sync::atomic` knows no scopes. The device crate marks code whose atomic operations are for the work-group or the
//! device alone by the section of the function that runs it: everything it calls is inlined into it, and then each
//! atomic instruction and fence in it gets the scope. What cannot be inlined (recursion, calls through pointers) stays
//! atomic for the system, which is right as well, only slower.

use geobacter_core::scope::{DEVICE_SECTION, WORK_GROUP_SECTION};
use geobacter_llvm::{AttributePlace, Call, Function, Instruction, IrError, Module};

use crate::session::Session;
use crate::targets::Scope;

/// How many calls deep an atomic operation may be: without optimisation, those of `core` are a few.
const DEPTH: usize = 16;

fn scope_of(function: Function<'_>) -> Option<Scope> {
    match function.section() {
        section if section == WORK_GROUP_SECTION => Some(Scope::WorkGroup),
        section if section == DEVICE_SECTION => Some(Scope::Device),
        _ => None,
    }
}

pub(super) fn narrow(session: &Session<'_>, module: &mut Module<'_>) -> Result<(), IrError> {
    let context = module.context();
    for _ in 0..DEPTH {
        let inner: Vec<_> = scoped(module).flat_map(Function::instructions).filter_map(inlinable).collect();
        if inner.is_empty() {
            break;
        }
        for call in inner {
            call.add_attribute(AttributePlace::Function, context.attribute("alwaysinline", 0));
        }
        module.run_passes("always-inline", None)?;
    }
    for function in scoped(module) {
        let Some(scope) = scope_of(function) else { continue };
        let name = session.target.scope(scope);
        for atomic in function.instructions().filter(|i| i.is_atomic() && !i.is_single_thread()) {
            // Those of a barrier have theirs.
            if atomic.is_in_scope("") {
                atomic.set_scope(name);
                session.target.narrowed(atomic);
            }
        }
        function.remove_attribute(AttributePlace::Function, "noinline");
        function.add_attribute(AttributePlace::Function, context.attribute("alwaysinline", 0));
    }
    Ok(())
}

fn scoped<'m>(module: &'m Module<'_>) -> impl Iterator<Item = Function<'m>> {
    module.functions().filter(|f| !f.is_declaration() && scope_of(*f).is_some())
}

/// A call to a function that can be inlined: known, not the caller itself, and not another scope's.
fn inlinable(instruction: Instruction<'_>) -> Option<Call<'_>> {
    let call = instruction.as_call()?;
    let callee = call.called_function()?;
    let open = !callee.is_declaration()
        && Some(callee) != call.function()
        && scope_of(callee).is_none()
        && !callee.has_attribute(AttributePlace::Function, "noinline")
        && !call.has_attribute(AttributePlace::Function, "alwaysinline");
    open.then_some(call)
}
