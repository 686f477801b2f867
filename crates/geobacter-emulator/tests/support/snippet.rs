//! A few instructions between loads of their inputs and stores of their results.

use std::fmt::Write as _;

use geobacter_emulator::{Fault, Processor};

use super::{Code, Map, gfx90a, launch};

/// Values of one register in 64 lanes.
pub(crate) type Lanes = [u32; 64];

/// Runs instructions on gfx90a: `v1`, `v2`, ... start as `inputs`; the registers named in `outputs` are what comes back.
/// `v0` is four times the lane's number, `s[0:11]` are taken, `v40` and up and `s20` and up are free.
pub(crate) fn run(text: &str, inputs: &[Lanes], outputs: &[&str]) -> Vec<Lanes> {
    try_run(gfx90a(), text, inputs, outputs).unwrap_or_else(|fault| panic!("{fault}\n{text}"))
}

/// The same for one result.
pub(crate) fn run1(text: &str, inputs: &[Lanes], output: &str) -> Lanes {
    run(text, inputs, &[output])[0]
}

pub(crate) fn try_run(
    processor: &Processor,
    text: &str,
    inputs: &[Lanes],
    outputs: &[&str],
) -> Result<Vec<Lanes>, Fault> {
    run_kernel(processor, &kernel(text, inputs.len(), outputs), inputs, outputs.len())
}

/// Runs what [`kernel`] made.
pub(crate) fn run_kernel(
    processor: &Processor,
    code: &Code,
    inputs: &[Lanes],
    outputs: usize,
) -> Result<Vec<Lanes>, Fault> {
    let mut results = vec![[0; 64]; outputs];
    let arguments = [inputs.as_ptr() as u64, results.as_mut_ptr() as u64];
    let map = Map::new(code).read(inputs).write(&mut results);
    launch(processor, code, "snippet", (64, 64), &arguments, map)?;
    Ok(results)
}

/// A kernel around the instructions, with 1 KiB of work-group memory.
pub(crate) fn kernel(text: &str, inputs: usize, outputs: &[&str]) -> Code {
    let mut all = String::from(
        ".amdgcn_target \"amdgcn-amd-amdhsa--gfx90a\"
        .text
        .p2align 8
        .type snippet,@function
        snippet:
        s_load_dwordx4 s[8:11], s[0:1], 0x0
        s_waitcnt lgkmcnt(0)
        v_lshlrev_b32_e32 v0, 2, v0
        ",
    );
    for i in 0..inputs {
        writeln!(all, "global_load_dword v{}, v0, s[8:9] offset:{}", i + 1, 256 * i).unwrap();
    }
    writeln!(all, "s_waitcnt vmcnt(0)\n{text}\ns_mov_b64 exec, -1\nv_mbcnt_lo_u32_b32 v0, -1, 0").unwrap();
    writeln!(all, "v_mbcnt_hi_u32_b32 v0, -1, v0\nv_lshlrev_b32_e32 v0, 2, v0").unwrap();
    for (i, output) in outputs.iter().enumerate() {
        let register = if output.starts_with('v') || output.starts_with('a') {
            (*output).to_owned()
        } else {
            writeln!(all, "v_mov_b32_e32 v63, {output}").unwrap();
            "v63".to_owned()
        };
        writeln!(all, "global_store_dword v0, {register}, s[10:11] offset:{}", 256 * i).unwrap();
    }
    all.push_str(
        "s_endpgm
        .rodata
        .p2align 6
        .amdhsa_kernel snippet
            .amdhsa_group_segment_fixed_size 1024
            .amdhsa_user_sgpr_kernarg_segment_ptr 1
            .amdhsa_float_denorm_mode_32 3
            .amdhsa_next_free_vgpr 96
            .amdhsa_accum_offset 64
            .amdhsa_next_free_sgpr 96
        .end_amdhsa_kernel
        ",
    );
    Code::assemble("gfx90a", &all)
}

/// 64 values of a function of the lane.
pub(crate) fn lanes(f: impl Fn(u32) -> u32) -> Lanes {
    std::array::from_fn(|lane| f(lane as u32))
}

/// Values that show most mistakes: edges, signs, small and large numbers.
pub(crate) fn edges(seed: u32) -> Lanes {
    const EDGES: [u32; 16] = [
        0,
        1,
        2,
        31,
        32,
        0x7fff_ffff,
        0x8000_0000,
        0xffff_ffff,
        0xffff_fffe,
        0x0000_ffff,
        0x0001_0000,
        0x0080_0000,
        0xff80_0000,
        0x5555_5555,
        0x0000_8000,
        0x1234_5678,
    ];
    let mut state = u64::from(seed) + 1;
    lanes(|lane| {
        let n = lane.wrapping_mul(seed | 1).wrapping_add(seed);
        EDGES[(n % 16) as usize] ^ if lane >= 32 { lane.wrapping_mul(0x9e37_79b9).rotate_left(seed) } else { 0 }
    })
    .map(|value| {
        state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        if state >> 62 == 0 { (state >> 20) as u32 } else { value }
    })
}
