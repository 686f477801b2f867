//! Small pieces of IR, as rustc may emit them: each either becomes device code or is refused. None ends the process.

mod support;

use geobacter_codegen::{CodeBounds, CompileError, Constants, Emit, Job, compile};
use geobacter_core::abi::ABI_VERSION;
use geobacter_llvm::Context;
use support::{GPUS, NVPTX, llvm};

/// A captured module with one kernel, whose body gets `%p`, the address of an argument's memory.
fn module(body: &str, globals: &str) -> Vec<u8> {
    let words = [u32::from_le_bytes(*b"GBKD"), ABI_VERSION, 64, 8, 1, 0, 0, 0].map(|w| format!("i32 {w}")).join(", ");
    let text = format!(
        "@desc = linkonce_odr constant [8 x i32] [{words}]\n\
         declare void @__geobacter_describe(ptr)\n\
         declare i32 @rust_eh_personality(...)\n\
         {globals}\n\
         define linkonce_odr void @entry(ptr %block) \"target-features\"=\"+sse2\" personality ptr @rust_eh_personality {{\n\
           call void @__geobacter_describe(ptr @desc)\n\
           %field = getelementptr i8, ptr %block, i64 56\n\
           %p = load ptr, ptr %field\n\
           {body}\n\
           ret void\n\
         }}\n"
    );
    let context = Context::new(llvm());
    let module = context.parse_ir(&text).unwrap_or_else(|e| panic!("{e}\n{text}"));
    module.verify().unwrap_or_else(|e| panic!("{e}\n{text}"));
    module.to_bitcode().to_vec()
}

fn try_on(target: &str, body: &str, globals: &str) -> Result<String, CompileError> {
    let module = module(body, globals);
    let job = Job {
        module: &module,
        kernel: "entry",
        target,
        max_group_size: 64,
        bounds: CodeBounds::NONE,
        constants: Constants::NONE,
        emit: Emit::Asm,
    };
    compile(&llvm(), &job).map(|c| String::from_utf8(c.code).unwrap())
}

#[track_caller]
fn compiles(body: &str, globals: &str) {
    for target in GPUS {
        if let Err(error) = try_on(target, body, globals) {
            panic!("{target}: {error}");
        }
    }
}

#[track_caller]
fn refused(body: &str, globals: &str, because: &str) {
    for target in GPUS {
        match try_on(target, body, globals) {
            Err(CompileError::Unsupported { what, .. }) => assert!(what.contains(because), "{target}: {what}"),
            Err(other) => panic!("{target}: {other}"),
            Ok(code) => panic!("{target} compiles it:\n{code}"),
        }
    }
}

#[test]
fn instructions_of_the_hosts_processor_are_refused() {
    refused(
        "%v = call i32 @llvm.x86.sse42.crc32.32.32(i32 1, i32 2)\nstore i32 %v, ptr %p",
        "declare i32 @llvm.x86.sse42.crc32.32.32(i32, i32)",
        "llvm.x86.sse42.crc32",
    );
    refused("call void asm sideeffect \"nop\", \"\"()", "", "`nop`");
}

#[test]
fn code_for_better_processors_than_the_baseline_traps() {
    let globals = "declare i32 @llvm.x86.sse42.crc32.32.32(i32, i32)\n\
                   define linkonce_odr i32 @fast(i32 %x) noinline \"target-features\"=\"+sse2,+sse4.2\" {\n\
                   %v = call i32 @llvm.x86.sse42.crc32.32.32(i32 %x, i32 2)\nret i32 %v\n}";
    let code = try_on(NVPTX, "%x = load i32, ptr %p\n%v = call i32 @fast(i32 %x)\nstore i32 %v, ptr %p", globals);
    assert!(code.unwrap().contains("trap;"));
}

#[test]
fn hints_and_questions_to_the_processor_vanish() {
    compiles(
        "call void @llvm.x86.sse2.pause()\n\
         %id = call { i32, i32, i32, i32 } asm sideeffect \"cpuid\", \"={ax},={bx},={cx},={dx},{ax},{cx}\"(i32 7, i32 0)\n\
         %a = extractvalue { i32, i32, i32, i32 } %id, 1\n\
         store i32 %a, ptr %p",
        "declare void @llvm.x86.sse2.pause()",
    );
}

#[test]
fn black_boxes_are_seen_through() {
    compiles(
        "call void asm sideeffect \"\", \"r,~{memory}\"(ptr %p)\n%v = call i32 asm \"\", \"=r,0\"(i32 7)\nstore i32 %v, ptr %p",
        "",
    );
}

#[test]
fn what_ends_llvm_is_refused_first() {
    refused("%v = load atomic i128, ptr %p seq_cst, align 16\nstore i128 %v, ptr %p", "", "128 bits");
    refused("%a = load fp128, ptr %p\n%v = fadd fp128 %a, %a\nstore fp128 %v, ptr %p", "", "f128");
    refused(
        "%v = atomicrmw add ptr @t, i32 1 seq_cst\nstore i32 %v, ptr %p",
        "@t = linkonce_odr thread_local global i32 0",
        "thread-local",
    );
    refused("%v = load i32, ptr @t\nstore i32 %v, ptr %p", "@t = external global i32", "`t`");
    refused(
        "%n = load i64, ptr %p\n%a = alloca i8, i64 %n\nstore volatile ptr %a, ptr %a\n%v = load volatile ptr, ptr %a\nstore ptr %v, ptr %p",
        "",
        "variable size",
    );
    refused("call void (ptr, ...) @printf(ptr %p, i32 1)", "declare void @printf(ptr, ...)", "writes output");
    refused(
        "%v = call { double, double } @llvm.modf.f64(double 1.5)\nstore volatile { double, double } %v, ptr %p",
        "declare { double, double } @llvm.modf.f64(double)",
        "modf",
    );
}

#[test]
fn fences_of_all_sorts_compile() {
    compiles(
        "fence syncscope(\"singlethread\") seq_cst\nfence syncscope(\"singlethread\") acquire\nfence seq_cst\nfence release",
        "",
    );
}

#[test]
fn atomics_of_all_sizes_compile() {
    for bits in [8, 16, 32, 64] {
        compiles(
            &format!(
                "%a = atomicrmw add ptr %p, i{bits} 1 seq_cst\n\
                 %b = cmpxchg ptr %p, i{bits} 1, i{bits} 2 acq_rel monotonic\n\
                 %c = load atomic i{bits}, ptr %p acquire, align 8\n\
                 store atomic i{bits} %c, ptr %p release, align 8"
            ),
            "",
        );
    }
}

#[test]
fn wide_integers_compile() {
    compiles(
        "%a = load i128, ptr %p\n%d = udiv i128 %a, 1000000007\n%r = srem i128 %a, %d\n%m = mul i128 %r, %d\n\
         %o = call { i128, i1 } @llvm.smul.with.overflow.i128(i128 %m, i128 %a)\n\
         %v = extractvalue { i128, i1 } %o, 0\nstore i128 %v, ptr %p",
        "declare { i128, i1 } @llvm.smul.with.overflow.i128(i128, i128)",
    );
}

#[test]
fn copies_of_any_size_and_alignment_compile() {
    let globals = "declare void @llvm.memcpy.p0.p0.i64(ptr, ptr, i64, i1)\n\
                   declare void @llvm.memmove.p0.p0.i64(ptr, ptr, i64, i1)\n\
                   declare void @llvm.memset.p0.i64(ptr, i8, i64, i1)";
    for size in ["1", "7", "16", "24", "127", "1000", "%n"] {
        compiles(
            &format!(
                "%n = load i64, ptr %p\n%q = getelementptr i8, ptr %p, i64 4096\n\
                 call void @llvm.memcpy.p0.p0.i64(ptr align 8 %q, ptr align 16 %p, i64 {size}, i1 false)\n\
                 call void @llvm.memmove.p0.p0.i64(ptr %p, ptr %q, i64 {size}, i1 false)\n\
                 call void @llvm.memset.p0.i64(ptr align 4 %q, i8 7, i64 {size}, i1 false)"
            ),
            globals,
        );
    }
}

#[test]
fn unwinding_becomes_nothing() {
    compiles(
        "invoke void @may_panic(ptr %p) to label %ok unwind label %bad\n\
         bad:\n%pad = landingpad { ptr, i32 } cleanup\ncall void @__rust_dealloc(ptr %p)\nresume { ptr, i32 } %pad\n\
         ok:",
        "declare void @__rust_dealloc(ptr)\n\
         define linkonce_odr void @may_panic(ptr %p) noinline {\nstore i32 1, ptr %p\nret void\n}\n",
    );
}

#[test]
fn damaged_descriptions_are_refused() {
    let context = Context::new(llvm());
    let text = "define linkonce_odr void @entry(ptr %block) {\nret void\n}\n";
    let module = context.parse_ir(text).unwrap().to_bitcode().to_vec();
    let job = Job {
        module: &module,
        kernel: "entry",
        target: NVPTX,
        max_group_size: 64,
        bounds: CodeBounds::NONE,
        constants: Constants::NONE,
        emit: Emit::Asm,
    };
    let error = compile(&llvm(), &job).unwrap_err();
    assert!(matches!(error, CompileError::Description { .. }), "{error}");
}
