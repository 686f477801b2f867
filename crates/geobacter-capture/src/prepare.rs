//! Makes a parsed module safe to pull from.
//!
//! The linker pulls a definition that may be discarded (`linkonce_odr`) only where something refers to it. So that is what
//! every definition becomes, and only what kernels reach is ever read from the bitcode. Locals get names of their own,
//! the same whenever the same module is read again: a module is pulled from several times, and static data must stay one.

use geobacter_container::symbols::{canonical, role};
use geobacter_container::{KERNEL_SECTION, MARKING_SECTIONS};
use geobacter_llvm::{Builder, Function, GlobalValue, Linkage, Module, Value, Visibility};

/// Gives every definition in `module` a name and `linkonce_odr` linkage. `tag` is the module's own, a number in decimal.
pub(crate) fn prepare(module: &mut Module<'_>, tag: &str) {
    // Lists such as `llvm.used` and `llvm.global_ctors` would keep everything alive; nothing on a device reads them.
    module.delete_globals(|g| g.name().starts_with("llvm."));
    // Host assembly.
    module.set_inline_asm("");
    leave_to_the_target(module);
    let mut namer = Namer { tag, unnamed: 0 };
    for function in module.functions().filter(|f| !f.is_declaration()) {
        let is_kernel = function.section() == KERNEL_SECTION;
        if is_kernel {
            rename(function.as_global(), canonical(&function.name()));
        } else {
            if !function.section().starts_with(MARKING_SECTIONS) {
                function.set_section("");
            }
            namer.name_local(function.as_global());
        }
        function.clear_comdat();
        make_discardable(function.as_global());
    }
    for global in module.globals().filter(|g| !g.is_declaration()) {
        namer.name_local(global.as_global());
        global.clear_comdat();
        make_discardable(global.as_global());
    }
    // Aliases have no comdat but that of what they stand for.
    for alias in module.aliases() {
        match kernel_behind(alias.aliasee()) {
            Some(_) => rename(alias.as_global(), canonical(&alias.name())),
            None => namer.name_local(alias.as_global()),
        }
        make_discardable(alias.as_global());
    }
}

/// The kernel entry that an alias stands for: LLVM merges functions with equal bodies, and entries can be equal.
pub(crate) fn kernel_behind(aliasee: Value<'_>) -> Option<Function<'_>> {
    aliasee.as_function().filter(|f| f.section() == KERNEL_SECTION)
}

/// Functions that the target provides become declarations: their host bodies must not be pulled in, nor what they reach.
fn leave_to_the_target(module: &Module<'_>) {
    let provided: Vec<Function<'_>> =
        module.functions().filter(|f| !f.is_declaration() && role(&f.name()).is_some()).collect();
    for function in provided {
        let name = function.name();
        function.set_name("");
        let declaration = module.add_function(&name, function.value_type());
        function.replace_all_uses_with(declaration.as_global().as_value());
    }
}

/// Turns kernel entries that are aliases into functions, which is what a device runs.
pub(crate) fn resolve_aliases(module: &Module<'_>) {
    let merged: Vec<_> = module.aliases().filter_map(|a| Some((a, kernel_behind(a.aliasee())?))).collect();
    for (alias, entry) in merged {
        let name = alias.name();
        alias.set_name("");
        let own = module.add_function(&name, entry.value_type());
        own.set_section(KERNEL_SECTION);
        make_discardable(own.as_global());
        let builder = Builder::at_end(own.append_block("start"));
        builder.call(entry, &own.params().collect::<Vec<_>>());
        builder.ret_void();
        alias.replace_all_uses_with(own.as_global().as_value());
    }
}

fn rename(global: GlobalValue<'_>, name: &str) {
    if global.name() != name {
        global.set_name(name);
    }
}

fn make_discardable(global: GlobalValue<'_>) {
    global.set_linkage(Linkage::LinkOnceOdr);
    global.set_visibility(Visibility::Default);
}

/// Names locals after the module they are in.
struct Namer<'a> {
    tag: &'a str,
    unnamed: usize,
}

impl Namer<'_> {
    fn name_local(&mut self, global: GlobalValue<'_>) {
        if !global.linkage().is_local() && !global.name().is_empty() {
            return;
        }
        let name = match global.name() {
            name if name.is_empty() => {
                self.unnamed += 1;
                format!("anon.{}", self.unnamed)
            }
            name => name,
        };
        // The form in which LLVM itself tags promoted locals: demanglers know to leave it out.
        global.set_name(&format!("{name}.llvm.{}", self.tag));
    }
}
