//! Text that came from a device, with values in it that are formatted here: see [`geobacter_core::message`].

use std::fmt::{self, Write};

use geobacter_core::message::{CUT, ESCAPE, ESCAPE_TEXT, FIRST_LETTER, Kind, Spec, Words, template};
use memchr::memmem;

/// What is put behind a text that did not fit.
const MARK: &str = " [...]";
/// What stands for a value that cannot be read.
const UNREADABLE: &str = "{}";

/// The text that `len` of `bytes` are, as a device counts them.
#[must_use]
pub fn text(bytes: &[u8], len: u32) -> String {
    let mut rest = Bytes(&bytes[..bytes.len().min((len & !CUT) as usize)]);
    let mut text = String::new();
    while !rest.0.is_empty() {
        let plain = rest.0.iter().position(|&byte| byte == ESCAPE).unwrap_or(rest.0.len());
        let is_last = plain == rest.0.len();
        push(&mut text, rest.take(plain).unwrap_or_default(), is_last && len & CUT != 0);
        if rest.take(1).is_some() && value(&mut rest, &mut text).is_none() {
            text.push_str(UNREADABLE);
            break;
        }
    }
    if len & CUT != 0 {
        text.push_str(MARK);
    }
    text
}

/// Appends text, and the values in it that had to be text. Where it was cut off here, it ends with a whole character.
fn push(text: &mut String, mut bytes: &[u8], is_cut: bool) {
    while let Some(at) = memmem::find(bytes, &ESCAPE_TEXT) {
        push_plain(text, &bytes[..at], false);
        let mut letters = &bytes[at + ESCAPE_TEXT.len()..];
        match spelled(&mut letters).and_then(|bytes| value(&mut Bytes(&bytes), text)) {
            Some(()) => bytes = letters,
            // Half of a value is none.
            None if is_cut => return,
            None => {
                text.push_str(UNREADABLE);
                bytes = &bytes[at + ESCAPE_TEXT.len()..];
            }
        }
    }
    push_plain(text, bytes, is_cut);
}

/// The bytes that letters stand for.
fn spelled(letters: &mut &[u8]) -> Option<Vec<u8>> {
    let mut next = || {
        let (pair, rest) = letters.split_at_checked(2)?;
        let bits = |letter: u8| letter.checked_sub(FIRST_LETTER).filter(|bits| *bits < 16);
        let byte = bits(pair[0])? << 4 | bits(pair[1])?;
        *letters = rest;
        Some(byte)
    };
    let count = next()?;
    (0..count).map(|_| next()).collect()
}

/// Appends UTF-8.
fn push_plain(text: &mut String, bytes: &[u8], is_cut: bool) {
    match std::str::from_utf8(bytes) {
        Err(error) if is_cut && error.error_len().is_none() => {
            text.push_str(&String::from_utf8_lossy(&bytes[..error.valid_up_to()]));
        }
        _ => text.push_str(&String::from_utf8_lossy(bytes)),
    }
}

/// What is not read yet.
struct Bytes<'a>(&'a [u8]);

impl<'a> Bytes<'a> {
    fn take(&mut self, count: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        Some(taken)
    }

    fn array<const N: usize>(&mut self) -> Option<[u8; N]> {
        self.take(N)?.try_into().ok()
    }

    fn word(&mut self) -> Option<u16> {
        self.array().map(u16::from_le_bytes)
    }
}

/// Formats one value.
fn value(bytes: &mut Bytes<'_>, text: &mut String) -> Option<()> {
    let kind = Kind(bytes.word()?);
    let mut spec = Spec { parts: bytes.take(1)?[0], ..Spec::default() };
    if spec.parts & template::FLAGS != 0 {
        spec.flags = u32::from_le_bytes(bytes.array()?);
    }
    if spec.parts & template::WIDTH != 0 {
        spec.width = bytes.word()?;
    }
    if spec.parts & template::PRECISION != 0 {
        spec.precision = bytes.word()?;
    }
    macro_rules! number {
        ($ty:ty, $format:ident) => {
            $format(kind.tr(), &<$ty>::from_le_bytes(bytes.array()?), &spec, text)
        };
    }
    match kind.ty() {
        0o00 => number!(u8, integer),
        0o01 => number!(u16, integer),
        0o02 => number!(u32, integer),
        0o03 => number!(u64, integer),
        0o04 => number!(u128, integer),
        0o10 => number!(i8, integer),
        0o11 => number!(i16, integer),
        0o12 => number!(i32, integer),
        0o13 => number!(i64, integer),
        0o14 => number!(i128, integer),
        0o22 => number!(f32, float),
        0o23 => number!(f64, float),
        0o30 => other(kind.tr(), &(bytes.take(1)?[0] != 0), &spec, text),
        0o32 => other(kind.tr(), &char::from_u32(u32::from_le_bytes(bytes.array()?))?, &spec, text),
        Kind::POINTER => {
            let address = std::ptr::without_provenance::<()>(u64::from_le_bytes(bytes.array()?) as usize);
            apply(format_args!("{address:p}"), &spec, text)
        }
        Kind::STR => {
            let len = bytes.word()?;
            let value = String::from_utf8_lossy(bytes.take(len.into())?);
            other(kind.tr(), &&*value, &spec, text)
        }
        Kind::UNIT => apply(format_args!("{:?}", ()), &spec, text),
        _ => None,
    }
}

/// Numbers of traits: see [`geobacter_core::message::TRAITS`].
fn integer<T>(tr: u16, value: &T, spec: &Spec, text: &mut String) -> Option<()>
where
    T: fmt::Display
        + fmt::Debug
        + fmt::LowerHex
        + fmt::UpperHex
        + fmt::Octal
        + fmt::Binary
        + fmt::LowerExp
        + fmt::UpperExp,
{
    match tr {
        2 => apply(format_args!("{value:x}"), spec, text),
        3 => apply(format_args!("{value:X}"), spec, text),
        4 => apply(format_args!("{value:o}"), spec, text),
        5 => apply(format_args!("{value:b}"), spec, text),
        6 => apply(format_args!("{value:e}"), spec, text),
        7 => apply(format_args!("{value:E}"), spec, text),
        _ => other(tr, value, spec, text),
    }
}

fn float<T>(tr: u16, value: &T, spec: &Spec, text: &mut String) -> Option<()>
where
    T: fmt::Display + fmt::Debug + fmt::LowerExp + fmt::UpperExp,
{
    match tr {
        6 => apply(format_args!("{value:e}"), spec, text),
        7 => apply(format_args!("{value:E}"), spec, text),
        _ => other(tr, value, spec, text),
    }
}

fn other<T: fmt::Display + fmt::Debug>(tr: u16, value: &T, spec: &Spec, text: &mut String) -> Option<()> {
    match tr {
        0 => apply(format_args!("{value}"), spec, text),
        1 => apply(format_args!("{value:?}"), spec, text),
        _ => None,
    }
}

/// Appends the one value of `args`, formatted as `spec` says.
fn apply(args: fmt::Arguments<'_>, spec: &Spec, text: &mut String) -> Option<()> {
    let template = spec.template();
    let words = Words { template: template.as_ptr(), ..Words::of(args) };
    // SAFETY: the template is valid and of one value, and the arguments are those of the caller's, which has one. (Formats
    // come from a device, and if that wrote nonsense: flags are looked at bit by bit, and the fill character is checked.)
    let args = unsafe { std::mem::transmute::<Words, fmt::Arguments<'_>>(words) };
    is_possible(spec).then(|| text.write_fmt(args))?.ok()
}

/// Whether the standard library takes these flags: the lower bits are the fill character.
fn is_possible(spec: &Spec) -> bool {
    const FILL: u32 = 0x1f_ffff;
    spec.parts & !(template::FLAGS | template::WIDTH | template::PRECISION) == 0
        && (spec.parts & template::FLAGS == 0 || char::from_u32(spec.flags & FILL).is_some())
}

#[cfg(test)]
mod tests {
    use geobacter_core::message::TRAITS;

    use super::*;

    /// What a device writes for the value of `args`, which has one of this kind.
    fn escape(args: fmt::Arguments<'_>, ty: u16, tr: &str, bytes: &[u8]) -> Vec<u8> {
        let words = Words::of(args);
        // SAFETY: the template of a value, and what follows it.
        let parts = unsafe { words.template.read() };
        assert!(parts >= template::VALUE && parts & !(template::VALUE | 0b111) == 0, "{parts:x}");
        let parts = parts & 0b111;
        let len = Spec { parts, ..Spec::default() }.byte_count() as usize;
        // SAFETY: as above.
        let spec = unsafe { std::slice::from_raw_parts(words.template.add(1), len) };
        let tr = TRAITS.iter().position(|t| *t == tr).unwrap() as u16;
        let kind = Kind::new(ty, tr, 0).0.to_le_bytes();
        [&[ESCAPE], &kind[..], &[parts], spec, bytes].concat()
    }

    macro_rules! same {
        ($ty:expr, $tr:literal, $value:expr, $($format:literal)*) => {$(
            let value = $value;
            let bytes = escape(format_args!($format, value), $ty, $tr, &value.to_le_bytes());
            assert_eq!(text(&bytes, bytes.len() as u32), format!($format, value));
        )*};
    }

    #[test]
    fn numbers_are_formatted_as_the_host_does() {
        same!(0o12, "Display", -1234i32, "{}" "{:+}" "{:8}" "{:<8}" "{:*^9}" "{:08}" "{:+08}");
        same!(0o02, "LowerHex", 0xbeefu32, "{:x}" "{:#x}" "{:#010x}");
        same!(0o02, "Debug", 0xbeefu32, "{:?}" "{:x?}" "{:#X?}" "{:6?}");
        same!(0o04, "Binary", 5u128 << 100, "{:b}" "{:#b}");
        same!(0o23, "Display", 1.0f64 / 3.0, "{}" "{:.3}" "{:10.2}" "{:+.1}" "{:010.4}" "{:é>10.1}");
        same!(0o22, "Debug", 1e20f32, "{:?}" "{:.1?}");
        same!(0o23, "LowerExp", 123456.0f64, "{:e}" "{:.2e}" "{:>12e}");
    }

    #[test]
    fn text_is_formatted_as_the_host_does() {
        let value = "a\n\"é";
        let bytes = [&(value.len() as u16).to_le_bytes(), value.as_bytes()].concat();
        let written = |args: fmt::Arguments<'_>, tr| {
            let bytes = escape(args, Kind::STR, tr, &bytes);
            text(&bytes, bytes.len() as u32)
        };
        assert_eq!(written(format_args!("{value:?}"), "Debug"), format!("{value:?}"));
        assert_eq!(written(format_args!("{value:>8}"), "Display"), format!("{value:>8}"));
        assert_eq!(written(format_args!("{value:.2}"), "Display"), format!("{value:.2}"));
    }

    #[test]
    fn flags_characters_and_nothing_too() {
        let (flag, letter) = (true, 'é');
        let bytes = escape(format_args!("{flag:>6}"), 0o30, "Display", &[1]);
        assert_eq!(text(&bytes, bytes.len() as u32), "  true");
        let bytes = escape(format_args!("{letter:?}"), 0o32, "Debug", &u32::from(letter).to_le_bytes());
        assert_eq!(text(&bytes, bytes.len() as u32), "'é'");
        let bytes = escape(format_args!("{:?}", std::hint::black_box(())), Kind::UNIT, "Debug", &[]);
        assert_eq!(text(&bytes, bytes.len() as u32), "()");
    }

    #[test]
    fn values_may_be_text() {
        let value = 2.5f64;
        let bytes = escape(format_args!("{value:+.3}"), 0o23, "Display", &value.to_le_bytes());
        let mut letters = ESCAPE_TEXT.to_vec();
        for byte in std::iter::once(bytes.len() as u8 - 1).chain(bytes[1..].iter().copied()) {
            letters.extend([byte >> 4, byte & 0xf].map(|bits| FIRST_LETTER + bits));
        }
        let written = [b"x: ", &letters[..], b", ", &letters[..], b"."].concat();
        assert_eq!(text(&written, written.len() as u32), "x: +2.500, +2.500.");
        let half = &written[..written.len() - 9];
        assert_eq!(text(half, half.len() as u32 | CUT), "x: +2.500,  [...]");
        assert!(text(half, half.len() as u32).starts_with("x: +2.500, {}"));
    }

    #[test]
    fn cut_texts_end_with_whole_characters_and_a_mark() {
        assert_eq!(text("abé".as_bytes(), 4), "abé");
        assert_eq!(text("abé".as_bytes(), 3 | CUT), "ab [...]");
        assert_eq!(text(b"abc", 3 | CUT), "abc [...]");
    }

    #[test]
    fn nonsense_does_no_harm() {
        for bytes in
            [&[ESCAPE][..], &[ESCAPE, 1], &[ESCAPE; 40], &[b'a', ESCAPE, 0, 0x80, 1, 0xff, 0xff, 0xff, 0xff, 5]]
        {
            assert!(text(bytes, bytes.len() as u32).ends_with(UNREADABLE));
        }
        assert_eq!(text(b"abc", !CUT), "abc");
    }
}
