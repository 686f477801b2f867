//! What a code object is for, from its ELF header, and whether a device is that.

use object::elf::{self, FileHeader64};
use object::read::elf::FileHeader;
use object::{LittleEndian, Object, ObjectSection, ObjectSegment, ObjectSymbol, U16Bytes, pod};

/// `EF_AMDGPU_MACH`: the processor (LLVM's "User Guide for AMDGPU Backend", "Header").
const MACH: u32 = 0xff;
/// The two bits of each feature say: not mentioned, either, off, on (code objects from version 4 on).
const XNACK_SHIFT: u32 = 8;
const SRAMECC_SHIFT: u32 = 10;
const OFF: u32 = 2;
const ON: u32 = 3;

/// Processors by their `EF_AMDGPU_MACH` (the same guide, "AMDGPU ``EF_AMDGPU_MACH`` Values").
const PROCESSORS: &[(u32, &str)] = &[
    (0x2c, "gfx900"),
    (0x2d, "gfx902"),
    (0x2e, "gfx904"),
    (0x2f, "gfx906"),
    (0x30, "gfx908"),
    (0x31, "gfx909"),
    (0x32, "gfx90c"),
    (0x33, "gfx1010"),
    (0x34, "gfx1011"),
    (0x35, "gfx1012"),
    (0x36, "gfx1030"),
    (0x37, "gfx1031"),
    (0x38, "gfx1032"),
    (0x39, "gfx1033"),
    (0x3d, "gfx1035"),
    (0x3e, "gfx1034"),
    (0x3f, "gfx90a"),
    (0x41, "gfx1100"),
    (0x42, "gfx1013"),
    (0x43, "gfx1150"),
    (0x44, "gfx1103"),
    (0x45, "gfx1036"),
    (0x46, "gfx1101"),
    (0x47, "gfx1102"),
    (0x48, "gfx1200"),
    (0x49, "gfx1250"),
    (0x4a, "gfx1151"),
    (0x4c, "gfx942"),
    (0x4e, "gfx1201"),
    (0x4f, "gfx950"),
    (0x55, "gfx1152"),
    (0x58, "gfx1153"),
    (0x5a, "gfx1251"),
];

/// Whether all of a code object is there, and the kernel with descriptor `symbol` in it: ROCr reads beyond the end of one
/// that was cut off.
pub(crate) fn check(code: &[u8], symbol: &str) -> Result<(), String> {
    let damaged = |error| format!("the code object is damaged: {error}");
    let file = object::File::parse(code).map_err(damaged)?;
    file.segments().try_for_each(|segment| segment.data().map(drop)).map_err(damaged)?;
    file.sections().try_for_each(|section| section.data().map(drop)).map_err(damaged)?;
    match descriptor(code, symbol) {
        Some(descriptor) if descriptor.len() >= DESCRIPTOR => Ok(()),
        _ => Err(format!("it has no kernel descriptor `{symbol}`")),
    }
}

/// The target of a code object, `gfx90a:xnack-`; or why it is none for AMD GPUs.
pub(crate) fn of_code(code: &[u8]) -> Result<String, String> {
    let header = FileHeader64::<LittleEndian>::parse(code).map_err(|error| format!("it is no code object: {error}"))?;
    match header.e_machine(LittleEndian) {
        elf::EM_AMDGPU => Ok(name(header.e_flags(LittleEndian))),
        other => Err(format!("it is code for another kind of machine (ELF machine {other})")),
    }
}

fn name(flags: u32) -> String {
    let known = PROCESSORS.iter().find(|(mach, _)| *mach == flags & MACH);
    let mut name = known.map_or_else(|| format!("processor {:#x}", flags & MACH), |(_, name)| (*name).to_owned());
    for (feature, shift) in [("sramecc", SRAMECC_SHIFT), ("xnack", XNACK_SHIFT)] {
        match flags >> shift & 3 {
            OFF => name += &format!(":{feature}-"),
            ON => name += &format!(":{feature}+"),
            _ => {}
        }
    }
    name
}

/// Bytes of a kernel descriptor.
const DESCRIPTOR: usize = 64;
/// Offset of `kernel_code_properties` in a kernel descriptor, and its bit for a stack whose size is not known (the same
/// guide, "Kernel Descriptor").
const DESCRIPTOR_PROPERTIES: usize = 56;
const USES_DYNAMIC_STACK: u16 = 1 << 11;

/// Whether the kernel with descriptor `symbol` (`name.kd`) calls what its stack's size does not include: itself, or
/// functions through pointers.
pub(crate) fn has_dynamic_stack(code: &[u8], symbol: &str) -> bool {
    descriptor(code, symbol)
        .and_then(|descriptor| pod::from_bytes::<U16Bytes<LittleEndian>>(descriptor.get(DESCRIPTOR_PROPERTIES..)?).ok())
        .is_some_and(|(properties, _)| properties.get(LittleEndian) & USES_DYNAMIC_STACK != 0)
}

fn descriptor<'c>(code: &'c [u8], symbol: &str) -> Option<&'c [u8]> {
    let file = object::File::parse(code).ok()?;
    let found = file.dynamic_symbols().find(|s| s.name() == Ok(symbol))?;
    let section = file.section_by_index(found.section_index()?).ok()?;
    let offset = usize::try_from(found.address().checked_sub(section.address())?).ok()?;
    section.data().ok()?.get(offset..)
}

/// A section of a code object.
pub(crate) fn section<'c>(code: &'c [u8], name: &str) -> Option<&'c [u8]> {
    object::File::parse(code).ok()?.section_by_name(name)?.data().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flags_become_names() {
        assert_eq!(name(0x3f), "gfx90a");
        assert_eq!(name(0x3f | ON << SRAMECC_SHIFT | OFF << XNACK_SHIFT), "gfx90a:sramecc+:xnack-");
        // Bit pattern 1: code for either.
        assert_eq!(name(0x41 | 1 << XNACK_SHIFT), "gfx1100");
        assert_eq!(name(0xfe), "processor 0xfe");
    }

    #[test]
    fn each_processor_is_listed_once() {
        for (at, (mach, name)) in PROCESSORS.iter().enumerate() {
            assert!(PROCESSORS[at + 1..].iter().all(|(m, n)| m != mach && n != name), "{name} comes twice");
        }
    }

    #[test]
    fn what_is_no_code_object_says_so() {
        assert!(of_code(b"no ELF").unwrap_err().contains("no code object"));
        let own = std::fs::read(std::env::current_exe().expect("this test's program")).expect("it can be read");
        assert!(of_code(&own).unwrap_err().contains("another kind of machine"));
        assert!(!has_dynamic_stack(&own, "main.kd"));
        assert!(check(&own, "main.kd").unwrap_err().contains("no kernel descriptor `main.kd`"));
    }

    #[test]
    fn what_was_cut_off_is_damaged() {
        let mut own = std::fs::read(std::env::current_exe().expect("this test's program")).expect("it can be read");
        for part in [2, 3, 100] {
            own.truncate(own.len() / part);
            assert!(check(&own, "main.kd").unwrap_err().contains("damaged"), "1 of {part}");
        }
    }
}
