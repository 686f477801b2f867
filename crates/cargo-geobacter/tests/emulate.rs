//! `--emulate`: what programs are given, and what is said where that cannot be.

mod common;

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::{Command, Output};

use common::{geobacter, stdout, succeed, target_dir};

/// The fixture, sharing the emulated driver of this workspace's own tests.
fn emulating(arguments: &[&str]) -> Command {
    let ours = Path::new(env!("CARGO_TARGET_TMPDIR")).with_file_name("geobacter").join("emulator");
    let place = target_dir("emulate").join("geobacter").join("emulator");
    fs::create_dir_all(&ours).unwrap();
    fs::create_dir_all(place.parent().unwrap()).unwrap();
    // Whichever test comes first makes it.
    let _ = symlink(ours, place);
    let mut command = geobacter("emulate");
    command.args(arguments);
    for variable in ["GEOBACTER_DEVICE", "GEOBACTER_EMULATE", "GEOBACTER_LLVM", "LD_LIBRARY_PATH"] {
        command.env_remove(variable);
    }
    command
}

fn failure(command: &mut Command) -> String {
    let Output { status, stderr, .. } = command.output().unwrap();
    assert!(!status.success());
    String::from_utf8(stderr).unwrap()
}

/// AMD's runtime; where there is none, the one thing to test is that this is said.
fn has_runtime(test: &str) -> bool {
    let output = Command::new("ldconfig").arg("-p").output();
    let found = output.is_ok_and(|o| String::from_utf8_lossy(&o.stdout).contains("libhsa-runtime64.so.1"));
    if !found {
        eprintln!("{test} SKIPPED: libhsa-runtime64.so.1 is not installed (`apt-get install libhsa-runtime64-1`)");
        let said = failure(&mut emulating(&["run", "--emulate", "gfx90a", "-p", "app"]));
        assert!(said.contains("`apt-get install libhsa-runtime64-1`"), "{said}");
    }
    found
}

/// The value of a variable in what the fixture's example printed.
fn value<'o>(output: &'o str, name: &str) -> &'o str {
    let line = output.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix('='));
    line.unwrap_or_else(|| panic!("no {name} in {output}"))
}

#[test]
fn programs_find_the_emulated_driver_first() {
    if !has_runtime("programs_find_the_emulated_driver_first") {
        return;
    }
    let run = ["run", "-q", "--emulate", "gfx90a", "-p", "app", "--example", "environment"];
    let output = stdout(&succeed(emulating(&run).env("LD_LIBRARY_PATH", "/some/folder")));
    // Cargo puts its own folders before ours.
    let folders: Vec<&Path> = value(&output, "LD_LIBRARY_PATH").split(':').map(Path::new).collect();
    let first = folders.iter().find(|folder| folder.join("libhsakmt.so.1").exists()).unwrap();
    assert!(first.ends_with("geobacter/emulator/driver"), "{}", first.display());
    let files: Vec<_> = fs::read_dir(first).unwrap().map(|file| file.unwrap().file_name()).collect();
    assert_eq!(files, ["libhsakmt.so.1"], "the folder holds something else");
    assert!(folders.contains(&Path::new("/some/folder")), "the user's own path is lost");
    assert_eq!(value(&output, "GEOBACTER_EMULATE"), "gfx90a");
    assert_eq!(value(&output, "GEOBACTER_DEVICE"), "hsa:0");
    assert!(Path::new(value(&output, "GEOBACTER_LLVM")).is_file());
}

#[test]
fn what_the_user_chose_stays() {
    if !has_runtime("what_the_user_chose_stays") {
        return;
    }
    let run = ["run", "-q", "--emulate=gfx90a", "-p", "app", "--example", "environment"];
    let output = stdout(&succeed(emulating(&run).env("GEOBACTER_DEVICE", "cpu")));
    assert_eq!(value(&output, "GEOBACTER_DEVICE"), "cpu");
    let output = stdout(&succeed(emulating(&run).env("GEOBACTER_DEVICE", "cpu").args(["--device", "hsa:7"])));
    assert_eq!(value(&output, "GEOBACTER_DEVICE"), "hsa:7");
}

#[test]
fn an_unknown_processor_is_refused_with_those_that_are_known() {
    if !has_runtime("an_unknown_processor_is_refused_with_those_that_are_known") {
        return;
    }
    let said = failure(&mut emulating(&["run", "--emulate", "gfx1", "-p", "app"]));
    assert!(said.contains("error: `gfx1` cannot be emulated; what can be is: gfx90a"), "{said}");
}

#[test]
fn missing_sources_are_named_with_the_remedy() {
    if !has_runtime("missing_sources_are_named_with_the_remedy") {
        return;
    }
    let mut run = emulating(&["run", "--emulate", "gfx90a", "-p", "app"]);
    let said = failure(run.env("GEOBACTER_EMULATOR_SOURCES", "/no/such/folder"));
    assert!(said.contains("they are not at /no/such/folder: set GEOBACTER_EMULATOR_SOURCES"), "{said}");
}
