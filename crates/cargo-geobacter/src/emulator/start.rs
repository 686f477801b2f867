//! How programs come to the libraries that the emulated GPU needs.
//!
//! Mostly by a folder on their library path. A runtime from another distribution may need a newer C library than the system
//! has, and that cannot be exchanged without the dynamic loader that belongs to it. Then programs are started by that
//! loader: cargo's runner. What they start themselves are the system's programs on the system's libraries, as ever.

use std::env;
use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail, ensure};
use cargo_config2::Config;

use super::runtime::RUNTIME;
use crate::project;

const LIBRARY_PATH: &str = "LD_LIBRARY_PATH";
/// The dynamic loader's file, as x86-64's ABI names it.
const LOADER: &str = "ld-linux-x86-64.so.2";

/// What to set so that programs find the driver in `driver`, and the runtime in `runtime` where that is a folder of its own.
pub(super) fn environment(
    driver: &Path,
    runtime: Option<&Path>,
    cargo_arguments: &[OsString],
) -> Result<Vec<(OsString, OsString)>> {
    let loader = runtime.map(|folder| folder.join(LOADER)).filter(|loader| loader.is_file());
    let (Some(runtime), Some(loader)) = (runtime, loader) else {
        let folders = std::iter::once(driver).chain(runtime);
        return Ok(vec![(LIBRARY_PATH.into(), in_front(folders)?)]);
    };
    let path = in_front([driver, runtime])?;
    for text in [loader.as_os_str(), &path] {
        ensure!(
            !text.to_string_lossy().contains(char::is_whitespace),
            "cargo cannot be told of a folder with a space in its name, and `{}` has one: move what {RUNTIME} names, or \
             the target folder",
            text.display()
        );
    }
    let config = Config::load().context("cannot read cargo's configuration files")?;
    let triple = project::build_triple(&config, cargo_arguments)?;
    if let Some(runner) = config.runner(triple.as_str())? {
        bail!(
            "{RUNTIME} needs programs to be started by {}, and the runner `{}` is configured for them",
            loader.display(),
            runner.path.display()
        );
    }
    let mut runner = loader.into_os_string();
    runner.push(" --library-path ");
    runner.push(path);
    // The driver's folder alone is harmless to whatever else is started.
    Ok(vec![(runner_variable(&triple), runner), (LIBRARY_PATH.into(), in_front([driver])?)])
}

/// Cargo's name for the runner of a target.
fn runner_variable(triple: &str) -> OsString {
    format!("CARGO_TARGET_{}_RUNNER", triple.to_uppercase().replace(['-', '.'], "_")).into()
}

/// The library path with these folders before all others.
fn in_front<'f>(folders: impl IntoIterator<Item = &'f Path>) -> Result<OsString> {
    let old = env::var_os(LIBRARY_PATH).unwrap_or_default();
    joined(folders, &old)
}

fn joined<'f>(folders: impl IntoIterator<Item = &'f Path>, old: &OsStr) -> Result<OsString> {
    let others = env::split_paths(old).filter(|other| !other.as_os_str().is_empty());
    let all: Vec<PathBuf> = folders.into_iter().map(Path::to_path_buf).chain(others).collect();
    env::join_paths(&all).with_context(|| {
        let bad = all.iter().find(|folder| folder.to_string_lossy().contains(':')).unwrap_or(&all[0]);
        format!("{} cannot be in {LIBRARY_PATH}: its name has a colon", bad.display())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_go_in_front_of_what_was_there() {
        let ours = [Path::new("/a"), Path::new("/b")];
        assert_eq!(joined(ours, OsStr::new("/c::/d")).unwrap(), "/a:/b:/c:/d");
        assert_eq!(joined(ours, OsStr::new("")).unwrap(), "/a:/b");
        let error = joined([Path::new("/a:b")], OsStr::new("")).unwrap_err().to_string();
        assert_eq!(error, "/a:b cannot be in LD_LIBRARY_PATH: its name has a colon");
    }

    #[test]
    fn the_runner_is_named_after_the_target() {
        assert_eq!(runner_variable("x86_64-unknown-linux-gnu"), "CARGO_TARGET_X86_64_UNKNOWN_LINUX_GNU_RUNNER");
    }
}
