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
