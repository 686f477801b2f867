//! Measures how fast instructions are executed: `cargo run --release -p geobacter-emulator --example throughput`.

#[path = "../tests/support/mod.rs"]
mod support;

use std::time::Instant;

use geobacter_emulator::{Options, Processor};
use support::{Code, Map, launch, llvm};

/// The loop's body, and how many instructions it is.
const KERNELS: [(&str, &str); 5] = [
    (
        "f32 fused multiply-adds",
        "v_fma_f32 v2, v1, v1, v2\nv_fmac_f32 v3, v1, v2\nv_mul_f32 v4, v3, v2\nv_add_f32 v5, v4, v1",
    ),
    ("f64 fused multiply-adds", "v_fma_f64 v[2:3], v[4:5], v[4:5], v[2:3]\nv_add_f64 v[6:7], v[2:3], v[4:5]"),
    ("integers", "v_add_u32 v2, v1, v2\nv_lshl_or_b32 v3, v2, 3, v1\nv_xor_b32 v4, v3, v2\nv_mul_lo_u32 v5, v4, v1"),
    (
        "global loads",
        "global_load_dword v2, v0, s[2:3]\nglobal_load_dword v3, v0, s[2:3] offset:256\ns_waitcnt vmcnt(0)",
    ),
    ("work-group memory", "ds_write_b32 v0, v1\nds_read_b32 v2, v0\ns_waitcnt lgkmcnt(0)"),
];

const ITERATIONS: u32 = 2000;

fn kernel(body: &str) -> Code {
    let body = body.repeat(4);
    Code::assemble(
        "gfx90a",
        &format!(
            ".amdgcn_target \"amdgcn-amd-amdhsa--gfx90a\"
            .text
            .p2align 8
            .type loop,@function
            loop:
            s_load_dwordx2 s[2:3], s[0:1], 0x0
            v_lshlrev_b32_e32 v0, 2, v0
            v_mov_b32 v1, 1.0
            v_mov_b32 v4, 0
            v_mov_b32 v5, 0x3ff00000
            s_movk_i32 s4, {ITERATIONS}
            again:
            {body}
            s_sub_u32 s4, s4, 1
            s_cmp_lg_u32 s4, 0
            s_cbranch_scc1 again
            s_endpgm
            .rodata
            .p2align 6
            .amdhsa_kernel loop
                .amdhsa_group_segment_fixed_size 1024
                .amdhsa_user_sgpr_kernarg_segment_ptr 1
                .amdhsa_next_free_vgpr 16
                .amdhsa_accum_offset 16
                .amdhsa_next_free_sgpr 16
            .end_amdhsa_kernel"
        ),
    )
}

fn main() {
    for threads in [1, 0] {
        println!("{}", if threads == 1 { "one thread" } else { "all cores" });
        let processor = Processor::new("gfx90a", &llvm(), Options { threads, ..Options::default() }).expect("gfx90a");
        for (name, body) in KERNELS {
            let code = kernel(&format!("{body}\n"));
            let data = vec![0_u32; 1024];
            let before = processor.statistics();
            let start = Instant::now();
            let map = Map::new(&code).read(&data);
            launch(&processor, &code, "loop", (256, 256 * 16), &[data.as_ptr() as u64], map).expect("no fault");
            let seconds = start.elapsed().as_secs_f64();
            let after = processor.statistics();
            println!(
                "{name:28} {:8.0} million lane-instructions/s {:8.2} million wavefront-instructions/s",
                (after.lane_instructions - before.lane_instructions) as f64 / seconds / 1e6,
                (after.wave_instructions - before.wave_instructions) as f64 / seconds / 1e6,
            );
        }
    }
}
