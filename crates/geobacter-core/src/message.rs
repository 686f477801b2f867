//! Text on its way from a device to the host: what the device copies, and what the host formats.
//!
//! A value in a message of a panic or of a print is seldom formatted on the device: formatting a float alone is more code
//! than most kernels. Its bytes travel instead, with what says how to format them, in the middle of the text:
//!
//! | bytes | what |
//! |---|---|
//! | 1 | [`ESCAPE`] |
//! | 2 | the [`Kind`]: type and trait |
//! | 1 | the parts of the format that follow, as the standard library numbers them: see [`Spec`] |
//! | 4, 2, 2 | those of flags, width and precision that are there |
//! | 2 | for text: its length |
//! | any | the value, as it is in memory |
//!
//! Numbers are little-endian. [`ESCAPE`] is never part of UTF-8, so nothing else can be taken for a value.
//!
//! Where the device does format (a `Display` of the user's), its formatting of floats writes such a value too, but has only a
//! `fmt::Formatter` to write to, which takes text: it is [`ESCAPE_TEXT`], and then each byte behind [`ESCAPE`], and their
//! number before them, as two letters from [`FIRST_LETTER`] on. Nobody else writes that character: it is none.

use core::fmt;

/// What a value begins with.
pub const ESCAPE: u8 = 0xff;

/// What a value begins with that had to be text: U+10FFFE, one of the code points that never are characters.
pub const ESCAPE_TEXT: [u8; 4] = [0xf4, 0x8f, 0xbf, 0xbe];

/// The letter that stands for four bits that are zero.
pub const FIRST_LETTER: u8 = b'A';

/// Set in the length of a text that did not fit.
pub const CUT: u32 = 1 << 31;

/// Which of the standard library's formatters is meant: a type and a trait, both of [`TYPES`] and [`TRAITS`], and how many
/// references are around the type.
///
/// Where no formatter is ever called, its kind stands in the place of its address. So it is never 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Kind(pub u16);

/// The types whose formatting the host does, and their numbers. The three lowest bits are the binary logarithm of the size.
pub const TYPES: &[(&str, u16)] = &[
    ("u8", 0o00),
    ("u16", 0o01),
    ("u32", 0o02),
    ("u64", 0o03),
    ("usize", 0o03),
    ("u128", 0o04),
    ("i8", 0o10),
    ("i16", 0o11),
    ("i32", 0o12),
    ("i64", 0o13),
    ("isize", 0o13),
    ("i128", 0o14),
    ("f32", 0o22),
    ("f64", 0o23),
    ("bool", 0o30),
    ("char", 0o32),
    ("str", Kind::STR),
    ("()", Kind::UNIT),
];

/// The traits, by their number.
pub const TRAITS: [&str; 9] =
    ["Display", "Debug", "LowerHex", "UpperHex", "Octal", "Binary", "LowerExp", "UpperExp", "Pointer"];

impl Kind {
    /// The type `str`; always behind a reference.
    pub const STR: u16 = 0o40;
    /// The type `()`, which has no bytes.
    pub const UNIT: u16 = 0o50;
    /// An address.
    pub const POINTER: u16 = 0o33;

    const KNOWN: u16 = 1 << 15;
    const TRAIT: u32 = 6;
    const REFERENCES: u32 = 10;
    /// The most references around a type.
    pub const MOST_REFERENCES: u16 = 7;

    /// Of a type's number, a trait's, and so many references.
    #[inline(always)]
    pub const fn new(ty: u16, tr: u16, references: u16) -> Self {
        Kind(Self::KNOWN | ty | tr << Self::TRAIT | references << Self::REFERENCES)
    }

    /// The type's number.
    #[inline(always)]
    pub const fn ty(self) -> u16 {
        self.0 & 0o77
    }

    /// The trait's number.
    #[inline(always)]
    pub const fn tr(self) -> u16 {
        self.0 >> Self::TRAIT & 0xf
    }

    /// References around the type.
    #[inline(always)]
    pub const fn references(self) -> u16 {
        self.0 >> Self::REFERENCES & Self::MOST_REFERENCES
    }

    /// Bytes of a value; text has its own.
    #[inline(always)]
    pub const fn size(self) -> usize {
        if self.ty() == Self::UNIT { 0 } else { 1 << (self.ty() & 0o7) }
    }
}

/// How to format a value, but for the trait: parts that are not there have their defaults.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Spec {
    /// [`template::FLAGS`], [`template::WIDTH`], [`template::PRECISION`].
    pub parts: u8,
    /// Fill, alignment, sign, `#`, `0`; and whether there are a width and a precision: as the standard library has them.
    pub flags: u32,
    /// The least number of characters.
    pub width: u16,
    /// Digits behind the point, or the most characters.
    pub precision: u16,
}

/// The standard library's encoding of a format string (`fmt::Arguments` of Rust 1.93 and later): a byte that says what
/// follows, then that.
pub mod template {
    /// The end.
    pub const END: u8 = 0x00;
    /// Up to this, the length of a literal.
    pub const LONGEST_SHORT_LITERAL: u8 = 0x7f;
    /// A literal whose length are the next two bytes.
    pub const LONG_LITERAL: u8 = 0x80;
    /// From here on a value, with a bit for each part of its format that follows.
    pub const VALUE: u8 = 0xc0;
    /// Four bytes of flags follow.
    pub const FLAGS: u8 = 1;
    /// Two bytes of width follow.
    pub const WIDTH: u8 = 2;
    /// Two bytes of precision follow.
    pub const PRECISION: u8 = 4;
    /// Two bytes follow that say which argument it is.
    pub const INDEX: u8 = 8;
    /// The width is the number of the argument that has it.
    pub const WIDTH_ARGUMENT: u8 = 16;
    /// The precision is the number of the argument that has it.
    pub const PRECISION_ARGUMENT: u8 = 32;
    /// The longest encoding of one value, and the end.
    pub const LONGEST_VALUE: usize = 1 + 4 + 2 + 2 + 1;
}

/// `fmt::Arguments`, as this compiler's standard library has it.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct Words {
    /// A template, or the address of a text without values.
    pub template: *const u8,
    /// The arguments; or twice the length of the text, and one more.
    pub args: *const Argument,
}

/// An argument of `fmt::Arguments`.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct Argument {
    /// The value; null for a width or precision, which is then in the lower 16 bits of the other word.
    pub value: *const u8,
    /// The function that formats it.
    pub formatter: *const (),
}

const _: () = assert!(size_of::<Words>() == size_of::<fmt::Arguments<'static>>());

impl Words {
    /// What `args` is made of.
    #[inline(always)]
    pub fn of(args: fmt::Arguments<'_>) -> Self {
        // SAFETY: two words, and both are initialised: addresses, or a number in the place of one.
        unsafe { core::mem::transmute(args) }
    }
}

impl Spec {
    /// The template of one value of this format.
    #[inline(always)]
    pub fn template(&self) -> [u8; template::LONGEST_VALUE] {
        let mut bytes = [template::END; template::LONGEST_VALUE];
        bytes[0] = template::VALUE | self.parts;
        let mut len = 1;
        self.for_each_byte(|byte| {
            bytes[len] = byte;
            len += 1;
        });
        bytes
    }

    /// The bytes of the parts that are there.
    #[inline(always)]
    pub fn for_each_byte(&self, mut f: impl FnMut(u8)) {
        if self.parts & template::FLAGS != 0 {
            (0..4).for_each(|i| f((self.flags >> (8 * i)) as u8));
        }
        for (part, value) in [(template::WIDTH, self.width), (template::PRECISION, self.precision)] {
            if self.parts & part != 0 {
                f(value as u8);
                f((value >> 8) as u8);
            }
        }
    }

    /// The format that a formatter was given.
    pub fn of(formatter: &fmt::Formatter<'_>) -> Self {
        use fmt::Alignment::{Center, Left, Right};
        let mut flags = formatter.fill() as u32;
        flags |= u32::from(formatter.sign_plus()) << 21;
        flags |= u32::from(formatter.sign_minus()) << 22;
        flags |= u32::from(formatter.alternate()) << 23;
        flags |= u32::from(formatter.sign_aware_zero_pad()) << 24;
        flags |= u32::from(formatter.width().is_some()) << 27;
        flags |= u32::from(formatter.precision().is_some()) << 28;
        let alignment = match formatter.align() {
            Some(Left) => 0,
            Some(Right) => 1,
            Some(Center) => 2,
            None => 3,
        };
        Spec {
            parts: template::FLAGS | template::WIDTH | template::PRECISION,
            flags: flags | alignment << 29,
            width: formatter.width().unwrap_or(0) as u16,
            precision: formatter.precision().unwrap_or(0) as u16,
        }
    }

    /// How many bytes the parts are that are there.
    #[inline(always)]
    pub fn byte_count(&self) -> u32 {
        let part = |part, bytes| if self.parts & part != 0 { bytes } else { 0 };
        part(template::FLAGS, 4) + part(template::WIDTH, 2) + part(template::PRECISION, 2)
    }
}
