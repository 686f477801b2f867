//! The library under test, and AMD's above it.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Mutex, OnceLock};

use libloading::Library;
use libloading::os::unix;

static SETTINGS: Mutex<Vec<(&str, &str)>> = Mutex::new(Vec::new());

/// Sets a variable for the library. Before it is loaded: once for a test program.
pub(super) fn set(name: &'static str, value: &'static str) {
    SETTINGS.lock().unwrap().push((name, value));
}

/// Builds the library and loads both. The runtime finds ours in the process already, by its name.
pub(super) fn load() -> Option<&'static Library> {
    static LOADED: OnceLock<Option<&'static Library>> = OnceLock::new();
    *LOADED.get_or_init(|| {
        let variables = [
            ("GEOBACTER_EMULATE", "gfx90a".into()),
            ("GEOBACTER_EMULATOR_MEMORY", "256M".into()),
            ("GEOBACTER_EMULATOR_LOG", log().into_os_string()),
            ("HSA_DISABLE_FRAGMENT_ALLOCATOR", "1".into()),
        ];
        let _ = std::fs::remove_file(log());
        let settings = std::mem::take(&mut *SETTINGS.lock().unwrap());
        let settings = settings.into_iter().map(|(name, value)| (name, value.into()));
        for (name, value) in variables.into_iter().chain(settings) {
            // SAFETY: the other threads of these tests wait for this function.
            unsafe { std::env::set_var(name, value) };
        }
        // SAFETY: a library of ours, which does nothing when it is loaded.
        let driver = unsafe { unix::Library::open(Some(build()), unix::RTLD_NOW | unix::RTLD_GLOBAL) };
        std::mem::forget(driver.expect("the library loads"));
        // SAFETY: AMD's runtime may be loaded; its functions are called as its headers say.
        let runtime = unsafe { Library::new("libhsa-runtime64.so.1") };
        runtime.ok().map(|runtime| &*Box::leak(Box::new(runtime)))
    })
}

/// One file for each test program.
pub(super) fn log() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join(concat!("emulator-", env!("CARGO_CRATE_NAME"), ".log"))
}

/// Builds it as `cargo geobacter .. --emulate` does, in the same folder. A library for C is not built for tests by itself.
fn build() -> PathBuf {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).with_file_name("geobacter").join("emulator");
    let mut cargo = Command::new(env!("CARGO"));
    cargo.args(["build", "--quiet", "--release", "--lib", "--target-dir"]).arg(&target);
    cargo.current_dir(env!("CARGO_MANIFEST_DIR"));
    for (name, _) in std::env::vars_os() {
        let text = name.to_string_lossy();
        if text.ends_with("RUSTFLAGS") || text.contains("RUSTC_W") || text.starts_with("CARGO_TARGET_") {
            cargo.env_remove(&name);
        }
    }
    let output = cargo.output().expect("cargo runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    target.join("release/libhsakmt.so")
}
