//! Gives the library the name and the symbol versions of the one that it stands in for.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

/// AMD's runtime asks for its functions in this version (`readelf -V libhsa-runtime64.so.1`). A library without versions
/// serves too, but the dynamic loader then prints a warning in programs that link the runtime directly.
const VERSION: &str = "HSAKMT_1";

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=src/export");
    println!("cargo::rustc-check-cfg=cfg(symbol_versions)");
    println!("cargo::rustc-cdylib-link-arg=-Wl,-soname,libhsakmt.so.1");
    // The library's threads and exit handlers outlive a `dlclose` of the runtime above it.
    println!("cargo::rustc-cdylib-link-arg=-Wl,-z,nodelete");

    let out = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets it"));
    let script = out.join("versions");
    fs::write(&script, format!("{VERSION} {{ global: {} }};\n", exported_names())).expect("OUT_DIR is writable");
    if linker_takes_a_second_script(&out) {
        println!("cargo::rustc-cfg=symbol_versions");
        println!("cargo::rustc-cdylib-link-arg=-Wl,--version-script={}", script.display());
    }
}

/// The names in the export tables, each with a semicolon.
fn exported_names() -> String {
    let mut names = String::new();
    for file in fs::read_dir("src/export").expect("the folder is there").flatten() {
        let text = fs::read_to_string(file.path()).expect("it is Rust");
        for (at, _) in text.match_indices("fn hsaKmt") {
            let name: String = text[at + 3..].chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_').collect();
            names.push_str(&name);
            names.push_str("; ");
        }
    }
    names
}

/// rustc hands the linker a version script of its own, without a version. LLVM's linker, the default on x86-64 Linux,
/// merges a second one; GNU's refuses. So ask the one that will be used.
fn linker_takes_a_second_script(out: &Path) -> bool {
    let source = out.join("probe.rs");
    let script = out.join("probe.map");
    let text = "core::arch::global_asm!(\".symver probe, probe@@PROBE_1\");\n\
                #[unsafe(no_mangle)]\npub extern \"C\" fn probe() {}\n";
    fs::write(&source, text).expect("OUT_DIR is writable");
    fs::write(&script, "PROBE_1 { global: probe; };\n").expect("OUT_DIR is writable");
    let mut rustc = Command::new(env::var_os("RUSTC").expect("cargo sets it"));
    rustc.args(["--edition=2024", "--crate-type=cdylib", "--crate-name=probe", "-Awarnings"]);
    rustc.arg("--target").arg(env::var_os("TARGET").expect("cargo sets it")).arg("--out-dir").arg(out);
    if let Some(linker) = env::var_os("RUSTC_LINKER") {
        let mut option = OsString::from("-Clinker=");
        option.push(linker);
        rustc.arg(option);
    }
    let flags = env::var("CARGO_ENCODED_RUSTFLAGS").unwrap_or_default();
    rustc.args(flags.split('\u{1f}').filter(|f| !f.is_empty()));
    rustc.arg(format!("-Clink-arg=-Wl,--version-script={}", script.display())).arg(source);
    rustc.output().is_ok_and(|output| output.status.success())
}
