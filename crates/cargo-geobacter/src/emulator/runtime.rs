//! AMD's runtime, which the emulated driver is for.

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::{env, fs};

use anyhow::{Context, Result, bail, ensure};
use object::{Object, ObjectSymbol};

use crate::loader;

/// The runtime.
const LIBRARY: &str = "libhsa-runtime64.so.1";
/// A folder with a runtime to take instead of the system's, and what that needs beyond the system's libraries.
pub(super) const RUNTIME: &str = "GEOBACTER_EMULATOR_RUNTIME";
/// What every function of the driver's library begins with.
const PREFIX: &str = "hsaKmt";

/// The runtime that programs will load.
#[derive(Debug)]
pub(super) struct Runtime {
    path: PathBuf,
    contents: Vec<u8>,
    /// The folder that the user named.
    pub(super) folder: Option<PathBuf>,
}

/// Finds it.
pub(super) fn find() -> Result<Runtime> {
    let folder = match env::var_os(RUNTIME).filter(|value| !value.is_empty()) {
        Some(folder) => {
            let there = fs::canonicalize(&folder).ok().filter(|f| f.join(LIBRARY).is_file());
            Some(there.with_context(|| format!("{RUNTIME}={}: there is no {LIBRARY} in it", folder.display()))?)
        }
        None => None,
    };
    let path = match &folder {
        Some(folder) => Some(folder.join(LIBRARY)),
        None => loader::find_library(LIBRARY),
    };
    let Some(path) = path else {
        bail!(
            "the emulated GPU is driven by AMD's own runtime, and {LIBRARY} is not installed: \
             `apt-get install libhsa-runtime64-1`"
        )
    };
    let contents = fs::read(&path).with_context(|| format!("cannot read {}", path.display()))?;
    Ok(Runtime { path, contents, folder })
}

impl Runtime {
    /// Whether this runtime finds all that it needs in the emulated driver.
    pub(super) fn check(&self, driver: &Path) -> Result<()> {
        let needed = symbols(&self.path, &self.contents, |symbol| symbol.is_undefined())?;
        ensure!(
            !needed.is_empty(),
            "{} has its kernel driver library built in, and cannot run on an emulated one: install one that has not, such \
             as that of Debian 12 or 13 (`apt-get install libhsa-runtime64-1`), and name its folder in {RUNTIME}",
            self.path.display()
        );
        let contents = fs::read(driver).with_context(|| format!("cannot read {}", driver.display()))?;
        let provided = symbols(driver, &contents, |symbol| symbol.is_definition())?;
        let mut missing: Vec<&str> = needed.difference(&provided).map(String::as_str).collect();
        missing.sort_unstable();
        ensure!(
            missing.is_empty(),
            "{} is of another version than the emulated driver, which stands in for those of ROCm 5.2 (Debian 12) and 6.1 \
             (Debian 13); it asks for {}",
            self.path.display(),
            missing.join(", ")
        );
        Ok(())
    }

    /// Whether this runtime knows a processor: it has the names of all that it knows in it. A runtime passes over a GPU
    /// that it does not know, and the program would only hear that there is none.
    pub(super) fn check_knows(&self, processor: &str) -> Result<()> {
        ensure!(
            knows(&self.contents, processor),
            "{} is too old for {processor}, which it does not know. The versions of AMD's runtime that can be driven here \
             are 5.2.3 (Debian 12), which knows gfx90a, and 6.1.2 (Debian 13), which knows gfx90a and gfx1100. To take one \
             that is not the system's, unpack it with the C library that it needs, and name the folder in {RUNTIME}: \
             docs/amd.md says how",
            self.path.display()
        );
        Ok(())
    }
}

/// Whether there is such a string in a library, to its end.
fn knows(library: &[u8], processor: &str) -> bool {
    let name = [processor.as_bytes(), b"\0"].concat();
    library.windows(name.len()).any(|window| window == name)
}

/// The driver's functions among a library's dynamic symbols.
fn symbols(path: &Path, contents: &[u8], wanted: impl Fn(&object::Symbol<'_, '_>) -> bool) -> Result<HashSet<String>> {
    let file = object::File::parse(contents).with_context(|| format!("{} is no library", path.display()))?;
    let names = file
        .dynamic_symbols()
        .filter(|symbol| wanted(symbol))
        .filter_map(|symbol| symbol.name().ok().map(str::to_owned));
    Ok(names.filter(|name| name.starts_with(PREFIX)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_runtime_knows_the_processors_whose_names_it_has() {
        let library = b"..\0gfx1100\0gfx90a:xnack-\0";
        assert!(knows(library, "gfx1100"));
        assert!(!knows(library, "gfx110"));
        assert!(!knows(library, "gfx90a"));
        assert!(!knows(b"", "gfx90a"));
    }
}
