//! Text that a device writes for the host: see [`message`](crate::message).

use core::fmt;

use crate::abi;
use crate::message::{Argument, CUT, ESCAPE, ESCAPE_TEXT, FIRST_LETTER, Kind, Spec, template};

/// The largest one that a `u64` holds.
const LARGEST_POWER_OF_TEN: u64 = 10_000_000_000_000_000_000;

/// Where in the vtable of a trait with one method that is: behind the destructor, the size and the alignment.
const FIRST_METHOD: usize = 3;

/// A place for text, cut off at its capacity.
pub(crate) struct Text {
    to: *mut u8,
    len: u32,
    capacity: u32,
    /// Something did not fit, and nothing more will be written.
    is_cut: bool,
}

impl Text {
    pub(crate) fn new<const N: usize>(to: *mut [u8; N]) -> Self {
        Text { to: to.cast(), len: 0, capacity: N as u32, is_cut: false }
    }

    /// Bytes written, with [`CUT`] set where there would have been more.
    pub(crate) fn len(&self) -> u32 {
        self.len | if self.is_cut { CUT } else { 0 }
    }

    /// # Safety
    /// The text's place must be writable.
    unsafe fn push(&mut self, byte: u8) {
        self.is_cut |= self.len >= self.capacity;
        if !self.is_cut {
            // SAFETY: below the capacity. Volatile, so that no loop of these becomes a call of `memcpy`.
            unsafe { self.to.add(self.len as usize).write_volatile(byte) };
            self.len += 1;
        }
    }

    /// # Safety
    /// As [`push`](Self::push), and `from` must point to `len` bytes.
    pub(crate) unsafe fn copy(&mut self, from: *const u8, len: usize) {
        for i in 0..len {
            // SAFETY: the caller's promise.
            unsafe { self.push(from.add(i).read()) };
        }
    }

    /// # Safety
    /// As [`push`](Self::push).
    pub(crate) unsafe fn literal(&mut self, text: &str) {
        // SAFETY: the caller's promise, and a string's bytes.
        unsafe { self.copy(text.as_ptr(), text.len()) }
    }

    /// # Safety
    /// As [`push`](Self::push).
    unsafe fn decimal(&mut self, mut number: u64) {
        let mut unit = LARGEST_POWER_OF_TEN;
        let mut started = false;
        while unit > 0 {
            let mut digit = b'0';
            // GPUs have no instruction for 64-bit division: it would be most of this function.
            while number >= unit {
                number -= unit;
                digit += 1;
            }
            started |= digit > b'0' || unit == 1;
            if started {
                // SAFETY: the caller's promise.
                unsafe { self.push(digit) };
            }
            // By a constant, which is a multiplication.
            unit /= 10;
        }
    }

    /// # Safety
    /// As [`copy`](Self::copy).
    pub(crate) unsafe fn fill_in(&mut self, template: *const u8, len: usize, a: u64, b: u64, c: u64) {
        let mut next = (a, b, c);
        let mut i = 0;
        while i < len {
            // SAFETY: the caller's promise; `i + 1` is checked before it is read.
            unsafe {
                let byte = template.add(i).read();
                if byte == b'{' && i + 1 < len && template.add(i + 1).read() == b'}' {
                    self.decimal(next.0);
                    next = (next.1, next.2, next.0);
                    i += 1;
                } else {
                    self.push(byte);
                }
            }
            i += 1;
        }
    }

    /// # Safety
    /// As [`push`](Self::push), and the words must be those of a `fmt::Arguments`.
    pub(crate) unsafe fn arguments(&mut self, template: *const u8, args: *const Argument) {
        use self::template::{END, LONG_LITERAL, LONGEST_SHORT_LITERAL, VALUE};
        let words = args as usize;
        // SAFETY: `fmt::Arguments` without values are the address of a string, and its length with the lowest bit set;
        // others have a template that ends itself, and names only arguments that are there.
        unsafe {
            if words & 1 == 1 {
                return self.copy(template, words >> 1);
            }
            let mut at = Reader(template);
            let mut next = 0;
            loop {
                let literal = match at.byte() {
                    END => return,
                    byte @ 1..=LONGEST_SHORT_LITERAL => byte as usize,
                    LONG_LITERAL => at.word() as usize,
                    byte @ VALUE.. => {
                        let (spec, index) = at.spec(byte, args);
                        let argument = args.add(index.unwrap_or(next)).read();
                        self.value(argument.value, argument.formatter, &spec);
                        next = index.unwrap_or(next) + 1;
                        0
                    }
                    // Not of this version: what has been understood is better than nothing.
                    _ => return,
                };
                self.copy(at.0, literal);
                at.0 = at.0.add(literal);
            }
        }
    }

    /// `{:?}` of a trait object.
    ///
    /// # Safety
    /// As [`push`](Self::push), and the words must be those of a `&dyn Debug`.
    pub(crate) unsafe fn debug(&mut self, value: *const u8, vtable: *const *const ()) {
        // SAFETY: the caller's promise.
        unsafe { self.value(value, vtable.add(FIRST_METHOD).read(), &Spec::default()) }
    }

    /// # Safety
    /// As [`push`](Self::push), and `formatter` must be a function that formats what `value` points to.
    unsafe fn value(&mut self, mut value: *const u8, formatter: *const (), spec: &Spec) {
        let kind = Kind(abi::__geobacter_formatter_kind(formatter) as u16);
        if kind.0 == 0 {
            return abi::__geobacter_format_any(core::ptr::from_mut(self).cast(), value, formatter, spec);
        }
        let is_text = kind.ty() == Kind::STR;
        // SAFETY: as many references as the type has, of which the last one to text is wide.
        unsafe {
            for _ in u16::from(is_text)..kind.references() {
                value = value.cast::<*const u8>().read();
            }
            if is_text {
                let (text, len) = (value.cast::<*const u8>().read(), value.cast::<usize>().add(1).read());
                return self.text(kind, spec, text, len);
            }
            let size = kind.size();
            self.escape(kind, spec, size as u32);
            self.copy(value, size);
        }
    }

    /// # Safety
    /// As [`copy`](Self::copy).
    unsafe fn text(&mut self, kind: Kind, spec: &Spec, text: *const u8, len: usize) {
        // SAFETY: the caller's promise.
        unsafe {
            if kind.tr() == 0 && spec.parts == 0 {
                return self.copy(text, len);
            }
            // What does not fit is cut here, so that the host can format the rest.
            let room = (self.capacity - self.len).saturating_sub(1 + 2 + 1 + spec.byte_count() + 2) as usize;
            let kept = if len < room { len } else { room };
            self.escape(kind, spec, 2 + kept as u32);
            self.push(kept as u8);
            self.push((kept >> 8) as u8);
            self.copy(text, kept);
            self.is_cut |= kept < len;
        }
    }

    /// What comes before `size` bytes of value; cuts the text where they do not fit.
    ///
    /// # Safety
    /// As [`push`](Self::push).
    unsafe fn escape(&mut self, kind: Kind, spec: &Spec, size: u32) {
        self.is_cut |= 1 + 2 + 1 + spec.byte_count() + size > self.capacity - self.len;
        // SAFETY: the caller's promise.
        unsafe {
            self.push(ESCAPE);
            self.push(kind.0 as u8);
            self.push((kind.0 >> 8) as u8);
            self.push(spec.parts);
            spec.for_each_byte(|byte| self.push(byte));
        }
    }
}

/// Reads a template.
struct Reader(*const u8);

impl Reader {
    /// # Safety
    /// There must be one more byte.
    unsafe fn byte(&mut self) -> u8 {
        // SAFETY: the caller's promise.
        unsafe {
            let byte = self.0.read();
            self.0 = self.0.add(1);
            byte
        }
    }

    /// # Safety
    /// There must be two more bytes.
    unsafe fn word(&mut self) -> u16 {
        // SAFETY: the caller's promise.
        unsafe { u16::from(self.byte()) | u16::from(self.byte()) << 8 }
    }

    /// What follows `byte`, widths and precisions looked up; and the argument's number, where it is not the next one's.
    ///
    /// # Safety
    /// A value of a valid template, and its arguments.
    unsafe fn spec(&mut self, byte: u8, args: *const Argument) -> (Spec, Option<usize>) {
        use self::template::{FLAGS, INDEX, PRECISION, PRECISION_ARGUMENT, WIDTH, WIDTH_ARGUMENT};
        let mut spec = Spec { parts: byte & (FLAGS | WIDTH | PRECISION), ..Spec::default() };
        let mut index = None;
        // SAFETY: the caller's promise.
        unsafe {
            if byte & FLAGS != 0 {
                spec.flags = u32::from(self.word()) | u32::from(self.word()) << 16;
            }
            if byte & WIDTH != 0 {
                spec.width = self.word();
            }
            if byte & PRECISION != 0 {
                spec.precision = self.word();
            }
            if byte & INDEX != 0 {
                index = Some(self.word() as usize);
            }
            let count = |number: u16| args.add(number as usize).read().formatter as usize as u16;
            if byte & WIDTH_ARGUMENT != 0 {
                spec.width = count(spec.width);
            }
            if byte & PRECISION_ARGUMENT != 0 {
                spec.precision = count(spec.precision);
            }
        }
        (spec, index)
    }
}

impl fmt::Write for Text {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        // SAFETY: whoever made the text gave it a place to write to.
        unsafe { self.literal(text) };
        // Once it is full, formatting may end.
        if self.is_cut { Err(fmt::Error) } else { Ok(()) }
    }
}

/// Formats, on the device, a value that the host cannot: one of a type of the user's. Only kernels in which there are such
/// have this function, and with it the standard library's formatting.
///
/// # Safety
/// `text` must be a [`Text`] with a place to write to, and `formatter` a function that formats what `value` points to.
#[unsafe(no_mangle)]
unsafe extern "C" fn __geobacter_rt_format_any(
    text: *mut (),
    value: *const u8,
    formatter: *const (),
    spec: *const Spec,
) {
    // SAFETY: the caller's promise; the words are those of a `fmt::Arguments` with one argument.
    unsafe {
        let template = (*spec).template();
        let argument = Argument { value, formatter };
        let words = crate::message::Words { template: template.as_ptr(), args: &raw const argument };
        let arguments = core::mem::transmute::<crate::message::Words, fmt::Arguments<'_>>(words);
        // An error says that the text is full, which it knows itself, or is the user's own.
        let _ = fmt::write(&mut *text.cast::<Text>(), arguments);
    }
}

/// Bytes of a value of 8 bytes as text: the character, the number of bytes, and twice what [`Text::escape`] writes.
const LONGEST_LATER: usize = ESCAPE_TEXT.len() + 2 + 2 * (2 + 1 + 8 + 8);

/// Formats a number into a message, on the device: that is, leaves it to the host. Takes the place of the standard library's
/// formatters of floats, in kernels that format nothing else.
///
/// # Safety
/// `value` must point to a value of this kind, of at most 8 bytes, and `formatter` be valid.
#[unsafe(no_mangle)]
unsafe extern "C" fn __geobacter_rt_format_later(
    kind: u32,
    value: *const u8,
    formatter: *mut fmt::Formatter<'static>,
) -> bool {
    let mut bytes = [0; LONGEST_LATER];
    // SAFETY: the caller's promise; the letters are as many as counted.
    unsafe {
        let formatter = &mut *formatter;
        let kind = Kind(kind as u16);
        let len = later(&mut bytes, kind, &Spec::of(formatter), value);
        let text = core::str::from_utf8_unchecked(core::slice::from_raw_parts(bytes.as_ptr(), len));
        formatter.write_str(text).is_err()
    }
}

/// Writes a value as text, and says how many bytes that are.
///
/// # Safety
/// As [`__geobacter_rt_format_later`].
#[inline(always)]
unsafe fn later(bytes: &mut [u8; LONGEST_LATER], kind: Kind, spec: &Spec, value: *const u8) -> usize {
    let to = bytes.as_mut_ptr();
    let mut len = 0;
    let mut put = |byte| {
        // SAFETY: no more bytes than there is room for, see `LONGEST_LATER`.
        unsafe { to.add(len).write_volatile(byte) };
        len += 1;
    };
    ESCAPE_TEXT.into_iter().for_each(&mut put);
    let mut letters = |byte: u8| {
        put(FIRST_LETTER + (byte >> 4));
        put(FIRST_LETTER + (byte & 0xf));
    };
    let size = kind.size();
    letters(2 + 1 + spec.byte_count() as u8 + size as u8);
    letters(kind.0 as u8);
    letters((kind.0 >> 8) as u8);
    letters(spec.parts);
    spec.for_each_byte(&mut letters);
    for i in 0..size {
        // SAFETY: the caller's promise.
        letters(unsafe { value.add(i).read() });
    }
    len
}

#[cfg(test)]
mod tests {
    extern crate std;
    use std::string::String;

    use super::*;
    use crate::message::Words;

    fn written(write: impl FnOnce(&mut Text)) -> (String, bool) {
        let mut buffer = [0; 64];
        let mut text = Text::new(&raw mut buffer);
        write(&mut text);
        let len = text.len();
        (String::from_utf8(buffer[..(len & !CUT) as usize].to_vec()).unwrap(), len & CUT != 0)
    }

    /// On the host no formatter is known by address, and none is called: what is left are literals.
    fn literals(args: fmt::Arguments<'_>) -> String {
        let words = Words::of(args);
        // SAFETY: the words of a `fmt::Arguments`, and a buffer to write to.
        written(|text| unsafe { text.arguments(words.template, words.args) }).0
    }

    fn numbers(template: &str, a: u64, b: u64, c: u64) -> String {
        // SAFETY: a string, and a buffer to write to.
        written(|text| unsafe { text.fill_in(template.as_ptr(), template.len(), a, b, c) }).0
    }

    fn specs(args: fmt::Arguments<'_>, expected: &[(Spec, usize)]) {
        let words = Words::of(args);
        let mut at = Reader(words.template);
        let mut next = 0;
        for expected in expected {
            // SAFETY: a valid template that begins with values.
            let (spec, index) = unsafe {
                let byte = at.byte();
                assert!(byte >= template::VALUE);
                at.spec(byte, words.args)
            };
            assert_eq!((spec, index.unwrap_or(next)), *expected);
            next = index.unwrap_or(next) + 1;
        }
    }

    /// The encoding is the standard library's own affair: this test says when it changes.
    #[test]
    fn what_the_user_wrote_is_found_in_format_arguments() {
        let (x, y) = (1, 2.5);
        assert_eq!(literals(format_args!("no value")), "no value");
        assert_eq!(literals(format_args!("{x}")), "");
        assert_eq!(literals(format_args!("{x} of {y:>5.2}, {x:?}!")), " of , !");
        assert_eq!(literals(format_args!("{1:#x$} and {0:<+08}", x, 16, x = 4)), " and ");
        let (long, is_cut) = written(|text| {
            let words = Words::of(format_args!(
                "{x} a text of more than one hundred and twenty-seven characters, as nobody should ever write, but \
                 somebody will, if only because assertions are the best place for explanations"
            ));
            // SAFETY: as above.
            unsafe { text.arguments(words.template, words.args) }
        });
        assert_eq!(long, " a text of more than one hundred and twenty-seven characters, as");
        assert!(is_cut);
    }

    #[test]
    fn formats_are_read_with_the_widths_that_arguments_have() {
        let (x, width, digits) = (1.0, 7, 3);
        let plain = Spec::default();
        specs(format_args!("{x}{x}"), &[(plain, 0), (plain, 0)]);
        specs(format_args!("{}{}", x, width), &[(plain, 0), (plain, 1)]);
        // Arguments are numbered in the order of their first use.
        specs(format_args!("{1}{0}{0}", x, width), &[(plain, 0), (plain, 1), (plain, 1)]);
        let words = Words::of(format_args!("{x:width$.digits$}"));
        let mut at = Reader(words.template);
        // SAFETY: a valid template that begins with a value.
        let (spec, _) = unsafe {
            let byte = at.byte();
            at.spec(byte, words.args)
        };
        assert_eq!((spec.width, spec.precision), (7, 3));
        let words = Words::of(format_args!("{x:7.3}"));
        let mut at = Reader(words.template);
        // SAFETY: as above.
        let (constant, _) = unsafe {
            let byte = at.byte();
            at.spec(byte, words.args)
        };
        assert_eq!(spec, constant);
    }

    /// A formatter tells its format only piece by piece; put together, that is what the template says.
    #[test]
    fn formats_are_put_together_from_what_a_formatter_tells() {
        struct Show(core::cell::Cell<Spec>);
        impl fmt::Display for Show {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.set(Spec::of(f));
                Ok(())
            }
        }
        let show = Show(core::cell::Cell::default());
        macro_rules! check {
            ($($format:literal)*) => {$({
                let words = Words::of(format_args!($format, show));
                let _ = std::format!($format, show);
                let mut at = Reader(words.template);
                // SAFETY: a valid template that begins with a value.
                let (told, _) = unsafe {
                    let byte = at.byte();
                    at.spec(byte, words.args)
                };
                let put_together = Spec { parts: told.parts, ..show.0.get() };
                assert_eq!(put_together, told, "{}", $format);
            })*};
        }
        check!("{:+}" "{:#}" "{:-}" "{:08}" "{:.3}" "{:7.2}" "{:<5}" "{:é^5}" "{:*>+#012.7}");
    }

    #[test]
    fn a_value_of_any_type_is_formatted_by_its_own_function() {
        #[derive(Debug)]
        #[allow(dead_code, reason = "formatted")]
        struct Point {
            x: i32,
            name: &'static str,
        }
        let point = Point { x: -3, name: "a" };
        let words = Words::of(format_args!("{point:#?}"));
        let (text, is_cut) = written(|text| {
            let mut at = Reader(words.template);
            // SAFETY: a valid template of one value.
            unsafe {
                let byte = at.byte();
                let (spec, _) = at.spec(byte, words.args);
                let argument = words.args.read();
                let text = core::ptr::from_mut(text).cast();
                __geobacter_rt_format_any(text, argument.value, argument.formatter, &spec);
            }
        });
        assert_eq!((text, is_cut), (std::format!("{point:#?}"), false));
    }

    #[test]
    fn numbers_are_filled_in() {
        assert_eq!(numbers("the len is {} but the index is {}", 900, 1000, 0), "the len is 900 but the index is 1000");
        assert_eq!(numbers("{}..{} of {}", 0, 10, u64::MAX), "0..10 of 18446744073709551615");
        assert_eq!(numbers("{ } {", 1, 2, 3), "{ } {");
    }

    #[test]
    fn what_does_not_fit_is_cut_off_and_said() {
        let long = "x".repeat(100);
        // SAFETY: a string, and a buffer to write to.
        assert_eq!(written(|text| unsafe { text.literal(&long) }), ("x".repeat(64), true));
        // SAFETY: as above.
        assert_eq!(written(|text| unsafe { text.literal(&long[..64]) }), ("x".repeat(64), false));
    }
}
