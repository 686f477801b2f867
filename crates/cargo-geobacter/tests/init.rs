//! What `cargo geobacter init` makes of a project.

mod common;

use std::ffi::OsString;
use std::path::Path;
use std::process::Command;

use common::{container, fixture, geobacter, kernel_names, succeed, target_dir, tool};

/// A copy of the fixture's manifest in a folder of its own, with `config` as its cargo configuration.
fn project(config: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir_all(folder.path().join("src")).unwrap();
    std::fs::create_dir_all(folder.path().join(".cargo")).unwrap();
    let manifest = "[package]\nname = \"fresh\"\nversion = \"0.0.0\"\nedition = \"2024\"\n[workspace]\n";
    std::fs::write(folder.path().join("Cargo.toml"), manifest).unwrap();
    std::fs::write(folder.path().join("src/main.rs"), "fn main() {}\n").unwrap();
    std::fs::write(folder.path().join(".cargo/config.toml"), config).unwrap();
    folder
}

fn init(folder: &Path, arguments: &[&str]) -> std::process::Output {
    geobacter("init").arg("init").args(arguments).current_dir(folder).output().unwrap()
}

fn config(folder: &Path) -> String {
    std::fs::read_to_string(folder.join(".cargo/config.toml")).unwrap()
}

#[test]
fn an_existing_configuration_is_kept_and_completed_once() {
    let theirs = "# mine\n[build]\njobs = 1 # one\n";
    let folder = project(theirs);
    assert_eq!(init(folder.path(), &["--check"]).status.code(), Some(1), "there is something to do");
    assert_eq!(config(folder.path()), theirs, "--check changes nothing");
    assert!(init(folder.path(), &[]).status.success());
    let done = config(folder.path());
    assert!(done.starts_with("# mine\n[build]\njobs = 1 # one\n"), "{done}");
    assert!(done.contains("-Clinker=geobacter-cc") && done.contains("geobacter-rustc"), "{done}");
    assert!(init(folder.path(), &["--check"]).status.success(), "there is nothing left to do");
    assert!(init(folder.path(), &[]).status.success());
    assert_eq!(config(folder.path()), done);
}

#[test]
fn a_damaged_configuration_is_left_alone() {
    let folder = project("[build\n");
    let output = init(folder.path(), &[]);
    assert!(!output.status.success());
    assert!(!output.stderr.is_empty());
    assert_eq!(config(folder.path()), "[build\n");
}

/// The settings work as written: plain cargo, with the helpers on `PATH`, builds what `cargo geobacter` builds.
#[test]
fn plain_cargo_builds_kernels_with_the_settings() {
    let folder = project("");
    assert!(init(folder.path(), &[]).status.success());
    let bin = tool().parent().unwrap().to_path_buf();
    let mut path = OsString::from(&bin);
    path.push(":");
    path.push(std::env::var_os("PATH").unwrap());
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut build = Command::new(cargo);
    build
        .args(["build", "-q", "-p", "app", "--example", "one", "--config"])
        .arg(folder.path().join(".cargo/config.toml"));
    build.current_dir(fixture()).env("PATH", path).env("CARGO_TARGET_DIR", target_dir("plain"));
    for variable in ["RUSTFLAGS", "CARGO_ENCODED_RUSTFLAGS", "RUSTC_WORKSPACE_WRAPPER"] {
        build.env_remove(variable);
    }
    succeed(&mut build);
    let example = target_dir("plain").join("debug/examples/one");
    assert!(container(&example).is_some());
    assert!(kernel_names(&example).contains(&"one::in_example".to_owned()));
}
