//! Toolchain, LLVM, linker.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};
use geobacter_llvm::{Llvm, Search};

use super::Check;
use crate::{SHIM, flags, tool};

/// Hosts that programs can be built on: those whose object files can be written.
const HOSTS: &[&str] = &["x86_64-unknown-linux-gnu", "aarch64-unknown-linux-gnu"];
/// The oldest rustc that Geobacter builds with: minor version of 1.x.
const OLDEST_RUSTC: u32 = 95;

pub(super) fn checks() -> Vec<Check> {
    let rustc = match Rustc::ask() {
        Ok(rustc) => rustc,
        Err(error) => {
            return vec![Check::broken("rustc", format!("{error:#}"), "install Rust: https://rustup.rs")];
        }
    };
    vec![rustc.check(), llvm(), rust_lld(&rustc), shim()]
}

/// What `rustc -vV` says.
struct Rustc {
    version: String,
    host: String,
    llvm: String,
    sysroot: PathBuf,
}

impl Rustc {
    fn ask() -> Result<Rustc> {
        let verbose = rustc(&["-vV"])?;
        let field = |name: &str| {
            let line = verbose.lines().find_map(|l| l.strip_prefix(name)?.strip_prefix(": "));
            line.unwrap_or("unknown").to_owned()
        };
        Ok(Rustc {
            version: field("release"),
            host: field("host"),
            llvm: field("LLVM version"),
            sysroot: rustc(&["--print", "sysroot"])?.trim_end().into(),
        })
    }

    fn check(&self) -> Check {
        const WHAT: &str = "rustc";
        let found = format!("{} for {}, with LLVM {}", self.version, self.host, self.llvm);
        let minor = self.version.split('.').nth(1).and_then(|m| m.parse::<u32>().ok());
        if minor.is_some_and(|m| m < OLDEST_RUSTC) {
            return Check::broken(WHAT, format!("{found}: 1.{OLDEST_RUSTC} or newer is needed"), "`rustup update`");
        }
        if !HOSTS.contains(&self.host.as_str()) {
            return Check::broken(
                WHAT,
                format!("{found}: programs with kernels are built on {}", HOSTS.join(" and ")),
                format!("`rustup default stable-{}`", HOSTS[0]),
            );
        }
        Check::good(WHAT, found)
    }
}

fn rustc(arguments: &[&str]) -> Result<String> {
    let program = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let output = Command::new(&program)
        .args(arguments)
        .output()
        .with_context(|| format!("`{}` cannot be run", program.display()))?;
    if !output.status.success() {
        bail!("`{} {}` fails: {}", program.display(), arguments.join(" "), String::from_utf8_lossy(&output.stderr));
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

fn llvm() -> Check {
    match Llvm::find(&Search::default()) {
        Ok(llvm) => Check::good("LLVM", format!("{} at {}", llvm.version_string(), llvm.path().display())),
        Err(error) => Check::broken(
            "LLVM",
            error.to_string(),
            "use a rustup toolchain for linux-gnu, or set GEOBACTER_LLVM to a libLLVM.so of rustc's major version",
        ),
    }
}

fn rust_lld(rustc: &Rustc) -> Check {
    let path = rustc.sysroot.join("lib/rustlib").join(&rustc.host).join("bin/rust-lld");
    if path.is_file() {
        return Check::good("rust-lld", path.display().to_string());
    }
    Check::broken(
        "rust-lld",
        format!("{} is missing: it links what holds bitcode, and code objects for AMD GPUs", path.display()),
        "use a rustup toolchain: distributions' packages may leave it out",
    )
}

/// Links a program through the shim, as a build would.
fn shim() -> Check {
    match link_a_program() {
        Ok(()) => Check::good("linking", format!("a program links and runs through {SHIM}")),
        Err(error) => Check::broken("linking", format!("{error:#}"), "install a C toolchain: `apt install gcc`"),
    }
}

fn link_a_program() -> Result<()> {
    let folder = tempfile::tempdir().context("no temporary folder")?;
    let helpers = tool::place(folder.path())?;
    let (source, program) = (folder.path().join("main.rs"), folder.path().join("main"));
    std::fs::write(&source, "fn main() {}\n").context("cannot write to the temporary folder")?;
    compile(&source, &program, helpers.path()?)?;
    let status = Command::new(&program).status().context("the linked program cannot be run")?;
    if !status.success() {
        bail!("the linked program fails: {status}");
    }
    Ok(())
}

fn compile(source: &Path, program: &Path, path: OsString) -> Result<()> {
    let output = Command::new(std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into()))
        .args(flags::rustflags())
        .arg(flags::FINAL_CRATE)
        .arg("-o")
        .args([program, source])
        .env("PATH", path)
        .stdin(Stdio::null())
        .output()
        .context("rustc cannot be run")?;
    if !output.status.success() {
        bail!("a trivial program does not build:\n{}", String::from_utf8_lossy(&output.stderr).trim_end());
    }
    Ok(())
}
