//! Code loaded into a device.

use std::any::Any;
use std::ffi::{CString, c_int, c_void};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use geobacter_driver::Error;
use geobacter_driver::compiler::DeviceCode;
use geobacter_driver::driver::{DYNAMIC_STACK, DriverKernel};
use geobacter_driver::sites;
use geobacter_driver::slots::Named;

use crate::context::Context;
use crate::sys::{self, CUDA_SUCCESS, CUfunction, CUmodule, CUresult};
use crate::{places, stack};

/// Work-group memory, declared and dynamic, that every kernel may use without asking (CUDA C++ Programming Guide,
/// "Shared Memory" of each compute capability).
const SHARED_WITHOUT_OPT_IN: u32 = 48 << 10;
/// Room for each of ptxas' logs.
const LOG_BYTES: usize = 16 << 10;

/// A kernel loaded into an NVIDIA GPU.
pub struct CudaKernel {
    loaded: Arc<Loaded>,
}

/// The module and its kernel; kept by launches in flight too.
pub(crate) struct Loaded {
    context: Arc<Context>,
    module: CUmodule,
    function: CUfunction,
    name: String,
    code: DeviceCode,
    registers: Option<u32>,
    /// Its stack's size is not known.
    has_dynamic_stack: bool,
    /// Dynamic work-group memory that launches may ask for so far.
    dynamic_limit: AtomicU32,
}

impl CudaKernel {
    /// Loads `code` for the kernel that users know as `name`. The context must be current.
    pub(crate) fn load(context: &Arc<Context>, code: DeviceCode, name: String) -> Result<Self, Error> {
        let code = DeviceCode { code: terminated(code.code), ..code };
        let refused = |reason, log| Error::Load { device: context.id().to_owned(), kernel: name.clone(), reason, log };
        let symbol = CString::new(code.symbol.as_str())
            .map_err(|error| refused(format!("the kernel's symbol has a NUL in it: {error}"), String::new()))?;
        let has_dynamic_stack = stack::is_dynamic(&code.code);
        if has_dynamic_stack {
            context.provide_stack(DYNAMIC_STACK as usize)?;
        }
        let (result, module, log) = load_module(context, &code.code);
        if result != CUDA_SUCCESS {
            // A fault of earlier work may surface here; it is no fault of this code.
            if result.loses_context() {
                context.check("cuModuleLoadDataEx", result)?;
            }
            return Err(refused(context.api().describe(result), places::named(log, &code.code)));
        }
        if !log.is_empty() {
            tracing::debug!("{}: ptxas on `{name}`: {log}", context.id());
        }
        let mut loaded = Loaded {
            context: Arc::clone(context),
            module,
            function: CUfunction::NULL,
            name: name.clone(),
            code,
            registers: None,
            has_dynamic_stack,
            dynamic_limit: AtomicU32::new(0),
        };
        // SAFETY: the module is loaded; the name ends in NUL; writes one handle.
        let result = unsafe { (context.api().cuModuleGetFunction)(&mut loaded.function, module, symbol.as_ptr()) };
        if result != CUDA_SUCCESS {
            let reason = format!("no kernel {symbol:?} in it: {}", context.api().describe(result));
            return Err(refused(reason, log));
        }
        loaded.registers = loaded.attribute(sys::FUNC_ATTR_NUM_REGS);
        let declared = loaded.attribute(sys::FUNC_ATTR_SHARED_SIZE_BYTES).unwrap_or(0);
        *loaded.dynamic_limit.get_mut() = SHARED_WITHOUT_OPT_IN.saturating_sub(declared);
        Ok(Self { loaded: Arc::new(loaded) })
    }

    /// The `CUfunction`, for measuring launches without this crate around them. Valid as long as the kernel lives.
    #[doc(hidden)]
    #[must_use]
    pub fn function_ptr(&self) -> *mut c_void {
        self.loaded.function.0
    }

    /// The module and its kernel.
    pub(crate) fn loaded(&self) -> &Arc<Loaded> {
        &self.loaded
    }
}

impl Loaded {
    /// The handle.
    pub(crate) fn function(&self) -> CUfunction {
        self.function
    }

    /// The list of its panic sites.
    pub(crate) fn panic_sites(&self) -> Option<Vec<u8>> {
        sites::in_text(&self.code.code)
    }

    /// Opts in to `bytes` of dynamic work-group memory, if that is more than before. The context must be current.
    pub(crate) fn allow_dynamic(&self, bytes: u32) -> Result<(), Error> {
        if bytes <= self.dynamic_limit.load(Ordering::Relaxed) {
            return Ok(());
        }
        let value = c_int::try_from(bytes).unwrap_or(c_int::MAX);
        let attribute = sys::FUNC_ATTR_MAX_DYNAMIC_SHARED_SIZE_BYTES;
        // SAFETY: the function lives as long as `self`.
        unsafe { cuda!(self.context, cuFuncSetAttribute(self.function, attribute, value)) }?;
        self.dynamic_limit.fetch_max(bytes, Ordering::Relaxed);
        Ok(())
    }

    fn attribute(&self, attribute: c_int) -> Option<u32> {
        let mut value = 0;
        // SAFETY: writes one int; the function lives.
        let result = unsafe { (self.context.api().cuFuncGetAttribute)(&mut value, attribute, self.function) };
        if result == CUDA_SUCCESS { u32::try_from(value).ok() } else { None }
    }
}

impl Named for Loaded {
    fn name(&self) -> &str {
        &self.name
    }

    fn has_dynamic_stack(&self) -> bool {
        self.has_dynamic_stack
    }
}

impl Drop for Loaded {
    fn drop(&mut self) {
        if self.context.enter().is_ok() {
            // SAFETY: launches in flight hold `self`, so nothing runs this code any more.
            unsafe { (self.context.api().cuModuleUnload)(self.module) };
        }
    }
}

impl DriverKernel for CudaKernel {
    fn as_any(&self) -> &dyn Any {
        self
    }

    fn code(&self) -> Option<&DeviceCode> {
        Some(&self.loaded.code)
    }

    fn registers(&self) -> Option<u32> {
        self.loaded.registers
    }
}

/// Loads a module, and gives what ptxas had to say.
fn load_module(context: &Context, image: &[u8]) -> (CUresult, CUmodule, String) {
    let mut errors = vec![0u8; LOG_BYTES];
    let mut remarks = vec![0u8; LOG_BYTES];
    let mut options = [
        sys::JIT_ERROR_LOG_BUFFER,
        sys::JIT_ERROR_LOG_BUFFER_SIZE_BYTES,
        sys::JIT_INFO_LOG_BUFFER,
        sys::JIT_INFO_LOG_BUFFER_SIZE_BYTES,
    ];
    // Sizes are passed as if they were addresses; one byte stays 0 at the end of each log whatever the driver does.
    let size = std::ptr::without_provenance_mut::<c_void>(LOG_BYTES - 1);
    let mut values = [errors.as_mut_ptr().cast(), size, remarks.as_mut_ptr().cast(), size];
    let mut module = CUmodule::NULL;
    // SAFETY: the image is text that ends in NUL, or a whole binary; the logs are as long as said; as many options as
    // values.
    let result = unsafe {
        (context.api().cuModuleLoadDataEx)(
            &mut module,
            image.as_ptr().cast(),
            options.len() as u32,
            options.as_mut_ptr(),
            values.as_mut_ptr(),
        )
    };
    (result, module, logs(&errors, &remarks))
}

/// Both logs, errors first, without the NULs and blanks around them.
fn logs(errors: &[u8], remarks: &[u8]) -> String {
    let text = |bytes: &[u8]| {
        let end = bytes.iter().position(|&byte| byte == 0).unwrap_or(bytes.len());
        String::from_utf8_lossy(&bytes[..end]).trim().to_owned()
    };
    let parts = [text(errors), text(remarks)];
    parts.iter().filter(|part| !part.is_empty()).cloned().collect::<Vec<_>>().join("\n")
}

/// PTX must end in NUL, which is how the driver knows its length; cubins and fat binaries say theirs themselves.
fn terminated(mut code: Vec<u8>) -> Vec<u8> {
    const FAT_BINARY: [u8; 4] = 0xba55_ed50_u32.to_le_bytes();
    let binary = code.starts_with(b"\x7fELF") || code.starts_with(&FAT_BINARY);
    if !binary && code.last() != Some(&0) {
        code.push(0);
    }
    code
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_gets_its_nul_and_binaries_stay_as_they_are() {
        assert_eq!(terminated(b".version 8.0".to_vec()), b".version 8.0\0");
        assert_eq!(terminated(b".version 8.0\0".to_vec()), b".version 8.0\0");
        assert_eq!(terminated(b"\x7fELFabc".to_vec()), b"\x7fELFabc");
        assert_eq!(terminated(Vec::new()), b"\0");
    }

    #[test]
    fn logs_are_joined_without_blanks() {
        assert_eq!(logs(b"error\n\0\0", b"\0remark"), "error");
        assert_eq!(logs(b"error\0", b" remark \0"), "error\nremark");
        assert_eq!(logs(b"", b"\0"), "");
    }
}
