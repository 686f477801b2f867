//! The fixture's kernels, compiled by rustc and captured; and a checker for emitted code.
#![allow(dead_code, reason = "each test file uses some of it")]

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use geobacter_capture::Captured;
use geobacter_codegen::{CodeBounds, CompileError, Compiled, Constants, Emit, Job, compile};
use geobacter_llvm::{Llvm, Search};

/// What `cargo geobacter` passes to rustc.
const FLAGS: &str = "-C embed-bitcode=yes -C linker-plugin-lto -C symbol-mangling-version=v0 \
                     -C llvm-args=-jump-threading-threshold=0 -C llvm-args=-unswitch-threshold=0 \
                     -C llvm-args=-simplifycfg-max-small-block-size=0";

pub(crate) const NVPTX: &str = "sm_90";
pub(crate) const GPUS: [&str; 3] = [NVPTX, "gfx90a", "gfx1100"];
pub(crate) const AMD: [&str; 2] = ["gfx90a", "gfx1100"];

pub(crate) fn llvm() -> Llvm {
    Llvm::find(&Search::default()).expect("rustc's own libLLVM")
}

fn build(profile: &str, flags: &str) -> PathBuf {
    let fixture = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/kernels");
    let target =
        Path::new(env!("CARGO_TARGET_TMPDIR")).join(if flags == FLAGS { "kernels" } else { "kernels-unprotected" });
    let output = Command::new(env!("CARGO"))
        .args(["build", "--quiet", "--profile", profile])
        .current_dir(fixture)
        .env("RUSTFLAGS", flags)
        .env("CARGO_TARGET_DIR", &target)
        .env_remove("CARGO_ENCODED_RUSTFLAGS")
        .output()
        .expect("cargo");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    target.join(if profile == "dev" { "debug" } else { profile }).join("deps")
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

fn sysroot_libraries() -> Vec<PathBuf> {
    let print = |what: &str| {
        let output = Command::new("rustc").args(["--print", what]).output().expect("rustc");
        String::from_utf8(output.stdout).expect("a path").trim_end().to_owned()
    };
    libraries(Path::new(&print("target-libdir")))
}

fn capture(profile: &str, flags: &str) -> Captured {
    let mut inputs = libraries(&build(profile, flags));
    inputs.extend(sysroot_libraries());
    geobacter_capture::capture(llvm(), &inputs).expect("a good capture").expect("kernels")
}

/// The captured kernels of a release build.
pub(crate) fn release() -> &'static Captured {
    static CAPTURED: OnceLock<Captured> = OnceLock::new();
    CAPTURED.get_or_init(|| capture("release", FLAGS))
}

/// The captured kernels of a debug build.
pub(crate) fn debug() -> &'static Captured {
    static CAPTURED: OnceLock<Captured> = OnceLock::new();
    CAPTURED.get_or_init(|| capture("dev", FLAGS))
}

/// The captured kernels of a release build without the flags that hold back copies of barriers.
pub(crate) fn unprotected() -> &'static Captured {
    static CAPTURED: OnceLock<Captured> = OnceLock::new();
    CAPTURED
        .get_or_init(|| capture("release", "-C embed-bitcode=yes -C linker-plugin-lto -C symbol-mangling-version=v0"))
}

pub(crate) fn symbol(captured: &Captured, kernel: &str) -> String {
    let name = format!("kernels::{kernel}");
    let found = captured.kernels.iter().find(|k| k.name == name);
    found.unwrap_or_else(|| panic!("{name} is not captured: {:?}", captured.kernels)).symbol.clone()
}

pub(crate) fn try_compile(
    captured: &Captured,
    kernel: &str,
    target: &str,
    emit: Emit,
) -> Result<Compiled, CompileError> {
    try_compile_bound(captured, kernel, target, emit, 256, CodeBounds::NONE)
}

/// For launches with bounds.
pub(crate) fn try_compile_bound(
    captured: &Captured,
    kernel: &str,
    target: &str,
    emit: Emit,
    max_group_size: u32,
    bounds: CodeBounds,
) -> Result<Compiled, CompileError> {
    let kernel = symbol(captured, kernel);
    let (module, constants) = (&captured.module, Constants::NONE);
    compile(&llvm(), &Job { module, kernel: &kernel, target, max_group_size, bounds, constants, emit })
}

/// As [`try_compile`], with constants in the kernarg block.
pub(crate) fn try_compile_version(
    captured: &Captured,
    kernel: &str,
    target: &str,
    emit: Emit,
    constants: Constants<'_>,
) -> Result<Compiled, CompileError> {
    let kernel = symbol(captured, kernel);
    let (module, bounds) = (&captured.module, CodeBounds::NONE);
    compile(&llvm(), &Job { module, kernel: &kernel, target, max_group_size: 256, bounds, constants, emit })
}

/// Assembly of a kernel of the release build.
pub(crate) fn asm(kernel: &str, target: &str) -> Asm {
    asm_of(release(), kernel, target)
}

pub(crate) fn asm_of(captured: &Captured, kernel: &str, target: &str) -> Asm {
    asm_of_version(captured, kernel, target, &[])
}

/// Assembly of a kernel of the release build, for launches with bounds.
pub(crate) fn asm_bound(kernel: &str, target: &str, max_group_size: u32, bounds: CodeBounds) -> Asm {
    emitted(try_compile_bound(release(), kernel, target, Emit::Asm, max_group_size, bounds), kernel, target)
}

/// Assembly of a version of a kernel: with constants at these offsets in its kernarg block.
pub(crate) fn asm_of_version(captured: &Captured, kernel: &str, target: &str, constants: &[(usize, &[u8])]) -> Asm {
    let mut encoded = Vec::new();
    constants.iter().for_each(|(offset, bytes)| Constants::append(&mut encoded, *offset, bytes));
    emitted(try_compile_version(captured, kernel, target, Emit::Asm, Constants::new(&encoded)), kernel, target)
}

fn emitted(compiled: Result<Compiled, CompileError>, kernel: &str, target: &str) -> Asm {
    match compiled {
        Ok(compiled) => Asm {
            what: format!("{kernel} for {target}"),
            text: String::from_utf8(compiled.code.clone()).expect("text"),
            compiled,
        },
        Err(error) => panic!("{kernel} for {target}: {error}"),
    }
}

/// Emitted code, and questions to it.
pub(crate) struct Asm {
    what: String,
    pub(crate) text: String,
    pub(crate) compiled: Compiled,
}

impl Asm {
    /// Instructions and directives that contain `pattern`.
    pub(crate) fn count(&self, pattern: &str) -> usize {
        self.lines().filter(|l| l.contains(pattern)).count()
    }

    fn lines(&self) -> impl Iterator<Item = &str> {
        self.text.lines().map(str::trim).filter(|l| !l.starts_with("//") && !l.starts_with(';'))
    }

    /// The number behind `field`, which must be there once.
    #[track_caller]
    pub(crate) fn number(&self, field: &str) -> u32 {
        self.has_times(1, field);
        let line = self.lines().find(|l| l.contains(field)).expect("one");
        let digits = line[line.find(field).expect("in it") + field.len()..].trim();
        let end = digits.find(|c: char| !c.is_ascii_digit()).unwrap_or(digits.len());
        digits[..end].parse().unwrap_or_else(|_| panic!("{}: no number in `{line}`", self.what))
    }

    #[track_caller]
    pub(crate) fn has(&self, pattern: &str) -> &Self {
        assert!(self.count(pattern) > 0, "{} has no `{pattern}`:\n{}", self.what, self.text);
        self
    }

    #[track_caller]
    pub(crate) fn lacks(&self, pattern: &str) -> &Self {
        assert_eq!(self.count(pattern), 0, "{} has `{pattern}`:\n{}", self.what, self.text);
        self
    }

    #[track_caller]
    pub(crate) fn has_times(&self, times: usize, pattern: &str) -> &Self {
        assert_eq!(self.count(pattern), times, "{} has another number of `{pattern}`:\n{}", self.what, self.text);
        self
    }
}
