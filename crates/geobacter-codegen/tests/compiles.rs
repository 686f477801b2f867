//! Every kernel compiles for every target, from release and from debug builds, as far as the target can run it.

mod support;

use geobacter_codegen::{CompileError, Emit};
use support::{GPUS, NVPTX, debug, release, try_compile};

/// What devices cannot do, on purpose.
const REFUSED: &[&str] = &["prints", "sleeps", "locks", "allocates", "reads_file", "calls_c", "keeps_state"];

/// Kernels with assembly of one sort of GPU, or bad: `assembly.rs` is about these.
const ASSEMBLY: &str = "assembly::";

/// Kernels that not every device can run, by which test is about them: `raw.rs` (one vendor's operations), `host_passes.rs`.
const ELSEWHERE: &[&str] = &["amd_lanes", "amd_later_lanes", "nvidia_lanes", "nvidia_sums", "wrapped_barrier"];

/// Formatting of floats is a lot of code: seconds for each AMD target, so one has to do.
const LARGE: &str = "formats_length";

fn all(captured: &geobacter_capture::Captured, targets_of_large: &[&str]) {
    let mut failures = Vec::new();
    for kernel in &captured.kernels {
        let name = kernel.name.trim_start_matches("kernels::");
        if name.starts_with(ASSEMBLY) || ELSEWHERE.contains(&name) {
            continue;
        }
        for target in GPUS.into_iter().filter(|t| name != LARGE || targets_of_large.contains(t)) {
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
    all(release(), &[NVPTX, "gfx90a"]);
}

#[test]
fn debug_builds() {
    all(debug(), &[NVPTX]);
}
