//! Operations that one vendor's GPUs have and others do not.
//!
//! Some of their operands are part of the instruction, so they must be constants, and are once callers are inlined and
//! optimised. Until then these operations are opaque calls. Where a kernel still has one afterwards that its target does not
//! know, it is a function that is defined nowhere, and the kernel is refused like any that reaches such.

use geobacter_llvm::{AttributePlace, Builder, Call, Function, IrError, Module, Value};

use super::{original_name, supplant};
use crate::session::Session;

/// Before the operation's name, without the device ABI's prefix.
const PREFIX: &str = "raw_";
/// Before that, from lowering on.
const HIDDEN: &str = "geobacter.";

/// The operation that a function stands for, where it stands for one: `VENDOR_NAME`.
pub(crate) fn operation(name: &str) -> Option<&str> {
    original_name(name).strip_prefix(HIDDEN)?.strip_prefix(PREFIX)
}

/// Whether a function of the device ABI is one of these, by its name without the prefix.
pub(super) fn is_raw(name: &str) -> bool {
    name.starts_with(PREFIX)
}

/// Puts an opaque function in the place of the device ABI's.
pub(super) fn hide(module: &Module<'_>, function: Function<'_>, name: &str) {
    let new = supplant(module, function, &format!("{HIDDEN}{name}"));
    for attribute in ["convergent", "nounwind", "willreturn"] {
        new.add_attribute(AttributePlace::Function, module.context().attribute(attribute, 0));
    }
}

/// Puts the target's instructions in the place of those that it has.
pub(super) fn settle(session: &Session<'_>, module: &Module<'_>) -> Result<(), IrError> {
    for function in module.functions().filter(|f| f.is_declaration()) {
        let name = function.name();
        let Some(operation) = operation(&name) else { continue };
        let calls: Vec<Call<'_>> =
            function.users().into_iter().filter_map(Value::as_instruction).filter_map(|i| i.as_call()).collect();
        for call in calls {
            let b = Builder::before(call.as_instruction());
            // The first argument is the site.
            let args = call.args();
            if let Some(value) = session.target.raw(operation, &args[1..], &b, module)? {
                call.replace_all_uses_with(value);
                call.erase();
            }
        }
    }
    Ok(())
}
