use std::fmt;
use std::ops::Deref;

use crate::Llvm;
use crate::sys::MemoryBufferRef;

/// Bytes that LLVM made: bitcode, assembly, an object file.
pub struct MemoryBuffer {
    raw: MemoryBufferRef,
    llvm: Llvm,
}

impl MemoryBuffer {
    /// # Safety
    /// `raw` must be a live buffer of `llvm` that nobody else owns.
    pub(crate) unsafe fn from_raw(llvm: Llvm, raw: MemoryBufferRef) -> Self {
        MemoryBuffer { raw, llvm }
    }

    /// A copy of `bytes`, followed by the NUL that LLVM's text parsers want.
    pub(crate) fn copy_of(llvm: Llvm, bytes: &[u8]) -> Self {
        // SAFETY: copies `bytes` right away; the name is a C string.
        let raw = unsafe {
            (llvm.api().CreateMemoryBufferWithMemoryRangeCopy)(bytes.as_ptr().cast(), bytes.len(), c"module".as_ptr())
        };
        MemoryBuffer { raw, llvm }
    }

    /// Gives up ownership, to a function of LLVM that takes it.
    pub(crate) fn into_raw(self) -> MemoryBufferRef {
        std::mem::ManuallyDrop::new(self).raw
    }

    pub(crate) fn raw(&self) -> MemoryBufferRef {
        self.raw
    }
}

impl Deref for MemoryBuffer {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        let api = self.llvm.api();
        // SAFETY: the buffer is alive, and never changes.
        unsafe { std::slice::from_raw_parts((api.GetBufferStart)(self.raw).cast(), (api.GetBufferSize)(self.raw)) }
    }
}

impl Drop for MemoryBuffer {
    fn drop(&mut self) {
        // SAFETY: owned, and not used again.
        unsafe { (self.llvm.api().DisposeMemoryBuffer)(self.raw) }
    }
}

impl fmt::Debug for MemoryBuffer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "MemoryBuffer({} bytes)", self.len())
    }
}
