//! The rustc wrapper: adds the flag that makes a final crate's objects bitcode.
//!
//! Libraries keep their IR through `-C embed-bitcode`, which rustc ignores for everything else. Cargo has no setting for
//! "final crates only", so this stands between cargo and rustc (`build.rustc-workspace-wrapper`) and looks at the crate.

mod dep_info;

use std::ffi::OsString;
use std::path::Path;
use std::process::{Command, ExitCode};

use crate::flags::FINAL_CRATE;
use crate::tool;

/// A workspace wrapper that was configured before this one took its place.
pub(crate) const INNER_WRAPPER: &str = "GEOBACTER_WORKSPACE_WRAPPER";

/// Cargo names every build script's crate so.
const BUILD_SCRIPT_PREFIX: &str = "build_script_";
/// The crate that cargo makes up to ask rustc about its target.
const PROBE: &str = "___";

/// Makes rustc keep bitcode in the objects that all outputs share.
const ALSO_RLIB: &str = "--crate-type=rlib";

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
    let text: Vec<&str> = arguments.iter().filter_map(|a| a.to_str()).collect();
    let Some(flag) = extra_flag(&text) else {
        command.args(arguments);
        return tool::become_command(command);
    };
    command.args(leave_lto_to_the_linker(arguments)).arg(flag);
    match dep_info::path(&text) {
        Some(file) => run_and_note(command, &file),
        None => tool::become_command(command),
    }
}

/// The arguments without `-C lto`. rustc would optimise the whole program for the host, down to x86 vectors, before the
/// linker sees it; a linker that is given bitcode does the same afterwards, and the kernels are captured in between.
fn leave_lto_to_the_linker(arguments: &[OsString]) -> Vec<&OsString> {
    let is_lto = |option: &str| option == "lto" || option.starts_with("lto=");
    let mut kept = Vec::with_capacity(arguments.len());
    let mut arguments = arguments.iter().peekable();
    while let Some(argument) = arguments.next() {
        let joined = argument.to_str().and_then(|a| a.strip_prefix("-C")).is_some_and(is_lto);
        let separate = argument == "-C" && arguments.peek().and_then(|a| a.to_str()).is_some_and(is_lto);
        if separate {
            arguments.next();
        } else if !joined {
            kept.push(argument);
        }
    }
    kept
}

fn run_and_note(mut command: Command, dep_info: &Path) -> ExitCode {
    let status = match command.status() {
        Ok(status) => status,
        Err(error) => {
            eprintln!("error: cannot run `{}`: {error}", command.get_program().display());
            return ExitCode::from(127);
        }
    };
    if status.success()
        && let Err(error) = dep_info::add_variables(dep_info)
    {
        eprintln!("error: cannot write {}: {error}", dep_info.display());
        return ExitCode::FAILURE;
    }
    tool::exit_code(status)
}

/// What this call of rustc needs besides, where it makes something that is linked, runs in the end, and may hold kernels.
///
/// With an rlib among its outputs it needs nothing: then rustc keeps bitcode beside the host code in all of them. So a
/// shared library that is also built as a static one gets an rlib: bitcode alone would be no use to the tools that link
/// the static one later.
fn extra_flag(text: &[&str]) -> Option<&'static str> {
    if value_of(text, "--crate-name").any(|name| name.starts_with(BUILD_SCRIPT_PREFIX)) {
        return None;
    }
    if text.contains(&"--test") {
        return Some(FINAL_CRATE);
    }
    let types: Vec<&str> = value_of(text, "--crate-type").flat_map(|list| list.split(',')).collect();
    if types.is_empty() {
        // rustc's default is an executable. Cargo leaves it at that for tests and benchmarks without the harness; calls
        // that only ask rustc something name no crate, or one that cargo makes up for probing.
        let builds = value_of(text, "--crate-name").any(|name| name != PROBE);
        return (builds && !text.iter().any(|a| a.starts_with("--print"))).then_some(FINAL_CRATE);
    }
    let has = |kinds: &[&str]| types.iter().any(|t| kinds.contains(t));
    if !has(&["bin", "cdylib", "dylib"]) || has(&["lib", "rlib", "proc-macro"]) {
        None
    } else if has(&["staticlib"]) {
        Some(ALSO_RLIB)
    } else {
        Some(FINAL_CRATE)
    }
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

    fn flag(line: &str) -> Option<&'static str> {
        extra_flag(&line.split(' ').collect::<Vec<_>>())
    }

    #[test]
    fn what_is_linked_and_run_is_final() {
        for line in [
            "--crate-name app --crate-type bin src/main.rs",
            "--crate-name app --crate-type=cdylib src/lib.rs",
            "--crate-name app src/lib.rs --test",
            "--crate-name no_harness tests/no_harness.rs --cfg test",
        ] {
            assert_eq!(flag(line), Some(FINAL_CRATE), "{line}");
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
            "--crate-name app --crate-type staticlib src/lib.rs",
        ] {
            assert_eq!(flag(line), None, "{line}");
        }
    }

    #[test]
    fn a_library_that_is_also_static_keeps_host_code() {
        assert_eq!(flag("--crate-name app --crate-type staticlib --crate-type cdylib src/lib.rs"), Some(ALSO_RLIB));
    }

    #[test]
    fn link_time_optimisation_is_left_to_the_linker() {
        let words = |line: &str| line.split(' ').map(OsString::from).collect::<Vec<_>>();
        let arguments = words("-C opt-level=3 -C lto -C panic=abort -Clto=thin -C lto=fat a.rs");
        let kept: Vec<_> = leave_lto_to_the_linker(&arguments).into_iter().cloned().collect();
        assert_eq!(kept, words("-C opt-level=3 -C panic=abort a.rs"));
    }
}
