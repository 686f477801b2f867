//! AMD's runtime, which the emulated driver is for.

use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail, ensure};
use object::{Object, ObjectSymbol};

use crate::loader;

/// The runtime.
const LIBRARY: &str = "libhsa-runtime64.so.1";
/// What every function of the driver's library begins with.
const PREFIX: &str = "hsaKmt";

/// The runtime that programs will load.
#[derive(Debug)]
pub(super) struct Runtime {
    path: PathBuf,
}

/// Finds it.
pub(super) fn find() -> Result<Runtime> {
    match loader::find_library(LIBRARY) {
        Some(path) => Ok(Runtime { path }),
        None => bail!(
            "the emulated GPU is driven by AMD's own runtime, and {LIBRARY} is not installed: \
             `apt-get install libhsa-runtime64-1`"
        ),
    }
}

impl Runtime {
    /// Whether this runtime finds all that it needs in the emulated driver.
    pub(super) fn check(&self, driver: &Path) -> Result<()> {
        let needed = symbols(&self.path, |symbol| symbol.is_undefined())?;
        ensure!(
            !needed.is_empty(),
            "{} has its kernel driver library built in, and cannot run on an emulated one: install one that has not, such \
             as that of Debian 12 (`apt-get install libhsa-runtime64-1`), and put its folder first in LD_LIBRARY_PATH",
            self.path.display()
        );
        let provided = symbols(driver, |symbol| symbol.is_definition())?;
        let mut missing: Vec<&str> = needed.difference(&provided).map(String::as_str).collect();
        missing.sort_unstable();
        ensure!(
            missing.is_empty(),
            "{} is of another version than the emulated driver, which stands in for that of ROCm 5.2 (Debian 12); it asks \
             for {}",
            self.path.display(),
            missing.join(", ")
        );
        Ok(())
    }
}

/// The driver's functions among a library's dynamic symbols.
fn symbols(path: &Path, wanted: impl Fn(&object::Symbol<'_, '_>) -> bool) -> Result<HashSet<String>> {
    let bytes = fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
    let file = object::File::parse(&*bytes).with_context(|| format!("{} is no library", path.display()))?;
    let names = file
        .dynamic_symbols()
        .filter(|symbol| wanted(symbol))
        .filter_map(|symbol| symbol.name().ok().map(str::to_owned));
    Ok(names.filter(|name| name.starts_with(PREFIX)).collect())
}
