//! Bounds of a launch, as attributes for the back end (LLVM's "User Guide for AMDGPU Backend", "LLVM IR Attributes").
//!
//! The back end ignores what it cannot keep. So that is an error here.

use geobacter_core::CodeBounds;
use geobacter_llvm::{AttributePlace, Function, Module};

use super::AMDGPU_KERNEL;

/// What a SIMD has room for, and a work-item may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Simd {
    waves: u32,
    /// Vector registers, and accumulation registers where these are in one file.
    registers: u32,
    /// Whether they are.
    unified: bool,
}

/// The fewest registers to which a kernel may be limited: with as many, each processor has room for all the waves that it
/// can have, so that fewer would only cost.
const LEAST_REGISTERS: u32 = 24;

/// Attributes that a kernel hands on to all that it may call.
const LIMITS: [&str; 2] = [WAVES, REGISTERS];
const WAVES: &str = "amdgpu-waves-per-eu";
const REGISTERS: &str = "amdgpu-num-vgpr";
/// The sizes of every work-group along the axes, where they are known: for this crate's own passes.
const GROUP_SIZE: &str = "geobacter-group-size";

/// By the processor (LLVM's `AMDGPUBaseInfo.cpp`, `getMaxWavesPerEU` and `getAddressableNumVGPRs`).
fn simd(cpu: &str) -> Simd {
    let (waves, registers, unified) = match cpu {
        "gfx90a" | "gfx942" | "gfx950" => (8, 512, true),
        _ if cpu.starts_with("gfx9") => (10, 256, false),
        _ if cpu.starts_with("gfx101") => (20, 256, false),
        _ => (16, 256, false),
    };
    Simd { waves, registers, unified }
}

pub(super) fn bound(kernel: Function<'_>, cpu: &str, max_group_size: u32, bounds: &CodeBounds) -> Result<(), String> {
    let set = |name: &str, value: &str| {
        kernel.add_attribute(AttributePlace::Function, kernel.context().string_attribute(name, value));
    };
    let sizes = match bounds.group_size {
        Some(size) => (size.iter().product(), size.iter().product()),
        None => (1, max_group_size),
    };
    if let Some([x, y, z]) = bounds.group_size {
        set(GROUP_SIZE, &format!("{x} {y} {z}"));
    }
    set("amdgpu-flat-work-group-size", &format!("{},{}", sizes.0, sizes.1));
    let simd = simd(cpu);
    if let Some(n) = bounds.min_subgroups {
        if n.get() > simd.waves {
            return Err(format!("at least {n} sub-groups on a SIMD, which has room for {}", simd.waves));
        }
        set(WAVES, &n.to_string());
    }
    if let Some(n) = bounds.max_registers {
        if !(LEAST_REGISTERS..=simd.registers).contains(&n.get()) {
            let most = simd.registers;
            return Err(format!(
                "at most {n} registers for a work-item, where a limit is from {LEAST_REGISTERS} to {most}"
            ));
        }
        // The back end takes the number for one kind, of two that share the file.
        set(REGISTERS, &if simd.unified { n.get() / 2 } else { n.get() }.to_string());
    }
    Ok(())
}

/// Vector registers of a SIMD for one lane of a wavefront, and how many are handed out at once; `None` where not known
/// (LLVM's `AMDGPUBaseInfo.cpp`, `getTotalNumVGPRs` and `getVGPRAllocGranule`).
fn file(cpu: &str, wavefront: u32) -> Option<(u32, u32)> {
    let (registers, granule) = match cpu {
        "gfx90a" | "gfx942" | "gfx950" => return Some((512, 8)),
        _ if cpu.starts_with("gfx9") => return Some((256, 4)),
        _ if cpu.starts_with("gfx101") => (1024, 8),
        _ if cpu.starts_with("gfx103") => (1024, 16),
        "gfx1100" | "gfx1101" | "gfx1151" | "gfx1200" | "gfx1201" => (1536, 24),
        _ if cpu.starts_with("gfx11") => (1024, 16),
        _ => return None,
    };
    // Of 32 lanes; one of 64 takes two.
    Some(if wavefront == 64 { (registers / 2, granule / 2) } else { (registers, granule) })
}

/// Whether the code keeps the bounds: calls need registers of the calling convention, whatever a kernel is limited to.
pub(super) fn check(image: &[u8], cpu: &str, symbol: &str, bounds: &CodeBounds) -> Result<(), String> {
    if bounds.max_registers.is_none() && bounds.min_subgroups.is_none() {
        return Ok(());
    }
    let kernel = geobacter_code_object::kernel(image, symbol).map_err(|e| format!("what cannot be checked: {e}"))?;
    let used = kernel.vector_registers;
    if let Some(n) = bounds.max_registers.filter(|n| used > n.get()) {
        return Err(format!("at most {n} registers for a work-item, and the kernel and what it calls need {used}"));
    }
    let simd = simd(cpu);
    let Some((registers, granule)) = file(cpu, kernel.wavefront_size) else { return Ok(()) };
    let room = simd.waves.min(registers / used.max(1).next_multiple_of(granule));
    match bounds.min_subgroups.filter(|n| room < n.get()) {
        Some(n) => Err(format!(
            "at least {n} sub-groups on a SIMD, and the kernel and what it calls need {used} registers, which leaves room \
             for {room}"
        )),
        None => Ok(()),
    }
}

/// The size of every work-group, where the launch is for one alone.
pub(super) fn group_size(module: &Module<'_>) -> Option<[u32; 3]> {
    let kernel = module.functions().find(|f| f.call_conv() == AMDGPU_KERNEL)?;
    let sizes = kernel.string_attribute(AttributePlace::Function, GROUP_SIZE)?;
    sizes.split(' ').map(str::parse).collect::<Result<Vec<u32>, _>>().ok()?.try_into().ok()
}

/// Limits the functions that were not inlined too: the kernel is given as many registers as the greediest of them.
pub(super) fn hand_on(module: &Module<'_>) {
    let is_kernel = |f: &Function<'_>| f.call_conv() == AMDGPU_KERNEL;
    let Some(kernel) = module.functions().find(is_kernel) else { return };
    for limit in LIMITS {
        let Some(value) = kernel.string_attribute(AttributePlace::Function, limit) else { continue };
        for function in module.functions().filter(|f| !f.is_declaration() && !is_kernel(f)) {
            function.add_attribute(AttributePlace::Function, module.context().string_attribute(limit, &value));
        }
    }
}
