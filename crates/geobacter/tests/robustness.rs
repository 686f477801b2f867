//! What a program meets in the field: no LLVM, a damaged cache, a stripped executable, a kernel that cannot run on a
//! device. Each is a clear error or no matter at all, and the process goes on.
//!
//! The environment decides most of it, so each case runs in a process of its own: this executable again, with the one
//! ignored test [`child`]. It compiles for devices that need not be there (`offline:...`). Build it with
//! `cargo geobacter test`: these tests are about the kernels that the linker shim embeds.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use geobacter::Result;
use geobacter::prelude::*;

/// Which of the child's cases to run.
const CASE: &str = "GEOBACTER_TEST_CASE";

fn double(item: WorkItem, mut y: PerItem<u32>) {
    if let Some(y) = y.get_mut(&item) {
        *y *= 2;
    }
}

fn starts_a_thread(item: WorkItem, mut y: PerItem<u32>) {
    if let Some(y) = y.get_mut(&item) {
        *y = helper_that_starts_a_thread();
    }
}

#[inline(never)]
fn helper_that_starts_a_thread() -> u32 {
    std::thread::spawn(|| 1).join().unwrap_or(0)
}

fn reads_a_file(item: WorkItem, mut y: PerItem<u32>) {
    if let Some(y) = y.get_mut(&item) {
        *y = std::fs::read("data").map_or(0, |data| data.len() as u32);
    }
}

fn tells_the_time(item: WorkItem, mut y: PerItem<u32>) {
    if let Some(y) = y.get_mut(&item) {
        *y = std::time::Instant::now().elapsed().subsec_nanos();
    }
}

unsafe extern "C" {
    fn getpid() -> i32;
}

fn calls_c(item: WorkItem, mut y: PerItem<u32>) {
    if let Some(y) = y.get_mut(&item) {
        // SAFETY: has no preconditions.
        *y = unsafe { getpid() } as u32;
    }
}

#[cfg(target_arch = "x86_64")]
fn uses_x86(item: WorkItem, mut y: PerItem<u32>) {
    if let Some(y) = y.get_mut(&item) {
        // SAFETY: SSE2 is part of x86-64.
        *y = unsafe {
            use std::arch::x86_64::*;
            _mm_cvtsi128_si32(_mm_sad_epu8(_mm_set1_epi32(*y as i32), _mm_setzero_si128())) as u32
        };
    }
}

fn only_nvidia(item: WorkItem, mut y: PerItem<u32>) {
    if let Some(y) = y.get_mut(&item) {
        // SAFETY: reads a register.
        unsafe { geobacter::ptx!("mov.u32 {lane}, %laneid;", lane = out(u32) * y) };
    }
}

fn misspells(item: WorkItem, mut y: PerItem<u32>) {
    if let Some(y) = y.get_mut(&item) {
        // SAFETY: does not compile.
        unsafe { geobacter::gcn!("v_move_b32 {x}, 1", x = out(v: u32) *y) };
    }
}

/// Compiles a kernel for `target`, says where its code came from, and shows that the CPU device still works.
fn prepare(target: &str) -> Result<String> {
    let device = Device::open(target)?;
    let mut y = device.buffer_from(&[1u32, 2])?;
    let prepared = device.prepare(Grid::covering(2), double, (&mut y,))?;
    Ok(prepared.origin().to_string())
}

fn power(item: WorkItem, exponent: Spec<u32>, mut y: PerItem<u32>) {
    if let Some(y) = y.get_mut(&item) {
        *y = (0..*exponent).fold(1, |all, _| all * *y);
    }
}

/// As [`prepare`], for a kernel with a constant: `TARGET=VALUE`.
fn prepare_for(target: &str, exponent: &str) -> Result<String> {
    let device = Device::open(target)?;
    let mut y = device.buffer_from(&[1u32, 2])?;
    let exponent = exponent.parse::<u32>().expect("the test passes a number");
    let prepared = device.prepare(Grid::covering(2), power, (exponent, &mut y))?;
    Ok(prepared.origin().to_string())
}

macro_rules! compile {
    ($kernel:ident) => {
        (|| {
            let device = Device::open("offline:gfx1100")?;
            let mut y = device.buffer_from(&[1u32, 2])?;
            device.launch(Grid::covering(2), $kernel, (&mut y,))?;
            Ok("it compiled".to_owned())
        })()
    };
}

#[test]
#[ignore = "the other tests run it in processes of their own"]
fn child() {
    let Ok(case) = std::env::var(CASE) else { return };
    let outcome: Result<String> = match case.as_str() {
        "starts_a_thread" => compile!(starts_a_thread),
        "reads_a_file" => compile!(reads_a_file),
        "tells_the_time" => compile!(tells_the_time),
        "calls_c" => compile!(calls_c),
        "only_nvidia" => compile!(only_nvidia),
        "misspells" => compile!(misspells),
        #[cfg(target_arch = "x86_64")]
        "uses_x86" => compile!(uses_x86),
        target => match target.split_once('=') {
            Some((target, exponent)) => prepare_for(target, exponent),
            None => prepare(target),
        },
    };
    match outcome {
        Ok(text) => println!("<ok>{text}</ok>"),
        Err(error) => println!("<error>{error}</error>"),
    }
    // Whatever happened, the process goes on.
    let device = Device::open("cpu").unwrap();
    let mut y = device.buffer_from(&[1u32, 2]).unwrap();
    device.launch(Grid::covering(2), double, (&mut y,)).unwrap();
    assert_eq!(y.to_vec().unwrap(), [2, 4]);
    println!("<survived>");
}

/// How a child is run.
struct Run {
    command: Command,
    /// A cache of its own, unless the test gives one.
    _cache: tempfile::TempDir,
}

impl Run {
    fn new(case: &str) -> Self {
        Self::of(&std::env::current_exe().unwrap(), case)
    }

    fn of(executable: &Path, case: &str) -> Self {
        let cache = tempfile::tempdir().unwrap();
        let mut command = Command::new(executable);
        command.args(["--exact", "child", "--ignored", "--nocapture"]).env(CASE, case);
        command.env("GEOBACTER_CACHE_DIR", cache.path()).env_remove("GEOBACTER_CACHE").env_remove("GEOBACTER_LLVM");
        Run { command, _cache: cache }
    }

    fn env(mut self, name: &str, value: impl AsRef<std::ffi::OsStr>) -> Self {
        self.command.env(name, value);
        self
    }

    fn start(&mut self) -> Child {
        self.command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
    }

    fn outcome(mut self) -> std::result::Result<String, String> {
        outcome(self.start())
    }
}

/// What the child printed: the case's own outcome.
fn outcome(child: Child) -> std::result::Result<String, String> {
    let output = child.wait_with_output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let between = |tag: &str| {
        let (_, rest) = text.split_once(&format!("<{tag}>"))?;
        Some(rest.split_once(&format!("</{tag}>"))?.0.to_owned())
    };
    assert!(
        output.status.success() && text.contains("<survived>"),
        "the process did not survive: {}\n{text}\n{}",
        output.status,
        String::from_utf8_lossy(&output.stderr)
    );
    between("ok").ok_or_else(|| between("error").expect("one of the two"))
}

#[test]
fn compiled_once_and_then_from_disk() {
    for target in ["offline:sm_90", "offline:gfx90a"] {
        let cache = tempfile::tempdir().unwrap();
        let run = || Run::new(target).env("GEOBACTER_CACHE_DIR", cache.path()).outcome();
        assert_eq!(run(), Ok("compiled".to_owned()));
        assert_eq!(run(), Ok("disk cache".to_owned()));
    }
}

#[test]
fn targets_do_not_share_cached_code() {
    let cache = tempfile::tempdir().unwrap();
    let run = |target| Run::new(target).env("GEOBACTER_CACHE_DIR", cache.path()).outcome();
    assert_eq!(run("offline:sm_80"), Ok("compiled".to_owned()));
    assert_eq!(run("offline:sm_90"), Ok("compiled".to_owned()));
}

#[test]
fn each_constant_has_code_of_its_own_on_disk() {
    let cache = tempfile::tempdir().unwrap();
    let run = |case| Run::new(case).env("GEOBACTER_CACHE_DIR", cache.path()).outcome();
    assert_eq!(run("offline:sm_90=3"), Ok("compiled".to_owned()));
    assert_eq!(run("offline:sm_90=4"), Ok("compiled".to_owned()), "not the code for 3");
    assert_eq!(run("offline:sm_90=3"), Ok("disk cache".to_owned()));
    assert_eq!(run("offline:gfx90a=3"), Ok("compiled".to_owned()), "not another target's");
    assert_eq!(std::fs::read_dir(cache.path()).unwrap().count(), 3);
    let error = Run::new("offline:sm_90=3").env("GEOBACTER_LLVM", "/nowhere/libLLVM.so").outcome().unwrap_err();
    assert!(error.contains("GEOBACTER_LLVM"), "there is no image either: {error}");
}

fn only_file(dir: &Path) -> PathBuf {
    let files: Vec<_> = std::fs::read_dir(dir).unwrap().map(|e| e.unwrap().path()).collect();
    assert_eq!(files.len(), 1, "{files:?}");
    files[0].clone()
}

#[test]
fn damaged_cache_files_are_made_again() {
    let cache = tempfile::tempdir().unwrap();
    let run = || Run::new("offline:sm_90").env("GEOBACTER_CACHE_DIR", cache.path()).outcome();
    assert_eq!(run(), Ok("compiled".to_owned()));
    let file = only_file(cache.path());
    let whole = std::fs::read(&file).unwrap();
    for damage in [Vec::new(), whole[..whole.len() / 2].to_vec(), vec![0xff; whole.len()]] {
        std::fs::write(&file, damage).unwrap();
        assert_eq!(run(), Ok("compiled".to_owned()));
        assert_eq!(std::fs::read(only_file(cache.path())).unwrap(), whole, "made again, and the same");
        assert_eq!(run(), Ok("disk cache".to_owned()));
    }
}

#[test]
fn the_cache_can_be_turned_off() {
    let cache = tempfile::tempdir().unwrap();
    for _ in 0..2 {
        let run = Run::new("offline:sm_90").env("GEOBACTER_CACHE_DIR", cache.path()).env("GEOBACTER_CACHE", "off");
        assert_eq!(run.outcome(), Ok("compiled".to_owned()));
    }
    assert_eq!(std::fs::read_dir(cache.path()).unwrap().count(), 0);
}

#[test]
fn a_cache_that_cannot_be_written_does_not_matter() {
    // A file where the directory should be: even root cannot write into it.
    let file = tempfile::NamedTempFile::new().unwrap();
    let run = Run::new("offline:sm_90").env("GEOBACTER_CACHE_DIR", file.path());
    assert_eq!(run.outcome(), Ok("compiled".to_owned()));
}

#[test]
fn processes_may_compile_the_same_kernel_at_once() {
    let cache = tempfile::tempdir().unwrap();
    let mut runs: Vec<_> =
        (0..4).map(|_| Run::new("offline:gfx1100").env("GEOBACTER_CACHE_DIR", cache.path())).collect();
    let children: Vec<_> = runs.iter_mut().map(Run::start).collect();
    for child in children {
        let origin = outcome(child).unwrap();
        assert!(origin == "compiled" || origin == "disk cache", "{origin}");
    }
    only_file(cache.path());
}

#[test]
fn no_llvm_is_explained() {
    let error = Run::new("offline:sm_90").env("GEOBACTER_LLVM", "/nowhere/libLLVM.so").outcome().unwrap_err();
    for part in ["double", "sm_90", "GEOBACTER_LLVM", "/nowhere/libLLVM.so"] {
        assert!(error.contains(part), "no `{part}` in: {error}");
    }
}

#[test]
fn something_that_is_not_llvm_is_explained() {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), "not a library").unwrap();
    let error = Run::new("offline:sm_90").env("GEOBACTER_LLVM", file.path()).outcome().unwrap_err();
    assert!(error.contains("GEOBACTER_LLVM"), "{error}");
}

#[test]
fn an_unknown_target_is_an_error() {
    for target in ["offline:sm_1", "offline:gfx1", "offline:quantum"] {
        let error = Run::new(target).outcome().unwrap_err();
        assert!(error.contains(target.trim_start_matches("offline:")), "{target}: {error}");
    }
}

#[test]
fn a_stripped_executable_has_its_kernels() {
    let dir = tempfile::tempdir().unwrap();
    let stripped = dir.path().join("stripped");
    let status = Command::new("strip").arg("-o").arg(&stripped).arg(std::env::current_exe().unwrap()).status();
    assert!(status.expect("`strip` comes with the C compiler that Rust links with").success());
    assert_eq!(Run::of(&stripped, "offline:gfx90a").outcome(), Ok("compiled".to_owned()));
}

/// The error of a kernel that cannot run on a device: it names the kernel, the way to the culprit, and what to do.
fn unsupported(case: &str, parts: &[&str]) {
    let error = Run::new(case).outcome().unwrap_err();
    for part in [&[case, "gfx1100"], parts].concat() {
        assert!(error.contains(part), "no `{part}` in:\n{error}");
    }
}

#[test]
fn threads_in_a_kernel_are_refused() {
    unsupported("starts_a_thread", &["helper_that_starts_a_thread", "robustness.rs"]);
}

#[test]
fn files_in_a_kernel_are_refused() {
    unsupported("reads_a_file", &["robustness.rs"]);
}

#[test]
fn clocks_in_a_kernel_are_refused() {
    unsupported("tells_the_time", &["clock_gettime"]);
}

#[test]
fn c_functions_in_a_kernel_are_refused() {
    unsupported("calls_c", &["getpid"]);
}

#[test]
fn assembly_of_another_gpu_is_refused() {
    unsupported("only_nvidia", &["`ptx!`", "robustness.rs:", "platform()"]);
}

#[test]
fn assembly_that_the_assembler_refuses_is_an_error_with_its_place() {
    unsupported("misspells", &["`gcn!`", "robustness.rs:", "v_move_b32"]);
}

#[test]
fn assembly_panics_on_the_host() {
    let device = Device::open("cpu").unwrap();
    let mut y = device.buffer_from(&[1u32]).unwrap();
    let error = device.launch(Grid::covering(1), only_nvidia, (&mut y,)).unwrap().wait().unwrap_err().to_string();
    for part in ["`ptx!`", "robustness.rs:", "platform()"] {
        assert!(error.contains(part), "no `{part}` in: {error}");
    }
}

#[cfg(target_arch = "x86_64")]
#[test]
fn x86_intrinsics_in_a_kernel_are_refused() {
    unsupported("uses_x86", &["x86"]);
}
