//! The rustc wrapper under its own name.

use std::process::ExitCode;

fn main() -> ExitCode {
    cargo_geobacter::wrapper_main()
}
