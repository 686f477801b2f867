use std::cell::{OnceCell, RefCell};
use std::ffi::{CString, c_char, c_void};
use std::fmt;

use crate::memory_buffer::MemoryBuffer;
use crate::sys::{Api, BasicBlockRef, ContextRef, DiagnosticInfoRef, ModuleRef, ValueRef};
use crate::{IrError, Llvm, Module};

/// How bad a [`Diagnostic`] is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Severity {
    /// The result is unusable.
    Error,
    /// The result may not be what was meant.
    Warning,
    /// What an optimisation did, or could not do.
    Remark,
    /// More about another diagnostic.
    Note,
}

/// Something LLVM has to say.
#[derive(Clone, Debug)]
pub struct Diagnostic {
    /// How bad it is.
    pub severity: Severity,
    /// LLVM's own words.
    pub message: String,
}

/// What types, constants and modules belong to. Not shared between threads: use one for each compile.
pub struct Context {
    raw: ContextRef,
    llvm: Llvm,
    // Boxed: LLVM keeps its address.
    diagnostics: Box<Diagnostics>,
    /// Unlinked instructions, kept so that handles to them stay valid.
    erased: RefCell<Vec<ValueRef>>,
    /// Where the edges of erased terminators lead: a block that nothing runs, and its module. LLVM does not delete blocks
    /// that are in no function.
    nowhere: OnceCell<(ModuleRef, BasicBlockRef)>,
}

struct Diagnostics {
    llvm: Llvm,
    collected: RefCell<Vec<Diagnostic>>,
}

impl Context {
    /// A new context.
    pub fn new(llvm: Llvm) -> Context {
        let diagnostics = Box::new(Diagnostics { llvm, collected: RefCell::default() });
        // SAFETY: the handler gets the address of a box that lives as long as the context.
        let raw = unsafe {
            let raw = (llvm.api().ContextCreate)();
            let address = std::ptr::from_ref::<Diagnostics>(&diagnostics).cast_mut().cast::<c_void>();
            (llvm.api().ContextSetDiagnosticHandler)(raw, collect, address);
            raw
        };
        Context { raw, llvm, diagnostics, erased: RefCell::default(), nowhere: OnceCell::new() }
    }

    /// The library this context is of.
    pub fn llvm(&self) -> Llvm {
        self.llvm
    }

    /// An empty module.
    pub fn create_module(&self, name: &str) -> Module<'_> {
        let name = c_string(name);
        // SAFETY: a C string and a live context; the new module is ours.
        unsafe { Module::from_raw(self, (self.api().ModuleCreateWithNameInContext)(name.as_ptr(), self.raw)) }
    }

    /// Reads a module's bitcode, all of it.
    ///
    /// # Errors
    /// When it is not bitcode that this LLVM reads.
    pub fn parse_bitcode(&self, bitcode: &[u8]) -> Result<Module<'_>, IrError> {
        let buffer = MemoryBuffer::copy_of(self.llvm, bitcode);
        let mut module: ModuleRef = std::ptr::null_mut();
        // SAFETY: live buffer, which stays ours, and context.
        let failed = unsafe { (self.api().ParseBitcodeInContext2)(self.raw, buffer.raw(), &mut module) };
        self.parsed("reading bitcode", failed != 0, module)
    }

    /// Reads a module's bitcode, function bodies only when they are needed: by [`Module::link`], or by a walk over one.
    ///
    /// # Errors
    /// When it is not bitcode that this LLVM reads. Damage inside function bodies shows later.
    pub fn parse_bitcode_lazily(&self, bitcode: &[u8]) -> Result<Module<'_>, IrError> {
        let buffer = MemoryBuffer::copy_of(self.llvm, bitcode);
        let mut module: ModuleRef = std::ptr::null_mut();
        // SAFETY: LLVM takes the buffer over, whatever comes of it.
        let failed = unsafe { (self.api().GetBitcodeModuleInContext2)(self.raw, buffer.into_raw(), &mut module) };
        self.parsed("reading bitcode", failed != 0, module)
    }

    /// Reads a module's IR as text.
    ///
    /// # Errors
    /// When it is not IR that this LLVM reads.
    pub fn parse_ir(&self, text: &str) -> Result<Module<'_>, IrError> {
        let buffer = MemoryBuffer::copy_of(self.llvm, text.as_bytes());
        let mut module: ModuleRef = std::ptr::null_mut();
        let mut message: *mut c_char = std::ptr::null_mut();
        // SAFETY: LLVM takes the buffer over; the message is ours.
        unsafe {
            let failed = (self.api().ParseIRInContext)(self.raw, buffer.into_raw(), &mut module, &mut message);
            let message = self.llvm.take_message(message);
            if failed != 0 { Err(IrError::new("reading IR", message)) } else { Ok(Module::from_raw(self, module)) }
        }
    }

    fn parsed(&self, doing: &'static str, failed: bool, module: ModuleRef) -> Result<Module<'_>, IrError> {
        if failed || module.is_null() {
            return Err(IrError::new(doing, self.take_errors()));
        }
        // SAFETY: a new module of this context, and ours.
        Ok(unsafe { Module::from_raw(self, module) })
    }

    /// Takes what LLVM has said so far.
    pub fn take_diagnostics(&self) -> Vec<Diagnostic> {
        self.diagnostics.collected.take()
    }

    /// Takes what LLVM has said so far, and keeps the errors.
    pub(crate) fn take_errors(&self) -> String {
        let all = self.take_diagnostics();
        let errors: Vec<_> = all.into_iter().filter(|d| d.severity == Severity::Error).map(|d| d.message).collect();
        errors.join("\n")
    }

    pub(crate) fn api(&self) -> &'static Api {
        self.llvm.api()
    }

    pub(crate) fn raw(&self) -> ContextRef {
        self.raw
    }

    /// Keeps an unlinked instruction, which uses nothing any more, until the context goes.
    pub(crate) fn bury(&self, instruction: ValueRef) {
        self.erased.borrow_mut().push(instruction);
    }

    pub(crate) fn nowhere(&self) -> BasicBlockRef {
        let make = || {
            let api = self.api();
            // SAFETY: a live context, C strings and types of this context; the module is ours until the context goes.
            unsafe {
                let module = (api.ModuleCreateWithNameInContext)(c"nowhere".as_ptr(), self.raw);
                let void = (api.VoidTypeInContext)(self.raw);
                let ty = (api.FunctionType)(void, std::ptr::null_mut(), 0, 0);
                let function = (api.AddFunction)(module, c"nowhere".as_ptr(), ty);
                (module, (api.AppendBasicBlockInContext)(self.raw, function, c"".as_ptr()))
            }
        };
        self.nowhere.get_or_init(make).1
    }
}

unsafe extern "C" fn collect(info: DiagnosticInfoRef, diagnostics: *mut c_void) {
    // SAFETY: the address given to the context, whose box is alive while the context is.
    let diagnostics = unsafe { &*diagnostics.cast::<Diagnostics>() };
    let api = diagnostics.llvm.api();
    // SAFETY: LLVM passes a live diagnostic; its description becomes ours.
    let (severity, message) = unsafe {
        let message = diagnostics.llvm.take_message((api.GetDiagInfoDescription)(info));
        ((api.GetDiagInfoSeverity)(info), message)
    };
    let severity = match severity {
        0 => Severity::Error,
        1 => Severity::Warning,
        2 => Severity::Remark,
        _ => Severity::Note,
    };
    diagnostics.collected.borrow_mut().push(Diagnostic { severity, message });
}

/// Names with a NUL inside do not exist in Rust code; such a name would be cut off.
pub(crate) fn c_string(text: &str) -> CString {
    CString::new(text.split('\0').next().unwrap_or_default()).expect("cut at the first NUL")
}

impl Drop for Context {
    fn drop(&mut self) {
        // SAFETY: every module borrows the context, so none is left; erased instructions have neither uses nor operands
        // outside of the context's constants.
        unsafe {
            for instruction in self.erased.take() {
                (self.api().DeleteInstruction)(instruction);
            }
            if let Some((module, _)) = self.nowhere.get() {
                (self.api().DisposeModule)(*module);
            }
            (self.api().ContextDispose)(self.raw);
        }
    }
}

impl fmt::Debug for Context {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Context").field("llvm", &self.llvm).finish_non_exhaustive()
    }
}
