//! The `cargo geobacter` command; by another file name, the linker shim or the rustc wrapper.

use std::process::ExitCode;

fn main() -> ExitCode {
    cargo_geobacter::main()
}
