//! Fences for one thread alone (`compiler_fence`) have done their work when optimisation ends; some back ends for GPUs
//! have no code for them, not even none.

use geobacter_llvm::{Module, Opcode};

pub(super) fn remove_single_thread(module: &Module<'_>) {
    for function in module.functions().filter(|f| !f.is_declaration()) {
        for fence in function.instructions().filter(|i| i.opcode() == Opcode::Fence && i.is_single_thread()) {
            fence.erase();
        }
    }
}
