//! What the code for AMD GPUs looks like.

mod support;

use geobacter_codegen::Emit;
use support::{AMD, asm, release, try_compile};

#[test]
fn a_simple_kernel_has_no_calls_no_stack_and_no_work_group_memory() {
    for target in AMD {
        let text = asm("saxpy_unchecked", target);
        text.has(&format!(".amdhsa_kernel {}", text.compiled.symbol)).has(".amdhsa_code_object_version 5");
        text.has(".max_flat_workgroup_size: 256").has(".uniform_work_group_size: 1");
        text.lacks("s_swappc")
            .lacks("scratch_load")
            .lacks("scratch_store")
            .lacks("flat_load")
            .lacks("flat_store")
            .lacks("ds_");
        text.has(".group_segment_fixed_size: 0").has(".private_segment_fixed_size: 0");
        assert_eq!(text.compiled.group_memory, 0);
    }
}

#[test]
fn arguments_are_scalar_loads_and_buffers_global_memory() {
    for target in AMD {
        let text = asm("saxpy_unchecked", target);
        text.has("s_load_").has_times(2, "global_load").has_times(1, "global_store");
    }
}

#[test]
fn the_block_is_all_that_a_launch_passes() {
    for target in AMD {
        asm("saxpy", target).has(".kernarg_segment_size: 96").lacks("hidden_");
    }
}

#[test]
fn a_kernel_is_given_the_registers_it_uses_and_no_others() {
    for target in AMD {
        let text = asm("saxpy_unchecked", target);
        text.has(".amdhsa_user_sgpr_queue_ptr 0").has(".amdhsa_user_sgpr_dispatch_id 0");
        text.has(".amdhsa_system_vgpr_workitem_id 0").has(".amdhsa_system_sgpr_workgroup_id_x 1");
        text.has(".amdhsa_system_sgpr_workgroup_id_y 0").has(".amdhsa_system_sgpr_workgroup_id_z 0");
        let text = asm("where_am_i", target);
        text.has(".amdhsa_system_vgpr_workitem_id 2").has(".amdhsa_system_sgpr_workgroup_id_z 1");
    }
}

#[test]
fn numbers_of_work_items_are_computed_in_32_bits() {
    // On gfx11 the back end merges the product with the sum after it, whichever way they are written.
    asm("saxpy_unchecked", "gfx90a").has("s_mul_i32").lacks("v_mad_u64_u32");
}

#[test]
fn sixteen_byte_types_move_in_one_access() {
    asm("copy_vectors", "gfx90a").has_times(1, "global_load_dwordx4").has_times(1, "global_store_dwordx4");
    asm("copy_vectors", "gfx1100").has_times(1, "global_load_b128").has_times(1, "global_store_b128");
}

#[test]
fn a_panic_is_reported_and_only_its_own_work_item_ends() {
    for target in AMD {
        for kernel in ["saxpy", "divide", "message", "gemm", "mixes"] {
            let text = asm(kernel, target);
            // By the number of its site, without a call; and the kernel goes on for the others, whom `s_endpgm` would end.
            text.has("global_atomic_add").lacks("s_swappc").lacks("s_trap");
            // All work-items of a wavefront divide by the same number: that one may end it.
            assert!(kernel == "divide" || text.count("s_endpgm") == 1, "{}", text.text);
            assert_eq!(text.compiled.group_memory, 0, "{kernel}");
        }
        // A message with values of its own, or that depends on them, is written by a function. It returns.
        for kernel in ["explains", "slices"] {
            asm(kernel, target).has("s_swappc").has("s_setpc_b64").has("s_endpgm").lacks("s_trap");
        }
    }
}

#[test]
fn a_panic_below_calls_with_results_ends_only_its_own_work_item() {
    const STATUS_SLOT: u32 = 8;
    const FLAGS: u32 = 256;
    for target in AMD {
        for kernel in ["dispatches_to_panics", "recurses_to_panics"] {
            let text = asm(kernel, target);
            text.has("s_swappc").lacks("s_trap");
            assert_eq!(text.compiled.group_memory, STATUS_SLOT + FLAGS, "{kernel}");
            // The kernel clears its flag, the panic sets it, and what comes after the call looks at it.
            assert!(text.count("ds_write_b8") + text.count("ds_store_b8") >= 2, "{}", text.text);
            assert!(text.count("ds_read_u8") + text.count("ds_load_u8") >= 1, "{}", text.text);
        }
    }
}

#[test]
fn a_barrier_stays_one_instruction_and_two_stay_two() {
    for target in AMD {
        asm("reverse_in_group", target).has_times(1, "s_barrier");
        asm("two_barriers", target).has_times(2, "s_barrier");
    }
}

#[test]
fn the_platform_is_a_constant() {
    for target in AMD {
        asm("double_or_square", target).has("v_mul_f32").lacks("v_add_f32");
    }
}

#[test]
fn features_behind_the_processor_are_kept() {
    let text = asm("saxpy", "gfx90a:sramecc+:xnack-");
    text.has("gfx90a:sramecc+:xnack-");
}

#[test]
fn images_are_shared_objects_with_a_kernel_descriptor() {
    for target in AMD {
        let image = try_compile(release(), "saxpy", target, Emit::Image).unwrap();
        assert_eq!(&image.code[..4], b"\x7fELF");
        const SHARED_OBJECT: u8 = 3;
        assert_eq!(image.code[16], SHARED_OBJECT);
        let descriptor = format!("{}.kd", image.symbol);
        assert!(image.code.windows(descriptor.len()).any(|w| w == descriptor.as_bytes()));
    }
}

#[test]
fn a_change_of_a_signal_interrupts_the_host() {
    for target in AMD {
        let text = asm("signals", target);
        text.has("s_sendmsg sendmsg(MSG_INTERRUPT)").has("v_readfirstlane_b32");
    }
}

#[test]
fn work_group_memory_is_lds_at_constant_addresses() {
    for (target, write, read) in [("gfx90a", "ds_write", "ds_read"), ("gfx1100", "ds_store", "ds_load")] {
        let text = asm("neighbours", target);
        text.has(write).has(read).has_times(2, "s_barrier").lacks("flat_load").lacks("flat_store").lacks("scratch_l");
        // The launch says how much there is; the code has none of its own.
        text.has(".amdhsa_group_segment_fixed_size 0");
        asm("padded_tile", target).has("offset0:4 offset1:21").lacks("flat_load").lacks("flat_store");
        asm("sized_at_launch", target).has(read);
    }
}

#[test]
fn the_launchs_memory_begins_behind_the_panic_slot() {
    for target in AMD {
        // It can panic below a call: a flag for each work-item, and 8 bytes that say where to report it. What follows is
        // aligned.
        let text = asm("panics_below_in_group", target);
        text.has(".amdhsa_group_segment_fixed_size 272").has("s_swappc");
        assert_eq!(text.compiled.group_memory, 272);
    }
}

#[test]
fn sub_groups_reduce_without_addresses() {
    asm("subgroup_sum", "gfx90a").has("_dpp").has("ds_swizzle_b32").has_times(1, "ds_bpermute_b32");
    asm("subgroup_sum", "gfx1100").has("_dpp").has("ds_swizzle_b32").lacks("ds_bpermute");
    for target in AMD {
        asm("lane_reads", target).has("v_readfirstlane_b32").has("v_readlane_b32").has_times(1, "ds_bpermute_b32");
    }
}

#[test]
fn wavefronts_of_64_where_asked_for() {
    for (target, size) in [("gfx1100", 32), ("gfx1100:wave64", 64), ("gfx1201:wave64", 64)] {
        let text = asm("lane_reads", target);
        assert_eq!(text.number(".wavefront_size:"), size, "{target}");
        text.has(&format!(".amdhsa_wavefront_size32 {}", u32::from(size == 32)));
        // Masks of as many bits.
        asm("saxpy", target).has(if size == 64 { "s_and_saveexec_b64" } else { "s_and_saveexec_b32" });
        asm("subgroup_sum", target).has("_dpp").has("ds_swizzle_b32");
        // Images are linked, and their descriptors say it too.
        let image = try_compile(release(), "lane_reads", target, Emit::Image).unwrap();
        let kernel = geobacter_code_object::kernel(&image.code, &image.symbol).unwrap();
        assert_eq!(kernel.wavefront_size, size);
    }
    // The reduction's last step: there is another half.
    asm("subgroup_sum", "gfx1100").lacks("ds_bpermute");
    asm("subgroup_sum", "gfx1100:wave64").has("ds_bpermute");
}

#[test]
fn lanes_read_across_the_halves_of_64() {
    asm("lane_reads", "gfx1100").lacks("v_permlane64").has_times(1, "ds_bpermute_b32");
    // Within 32 lanes, and from the other half, with all lanes active.
    asm("lane_reads", "gfx1100:wave64")
        .has("v_permlane64_b32")
        .has_times(2, "ds_bpermute_b32")
        .has("s_or_saveexec_b64");
    asm("lane_reads", "gfx1201:wave64").lacks("v_permlane64").has_times(1, "ds_bpermute_b32");
}

#[test]
fn scoped_atomics_are_instructions_and_no_loops() {
    for target in AMD {
        let text = asm("counters", target);
        text.has("ds_add_u32").has("ds_or_b32");
        text.has("global_atomic_and").has("global_atomic_sub").lacks("cmpswap").lacks("flat_atomic");
    }
    asm("counters", "gfx90a").has("global_atomic_smax").has("global_atomic_add_x2");
    asm("counters", "gfx1100").has("global_atomic_max_i32").has("global_atomic_add_u64");
}

#[test]
fn floating_point_additions_are_instructions_where_there_are_some() {
    asm("float_counters", "gfx90a").has("global_atomic_add_f32").has("global_atomic_add_f64").lacks("cmpswap");
    // RDNA has none for `f64`.
    asm("float_counters", "gfx1100").has("global_atomic_add_f32").has("global_atomic_cmpswap_b64");
}

#[test]
fn a_texel_is_one_load_and_one_store_of_its_size() {
    for (target, load, store) in
        [("gfx90a", "global_load_dword ", "global_store_dword "), ("gfx1100", "global_load_b32 ", "global_store_b32 ")]
    {
        let text = asm("inverts_image", target);
        text.has_times(1, "global_load").has_times(1, load).has_times(1, "global_store").has_times(1, store);
        text.lacks("flat_load").lacks("flat_store").lacks("scratch_load").lacks("s_swappc");
        let text = asm("reddens", target);
        text.has_times(1, "global_load").has_times(1, "global_store").lacks("flat_load");
        let text = asm("samples", target);
        text.has_times(4, "global_load").has_times(1, "global_store").lacks("flat_load").lacks("s_swappc");
    }
    asm("copies_texels", "gfx90a").has_times(1, "global_load_dwordx4").has_times(1, "global_store_dwordx4");
}

#[test]
fn asking_for_a_launch_is_an_addition_and_stores() {
    for target in AMD {
        let text = asm("launching::asks_for_launches", target);
        // The other addition counts panics, where there is no room.
        text.has_times(2, "global_atomic_add").lacks("cmpswap").lacks("flat_store");
        text.lacks("s_swappc").has(".private_segment_fixed_size: 0");
    }
}

#[test]
fn arguments_are_loaded_where_they_are_used_if_that_saves_registers() {
    for kernel in ["sums", "copy_vectors"] {
        let text = asm(kernel, "gfx90a");
        assert!(text.number(".sgpr_count:") <= 16, "{}", text.text);
    }
}
