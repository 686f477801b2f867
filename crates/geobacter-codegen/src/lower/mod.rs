//! Host code becomes device code: one file for each effect.

use geobacter_llvm::{Function, Linkage, Module, TargetMachine};

use crate::pull::Pulled;
use crate::session::Session;
use crate::{CompileError, pull};

mod abi;
mod address_spaces;
mod allocas;
mod allocation;
mod arguments;
pub(crate) mod assembly;
pub(crate) mod convergence;
mod copies;
mod detection;
mod entry;
mod exit;
mod fences;
mod formatting;
mod host_attributes;
mod ids;
mod internalise;
mod library;
mod math;
mod panics;
mod printing;
mod raw;
mod scopes;
mod sign_extensions;
mod sites;
pub(crate) mod specialise;
mod status;
mod unwinding;
mod wide;
mod x86;

pub(crate) use abi::is_group_memory;
pub(crate) use detection::LIBM;
pub(crate) use entry::Description;
pub(crate) use internalise::original_name;
pub(crate) use raw::operation as raw_operation;
pub(crate) use x86::is_host_intrinsic;

/// Everything that must happen before optimisation.
pub(crate) fn to_device(
    session: &Session<'_>,
    pulled: &mut Pulled<'_>,
    machine: &TargetMachine,
) -> Result<Description, CompileError> {
    with_device_library(session, pulled)?;
    let module = &mut pulled.module;
    // Whoever reads an error wants source positions, and is shown them from a second, unoptimised pull: from here on they
    // would only cost time. Besides, full debug info in PTX turns the driver's optimiser down.
    if !session.target.keeps_places() {
        module.strip_debug_info();
    }
    module.set_target(machine);
    allocation::remove_marker(module);
    panics::keep_small(module);
    formatting::keep_small(module);
    convergence::lower(module);
    assembly::lower(session, module)?;
    session.llvm(abi::define(session, module))?;
    session.llvm(scopes::narrow(session, module))?;
    let description = entry::make_kernel(session, module)?;
    arguments::mark_slices(session, module, &description);
    convergence::assume(module);
    internalise::internalise(session, module);
    allocas::align(module, machine);
    allocas::move_to_private(session, module);
    address_spaces::move_globals(session, module);
    session.target.flag_module(module);
    session.dump("lowered", module);
    Ok(description)
}

/// Puts calls to the device library in the place of what a device does not have, and pulls the library's code, until
/// that needs nothing more itself.
pub(crate) fn with_device_library(session: &Session<'_>, pulled: &mut Pulled<'_>) -> Result<(), CompileError> {
    let Pulled { module, library } = pulled;
    loop {
        printing::redirect(module);
        formatting::settle(session, module);
        session.llvm(unwinding::remove(module))?;
        detection::mark_caches(module);
        detection::forget(module);
        session.llvm(x86::neutralise(session, module))?;
        host_attributes::strip(module);
        allocation::redirect(module);
        panics::redirect(session, module);
        session.llvm(math::redirect(session, module))?;
        wide::redirect(module);
        library::redirect(module, library);
        if !pull::device_library(session, module)? {
            return Ok(());
        }
    }
}

/// What optimisation had to see as opaque calls gets its final form.
pub(crate) fn finish(
    session: &Session<'_>,
    module: &mut Module<'_>,
    machine: &TargetMachine,
    description: &Description,
) -> Result<(), CompileError> {
    session.llvm(sites::lower(session, module, description))?;
    // What was to report panics and has none left to report must not keep anything else.
    session.llvm(module.run_passes("globaldce", Some(machine)))?;
    assembly::refuse_foreign(session, module)?;
    status::lower(session, module);
    session.llvm(raw::settle(session, module))?;
    session.llvm(exit::lower(session, module, description))?;
    copies::widen(module);
    fences::remove_single_thread(module);
    arguments::mark_unchanging(session, module, description);
    let tidy = if detection::settle(module) | detection::forget(module) {
        "function(sccp,simplifycfg,dce),globaldce"
    } else {
        "function(dce),globaldce"
    };
    session.llvm(module.run_passes(tidy, Some(machine)))?;
    sign_extensions::hide(module);
    printing::mark(session, module);
    panics::never_recurse(module);
    session.dump("finished", module);
    Ok(())
}

/// Before the names of functions that whoever loads the code provides.
pub(crate) const PROVIDED: &str = "geobacter.provided.";

/// Whether `name` is one of the functions that are declared on purpose: they only exist between lowering and finishing, or get
/// what is to be called for them as the last thing before emission.
pub(crate) fn is_placeholder(name: &str) -> bool {
    status::is_placeholder(name) || sites::is_placeholder(name) || name.starts_with(PROVIDED)
}

/// Puts a new function of the same name and type in the place of `old`, which loses all its uses and goes with the next
/// `globaldce`. The new one is still to get a body.
fn supplant<'m>(module: &'m Module<'_>, old: Function<'m>, name: &str) -> Function<'m> {
    let new = module.add_function("", old.value_type());
    old.replace_all_uses_with(new.as_value());
    old.set_name("");
    if !old.is_declaration() {
        old.clear_comdat();
        old.set_linkage(Linkage::Internal);
    }
    new.set_name(name);
    new
}
