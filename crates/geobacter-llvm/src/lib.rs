//! The only crate that touches LLVM: finds a shared libLLVM, and wraps its C API safely.

/// A loaded libLLVM.
#[derive(Debug)]
pub struct Llvm {}
