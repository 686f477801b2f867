//! Only the kernel is seen from outside: the optimiser may do as it likes with everything else.

use geobacter_llvm::{Function, GlobalValue, Linkage, Module};

use super::is_placeholder;
use crate::session::Session;

pub(super) fn internalise(session: &Session<'_>, module: &mut Module<'_>) {
    module.set_inline_asm("");
    // `llvm.used`, `llvm.global_ctors`: promises to the host's linker.
    module.delete_globals(|g| g.name().starts_with("llvm."));
    let functions = module.functions().map(|f| f.as_global());
    let variables = module.globals().map(|g| g.as_global());
    for global in functions.chain(variables).filter(|g| !g.is_declaration()) {
        make_local(session, global);
    }
    for function in module.functions().filter(|f| f.is_declaration() && !f.is_intrinsic()) {
        hide_name(function);
    }
    for alias in module.aliases() {
        alias.set_linkage(Linkage::Internal);
    }
}

/// Before the name of a function that is defined nowhere.
const UNDEFINED: &str = "undefined:";

/// Back ends know some functions of C by name, and have ideas of their own about them (`printf`). Whatever is not defined
/// here is to be optimised away or refused, under the name it had.
fn hide_name(function: Function<'_>) {
    let name = function.name();
    if !is_placeholder(&name) {
        function.set_name(&format!("{UNDEFINED}{name}"));
    }
}

/// The name that an undefined function had.
pub(crate) fn original_name(name: &str) -> &str {
    name.strip_prefix(UNDEFINED).unwrap_or(name)
}

fn make_local(session: &Session<'_>, global: GlobalValue<'_>) {
    global.clear_comdat();
    global.set_section("");
    if global.name() != session.symbol {
        global.set_linkage(Linkage::Internal);
    }
}
