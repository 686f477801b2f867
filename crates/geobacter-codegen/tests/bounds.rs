//! What a launch asks of its code, besides the target.

mod support;

use std::num::NonZeroU32;

use geobacter_codegen::{CodeBounds, CompileError, Emit};
use support::{AMD, Asm, GPUS, NVPTX, asm, asm_bound, release, try_compile_bound};

fn at_least(subgroups: u32) -> CodeBounds {
    CodeBounds { min_subgroups: NonZeroU32::new(subgroups), ..CodeBounds::NONE }
}

fn at_most(registers: u32) -> CodeBounds {
    CodeBounds { max_registers: NonZeroU32::new(registers), ..CodeBounds::NONE }
}

fn exactly(group_size: [u32; 3]) -> CodeBounds {
    CodeBounds { group_size: Some(group_size), ..CodeBounds::NONE }
}

/// Vector registers, accumulation registers among them.
fn vector_registers(text: &Asm) -> u32 {
    text.number(".vgpr_count:")
}

/// Vector registers of a SIMD for one lane, what they are handed out in, and the most waves (MI200 and RDNA 3 ISA, "Wavefront
/// State"; LLVM's `AMDGPUBaseInfo`).
const SIMDS: [(&str, u32, u32, u32); 2] = [("gfx90a", 512, 8, 8), ("gfx1100", 1536, 24, 16)];

#[test]
fn room_for_sub_groups_is_made_by_using_fewer_registers() {
    for (target, file, granule, most) in SIMDS {
        for kernel in ["holds_much", "calls_with_much"] {
            let waves = |text: &Asm| most.min(file / vector_registers(text).next_multiple_of(granule));
            let free = asm(kernel, target);
            assert!(vector_registers(&free) > 100 && waves(&free) < most, "{kernel}: {}", free.text);
            let bound = asm_bound(kernel, target, 256, at_least(most));
            assert!(vector_registers(&bound) < vector_registers(&free));
            assert_eq!(waves(&bound), most, "{kernel}: {}", bound.text);
            // What does not fit is kept in memory.
            assert!(bound.number(".vgpr_spill_count:") > 0 || kernel == "calls_with_much", "{}", bound.text);
        }
    }
}

#[test]
fn a_limit_of_registers_holds_for_a_kernel_and_what_it_calls() {
    for target in AMD {
        for kernel in ["holds_much", "calls_with_much"] {
            for limit in [40, 77, 96] {
                let text = asm_bound(kernel, target, 256, at_most(limit));
                assert!(vector_registers(&text) <= limit, "{kernel}, {limit}: {}", text.text);
            }
        }
    }
}

#[test]
fn a_small_kernel_is_as_it_was() {
    for target in AMD {
        let (free, bound) = (asm("saxpy_unchecked", target), asm_bound("saxpy_unchecked", target, 256, at_least(4)));
        assert_eq!(vector_registers(&free), vector_registers(&bound));
    }
}

#[test]
fn ptxas_is_told() {
    let free = asm("holds_much", NVPTX);
    free.has(".maxntid 256").lacks(".minnctapersm").lacks(".maxnreg").lacks(".reqntid");
    // 8 warps on each of 4 schedulers are 4 groups of 256.
    asm_bound("holds_much", NVPTX, 256, at_least(8)).has(".minnctapersm 4").has(".maxntid 256");
    asm_bound("holds_much", NVPTX, 100, at_least(1)).has(".minnctapersm 1").has(".maxntid 100");
    asm_bound("holds_much", NVPTX, 256, at_most(64)).has(".maxnreg 64").has(".maxntid 256");
    // PTX has one directive or the other.
    asm_bound("holds_much", NVPTX, 64, exactly([8, 4, 2])).has(".reqntid 8, 4, 2").lacks(".maxntid");
}

#[test]
fn what_cannot_be_kept_is_refused_with_both_numbers() {
    for (target, bounds, parts) in [
        ("gfx90a", at_least(9), ["at least 9 sub-groups", "room for 8"]),
        ("gfx906", at_least(11), ["at least 11 sub-groups", "room for 10"]),
        ("gfx1010", at_least(21), ["at least 21 sub-groups", "room for 20"]),
        ("gfx1100", at_least(17), ["at least 17 sub-groups", "room for 16"]),
        ("gfx1100", at_most(257), ["at most 257 registers", "24 to 256"]),
        ("gfx90a", at_most(513), ["at most 513 registers", "24 to 512"]),
        ("gfx90a", at_most(23), ["at most 23 registers", "24 to 512"]),
        ("sm_90", at_least(17), ["at least 17 sub-groups", "room for 64"]),
        ("sm_86", at_least(13), ["at least 13 sub-groups", "room for 48"]),
        ("sm_90", at_most(256), ["at most 256 registers", "24 to 255"]),
        ("sm_90", at_most(8), ["at most 8 registers", "24 to 255"]),
    ] {
        let error = try_compile_bound(release(), "saxpy", target, Emit::Asm, 256, bounds).unwrap_err();
        assert!(matches!(error, CompileError::LaunchBounds { .. }), "{error}");
        let text = error.to_string();
        assert!(text.contains("kernels::saxpy") && parts.iter().all(|p| text.contains(p)), "{target}: {text}");
    }
}

#[test]
fn all_that_the_processor_has_room_for_is_no_error() {
    for (target, most) in
        [("gfx900", 10), ("gfx908", 10), ("gfx942", 8), ("gfx1010", 20), ("gfx1030", 16), ("gfx1201", 16)]
    {
        // A number that the back end does not take, it ignores.
        let bound = asm_bound("holds_much", target, 256, at_least(most));
        assert!(vector_registers(&bound) < vector_registers(&asm("holds_much", target)), "{}", bound.text);
    }
}

#[test]
fn a_group_of_known_size_is_not_asked_for_its_size() {
    for target in AMD {
        let free = asm("writes_own_place", target);
        free.has(".amdhsa_user_sgpr_dispatch_ptr 1").has(".max_flat_workgroup_size: 256");
        let exact = asm_bound("writes_own_place", target, 256, exactly([32, 8, 1]));
        exact.has(".amdhsa_user_sgpr_dispatch_ptr 0").has(".max_flat_workgroup_size: 256");
        exact.lacks("s_lshl_b64").lacks("s_mul_hi");
        assert!(instructions(&exact) < instructions(&free), "{} {}", free.text, exact.text);
    }
    asm("writes_own_place", NVPTX).has("%ntid.x");
    asm_bound("writes_own_place", NVPTX, 256, exactly([32, 8, 1])).lacks("%ntid");
}

#[test]
fn axes_of_one_work_item_are_not_looked_at() {
    for target in AMD {
        asm("writes_own_place", target).has(".amdhsa_system_vgpr_workitem_id 1");
        asm_bound("writes_own_place", target, 64, exactly([64, 1, 1])).has(".amdhsa_system_vgpr_workitem_id 0");
    }
}

#[test]
fn a_group_of_one_sub_group_waits_for_nobody() {
    for (target, size) in [("gfx90a", 64), ("gfx1100", 32)] {
        asm("reverse_in_group", target).has_times(1, "s_barrier");
        asm_bound("reverse_in_group", target, size, exactly([size, 1, 1])).lacks("s_barrier");
    }
}

#[test]
fn bounds_go_together() {
    for target in GPUS {
        let bounds = CodeBounds {
            min_subgroups: NonZeroU32::new(8),
            max_registers: NonZeroU32::new(60),
            group_size: Some([128, 1, 1]),
        };
        let text = asm_bound("holds_much", target, 128, bounds);
        match target {
            NVPTX => text.has(".reqntid 128").has(".minnctapersm 8").has(".maxnreg 60"),
            _ => text.has(".max_flat_workgroup_size: 128"),
        };
        assert!(target == NVPTX || vector_registers(&text) <= 60, "{}", text.text);
    }
}

#[test]
fn what_calls_need_is_refused_where_it_is_too_much() {
    for target in AMD {
        // The work-item's ids are in register 31 of a function that is called.
        let bound = |bounds| try_compile_bound(release(), "explains", target, Emit::Image, 256, bounds);
        let error = bound(at_most(24)).unwrap_err();
        assert!(matches!(error, CompileError::LaunchBounds { .. }), "{error}");
        let text = error.to_string();
        assert!(text.contains("at most 24 registers") && text.contains("need 3"), "{text}");
        bound(at_most(64)).unwrap();
    }
    let bounds = at_least(10);
    let error = try_compile_bound(release(), "explains", "gfx906", Emit::Image, 256, bounds).unwrap_err().to_string();
    assert!(error.contains("at least 10 sub-groups") && error.contains("room for 8"), "{error}");
}

#[test]
fn images_keep_their_bounds() {
    for (target, _, _, most) in SIMDS {
        for bounds in [at_least(most), at_most(48)] {
            try_compile_bound(release(), "holds_much", target, Emit::Image, 256, bounds).unwrap();
        }
    }
    for (target, most) in [("gfx900", 10), ("gfx1010", 20), ("gfx1030", 16), ("gfx1102", 16), ("gfx1201", 16)] {
        try_compile_bound(release(), "holds_much", target, Emit::Image, 256, at_least(most)).unwrap();
    }
}

fn instructions(text: &Asm) -> usize {
    ["s_", "v_", "global_"].iter().map(|kind| text.text.lines().filter(|l| l.trim().starts_with(kind)).count()).sum()
}
