//! LLVM's optimiser, with the target taking part.

use geobacter_llvm::{Module, TargetMachine};

use crate::CompileError;
use crate::session::Session;

/// Everything that is not the kernel is internal by now, so what it does not reach goes first: most of what was pulled
/// for a panic or a vtable need not be optimised. Address spaces are inferred before the main pipeline too, so that its
/// memory optimisations see them.
const PIPELINE: &str = "globaldce,function(infer-address-spaces),default<O3>,globaldce";

pub(crate) fn optimise(
    session: &Session<'_>,
    module: &mut Module<'_>,
    machine: &TargetMachine,
) -> Result<(), CompileError> {
    // Broken IR makes passes crash; an error that says what is broken is the better end.
    session.llvm(module.verify())?;
    session.llvm(module.run_passes(PIPELINE, Some(machine)))?;
    session.dump("optimised", module);
    Ok(())
}
