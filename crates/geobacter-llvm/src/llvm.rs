use std::ffi::{CStr, c_char, c_int};
use std::fmt;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, OnceLock};

use libloading::Library;

use crate::error::Tried;
use crate::find::{self, Search};
use crate::sys::Api;
use crate::{IrError, LoadError};

/// A loaded libLLVM: a cheap handle, good for the rest of the process.
///
/// A library is never unloaded: LLVM keeps global state that cannot be torn down while any of its objects live.
#[derive(Clone, Copy)]
pub struct Llvm(&'static Loaded);

struct Loaded {
    api: Api,
    library: Library,
    path: PathBuf,
    version: (u32, u32, u32),
    initialised: Mutex<Vec<Arch>>,
    options_set: OnceLock<()>,
}

/// A back end of LLVM.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Arch {
    /// AMD GPUs.
    Amdgpu,
    /// NVIDIA GPUs.
    Nvptx,
    /// SPIR-V. Not in rustc's LLVM.
    Spirv,
    /// eBPF.
    Bpf,
    /// 64-bit x86.
    X86,
    /// 64-bit Arm.
    Aarch64,
}

impl Arch {
    fn c_name(self) -> &'static str {
        match self {
            Arch::Amdgpu => "AMDGPU",
            Arch::Nvptx => "NVPTX",
            Arch::Spirv => "SPIRV",
            Arch::Bpf => "BPF",
            Arch::X86 => "X86",
            Arch::Aarch64 => "AArch64",
        }
    }
}

impl Llvm {
    /// Finds and loads LLVM: the library that `GEOBACTER_LLVM` names, and no other; where that is not set, the first that
    /// works of the library recorded at build time, the current rustc's, and the system's of the required major version.
    ///
    /// # Errors
    /// When none works: every place tried, why it failed, and what to do.
    pub fn find(search: &Search) -> Result<Llvm, LoadError> {
        find::find(search)
    }

    /// Loads the shared LLVM of a Rust toolchain.
    ///
    /// # Errors
    /// When the toolchain has none (those for musl and macOS link it statically) or it cannot be loaded.
    pub fn from_sysroot(sysroot: &Path) -> Result<Llvm, LoadError> {
        let mut tried = Vec::new();
        find::in_sysroot("toolchain", sysroot, None, &mut tried).ok_or(LoadError { major: None, tried })
    }

    /// Loads one library, or finds that it has been loaded already.
    pub(crate) fn load(path: &Path) -> Result<Llvm, String> {
        static LOADED: Mutex<Vec<Llvm>> = Mutex::new(Vec::new());
        let path = path.canonicalize().unwrap_or_else(|_| path.to_path_buf());
        let mut loaded = LOADED.lock().expect("nothing panics while it holds this lock");
        if let Some(llvm) = loaded.iter().find(|l| l.path() == path) {
            return Ok(*llvm);
        }
        let llvm = Llvm(Box::leak(Box::new(Loaded::open(path)?)));
        tracing::debug!(path = %llvm.path().display(), version = ?llvm.version(), "loaded LLVM");
        loaded.push(llvm);
        Ok(llvm)
    }

    /// Where the library is.
    pub fn path(self) -> &'static Path {
        &self.0.path
    }

    /// Major, minor and patch version.
    pub fn version(self) -> (u32, u32, u32) {
        self.0.version
    }

    /// The version as `major.minor.patch`.
    pub fn version_string(self) -> String {
        let (major, minor, patch) = self.0.version;
        format!("{major}.{minor}.{patch}")
    }

    /// Sets options as LLVM's own tools take them on their command lines. They hold for all that this library does, so
    /// only the first call in the process counts. LLVM ignores the lot where it does not know one.
    pub fn set_options_once(self, options: &[&'static CStr]) {
        self.0.options_set.get_or_init(|| {
            let arguments: Vec<*const c_char> = [c"geobacter"].iter().chain(options).map(|o| o.as_ptr()).collect();
            let count = c_int::try_from(arguments.len()).expect("a handful of options");
            // SAFETY: `count` C strings, which LLVM copies what it needs of.
            unsafe { (self.0.api.ParseCommandLineOptions)(count, arguments.as_ptr(), c"".as_ptr()) };
        });
    }

    /// Makes a back end ready for use.
    ///
    /// # Errors
    /// When this LLVM was built without it.
    pub fn initialise(self, arch: Arch) -> Result<(), IrError> {
        let mut done = self.0.initialised.lock().expect("nothing panics while it holds this lock");
        if done.contains(&arch) {
            return Ok(());
        }
        for part in ["TargetInfo", "Target", "TargetMC", "AsmPrinter", "AsmParser"] {
            let name = format!("LLVMInitialize{}{part}\0", arch.c_name());
            // SAFETY: these functions take and return nothing; the lock keeps their registries to one thread.
            match unsafe { self.0.library.get::<unsafe extern "C" fn()>(name.as_bytes()) } {
                // SAFETY: as above.
                Ok(init) => unsafe { init() },
                // Only for assembly inside IR that is emitted as an object, and not every back end has one.
                Err(_) if part == "AsmParser" => {}
                Err(_) => {
                    let message = format!("{} was built without the {} target", self.path().display(), arch.c_name());
                    return Err(IrError::new("LLVM back end", message));
                }
            }
        }
        done.push(arch);
        Ok(())
    }

    /// Makes the disassembler of a back end ready for use; the back end itself must be already.
    pub(crate) fn initialise_disassembler(self, arch: Arch) -> Result<(), IrError> {
        let name = format!("LLVMInitialize{}Disassembler\0", arch.c_name());
        let _one_at_a_time = self.0.initialised.lock().expect("nothing panics while it holds this lock");
        // SAFETY: takes and returns nothing, may be called again; the lock keeps the registry to one thread.
        match unsafe { self.0.library.get::<unsafe extern "C" fn()>(name.as_bytes()) } {
            Ok(init) => {
                // SAFETY: as above.
                unsafe { init() };
                Ok(())
            }
            Err(_) => Err(IrError::new(
                "LLVM disassembler",
                format!("{} was built without the {} disassembler", self.path().display(), arch.c_name()),
            )),
        }
    }

    pub(crate) fn api(self) -> &'static Api {
        &self.0.api
    }

    /// Takes over a message that LLVM allocated.
    ///
    /// # Safety
    /// `message` must be null, or a C string that the caller of LLVM owns.
    pub(crate) unsafe fn take_message(self, message: *mut c_char) -> String {
        if message.is_null() {
            return String::new();
        }
        // SAFETY: the caller's promise.
        unsafe {
            let text = CStr::from_ptr(message).to_string_lossy().into_owned();
            (self.api().DisposeMessage)(message);
            text
        }
    }

    /// The number of an attribute kind such as `noinline`; `None` where this LLVM does not know it.
    pub(crate) fn attribute_kind(self, name: &str) -> Option<u32> {
        // SAFETY: pointer and length of one string.
        let kind = unsafe { (self.api().GetEnumAttributeKindForName)(name.as_ptr().cast(), name.len()) };
        (kind != 0).then_some(kind)
    }

    /// Whether this LLVM knows the intrinsic `name`, with or without its type suffixes (`llvm.sqrt`).
    pub fn knows_intrinsic(self, name: &str) -> bool {
        self.intrinsic_id(name).is_some()
    }

    pub(crate) fn intrinsic_id(self, name: &str) -> Option<u32> {
        // SAFETY: pointer and length of one string.
        let id = unsafe { (self.api().LookupIntrinsicID)(name.as_ptr().cast(), name.len()) };
        (id != 0).then_some(id)
    }

    /// The first `major` check, shared by all places: `Err` says what is wrong.
    pub(crate) fn check_major(self, major: Option<u32>) -> Result<(), String> {
        match major {
            Some(major) if major != self.version().0 => {
                Err(format!("is LLVM {}, and LLVM {major} is required to read this bitcode", self.version_string()))
            }
            _ => Ok(()),
        }
    }
}

impl Loaded {
    fn open(path: PathBuf) -> Result<Loaded, String> {
        // SAFETY: LLVM's static constructors only fill its own registries. The symbols are declared after its headers.
        let (library, api) = unsafe {
            let library = Library::new(&path).map_err(|e| e.to_string())?;
            let api = Api::load(&library).map_err(|e| format!("lacks a function that is needed: {e}"))?;
            (library, api)
        };
        let mut version = (0, 0, 0);
        // SAFETY: writes three numbers; the handler is a function that stays.
        unsafe {
            (api.GetVersion)(&mut version.0, &mut version.1, &mut version.2);
            (api.InstallFatalErrorHandler)(name_fatal_error);
        }
        Ok(Loaded { api, library, path, version, initialised: Mutex::new(Vec::new()), options_set: OnceLock::new() })
    }
}

/// Called by LLVM on an error from which it cannot return: it ends the process right after. Everything that is known to
/// lead here is checked beforehand, so this is the last line of defence, and says where the end comes from.
unsafe extern "C" fn name_fatal_error(reason: *const c_char) {
    // SAFETY: LLVM passes a C string.
    let reason = unsafe { CStr::from_ptr(reason) }.to_string_lossy();
    // Not `eprintln!`, which test harnesses hold back: the process is about to end.
    let _ = writeln!(
        std::io::stderr(),
        "geobacter: LLVM stopped with a fatal error while compiling device code: {reason}\n\
         this is a bug in geobacter: it should have refused the kernel first"
    );
}

impl fmt::Debug for Llvm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Llvm").field("path", &self.0.path).field("version", &self.0.version).finish()
    }
}

/// The sysroot of the `rustc` that the environment names, asked once.
pub(crate) fn rustc_sysroot() -> Result<PathBuf, Tried> {
    static SYSROOT: OnceLock<Result<PathBuf, Tried>> = OnceLock::new();
    SYSROOT.get_or_init(find::ask_rustc).clone()
}
