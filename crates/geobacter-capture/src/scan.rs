//! Do a link's inputs have kernels?
//!
//! Every build script and procedural macro is linked through the same shim, so this only maps files and searches their
//! bytes: no parsing, no LLVM.

use std::fs::File;
use std::path::Path;

use memchr::memmem::Finder;
use memmap2::Mmap;

/// What the mangled name of every device entry contains, in both of rustc's manglings: the path
/// `geobacter_core::kernel::device_entry`. Names stand uncompressed in the string tables of objects and of bitcode.
pub(crate) const ENTRY_MARKER: &str = "14geobacter_core6kernel12device_entry";

/// Where a toolchain keeps its own libraries: they have no kernels, and are most of what a small program links.
const TOOLCHAIN_LIBRARIES: &str = "/lib/rustlib/";

/// Whether any of a link's input files (objects, rlibs, archives) holds a kernel. Files that cannot be read have none:
/// the linker will say what is wrong with them.
pub fn has_kernels<P: AsRef<Path>>(inputs: &[P]) -> bool {
    let finder = Finder::new(ENTRY_MARKER);
    inputs.iter().map(AsRef::as_ref).filter(|p| !is_toolchain_library(p)).any(|p| contains(p, &finder).unwrap_or(false))
}

pub(crate) fn is_toolchain_library(path: &Path) -> bool {
    path.to_str().is_some_and(|p| p.contains(TOOLCHAIN_LIBRARIES))
}

fn contains(path: &Path, finder: &Finder<'_>) -> std::io::Result<bool> {
    let file = File::open(path)?;
    if file.metadata()?.len() == 0 {
        return Ok(false);
    }
    // SAFETY: the map is only searched; rustc has closed the files of a link before it runs the linker.
    let bytes = unsafe { Mmap::map(&file)? };
    Ok(finder.find(&bytes).is_some())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(dir: &Path, name: &str, bytes: &[u8]) -> std::path::PathBuf {
        let path = dir.join(name);
        std::fs::write(&path, bytes).unwrap();
        path
    }

    #[test]
    fn a_kernel_symbol_is_found_wherever_it_stands() {
        let dir = tempfile::tempdir().unwrap();
        let none = file(dir.path(), "a.o", b"_RNvCs1_3app4main");
        let some = file(dir.path(), "b.rlib", b"\0_RINvNtCs1_14geobacter_core6kernel12device_entryNvCs1_3app1kE\0");
        assert!(!has_kernels(&[&none]));
        assert!(has_kernels(&[&none, &some]));
    }

    #[test]
    fn unreadable_and_empty_inputs_have_none() {
        let dir = tempfile::tempdir().unwrap();
        let empty = file(dir.path(), "a.o", b"");
        assert!(!has_kernels(&[empty, dir.path().join("missing.o"), dir.path().to_path_buf()]));
    }
}
