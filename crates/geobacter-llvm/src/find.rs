//! Where a shared LLVM may be.

use std::env;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::error::Tried;
use crate::llvm::rustc_sysroot;
use crate::{Llvm, LoadError};

/// The environment variable that names the library to use.
const VARIABLE: &str = "GEOBACTER_LLVM";

/// What to look for.
#[derive(Clone, Debug, Default)]
pub struct Search {
    /// Path of the library as recorded when the program was built.
    pub recorded: Option<PathBuf>,
    /// The major version that is required. Bitcode is readable by the LLVM that wrote it and later ones, but is best
    /// read by the very same major version.
    pub major: Option<u32>,
}

pub(crate) fn find(search: &Search) -> Result<Llvm, LoadError> {
    let mut tried = Vec::new();
    if let Some(path) = env::var_os(VARIABLE).filter(|p| !p.is_empty()) {
        // Who names a library wants that one: another in its place would hide the mistake.
        return attempt(VARIABLE, Path::new(&path), search.major, &mut tried)
            .ok_or(LoadError { major: search.major, tried });
    }
    recorded(search, &mut tried)
        .or_else(|| from_rustc(search.major, &mut tried))
        .or_else(|| from_system(search.major, &mut tried))
        .ok_or(LoadError { major: search.major, tried })
}

fn recorded(search: &Search, tried: &mut Vec<Tried>) -> Option<Llvm> {
    let path = search.recorded.as_deref()?;
    attempt("the toolchain that built this program", path, search.major, tried)
}

fn from_rustc(major: Option<u32>, tried: &mut Vec<Tried>) -> Option<Llvm> {
    match rustc_sysroot() {
        Ok(sysroot) => in_sysroot("the current rustc", &sysroot, major, tried),
        Err(why) => {
            tried.push(why);
            None
        }
    }
}

pub(crate) fn ask_rustc() -> Result<PathBuf, Tried> {
    let rustc = env::var_os("RUSTC").unwrap_or_else(|| OsString::from("rustc"));
    let failed = |reason: String| Tried { place: "the current rustc".into(), file: None, reason };
    let output = Command::new(&rustc)
        .args(["--print", "sysroot"])
        .output()
        .map_err(|e| failed(format!("`{} --print sysroot` does not run: {e}", rustc.display())))?;
    if !output.status.success() {
        return Err(failed(format!("`{} --print sysroot` fails", rustc.display())));
    }
    Ok(PathBuf::from(String::from_utf8_lossy(&output.stdout).trim_end()))
}

/// Tries every libLLVM in a toolchain's `lib`.
pub(crate) fn in_sysroot(place: &str, sysroot: &Path, major: Option<u32>, tried: &mut Vec<Tried>) -> Option<Llvm> {
    let lib = sysroot.join("lib");
    let files = libraries_in(&lib);
    if files.is_empty() {
        let reason = "holds no libLLVM shared library (toolchains for musl and macOS link LLVM statically)".into();
        tried.push(Tried { place: place.into(), file: Some(lib), reason });
        return None;
    }
    files.iter().find_map(|file| attempt(place, file, major, tried))
}

/// The files named like a libLLVM, those that `libLLVM-*.so` linker scripts point to first.
fn libraries_in(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten().map(|e| e.path());
    let mut files: Vec<_> =
        entries.filter(|p| p.file_name().is_some_and(|n| is_libllvm(&n.to_string_lossy()))).collect();
    // `libLLVM.so.22.1-rust-1.95.0-stable` is the library, `libLLVM-22-rust-1.95.0-stable.so` a linker script with its
    // name: dots sort after dashes.
    files.sort_by(|a, b| b.cmp(a));
    files
}

fn is_libllvm(name: &str) -> bool {
    name.starts_with("libLLVM.so") || name.starts_with("libLLVM.dylib") || {
        name.starts_with("libLLVM-") && (name.contains(".so") || name.ends_with(".dylib"))
    }
}

/// The system's: by the names that distributions use, and through the dynamic loader's own search.
fn from_system(major: Option<u32>, tried: &mut Vec<Tried>) -> Option<Llvm> {
    const PLACE: &str = "the system's LLVM";
    let Some(version) = major else {
        return attempt(PLACE, Path::new("libLLVM.so"), None, tried);
    };
    let in_folder = libraries_in(&PathBuf::from(format!("/usr/lib/llvm-{version}/lib")));
    in_folder.iter().find_map(|file| attempt(PLACE, file, major, tried)).or_else(|| {
        [format!("libLLVM.so.{version}.1"), format!("libLLVM.so.{version}"), format!("libLLVM-{version}.so")]
            .iter()
            .find_map(|name| attempt(PLACE, Path::new(name), major, tried))
    })
}

fn attempt(place: &str, file: &Path, major: Option<u32>, tried: &mut Vec<Tried>) -> Option<Llvm> {
    match Llvm::load(file).and_then(|llvm| llvm.check_major(major).map(|()| llvm)) {
        Ok(llvm) => Some(llvm),
        Err(reason) => {
            tried.push(Tried { place: place.into(), file: Some(file.to_path_buf()), reason });
            None
        }
    }
}
