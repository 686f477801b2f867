//! Code loaded into a device.

use std::any::Any;
use std::ffi::CString;
use std::sync::Arc;

use geobacter_container::SITES_SECTION;
use geobacter_driver::Error;
use geobacter_driver::compiler::{DeviceCode, target_serves};
use geobacter_driver::driver::{DYNAMIC_STACK, DriverKernel, KernelRequest, LaunchShape};
use geobacter_driver::slots::Named;

use crate::context::Context;
use crate::query::{Refused, answer};
use crate::sys::{self, CodeObjectReader, Executable, ExecutableSymbol, LoadedCodeObject};
use crate::target;

/// A kernel loaded into an AMD GPU.
pub struct HsaKernel {
    loaded: Arc<Loaded>,
}

/// The executable and its kernel; kept by launches in flight too.
pub(crate) struct Loaded {
    context: Arc<Context>,
    reader: CodeObjectReader,
    executable: Executable,
    name: String,
    /// The most work-items of a work-group that it was compiled for.
    max_group_size: u32,
    /// The only size it was compiled for, if that is so.
    group_size: Option<[u32; 3]>,
    /// What a packet names.
    object: u64,
    /// Bytes of its arguments.
    kernarg: u32,
    /// Bytes of work-group memory it declares.
    group: u32,
    /// Bytes of stack of each work-item.
    private: u32,
    /// Whether that includes what its code does not say.
    has_dynamic_stack: bool,
    /// Vector registers of a work-item, where the code says.
    registers: Option<u32>,
    /// Read by the reader.
    code: DeviceCode,
}

impl HsaKernel {
    /// Loads `code` for the kernel that users know as `name`.
    pub(crate) fn load(
        context: &Arc<Context>,
        code: DeviceCode,
        name: String,
        request: &KernelRequest<'_>,
    ) -> Result<Self, Error> {
        context.usable()?;
        let refused =
            |reason| Error::Load { device: context.id().to_owned(), kernel: name.clone(), reason, log: String::new() };
        let is_for = target::of_code(&code.code).map_err(refused)?;
        if !target_serves(&is_for, &context.info.target) {
            return Err(refused(format!("it is code for {is_for}, and the device is a {}", context.info.target)));
        }
        let descriptor = format!("{}.kd", code.symbol);
        target::check(&code.code, &descriptor).map_err(refused)?;
        let symbol = CString::new(descriptor.as_str())
            .map_err(|error| refused(format!("the kernel's symbol has a NUL in it: {error}")))?;
        let mut loaded = Loaded {
            context: Arc::clone(context),
            reader: CodeObjectReader::NULL,
            executable: Executable::NULL,
            name: name.clone(),
            max_group_size: request.max_group_size,
            group_size: request.bounds.group_size,
            object: 0,
            kernarg: 0,
            group: 0,
            private: 0,
            has_dynamic_stack: target::has_dynamic_stack(&code.code, &descriptor),
            registers: geobacter_code_object::kernel(&code.code, &code.symbol).ok().map(|k| k.vector_registers),
            code,
        };
        // The runtime copies the code to the device, and waits for that.
        let load = move || {
            let result = loaded.load(&symbol);
            (loaded, result)
        };
        let (mut loaded, result) = context.call_aside("hsa_executable_freeze", load)?;
        result.map_err(|(call, status)| refused(format!("{call} says: {}", context.api().describe(status))))?;
        if loaded.has_dynamic_stack {
            loaded.private = loaded.private.saturating_add(DYNAMIC_STACK);
        }
        Ok(Self { loaded: Arc::new(loaded) })
    }

    /// The executable and its kernel.
    pub(crate) fn loaded(&self) -> &Arc<Loaded> {
        &self.loaded
    }
}

impl Loaded {
    fn load(&mut self, symbol: &CString) -> Result<(), Refused> {
        let (api, agent, none) = (self.context.api(), self.context.agent(), std::ptr::null());
        let (bytes, len) = (self.code.code.as_ptr().cast(), self.code.code.len());
        let mut of_kernel = ExecutableSymbol::NULL;
        let mut loaded = LoadedCodeObject::NULL;
        // SAFETY: each call writes one handle; the code outlives the reader, and the names end in NUL.
        unsafe {
            let status = (api.hsa_code_object_reader_create_from_memory)(bytes, len, &mut self.reader);
            answer("hsa_code_object_reader_create_from_memory", status)?;
            let rounding = sys::DEFAULT_FLOAT_ROUNDING_MODE_DEFAULT;
            let status = (api.hsa_executable_create_alt)(sys::PROFILE_FULL, rounding, none, &mut self.executable);
            answer("hsa_executable_create_alt", status)?;
            let status =
                (api.hsa_executable_load_agent_code_object)(self.executable, agent, self.reader, none, &mut loaded);
            answer("hsa_executable_load_agent_code_object", status)?;
            answer("hsa_executable_freeze", (api.hsa_executable_freeze)(self.executable, none))?;
            let status =
                (api.hsa_executable_get_symbol_by_name)(self.executable, symbol.as_ptr(), &agent, &mut of_kernel);
            answer("hsa_executable_get_symbol_by_name", status)?;
        }
        self.object = api.symbol(of_kernel, sys::SYMBOL_INFO_KERNEL_OBJECT)?;
        self.kernarg = api.symbol(of_kernel, sys::SYMBOL_INFO_KERNARG_SEGMENT_SIZE)?;
        self.group = api.symbol(of_kernel, sys::SYMBOL_INFO_GROUP_SEGMENT_SIZE)?;
        self.private = api.symbol(of_kernel, sys::SYMBOL_INFO_PRIVATE_SEGMENT_SIZE)?;
        Ok(())
    }

    /// The list of its panic sites.
    pub(crate) fn panic_sites(&self) -> Option<&[u8]> {
        target::section(&self.code.code, SITES_SECTION)
    }

    /// What a packet names.
    pub(crate) fn object(&self) -> u64 {
        self.object
    }

    /// Bytes of stack of each work-item.
    pub(crate) fn private_segment(&self) -> u32 {
        self.private
    }

    /// Bytes that its arguments take: the block's, or what the code says where that is more.
    pub(crate) fn kernarg_bytes(&self, block: usize) -> usize {
        block.max(self.kernarg as usize)
    }

    /// Whether it was loaded into the device of `context`.
    pub(crate) fn is_on(&self, context: &Arc<Context>) -> bool {
        Arc::ptr_eq(&self.context, context)
    }

    /// Checks a launch's shape against the device: a packet that asks for too much ends the queue it is in. Gives the grid
    /// in work-items, and all the work-group memory.
    pub(crate) fn check(&self, shape: &LaunchShape) -> Result<([u32; 3], u32), Error> {
        let info = &self.context.info;
        let limit = |what: String, actual: u128, limit: u128| match actual > limit {
            true => Err(Error::DeviceLimit { device: info.id.clone(), what, actual, limit }),
            false => Ok(()),
        };
        let mut grid = [0; 3];
        for (axis, along) in grid.iter_mut().enumerate() {
            let (size, groups) = (shape.group_size[axis], shape.groups[axis]);
            let most = info.max_group_axes[axis].min(u16::MAX.into());
            limit(format!("work-items in a work-group along axis {axis}"), size.into(), most.into())?;
            let items = u64::from(size) * u64::from(groups);
            let most = info.max_grid[axis].min(u32::MAX.into());
            limit(format!("work-items along axis {axis}"), items.into(), most.into())?;
            *along = items as u32;
        }
        let items: u128 = shape.group_size.iter().map(|&size| u128::from(size)).product();
        let most = info.max_group_size.min(self.max_group_size);
        limit("work-items in a work-group".to_owned(), items, most.into())?;
        if let Some(only) = self.group_size.filter(|only| *only != shape.group_size) {
            let reason =
                format!("it was compiled for work-groups of {only:?}, and the launch has {:?}", shape.group_size);
            let (device, kernel) = (info.id.clone(), self.name.clone());
            return Err(Error::Load { device, kernel, reason, log: String::new() });
        }
        let memory = u64::from(self.group) + u64::from(shape.group_memory);
        limit("bytes of work-group memory".to_owned(), memory.into(), info.max_group_memory.into())?;
        Ok((grid, memory as u32))
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
        let api = self.context.api();
        // SAFETY: made once, destroyed once; launches in flight hold `self`, so nothing runs this code any more.
        unsafe {
            if self.executable != Executable::NULL {
                (api.hsa_executable_destroy)(self.executable);
            }
            if self.reader != CodeObjectReader::NULL {
                (api.hsa_code_object_reader_destroy)(self.reader);
            }
        }
    }
}

impl DriverKernel for HsaKernel {
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
