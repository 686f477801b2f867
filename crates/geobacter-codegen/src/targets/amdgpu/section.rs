//! Sections of a code object that are not loaded: a variable's always are, assembly's need not be.

use std::fmt::Write as _;

use geobacter_llvm::Module;

/// Bytes on a line of assembly.
const LINE: usize = 64;

pub(super) fn add(module: &Module<'_>, name: &str, bytes: &[u8]) {
    // Without flags, of which one would have it loaded.
    let mut text = format!("\t.pushsection {name},\"\",@progbits\n");
    for line in bytes.chunks(LINE) {
        text += "\t.ascii \"";
        line.iter().for_each(|byte| push(&mut text, *byte));
        text += "\"\n";
    }
    text += "\t.popsection\n";
    module.set_inline_asm(&(module.inline_asm() + &text));
}

fn push(text: &mut String, byte: u8) {
    match byte {
        b' '..=b'~' if byte != b'"' && byte != b'\\' => text.push(char::from(byte)),
        // Three octal digits, whatever follows.
        _ => drop(write!(text, "\\{byte:03o}")),
    }
}
