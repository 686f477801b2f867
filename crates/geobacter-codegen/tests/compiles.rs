//! Every kernel compiles for every target, from release and from debug builds, as far as the target can run it.

mod support;

use geobacter_codegen::{CompileError, Emit};
use support::{GPUS, debug, llvm, release, try_compile};

/// What devices cannot do, on purpose.
const REFUSED: &[&str] = &["prints", "sleeps", "locks", "allocates", "reads_file", "calls_c", "keeps_state"];

fn all(captured: &geobacter_capture::Captured) {
    let mut failures = Vec::new();
    for kernel in &captured.kernels {
        let name = kernel.name.trim_start_matches("kernels::");
        for target in GPUS {
            match (try_compile(captured, name, target, Emit::Image), REFUSED.contains(&name)) {
                (Ok(compiled), false) => assert!(!compiled.code.is_empty()),
                (Err(CompileError::Unsupported { .. }), true) => {}
                (Ok(_), true) => failures.push(format!("{name} for {target} compiles")),
                (Err(error), _) => failures.push(format!("{name} for {target}: {error}")),
            }
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n\n"));
}

#[test]
fn release_builds() {
    let _ = llvm();
    all(release());
}

#[test]
fn debug_builds() {
    all(debug());
}
