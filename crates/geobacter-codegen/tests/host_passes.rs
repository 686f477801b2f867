//! Each of the four passes of the host's compiler that copy a barrier into separate branches, alone: what it makes of a kernel
//! is refused, and the same kernel as `cargo geobacter` builds it has one copy.
//!
//! Three are LLVM's. The fixture is built with the flags that hold them back; here each is then run by itself, with its own
//! thresholds, over the captured kernel. The fourth is rustc's jump threading, which no flag turns off: there, the kernel that
//! is refused lacks what stops that pass.

mod support;

use geobacter_codegen::{CodeBounds, CompileError, Constants, Emit, Job, compile};
use geobacter_llvm::Context;
use support::{GPUS, NVPTX, asm, llvm, release, symbol, try_compile};

/// Compiles a kernel for NVIDIA after `pass` has been over its captured module.
fn after(pass: &str, kernel: &str) -> Result<String, CompileError> {
    let context = Context::new(llvm());
    let mut module = context.parse_bitcode(&release().module).expect("a captured module");
    module.run_passes(pass, None).expect("a pass that LLVM has");
    let module = module.to_bitcode().to_vec();
    let kernel = symbol(release(), kernel);
    let (bounds, constants) = (CodeBounds::NONE, Constants::NONE);
    let job = Job {
        module: &module,
        kernel: &kernel,
        target: NVPTX,
        max_group_size: 256,
        bounds,
        constants,
        emit: Emit::Asm,
    };
    compile(&llvm(), &job).map(|c| String::from_utf8(c.code).expect("text"))
}

/// Refused for copies of `operation` after `pass`; and as it is built, it has one `instruction` on every GPU.
#[track_caller]
fn copied_by(pass: &str, kernel: &str, operation: &str, instruction: &str) {
    match after(pass, kernel) {
        Err(CompileError::DuplicatedConvergent { kernel: name, operation: copied, place, .. }) => {
            assert_eq!(name, format!("kernels::{kernel}"));
            assert!(copied.contains(operation), "{copied}");
            assert!(place.is_some_and(|place| place.starts_with("src/lib.rs:")));
        }
        Err(other) => panic!("{other}"),
        Ok(code) => panic!("`{pass}` leaves {kernel} with {} copies:\n{code}", code.matches(instruction).count()),
    }
    for target in GPUS {
        asm(kernel, target);
    }
    asm(kernel, NVPTX).has_times(1, instruction);
}

const JUMP_THREADING: &str = "function(jump-threading)";
const SIMPLIFY_CFG: &str = "function(simplifycfg)";
const UNSWITCHING: &str = "function(loop-simplify,lcssa,loop-mssa(simple-loop-unswitch<nontrivial>))";

#[test]
fn llvm_jump_threading_copies_a_barrier() {
    copied_by(JUMP_THREADING, "between_branches", "work_group_barrier", "bar.sync");
}

#[test]
fn llvm_jump_threading_copies_a_barrier_of_a_sub_group() {
    copied_by(JUMP_THREADING, "small_between_branches", "subgroup_barrier", "bar.warp.sync");
}

#[test]
fn simplify_cfg_copies_a_barrier() {
    copied_by(SIMPLIFY_CFG, "between_branches", "work_group_barrier", "bar.sync");
}

#[test]
fn simplify_cfg_copies_a_shuffle() {
    copied_by(SIMPLIFY_CFG, "shuffle_between_branches", "subgroup_shuffle_xor", "shfl.sync");
}

#[test]
fn loop_unswitching_copies_a_barrier() {
    copied_by(UNSWITCHING, "in_step_with_an_invariant", "work_group_barrier", "bar.sync");
}

#[test]
fn loop_unswitching_copies_a_ballot() {
    copied_by(UNSWITCHING, "votes_with_an_invariant", "subgroup_ballot", "vote.sync");
}

/// A function around a barrier is a call like any other to rustc's jump threading, unless it begins with assembly.
#[test]
fn rustc_jump_threading_copies_a_call_that_leads_to_a_barrier() {
    match try_compile(release(), "wrapped_barrier", NVPTX, Emit::Asm) {
        Err(CompileError::DuplicatedConvergent { operation, .. }) => {
            assert!(operation.contains("work_group_barrier"), "{operation}");
        }
        Err(other) => panic!("{other}"),
        Ok(compiled) => panic!("not copied:\n{}", String::from_utf8_lossy(&compiled.code)),
    }
    for target in GPUS {
        asm("wrapped_barrier_kept_whole", target);
    }
    asm("wrapped_barrier_kept_whole", NVPTX).has_times(1, "bar.sync");
}
