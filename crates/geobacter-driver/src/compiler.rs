//! Where a device's code comes from: an image compiled ahead of time, a cache, or the code generator.

use std::ffi::CStr;

use crate::Error;

/// What a driver asks for.
#[derive(Clone, Copy, Debug)]
pub struct CodeRequest<'a> {
    /// Mangled name of the device entry.
    pub symbol: &'a CStr,
    /// The exact target: `sm_90`, `gfx90a:sramecc+:xnack-`.
    pub target: &'a str,
    /// The vendor driver's version.
    pub driver_version: &'a str,
    /// The most work-items a work-group will have.
    pub max_group_size: u32,
}

/// Code that a driver can load.
#[derive(Clone, Debug)]
pub struct DeviceCode {
    /// PTX text (NUL-terminated), or a code object.
    pub code: Vec<u8>,
    /// Name of the kernel in it.
    pub symbol: String,
    /// Bytes of work-group memory it declares.
    pub group_memory: u32,
}

/// Gives drivers their code.
pub trait KernelCompiler: Send + Sync {
    /// The code for `request`.
    ///
    /// # Errors
    /// No kernels in this binary, no LLVM, or code that cannot run on a device.
    fn device_code(&self, request: &CodeRequest<'_>) -> Result<DeviceCode, Error>;
}
