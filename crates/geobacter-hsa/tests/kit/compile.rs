//! Code objects of the kernels by hand.

use std::path::{Path, PathBuf};
use std::process::Command;

use geobacter_llvm::{Arch, CodeKind, Context, Llvm, OptLevel, Search, TargetMachine, TargetSpec};

/// The kernels, for a processor with features as the runtime names them: `gfx90a:sramecc+:xnack-`.
pub(crate) fn code_object(target: &str) -> Vec<u8> {
    let llvm = Llvm::find(&Search::default()).expect("rustc's own libLLVM");
    let mut parts = target.split(':');
    let cpu = parts.next().expect("a processor");
    let sign_first = |feature: &str| format!("{}{}", &feature[feature.len() - 1..], &feature[..feature.len() - 1]);
    let features = parts.map(sign_first).collect::<Vec<_>>().join(",");
    let spec = TargetSpec {
        arch: Arch::Amdgpu,
        triple: "amdgcn-amd-amdhsa",
        cpu,
        features: &features,
        level: OptLevel::Aggressive,
    };
    let machine = TargetMachine::new(llvm, &spec).expect("a machine");
    let context = Context::new(llvm);
    let module = context.parse_ir(include_str!("kernels.ll")).expect("valid IR");
    module.set_target(&machine);
    let object = machine.emit(module, CodeKind::Object).expect("an object");
    link(llvm.path(), &object)
}

fn link(llvm: &Path, object: &[u8]) -> Vec<u8> {
    let folder = tempfile::tempdir().expect("a folder");
    let (from, to) = (folder.path().join("kernels.o"), folder.path().join("kernels.hsaco"));
    std::fs::write(&from, object).expect("it is writable");
    let output = Command::new(rust_lld(llvm))
        .args(["-flavor", "gnu", "--no-undefined", "-shared", "-o"])
        .args([&to, &from])
        .output()
        .expect("rust-lld runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    std::fs::read(&to).expect("it was written")
}

/// The linker of the toolchain that the library belongs to.
fn rust_lld(llvm: &Path) -> PathBuf {
    let sysroot = llvm.parent().and_then(Path::parent).expect("a toolchain's folder");
    let hosts = std::fs::read_dir(sysroot.join("lib/rustlib")).expect("a toolchain's folder");
    let found = hosts.flatten().map(|host| host.path().join("bin/rust-lld")).find(|lld| lld.is_file());
    found.expect("a rust-lld")
}
