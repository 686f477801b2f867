//! Scalar instructions.

mod support;

use support::snippet::{edges, lanes, run, run1};

/// The results of scalar instructions, which are the same in all lanes.
fn scalars(text: &str, outputs: &[&str]) -> Vec<u32> {
    let out = run(text, &[], outputs);
    assert!(out.iter().all(|r| r.iter().all(|v| *v == r[0])), "a scalar is the same in all lanes");
    out.iter().map(|r| r[0]).collect()
}

#[test]
fn additions_carry_into_scc() {
    let text = "s_mov_b32 s20, 0xffffffff
        s_add_u32 s21, s20, 2
        s_addc_u32 s22, 5, 0
        s_sub_u32 s23, 1, 2
        s_subb_u32 s24, 7, 0";
    assert_eq!(scalars(text, &["s21", "s22", "s23", "s24"]), [1, 6, 0xffff_ffff, 6]);
}

#[test]
fn shifts_and_fields_of_64_bits_use_both_registers() {
    let text = "s_mov_b32 s20, 0x89abcdef
        s_mov_b32 s21, 0x01234567
        s_lshl_b64 s[22:23], s[20:21], 36
        s_ashr_i64 s[24:25], s[22:23], 60
        s_bfe_u64 s[26:27], s[20:21], 0x00180014
        s_ff1_i32_b64 s28, s[22:23]
        s_flbit_i32_b64 s29, s[20:21]
        s_bcnt1_i32_b64 s30, s[20:21]";
    let value = 0x0123_4567_89ab_cdef_u64;
    let shifted = value << 36;
    let high = ((shifted as i64) >> 60) as u64;
    let expected = [
        (shifted >> 32) as u32,
        high as u32,
        (high >> 32) as u32,
        (value >> 20 & 0xff_ffff) as u32,
        shifted.trailing_zeros(),
        value.leading_zeros(),
        value.count_ones(),
    ];
    assert_eq!(scalars(text, &["s23", "s24", "s25", "s26", "s28", "s29", "s30"]), expected);
}

#[test]
fn constants_of_16_bits_are_signed_or_not_by_the_instruction() {
    let text = "s_movk_i32 s20, 0x8000
        s_addk_i32 s20, 0xffff
        s_cmpk_lg_u32 s20, 0x7fff
        s_cselect_b32 s21, 1, 0
        s_movk_i32 s22, 0x7fff
        s_cmpk_eq_u32 s22, 0x7fff
        s_cselect_b32 s23, 5, 6
        s_mulk_i32 s22, 0xfffe";
    assert_eq!(scalars(text, &["s20", "s21", "s22", "s23"]), [0xffff_7fff, 1, -65534_i32 as u32, 5]);
}

#[test]
fn calls_return_behind_themselves() {
    let text = "s_mov_b32 s20, 1
        s_getpc_b64 s[30:31]
        s_add_u32 s30, s30, function@rel32@lo+4
        s_addc_u32 s31, s31, function@rel32@hi+12
        s_swappc_b64 s[40:41], s[30:31]
        s_add_u32 s20, s20, 100
        s_branch over
        function:
        s_mul_i32 s20, s20, 7
        s_setpc_b64 s[40:41]
        over:";
    assert_eq!(scalars(text, &["s20"]), [107]);
}

#[test]
fn saved_exec_masks_restore_lanes() {
    let text = "v_mov_b32 v5, 1
        v_cmp_lt_u32 vcc, v0, v1
        s_and_saveexec_b64 s[20:21], vcc
        s_cbranch_execz none
        v_mov_b32 v5, 2
        none:
        s_xor_b64 exec, exec, s[20:21]
        v_add_u32 v5, 10, v5
        s_or_b64 exec, exec, s[20:21]";
    let limits = lanes(|l| if l % 3 == 0 { 0 } else { 4 * 40 });
    let expected = lanes(|l| if 4 * l < limits[l as usize] { 2 } else { 11 });
    assert_eq!(run1(text, &[limits], "v5"), expected);
}

#[test]
fn apertures_are_those_that_are_announced() {
    let text = "s_mov_b64 s[20:21], src_shared_base
        s_mov_b64 s[22:23], src_private_base
        s_getreg_b32 s24, hwreg(HW_REG_SH_MEM_BASES, 16, 16)
        s_lshl_b32 s24, s24, 16
        s_mov_b32 s25, src_shared_base";
    let high = |v: u64| (v >> 32) as u32;
    use geobacter_emulator::Processor;
    let (group, private) = (high(Processor::GROUP_APERTURE), high(Processor::PRIVATE_APERTURE));
    assert_eq!(scalars(text, &["s20", "s21", "s22", "s23", "s24"]), [0, group, 0, private, group]);
}

#[test]
fn vector_registers_can_be_indexed_by_a_scalar() {
    let text = "s_mov_b32 s20, 2
        s_set_gpr_idx_on s20, gpr_idx(SRC0)
        v_mov_b32 v5, v1
        s_set_gpr_idx_off
        s_set_gpr_idx_on s20, gpr_idx(DST)
        v_mov_b32 v6, v1
        s_set_gpr_idx_off";
    let inputs = [edges(1), edges(2), edges(3)];
    let out = run(text, &inputs, &["v5", "v8"]);
    assert_eq!(out, [inputs[2], inputs[0]]);
}
