//! cargo geobacter: build, run, inspect and diagnose programs with kernels.
//!
//! One program under three names, told apart by the file name it is started as:
//!
//! | name | who runs it | its one job |
//! |---|---|---|
//! | `cargo-geobacter` | people, as `cargo geobacter` | runs cargo with the settings that kernels need; the tools |
//! | `geobacter-rustc` | cargo, in front of rustc, for workspace members | keeps the bitcode of final crates |
//! | `geobacter-cc` | rustc, as the linker | captures kernels and links them in, then runs the real linker |

mod cli;
mod commands;
mod emulator;
mod executable;
mod flags;
mod loader;
mod parallel;
mod project;
mod settings;
mod shim;
mod tool;
mod wrapper;

use std::ffi::OsStr;
use std::path::Path;
use std::process::ExitCode;

/// The file name under which this program is the linker shim.
pub const SHIM: &str = "geobacter-cc";
/// The file name under which this program is the rustc wrapper.
pub const WRAPPER: &str = "geobacter-rustc";

/// Runs as whatever this process was started as.
pub fn main() -> ExitCode {
    let arguments: Vec<_> = std::env::args_os().collect();
    let name = arguments.first().and_then(|a| Path::new(a).file_name()).and_then(OsStr::to_str).unwrap_or_default();
    match name {
        SHIM => shim_main(),
        WRAPPER => wrapper_main(),
        _ => cli::main(arguments),
    }
}

/// Runs as the linker shim.
pub fn shim_main() -> ExitCode {
    shim::main(std::env::args_os().skip(1).collect())
}

/// Runs as the rustc wrapper.
pub fn wrapper_main() -> ExitCode {
    wrapper::main(std::env::args_os().skip(1).collect())
}

/// Reports an error the way cargo does, causes and all.
fn report(error: &anyhow::Error) {
    eprintln!("error: {error:#}");
}
