//! Loads, stores and atomic operations, in all kinds of memory.

mod support;

use support::snippet::{edges, lanes, run, run1};

#[test]
fn work_group_memory_moves_in_all_sizes() {
    let text = "ds_write_b32 v0, v1
        ds_write_b8 v0, v2 offset:1
        ds_write_b16_d16_hi v0, v2 offset:2
        ds_read_b32 v5, v0
        ds_read_u8 v6, v0 offset:1
        ds_read_i8 v7, v0 offset:3
        v_mov_b32 v8, v1
        ds_read_u16_d16_hi v8, v0 offset:1
        ds_write2_b32 v0, v1, v2 offset1:64
        ds_read2_b32 v[10:11], v0 offset1:64
        ds_read2st64_b32 v[12:13], v0 offset0:1 offset1:0
        s_waitcnt lgkmcnt(0)";
    let (a, b) = (edges(1), edges(2));
    let out = run(text, &[a, b], &["v5", "v6", "v7", "v8", "v10", "v11", "v12", "v13"]);
    for i in 0..64 {
        let stored = a[i] & 0xff | (b[i] & 0xff) << 8 | b[i] & 0xffff_0000;
        assert_eq!(out[0][i], stored);
        assert_eq!((out[1][i], out[2][i]), (b[i] & 0xff, (stored >> 24) as i8 as u32));
        assert_eq!(out[3][i], a[i] & 0xffff | (stored >> 8 & 0xffff) << 16);
        assert_eq!([out[4][i], out[5][i], out[6][i], out[7][i]], [a[i], b[i], b[i], a[i]]);
    }
}

#[test]
fn flat_addresses_reach_work_group_memory() {
    let text = "ds_write_b32 v0, v1
        v_mov_b32 v4, v0
        v_mov_b32 v5, src_shared_base
        flat_load_dword v6, v[4:5]
        flat_atomic_add v7, v[4:5], v2 glc
        s_waitcnt vmcnt(0) lgkmcnt(0)
        ds_read_b32 v8, v0";
    let (a, b) = (edges(3), edges(4));
    let out = run(text, &[a, b], &["v6", "v7", "v8"]);
    assert_eq!(out, [a, a, lanes(|l| a[l as usize].wrapping_add(b[l as usize]))]);
}

#[test]
fn atomics_of_many_lanes_add_up() {
    let text = "v_mov_b32 v5, 0
        v_mov_b32 v6, 0
        ds_write_b64 v5, v[6:7]
        v_mov_b32 v7, 0
        ds_write_b64 v5, v[6:7]
        ds_add_rtn_u32 v8, v5, v1
        ds_max_u32 v5, v2 offset:4
        s_waitcnt lgkmcnt(0)
        ds_read_b32 v9, v5
        ds_read_b32 v10, v5 offset:4";
    let (a, b) = (edges(3), edges(4));
    let out = run(text, &[a, b], &["v8", "v9", "v10"]);
    let mut sum = 0_u32;
    for i in 0..64 {
        assert_eq!(out[0][i], sum);
        sum = sum.wrapping_add(a[i]);
    }
    assert_eq!((out[1][0], out[2][0]), (sum, b.into_iter().max().unwrap()));
}

#[test]
fn compare_and_swap_takes_its_operands_in_the_instructions_order() {
    // Work-group memory: what to compare with first. Global memory: the new value first.
    let text = "ds_write_b32 v0, v1
        ds_cmpst_rtn_b32 v5, v0, v1, v2
        ds_read_b32 v6, v0
        ds_cmpst_rtn_b32 v7, v0, v1, v3
        v_mov_b32 v20, v3
        v_mov_b32 v21, v2
        v_mov_b32 v22, v0
        v_mov_b32 v23, src_shared_base
        s_waitcnt lgkmcnt(0)
        flat_atomic_cmpswap v8, v[22:23], v[20:21] glc
        s_waitcnt vmcnt(0) lgkmcnt(0)
        ds_read_b32 v9, v0";
    let inputs = [lanes(|l| l), lanes(|l| l + 100), lanes(|l| l + 200)];
    let out = run(text, &inputs, &["v5", "v6", "v7", "v8", "v9"]);
    assert_eq!(out, [inputs[0], inputs[1], inputs[1], inputs[1], inputs[2]]);
}

#[test]
fn global_memory_takes_addresses_of_both_forms() {
    let text = "v_mov_b32 v20, s8
        v_mov_b32 v21, s9
        v_add_co_u32 v20, vcc, v20, v0
        v_addc_co_u32 v21, vcc, 0, v21, vcc
        global_load_dword v5, v[20:21], off offset:256
        global_load_ubyte v6, v0, s[8:9] offset:1
        global_load_sshort v7, v0, s[8:9] offset:2
        flat_load_dwordx2 v[10:11], v[20:21]
        s_waitcnt vmcnt(0) lgkmcnt(0)";
    let (a, b) = (edges(5), edges(6));
    let out = run(text, &[a, b], &["v5", "v6", "v7", "v10", "v11"]);
    assert_eq!(out[0], b);
    assert_eq!(out[1], a.map(|v| v >> 8 & 0xff));
    assert_eq!(out[2], a.map(|v| (v >> 16) as i16 as u32));
    assert_eq!(out[3], a);
    assert_eq!(out[4], lanes(|l| if l < 63 { a[l as usize + 1] } else { b[0] }));
}

#[test]
fn scalar_loads_take_offsets_of_all_forms() {
    let text = "s_mov_b32 s20, 8
        s_load_dword s21, s[8:9], 0x4
        s_load_dword s22, s[8:9], s20
        s_load_dwordx2 s[24:25], s[8:9], s20 offset:0x10
        s_waitcnt lgkmcnt(0)";
    let a = edges(7);
    let out = run(text, &[a], &["s21", "s22", "s24", "s25"]);
    assert_eq!([out[0][0], out[1][0], out[2][0], out[3][0]], [a[1], a[2], a[6], a[7]]);
}

#[test]
fn the_lane_number_counts_set_bits_below() {
    let text = "v_mbcnt_lo_u32_b32 v5, -1, 0\nv_mbcnt_hi_u32_b32 v5, -1, v5";
    assert_eq!(run1(text, &[], "v5"), lanes(|l| l));
}
