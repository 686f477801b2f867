//! The linker shim under its own name.

use std::process::ExitCode;

fn main() -> ExitCode {
    cargo_geobacter::shim_main()
}
