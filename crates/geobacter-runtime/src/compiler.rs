//! Where device code comes from: an image compiled ahead of time, the disk cache, or the code generator.

use std::cmp::Reverse;
use std::sync::Arc;
use std::sync::OnceLock;

use geobacter_codegen::{Emit, Job};
use geobacter_container::{Container, Image};
use geobacter_core::abi::ABI_VERSION;
use geobacter_driver::compiler::{CodeRequest, DeviceCode, KernelCompiler, target_serves};
use geobacter_llvm::{Llvm, Search};
use parking_lot::Mutex;

use crate::cache::{self, Key};
use crate::{Error, Result, embedded};

/// Where a kernel's code came from.
///
/// ```
/// # use geobacter_core::{Grid, PerItem, WorkItem};
/// # use geobacter_runtime::Device;
/// # fn main() -> geobacter_runtime::Result<()> {
/// #
/// # let device = Device::open("cpu")?;
/// let prepared = device.prepare(Grid::covering(1), |_: WorkItem| (), ())?;
/// assert_eq!(prepared.origin(), geobacter_runtime::Origin::Host); // on the CPU device
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Origin {
    /// It is the host's own code: nothing was compiled.
    #[default]
    Host,
    /// It was loaded before, in this process.
    Memory,
    /// The cache on disk.
    Disk,
    /// An image compiled ahead of time, in the executable.
    AheadOfTime,
    /// Compiled now.
    Compiled,
}

impl std::fmt::Display for Origin {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Origin::Host => "host code",
            Origin::Memory => "loaded before",
            Origin::Disk => "disk cache",
            Origin::AheadOfTime => "ahead of time",
            Origin::Compiled => "compiled",
        })
    }
}

/// The compiler that drivers are given for one kernel; remembers where the code it gave came from.
pub(crate) struct Recorder {
    name: &'static str,
    origin: Mutex<Origin>,
}

impl Recorder {
    pub(crate) fn new(name: &'static str) -> Self {
        Recorder { name, origin: Mutex::default() }
    }

    pub(crate) fn origin(&self) -> Origin {
        *self.origin.lock()
    }
}

impl KernelCompiler for Recorder {
    fn device_code(&self, request: &CodeRequest<'_>) -> Result<DeviceCode> {
        let (code, origin) = device_code(self.name, request)?;
        *self.origin.lock() = origin;
        Ok(code)
    }
}

fn device_code(name: &str, request: &CodeRequest<'_>) -> Result<(DeviceCode, Origin)> {
    let container = container()?;
    let symbol = request.symbol.to_string_lossy();
    // What was compiled ahead of time knows no constants: see `specialised.rs`.
    if request.constants.is_empty()
        && let Some(image) = ahead_of_time(container, &symbol, request)
    {
        return Ok((image, Origin::AheadOfTime));
    }
    if container.kernel(&symbol).is_none() {
        return Err(Error::KernelMissing { kernel: name.to_owned(), count: container.kernels.len() });
    }
    let key = Key::new(container, &symbol, request);
    if let Some(code) = cache::disk().load(&key) {
        return Ok((code, Origin::Disk));
    }
    let code = compile(container, name, &symbol, request)?;
    cache::disk().store(&key, &code);
    Ok((code, Origin::Compiled))
}

fn container() -> Result<&'static Container<'static>> {
    let container = embedded::container().ok_or(Error::NoKernels)??;
    if container.abi_version == ABI_VERSION {
        Ok(container)
    } else {
        Err(Error::AbiVersion { found: container.abi_version, expected: ABI_VERSION })
    }
}

/// An embedded image that serves this target, and whose launch bound covers the request's: the one with the tightest bound,
/// and of those the one that knows most about the device.
///
/// Images are compiled without bounds: a launch that asks for some would get code that uses more registers than it allows,
/// or that does not know the work-group's size. What is asked for is what runs, so that measurements of bounds measure
/// them; nothing is to be had for a launch with bounds where no LLVM is.
fn ahead_of_time(container: &Container<'_>, symbol: &str, request: &CodeRequest<'_>) -> Option<DeviceCode> {
    if !request.bounds.is_none() {
        return None;
    }
    let fits = |image: &&Image<'_>| {
        image.kernel == symbol
            && target_serves(image.target, request.target)
            && image.max_group_size >= request.max_group_size
    };
    let rank = |image: &&Image<'_>| (image.max_group_size, Reverse(image.target.split(':').count()));
    let image = container.images.iter().filter(fits).min_by_key(rank)?;
    Some(DeviceCode { code: image.code.to_vec(), symbol: image.symbol.to_owned(), group_memory: image.group_memory })
}

fn compile(container: &Container<'_>, name: &str, symbol: &str, request: &CodeRequest<'_>) -> Result<DeviceCode> {
    let llvm = llvm(container).map_err(|reason| Error::Llvm {
        kernel: name.to_owned(),
        target: request.target.to_owned(),
        reason,
    })?;
    let job = Job {
        module: container.module,
        kernel: symbol,
        target: request.target,
        max_group_size: request.max_group_size,
        bounds: request.bounds,
        constants: request.constants,
        emit: Emit::Image,
    };
    let compiled = geobacter_codegen::compile(llvm, &job).map_err(|e| Error::Compile(Arc::new(e)))?;
    Ok(DeviceCode { code: compiled.code, symbol: compiled.symbol, group_memory: compiled.group_memory })
}

/// LLVM, loaded at the first compile. A failure is not kept: the user may set `GEOBACTER_LLVM` and try again.
fn llvm(container: &Container<'_>) -> Result<&'static Llvm, String> {
    static LLVM: OnceLock<Llvm> = OnceLock::new();
    if let Some(llvm) = LLVM.get() {
        return Ok(llvm);
    }
    let major = container.llvm_version.split('.').next().and_then(|n| n.parse().ok());
    let search = Search { recorded: Some(container.llvm_path.into()), major };
    let found = Llvm::find(&search).map_err(|e| e.to_string())?;
    Ok(LLVM.get_or_init(|| found))
}

#[cfg(test)]
mod tests {
    use std::num::NonZeroU32;

    use geobacter_core::Constants;
    use geobacter_driver::driver::CodeBounds;

    use super::*;

    #[test]
    fn images_serve_launches_without_bounds_alone() {
        let image = |max_group_size, symbol| {
            let (kernel, target) = ("k", "gfx90a");
            Image { kernel, target, symbol, max_group_size, group_memory: 0, code: b"" }
        };
        let container = Container {
            abi_version: ABI_VERSION,
            llvm_version: "22",
            llvm_path: "",
            module_hash: [0; 32],
            module: b"",
            kernels: vec![],
            images: vec![image(1024, "large"), image(256, "small")],
        };
        let found = |max_group_size, bounds| {
            let (symbol, target, driver_version) = (c"k", "gfx90a:xnack-", "1");
            let constants = Constants::NONE;
            let request = CodeRequest { symbol, target, driver_version, max_group_size, bounds, constants };
            ahead_of_time(&container, "k", &request).map(|code| code.symbol)
        };
        assert_eq!(found(64, CodeBounds::NONE).as_deref(), Some("small"));
        assert_eq!(found(512, CodeBounds::NONE).as_deref(), Some("large"));
        let n = NonZeroU32::new(4);
        for bounds in [
            CodeBounds { min_subgroups: n, ..CodeBounds::NONE },
            CodeBounds { max_registers: n, ..CodeBounds::NONE },
            CodeBounds { group_size: Some([64, 1, 1]), ..CodeBounds::NONE },
        ] {
            assert_eq!(found(64, bounds), None);
        }
    }
}
