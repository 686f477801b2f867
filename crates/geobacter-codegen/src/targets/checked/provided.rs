//! What whoever loads the code provides: functions that it calls through a table.

use geobacter_container::checked::{HOOKS, TABLE};
use geobacter_llvm::{AttributePlace, Builder, Function, Linkage, Module, Type, TypeKind};

use crate::lower::PROVIDED;

/// Ends the work-item.
pub(super) const EXIT: &str = "geobacter.provided.exit";
pub(super) const GROUP_MEMORY: &str = "group_memory";

/// Bytes of a pointer.
const POINTER_BYTES: u32 = 8;

/// The function of this name. It has no body until everything is optimised.
pub(super) fn function<'m>(module: &'m Module<'_>, name: &str, result: Type<'m>, params: &[Type<'m>]) -> Function<'m> {
    module.get_or_add_function(&format!("{PROVIDED}{name}"), module.context().function_type(result, params))
}

/// Makes each such function call what the table has for it.
pub(super) fn define(module: &Module<'_>) {
    let context = module.context();
    let pointer = context.pointer_type(0);
    let table = module.add_global(TABLE, pointer.array(HOOKS.len() as u64), 0);
    table.set_initializer(pointer.array(HOOKS.len() as u64).zero());
    table.set_alignment(POINTER_BYTES);
    for (index, hook) in (0..).zip(HOOKS) {
        let Some(function) = module.function(&format!("{PROVIDED}{hook}")) else { continue };
        function.set_linkage(Linkage::Internal);
        // What was said of it for the optimiser's sake is not so of its body, which reads the table.
        function.remove_attribute(AttributePlace::Function, "memory");
        let b = Builder::at_end(function.append_block(""));
        let callee = b.load(pointer, table.as_value().const_offset(index * u64::from(POINTER_BYTES)), POINTER_BYTES);
        let args: Vec<_> = function.params().collect();
        let result = b.call_pointer(function.value_type(), callee.as_value(), &args).as_value();
        match result.ty().kind() {
            TypeKind::Void => b.ret_void(),
            _ => b.ret(result),
        };
    }
}
