//! No runtime, or one without a kernel driver: an answer that says what to do, and no more.

use std::path::Path;
use std::process::Command;

use geobacter_driver::driver::Driver;
use geobacter_hsa::HsaDriver;

/// Set in the process that asks for devices.
const CHILD: &str = "GEOBACTER_TEST_MISSING";

/// What a process of its own is told, one that finds libraries in `folder` first and no emulated kernel driver.
fn answer(folder: &Path) -> String {
    // Not what the system says that runs: that may be a dynamic loader, which this was started by.
    let program = std::env::args_os().next().expect("this test's program");
    let output = Command::new(program)
        .args(["asks_for_devices", "--exact", "--nocapture"])
        .env(CHILD, "1")
        .env("LD_LIBRARY_PATH", folder)
        .output()
        .expect("it starts again");
    assert!(output.status.success(), "{output:?}");
    String::from_utf8_lossy(&output.stdout).into_owned()
}

#[test]
fn asks_for_devices() {
    if std::env::var_os(CHILD).is_some() {
        match HsaDriver::new().devices() {
            Ok(devices) => println!("ANSWER {} device(s)", devices.len()),
            Err(why) => println!("ANSWER {why}"),
        }
    }
}

#[test]
fn a_runtime_that_cannot_be_loaded_is_an_answer() {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("libhsa-runtime64.so.1"), "no library").expect("it is writable");
    let text = answer(folder.path());
    // ROCm's own folder is looked at too.
    if Path::new("/opt/rocm/lib/libhsa-runtime64.so.1").exists() {
        eprintln!("a_runtime_that_cannot_be_loaded_is_an_answer SKIPPED: this machine has ROCm");
        return;
    }
    assert!(text.contains("libhsa-runtime64.so.1 cannot be loaded") && text.contains("install ROCr"), "{text}");
}

#[test]
fn a_runtime_without_a_kernel_driver_is_an_answer() {
    let folder = tempfile::tempdir().expect("a folder");
    let text = answer(folder.path());
    if Path::new("/dev/kfd").exists() || text.contains("cannot be loaded") {
        eprintln!("a_runtime_without_a_kernel_driver_is_an_answer SKIPPED: {}", text.trim());
        return;
    }
    assert!(text.contains("no /dev/kfd") && text.contains("hsa_init"), "{text}");
}
