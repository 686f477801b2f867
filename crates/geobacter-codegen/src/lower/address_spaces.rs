//! Variables and constants move to the address spaces in which the target accesses them best.

use geobacter_llvm::{GlobalVariable, Linkage, Module};

use crate::session::Session;

pub(super) fn move_globals(session: &Session<'_>, module: &mut Module<'_>) {
    let generic = |g: &GlobalVariable<'_>| g.ty().address_space() == Some(0);
    let movable: Vec<_> =
        module.globals().filter(|g| generic(g) && !g.is_declaration() && !g.is_thread_local()).collect();
    for old in movable {
        let space = session.target.global_address_space(old.is_constant_memory());
        if space != 0 {
            move_one(module, old, space);
        }
    }
    module.delete_globals(|g| generic(&g) && !g.is_declaration() && !g.is_used());
}

fn move_one<'m>(module: &'m Module<'_>, old: GlobalVariable<'m>, space: u32) {
    let new = module.add_global("", old.value_type(), space);
    new.set_initializer(old.initializer().expect("a definition"));
    new.set_constant_memory(old.is_constant_memory());
    new.set_linkage(Linkage::Internal);
    new.set_alignment(old.alignment().max(1));
    old.replace_all_uses_with(new.const_address_space_cast(old.ty()));
    new.set_name(&old.name());
}
