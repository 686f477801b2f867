//! The global allocator. Devices have none yet: what the optimiser cannot remove is refused afterwards.

use geobacter_container::symbols::{Role, path, role};
use geobacter_llvm::{Builder, Module};

use super::supplant;

/// A function without effect, called before each allocation so that the linker finds the allocator's shim. It would keep
/// the optimiser from removing allocations that are not needed.
const MARKER: &str = "__rust_no_alloc_shim_is_unstable_v2";

pub(super) fn remove_marker(module: &Module<'_>) {
    let markers: Vec<_> = module
        .functions()
        .filter(|f| {
            let name = f.name();
            role(&name) == Some(Role::Allocation) && path(&name).ends_with(MARKER)
        })
        .collect();
    for marker in markers {
        let empty = supplant(module, marker, "geobacter.allocation_marker");
        Builder::at_end(empty.append_block("")).ret_void();
    }
}
