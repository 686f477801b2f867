//! `gcn!`: AMD's assembly inside a kernel, which LLVM assembles with the rest.

use crate::targets::{Dialect, OperandType};

pub(super) static DIALECT: Dialect =
    Dialect { name: "gcn", comment: ";", constraint, registers, forbidden, flags: &["vcc", "scc"] };

/// How many vector registers can be named (all processors), and scalar ones (gfx9, which has the fewest: behind these are
/// those with a purpose).
const VECTOR_REGISTERS: u32 = 256;
const SCALAR_REGISTERS: u32 = 102;
/// Others that a text may overwrite. `exec` is none of them: what it says holds for all code behind.
const NAMED: [&str; 3] = ["vcc", "scc", "m0"];

fn constraint(class: &str, _: OperandType) -> Result<&'static str, String> {
    match class {
        "v" => Ok("v"),
        "s" => Ok("s"),
        "" => Err("say whether it is in vector or scalar registers: `in(v: u32)` or `in(s: u32)`".to_owned()),
        _ => Err(format!("there is no register class `{class}`: it is `v` (vector) or `s` (scalar)")),
    }
}

/// `v7`, `s[4:5]`, `vcc`, .. One by one, as LLVM ends on a range of a length that no operand has.
fn registers(name: &str) -> Option<Vec<String>> {
    if NAMED.contains(&name) {
        return Some(vec![name.to_owned()]);
    }
    let (class, rest) = name.split_at_checked(1)?;
    let count = match class {
        "v" => VECTOR_REGISTERS,
        "s" => SCALAR_REGISTERS,
        _ => return None,
    };
    let number = |text: &str| text.parse::<u32>().ok().filter(|n| *n < count && !text.starts_with('+'));
    let (first, last) = match rest.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
        Some(range) => range.split_once(':').and_then(|(first, last)| number(first).zip(number(last)))?,
        None => (number(rest)?, number(rest)?),
    };
    (first <= last).then(|| (first..=last).map(|n| format!("{class}{n}")).collect())
}

/// Directives: a section or a symbol that one of them changes stays changed for all code behind. Words of code may be
/// spelled out, for instructions that the assembler does not know.
fn forbidden(line: &str) -> Option<&str> {
    const WORDS: &str = ".long";
    let code = line.split(';').next()?.split("//").next()?;
    let words = code.split(|c: char| c.is_whitespace() || c == ':');
    words.into_iter().find(|word| word.starts_with('.') && *word != WORDS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn registers_are_known_by_their_names() {
        for name in ["v0", "v255", "s101", "s[0:0]", "vcc", "m0", "scc"] {
            assert_eq!(registers(name).map(|all| all.len()), Some(1), "{name}");
        }
        assert_eq!(registers("v[4:6]").unwrap(), ["v4", "v5", "v6"]);
        for name in ["", "v", "v256", "s102", "x1", "exec", "v[7:4]", "v[1]", "v+1", "v-1", "é", "s[0:200]"] {
            assert_eq!(registers(name), None, "{name}");
        }
    }

    #[test]
    fn directives_are_found_wherever_they_are() {
        assert_eq!(forbidden(".section .data"), Some(".section"));
        assert_eq!(forbidden("  1: .text"), Some(".text"));
        assert_eq!(forbidden("a:.set x, 1"), Some(".set"));
        for line in ["v_add_f32 v0, v1, 0.5", ".long 0x7e000280", "s_nop 0 ; .text", "s_nop 0 // .text", "1:", ""] {
            assert_eq!(forbidden(line), None, "{line}");
        }
    }

    #[test]
    fn classes_are_named() {
        assert_eq!(constraint("v", OperandType::Float64), Ok("v"));
        assert!(constraint("", OperandType::Int32).unwrap_err().contains("in(v: u32)"));
        assert!(constraint("q", OperandType::Int32).unwrap_err().contains("`q`"));
    }
}
