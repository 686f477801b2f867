//! The linker of ELF files: the toolchain's own `rust-lld`.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

use geobacter_llvm::Llvm;

/// Links an object to a shared one. `what`: what such code is for, for messages.
pub(super) fn shared_object(llvm: Llvm, object: &[u8], options: &[&str], what: &str) -> Result<Vec<u8>, String> {
    let folder = tempfile::tempdir().map_err(|e| format!("no temporary folder to link {what} in: {e}"))?;
    let (from, to) = (folder.path().join("kernel.o"), folder.path().join("kernel.so"));
    std::fs::write(&from, object).map_err(|e| format!("cannot write {}: {e}", from.display()))?;
    let linker = Linker::find(llvm);
    let output = linker.command().args(options).args(["-shared", "-o"]).arg(&to).arg(&from).output().map_err(|e| {
        format!("cannot run {}: {e}; {what} is linked with {}", linker.program.display(), Linker::CHOICE)
    })?;
    if !output.status.success() {
        return Err(format!("{} fails: {}", linker.program.display(), String::from_utf8_lossy(&output.stderr).trim()));
    }
    std::fs::read(&to).map_err(|e| format!("cannot read {}: {e}", to.display()))
}

struct Linker {
    program: PathBuf,
    flavor: &'static [&'static str],
}

impl Linker {
    const CHOICE: &str = "the `rust-lld` of a rustup toolchain, or an `ld.lld` on the path";

    /// The toolchain's own `rust-lld`, next to its libLLVM; else that of the current rustc; else the system's.
    fn find(llvm: Llvm) -> Linker {
        let beside = llvm.path().parent().and_then(Path::parent).and_then(rust_lld);
        match beside.or_else(|| rust_lld(&current_sysroot()?)) {
            Some(program) => Linker { program, flavor: &["-flavor", "gnu"] },
            None => Linker { program: PathBuf::from("ld.lld"), flavor: &[] },
        }
    }

    fn command(&self) -> Command {
        let mut command = Command::new(&self.program);
        command.args(self.flavor);
        command
    }
}

/// The toolchain keeps its linker under the name of the host, of which there is one.
fn rust_lld(sysroot: &Path) -> Option<PathBuf> {
    let hosts = std::fs::read_dir(sysroot.join("lib/rustlib")).ok()?;
    hosts.flatten().map(|host| host.path().join("bin/rust-lld")).find(|lld| lld.is_file())
}

fn current_sysroot() -> Option<PathBuf> {
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| OsString::from("rustc"));
    let output = Command::new(rustc).args(["--print", "sysroot"]).output().ok()?;
    output.status.success().then(|| PathBuf::from(String::from_utf8_lossy(&output.stdout).trim_end()))
}
