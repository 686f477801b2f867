//! From a captured module to device code: lowering, optimisation, emission.

use geobacter_llvm::Llvm;

mod error;
pub use error::CompileError;

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
    let _ = (llvm, job);
    todo!()
}
