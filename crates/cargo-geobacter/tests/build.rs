//! What `cargo geobacter build`, `run` and `test` put into programs.

mod common;

use std::path::Path;

use common::{container, geobacter, kernel_names, programs, stdout, succeed, target_dir};
use geobacter_container::Container;

const APP_KERNELS: [&str; 5] =
    ["app::add<f32>", "app::add<u64>", "app::main::{closure#0}", "dep::own", "dep::shift<3>"];

/// Runs the fixture's program and checks that every kernel it names is one that it carries.
fn every_symbol_is_carried(target: &str, arguments: &[&str], executable: &str) {
    let output = succeed(geobacter(target).args(["run", "-q", "-p", "app"]).args(arguments));
    let bytes = container(&target_dir(target).join(executable)).unwrap();
    let container = Container::from_bytes(&bytes).unwrap();
    let printed = stdout(&output);
    assert_eq!(printed.lines().count(), APP_KERNELS.len());
    for symbol in printed.lines() {
        assert!(container.kernel(symbol).is_some(), "{symbol} is not in the container");
    }
}

#[test]
fn a_dev_build_carries_kernels_of_every_kind() {
    every_symbol_is_carried("dev", &[], "debug/app");
    assert_eq!(kernel_names(&target_dir("dev").join("debug/app")), APP_KERNELS);
}

#[test]
fn a_release_build_carries_the_same() {
    every_symbol_is_carried("release", &["--release"], "release/app");
    assert_eq!(kernel_names(&target_dir("release").join("release/app")), APP_KERNELS);
}

/// Link-time optimisation may merge kernels with equal code: then the program asks for the one that is left.
#[test]
fn a_stripped_build_with_link_time_optimisation_finds_its_kernels() {
    every_symbol_is_carried("lto", &["--profile", "lto"], "lto/app");
}

#[test]
fn arguments_are_described() {
    succeed(geobacter("dev").args(["build", "-q", "-p", "app"]));
    let bytes = container(&target_dir("dev").join("debug/app")).unwrap();
    let container = Container::from_bytes(&bytes).unwrap();
    let own = container.kernels.iter().find(|k| k.name == "dep::own").unwrap();
    let layout: Vec<_> = own.args.iter().map(|a| (a.offset, a.size, a.kind)).collect();
    assert_eq!(own.dimensions, 1);
    assert_eq!(layout, [(56, 4, 0), (64, 16, 2)], "a header of 56 bytes, an f32, a slice for output");
}

#[test]
fn examples_tests_and_shared_libraries_carry_their_own() {
    succeed(geobacter("dev").args(["build", "-q", "--workspace", "--examples", "--tests", "--lib"]));
    let debug = target_dir("dev").join("debug");
    assert!(kernel_names(&debug.join("examples/one")).contains(&"one::in_example".to_owned()));
    assert!(kernel_names(&debug.join("libplugin.so")).contains(&"plugin::in_plugin".to_owned()));
    let tests = programs(&debug.join("deps"), "kernels-");
    assert!(!tests.is_empty());
    for test in tests {
        assert!(kernel_names(&test).contains(&"kernels::in_test".to_owned()));
    }
}

#[test]
fn what_runs_at_build_time_carries_nothing() {
    succeed(geobacter("dev").args(["build", "-q", "-p", "app"]));
    let debug = target_dir("dev").join("debug");
    let builds = std::fs::read_dir(debug.join("build")).unwrap().map(|e| e.unwrap().path());
    let scripts: Vec<_> = builds.flat_map(|folder| programs(&folder, "build-script-build")).collect();
    let macros = programs(&debug.join("deps"), "libmacros-");
    assert!(!scripts.is_empty() && !macros.is_empty());
    for program in scripts.iter().chain(&macros) {
        assert!(container(program).is_none(), "{}", program.display());
    }
}

#[test]
fn two_builds_give_the_same_bytes() {
    let build = |target: &str| {
        // From nothing, so that there is nothing to take over.
        let _ = std::fs::remove_dir_all(target_dir(target));
        succeed(geobacter(target).args(["build", "-q", "-p", "app"]));
        container(&target_dir(target).join("debug/app")).unwrap()
    };
    assert!(build("once") == build("again"), "two builds of the same source differ");
}

#[test]
fn nothing_is_left_beside_the_output() {
    succeed(geobacter("dev").args(["build", "-q", "-p", "app"]));
    let files = std::fs::read_dir(target_dir("dev").join("debug/deps")).unwrap();
    let left: Vec<_> =
        files.map(|e| e.unwrap().file_name()).filter(|n| n.to_string_lossy().starts_with(".geobacter")).collect();
    assert!(left.is_empty(), "{left:?}");
}

#[test]
fn the_users_own_flags_still_count() {
    let output = succeed(geobacter("flags").args(["build", "-v", "-p", "dep"]).env("RUSTFLAGS", "--cfg theirs"));
    let log = String::from_utf8(output.stderr).unwrap();
    let line = log.lines().find(|l| l.contains("--crate-name dep")).unwrap();
    assert!(line.contains("--cfg theirs") && line.contains("-Cembed-bitcode=yes"), "{line}");
}

#[test]
fn exit_codes_and_errors_are_those_of_cargo() {
    let output = geobacter("dev").args(["build", "--no-such-option"]).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&output.stderr).contains("--no-such-option"));
    let elsewhere = tempfile::tempdir().unwrap();
    let output = geobacter("dev").arg("build").current_dir(elsewhere.path()).output().unwrap();
    assert!(!output.status.success());
    assert!(String::from_utf8_lossy(&output.stderr).contains("could not find `Cargo.toml`"));
}

#[test]
fn a_link_without_the_capture_carries_nothing() {
    succeed(geobacter("off").args(["build", "-q", "-p", "app", "--example", "one"]).env("GEOBACTER_CAPTURE", "off"));
    assert!(container(&target_dir("off").join(Path::new("debug/examples/one"))).is_none());
}
