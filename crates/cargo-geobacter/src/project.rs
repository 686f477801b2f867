//! The project that a command is about: its folders, and what its user has configured cargo to do.
//!
//! Cargo takes flags from one source only, the environment before the configuration files. So whoever adds flags must
//! first find what the user's are, by cargo's own rules, and hand over both.

use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use cargo_config2::{Config, Flags, TargetTripleRef};

use crate::wrapper::INNER_WRAPPER;
use crate::{SHIM, WRAPPER, flags, tool};

/// The linker that the shim runs in the end.
pub(crate) const INNER_LINKER: &str = "GEOBACTER_CC";
/// Targets to compile every kernel for at link time, separated by commas.
pub(crate) const TARGETS: &str = "GEOBACTER_TARGETS";

/// Set to `off`, links without capturing anything.
pub(crate) const CAPTURE: &str = "GEOBACTER_CAPTURE";
/// Tells one build of this tool from another.
pub(crate) const TOOL: &str = "GEOBACTER_TOOL";

/// A cargo project.
pub(crate) struct Project {
    pub(crate) target_dir: PathBuf,
    pub(crate) workspace_root: PathBuf,
}

impl Project {
    /// The project that cargo would work on with these arguments.
    pub(crate) fn find(cargo_arguments: &[OsString]) -> Result<Project> {
        let mut command = cargo_metadata::MetadataCommand::new();
        command.cargo_path(tool::cargo()).no_deps();
        if let Some(manifest) = option(cargo_arguments, "--manifest-path") {
            command.manifest_path(manifest);
        }
        let metadata = command.exec().map_err(plain_metadata_error)?;
        let target_dir = option(cargo_arguments, "--target-dir")
            .map_or_else(|| metadata.target_directory.clone().into_std_path_buf(), PathBuf::from);
        let target_dir = std::path::absolute(&target_dir)
            .with_context(|| format!("`{}` is no folder for build output", target_dir.display()))?;
        Ok(Project { target_dir, workspace_root: metadata.workspace_root.into_std_path_buf() })
    }
}

/// Cargo's own words, without those of the library around them.
fn plain_metadata_error(error: cargo_metadata::Error) -> anyhow::Error {
    match error {
        cargo_metadata::Error::CargoMetadata { stderr } => {
            let text = stderr.trim();
            anyhow::anyhow!("{}", text.strip_prefix("error: ").unwrap_or(text).to_owned())
        }
        other => anyhow::Error::new(other).context("cannot ask cargo about this project"),
    }
}

/// What to set in cargo's environment so that kernels are captured, on top of the user's own settings.
pub(crate) fn environment(
    project: &Project,
    cargo_arguments: &[OsString],
    targets: &str,
) -> Result<Vec<(&'static str, OsString)>> {
    let helpers = tool::place(&project.target_dir)?;
    let config = Config::load().context("cannot read cargo's configuration files")?;
    let triple = build_triple(&config, cargo_arguments)?;
    let triple = TargetTripleRef::from(triple.as_str());
    let rustflags = config.rustflags(triple.clone())?.unwrap_or_default();
    let rustdocflags = config.rustdocflags(triple.clone())?.unwrap_or_default();

    let mut set: Vec<(&'static str, OsString)> = vec![
        ("CARGO_ENCODED_RUSTFLAGS", with(rustflags.clone(), &flags::rustflags())?.into()),
        ("CARGO_ENCODED_RUSTDOCFLAGS", with(rustdocflags, &flags::rustdocflags())?.into()),
        ("PATH", helpers.path()?),
        ("RUSTC_WORKSPACE_WRAPPER", WRAPPER.into()),
        (TOOL, helpers.identity.into()),
    ];
    if !targets.is_empty() {
        set.push((TARGETS, targets.into()));
    }
    if let Some(wrapper) = &config.build.rustc_workspace_wrapper
        && wrapper.file_name() != Some(OsStr::new(WRAPPER))
    {
        set.push((INNER_WRAPPER, wrapper.clone().into()));
    }
    if std::env::var_os(INNER_LINKER).is_none()
        && let Some(linker) = users_linker(&config, triple, &rustflags)?
    {
        set.push((INNER_LINKER, linker));
    }
    Ok(set)
}

/// The triple whose flags count: cargo uses those of the target, and of the host where there is no `--target`.
pub(crate) fn build_triple(config: &Config, cargo_arguments: &[OsString]) -> Result<String> {
    let asked = option(cargo_arguments, "--target").and_then(|t| t.to_str().map(str::to_owned));
    let targets = config.build_target_for_config(asked.iter().map(String::as_str))?;
    match targets.first() {
        Some(target) => Ok(target.triple().to_owned()),
        None => Ok(config.host_triple().context("cannot ask rustc for its host")?.to_owned()),
    }
}

/// The user's flags and ours, as cargo's environment variables want them.
fn with(mut flags: Flags, ours: &[String]) -> Result<String> {
    for flag in ours {
        // LLVM refuses an option that is given twice, and `init` may have written the same ones.
        if !flags::contains(&flags.flags, flag) {
            flags.push(flag.clone());
        }
    }
    Ok(flags.encode()?)
}

fn users_linker(config: &Config, triple: TargetTripleRef<'_>, rustflags: &Flags) -> Result<Option<OsString>> {
    let configured = config.linker(triple)?.map(|l| l.as_os_str().to_owned());
    let flagged = rustflags.flags.iter().rev().find_map(|f| {
        let option = f.strip_prefix("-C").unwrap_or(f);
        option.strip_prefix("linker=").map(OsString::from)
    });
    Ok(flagged.or(configured).filter(|l| Path::new(l).file_name() != Some(OsStr::new(SHIM))))
}

/// The value of `--name value` or `--name=value`, before a `--`.
pub(crate) fn option<'a>(arguments: &'a [OsString], name: &str) -> Option<&'a OsStr> {
    let mut arguments = arguments.iter().take_while(|a| *a != "--");
    while let Some(argument) = arguments.next() {
        if argument == name {
            return arguments.next().map(OsString::as_os_str);
        }
        if let Some(value) = argument.to_str().and_then(|a| a.strip_prefix(name)?.strip_prefix('=')) {
            return Some(OsStr::new(value));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn strings(text: &str) -> Vec<String> {
        text.split(' ').map(str::to_owned).collect()
    }

    #[test]
    fn the_users_flags_come_first_and_none_is_given_twice() {
        let user = Flags::from_space_separated("-Ctarget-cpu=native -C embed-bitcode=yes");
        let ours = strings("-Cembed-bitcode=yes -Clinker=/t/geobacter-cc");
        assert_eq!(
            with(user, &ours).unwrap(),
            "-Ctarget-cpu=native\u{1f}-C\u{1f}embed-bitcode=yes\u{1f}-Clinker=/t/geobacter-cc"
        );
    }

    #[test]
    fn options_of_the_program_are_not_those_of_cargo() {
        let arguments: Vec<OsString> =
            strings("--release --target-dir=a -- --target b").iter().map(Into::into).collect();
        assert_eq!(option(&arguments, "--target-dir"), Some(OsStr::new("a")));
        assert_eq!(option(&arguments, "--target"), None);
    }
}
