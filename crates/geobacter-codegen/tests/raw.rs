//! Operations that one vendor has: its instructions on its devices, a refusal on others.

mod support;

use geobacter_codegen::{CompileError, Emit};
use support::{AMD, GPUS, NVPTX, asm, asm_of, debug, release, try_compile};

#[test]
fn amd_operations_are_their_instructions() {
    for target in AMD {
        let code = asm("amd_lanes", target);
        code.has("row_shr:3")
            .has("quad_perm:[3,2,1,0] row_mask:0x5 bank_mask:0xf")
            .has("ds_swizzle_b32")
            .has("ds_permute_b32");
        code.has("ds_bpermute_b32").has("v_writelane_b32");
    }
    asm("amd_later_lanes", "gfx1100").has("v_permlane16_b32").has("v_permlanex16_b32");
}

#[test]
fn nvidia_operations_are_their_instructions() {
    let code = asm("nvidia_lanes", NVPTX);
    for kind in ["idx", "up", "down", "bfly"] {
        code.has_times(1, &format!("shfl.sync.{kind}.b32"));
    }
    for kind in ["all.pred", "any.pred", "uni.pred", "ballot.b32"] {
        code.has_times(1, &format!("vote.sync.{kind}"));
    }
    code.has_times(1, "match.any.sync.b32").has_times(1, "match.all.sync.b32").has_times(1, "activemask.b32");
    let code = asm("nvidia_sums", NVPTX);
    for kind in ["add.s32", "min.u32", "max.u32", "and.b32", "or.b32", "xor.b32"] {
        code.has_times(1, &format!("redux.sync.{kind}"));
    }
}

/// Constants are constants without the host's optimiser too.
#[test]
fn debug_builds_have_them_as_well() {
    asm_of(debug(), "amd_lanes", "gfx90a").has("row_shr:3").has("ds_swizzle_b32");
    asm_of(debug(), "nvidia_lanes", NVPTX).has("match.any.sync.b32");
}

#[test]
fn a_device_without_the_operation_is_told_of_with_the_way_there() {
    for (kernel, target, operation) in [
        ("amd_lanes", NVPTX, "`amd::dpp`"),
        ("nvidia_lanes", "gfx90a", "`nvidia::"),
        ("amd_later_lanes", "gfx90a", "`amd::permlane"),
        ("nvidia_sums", "sm_75", "`nvidia::redux_"),
    ] {
        let error = try_compile(release(), kernel, target, Emit::Asm).unwrap_err();
        let CompileError::Unsupported { what, suggestion, .. } = &error else { panic!("{error}") };
        assert!(what.contains(operation) && what.contains("does not have"), "{kernel} for {target}: {error}");
        assert!(suggestion.contains("geobacter::platform()"), "{error}");
    }
}

#[test]
fn a_branch_for_the_platform_has_its_own_operation_alone() {
    for target in GPUS {
        asm("lanes_of_either", target);
    }
    asm("lanes_of_either", NVPTX).has_times(1, "shfl.sync.bfly");
    asm("lanes_of_either", "gfx90a").has("quad_perm:[1,0,3,2]").lacks("ds_bpermute");
}
