//! LLVM's optimiser, with the target taking part.

use std::ffi::CStr;

use geobacter_llvm::{Module, TargetMachine};

use crate::CompileError;
use crate::session::Session;

/// Everything that is not the kernel is internal by now, so what it does not reach goes first: most of what was pulled
/// for a panic or a vtable need not be optimised. Address spaces are inferred before the main pipeline too, so that its
/// memory optimisations see them.
const PIPELINE: &str = "globaldce,function(infer-address-spaces),default<O3>,globaldce";

/// What LLVM has no better place for than its command line.
///
/// - A reference's alignment is an attribute of the parameter it was passed for, and inlining forgets it; with the
///   first option it becomes an assumption, and four 4-byte loads of a 16-byte element become one.
/// - A loop over a slice counts its turns by a difference of addresses, which LLVM takes for too expensive to compute
///   before a loop that it would unroll; a kernel does that once and the loop millions of times.
/// - What a turn of an unrolled loop may grow to: four turns of an n-body loop, as vendor compilers unroll it.
/// - Straight-line strength reduction compares each sum of a block with all others, by way of everything they are made
///   of: a third of the time that SHA-256 took. What it reduces, loop strength reduction has reduced before.
/// - Sums of more terms than this are not flattened for comparison. Addresses have few; those of hash functions hundreds.
const OPTIONS: [&CStr; 5] = [
    c"-preserve-alignment-assumptions-during-inlining",
    c"-scev-cheap-expansion-budget=16",
    c"-unroll-partial-threshold=150",
    c"-opt-disable=slsr",
    c"-scev-addops-inline-threshold=16",
];

pub(crate) fn optimise(
    session: &Session<'_>,
    module: &mut Module<'_>,
    machine: &TargetMachine,
) -> Result<(), CompileError> {
    // Broken IR makes passes crash; an error that says what is broken is the better end.
    session.llvm(module.verify())?;
    session.llvm.set_options_once(&OPTIONS);
    session.llvm(module.run_passes(PIPELINE, Some(machine)))?;
    session.dump("optimised", module);
    Ok(())
}
