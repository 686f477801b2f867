//! What the code for the checking device looks like: where it asks, and where not.

mod support;

use geobacter_codegen::{CompileError, Emit};
use support::{debug, release, symbol, try_compile};

const CHECKED: &str = "x86_64-checked";

/// LLVM IR of a kernel of the release build.
fn ir(kernel: &str) -> String {
    let compiled = try_compile(release(), kernel, CHECKED, Emit::Llvm).unwrap_or_else(|e| panic!("{e}"));
    String::from_utf8(compiled.code).expect("text")
}

/// Calls of one of the functions that the device provides.
fn calls(ir: &str, hook: &str) -> usize {
    ir.lines().filter(|l| l.contains("call ") && l.contains(&format!("@geobacter.provided.{hook}("))).count()
}

#[test]
fn each_access_to_a_buffer_is_asked_about_once_and_as_wide_as_it_is() {
    let ir = ir("saxpy_unchecked");
    // Besides, the kernarg block is a parameter that nobody can change; still it is a pointer as any other.
    let buffers =
        |hook: &str| ir.lines().filter(|l| l.contains(&format!("provided.{hook}(")) && l.contains("i64 4,")).count();
    assert_eq!(buffers("write"), 1, "{ir}");
    assert!(buffers("read") >= 2, "{ir}");
    assert!(!ir.contains("<4 x float>"), "nothing is vectorised: {ir}");
}

#[test]
fn local_variables_are_not_asked_about() {
    // It sorts and scatters in local arrays, and writes one number.
    assert_eq!(calls(&ir("recurses"), "write"), 1);
}

#[test]
fn atomics_and_barriers_are_asked_about_as_what_they_are() {
    let ir = ir("counters");
    assert!(calls(&ir, "atomic") >= 3 && calls(&ir, "barrier") >= 1, "{ir}");
    // For the work-group alone (16), reading and writing (3), relaxed.
    assert!(ir.lines().any(|l| l.contains("provided.atomic(") && l.contains("i32 19")), "{ir}");
}

#[test]
fn work_items_ask_who_they_are() {
    let ir = ir("where_am_i");
    for hook in ["work_item_id", "work_group_id", "work_group_size"] {
        assert_eq!(calls(&ir, hook), 3, "{hook}: {ir}");
    }
}

#[test]
fn images_export_the_kernel_the_table_and_the_places() {
    use object::{Object, ObjectSymbol};
    let compiled = try_compile(release(), "saxpy", CHECKED, Emit::Image).unwrap_or_else(|e| panic!("{e}"));
    let file = object::File::parse(&*compiled.code).expect("an ELF file");
    let exported: Vec<_> = file.dynamic_symbols().filter_map(|s| s.name().ok()).collect();
    for name in [compiled.symbol.as_str(), "geobacter_check_table", "geobacter_check_places"] {
        assert!(exported.contains(&name), "{name}: {exported:?}");
    }
    assert_eq!(compiled.group_memory, 0, "what lowering keeps there is not the launch's");
}

#[test]
fn what_devices_cannot_run_is_refused_here_too() {
    for kernel in ["prints", "reads_file", "calls_c", "keeps_state"] {
        let result = try_compile(release(), kernel, CHECKED, Emit::Llvm);
        assert!(matches!(result, Err(CompileError::Unsupported { .. })), "{kernel}");
    }
}

#[test]
fn debug_builds_compile_too() {
    for kernel in ["saxpy", "neighbours", "counters", "checksum", "dispatch", "explains", "recurses_to_panics"] {
        let _ = symbol(debug(), kernel);
        try_compile(debug(), kernel, CHECKED, Emit::Image).unwrap_or_else(|e| panic!("{kernel}: {e}"));
    }
}
