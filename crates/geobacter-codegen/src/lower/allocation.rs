//! The global allocator: the device library's, in a kernel that has a heap. In others what the optimiser cannot remove is
//! refused afterwards.

use geobacter_container::symbols::{RT_PREFIX, Role, path, role};
use geobacter_llvm::{Builder, Function, Module};

use super::supplant;

/// A function without effect, called before each allocation so that the linker finds the allocator's shim. It would keep
/// the optimiser from removing allocations that are not needed.
const MARKER: &str = "__rust_no_alloc_shim_is_unstable_v2";

/// What only the entry of a kernel with a heap calls.
const SET_HEAP: &str = "__geobacter_set_heap";
/// The allocator's functions, without what comes before their names, here and in the device library.
const FUNCTIONS: [&str; 4] = ["alloc", "alloc_zeroed", "dealloc", "realloc"];

fn used<'m>(module: &'m Module<'_>) -> impl Iterator<Item = (Function<'m>, String)> {
    let allocation = module.functions().filter(|f| f.is_used() && role(&f.name()) == Some(Role::Allocation));
    allocation.map(|f| (f, path(&f.name())))
}

/// Puts the device library's allocator in the place of the global one.
pub(super) fn redirect(module: &Module<'_>) {
    if !module.function(SET_HEAP).is_some_and(|f| f.is_used()) {
        return;
    }
    for (function, path) in used(module).collect::<Vec<_>>() {
        let leaf = path.rsplit("::").next().and_then(|leaf| leaf.strip_prefix("__rust_"));
        if let Some(name) = leaf.filter(|leaf| FUNCTIONS.contains(leaf)) {
            let ours = module.get_or_add_function(&format!("{RT_PREFIX}{name}"), function.value_type());
            function.replace_all_uses_with(ours.as_value());
        }
    }
}

pub(super) fn remove_marker(module: &Module<'_>) {
    for (marker, _) in used(module).filter(|(_, path)| path.ends_with(MARKER)).collect::<Vec<_>>() {
        let empty = supplant(module, marker, "geobacter.allocation_marker");
        Builder::at_end(empty.append_block("")).ret_void();
    }
}
