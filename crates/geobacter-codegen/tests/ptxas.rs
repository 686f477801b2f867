//! NVIDIA's own assembler takes what is emitted. Runs where it is found: `GEOBACTER_PTXAS`, or on the path.

mod support;

use std::io::Write;
use std::process::{Command, Stdio};

use geobacter_codegen::Emit;
use support::{NVPTX, release, try_compile};

fn ptxas() -> Option<String> {
    let program = std::env::var("GEOBACTER_PTXAS").unwrap_or_else(|_| "ptxas".into());
    let found = Command::new(&program).arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status();
    found.is_ok_and(|s| s.success()).then_some(program)
}

#[test]
fn every_kernel_assembles() {
    let Some(ptxas) = ptxas() else {
        let _ = writeln!(std::io::stderr(), "skipped: no ptxas (set GEOBACTER_PTXAS)");
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    for kernel in &release().kernels {
        let name = kernel.name.trim_start_matches("kernels::");
        let Ok(compiled) = try_compile(release(), name, NVPTX, Emit::Asm) else { continue };
        let file = folder.path().join("kernel.ptx");
        std::fs::write(&file, &compiled.code).unwrap();
        let output = Command::new(&ptxas)
            .args(["-arch", NVPTX, "-o"])
            .arg(folder.path().join("kernel.cubin"))
            .arg(&file)
            .output()
            .unwrap();
        assert!(output.status.success(), "{name}: {}", String::from_utf8_lossy(&output.stderr));
    }
}
