//! The fixture's kernels, compiled by rustc, captured, and compiled for a target.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use geobacter_capture::Captured;
use geobacter_codegen::{CodeBounds, Constants, Emit, Job, compile as generate};

use super::{Code, llvm};

/// What `cargo geobacter` passes to rustc.
const FLAGS: &str = "-C embed-bitcode=yes -C linker-plugin-lto -C symbol-mangling-version=v0 \
                     -C llvm-args=-jump-threading-threshold=0 -C llvm-args=-unswitch-threshold=0 \
                     -C llvm-args=-simplifycfg-max-small-block-size=0";

fn build() -> PathBuf {
    let fixture = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/kernels");
    // Set for tests, the same for all of a workspace; examples include this file too, and do not come here.
    let target = Path::new(option_env!("CARGO_TARGET_TMPDIR").unwrap_or("target/tmp")).join("emulated-kernels");
    let output = Command::new(env!("CARGO"))
        .args(["build", "--quiet", "--release"])
        .current_dir(fixture)
        .env("RUSTFLAGS", FLAGS)
        .env("CARGO_TARGET_DIR", &target)
        .env_remove("CARGO_ENCODED_RUSTFLAGS")
        .output()
        .expect("cargo");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    target.join("release/deps")
}

/// Every library in `folder`, the newest of each name: earlier builds leave theirs behind.
fn libraries(folder: &Path) -> Vec<PathBuf> {
    let mut all: Vec<_> = std::fs::read_dir(folder)
        .unwrap_or_else(|e| panic!("{}: {e}", folder.display()))
        .flatten()
        .map(|e| e.path())
        .filter(|p| p.extension().is_some_and(|e| e == "rlib"))
        .collect();
    let name = |p: &PathBuf| p.file_name().unwrap().to_string_lossy().rsplit_once('-').unwrap().0.to_owned();
    all.sort_by_key(|p| (name(p), std::cmp::Reverse(std::fs::metadata(p).and_then(|m| m.modified()).ok())));
    all.dedup_by_key(|p| name(p));
    all
}

fn captured() -> &'static Captured {
    static CAPTURED: OnceLock<Captured> = OnceLock::new();
    CAPTURED.get_or_init(|| {
        let output = Command::new("rustc").args(["--print", "target-libdir"]).output().expect("rustc");
        let sysroot = String::from_utf8(output.stdout).expect("a path");
        let mut inputs = libraries(&build());
        inputs.extend(libraries(Path::new(sysroot.trim_end())));
        geobacter_capture::capture(llvm(), &inputs).expect("a good capture").expect("kernels")
    })
}

/// A kernel of the fixture, loaded, and its symbol.
pub(crate) fn compile(kernel: &str, target: &str) -> (Code, String) {
    let captured = captured();
    let name = format!("kernels::{kernel}");
    let symbol = &captured.kernels.iter().find(|k| k.name == name).expect("the kernel").symbol;
    let job = Job {
        module: &captured.module,
        kernel: symbol,
        target,
        max_group_size: 256,
        bounds: CodeBounds::NONE,
        constants: Constants::NONE,
        emit: Emit::Image,
    };
    let compiled = generate(&llvm(), &job).unwrap_or_else(|e| panic!("{kernel} for {target}: {e}"));
    (Code::load_image(&compiled.code), compiled.symbol)
}
