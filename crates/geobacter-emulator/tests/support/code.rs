//! A small loader for relocatable AMDGPU objects and shared code objects.

use std::collections::HashMap;
use std::ops::Range;

use geobacter_llvm::{Arch, CodeKind, Context, OptLevel, TargetMachine, TargetSpec};
use object::read::elf::{ElfFile64, ProgramHeader};
use object::{Object, ObjectSection, ObjectSymbol, RelocationFlags, RelocationTarget, SymbolSection};

use super::llvm;

const PAGE: usize = 4096;

#[derive(Clone, Copy)]
#[repr(C, align(4096))]
struct Page([u8; PAGE]);

/// Code in this process.
pub(crate) struct Code {
    pages: Vec<Page>,
    symbols: HashMap<String, u64>,
}

impl Code {
    fn with_room(bytes: usize) -> Code {
        Code { pages: vec![Page([0; PAGE]); bytes.div_ceil(PAGE).max(1)], symbols: HashMap::new() }
    }

    fn base(&self) -> u64 {
        self.pages.as_ptr() as u64
    }

    pub(crate) fn range(&self) -> Range<u64> {
        self.base()..self.base() + (self.pages.len() * PAGE) as u64
    }

    pub(crate) fn bytes(&mut self) -> &mut [u8] {
        // SAFETY: pages are arrays of bytes, without gaps.
        unsafe { std::slice::from_raw_parts_mut(self.pages.as_mut_ptr().cast(), self.pages.len() * PAGE) }
    }

    fn at(&mut self, address: u64, bytes: usize) -> &mut [u8] {
        let start = (address - self.base()) as usize;
        &mut self.bytes()[start..start + bytes]
    }

    pub(crate) fn read_u32(&self, address: u64) -> u32 {
        let at = (address - self.base()) as usize;
        u32::from_le_bytes(std::array::from_fn(|i| self.pages[(at + i) / PAGE].0[(at + i) % PAGE]))
    }

    pub(crate) fn symbol(&self, name: &str) -> u64 {
        *self.symbols.get(name).unwrap_or_else(|| panic!("no symbol {name} in {:?}", self.symbols.keys()))
    }

    /// `ENABLE_WAVEFRONT_SIZE32` in a kernel's descriptor.
    pub(crate) fn is_wave32(&self, kernel: &str) -> bool {
        self.read_u32(self.symbol(&format!("{kernel}.kd")) + 56) >> 10 & 1 != 0
    }

    /// Assembles a whole file of AMDGPU assembly.
    pub(crate) fn assemble(cpu: &str, text: &str) -> Code {
        let context = Context::new(llvm());
        let module = context.create_module("assembly");
        module.set_inline_asm(text);
        Code::compile_module(cpu, module, OptLevel::None)
    }

    /// Compiles textual LLVM IR.
    pub(crate) fn compile(cpu: &str, ir: &str, level: OptLevel) -> Code {
        let context = Context::new(llvm());
        let mut module = context.parse_ir(ir).unwrap_or_else(|e| panic!("{e}"));
        module.verify().unwrap_or_else(|e| panic!("{e}"));
        if level != OptLevel::None {
            let machine = machine(cpu, level);
            module.set_target(&machine);
            module.run_passes("default<O3>", Some(&machine)).expect("passes");
        }
        Code::compile_module(cpu, module, level)
    }

    fn compile_module(cpu: &str, module: geobacter_llvm::Module<'_>, level: OptLevel) -> Code {
        let machine = machine(cpu, level);
        module.set_target(&machine);
        module.add_flag(geobacter_llvm::FlagBehavior::Error, "amdhsa_code_object_version", 500);
        let object = machine.emit(module, CodeKind::Object).unwrap_or_else(|e| panic!("{e}"));
        Code::load_object(&object)
    }

    /// Lays the sections of an object out, and applies their relocations.
    fn load_object(object: &[u8]) -> Code {
        let file = ElfFile64::<object::Endianness>::parse(object).expect("an object");
        let loaded = |section: &dyn Fn(object::SectionIndex)| {
            for section_ in file.sections() {
                if matches!(section_.flags(), object::SectionFlags::Elf { sh_flags } if sh_flags & 2 != 0) {
                    section(section_.index());
                }
            }
        };
        let indices = std::cell::RefCell::new(Vec::new());
        loaded(&|index| indices.borrow_mut().push(index));
        let (mut places, mut size) = (HashMap::new(), 0_u64);
        for index in indices.into_inner() {
            let section = file.section_by_index(index).expect("a section");
            size = size.next_multiple_of(section.align().max(256));
            places.insert(index, size);
            // Room behind each, since decoding looks ahead.
            size += section.size() + 256;
        }
        let mut code = Code::with_room(size as usize);
        let base = code.base();
        for (index, at) in &places {
            let section = file.section_by_index(*index).expect("a section");
            let data = section.data().expect("data").to_vec();
            code.at(base + at, data.len()).copy_from_slice(&data);
        }
        for symbol in file.symbols() {
            if let SymbolSection::Section(index) = symbol.section()
                && let (Some(at), Ok(name)) = (places.get(&index), symbol.name())
            {
                code.symbols.insert(name.to_owned(), base + at + symbol.address());
            }
        }
        for (index, at) in &places {
            for (offset, relocation) in file.section_by_index(*index).expect("a section").relocations() {
                let RelocationTarget::Symbol(symbol) = relocation.target() else { panic!("{relocation:?}") };
                let symbol = file.symbol_by_index(symbol).expect("a symbol");
                let SymbolSection::Section(section) = symbol.section() else {
                    panic!("{:?} is not defined", symbol.name());
                };
                let value = (base + places[&section] + symbol.address()).wrapping_add_signed(relocation.addend());
                let place = base + at + offset;
                let RelocationFlags::Elf { r_type } = relocation.flags() else { panic!() };
                code.relocate(r_type, place, value);
            }
        }
        code
    }

    /// Numbers: LLVM, AMDGPUUsage, "Relocation Records".
    fn relocate(&mut self, kind: u32, place: u64, value: u64) {
        let relative = value.wrapping_sub(place);
        let (bytes, value) = match kind {
            1 => (4, value),           // ABS32_LO
            2 => (4, value >> 32),     // ABS32_HI
            3 => (8, value),           // ABS64
            4 => (4, relative),        // REL32
            5 => (8, relative),        // REL64
            10 => (4, relative),       // REL32_LO
            11 => (4, relative >> 32), // REL32_HI
            _ => panic!("relocation {kind}"),
        };
        self.at(place, bytes).copy_from_slice(&value.to_le_bytes()[..bytes]);
    }

    /// Loads a linked code object, as ROCr does.
    pub(crate) fn load_image(image: &[u8]) -> Code {
        const RELATIVE64: u32 = 13;
        let file = ElfFile64::<object::Endianness>::parse(image).expect("a code object");
        let endian = object::Endianness::Little;
        let segments: Vec<_> =
            file.elf_program_headers().iter().filter(|h| h.p_type(endian) == object::elf::PT_LOAD).collect();
        let end = segments.iter().map(|h| h.p_vaddr(endian) + h.p_memsz(endian)).max().expect("segments");
        let mut code = Code::with_room(end as usize + 256);
        let base = code.base();
        for header in segments {
            let data = header.data(endian, image).expect("a segment's data");
            code.at(base + header.p_vaddr(endian), data.len()).copy_from_slice(data);
        }
        for (offset, relocation) in file.dynamic_relocations().into_iter().flatten() {
            let RelocationFlags::Elf { r_type } = relocation.flags() else { panic!() };
            assert_eq!(r_type, RELATIVE64, "only relative relocations in a code object without externals");
            let value = base.wrapping_add_signed(relocation.addend());
            code.at(base + offset, 8).copy_from_slice(&value.to_le_bytes());
        }
        for symbol in file.dynamic_symbols() {
            if let Ok(name) = symbol.name() {
                code.symbols.insert(name.to_owned(), base + symbol.address());
            }
        }
        code
    }
}

fn machine(cpu: &str, level: OptLevel) -> TargetMachine {
    let spec = TargetSpec { arch: Arch::Amdgpu, triple: "amdgcn-amd-amdhsa", cpu, features: "", level };
    TargetMachine::new(llvm(), &spec).expect("a target machine")
}
