//! The linker shim: rustc runs it in place of the linker.
//!
//! A link without kernels (every build script, every procedural macro) goes straight to the real linker. One with kernels
//! gets one more object: the container with everything the kernels reach.

mod embed;
mod link_line;

use std::ffi::OsString;
use std::process::{Command, ExitCode};

use anyhow::{Context, Result};

use self::link_line::LinkLine;
use crate::project::{CAPTURE, INNER_LINKER};
use crate::tool;

/// What links where nothing else is configured: what rustc itself would run.
const DEFAULT_LINKER: &str = "cc";

pub(crate) fn main(arguments: Vec<OsString>) -> ExitCode {
    let line = LinkLine::parse(&arguments);
    let linker = real_linker(&arguments, &line);
    if std::env::var_os(CAPTURE).is_some_and(|v| v == "off") || !line.has_kernels() {
        return tool::become_command(linker);
    }
    link_with_kernels(linker, &line).unwrap_or_else(|error| {
        eprintln!("error: the kernels of `{}` could not be embedded: {error:#}", line.crate_name());
        ExitCode::FAILURE
    })
}

/// The real linker with the arguments of this call.
fn real_linker(arguments: &[OsString], line: &LinkLine) -> Command {
    let configured = std::env::var_os(INNER_LINKER).filter(|l| !l.is_empty());
    let mut command = Command::new(configured.unwrap_or_else(|| DEFAULT_LINKER.into()));
    command.args(arguments).args(line.lld_arguments());
    command
}

fn link_with_kernels(mut linker: Command, line: &LinkLine) -> Result<ExitCode> {
    let Some(object) = embed::object_with_kernels(line)? else {
        return Ok(tool::become_command(linker));
    };
    let output = line.output.as_deref().context("the linker was given no `-o`")?;
    // Next to the output: rustc's own temporary folder is not always on the command line, and /tmp may be another disk.
    let folder = output.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or_else(|| ".".as_ref());
    let mut file = tempfile::Builder::new()
        .prefix(".geobacter-")
        .suffix(".o")
        .tempfile_in(folder)
        .with_context(|| format!("cannot write to {}", folder.display()))?;
    std::io::Write::write_all(&mut file, &object).with_context(|| format!("cannot write {}", file.path().display()))?;
    let program = linker.get_program().to_owned();
    let status =
        linker.arg(file.path()).status().with_context(|| format!("cannot run the linker `{}`", program.display()))?;
    Ok(tool::exit_code(status))
}
