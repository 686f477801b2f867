//! `--emulate`: runs programs on an emulated AMD GPU.
//!
//! AMD's runtime reaches its kernel driver through `libhsakmt.so.1` alone. So the program gets a folder with another library
//! of that name, first on its library path. The variables are set for cargo, which hands them to the programs that it
//! starts, doctests included. A runner (`CARGO_TARGET_.._RUNNER`) would set them for those programs only, and would have to
//! stand in for the user's own; it is used where nothing else will do (`start`). What else cargo starts sees the folder too,
//! and nothing else comes of it: it holds one file, which only AMD's runtime ever asks for.

mod library;
mod runtime;
mod start;

use std::env;
use std::ffi::{OsStr, OsString};

use anyhow::Result;
use geobacter_llvm::{Llvm, Search};

use crate::commands::build::DEVICE;
use crate::project::Project;

/// The processors, for the emulated driver.
const PROCESSOR: &str = "GEOBACTER_EMULATE";
/// The LLVM that decodes instructions.
const LLVM: &str = "GEOBACTER_LLVM";
/// AMD's runtime cuts small buffers out of larger blocks, and a card sees whole blocks. Without that, each buffer ends where
/// its last page ends, and the emulated GPU stops whoever goes beyond.
const NO_BLOCKS: &str = "HSA_DISABLE_FRAGMENT_ALLOCATOR";
/// The first GPU that the runtime then finds.
const EMULATED_DEVICE: &str = "hsa:0";

/// What to set for programs, so that they find the emulated GPUs: one for each of `processors`, which are separated by
/// commas. Builds their driver where that has not been done.
pub(crate) fn environment(
    project: &Project,
    processors: &OsStr,
    cargo_arguments: &[OsString],
) -> Result<Vec<(OsString, OsString)>> {
    let runtime = runtime::find()?;
    let library = library::build(&project.target_dir)?;
    let processors = library::check_processors(&library, processors)?;
    runtime.check(&library)?;
    processors.iter().try_for_each(|processor| runtime.check_knows(processor))?;

    let folder = library.parent().expect("a library is in a folder");
    let mut set = start::environment(folder, runtime.folder.as_deref(), cargo_arguments)?;
    set.push((PROCESSOR.into(), processors.join(",").into()));
    let defaults = [
        (DEVICE, EMULATED_DEVICE.into()),
        (NO_BLOCKS, "1".into()),
        (LLVM, Llvm::find(&Search::default())?.path().into()),
    ];
    let unset = defaults.into_iter().filter(|(name, _)| env::var_os(name).is_none_or(|value| value.is_empty()));
    set.extend(unset.map(|(name, value)| (name.into(), value)));
    Ok(set)
}
