//! What no device can run: the error names the kernel, the calls that lead there, and what to do instead.

mod support;

use geobacter_codegen::{CodeBounds, CompileError, Emit, Frame};
use support::{GPUS, NVPTX, debug, release, try_compile};

struct Refused {
    what: String,
    chain: Vec<Frame>,
    suggestion: String,
    shown: String,
}

#[track_caller]
fn refused(kernel: &str, target: &str) -> Refused {
    let error = try_compile(release(), kernel, target, Emit::Asm).unwrap_err();
    let shown = error.to_string();
    match error {
        CompileError::Unsupported { what, chain, suggestion, kernel: name, target: t } => {
            assert_eq!((name, t), (format!("kernels::{kernel}"), target.to_owned()));
            Refused { what, chain, suggestion, shown }
        }
        other => panic!("{other}"),
    }
}

#[test]
fn printing_is_refused_with_the_calls_that_lead_there() {
    for target in GPUS {
        let error = refused("prints", target);
        assert!(error.what.contains("writes output"), "{}", error.shown);
        assert!(error.suggestion.contains("geobacter::println!"), "{}", error.shown);
        let functions: Vec<_> = error.chain.iter().map(|f| f.function.as_str()).collect();
        assert_eq!(functions[..2], ["kernels::prints", "log"], "{}", error.shown);
        let (file, line) = error.chain[1].place.clone().unwrap();
        let source = include_str!("fixtures/kernels/src/lib.rs");
        assert_eq!(file, "src/lib.rs");
        assert!(source.lines().nth(line as usize - 1).unwrap().contains("println!"), "{}", error.shown);
    }
}

#[test]
fn each_sort_of_culprit_has_its_own_advice() {
    for (kernel, what, help) in [
        ("sleeps", "sleeps", "events"),
        ("locks", "locks", "atomics"),
        ("allocates", "allocates memory", "heap"),
        ("reads_file", "files", "before the launch"),
        ("keeps_state", "`kernels::CALLS`", "pass a buffer"),
        ("calls_c", "`some_c_function`", "Rust implementation"),
    ] {
        let error = refused(kernel, NVPTX);
        assert!(error.what.contains(what) && error.suggestion.contains(help), "{}", error.shown);
        assert_eq!(error.chain[0].function, format!("kernels::{kernel}"), "{}", error.shown);
        assert!(error.chain[0].place.is_some(), "{}", error.shown);
    }
}

#[test]
fn debug_builds_are_refused_for_the_same_reasons() {
    for kernel in ["prints", "allocates", "calls_c"] {
        let error = try_compile(debug(), kernel, NVPTX, Emit::Asm).unwrap_err();
        assert!(matches!(error, CompileError::Unsupported { .. }), "{error}");
    }
}

#[test]
fn an_unknown_target_is_refused_with_examples() {
    let error = try_compile(release(), "saxpy", "gfx1", Emit::Asm).unwrap_err().to_string();
    assert!(error.contains("`gfx1`") && error.contains("gfx90a"), "{error}");
}

#[test]
fn an_unknown_kernel_is_named() {
    let captured = release();
    let job = geobacter_codegen::Job {
        module: &captured.module,
        kernel: "_RNvCs1_3app6kernel",
        target: NVPTX,
        max_group_size: 64,
        bounds: CodeBounds::NONE,
        constants: geobacter_codegen::Constants::NONE,
        emit: Emit::Asm,
    };
    let error = geobacter_codegen::compile(&support::llvm(), &job).unwrap_err();
    assert!(matches!(error, CompileError::KernelMissing { .. }), "{error}");
}

#[test]
fn damaged_bitcode_is_an_error() {
    let captured = release();
    let job = geobacter_codegen::Job {
        module: &captured.module[..captured.module.len() / 2],
        kernel: &captured.kernels[0].symbol,
        target: NVPTX,
        max_group_size: 64,
        bounds: CodeBounds::NONE,
        constants: geobacter_codegen::Constants::NONE,
        emit: Emit::Asm,
    };
    let error = geobacter_codegen::compile(&support::llvm(), &job).unwrap_err();
    assert!(matches!(error, CompileError::Llvm { .. }), "{error}");
}
