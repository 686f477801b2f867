//! Building the fixture, and reading what was built.
#![allow(dead_code, reason = "each test file uses some of it")]

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use geobacter_container::{Container, SECTION};
use object::{Object, ObjectSection};

/// The tool under test.
pub(crate) fn tool() -> PathBuf {
    env!("CARGO_BIN_EXE_cargo-geobacter").into()
}

/// `cargo geobacter` in the fixture, with build output in `target`: kept between runs, so that only the first is slow.
pub(crate) fn geobacter(target: &str) -> Command {
    let mut command = Command::new(tool());
    command.current_dir(fixture());
    command.env("CARGO_TARGET_DIR", target_dir(target));
    // What the tests themselves were built with must not leak into the fixture.
    for variable in ["RUSTFLAGS", "CARGO_ENCODED_RUSTFLAGS", "CARGO_ENCODED_RUSTDOCFLAGS", "RUSTC_WORKSPACE_WRAPPER"] {
        command.env_remove(variable);
    }
    command.env_remove("GEOBACTER_TARGETS").env_remove("GEOBACTER_CC").env_remove("GEOBACTER_WORKSPACE_WRAPPER");
    command
}

pub(crate) fn fixture() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixture")
}

pub(crate) fn target_dir(target: &str) -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join("fixture").join(target)
}

/// Runs it, and shows all it said where it fails.
pub(crate) fn succeed(command: &mut Command) -> Output {
    let output = command.output().unwrap();
    assert!(
        output.status.success(),
        "{command:?}: {}\n{}\n{}",
        output.status,
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
    output
}

pub(crate) fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

/// The container's bytes in an executable; `None` where it has none.
pub(crate) fn container(executable: &Path) -> Option<Vec<u8>> {
    let bytes = std::fs::read(executable).unwrap_or_else(|e| panic!("{}: {e}", executable.display()));
    let file = object::File::parse(&*bytes).unwrap();
    file.section_by_name(SECTION).map(|section| section.data().unwrap().to_vec())
}

/// The names of the kernels in an executable, sorted.
pub(crate) fn kernel_names(executable: &Path) -> Vec<String> {
    let bytes = container(executable).unwrap_or_else(|| panic!("{} has no kernels", executable.display()));
    let container = Container::from_bytes(&bytes).unwrap();
    let mut names: Vec<String> = container.kernels.iter().map(|k| k.name.to_owned()).collect();
    names.sort();
    names
}

/// Every file in a folder whose name begins with `prefix` and that is executable, or a shared library.
pub(crate) fn programs(folder: &Path, prefix: &str) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap().map(|e| e.unwrap().path());
    let is_program = |p: &PathBuf| {
        let name = p.file_name().unwrap().to_str().unwrap();
        name.starts_with(prefix) && p.is_file() && p.extension().is_none_or(|e| e == "so")
    };
    entries.filter(is_program).collect()
}
