//! NVIDIA's own assembler takes what is emitted. Runs where it is found: `GEOBACTER_PTXAS`, or on the path.

mod support;

use std::io::Write;
use std::num::NonZeroU32;
use std::process::{Command, Stdio};

use geobacter_codegen::{CodeBounds, Emit};
use support::{NVPTX, asm, asm_bound, release, try_compile};

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

/// What ptxas says of a kernel's use of registers.
fn registers(ptxas: &str, ptx: &str) -> u32 {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("kernel.ptx");
    std::fs::write(&file, ptx).unwrap();
    let output = Command::new(ptxas)
        .args(["-arch", NVPTX, "-v", "-o"])
        .arg(folder.path().join("kernel.cubin"))
        .arg(&file)
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && !said.contains("warning"), "{said}");
    let (_, used) = said.split_once("Used ").unwrap_or_else(|| panic!("{said}"));
    used.split_once(' ').and_then(|(n, _)| n.parse().ok()).unwrap_or_else(|| panic!("{said}"))
}

#[test]
fn bounds_of_a_launch_are_kept() {
    let Some(ptxas) = ptxas() else {
        let _ = writeln!(std::io::stderr(), "skipped: no ptxas (set GEOBACTER_PTXAS)");
        return;
    };
    /// Of a multiprocessor.
    const REGISTERS: u32 = 65536;
    let used = |bounds| registers(&ptxas, &asm_bound("holds_much", NVPTX, 256, bounds).text);
    let free = registers(&ptxas, &asm("holds_much", NVPTX).text);
    assert!(free > 100, "{free}");
    // 16 warps on each of 4 schedulers.
    let bounds = CodeBounds { min_subgroups: NonZeroU32::new(16), ..CodeBounds::NONE };
    assert!(used(bounds) <= REGISTERS / (16 * 4 * 32));
    for limit in [24, 65, 100] {
        assert!(used(CodeBounds { max_registers: NonZeroU32::new(limit), ..CodeBounds::NONE }) <= limit);
    }
    assert!(used(CodeBounds { group_size: Some([256, 1, 1]), ..CodeBounds::NONE }) <= REGISTERS / 256);
}
