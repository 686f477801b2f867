//! What the code for NVIDIA GPUs looks like.

mod support;

use geobacter_codegen::Emit;
use support::{NVPTX, asm, release, try_compile};

#[test]
fn a_simple_kernel_is_one_entry_with_a_block_and_a_launch_bound() {
    let ptx = asm("saxpy_unchecked", NVPTX);
    ptx.has_times(1, ".entry").has(".maxntid 256").has(".target sm_90").has(".param .align 8 .b8");
    ptx.has(&format!(".visible .entry {}(", ptx.compiled.symbol));
    ptx.lacks("call").lacks(".func").lacks(".extern").lacks(".local").lacks(".shared");
    assert_eq!(ptx.compiled.group_memory, 0);
}

#[test]
fn arguments_come_from_the_block_and_buffers_are_global_memory() {
    let ptx = asm("saxpy_unchecked", NVPTX);
    ptx.has("ld.param.b32").has("ld.param.b64").has("st.global.b32").has_times(2, "ld.global");
    // Neither generic loads nor generic stores.
    ptx.lacks("ld.b").lacks("st.b").lacks("ld.v").lacks("st.v");
}

#[test]
fn input_slices_go_through_the_read_only_path_and_outputs_do_not() {
    asm("saxpy_unchecked", NVPTX).has_times(1, "ld.global.nc");
    // In loops too, where the address is an induction variable.
    asm("gemm", NVPTX).has("ld.global.nc.b32").lacks("ld.global.b32");
}

#[test]
fn loop_addresses_look_like_each_work_items_own() {
    // Of a loop over a slice that all work-items read; see `loop_addresses.rs`.
    asm("sums", NVPTX).has("%lanemask_lt");
    asm("saxpy_unchecked", NVPTX).lacks("%lanemask_lt");
}

#[test]
fn outputs_are_not_checked_for_null() {
    // Extent, output length, input length: one comparison each.
    asm("saxpy_unchecked", NVPTX).has_times(3, "setp.");
}

#[test]
fn sixteen_byte_types_move_in_one_access() {
    asm("copy_vectors", NVPTX).has_times(1, "ld.global.nc.v4").has_times(1, "st.global.v4").lacks("ld.global.b");
}

#[test]
fn local_buffers_of_bytes_are_cleared_in_wide_pieces() {
    asm("scatters", NVPTX).has(".local .align 16").has_times(8, "st.local.b64");
}

#[test]
fn debug_info_does_not_turn_the_drivers_optimiser_down() {
    asm("saxpy", NVPTX).lacks("debug").lacks(".loc").lacks(".section");
}

#[test]
fn ids_of_all_axes_are_special_registers() {
    let ptx = asm("where_am_i", NVPTX);
    for register in ["%tid.x", "%tid.y", "%tid.z", "%ctaid.x", "%ctaid.y", "%ctaid.z", "%ntid.x", "%ntid.y", "%ntid.z"]
    {
        ptx.has(register);
    }
}

#[test]
fn a_checked_kernel_reports_the_panic_and_ends_its_thread() {
    let ptx = asm("saxpy", NVPTX);
    ptx.has_times(1, "atom.relaxed.gpu.global.add.u32").has("exit;").lacks("call").lacks("shared");
    assert_eq!(ptx.compiled.group_memory, 0);
}

#[test]
fn a_barrier_stays_one_instruction_and_two_stay_two() {
    asm("reverse_in_group", NVPTX).has_times(1, "bar.sync");
    asm("two_barriers", NVPTX).has_times(2, "bar.sync");
}

#[test]
fn the_platform_is_a_constant() {
    let ptx = asm("double_or_square", NVPTX);
    ptx.lacks("mul.rn").has("add.rn");
}

#[test]
fn trait_objects_call_through_pointers() {
    asm("dispatch", NVPTX).has(".global");
}

#[test]
fn images_end_with_the_nul_that_the_driver_looks_for() {
    let image = try_compile(release(), "saxpy", NVPTX, Emit::Image).unwrap();
    assert_eq!(image.code.last(), Some(&0));
    assert_eq!(image.code.iter().filter(|b| **b == 0).count(), 1);
}

#[test]
fn older_and_newer_capabilities_are_written_with_a_version_that_drivers_load() {
    for (target, capability) in [("sm_70", "sm_70"), ("sm_80", "sm_80"), ("sm_120", "sm_120"), ("sm_199", "sm_121")] {
        asm("saxpy", target).has(&format!(".target {capability}"));
    }
    asm("saxpy", "sm_90").has(".version 7.8");
}

#[test]
fn atomics_have_the_ordering_and_scope_that_the_source_says() {
    let ptx = asm("orders", NVPTX);
    ptx.has("atom.relaxed.sys.global.add.u32").has("atom.acquire.sys.global.or.b32");
    ptx.has("atom.release.sys.global.xor.b32").has("atom.acq_rel.sys.global.exch.b32");
    ptx.has("fence.sc.sys").has("atom.acq_rel.sys.global.max.u32");
    let ptx = asm("counters", NVPTX);
    ptx.has("atom.relaxed.cta.shared.add.u32").has("atom.relaxed.cta.shared.or.b32");
    ptx.has("atom.relaxed.gpu.global.max.s32").has("atom.relaxed.gpu.global.add.u32");
    ptx.has("atom.acq_rel.gpu.global.add.u64").has("fence.acq_rel.gpu").lacks("atom.relaxed.sys").lacks("cas");
    asm("float_counters", NVPTX).has("atom.relaxed.gpu.global.add.f32").has("atom.relaxed.gpu.global.add.f64");
}

#[test]
fn signals_change_for_the_whole_system() {
    let ptx = asm("signals", NVPTX);
    for operation in ["release.sys.global.add.u64", "relaxed.sys.global.and.b64", "relaxed.sys.global.min.s64"] {
        ptx.has(&format!("atom.{operation}"));
    }
    ptx.has("st.release.sys").lacks(".gpu").lacks(".cta");
}

#[test]
fn work_group_memory_is_shared_memory() {
    let ptx = asm("neighbours", NVPTX);
    ptx.has(".extern .shared .align 16 .b8 geobacter_group_memory[]").has("st.shared").has("ld.shared");
    ptx.has_times(2, "bar.sync");
    let ptx = asm("sized_at_launch", NVPTX);
    ptx.has("ld.shared.b32").has(".extern .shared .align 16 .b8 geobacter_group_memory[]");
}

#[test]
fn sub_groups_are_warps_and_all_of_their_threads_are_named() {
    let ptx = asm("subgroup_sum", NVPTX);
    ptx.has_times(5, "shfl.sync.bfly.b32").has("vote.sync.ballot.b32").lacks("activemask");
    ptx.has("31, -1");
    asm("lane_reads", NVPTX).has("shfl.sync.idx.b32");
}

#[test]
fn a_texel_is_one_load_and_one_store_of_its_size() {
    let ptx = asm("inverts_image", NVPTX);
    ptx.has_times(1, "ld.global")
        .has_times(1, "ld.global.nc.b32")
        .has_times(1, "st.global")
        .has_times(1, "st.global.b32");
    // Neither a division nor a way to panic: nothing but the access and the arithmetic.
    ptx.lacks("div.").lacks("call").lacks(".local");
    asm("copies_texels", NVPTX)
        .has_times(1, "ld.global.nc.v4")
        .has_times(1, "st.global.v4")
        .has_times(1, "ld.global")
        .has_times(1, "st.global");
}

#[test]
fn masked_stores_read_the_texel_and_write_it_once() {
    asm("reddens", NVPTX)
        .has_times(1, "ld.global.b32")
        .has_times(1, "st.global.b32")
        .has_times(1, "st.global")
        .has_times(1, "ld.global");
}

#[test]
fn a_constant_sampler_is_four_loads_and_no_decision() {
    let ptx = asm("samples", NVPTX);
    ptx.has_times(4, "ld.global.nc.b32").has_times(1, "st.global.b32").lacks("call").lacks(".local");
}

#[test]
fn low_bits_of_a_float_are_moved_before_they_are_stored() {
    let ptx = asm("low_bits", NVPTX);
    ptx.has_times(2, "add.rn.f32").has_times(2, "mov.b32").has("st.global.b8").has("st.global.b16");
}
