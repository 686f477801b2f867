//! `--emulate`: what programs are given, and what is said where that cannot be.

mod common;

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
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
    let ours = ["GEOBACTER_DEVICE", "GEOBACTER_EMULATE", "GEOBACTER_EMULATOR_RUNTIME", "GEOBACTER_LLVM"];
    for variable in ours.into_iter().chain(["LD_LIBRARY_PATH"]) {
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
fn several_gpus_are_a_list() {
    if !has_runtime("several_gpus_are_a_list") {
        return;
    }
    let run = ["run", "-q", "--emulate", "gfx90a, gfx90a", "-p", "app", "--example", "environment"];
    let output = stdout(&succeed(&mut emulating(&run)));
    assert_eq!(value(&output, "GEOBACTER_EMULATE"), "gfx90a,gfx90a");
    let said = failure(&mut emulating(&["run", "--emulate", "gfx90a,gfx1", "-p", "app"]));
    assert!(said.contains("error: `gfx1` cannot be emulated; what can be is: gfx90a"), "{said}");
}

/// AMD's runtime of this system.
fn system_runtime() -> PathBuf {
    let output = Command::new("ldconfig").arg("-p").output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let line = text.lines().find(|line| line.contains("libhsa-runtime64.so.1")).unwrap();
    line.rsplit_once("=> ").unwrap().1.into()
}

#[test]
fn a_runtime_that_does_not_know_the_processor_is_named() {
    if !has_runtime("a_runtime_that_does_not_know_the_processor_is_named") {
        return;
    }
    let runtime = system_runtime();
    let run = ["run", "-q", "--emulate", "gfx1100", "-p", "app", "--example", "environment"];
    let knows = fs::read(&runtime).unwrap().windows(8).any(|bytes| bytes == b"gfx1100\0");
    if knows {
        assert_eq!(value(&stdout(&succeed(&mut emulating(&run))), "GEOBACTER_EMULATE"), "gfx1100");
    } else {
        let said = failure(&mut emulating(&run));
        assert!(said.contains(&format!("{} is too old for gfx1100", runtime.display())), "{said}");
        assert!(said.contains("6.1.2 (Debian 13)") && said.contains("GEOBACTER_EMULATOR_RUNTIME"), "{said}");
    }
}

#[test]
fn a_runtimes_own_loader_starts_the_program() {
    let loader = Path::new("/lib64/ld-linux-x86-64.so.2");
    if !has_runtime("a_runtimes_own_loader_starts_the_program") || !loader.exists() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    symlink(system_runtime(), folder.path().join("libhsa-runtime64.so.1")).unwrap();
    let run = ["run", "-q", "--emulate", "gfx90a", "-p", "app", "--example", "environment"];
    let run = || {
        let mut command = emulating(&run);
        command.env("GEOBACTER_EMULATOR_RUNTIME", folder.path());
        command
    };
    // Without a loader it is one more folder on the path.
    let output = stdout(&succeed(&mut run()));
    let own = fs::canonicalize(folder.path()).unwrap();
    assert!(value(&output, "LD_LIBRARY_PATH").split(':').any(|folder| Path::new(folder) == own), "{output}");
    assert!(value(&output, "EXECUTABLE").contains("environment"), "{output}");
    // With one, no other program sees the folder.
    symlink(loader, folder.path().join("ld-linux-x86-64.so.2")).unwrap();
    let output = stdout(&succeed(&mut run()));
    assert_eq!(Path::new(value(&output, "EXECUTABLE")), fs::canonicalize(loader).unwrap());
    assert!(value(&output, "LD_LIBRARY_PATH").split(':').all(|folder| Path::new(folder) != own), "{output}");
    let said = failure(run().env("CARGO_TARGET_X86_64_UNKNOWN_LINUX_GNU_RUNNER", "time"));
    assert!(said.contains("the runner `time` is configured"), "{said}");
}

#[test]
fn a_folder_without_a_runtime_is_refused() {
    if !has_runtime("a_folder_without_a_runtime_is_refused") {
        return;
    }
    let mut run = emulating(&["run", "--emulate", "gfx90a", "-p", "app"]);
    let said = failure(run.env("GEOBACTER_EMULATOR_RUNTIME", "/no/such/folder"));
    assert!(said.contains("GEOBACTER_EMULATOR_RUNTIME=/no/such/folder: there is no libhsa-runtime64.so.1"), "{said}");
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
