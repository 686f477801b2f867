//! Machine code becomes text.

use geobacter_llvm::{Arch, Disassembler, Llvm, OptLevel, Search, TargetSpec};

fn disassembler(cpu: &str) -> Disassembler {
    let llvm = Llvm::find(&Search::default()).expect("rustc's own libLLVM");
    let (triple, features) = ("amdgcn-amd-amdhsa", "");
    let spec = TargetSpec { arch: Arch::Amdgpu, triple, cpu, features, level: OptLevel::None };
    Disassembler::new(llvm, &spec).expect("a disassembler")
}

#[test]
fn instructions_have_their_text_and_length() {
    let mut disassembler = disassembler("gfx90a");
    let endpgm = 0xbf81_0000_u32.to_le_bytes();
    assert_eq!(disassembler.decode(&endpgm, 0), Some(("s_endpgm".into(), 4)));
    // With a literal behind it, and more code behind that.
    let add = [0x8000_ff00_u32, 0x1234_5678, 0xbf81_0000].map(u32::to_le_bytes).concat();
    assert_eq!(disassembler.decode(&add, 0), Some(("s_add_u32 s0, s0, 0x12345678".into(), 8)));
}

#[test]
fn what_is_no_instruction_is_none() {
    assert_eq!(disassembler("gfx90a").decode(&[0xff; 8], 0), None);
    assert_eq!(disassembler("gfx90a").decode(&[], 0), None);
}
