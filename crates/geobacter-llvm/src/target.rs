use std::ffi::c_char;
use std::fmt;

use crate::context::c_string;
use crate::memory_buffer::MemoryBuffer;
use crate::sys::{TargetDataRef, TargetMachineRef, TargetRef};
use crate::{Arch, IrError, Llvm, Module, Type};

/// What code is generated for.
#[derive(Clone, Copy, Debug)]
pub struct TargetSpec<'a> {
    /// The back end.
    pub arch: Arch,
    /// LLVM's target triple.
    pub triple: &'a str,
    /// Name of the processor: `sm_90`, `gfx90a`.
    pub cpu: &'a str,
    /// Features to turn on (`+`) or off (`-`), with commas between.
    pub features: &'a str,
    /// How much code generation optimises.
    pub level: OptLevel,
}

/// How much code generation optimises.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names are LLVM's")]
pub enum OptLevel {
    None = 0,
    Less = 1,
    Default = 2,
    Aggressive = 3,
}

/// What code generation writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CodeKind {
    /// Assembly text.
    Assembly = 0,
    /// An object file.
    Object = 1,
}

/// A processor to generate code for.
pub struct TargetMachine {
    raw: TargetMachineRef,
    layout: TargetDataRef,
    llvm: Llvm,
    triple: String,
}

/// `LLVMRelocPIC`: what loadable code objects need; ignored where there is no choice.
const POSITION_INDEPENDENT: i32 = 2;
/// `LLVMCodeModelDefault`.
const DEFAULT_CODE_MODEL: i32 = 0;

impl TargetMachine {
    /// A machine for `spec`.
    ///
    /// # Errors
    /// When this LLVM was built without the back end, or does not know the triple.
    pub fn new(llvm: Llvm, spec: &TargetSpec<'_>) -> Result<TargetMachine, IrError> {
        llvm.initialise(spec.arch)?;
        let api = llvm.api();
        let mut target: TargetRef = std::ptr::null_mut();
        let mut message: *mut c_char = std::ptr::null_mut();
        let (triple, cpu, features) = (c_string(spec.triple), c_string(spec.cpu), c_string(spec.features));
        // SAFETY: C strings; the message becomes ours; the machine is ours.
        unsafe {
            if (api.GetTargetFromTriple)(triple.as_ptr(), &mut target, &mut message) != 0 {
                return Err(IrError::new("LLVM target", llvm.take_message(message)));
            }
            let raw = (api.CreateTargetMachine)(
                target,
                triple.as_ptr(),
                cpu.as_ptr(),
                features.as_ptr(),
                spec.level as i32,
                POSITION_INDEPENDENT,
                DEFAULT_CODE_MODEL,
            );
            if raw.is_null() {
                return Err(IrError::new("LLVM target", format!("no code generator for {}", spec.triple)));
            }
            let layout = (api.CreateTargetDataLayout)(raw);
            Ok(TargetMachine { raw, layout, llvm, triple: spec.triple.into() })
        }
    }

    /// The triple it was made for.
    pub fn triple(&self) -> &str {
        &self.triple
    }

    /// Bytes between two elements of an array of `ty`.
    pub fn size_of(&self, ty: Type<'_>) -> u64 {
        // SAFETY: a live layout and type.
        unsafe { (self.llvm.api().ABISizeOfType)(self.layout, ty.raw()) }
    }

    /// Bytes that a store of a `ty` writes.
    pub fn store_size_of(&self, ty: Type<'_>) -> u64 {
        // SAFETY: a live layout and type.
        unsafe { (self.llvm.api().StoreSizeOfType)(self.layout, ty.raw()) }
    }

    /// Generates code. Verify the module first: broken IR ends the process here.
    ///
    /// Emission changes the IR, so the module is used up.
    ///
    /// # Errors
    /// What the back end reports.
    pub fn emit(&self, module: Module<'_>, kind: CodeKind) -> Result<MemoryBuffer, IrError> {
        const DOING: &str = "generating code";
        let context = module.context();
        context.take_diagnostics();
        let mut message: *mut c_char = std::ptr::null_mut();
        let mut buffer = std::ptr::null_mut();
        // SAFETY: a live machine and module; message and buffer become ours.
        let result = unsafe {
            let emit = self.llvm.api().TargetMachineEmitToMemoryBuffer;
            let failed = emit(self.raw, module.raw(), kind as i32, &mut message, &mut buffer) != 0;
            let message = self.llvm.take_message(message);
            if failed { Err(IrError::new(DOING, message)) } else { Ok(MemoryBuffer::from_raw(self.llvm, buffer)) }
        };
        let errors = context.take_errors();
        if errors.is_empty() { result } else { Err(IrError::new(DOING, errors)) }
    }

    pub(crate) fn raw(&self) -> TargetMachineRef {
        self.raw
    }

    pub(crate) fn with_data_layout<R>(&self, then: impl FnOnce(TargetDataRef) -> R) -> R {
        then(self.layout)
    }
}

impl Llvm {
    /// The triple of the machine this runs on.
    pub fn host_triple(self) -> String {
        // SAFETY: the message becomes ours.
        unsafe { self.take_message((self.api().GetDefaultTargetTriple)()) }
    }
}

impl fmt::Debug for TargetMachine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "TargetMachine({})", self.triple)
    }
}

impl Drop for TargetMachine {
    fn drop(&mut self) {
        // SAFETY: owned, and not used again.
        unsafe {
            (self.llvm.api().DisposeTargetData)(self.layout);
            (self.llvm.api().DisposeTargetMachine)(self.raw);
        }
    }
}
