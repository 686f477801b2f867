//! What the wrapper promises, with the libLLVM of the rustc in use.

use geobacter_llvm::{
    Arch, AttributePlace, Builder, CodeKind, Context, Linkage, Llvm, Opcode, OptLevel, Search, TargetMachine,
    TargetSpec,
};

fn llvm() -> Llvm {
    Llvm::find(&Search::default()).expect("rustc's own libLLVM")
}

const LIBRARY: &str = r#"
@table = linkonce_odr constant [2 x i32] [i32 1, i32 258]
@unused = linkonce_odr global i64 7

define linkonce_odr i32 @wanted(i32 %x) section ".geobacter.kernel" {
  %y = call i32 @helper(i32 %x)
  ret i32 %y
}
define linkonce_odr i32 @helper(i32 %x) {
  %t = load i32, ptr @table
  %y = add i32 %x, %t
  ret i32 %y
}
define linkonce_odr i32 @not_wanted() {
  ret i32 0
}
"#;

#[test]
fn a_library_is_found_and_knows_its_version() {
    let llvm = llvm();
    assert!(llvm.version().0 >= 20, "{llvm:?}");
    assert!(llvm.path().exists());
}

#[test]
fn another_major_version_is_refused_with_every_place_and_a_remedy() {
    let error = Llvm::find(&Search { major: Some(7), recorded: Some("/nowhere/libLLVM.so".into()) }).unwrap_err();
    let text = error.to_string();
    assert!(text.contains("/nowhere/libLLVM.so"), "{text}");
    assert!(text.contains("LLVM 7 is required"), "{text}");
    assert!(text.contains("GEOBACTER_LLVM"), "{text}");
}

#[test]
fn linking_a_lazy_module_pulls_what_is_declared_and_what_that_needs() {
    let context = Context::new(llvm());
    let bitcode = context.parse_ir(LIBRARY).unwrap().to_bitcode();
    let source = context.parse_bitcode_lazily(&bitcode).unwrap();

    let mut module = context.create_module("kernel");
    module.add_function("wanted", source.function("wanted").unwrap().value_type());
    module.link(source).unwrap();
    module.verify().unwrap();

    let mut defined: Vec<_> = module.functions().filter(|f| !f.is_declaration()).map(|f| f.name()).collect();
    defined.sort();
    assert_eq!(defined, ["helper", "wanted"]);
    assert_eq!(module.globals().map(|g| g.name()).collect::<Vec<_>>(), ["table"]);
    assert_eq!(module.function("wanted").unwrap().section(), ".geobacter.kernel");
}

#[test]
fn constant_data_is_read_as_bytes() {
    let context = Context::new(llvm());
    let module = context.parse_ir(LIBRARY).unwrap();
    assert_eq!(module.global("table").unwrap().constant_bytes().unwrap(), [1, 0, 0, 0, 2, 1, 0, 0]);
    assert_eq!(module.global("unused").unwrap().constant_bytes().unwrap(), [7, 0, 0, 0, 0, 0, 0, 0]);
}

#[test]
fn a_deleted_body_leaves_a_declaration_with_its_name() {
    let context = Context::new(llvm());
    let mut module = context.parse_ir(LIBRARY).unwrap();
    module.delete_bodies(|f| f.name() == "helper");
    module.verify().unwrap();
    let helper = module.function("helper").unwrap();
    assert!(helper.is_declaration());
    assert_eq!(helper.linkage(), Linkage::External);
}

#[test]
fn deleting_functions_keeps_those_in_use_as_declarations() {
    let context = Context::new(llvm());
    let mut module = context.parse_ir(LIBRARY).unwrap();
    module.delete_functions(|f| f.name() != "wanted");
    module.verify().unwrap();
    assert!(module.function("not_wanted").is_none());
    assert!(module.function("helper").unwrap().is_declaration());
}

#[test]
fn erased_instructions_leave_poison_and_stay_harmless() {
    let context = Context::new(llvm());
    let module = context.parse_ir(LIBRARY).unwrap();
    let wanted = module.function("wanted").unwrap();
    let call = wanted.instructions().find_map(|i| i.as_call()).unwrap();
    assert_eq!(call.called_function().unwrap().name(), "helper");
    call.erase();
    call.erase();
    assert!(call.block().is_none());
    let ret = wanted.instructions().next().unwrap();
    assert_eq!(ret.opcode(), Opcode::Ret);
    ret.erase();
    Builder::at_end(wanted.blocks().next().unwrap()).unreachable();
    module.verify().unwrap();
    drop(module);
}

#[test]
fn damaged_bitcode_is_an_error() {
    let context = Context::new(llvm());
    let mut bitcode = context.parse_ir(LIBRARY).unwrap().to_bitcode().to_vec();
    assert!(context.parse_bitcode(b"not bitcode").is_err());
    bitcode.truncate(bitcode.len() / 2);
    let error = context.parse_bitcode_lazily(&bitcode).map(|_| ()).unwrap_err();
    assert!(!error.message.is_empty());
}

#[test]
fn broken_ir_is_found_by_verify() {
    let context = Context::new(llvm());
    let module = context.parse_ir(LIBRARY).unwrap();
    module.function("wanted").unwrap().append_block("unfinished");
    assert!(module.verify().unwrap_err().message.contains("terminator"));
}

#[test]
fn conflicting_definitions_do_not_link() {
    let context = Context::new(llvm());
    let mut one = context.parse_ir("define void @f() {\n ret void\n}").unwrap();
    let two = context.parse_ir("define void @f() {\n ret void\n}").unwrap();
    assert!(one.link(two).unwrap_err().message.contains('f'));
}

#[test]
fn unknown_passes_are_an_error() {
    let context = Context::new(llvm());
    let mut module = context.parse_ir(LIBRARY).unwrap();
    assert!(module.run_passes("no-such-pass", None).is_err());
    module.run_passes("default<O3>", None).unwrap();
}

#[test]
fn both_gpu_back_ends_emit() {
    for (arch, triple, cpu, expect) in [
        (Arch::Nvptx, "nvptx64-nvidia-cuda", "sm_90", ".entry k"),
        (Arch::Amdgpu, "amdgcn-amd-amdhsa", "gfx90a", ".amdhsa_kernel k"),
    ] {
        let context = Context::new(llvm());
        let spec = TargetSpec { arch, triple, cpu, features: "", level: OptLevel::Aggressive };
        let machine = TargetMachine::new(llvm(), &spec).unwrap();
        let module = context.create_module("m");
        module.set_target(&machine);
        let kernel = module.add_function("k", context.function_type(context.void_type(), &[]));
        kernel.set_call_conv(if arch == Arch::Nvptx { 71 } else { 91 });
        kernel.add_attribute(AttributePlace::Function, context.attribute("nounwind", 0));
        Builder::at_end(kernel.append_block("entry")).ret_void();
        module.verify().unwrap();
        let text = machine.emit(module, CodeKind::Assembly).unwrap();
        assert!(String::from_utf8_lossy(&text).contains(expect));
    }
}

#[test]
fn debug_locations_tell_file_line_and_inlining() {
    let context = Context::new(llvm());
    let module = context
        .parse_ir(
            r#"
define void @outer() !dbg !4 {
  call void @f(), !dbg !7
  ret void, !dbg !8
}
declare void @f()
!llvm.dbg.cu = !{!0}
!llvm.module.flags = !{!2}
!0 = distinct !DICompileUnit(language: DW_LANG_Rust, file: !1, emissionKind: LineTablesOnly)
!1 = !DIFile(filename: "src/lib.rs", directory: "/somewhere")
!2 = !{i32 2, !"Debug Info Version", i32 3}
!3 = !DISubroutineType(types: !{})
!4 = distinct !DISubprogram(name: "outer", linkageName: "_outer", file: !1, line: 3, type: !3, unit: !0, spFlags: DISPFlagDefinition)
!5 = distinct !DISubprogram(name: "inner", linkageName: "_inner", file: !1, line: 9, type: !3, unit: !0, spFlags: DISPFlagDefinition)
!6 = distinct !DILexicalBlock(scope: !5, file: !1, line: 9)
!7 = !DILocation(line: 10, column: 5, scope: !6, inlinedAt: !8)
!8 = distinct !DILocation(line: 4, column: 1, scope: !4)
"#,
        )
        .unwrap();
    let outer = module.function("outer").unwrap();
    assert_eq!(outer.subprogram().unwrap().linkage_name().unwrap(), "_outer");
    let at = outer.instructions().next().unwrap().debug_loc().unwrap();
    assert_eq!((at.line(), at.column(), at.file().unwrap().as_str()), (10, 5, "src/lib.rs"));
    assert_eq!(at.subprogram().unwrap().linkage_name().unwrap(), "_inner");
    let call = at.inlined_at().unwrap();
    assert_eq!((call.line(), call.subprogram().unwrap().name().unwrap().as_str()), (4, "outer"));
    assert!(call.inlined_at().is_none());
}
