//! What is captured from real objects and libraries.
//!
//! The sources in `tests/source` are compiled by rustc as cargo and the wrapper would do it.

use std::path::{Path, PathBuf};
use std::process::Command;

use geobacter_capture::{Captured, capture, has_kernels};
use geobacter_container::symbols::{Role, readable, role};
use geobacter_llvm::{Context, Llvm, Module, Search};

const DEV: &[&str] = &[];
const RELEASE: &[&str] = &["-Copt-level=3"];
/// Libraries as cargo builds them for link-time optimisation: their members are bitcode and nothing else.
const LTO: &[&str] = &["-Copt-level=3", "-Clinker-plugin-lto"];

/// The fixture, compiled.
struct Built {
    folder: tempfile::TempDir,
    inputs: Vec<PathBuf>,
}

impl Built {
    fn new(library_flags: &[&str]) -> Built {
        let folder = tempfile::tempdir().unwrap();
        let mut inputs = Vec::new();
        for name in ["geobacter_core", "dep"] {
            rustc(folder.path(), name, &["--crate-type=rlib", "-Cembed-bitcode=yes"], library_flags);
            inputs.push(folder.path().join(format!("lib{name}.rlib")));
        }
        // The linker is told to do nothing; `save-temps` keeps what it would have been given.
        let final_flags = ["--crate-type=bin", "-Csave-temps", "-Clinker=true", "-Clinker-plugin-lto"];
        rustc(folder.path(), "app", &final_flags, library_flags);
        inputs.splice(0..0, objects(folder.path()));
        inputs.extend(standard_libraries());
        Built { folder, inputs }
    }

    fn capture(&self) -> Captured {
        capture(llvm(), &self.inputs).unwrap().expect("there are kernels")
    }
}

fn rustc(folder: &Path, name: &str, kind: &[&str], flags: &[&str]) {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/source").join(format!("{name}.rs"));
    let mut command = Command::new(std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into()));
    command.current_dir(folder).arg("--edition=2024").args(kind).args(flags).arg("-L.").arg(source);
    for library in ["geobacter_core", "dep"].into_iter().take_while(|library| *library != name) {
        command.args(["--extern", library]);
    }
    command.args(["-Csymbol-mangling-version=v0", "-Cdebuginfo=line-tables-only"]);
    let output = command.output().unwrap();
    assert!(output.status.success(), "{command:?}\n{}", String::from_utf8_lossy(&output.stderr));
}

fn objects(folder: &Path) -> Vec<PathBuf> {
    let files = std::fs::read_dir(folder).unwrap().map(|e| e.unwrap().path());
    let mut objects: Vec<_> = files
        .filter(|p| {
            let name = p.file_name().unwrap().to_str().unwrap();
            name.starts_with("app.") && name.ends_with(".rcgu.o")
        })
        .collect();
    objects.sort();
    objects
}

fn standard_libraries() -> Vec<PathBuf> {
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let output = Command::new(rustc).args(["--print", "target-libdir"]).output().unwrap();
    let folder = PathBuf::from(String::from_utf8(output.stdout).unwrap().trim());
    let files = std::fs::read_dir(folder).unwrap().map(|e| e.unwrap().path());
    let mut libraries: Vec<_> = files.filter(|p| p.extension().is_some_and(|e| e == "rlib")).collect();
    libraries.sort();
    libraries
}

fn llvm() -> Llvm {
    Llvm::find(&Search::default()).unwrap()
}

fn with_module(captured: &Captured, check: impl FnOnce(&Module<'_>)) {
    let context = Context::new(llvm());
    check(&context.parse_bitcode(&captured.module).unwrap());
}

fn names(captured: &Captured) -> Vec<&str> {
    let mut names: Vec<&str> = captured.kernels.iter().map(|k| k.name.as_str()).collect();
    names.sort_unstable();
    names
}

const KERNELS: [&str; 8] = [
    "app::add<1>",
    "app::add<2>",
    "app::fails",
    "app::main::{closure#0}",
    "app::text",
    "app::twin_a",
    "app::twin_b",
    "dep::own::{closure#0}",
];

#[test]
fn every_kernel_is_found_whatever_the_build() {
    for flags in [DEV, RELEASE, LTO] {
        let built = Built::new(flags);
        assert!(has_kernels(&built.inputs));
        let captured = built.capture();
        assert_eq!(names(&captured), KERNELS, "{flags:?}");
        for kernel in &captured.kernels {
            assert_eq!((kernel.abi_version, kernel.block_size, kernel.dimensions), (1, 8, 1));
            assert_eq!(kernel.args.len(), 1);
        }
        with_module(&captured, |module| {
            for kernel in &captured.kernels {
                let entry = module.function(&kernel.symbol).unwrap_or_else(|| panic!("{} is no function", kernel.name));
                assert!(!entry.is_declaration(), "{}", kernel.name);
            }
        });
    }
}

#[test]
fn only_what_the_target_provides_stays_undefined() {
    for flags in [DEV, RELEASE, LTO] {
        with_module(&Built::new(flags).capture(), |module| {
            let undefined = module.functions().filter(|f| f.is_declaration() && !f.is_intrinsic());
            for function in undefined {
                assert!(role(&function.name()).is_some(), "{} is undefined", readable(&function.name()));
            }
            let undefined: Vec<_> = module.globals().filter(|g| g.is_declaration()).map(|g| g.name()).collect();
            assert!(undefined.is_empty(), "{undefined:?}");
        });
    }
}

#[test]
fn panics_unwinding_and_host_code_are_not_dragged_in() {
    with_module(&Built::new(DEV).capture(), |module| {
        for function in module.functions().filter(|f| !f.is_declaration()) {
            let name = readable(&function.name());
            assert_eq!(role(&function.name()), None, "{name} has a body");
            let is_host = ["std::", "gimli::", "addr2line::"].iter().any(|host| name.starts_with(host));
            assert!(!is_host && !name.contains("unrelated"), "{name} is not reached by any kernel");
        }
        let panics = module.functions().filter(|f| role(&f.name()) == Some(Role::Panic)).count();
        assert!(panics > 0, "a bounds check must end somewhere");
    });
}

/// `dep` is read twice: for its own kernel, and for what those of `app` call.
#[test]
fn static_data_stays_one_however_often_its_module_is_read() {
    for flags in [DEV, RELEASE] {
        with_module(&Built::new(flags).capture(), |module| {
            let shared: Vec<_> = module.globals().map(|g| g.name()).filter(|n| n.contains("SHARED")).collect();
            assert_eq!(shared.len(), 1, "{shared:?}");
        });
    }
}

#[test]
fn the_device_library_comes_along() {
    with_module(&Built::new(DEV).capture(), |module| {
        assert!(module.function("__geobacter_rt_sinf").is_some_and(|f| !f.is_declaration()));
    });
}

#[test]
fn the_same_inputs_give_the_same_bytes() {
    let built = Built::new(RELEASE);
    assert!(built.capture().module == built.capture().module);
}

/// What the code generator relies on: linked into a module that declares one entry, only that entry's code is taken.
#[test]
fn one_kernel_is_pulled_without_the_others() {
    let captured = Built::new(DEV).capture();
    let wanted = captured.kernels.iter().find(|k| k.name == "app::add<1>").unwrap();
    let context = Context::new(llvm());
    let mut one = context.create_module("one");
    one.add_function(&wanted.symbol, context.function_type(context.void_type(), &[]));
    one.link(context.parse_bitcode_lazily(&captured.module).unwrap()).unwrap();
    let defined = one.functions().filter(|f| !f.is_declaration()).map(|f| readable(&f.name())).collect::<Vec<_>>();
    assert!(defined.iter().any(|n| n.contains("app::add::<1>")), "{defined:?}");
    assert!(!defined.iter().any(|n| n.contains("app::add::<2>") || n.contains("app::text")), "{defined:?}");
}

#[test]
fn inputs_without_kernels_give_nothing() {
    let built = Built::new(DEV);
    let core = [built.folder.path().join("libgeobacter_core.rlib")];
    assert!(!has_kernels(&core));
    assert!(capture(llvm(), &core).unwrap().is_none());
    assert!(!has_kernels(&standard_libraries()));
}

#[test]
fn damaged_bitcode_is_an_error_that_names_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("broken.o");
    let mut bytes = b"BC\xc0\xde".to_vec();
    bytes.extend_from_slice(b"_14geobacter_core6kernel12device_entry");
    std::fs::write(&path, bytes).unwrap();
    let error = capture(llvm(), std::slice::from_ref(&path)).unwrap_err().to_string();
    assert!(error.contains("broken.o"), "{error}");
}
