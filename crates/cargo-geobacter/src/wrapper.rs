//! The rustc wrapper: adds the flag that makes a final crate's objects bitcode.
//!
//! Libraries keep their IR through `-C embed-bitcode`, which rustc ignores for everything else. Cargo has no setting for
//! "final crates only", so this stands between cargo and rustc (`build.rustc-workspace-wrapper`) and looks at the crate.

use std::ffi::OsString;
use std::process::{Command, ExitCode};

use crate::flags::FINAL_CRATE;
use crate::tool;

/// A workspace wrapper that was configured before this one took its place.
pub(crate) const INNER_WRAPPER: &str = "GEOBACTER_WORKSPACE_WRAPPER";

/// Cargo names every build script's crate so.
const BUILD_SCRIPT_PREFIX: &str = "build_script_";
/// The crate that cargo makes up to ask rustc about its target.
const PROBE: &str = "___";

pub(crate) fn main(arguments: Vec<OsString>) -> ExitCode {
    let Some((rustc, arguments)) = arguments.split_first() else {
        eprintln!("error: {} runs rustc: cargo calls it as `{0} RUSTC ARGUMENTS..`", crate::WRAPPER);
        return ExitCode::FAILURE;
    };
    let mut command = match std::env::var_os(INNER_WRAPPER).filter(|w| !w.is_empty()) {
        Some(inner) => {
            let mut command = Command::new(inner);
            command.arg(rustc);
            command
        }
        None => Command::new(rustc),
    };
    command.args(arguments);
    if is_final_crate(arguments) {
        command.arg(FINAL_CRATE);
    }
    tool::become_command(command)
}

/// Whether this call of rustc makes something that is linked, runs in the end, and may hold kernels.
///
/// Not so with an rlib among its outputs: then rustc keeps bitcode beside the host code in all of them. Not so either
/// with a static library: it is linked later, by tools that do not read bitcode.
fn is_final_crate(arguments: &[OsString]) -> bool {
    let text: Vec<&str> = arguments.iter().filter_map(|a| a.to_str()).collect();
    if value_of(&text, "--crate-name").any(|name| name.starts_with(BUILD_SCRIPT_PREFIX)) {
        return false;
    }
    if text.contains(&"--test") {
        return true;
    }
    let types: Vec<&str> = value_of(&text, "--crate-type").flat_map(|list| list.split(',')).collect();
    if types.is_empty() {
        // rustc's default is an executable. Cargo leaves it at that for tests and benchmarks without the harness; calls
        // that only ask rustc something name no crate, or one that cargo makes up for probing.
        return value_of(&text, "--crate-name").any(|name| name != PROBE)
            && !text.iter().any(|a| a.starts_with("--print"));
    }
    let has = |kinds: &[&str]| types.iter().any(|t| kinds.contains(t));
    has(&["bin", "cdylib", "dylib"]) && !has(&["lib", "rlib", "staticlib", "proc-macro"])
}

/// Values of an option that is written `--name value` or `--name=value`.
fn value_of<'a>(arguments: &'a [&'a str], name: &'a str) -> impl Iterator<Item = &'a str> {
    let separate = arguments.windows(2).filter(move |w| w[0] == name).map(|w| w[1]);
    let joined = arguments.iter().filter_map(move |a| a.strip_prefix(name)?.strip_prefix('='));
    separate.chain(joined)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_final(line: &str) -> bool {
        is_final_crate(&line.split(' ').map(OsString::from).collect::<Vec<_>>())
    }

    #[test]
    fn what_is_linked_and_run_is_final() {
        for line in [
            "--crate-name app --crate-type bin src/main.rs",
            "--crate-name app --crate-type=cdylib src/lib.rs",
            "--crate-name app src/lib.rs --test",
            "--crate-name no_harness tests/no_harness.rs --cfg test",
        ] {
            assert!(is_final(line), "{line}");
        }
    }

    #[test]
    fn libraries_and_what_runs_at_build_time_are_not() {
        for line in [
            "-vV",
            "--print cfg",
            "- --crate-name ___ --print=file-names",
            "--crate-name app --crate-type lib src/lib.rs",
            "--crate-name app --crate-type proc-macro src/lib.rs",
            "--crate-name build_script_build --crate-type bin build.rs",
            "--crate-name app --crate-type cdylib --crate-type rlib src/lib.rs",
            "--crate-name app --crate-type staticlib --crate-type cdylib src/lib.rs",
        ] {
            assert!(!is_final(line), "{line}");
        }
    }
}
