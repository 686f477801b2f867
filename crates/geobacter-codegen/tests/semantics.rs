//! What Rust code means stays what it means: math, panics, detection, memory functions, wide integers.

mod support;

use geobacter_codegen::Emit;
use support::{AMD, GPUS, NVPTX, asm, asm_of, debug, release, try_compile};

#[test]
fn math_without_an_exact_instruction_comes_from_the_device_library() {
    for target in GPUS {
        let text = asm("sines", target);
        // Neither PTX's approximations nor AMD's, whose argument reduction is imprecise.
        text.lacks("sin.approx").lacks("cos.approx").lacks("v_sin_f32").lacks("v_cos_f32");
        text.lacks(".extern");
    }
}

#[test]
fn math_with_an_exact_instruction_is_that_instruction() {
    asm("powers", NVPTX).has("sqrt.rn.f32").has("fma.rn.f32").has("cvt.rmi.f32.f32");
    for target in AMD {
        asm("powers", target).has("v_sqrt_f32").has("v_floor_f32");
    }
}

#[test]
fn feature_detection_finds_nothing_of_the_hosts() {
    for target in GPUS {
        let text = asm("detects", target);
        text.lacks("cpuid").lacks("s_trap").lacks("trap;").lacks("s_swappc").lacks("call.uni");
    }
}

#[test]
fn what_detection_keeps_is_a_constant_on_a_device() {
    for target in GPUS {
        asm("remembers", target).lacks("detected").lacks("s_swappc").lacks("call.uni");
    }
}

#[test]
fn messages_of_panics_are_in_the_code() {
    for target in AMD {
        let text = asm("message", target);
        // Short texts become stores of their letters.
        text.has("the counter is full").has("src/lib.rs");
    }
    for target in AMD {
        asm("divide", target).has("attempt to divide by zero");
        asm("saxpy", target).has("index out of bounds: the len is {} but the index is {}");
        asm("explains", target).has(" is not below ").has("called `Result::unwrap()` on an `Err` value");
    }
}

/// IR of a kernel of the release build.
fn ir(kernel: &str, target: &str) -> String {
    let compiled = try_compile(release(), kernel, target, Emit::Llvm).unwrap_or_else(|e| panic!("{kernel}: {e}"));
    String::from_utf8(compiled.code).expect("text")
}

#[test]
fn values_that_the_host_can_format_bring_no_formatting_along() {
    for target in GPUS {
        for kernel in ["explains", "explains_floats"] {
            let ir = ir(kernel, target);
            assert!(ir.contains("__geobacter_rt_panic_fmt"), "{ir}");
            for formatting in ["4core3fmt", "flt2dec", "call zeroext i1 %"] {
                assert!(!ir.contains(formatting), "{kernel} for {target} has `{formatting}`:\n{ir}");
            }
        }
    }
}

#[test]
fn kernels_that_may_panic_have_no_stack_of_unknown_size() {
    for target in AMD {
        asm("slices", target).has(".private_segment_fixed_size: 0").has(".amdhsa_uses_dynamic_stack 0");
        // The arguments of a message are in memory of the work-item's.
        for kernel in ["explains", "explains_floats"] {
            asm(kernel, target).lacks(".private_segment_fixed_size: 0").has(".amdhsa_uses_dynamic_stack 0");
        }
    }
}

#[test]
fn where_the_device_formats_the_host_still_formats_floats() {
    for target in GPUS {
        let ir = ir("explains_a_type", target);
        assert!(ir.contains("4Step") && ir.contains("__geobacter_rt_format_later"), "{ir}");
        assert!(!ir.contains("flt2dec") && !ir.contains("grisu"), "{ir}");
    }
}

#[test]
fn code_that_prints_says_so_and_other_code_is_as_it_was() {
    for target in GPUS {
        asm("tells", target).has("geobacter_prints").has("__geobacter_rt_print");
        for kernel in
            ["saxpy", "explains", "gemm", "formats_length"].into_iter().take(if target == NVPTX { 4 } else { 3 })
        {
            asm(kernel, target).lacks("geobacter_prints").lacks("geobacter_rt_print");
        }
    }
}

#[test]
fn a_kernel_without_panics_has_none_of_their_cost() {
    for target in GPUS {
        for kernel in ["saxpy_unchecked", "copy_vectors", "checksum", "compares", "counts", "sines", "powers"] {
            let text = asm(kernel, target);
            text.lacks("geobacter_rt_panic").lacks("status_slot");
            assert_eq!(text.compiled.group_memory, 0);
        }
    }
}

#[test]
fn atomics_are_atomics_in_global_memory() {
    asm("counts", NVPTX).has("global.add.u32");
    for target in AMD {
        asm("counts", target).has("global_atomic_add");
    }
}

#[test]
fn recursion_stays_recursion() {
    asm("recurses", NVPTX).has("call");
    for target in AMD {
        asm("recurses", target).has("s_swappc");
    }
}

#[test]
fn debug_builds_become_optimised_device_code_too() {
    for target in GPUS {
        // Debug builds check arithmetic, so panics stay.
        let text = asm_of(debug(), "saxpy", target);
        text.lacks("flat_load_dword v").lacks(".extern");
    }
    asm_of(debug(), "saxpy", NVPTX).has("ld.global").has("st.global");
}
