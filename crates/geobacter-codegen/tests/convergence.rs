//! A barrier that the host's optimiser copied into separate branches is never compiled.

mod support;

use geobacter_codegen::{CodeBounds, CompileError, Constants, Emit, Job, compile};
use geobacter_core::abi::ABI_VERSION;
use geobacter_llvm::Context;
use support::{GPUS, NVPTX, asm, llvm, try_compile, unprotected};

#[test]
fn what_the_flags_hold_back_is_refused_without_them() {
    match try_compile(unprotected(), "reverse_in_group", NVPTX, Emit::Asm) {
        Err(CompileError::DuplicatedConvergent { kernel, operation, place, .. }) => {
            assert_eq!((kernel.as_str(), operation.as_str()), ("kernels::reverse_in_group", "work_group_barrier"));
            let place = place.expect("the place of the barrier");
            let line: usize = place.strip_prefix("src/lib.rs:").unwrap().split(':').next().unwrap().parse().unwrap();
            let source = include_str!("fixtures/kernels/src/lib.rs");
            assert_eq!(source.lines().nth(line - 1).unwrap().trim(), "barrier();");
        }
        // Another compiler may not make copies even so.
        Ok(compiled) => {
            assert_eq!(String::from_utf8(compiled.code).unwrap().matches("bar.sync").count(), 1);
        }
        Err(other) => panic!("{other}"),
    }
}

/// Where the copies differ in what they are given, their place still tells.
#[test]
fn operations_with_arguments_are_told_apart_by_their_place() {
    match try_compile(unprotected(), "shuffle_copies", NVPTX, Emit::Asm) {
        Err(CompileError::DuplicatedConvergent { operation, place, .. }) => {
            assert_eq!(operation, "subgroup_shuffle_xor");
            let place = place.expect("the place of the shuffle");
            let line: usize = place.strip_prefix("src/lib.rs:").unwrap().split(':').next().unwrap().parse().unwrap();
            let source = include_str!("fixtures/kernels/src/lib.rs");
            assert!(source.lines().nth(line - 1).unwrap().contains("shuffle_xor(value, 1)"), "{place}");
        }
        // Another compiler may not make copies even so.
        Ok(compiled) => assert_eq!(String::from_utf8(compiled.code).unwrap().matches("shfl.sync").count(), 1),
        Err(other) => panic!("{other}"),
    }
    for target in GPUS {
        asm("shuffle_copies", target);
    }
    asm("shuffle_copies", NVPTX).has_times(1, "shfl.sync");
}

#[test]
fn protected_builds_have_each_barrier_once() {
    for target in GPUS {
        asm("reverse_in_group", target);
        asm("two_barriers", target);
    }
}

/// A captured module whose kernel has two calls, in separate branches or one after the other.
fn module(second_after_first: bool, same_site: bool) -> Vec<u8> {
    let next = if second_after_first { "%else" } else { "%end" };
    let site = if same_site { "@here" } else { "@there" };
    let barrier = |site: &str| {
        format!(
            r#"call void asm sideeffect inteldialect "call ${{0:P}}", "s,{{di}},~{{memory}}"(ptr @__geobacter_work_group_barrier, ptr {site})"#
        )
    };
    let words = [u32::from_le_bytes(*b"GBKD"), ABI_VERSION, 64, 8, 1, 0, 0, 0].map(|w| format!("i32 {w}")).join(", ");
    let text = format!(
        r#"
@desc = linkonce_odr constant [8 x i32] [{words}]
@here = linkonce_odr constant i32 1
@there = linkonce_odr constant i32 2
declare void @__geobacter_describe(ptr)
declare i32 @__geobacter_work_item_id_x()
declare void @__geobacter_work_group_barrier(ptr)
define linkonce_odr void @entry(ptr %block) {{
  call void @__geobacter_describe(ptr @desc)
  %id = call i32 @__geobacter_work_item_id_x()
  %first = icmp eq i32 %id, 0
  br i1 %first, label %then, label %else
then:
  {}
  store i32 1, ptr %block
  br label {next}
else:
  {}
  br label %end
end:
  ret void
}}
"#,
        barrier("@here"),
        barrier(site)
    );
    let context = Context::new(llvm());
    context.parse_ir(&text).unwrap().to_bitcode().to_vec()
}

fn compile_module(module: &[u8]) -> Result<String, CompileError> {
    let job = Job {
        module,
        kernel: "entry",
        target: NVPTX,
        max_group_size: 64,
        bounds: CodeBounds::NONE,
        constants: Constants::NONE,
        emit: Emit::Asm,
    };
    compile(&llvm(), &job).map(|c| String::from_utf8(c.code).unwrap())
}

#[test]
fn one_site_in_two_branches_is_refused() {
    let error = compile_module(&module(false, true)).unwrap_err();
    assert!(matches!(error, CompileError::DuplicatedConvergent { .. }), "{error}");
    assert!(error.to_string().contains("work_group_barrier"), "{error}");
}

#[test]
fn two_sites_in_two_branches_are_what_the_source_says() {
    assert_eq!(compile_module(&module(false, false)).unwrap().matches("bar.sync").count(), 2);
}

#[test]
fn one_site_twice_in_a_row_is_an_unrolled_loop() {
    // The second comes after the first on every way.
    assert_eq!(compile_module(&module(true, true)).unwrap().matches("bar.sync").count(), 2);
}
