//! Where the list of panic sites is: in comments of the PTX. It has no sections that are not loaded.

use geobacter_container::PanicSite;
use geobacter_llvm::Module;

pub(super) fn keep(module: &Module<'_>, list: &[u8]) {
    module.set_inline_asm(&(module.inline_asm() + &PanicSite::list_to_comments(list)));
}
