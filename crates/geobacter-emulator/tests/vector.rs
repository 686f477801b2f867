//! Vector instructions against Rust's own arithmetic, over edge cases and with every way of naming operands.

mod support;

use support::snippet::{Lanes, edges, lanes, run, run1};

fn zip(a: Lanes, b: Lanes, f: impl Fn(u32, u32) -> u32) -> Lanes {
    std::array::from_fn(|i| f(a[i], b[i]))
}

#[test]
fn integer_operations_are_rusts() {
    type Case = (&'static str, fn(u32, u32) -> u32);
    let cases: [Case; 20] = [
        ("v_add_u32 v5, v1, v2", u32::wrapping_add),
        ("v_sub_u32 v5, v1, v2", u32::wrapping_sub),
        ("v_subrev_u32 v5, v1, v2", |a, b| b.wrapping_sub(a)),
        ("v_add_u32_e64 v5, v1, v2 clamp", u32::saturating_add),
        ("v_sub_i32 v5, v1, v2 clamp", |a, b| (a as i32).saturating_sub(b as i32) as u32),
        ("v_mul_lo_u32 v5, v1, v2", u32::wrapping_mul),
        ("v_mul_hi_u32 v5, v1, v2", |a, b| ((u64::from(a) * u64::from(b)) >> 32) as u32),
        ("v_mul_hi_i32 v5, v1, v2", |a, b| ((i64::from(a as i32) * i64::from(b as i32)) >> 32) as u32),
        ("v_lshlrev_b32 v5, v1, v2", |a, b| b.wrapping_shl(a)),
        ("v_ashrrev_i32 v5, v1, v2", |a, b| (b as i32).wrapping_shr(a) as u32),
        ("v_bfrev_b32 v5, v1", |a, _| a.reverse_bits()),
        ("v_ffbh_u32 v5, v1", |a, _| if a == 0 { u32::MAX } else { a.leading_zeros() }),
        ("v_ffbl_b32 v5, v1", |a, _| if a == 0 { u32::MAX } else { a.trailing_zeros() }),
        ("v_bcnt_u32_b32 v5, v1, v2", |a, b| a.count_ones().wrapping_add(b)),
        ("v_alignbit_b32 v5, v1, v2, 7", |a, b| a << 25 | b >> 7),
        ("v_bfe_i32 v5, v1, 3, 5", |a, _| ((a << 24) as i32 >> 27) as u32),
        ("v_mul_i32_i24 v5, v1, v2", |a, b| ((a << 8) as i32 >> 8).wrapping_mul((b << 8) as i32 >> 8) as u32),
        ("v_xad_u32 v5, v1, v2, v1", |a, b| (a ^ b).wrapping_add(a)),
        ("v_med3_i32 v5, v1, v2, 9", |a, b| (a as i32).clamp((b as i32).min(9), (b as i32).max(9)) as u32),
        ("v_sad_u32 v5, v1, v2, 1", |a, b| a.abs_diff(b).wrapping_add(1)),
    ];
    for (text, expected) in cases.iter() {
        for seed in 0..4 {
            let (a, b) = (edges(seed), edges(seed + 7));
            let got = run1(text, &[a, b], "v5");
            assert_eq!(got, zip(a, b, expected), "{text}");
        }
    }
}

#[test]
fn carries_go_through_masks() {
    let text = "v_add_co_u32 v5, vcc, v1, v3
        v_addc_co_u32 v6, vcc, v2, v4, vcc
        v_sub_co_u32 v7, s[20:21], v1, v3
        v_subb_co_u32 v8, s[22:23], v2, v4, s[20:21]
        v_mov_b32 v9, 0
        v_addc_co_u32 v9, vcc, 0, v9, vcc";
    let [a, b, c, d] = [1, 2, 3, 4].map(edges);
    let out = run(text, &[a, b, c, d], &["v5", "v6", "v7", "v8", "v9"]);
    for i in 0..64 {
        let wide = |low: u32, high: u32| u64::from(high) << 32 | u64::from(low);
        let (sum, carry) = wide(a[i], b[i]).overflowing_add(wide(c[i], d[i]));
        assert_eq!((wide(out[0][i], out[1][i]), out[4][i]), (sum, carry.into()));
        assert_eq!(wide(out[2][i], out[3][i]), wide(a[i], b[i]).wrapping_sub(wide(c[i], d[i])));
    }
}

#[test]
fn byte_permutations_pick_bytes_signs_and_constants() {
    let text = "s_mov_b32 s20, 0x070c0a01\nv_perm_b32 v5, v1, v2, s20";
    let (a, b) = (edges(3), edges(9));
    let expected = zip(a, b, |a, b| (a >> 24) << 24 | (if a & 0x8000 != 0 { 0xff } else { 0 }) << 8 | (b >> 8 & 0xff));
    assert_eq!(run1(text, &[a, b], "v5"), expected);
}

#[test]
fn parts_of_registers_are_read_and_merged() {
    let text = "v_mov_b32 v5, v2
        v_add_u32_sdwa v5, v1, v2 dst_sel:BYTE_2 dst_unused:UNUSED_PRESERVE src0_sel:WORD_1 src1_sel:BYTE_3
        v_add_u32_sdwa v6, sext(v1), v2 dst_sel:DWORD dst_unused:UNUSED_PAD src0_sel:BYTE_1 src1_sel:DWORD
        v_mov_b32_sdwa v7, v1 dst_sel:BYTE_1 dst_unused:UNUSED_SEXT src0_sel:BYTE_0";
    let (a, b) = (edges(5), edges(6));
    let out = run(text, &[a, b], &["v5", "v6", "v7"]);
    assert_eq!(out[0], zip(a, b, |a, b| b & !0xff_0000 | ((a >> 16).wrapping_add(b >> 24) & 0xff) << 16));
    assert_eq!(out[1], zip(a, b, |a, b| ((a >> 8) as i8 as u32).wrapping_add(b)));
    assert_eq!(out[2], zip(a, b, |a, _| (a as i8 as u32) << 8));
}

#[test]
fn other_lanes_are_read_through_dpp() {
    let text = "v_mov_b32 v5, 7
        v_mov_b32 v6, 7
        v_mov_b32 v7, 7
        v_mov_b32 v8, 7
        v_mov_b32_dpp v5, v1 row_shr:1 row_mask:0xf bank_mask:0xf
        v_mov_b32_dpp v6, v1 row_shr:1 row_mask:0xf bank_mask:0xf bound_ctrl:0
        v_mov_b32_dpp v7, v1 quad_perm:[3,2,1,0] row_mask:0x5 bank_mask:0xf
        v_mov_b32_dpp v8, v1 row_bcast:15 row_mask:0xa bank_mask:0xf
        v_add_u32_dpp v9, v1, v1 row_newbcast:3 row_mask:0xf bank_mask:0xf";
    let a = edges(8);
    let out = run(text, &[a], &["v5", "v6", "v7", "v8", "v9"]);
    assert_eq!(out[0], lanes(|l| if l % 16 == 0 { 7 } else { a[l as usize - 1] }));
    assert_eq!(out[1], lanes(|l| if l % 16 == 0 { 0 } else { a[l as usize - 1] }));
    assert_eq!(out[2], lanes(|l| if l / 16 % 2 == 0 { a[(l ^ 3) as usize] } else { 7 }));
    assert_eq!(out[3], lanes(|l| if l / 16 % 2 == 1 { a[(l & !15) as usize - 1] } else { 7 }));
    assert_eq!(out[4], lanes(|l| a[(l & !15 | 3) as usize].wrapping_add(a[l as usize])));
}

#[test]
fn inactive_lanes_keep_their_registers_and_are_no_source_for_dpp() {
    let text = "v_mov_b32 v5, 7
        s_mov_b32 exec_lo, 0x0000fffe
        s_mov_b32 exec_hi, 0
        v_mov_b32_dpp v5, v1 quad_perm:[0,0,2,3] row_mask:0xf bank_mask:0xf
        s_mov_b64 exec, -1";
    let a = edges(2);
    // Lane 1 would read lane 0, which is inactive.
    let expected = lanes(|l| match l {
        0 | 1 | 16.. => 7,
        l if l % 4 == 1 => a[l as usize - 1],
        l => a[l as usize],
    });
    assert_eq!(run1(text, &[a], "v5"), expected);
}

#[test]
fn values_move_between_lanes_and_scalars() {
    let text = "v_readlane_b32 s20, v1, 5
        s_mov_b64 exec, 0xf0
        v_readfirstlane_b32 s21, v1
        s_mov_b64 exec, -1
        v_mov_b32 v5, v1
        v_writelane_b32 v5, s20, 63
        v_lshlrev_b32 v6, 2, v1
        ds_bpermute_b32 v7, v6, v2
        ds_permute_b32 v8, v0, v2
        ds_swizzle_b32 v9, v2 offset:swizzle(SWAP,16)
        s_waitcnt lgkmcnt(0)";
    let (a, b) = (edges(4), edges(5));
    let out = run(text, &[a, b], &["s20", "s21", "v5", "v7", "v8", "v9"]);
    assert_eq!((out[0], out[1]), ([a[5]; 64], [a[4]; 64]));
    assert_eq!(out[2], lanes(|l| if l == 63 { a[5] } else { a[l as usize] }));
    assert_eq!(out[3], lanes(|l| b[(a[l as usize] % 64) as usize]));
    assert_eq!(out[4], b);
    assert_eq!(out[5], lanes(|l| b[(l ^ 16) as usize]));
}

#[test]
fn modifiers_of_floats_apply_in_order() {
    let text = "v_add_f32_e64 v5, -v1, |v2|
        v_add_f32_e64 v6, v1, v2 clamp
        v_mul_f32_e64 v7, -|v1|, 2.0
        v_cndmask_b32_e64 v8, -v1, |v2|, vcc";
    let (a, b) = (lanes(|l| (l as f32 * 0.25 - 8.0).to_bits()), lanes(|l| (3.0 - l as f32).to_bits()));
    let out = run(&format!("s_mov_b64 vcc, 0xff\n{text}"), &[a, b], &["v5", "v6", "v7", "v8"]);
    let f = |v: u32| f32::from_bits(v);
    assert_eq!(out[0], zip(a, b, |a, b| (-f(a) + f(b).abs()).to_bits()));
    assert_eq!(out[1].map(f), zip(a, b, |a, b| (f(a) + f(b)).clamp(0.0, 1.0).to_bits()).map(f));
    assert_eq!(out[2], zip(a, b, |a, _| (-f(a).abs() * 2.0).to_bits()));
    assert_eq!(out[3], lanes(|l| if l < 8 { f(b[l as usize]).abs() } else { -f(a[l as usize]) }.to_bits()));
}

#[test]
fn denormals_are_flushed_where_the_mode_says_so() {
    let text = "v_add_f32 v5, v1, v1
        s_setreg_imm32_b32 hwreg(HW_REG_MODE, 4, 2), 0
        v_add_f32 v6, v1, v1
        v_mul_f32 v7, 1.0, v2
        s_setreg_imm32_b32 hwreg(HW_REG_MODE, 4, 2), 3";
    let (tiny, small) = (f32::from_bits(0x8000_1234), f32::MIN_POSITIVE);
    let out = run(text, &[[tiny.to_bits(); 64], [small.to_bits(); 64]], &["v5", "v6", "v7"]);
    assert_eq!(out[0][0], (tiny + tiny).to_bits());
    assert_eq!(out[1][0], (-0.0_f32).to_bits());
    assert_eq!(out[2][0], small.to_bits());
}

#[test]
fn packed_operations_select_and_negate_halves() {
    let text = "v_pk_add_u16 v5, v1, v2 op_sel:[0,1] op_sel_hi:[1,0]
        v_mov_b32 v2, v3
        v_mov_b32 v3, v4
        v_pk_fma_f32 v[6:7], v[2:3], v[2:3], v[2:3] op_sel:[1,0,0] op_sel_hi:[0,1,1] neg_lo:[0,1,0]
        v_pk_mul_f32 v[8:9], v[2:3], 2.0 op_sel_hi:[1,0]";
    let [a, b] = [1, 2].map(edges);
    let floats = |seed: f32| lanes(|l| (l as f32 * seed - 3.0).to_bits());
    let (c, d) = (floats(0.5), floats(2.0));
    let out = run(text, &[a, b, c, d], &["v5", "v6", "v7", "v8", "v9"]);
    let f = |v: u32| f32::from_bits(v);
    for i in 0..64 {
        let halves = |v: u32| [v as u16, (v >> 16) as u16];
        let ([al, ah], [bl, bh]) = (halves(a[i]), halves(b[i]));
        assert_eq!(out[0][i], u32::from(al.wrapping_add(bh)) | u32::from(ah.wrapping_add(bl)) << 16);
        let (x, y) = (f(c[i]), f(d[i]));
        assert_eq!(out[1][i], y.mul_add(-x, x).to_bits());
        assert_eq!(out[2][i], x.mul_add(y, y).to_bits());
        assert_eq!((f(out[3][i]), f(out[4][i])), (x * 2.0, y * 2.0));
    }
}

#[test]
fn halves_keep_or_clear_the_rest_of_their_register() {
    let text = "v_mov_b32 v5, -1
        v_mov_b32 v6, -1
        v_mov_b32 v7, -1
        v_add_f16 v5, v1, v2
        v_fma_f16 v6, v1, v2, v1
        v_fma_f16 v7, v1, v2, v1 op_sel:[0,0,0,1]";
    // 1.5 and 2.0.
    let out = run(text, &[[0x3e00; 64], [0x4000; 64]], &["v5", "v6", "v7"]);
    assert_eq!([out[0][0], out[1][0], out[2][0]], [0x0000_4300, 0xffff_4480, 0x4480_ffff]);
}

#[test]
fn accumulation_registers_hold_what_is_written() {
    let text = "v_accvgpr_write_b32 a3, v1\nv_accvgpr_mov_b32 a4, a3\nv_accvgpr_read_b32 v5, a4";
    assert_eq!(run1(text, &[edges(1)], "v5"), edges(1));
}
