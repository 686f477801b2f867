//! `ptx!` and `gcn!`: what becomes of good assembly, and what is said of bad.

mod support;

use std::process::Command;

use geobacter_codegen::{CompileError, Emit};
use support::{AMD, GPUS, NVPTX, asm, asm_of, debug, release, try_compile};

#[test]
fn assembly_stands_where_its_own_platform_is_and_is_gone_elsewhere() {
    let ptx = asm("assembly::lanes", NVPTX);
    ptx.has_times(1, "%laneid;").lacks("v_mbcnt").lacks("__geobacter_assembly").lacks("__geobacter_rt_panic");
    ptx.lacks(".local");
    for target in AMD {
        asm("assembly::lanes", target).has_times(1, "v_mbcnt_lo_u32_b32").lacks("laneid").lacks("scratch_store");
    }
}

#[test]
fn operands_are_registers_of_their_types() {
    let ptx = asm("assembly::every_operand", NVPTX);
    ptx.has("{ .reg .f32 t;").has("cvt.rn.f32.f64 t, %").has("add.f32 %").has("add.u64 %").lacks(".local");
    for target in AMD {
        let text = asm("assembly::every_operand", target);
        text.has("v_add_f64 v[").has("v_add_f32").has("s_mov_b64 s[").lacks("scratch_load").lacks("buffer_");
        // What it says it overwrites is not used around it, but counts.
        assert!(text.count(".vgpr_count:     41") + text.count(".vgpr_count:     44") > 0, "{}", text.text);
    }
}

#[test]
fn pure_assembly_goes_when_nobody_wants_it_and_other_stays() {
    asm("assembly::pure_text", NVPTX).lacks("%clock").has_times(1, "%smid");
}

#[test]
fn library_functions_have_assembly_wherever_they_are_inlined() {
    asm("assembly::shared_text", NVPTX).has("popc.b32");
    asm("assembly::shared_text", "gfx90a").lacks("popc");
}

#[test]
fn different_texts_are_not_taken_for_one() {
    for captured in [release(), debug()] {
        asm_of(captured, "assembly::same_text_in_branches", NVPTX).has_times(1, "%laneid").has_times(1, "%warpid");
    }
}

#[test]
fn debug_builds_have_assembly_too() {
    asm_of(debug(), "assembly::lanes", NVPTX).has_times(1, "%laneid;").lacks("v_mbcnt");
    asm_of(debug(), "assembly::every_operand", "gfx90a").has("v_add_f64 v[").has("s_mov_b64 s[");
}

#[test]
fn convergent_assembly_is_not_copied() {
    asm("assembly::whole_group", NVPTX).has_times(1, "activemask.b32");
    // Two calls of the source, of a function that is not to be copied either.
    asm("assembly::whole_group_in_branches", NVPTX).has("vote.sync.ballot.b32");
}

/// What the error says of a kernel, and the text of the source's line that it names.
fn refused(kernel: &str, target: &str, emit: Emit) -> (String, String) {
    match try_compile(release(), &format!("assembly::{kernel}"), target, emit).unwrap_err() {
        error @ CompileError::Assembly { .. } => {
            let shown = error.to_string();
            let CompileError::Assembly { place, .. } = error else { unreachable!("just matched") };
            let mut parts = place.split(':');
            assert_eq!(parts.next(), Some("src/assembly.rs"), "{shown}");
            let line: usize = parts.next().and_then(|line| line.parse().ok()).expect("a line");
            let source = include_str!("fixtures/kernels/src/assembly.rs").lines().nth(line - 1).expect("that line");
            assert!(shown.contains(&*place) && shown.contains(kernel), "{shown}");
            (shown, source.trim().to_owned())
        }
        other => panic!("{other}"),
    }
}

#[test]
fn assembly_of_another_gpu_is_refused_where_it_is_reached() {
    for target in AMD {
        let (error, line) = refused("unguarded", target, Emit::Asm);
        assert!(error.contains("`ptx!`") && error.contains("platform()"), "{error}");
        assert!(line.contains("%laneid"), "{line}");
    }
    asm("assembly::unguarded", NVPTX).has("%laneid");
    let (error, _) = refused("bad_text", NVPTX, Emit::Asm);
    assert!(error.contains("`gcn!`"), "{error}");
}

#[test]
fn what_the_assembler_refuses_names_the_line_of_the_source() {
    for target in AMD {
        for emit in [Emit::Image, Emit::Object] {
            let (error, line) = refused("bad_text", target, emit);
            assert!(error.contains("v_frobnicate") && line.contains("v_frobnicate"), "{error}\n{line}");
            let (error, line) = refused("bad_second_line", target, emit);
            assert!(error.contains("(((") && line.contains("((("), "{error}\n{line}");
            let (error, line) = refused("twice_bad", target, emit);
            assert!(error.contains("s_mov_b32") && line.contains("s_mov_b32"), "{error}\n{line}");
        }
    }
}

#[test]
fn mistakes_in_the_operands_name_the_place() {
    let (error, _) = refused("unused_operand", NVPTX, Emit::Asm);
    assert!(error.contains("operand `x` is not used"), "{error}");
    let (error, _) = refused("no_class", "gfx90a", Emit::Asm);
    assert!(error.contains("in(v: u32)"), "{error}");
}

/// Whatever LLVM makes of such texts, it is an error, and the process goes on. In a process of its own, as the way to find
/// out that it does not is its end.
#[test]
fn no_text_ends_the_process() {
    let output = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "hostile_texts", "--ignored", "--nocapture"])
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{}\n{text}\n{}", output.status, String::from_utf8_lossy(&output.stderr));
}

#[test]
#[ignore = "no_text_ends_the_process runs it"]
fn hostile_texts() {
    for target in AMD {
        for emit in [Emit::Asm, Emit::Object, Emit::Image] {
            for kernel in ["impossible", "directive", "labels"] {
                match try_compile(release(), &format!("assembly::{kernel}"), target, emit) {
                    Err(CompileError::Assembly { place, .. }) => {
                        assert!(place.starts_with("src/assembly.rs:"), "{place}")
                    }
                    // Text that is only passed on may be wrong.
                    Ok(_) if emit == Emit::Asm => {}
                    Ok(_) => panic!("{kernel} for {target} compiles"),
                    Err(other) => panic!("{kernel} for {target}: {other}"),
                }
            }
        }
    }
    for target in GPUS {
        asm("saxpy", target);
    }
}
