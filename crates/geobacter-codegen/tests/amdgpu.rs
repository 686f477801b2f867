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
fn sixteen_byte_types_move_in_one_access() {
    asm("copy_vectors", "gfx90a").has_times(1, "global_load_dwordx4").has_times(1, "global_store_dwordx4");
    asm("copy_vectors", "gfx1100").has_times(1, "global_load_b128").has_times(1, "global_store_b128");
}

#[test]
fn a_panic_is_reported_and_only_its_own_work_item_ends() {
    for target in AMD {
        let text = asm("saxpy", target);
        // The function that reports returns, and the kernel goes on for the others: `s_endpgm` would end them too.
        text.has("s_swappc").has("s_setpc_b64").has_times(1, "s_endpgm").lacks("s_trap");
        assert_eq!(text.compiled.group_memory, 8);
        for kernel in ["divide", "message", "explains", "slices", "gemm", "mixes"] {
            asm(kernel, target).has("s_swappc").lacks("s_trap");
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
