//! Only the kernel is seen from outside: the optimiser may do as it likes with everything else.

use geobacter_llvm::{GlobalValue, Linkage, Module};

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
    for alias in module.aliases() {
        alias.set_linkage(Linkage::Internal);
    }
}

fn make_local(session: &Session<'_>, global: GlobalValue<'_>) {
    global.clear_comdat();
    global.set_section("");
    if global.name() != session.symbol {
        global.set_linkage(Linkage::Internal);
    }
}
