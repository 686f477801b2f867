use std::ffi::{CStr, c_char};
use std::fmt;

use crate::context::c_string;
use crate::sys::DisasmContextRef;
use crate::{IrError, Llvm, TargetSpec};

/// Turns machine code into assembly text, one instruction at a time.
pub struct Disassembler {
    raw: DisasmContextRef,
    llvm: Llvm,
}

// SAFETY: LLVM's disassembler keeps all its state in this object, which one thread at a time uses: `decode` takes `&mut`.
unsafe impl Send for Disassembler {}

/// Room for one instruction's text; LLVM cuts off what is longer. The longest of any target is below 200.
const TEXT_BYTES: usize = 512;
/// No symbols are looked up, so there is no kind of information for the look-up either.
const NO_TAG: i32 = 0;

impl Disassembler {
    /// A disassembler for the processor and features of `spec`.
    ///
    /// # Errors
    /// When this LLVM was built without the back end or its disassembler, or does not know the triple.
    pub fn new(llvm: Llvm, spec: &TargetSpec<'_>) -> Result<Disassembler, IrError> {
        llvm.initialise(spec.arch)?;
        llvm.initialise_disassembler(spec.arch)?;
        let (triple, cpu, features) = (c_string(spec.triple), c_string(spec.cpu), c_string(spec.features));
        let null = std::ptr::null();
        // SAFETY: C strings, which LLVM copies; no callbacks.
        let raw = unsafe {
            (llvm.api().CreateDisasmCPUFeatures)(
                triple.as_ptr(),
                cpu.as_ptr(),
                features.as_ptr(),
                std::ptr::null_mut(),
                NO_TAG,
                null,
                null,
            )
        };
        if raw.is_null() {
            return Err(IrError::new("LLVM disassembler", format!("none for {} {}", spec.triple, spec.cpu)));
        }
        Ok(Disassembler { raw, llvm })
    }

    /// The text of the instruction at the start of `code`, and its length in bytes; `None` where there is no instruction
    /// that the processor has. `address` is where it is executed.
    pub fn decode(&mut self, code: &[u8], address: u64) -> Option<(String, usize)> {
        let mut text: [c_char; TEXT_BYTES] = [0; TEXT_BYTES];
        // SAFETY: a live context; bytes and their number; room for text and its size, in which LLVM ends it with a NUL.
        let (bytes, text) = unsafe {
            let decode = self.llvm.api().DisasmInstruction;
            let bytes = decode(self.raw, code.as_ptr(), code.len() as u64, address, text.as_mut_ptr(), text.len());
            (bytes, CStr::from_ptr(text.as_ptr()))
        };
        (bytes != 0).then(|| (text.to_string_lossy().trim().to_owned(), bytes))
    }
}

impl fmt::Debug for Disassembler {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Disassembler")
    }
}

impl Drop for Disassembler {
    fn drop(&mut self) {
        // SAFETY: owned, and not used again.
        unsafe { (self.llvm.api().DisasmDispose)(self.raw) };
    }
}
