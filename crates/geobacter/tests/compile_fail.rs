//! What must not compile, and what the compiler then says.
//!
//! `TRYBUILD=overwrite cargo test -p geobacter --test compile_fail` writes the expected messages anew.

use std::env;
use std::ffi::OsString;
use std::path::PathBuf;
use std::process::Command;

/// The messages that are checked in come from this compiler; others word some of them differently.
const COMPILER: &str = "1.95";

/// What `cargo geobacter test` adds to cargo's environment. It would take the place of the flags with which trybuild has
/// the compiler write its messages.
const ADDED_TO_ENVIRONMENT: [&str; 3] = ["CARGO_ENCODED_RUSTFLAGS", "RUSTFLAGS", "RUSTC_WORKSPACE_WRAPPER"];

#[test]
fn misuse_does_not_compile() {
    if !compiler_version().starts_with(COMPILER) {
        eprintln!("skipped: the expected messages are those of Rust {COMPILER}");
        return;
    }
    let mut cases = Command::new(env::current_exe().expect("this test is a file"));
    for variable in ADDED_TO_ENVIRONMENT {
        cases.env_remove(variable);
    }
    let status = cases.args(["--ignored", "--exact", "cases", "--nocapture"]).status().expect("this test runs");
    assert!(status.success(), "see the messages above");
}

#[test]
#[ignore = "misuse_does_not_compile runs it, in an environment of its own"]
fn cases() {
    let tests = trybuild::TestCases::new();
    tests.pass("tests/ui/pass_*.rs");
    for case in [
        "captures_by_reference",
        "child_read_while_in_turn",
        "child_shares_output",
        "child_wrong_arguments",
        "derive_device_copy",
        "derive_kernel_arg",
        "host_reference",
        "image_read_and_write",
        "image_read_only",
        "image_shared_output",
        "image_two_texels",
        "image_wrong_format",
        "image_wrong_rank",
        "kept_group",
        "kept_work_item",
        "launcher_kept",
        "lds_escapes_scope",
        "lds_len_for_array",
        "lds_of_enum",
        "lds_read_before_barrier",
        "lds_read_kept_over_barrier",
        "lds_used_twice",
        "lds_write_while_shared",
        "lds_wrong_rank",
        "mutable_slice",
        "not_a_kernel",
        "not_device_copy",
        "read_and_write",
        "shared_output",
        "static_slice",
        "two_elements",
        "wrong_argument",
        "wrong_rank",
    ] {
        tests.compile_fail(format!("tests/ui/{case}.rs"));
    }
    // The compiler quotes the standard library in these messages where it has its source: they are checked without.
    if !sysroot().join("lib/rustlib/src").exists() {
        tests.compile_fail("tests/ui/captures_by_move.rs");
        tests.compile_fail("tests/ui/sent_work_item.rs");
        tests.compile_fail("tests/ui/child_in_turn_sent.rs");
    }
}

/// `1.95.0`, of the toolchain that cargo runs these tests with.
fn compiler_version() -> String {
    let text = output(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()), &["--version"]);
    text.split_whitespace().nth(1).unwrap_or_default().to_owned()
}

fn sysroot() -> PathBuf {
    PathBuf::from(output(env::var_os("RUSTC").unwrap_or_else(|| "rustc".into()), &["--print", "sysroot"]).trim())
}

fn output(program: OsString, arguments: &[&str]) -> String {
    let output = Command::new(program).args(arguments).output().expect("the toolchain's programs run");
    String::from_utf8_lossy(&output.stdout).into_owned()
}
