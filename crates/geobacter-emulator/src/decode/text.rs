//! An instruction's text into its parts.

/// The parts of one line of assembly.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Line<'a> {
    pub(crate) mnemonic: &'a str,
    pub(crate) operands: Vec<&'a str>,
    /// `clamp`, `offset:16`, ...
    pub(crate) modifiers: Vec<&'a str>,
}

/// Splits a line. Operands have commas between them, modifiers follow the last one with spaces between.
pub(crate) fn split(text: &str) -> Line<'_> {
    let (mnemonic, rest) = text.split_once(char::is_whitespace).unwrap_or((text, ""));
    let mut operands = Vec::new();
    let mut modifiers = Vec::new();
    for piece in split_outside(rest, |c| c == ',') {
        for (i, word) in split_outside(piece, char::is_whitespace).into_iter().enumerate() {
            if i == 0 && !is_modifier(word) {
                operands.push(word);
            } else {
                modifiers.push(word);
            }
        }
    }
    Line { mnemonic, operands, modifiers }
}

/// Splits at `separator` outside brackets, parentheses and quotes; drops what is empty.
fn split_outside(text: &str, separator: impl Fn(char) -> bool) -> Vec<&str> {
    let (mut parts, mut start, mut depth, mut quoted) = (Vec::new(), 0, 0_i32, false);
    for (at, c) in text.char_indices() {
        match c {
            '"' => quoted = !quoted,
            '[' | '(' => depth += 1,
            ']' | ')' => depth -= 1,
            c if depth == 0 && !quoted && separator(c) => {
                parts.push(&text[start..at]);
                start = at + c.len_utf8();
            }
            _ => {}
        }
    }
    parts.push(&text[start..]);
    parts.into_iter().map(str::trim).filter(|p| !p.is_empty()).collect()
}

fn is_modifier(word: &str) -> bool {
    const WORDS: [&str; 14] = [
        "clamp",
        "glc",
        "slc",
        "dlc",
        "scc",
        "offen",
        "idxen",
        "tfe",
        "lds",
        "gds",
        "row_mirror",
        "row_half_mirror",
        "high",
        "nv",
    ];
    let named = word.split_once(':').is_some_and(|(name, _)| {
        name.chars().all(|c| c.is_ascii_lowercase() || c == '_' || c.is_ascii_digit()) && name.len() > 1
    });
    named || WORDS.contains(&word)
}

/// Which encoding a mnemonic's ending names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    Plain,
    Sdwa,
    Dpp,
}

/// The mnemonic without the ending that names its encoding.
pub(crate) fn strip_encoding(mnemonic: &str) -> (&str, Form) {
    // Longest first.
    let endings = [
        ("_e64_dpp", Form::Dpp),
        ("_sdwa", Form::Sdwa),
        ("_dpp", Form::Dpp),
        ("_e32", Form::Plain),
        ("_e64", Form::Plain),
    ];
    for (ending, form) in endings {
        if let Some(name) = mnemonic.strip_suffix(ending) {
            return (name, form);
        }
    }
    (mnemonic, Form::Plain)
}

/// A whole number as assembly has it: decimal or hexadecimal, perhaps negative.
pub(crate) fn integer(text: &str) -> Option<i64> {
    let (sign, digits) = match text.strip_prefix('-') {
        Some(digits) => (-1, digits),
        None => (1, text),
    };
    let value = match digits.strip_prefix("0x") {
        Some(hex) => i64::from_str_radix(hex, 16).ok()?,
        None if digits.bytes().all(|b| b.is_ascii_digit()) => digits.parse().ok()?,
        None => return None,
    };
    Some(sign * value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_split_into_operands_and_modifiers() {
        let line = split("v_pk_fma_f32 v[0:1], v[2:3], -|s4| op_sel:[0,1,0] clamp");
        assert_eq!(line.operands, ["v[0:1]", "v[2:3]", "-|s4|"]);
        assert_eq!(line.modifiers, ["op_sel:[0,1,0]", "clamp"]);
        assert_eq!(split("s_endpgm"), Line { mnemonic: "s_endpgm", operands: vec![], modifiers: vec![] });
        let line = split("ds_swizzle_b32 v0, v1 offset:swizzle(BITMASK_PERM,\"0pi10\")");
        assert_eq!(line.modifiers, ["offset:swizzle(BITMASK_PERM,\"0pi10\")"]);
    }

    #[test]
    fn integers_are_decimal_or_hexadecimal() {
        assert_eq!(integer("-16"), Some(-16));
        assert_eq!(integer("0xffffffff"), Some(0xffff_ffff));
        assert_eq!(integer("1.0"), None);
        assert_eq!(integer("v0"), None);
    }
}
