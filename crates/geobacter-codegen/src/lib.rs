//! From a captured module to device code: lowering, optimisation, emission.
//!
//! [`compile`] reads as the list of its steps, and each is a file:
//!
//! | step | file |
//! |---|---|
//! | what is compiled for: a file of hooks for each target | `targets/` |
//! | one kernel, and what it needs, out of the captured module | `pull.rs` |
//! | host code becomes device code, one effect at a time | `lower/` |
//! | LLVM's optimiser, with the target taking part | `optimise.rs` |
//! | what no device can run is refused, with the calls that lead there | `validate.rs` |
//! | assembly, object, or what the driver loads | `emit.rs` |
//!
//! With the environment variable `GEOBACTER_DUMP_DIR` set to a folder, each step leaves its IR there.

#![allow(clippy::mutable_key_type, reason = "handles of LLVM's objects hash and compare by address")]

pub use geobacter_core::Constants;
use geobacter_llvm::{Context, Llvm, Module, TargetMachine};

mod dump;
mod emit;
mod error;
mod lower;
mod optimise;
mod pull;
mod session;
mod targets;
mod validate;

pub use error::{CompileError, Frame};
pub use geobacter_core::CodeBounds;

use session::Session;

/// What to compile.
#[derive(Clone, Copy, Debug)]
pub struct Job<'a> {
    /// The captured module's bitcode: definitions are `linkonce_odr`.
    pub module: &'a [u8],
    /// Mangled name of the kernel's device entry in it.
    pub kernel: &'a str,
    /// `sm_90`, `gfx1100`, `gfx90a:xnack-`.
    pub target: &'a str,
    /// The most work-items a work-group may have: the launch bound.
    pub max_group_size: u32,
    /// What else the launch asks of the code.
    pub bounds: CodeBounds,
    /// What of the kernarg block is the same in each launch of this code.
    pub constants: Constants<'a>,
    /// What is wanted.
    pub emit: Emit,
}

/// A stage of the pipeline to stop at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Emit {
    /// Textual LLVM IR, lowered and optimised.
    Llvm,
    /// Assembly: PTX, or AMDGPU assembly.
    Asm,
    /// The target's object: PTX again, or an unlinked AMDGPU object.
    Object,
    /// What the driver loads: PTX with its NUL, or a linked AMD code object.
    Image,
}

/// A compiled kernel.
#[derive(Clone, Debug)]
pub struct Compiled {
    /// What was asked for.
    pub code: Vec<u8>,
    /// Name of the kernel in it.
    pub symbol: String,
    /// Bytes of work-group memory it declares.
    pub group_memory: u32,
}

/// Compiles one kernel.
///
/// # Errors
/// Code that cannot run on the target, with the chain of calls that reaches it; an unknown target; a module that LLVM
/// refuses.
pub fn compile(llvm: &Llvm, job: &Job<'_>) -> Result<Compiled, CompileError> {
    let target = targets::find(job.target)?;
    let session = Session::new(*llvm, job, &*target);
    let machine = session.llvm(TargetMachine::new(*llvm, &target.spec()))?;
    let context = Context::new(*llvm);

    let mut module = device_module(&session, &context, &machine)?;
    match validate::find_unsupported(&module) {
        Some(culprit) => Err(validate::explain(&session, &context, culprit)),
        None => {
            session.llvm(target.before_emission(&module, &machine))?;
            if let Some(passes) = target.last_passes() {
                session.llvm(module.run_passes(passes, Some(&machine)))?;
            }
            emit::emit(&session, &machine, module)
        }
    }
}

/// The kernel as optimised device IR; may still hold what the device cannot run.
fn device_module<'ctx>(
    session: &Session<'_>,
    context: &'ctx Context,
    machine: &TargetMachine,
) -> Result<Module<'ctx>, CompileError> {
    let mut pulled = pull::kernel(session, context)?;
    lower::convergence::check(session, &pulled.module)?;
    let description = lower::to_device(session, &mut pulled, machine)?;
    let mut module = pulled.module;
    let specialised = lower::specialise::specialise(session, &mut module, machine, &description)?;
    optimise::optimise(session, &mut module, machine)?;
    specialised.what_is_left(session, &mut module, machine)?;
    lower::finish(session, &mut module, machine, &description)?;
    Ok(module)
}
