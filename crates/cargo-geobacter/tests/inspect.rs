//! What `cargo geobacter inspect` lists and writes, and images compiled ahead of time.

mod common;

use common::{container, fixture, geobacter, stdout, succeed, target_dir};
use geobacter_container::Container;
use serde_json::Value;

#[test]
fn kernels_are_listed_with_their_arguments() {
    let output = succeed(geobacter("inspect").args(["inspect", "-p", "app", "--example", "one"]));
    let text = stdout(&output);
    assert!(text.contains("\none::in_example\n"), "{text}");
    assert!(text.contains("arg 0  offset   56  size   16  align  8  output slice"), "{text}");
}

#[test]
fn code_is_written_with_an_index() {
    let folder = tempfile::tempdir().unwrap();
    let mut inspect = geobacter("inspect");
    inspect.args([
        "inspect",
        "-p",
        "app",
        "--example",
        "one",
        "--target",
        "sm_90,gfx1100",
        "--kernel",
        "in_example",
        "-o",
    ]);
    succeed(inspect.arg(folder.path()));
    let index = std::fs::read_to_string(folder.path().join("kernels.json")).unwrap();
    let kernels: Vec<Value> = serde_json::from_str(&index).unwrap();
    assert_eq!(kernels.len(), 2, "{index}");
    for (kernel, mark) in kernels.iter().zip([".entry", ".amdhsa_kernel"]) {
        assert_eq!(kernel["name"], "one::in_example");
        assert_eq!(kernel["args"][0]["kind"], "output slice");
        let code = std::fs::read_to_string(folder.path().join(kernel["file"].as_str().unwrap())).unwrap();
        let symbol = kernel["symbol"].as_str().unwrap();
        assert!(code.contains(mark) && code.contains(symbol), "{symbol} is not in\n{code}");
    }
}

#[test]
fn arguments_are_fixed_when_asked() {
    let folder = tempfile::tempdir().unwrap();
    let inspect = |fix: &str| {
        let mut inspect = geobacter("inspect");
        inspect.args(["inspect", "-p", "app", "--example", "one", "--target", "sm_90", "--kernel", "in_example"]);
        inspect.args(["--fix", fix, "-o"]).arg(folder.path()).output().unwrap()
    };
    let code = |fix: &str| {
        let output = inspect(fix);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        std::fs::read_to_string(folder.path().join("000-one_in_example.ptx")).unwrap()
    };
    // The length that the index is compared with: less than it, or not more than one less.
    let has_length = |code: &str| [", 12345;", ", 12344;"].iter().any(|length| code.contains(length));
    let (fixed, other) = (code("0=12345"), code("0=54321"));
    assert!(has_length(&fixed) && !has_length(&other), "{fixed}\n{other}");
    let output = inspect("1=5");
    assert!(!output.status.success());
    assert!(String::from_utf8_lossy(&output.stderr).contains("no argument 1"));
}

#[test]
fn programs_without_kernels_and_unknown_kernels_are_named() {
    let tool = common::tool();
    let output = geobacter("inspect").arg("inspect").arg(&tool).output().unwrap();
    assert!(!output.status.success());
    assert!(String::from_utf8_lossy(&output.stderr).contains("carries no kernels"));
    let mut inspect = geobacter("inspect");
    let output = inspect.args(["inspect", "-p", "app", "--example", "one", "--kernel", "absent"]).output().unwrap();
    assert!(!output.status.success());
    assert!(String::from_utf8_lossy(&output.stderr).contains("there are: "));
}

#[test]
fn images_for_targets_are_embedded_and_follow_the_list() {
    // A shared library: its file has the same name whatever it is built with, so cargo must be told.
    let build = |targets: &str| {
        succeed(geobacter("targets").args(["build", "-q", "-p", "plugin", "--targets", targets]));
        let bytes = container(&target_dir("targets").join("debug/libplugin.so")).unwrap();
        let container = Container::from_bytes(&bytes).unwrap();
        let mut targets: Vec<String> = container.images.iter().map(|i| i.target.to_owned()).collect();
        targets.dedup();
        for kernel in &container.kernels {
            assert!(container.images.iter().any(|i| i.kernel == kernel.symbol && i.max_group_size == 1024));
        }
        targets
    };
    assert_eq!(build("sm_90"), ["sm_90"]);
    assert_eq!(build("sm_90,gfx90a"), ["gfx90a", "sm_90"]);
    assert_eq!(build("sm_90"), ["sm_90"]);
}

#[test]
fn a_misspelt_target_is_refused_before_anything_is_built() {
    let output = geobacter("targets").args(["build", "--targets", "ampere"]).current_dir(fixture()).output().unwrap();
    assert!(!output.status.success());
    assert!(String::from_utf8_lossy(&output.stderr).contains("`ampere` is no target"));
}
