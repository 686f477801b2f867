//! Printing goes through the device library, and code that prints says so.

use geobacter_container::PRINTS;
use geobacter_container::symbols::RT_PREFIX;
use geobacter_llvm::Module;

use crate::session::Session;

const PRINT: &str = "__geobacter_print";

fn library() -> String {
    format!("{RT_PREFIX}print")
}

/// Puts the device library's function in the place of the device ABI's.
pub(super) fn redirect(module: &Module<'_>) {
    if let Some(print) = module.function(PRINT).filter(|f| f.is_used()) {
        let library = module.get_or_add_function(&library(), print.value_type());
        print.replace_all_uses_with(library.as_value());
    }
}

/// Puts a variable into code that can print, once optimisation has shown whether it can. The host looks for its name: that
/// is in whatever a driver loads, wherever it came from, and code that prints nothing is as it would be without printing.
pub(super) fn mark(session: &Session<'_>, module: &Module<'_>) {
    if module.function(&library()).is_some_and(|f| f.is_used()) {
        let byte = module.context().int_type(8);
        let mark = module.add_global(PRINTS, byte, session.target.global_address_space(true));
        mark.set_initializer(byte.int(1));
        mark.set_constant_memory(true);
    }
}
