//! What an AMD code object says about its kernels: the metadata in its note (LLVM's "User Guide for AMDGPU Backend", "Code
//! Object V5 Metadata").

use object::LittleEndian;
use object::elf::SHT_NOTE;
use object::read::elf::{ElfFile64, SectionHeader};
use serde::Deserialize;

/// Name and type of the note (the same guide, "AMDGPU ELF Note Record Type Enumeration").
const NOTE: (&[u8], u32) = (b"AMDGPU", 32);

/// A kernel's metadata, as far as it matters here.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[non_exhaustive]
pub struct Kernel {
    /// Its symbol, without the `.kd` of its descriptor.
    #[serde(rename = ".name")]
    pub name: String,
    /// Vector registers of a work-item; where accumulation registers are in the same file, these too.
    #[serde(rename = ".vgpr_count")]
    pub vector_registers: u32,
    /// Scalar registers of a wavefront.
    #[serde(rename = ".sgpr_count")]
    pub scalar_registers: u32,
    /// Work-items of a wavefront.
    #[serde(rename = ".wavefront_size")]
    pub wavefront_size: u32,
}

#[derive(Deserialize)]
struct Metadata {
    #[serde(rename = "amdhsa.kernels")]
    kernels: Vec<Kernel>,
}

/// Why there is no metadata.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum MetadataError {
    /// The bytes are no ELF file, or one that was cut off.
    #[error("the code object cannot be read: {0}")]
    Elf(String),
    /// There is no such note.
    #[error("the code object has no metadata")]
    Missing,
    /// The note is not what it should be.
    #[error("the code object's metadata cannot be read: {0}")]
    Damaged(String),
}

/// The kernels of a code object.
///
/// # Errors
/// Bytes that are no code object, or one without readable metadata.
pub fn kernels(code: &[u8]) -> Result<Vec<Kernel>, MetadataError> {
    let elf = |error: object::Error| MetadataError::Elf(error.to_string());
    let file = ElfFile64::<LittleEndian>::parse(code).map_err(elf)?;
    for section in file.elf_section_table().iter().filter(|section| section.sh_type(LittleEndian) == SHT_NOTE) {
        let notes = SectionHeader::notes(section, LittleEndian, code).map_err(elf)?;
        for note in notes.into_iter().flatten() {
            let note = note.map_err(elf)?;
            if (note.name(), note.n_type(LittleEndian)) == NOTE {
                let metadata = rmp_serde::from_slice::<Metadata>(note.desc());
                return metadata.map(|m| m.kernels).map_err(|e| MetadataError::Damaged(e.to_string()));
            }
        }
    }
    Err(MetadataError::Missing)
}

/// One of them, by its symbol.
///
/// # Errors
/// As [`kernels`]; [`MetadataError::Missing`] where the kernel is not among them.
pub fn kernel(code: &[u8], symbol: &str) -> Result<Kernel, MetadataError> {
    kernels(code)?.into_iter().find(|kernel| kernel.name == symbol).ok_or(MetadataError::Missing)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_code_object_says_so() {
        assert!(matches!(kernels(b"no ELF"), Err(MetadataError::Elf(_))));
        // An ELF file for the host has notes, of another kind.
        let own = std::fs::read(std::env::current_exe().expect("this test's program")).expect("it can be read");
        assert_eq!(kernels(&own), Err(MetadataError::Missing));
    }
}
