//! `build`, `run`, `test`, `bench`, `check` and every other cargo command: cargo, with the settings that kernels need.

use std::ffi::{OsStr, OsString};
use std::process::{Command, ExitCode};

use anyhow::Result;

use crate::project::{self, Project, TARGETS};
use crate::{emulator, tool};

/// The device that programs run on when they do not choose one.
pub(crate) const DEVICE: &str = "GEOBACTER_DEVICE";

/// What was asked for on the command line.
#[derive(Debug, Default)]
pub(crate) struct Request {
    pub(crate) targets: Option<OsString>,
    pub(crate) device: Option<OsString>,
    pub(crate) emulate: Option<OsString>,
    pub(crate) cargo: Vec<OsString>,
}

impl Request {
    /// Takes this tool's own options out of cargo's arguments, up to a `--`.
    pub(crate) fn from_arguments(arguments: Vec<OsString>) -> Request {
        let mut request = Request::default();
        let mut arguments = arguments.into_iter();
        while let Some(argument) = arguments.next() {
            if argument == "--" {
                request.cargo.push(argument);
                request.cargo.extend(arguments);
                break;
            }
            match own_option(&argument) {
                Some((name, value)) => *request.place(name) = value.or_else(|| arguments.next()),
                None => request.cargo.push(argument),
            }
        }
        request
    }

    /// Where the value of one of `OWN_OPTIONS` goes.
    fn place(&mut self, name: &str) -> &mut Option<OsString> {
        match name {
            "--targets" => &mut self.targets,
            "--device" => &mut self.device,
            _ => &mut self.emulate,
        }
    }
}

/// The options that are not cargo's. Each has a value.
const OWN_OPTIONS: &[&str] = &["--targets", "--device", "--emulate"];

/// `--targets`, `--targets=LIST`, and the same for the others.
fn own_option(argument: &OsStr) -> Option<(&'static str, Option<OsString>)> {
    let text = argument.to_str()?;
    OWN_OPTIONS.iter().copied().find_map(|name| match text.strip_prefix(name)? {
        "" => Some((name, None)),
        rest => Some((name, Some(rest.strip_prefix('=')?.into()))),
    })
}

/// Runs a cargo command in place of this process.
pub(crate) fn cargo(command: &OsStr, request: Request) -> Result<ExitCode> {
    Ok(tool::become_command(command_for(command, &request)?))
}

/// A cargo command with everything set so that kernels are captured.
pub(crate) fn command_for(command: &OsStr, request: &Request) -> Result<Command> {
    let project = Project::find(&request.cargo)?;
    let targets = match &request.targets {
        Some(list) => normal_targets(&list.to_string_lossy())?,
        None => normal_targets(&std::env::var(TARGETS).unwrap_or_default())?,
    };
    let mut cargo = Command::new(tool::cargo());
    cargo.arg(command).args(&request.cargo).envs(project::environment(&project, &request.cargo, &targets)?);
    // Cargo would read these before the encoded ones, which hold their values already.
    cargo.env_remove("RUSTFLAGS").env_remove("RUSTDOCFLAGS");
    if let Some(processors) = &request.emulate {
        cargo.envs(emulator::environment(&project, processors, &request.cargo)?);
    }
    if let Some(device) = &request.device {
        cargo.env(DEVICE, device);
    }
    Ok(cargo)
}

/// The list of targets in one spelling, so that the same targets never rebuild.
fn normal_targets(list: &str) -> Result<String> {
    let mut targets: Vec<&str> = list.split(',').map(str::trim).filter(|t| !t.is_empty()).collect();
    targets.sort_unstable();
    targets.dedup();
    for target in &targets {
        let plausible = target.starts_with("sm_") || target.starts_with("gfx");
        anyhow::ensure!(
            plausible,
            "`{target}` is no target: write `sm_90` for an NVIDIA GPU, `gfx90a` for an AMD one, or several with commas"
        );
    }
    Ok(targets.join(","))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_targets_are_the_same_list() {
        assert_eq!(normal_targets(" sm_90, gfx90a,sm_90,").unwrap(), "gfx90a,sm_90");
        assert!(normal_targets("cuda").is_err());
    }
}
