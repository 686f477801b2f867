//! `--emulate`: runs programs on an emulated AMD GPU.
//!
//! AMD's runtime reaches its kernel driver through `libhsakmt.so.1` alone. So the program gets a folder with another library
//! of that name, first on its library path. The variables are set for cargo, which hands them to the programs that it
//! starts, doctests included. A runner (`CARGO_TARGET_.._RUNNER`) would set them for those programs only, and would have to
//! stand in for the user's own. What else cargo starts sees the folder too, and nothing else comes of it: it holds one file,
//! which only AMD's runtime ever asks for.

mod library;
mod runtime;

use std::env;
use std::ffi::{OsStr, OsString};
use std::path::Path;

use anyhow::{Context, Result};
use geobacter_llvm::{Llvm, Search};

use crate::commands::build::DEVICE;
use crate::project::Project;

/// The processor, for the emulated driver.
const PROCESSOR: &str = "GEOBACTER_EMULATE";
/// The LLVM that decodes instructions.
const LLVM: &str = "GEOBACTER_LLVM";
const LIBRARY_PATH: &str = "LD_LIBRARY_PATH";
/// AMD's runtime cuts small buffers out of larger blocks, and a card sees whole blocks. Without that, each buffer ends where
/// its last page ends, and the emulated GPU stops whoever goes beyond.
const NO_BLOCKS: &str = "HSA_DISABLE_FRAGMENT_ALLOCATOR";
/// The only GPU that the runtime then finds.
const EMULATED_DEVICE: &str = "hsa:0";

/// What to set for programs, so that they find the emulated GPU. Builds its driver where that has not been done.
pub(crate) fn environment(project: &Project, processor: &OsStr) -> Result<Vec<(&'static str, OsString)>> {
    let runtime = runtime::find()?;
    let library = library::build(&project.target_dir)?;
    let processor = library::check_processor(&library, processor)?;
    runtime.check(&library)?;

    let folder = library.parent().expect("a library is in a folder");
    let mut set = vec![(LIBRARY_PATH, in_front(folder)?), (PROCESSOR, processor.into())];
    let defaults = [
        (DEVICE, EMULATED_DEVICE.into()),
        (NO_BLOCKS, "1".into()),
        (LLVM, Llvm::find(&Search::default())?.path().into()),
    ];
    set.extend(defaults.into_iter().filter(|(name, _)| env::var_os(name).is_none_or(|value| value.is_empty())));
    Ok(set)
}

/// The library path with this folder before all others.
fn in_front(folder: &Path) -> Result<OsString> {
    let old = env::var_os(LIBRARY_PATH).unwrap_or_default();
    let others = env::split_paths(&old).filter(|other| !other.as_os_str().is_empty());
    env::join_paths(std::iter::once(folder.to_path_buf()).chain(others))
        .with_context(|| format!("{} cannot be in {LIBRARY_PATH}: its name has a colon", folder.display()))
}
