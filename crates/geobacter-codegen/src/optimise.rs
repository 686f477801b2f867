//! LLVM's optimiser, with the target taking part.

mod checks;
mod cold;
mod counting;
mod loops;
mod search;
mod versions;

use std::ffi::CStr;

use geobacter_llvm::{Module, TargetMachine};

use crate::CompileError;
use crate::session::Session;

/// Everything that is not the kernel is internal by now, so what it does not reach goes first: most of what was pulled
/// for a panic or a vtable need not be optimised. Address spaces are inferred before the main pipeline too, so that its
/// memory optimisations see them.
const PIPELINE: &str = "globaldce,function(infer-address-spaces),default<O3>,globaldce";

/// The form in which loops can be told about: one block before each, and a `phi` behind for what is used there.
const LOOP_FORM: &str = "function(loop-simplify,lcssa)";

/// What becomes simpler where checks have left loops. `default<O3>` has all of it, with the cost of all else. Combining
/// instructions once may leave some to be combined, which is only worth ending the process over in LLVM's own tests.
const WITHOUT_CHECKS: &str = "function(instcombine<no-verify-fixpoint>,simplifycfg,loop-mssa(licm<allowspeculation>),\
    loop(indvars),gvn,loop-unroll<O3>,instcombine<no-verify-fixpoint>,loop-mssa(licm<allowspeculation>),simplifycfg,adce)";

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

/// For code whose accesses to memory stay as they are.
const PLAIN_PIPELINE: &str = "globaldce,default<O2>,globaldce";

pub(crate) fn optimise(
    session: &Session<'_>,
    module: &mut Module<'_>,
    machine: &TargetMachine,
) -> Result<(), CompileError> {
    // Broken IR makes passes crash; an error that says what is broken is the better end.
    session.llvm(module.verify())?;
    session.llvm.set_options_once(&OPTIONS);
    if session.target.keeps_places() {
        session.llvm(module.run_passes_without_widening(PLAIN_PIPELINE, Some(machine)))?;
        session.dump("optimised", module);
        return Ok(());
    }
    counting::count(module);
    if !session.job.constants.is_empty() {
        // Loops over known numbers are unrolled, and then no longer count by ones: checks must leave them before that.
        session.llvm(module.run_passes_without_unrolling(PIPELINE, Some(machine)))?;
        checks_leave_loops(session, module, machine)?;
    }
    session.llvm(module.run_passes(PIPELINE, Some(machine)))?;
    if checks_leave_loops(session, module, machine)? {
        session.llvm(module.run_passes(WITHOUT_CHECKS, Some(machine)))?;
    }
    cold::compute_in_panics(module);
    session.dump("optimised", module);
    Ok(())
}

/// Whether there were any.
fn checks_leave_loops(
    session: &Session<'_>,
    module: &mut Module<'_>,
    machine: &TargetMachine,
) -> Result<bool, CompileError> {
    // Again: not everything was inlined before.
    counting::count(module);
    if !checks::are_in_loops(module) {
        return Ok(false);
    }
    session.llvm(module.run_passes(LOOP_FORM, Some(machine)))?;
    session.llvm(checks::leave_loops(session.target, module))?;
    session.dump("checked-before-loops", module);
    session.llvm(module.verify())?;
    Ok(true)
}
