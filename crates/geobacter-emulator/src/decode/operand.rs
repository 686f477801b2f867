//! An operand's text into where its value is.

use crate::float::f16;
use crate::op::{Kind, Operand, Special, scalar};

use super::text::integer;

/// What surrounds a source: `-`, `| |`, `sext( )`, `.h`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Input {
    pub(crate) neg: bool,
    pub(crate) abs: bool,
    pub(crate) sext: bool,
    pub(crate) high: bool,
    /// Registers, if it is any.
    pub(crate) dwords: u8,
}

/// Reads an operand of the given kind.
pub(crate) fn parse(text: &str, kind: Kind) -> Result<(Operand, Input), String> {
    let mut input = Input::default();
    if kind == Kind::Ignored {
        return Ok((Operand::None, input));
    }
    let mut inner = text;
    if let Some(rest) = inner.strip_prefix("sext(").and_then(|r| r.strip_suffix(')')) {
        input.sext = true;
        inner = rest;
    }
    if let Some(rest) = inner.strip_prefix("neg(").and_then(|r| r.strip_suffix(')')) {
        input.neg = true;
        inner = rest;
    } else if let Some(rest) = inner.strip_prefix('-').filter(|r| !r.starts_with(|c: char| c.is_ascii_digit())) {
        input.neg = true;
        inner = rest;
    }
    if let Some(rest) = inner.strip_prefix('|').and_then(|r| r.strip_suffix('|')) {
        input.abs = true;
        inner = rest;
    }
    if let Some(rest) = inner.strip_suffix(".h") {
        input.high = true;
        inner = rest;
    } else if let Some(rest) = inner.strip_suffix(".l") {
        inner = rest;
    }
    input.dwords = register(inner).map_or(0, |(_, dwords)| dwords);
    let operand = value(inner, kind).ok_or_else(|| format!("cannot read the operand `{text}` as {kind:?}"))?;
    Ok((operand, input))
}

fn value(text: &str, kind: Kind) -> Option<Operand> {
    if text == "off" {
        return matches!(kind, Kind::VAddr | Kind::SAddr).then_some(Operand::None);
    }
    if text == "null" {
        return Some(Operand::None);
    }
    if let Some((operand, dwords)) = register(text) {
        let fits = match kind {
            Kind::Mask | Kind::SAddr | Kind::VAddr => dwords <= 2,
            kind => kind.dwords() == Some(dwords),
        };
        let right_file = match kind {
            Kind::VAddr | Kind::Data(_) => matches!(operand, Operand::Vector(_) | Operand::Accumulator(_)),
            Kind::S32 | Kind::S64 | Kind::Mask | Kind::SAddr | Kind::Scalars(_) => {
                matches!(operand, Operand::Scalar(_))
            }
            _ => true,
        };
        return (fits && right_file).then_some(operand);
    }
    if let Some(special) = special(text) {
        return matches!(kind, Kind::B32 | Kind::S32 | Kind::S64 | Kind::F32 | Kind::B64)
            .then_some(Operand::Special(special));
    }
    constant(text, kind).map(Operand::Constant)
}

/// A register or a range of registers, and how many dwords it is.
fn register(text: &str) -> Option<(Operand, u8)> {
    if let Some(range) = text.strip_suffix(']') {
        let (file, range) = range.split_once('[')?;
        let (first, last) = range.split_once(':').unwrap_or((range, range));
        let (first, last) = (first.parse::<u16>().ok()?, last.parse::<u16>().ok()?);
        let dwords = u8::try_from(last.checked_sub(first)? + 1).ok()?;
        return Some((numbered(file, first)?, dwords));
    }
    let named = |base: u8| -> Option<(Operand, u8)> { Some((Operand::Scalar(base), 2)) };
    let halves = [
        ("vcc", scalar::VCC),
        ("exec", scalar::EXEC),
        ("flat_scratch", scalar::FLAT_SCRATCH),
        ("xnack_mask", scalar::XNACK_MASK),
    ];
    for (name, base) in halves {
        match text.strip_prefix(name) {
            Some("") => return named(base),
            Some("_lo") => return Some((Operand::Scalar(base), 1)),
            Some("_hi") => return Some((Operand::Scalar(base + 1), 1)),
            _ => {}
        }
    }
    if text == "m0" {
        return Some((Operand::Scalar(scalar::M0), 1));
    }
    let digits = text.find(|c: char| c.is_ascii_digit())?;
    let (file, number) = text.split_at(digits);
    Some((numbered(file, number.parse().ok()?)?, 1))
}

fn numbered(file: &str, number: u16) -> Option<Operand> {
    let scalar = |base: u8, count: u8| {
        let number = u8::try_from(number).ok().filter(|n| *n < count)?;
        Some(Operand::Scalar(base + number))
    };
    match file {
        "v" => (number < 256).then_some(Operand::Vector(number)),
        "a" => (number < 256).then_some(Operand::Accumulator(number)),
        "s" => scalar(0, scalar::VCC),
        "ttmp" => scalar(scalar::TTMP, 16),
        _ => None,
    }
}

fn special(text: &str) -> Option<Special> {
    Some(match text {
        "src_shared_base" => Special::SharedBase,
        "src_shared_limit" => Special::SharedLimit,
        "src_private_base" => Special::PrivateBase,
        "src_private_limit" => Special::PrivateLimit,
        "src_vccz" => Special::Vccz,
        "src_execz" => Special::Execz,
        "src_scc" => Special::Scc,
        _ => return None,
    })
}

/// The bits of a constant: inline constants are printed in decimal, literals (32 bits behind the instruction) in
/// hexadecimal.
fn constant(text: &str, kind: Kind) -> Option<u64> {
    // A literal that an inline constant could have been.
    let text = text.strip_prefix("lit(").and_then(|t| t.strip_suffix(')')).unwrap_or(text);
    if let Some(value) = integer(text) {
        let literal = text.contains("0x");
        return Some(match kind {
            // A literal is the high half of an `f64` (MI200 ISA, 3.10 "Literal constants").
            Kind::F64 if literal => u64::from(u32::try_from(value).ok()?) << 32,
            Kind::F64 | Kind::B64 | Kind::S64 | Kind::SAddr | Kind::Mask => value as u64,
            Kind::B16 | Kind::F16 => u64::from(value as u16),
            // Whether the high half repeats the low one differs between literals and generations.
            Kind::PkF32 if literal => return None,
            Kind::Data(_) | Kind::Scalars(_) | Kind::VAddr => return None,
            _ => u64::from(value as u32),
        });
    }
    if !text.contains('.') {
        return None;
    }
    let value: f64 = text.parse().ok()?;
    match kind {
        Kind::F64 | Kind::B64 | Kind::S64 => Some(value.to_bits()),
        // In the low half only; `op_sel_hi` says where the other one comes from.
        Kind::F16 | Kind::PkF16 => Some(u64::from(f16::from_f64(value))),
        Kind::F32 | Kind::B32 | Kind::S32 | Kind::PkF32 | Kind::Mix => {
            Some(u64::from((text.parse::<f32>().ok()?).to_bits()))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn operand(text: &str, kind: Kind) -> Option<Operand> {
        parse(text, kind).ok().map(|(operand, _)| operand)
    }

    #[test]
    fn registers_have_the_width_of_their_kind() {
        assert_eq!(operand("v[4:5]", Kind::F64), Some(Operand::Vector(4)));
        assert_eq!(operand("v4", Kind::F64), None);
        assert_eq!(operand("vcc", Kind::Mask), Some(Operand::Scalar(106)));
        assert_eq!(operand("vcc_hi", Kind::B32), Some(Operand::Scalar(107)));
        assert_eq!(operand("s[100:107]", Kind::Scalars(8)), Some(Operand::Scalar(100)));
        assert_eq!(operand("v256", Kind::B32), None);
        assert_eq!(operand("s200", Kind::B32), None);
    }

    #[test]
    fn constants_have_the_format_of_their_kind() {
        assert_eq!(operand("1.0", Kind::F32), Some(Operand::Constant(0x3f80_0000)));
        assert_eq!(operand("1.0", Kind::F16), Some(Operand::Constant(0x3c00)));
        assert_eq!(operand("1.0", Kind::F64), Some(Operand::Constant(0x3ff0_0000_0000_0000)));
        assert_eq!(operand("0.15915494", Kind::F32), Some(Operand::Constant(0x3e22_f983)));
        assert_eq!(operand("0.15915494309189532", Kind::F64), Some(Operand::Constant(0x3fc4_5f30_6dc9_c882)));
        assert_eq!(operand("0.15915494", Kind::F16), Some(Operand::Constant(0x3118)));
        assert_eq!(operand("-1", Kind::B64), Some(Operand::Constant(u64::MAX)));
        assert_eq!(operand("-1", Kind::B32), Some(Operand::Constant(0xffff_ffff)));
        assert_eq!(operand("0x40080000", Kind::F64), Some(Operand::Constant(0x4008_0000_0000_0000)));
        assert_eq!(operand("0x40080000", Kind::B64), Some(Operand::Constant(0x4008_0000)));
    }

    #[test]
    fn what_surrounds_a_source_is_kept() {
        let (_, input) = parse("-|v2|", Kind::F32).unwrap();
        assert!(input.neg && input.abs);
        assert!(parse("sext(v1)", Kind::B32).unwrap().1.sext);
        assert!(!parse("-4.0", Kind::F32).unwrap().1.neg);
        assert!(parse("v2.h", Kind::F16).unwrap().1.high);
        assert!(parse("what", Kind::F16).is_err());
    }
}
