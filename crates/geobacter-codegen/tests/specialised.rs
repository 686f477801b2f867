//! Constants in the kernarg block are folded into the code, and what follows from them is gone.

mod support;

use geobacter_codegen::{CompileError, Constants, Emit};
use support::{AMD, Asm, GPUS, NVPTX, asm, asm_of_version, debug, release, try_compile_version};

/// Where a kernel's argument is in its block.
fn offset(captured: &geobacter_capture::Captured, kernel: &str, argument: usize) -> usize {
    let name = format!("kernels::{kernel}");
    let kernel = captured.kernels.iter().find(|k| k.name == name).expect("a captured kernel");
    kernel.args[argument].offset as usize
}

/// A version of a kernel of the release build: constants for arguments of it, by their numbers.
fn version(kernel: &str, target: &str, constants: &[(usize, &[u8])]) -> Asm {
    let constants: Vec<_> =
        constants.iter().map(|(argument, bytes)| (offset(release(), kernel, *argument), *bytes)).collect();
    asm_of_version(release(), kernel, target, &constants)
}

/// How often it multiplies.
fn multiplications(text: &Asm) -> usize {
    text.count("mul.rn.f32") + text.count("v_mul_f32") + text.count("mul.f32")
}

#[test]
fn a_loop_over_a_constant_is_unrolled() {
    for target in GPUS {
        assert!(multiplications(&version("specialised::power", target, &[(0, &3u32.to_ne_bytes())])) <= 2);
        let seven = version("specialised::power", target, &[(0, &7u32.to_ne_bytes())]);
        assert!((3..=6).contains(&multiplications(&seven)), "{}", seven.text);
    }
}

#[test]
fn code_for_any_value_reads_the_block() {
    // Extent, both lengths, and the exponent that the loop counts to.
    let any = asm("specialised::power", NVPTX);
    let three = version("specialised::power", NVPTX, &[(0, &3u32.to_ne_bytes())]);
    assert_eq!(any.count("ld.param.b32"), 1, "{}", any.text);
    three.lacks("ld.param.b32").has_times(any.count("ld.param.b64"), "ld.param.b64");
}

#[test]
fn another_value_is_other_code_under_another_name() {
    let code = |n: u32| version("specialised::power", NVPTX, &[(0, &n.to_ne_bytes())]);
    let (a, b, again) = (code(3), code(4), code(3));
    assert_ne!(a.compiled.symbol, b.compiled.symbol);
    assert_ne!(a.text, b.text);
    assert_eq!(a.text, again.text, "and the same value the same code");
}

#[test]
fn branches_on_a_constant_vanish() {
    for target in GPUS {
        let roots = |text: &Asm| text.count("sqrt.rn.f32") + text.count("v_sqrt_f32") + text.count("v_rsq_f32");
        let add = version("specialised::picks", target, &[(0, &[0])]);
        assert_eq!(roots(&add), 0, "{}", add.text);
        let root = version("specialised::picks", target, &[(0, &[1])]);
        assert!(roots(&root) > 0, "{}", root.text);
        assert!(root.count("0f40400000") + root.count("0x40400000") == 0, "3.0 is in the other branch: {}", root.text);
    }
}

#[test]
fn elements_of_a_constant_array_are_in_the_instructions() {
    let weights = [1.5f32, 2.25, 0.375, 77.0];
    let bytes: Vec<u8> = weights.iter().flat_map(|w| w.to_ne_bytes()).collect();
    for target in GPUS {
        let text = version("specialised::weighs", target, &[(0, &bytes)]);
        for weight in weights {
            let bits = weight.to_bits();
            assert!(text.count(&format!("0f{bits:08X}")) + text.count(&format!("{bits:#x}")) > 0, "{}", text.text);
        }
    }
}

#[test]
fn structs_with_padding_fold_too() {
    let mut bytes = [0u8; 16];
    bytes[0] = 5;
    bytes[8..].copy_from_slice(&1_000_000u64.to_ne_bytes());
    version("specialised::padded", NVPTX, &[(0, &bytes)]).has("3000005");
    for target in AMD {
        version("specialised::padded", target, &[(0, &bytes)]).has("0x2dc6c5");
    }
}

#[test]
fn debug_builds_fold_constants_as_well() {
    let at = offset(debug(), "specialised::picks", 0);
    let text = asm_of_version(debug(), "specialised::picks", NVPTX, &[(at, &[0])]);
    text.lacks("sqrt.rn.f32").has("0f40400000");
}

const LENGTH: usize = 8;
const EXTENT: usize = 0;
const START: usize = 24;

/// What a launch fixes besides arguments: a grid of so many work-items from 0.
fn grid(len: usize) -> Vec<u8> {
    [len as u64, 1, 1].iter().flat_map(|n| n.to_ne_bytes()).collect()
}

/// Whether there is code that reports a panic: by a function, or by the number of its site.
fn may_panic(text: &support::Asm) -> bool {
    ["__geobacter_rt_panic", ".geobacter.panics"].iter().any(|report| text.text.contains(report))
}

#[test]
fn known_lengths_leave_no_bounds_check() {
    const LEN: usize = 4096;
    let (extent, start, len) = (grid(LEN), [0; 24], (LEN as u64).to_ne_bytes());
    let lengths = |kernel, arguments: &[usize]| -> Vec<_> {
        arguments.iter().map(|a| (offset(release(), kernel, *a) + LENGTH, &len[..])).collect()
    };
    for target in GPUS {
        assert!(may_panic(&asm("specialised::gathers", target)));
        let mut constants = lengths("specialised::gathers", &[0, 1]);
        constants.extend([(EXTENT, &extent[..]), (START, &start[..])]);
        let text = asm_of_version(release(), "specialised::gathers", target, &constants);
        assert!(!may_panic(&text), "{}", text.text);
        assert_eq!(text.compiled.group_memory, 0, "no place for the status is needed either");
    }
}

#[test]
fn known_sizes_leave_no_bounds_check_in_loops() {
    const N: usize = 1000;
    const ROWS: usize = 500;
    let n = (N as u64).to_ne_bytes();
    let (a, c) = ((N as u64 * ROWS as u64).to_ne_bytes(), (ROWS as u64).to_ne_bytes());
    let (extent, start) = (grid(ROWS), [0; 24]);
    let kernel = "specialised::dots";
    let at = |argument| offset(release(), kernel, argument);
    let constants = [
        (at(0), &n[..]),
        (at(1) + LENGTH, &a),
        (at(2) + LENGTH, &n),
        (at(3) + LENGTH, &c),
        (EXTENT, &extent),
        (START, &start),
    ];
    for target in GPUS {
        let text = asm_of_version(release(), kernel, target, &constants);
        assert!(!may_panic(&text), "{}", text.text);
    }
}

#[test]
fn constants_outside_the_block_are_refused() {
    let mut encoded = Vec::new();
    Constants::append(&mut encoded, 90, &[0; 100]);
    let error =
        try_compile_version(release(), "specialised::power", NVPTX, Emit::Asm, Constants::new(&encoded)).unwrap_err();
    assert!(matches!(error, CompileError::Description { .. }), "{error}");
    assert!(error.to_string().contains("100 constant bytes are said to be at 90"), "{error}");
}
