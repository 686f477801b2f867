//! From the bitcode in objects and rlibs to one pruned module with every kernel in it.
//!
//! The steps, one file each:
//!
//! 1. `scan`: do the link's inputs have kernels at all? Asked for every link, so it must cost next to nothing.
//! 2. `input`: the inputs, mapped; their members; the bitcode in each.
//! 3. `index`: which member defines a symbol.
//! 4. `prepare`: makes a parsed module safe to pull from: every definition may be dropped, duplicated and named.
//! 5. `pull`: links what the kernels reach, module by module, until nothing more can be resolved.
//! 6. `describe`: reads from each kernel what it says about itself.
//! 7. `object_file`: wraps the result so that the linker takes it.

mod describe;
mod index;
mod input;
mod object_file;
mod prepare;
mod pull;
mod scan;

use std::path::PathBuf;

use geobacter_container::{Container, Image, hash};
use geobacter_llvm::{Context, IrError, Llvm};

pub use describe::Kernel;
pub use object_file::{ObjectFileError, object_file};
pub use scan::has_kernels;

use input::{Inputs, Member};

/// Every kernel of a link, and all that they reach.
#[derive(Clone, Debug)]
pub struct Captured {
    /// Bitcode. All definitions are `linkonce_odr`; what the target provides is declared.
    pub module: Vec<u8>,
    /// The kernels in `module`, sorted by symbol; at least one.
    pub kernels: Vec<Kernel>,
    /// Version of the device ABI that all of them were compiled against.
    pub abi_version: u32,
}

impl Captured {
    /// It, as an executable carries it. `llvm` is the one that wrote the bitcode.
    pub fn container<'a>(&'a self, llvm_version: &'a str, llvm_path: &'a str, images: Vec<Image<'a>>) -> Container<'a> {
        Container {
            abi_version: self.abi_version,
            llvm_version,
            llvm_path,
            module_hash: hash(&self.module),
            module: &self.module,
            kernels: self.kernels.iter().map(Kernel::record).collect(),
            images,
        }
    }
}

/// Why kernels could not be captured.
#[derive(Clone, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CaptureError {
    /// An input is damaged.
    #[error("cannot read {}: {reason}", .path.display())]
    Input {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// LLVM refuses an input's bitcode.
    #[error(
        "the bitcode in {} cannot be used: {source}; if it was built by another toolchain, build it again \
         (`cargo clean` does so for all)", .path.display()
    )]
    Bitcode {
        /// The file.
        path: PathBuf,
        /// LLVM's reason.
        source: IrError,
    },
    /// A kernel does not describe itself.
    #[error("kernel `{kernel}` has no descriptor: it was compiled against another version of `geobacter-core`")]
    NoDescriptor {
        /// Its demangled name.
        kernel: String,
    },
    /// Kernels of several ABI versions.
    #[error(
        "kernels `{}` and `{}` were compiled against two versions of `geobacter-core` ({} and {} of the device ABI): \
         `cargo tree -d` shows who wants which", .a.name, .b.name, .a.abi_version, .b.abi_version
    )]
    MixedVersions {
        /// A kernel of one version.
        a: Box<Kernel>,
        /// A kernel of another.
        b: Box<Kernel>,
    },
    /// The pruned module is not valid.
    #[error("the captured module is not valid IR; this is a bug in Geobacter: {0}")]
    Invalid(IrError),
}

impl CaptureError {
    fn bitcode(inputs: &Inputs, member: Member, source: IrError) -> Self {
        CaptureError::Bitcode { path: inputs.path_of(member).to_path_buf(), source }
    }
}

/// Captures the kernels of a link with these input files; `None` where there are none.
///
/// # Errors
/// Damaged inputs, bitcode that this LLVM does not read, kernels of several versions of the device ABI.
pub fn capture(llvm: Llvm, inputs: &[PathBuf]) -> Result<Option<Captured>, CaptureError> {
    let inputs = Inputs::open(inputs);
    let context = Context::new(llvm);
    let Some(mut module) = pull::pull(&inputs, &context)? else { return Ok(None) };
    let kernels = describe::kernels(&module)?;
    let Some(first) = kernels.first() else { return Ok(None) };
    if let Some(other) = kernels.iter().find(|k| k.abi_version != first.abi_version) {
        return Err(CaptureError::MixedVersions { a: Box::new(first.clone()), b: Box::new(other.clone()) });
    }
    // Lines are what errors show; the rest is for debuggers, and large.
    module.run_passes("strip-nonlinetable-debuginfo", None).map_err(CaptureError::Invalid)?;
    module.verify().map_err(CaptureError::Invalid)?;
    let abi_version = first.abi_version;
    Ok(Some(Captured { module: module.to_bitcode().to_vec(), kernels, abi_version }))
}
