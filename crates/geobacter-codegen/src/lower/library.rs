//! Functions of C's library (`sinf`, `memcmp`, ...) become those of the device library, by name.

use std::collections::HashSet;

use geobacter_container::symbols::RT_PREFIX;
use geobacter_llvm::Module;

pub(super) fn redirect(module: &Module<'_>, library: &HashSet<String>) {
    let wanted: Vec<_> =
        module.functions().filter(|f| f.is_declaration() && f.is_used() && library.contains(&f.name())).collect();
    for function in wanted {
        let name = format!("{RT_PREFIX}{}", function.name());
        let replacement = module.get_or_add_function(&name, function.value_type());
        function.replace_all_uses_with(replacement.as_value());
    }
}
