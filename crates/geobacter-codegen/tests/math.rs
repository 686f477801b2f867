//! What the code for floating-point functions looks like.

mod support;

use support::{AMD, NVPTX, asm};

#[test]
fn nvidia_approximates_with_one_instruction_each() {
    let ptx = asm("approximates", NVPTX);
    for instruction in ["sin", "cos", "ex2", "lg2", "rsqrt", "div", "tanh"] {
        ptx.has_times(1, &format!("{instruction}.approx.f32"));
    }
    // One of them in `rsqrt`.
    ptx.has_times(2, "sqrt.approx.f32");
    ptx.has_times(1, "rcp.approx.ftz.f32").lacks("call").lacks(".rn.f32");
}

#[test]
fn nvidia_before_tanh_makes_it_of_others() {
    let ptx = asm("approximates", "sm_70");
    ptx.lacks("tanh").has_times(2, "ex2.approx.f32").has_times(2, "rcp.approx.ftz.f32").lacks("call");
}

#[test]
fn amd_approximates_with_its_transcendental_instructions() {
    for target in AMD {
        let text = asm("approximates", target);
        text.has_times(1, "v_sin_f32").has_times(1, "v_cos_f32").has_times(2, "v_fract_f32").has_times(1, "v_log_f32");
        // The quotient is by an inverse, and the hyperbolic tangent by a power and an inverse.
        text.has_times(2, "v_exp_f32").has_times(3, "v_rcp_f32").has_times(1, "v_rsq_f32").has_times(1, "v_sqrt_f32");
        text.lacks("s_swappc").lacks("v_div_scale");
    }
}

#[test]
fn divisions_roots_and_fused_products_are_rounded_once_and_keep_subnormal_numbers() {
    let ptx = asm("rounds_once", NVPTX);
    for ty in ["f32", "f64"] {
        ptx.has(&format!("div.rn.{ty}")).has(&format!("sqrt.rn.{ty}")).has(&format!("fma.rn.{ty}"));
    }
    ptx.lacks(".ftz").lacks("approx");
    for target in AMD {
        let text = asm("rounds_once", target);
        text.has("v_div_scale_f32").has("v_div_fmas_f32").has("v_div_fixup_f32").has("v_div_fixup_f64").has("v_fma");
        // 3: neither inputs nor results are flushed.
        text.has(".amdhsa_float_denorm_mode_32 3").has(".amdhsa_float_denorm_mode_16_64 3");
    }
}

#[test]
fn roots_in_the_device_library_are_instructions() {
    let ptx = asm("hypotenuses", NVPTX);
    ptx.has_times(1, "sqrt.rn.f64").lacks("xgetbv").lacks("cpuid");
}

#[test]
fn longer_powers_carry_what_each_product_loses() {
    // Three products, each with what it loses, and no call of `pow`.
    let ptx = asm("fifth_powers", NVPTX);
    ptx.lacks("call").lacks(".f64").has("fma.rn.f32").has_times(3, "mul.rn.f32");
}
