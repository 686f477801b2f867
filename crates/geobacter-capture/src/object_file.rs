//! The container as an object file that the host's linker takes.

use geobacter_container::{SECTION, SYMBOL};
use object::elf::{SHF_ALLOC, SHF_GNU_RETAIN};
use object::write::{Object, Symbol, SymbolSection};
use object::{Architecture, BinaryFormat, Endianness, SectionFlags, SectionKind, SymbolFlags, SymbolKind, SymbolScope};

/// Alignment of the container in memory. Device images inside are copied out before a driver sees them, so this is only
/// for tidy reads.
const ALIGN: u64 = 16;

/// The object file could not be written.
#[derive(Clone, Debug, thiserror::Error)]
#[error("cannot make an object file for the kernels: {0}")]
pub struct ObjectFileError(String);

/// An ELF relocatable for this host that holds `container` in section `.geobacter`, with the hidden symbol
/// `__geobacter_image` at its start.
///
/// The symbol is hidden so that an executable and each shared library it loads have one of their own.
///
/// # Errors
/// On hosts for which no object can be written.
pub fn object_file(container: &[u8]) -> Result<Vec<u8>, ObjectFileError> {
    let mut object = Object::new(BinaryFormat::Elf, host_architecture()?, Endianness::Little);
    let section = object.add_section(Vec::new(), SECTION.into(), SectionKind::ReadOnlyData);
    let offset = object.append_section_data(section, container, ALIGN);
    object.add_symbol(Symbol {
        name: SYMBOL.into(),
        value: offset,
        size: container.len() as u64,
        kind: SymbolKind::Data,
        // Linkage is the scope of hidden symbols.
        scope: SymbolScope::Linkage,
        weak: false,
        section: SymbolSection::Section(section),
        flags: SymbolFlags::None,
    });
    // Kept even where nothing refers to it: tools read it, too.
    object.section_mut(section).flags = SectionFlags::Elf { sh_flags: u64::from(SHF_ALLOC | SHF_GNU_RETAIN) };
    // Without this note, linkers make the stack of the whole program executable.
    object.add_section(Vec::new(), b".note.GNU-stack".to_vec(), SectionKind::Other);
    object.write().map_err(|e| ObjectFileError(e.to_string()))
}

fn host_architecture() -> Result<Architecture, ObjectFileError> {
    match std::env::consts::ARCH {
        "x86_64" => Ok(Architecture::X86_64),
        "aarch64" => Ok(Architecture::Aarch64),
        other => Err(ObjectFileError(format!("{other} hosts are not supported; x86_64 and aarch64 are"))),
    }
}

#[cfg(test)]
mod tests {
    use object::{Object as _, ObjectSection as _, ObjectSymbol as _};

    use super::*;

    #[test]
    fn the_symbol_marks_the_first_byte_of_the_container() {
        let bytes = object_file(b"container").unwrap();
        let file = object::File::parse(&*bytes).unwrap();
        let section = file.section_by_name(SECTION).unwrap();
        assert_eq!(section.data().unwrap(), b"container");
        assert_eq!(section.align(), ALIGN);
        let symbol = file.symbols().find(|s| s.name() == Ok(SYMBOL)).unwrap();
        assert_eq!(symbol.section_index(), Some(section.index()));
        assert_eq!(symbol.address(), 0);
        assert_eq!(symbol.scope(), SymbolScope::Linkage, "the symbol must be hidden");
    }

    #[test]
    fn the_section_is_loaded_and_never_written() {
        let bytes = object_file(b"container").unwrap();
        let file = object::File::parse(&*bytes).unwrap();
        let flags = file.section_by_name(SECTION).unwrap().flags();
        let object::SectionFlags::Elf { sh_flags } = flags else { panic!("not ELF: {flags:?}") };
        assert_eq!(sh_flags, u64::from(SHF_ALLOC | SHF_GNU_RETAIN));
        assert!(file.section_by_name(".note.GNU-stack").is_some());
    }
}
