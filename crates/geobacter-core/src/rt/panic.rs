//! Where a panic in device code ends: the launch's status block.
//!
//! Lowering redirects every panicking path of `core`, `alloc` and `std` to one of the functions here; which one depends on
//! what that path knows about its message. All code here is only ever run by a work-item that is about to end, so it is
//! made small rather than fast.

use core::panic::Location;
use core::sync::atomic::Ordering;

use crate::abi;
use crate::status::LaunchStatus;

/// Reports a panic with a plain message, and ends the work-item.
///
/// `message` may be null where only the place is known.
///
/// # Safety
/// `message` must be null or point to `len` bytes of UTF-8; `location` must be null or valid.
#[unsafe(no_mangle)]
pub(super) unsafe extern "C" fn __geobacter_rt_panic(
    message: *const u8,
    len: usize,
    location: *const Location<'static>,
) {
    // SAFETY: the caller's promise.
    unsafe {
        report(location, |text| {
            if !message.is_null() {
                text.copy(message, len);
            }
        });
    }
}

/// Reports a panic whose message holds numbers, and ends the work-item: each `{}` of `template` stands for the next of
/// `a`, `b` and `c`.
///
/// # Safety
/// `template` must point to `len` bytes of UTF-8; `location` must be null or valid.
#[unsafe(no_mangle)]
pub(super) unsafe extern "C" fn __geobacter_rt_panic_numbers(
    template: *const u8,
    len: usize,
    a: u64,
    b: u64,
    c: u64,
    location: *const Location<'static>,
) {
    // SAFETY: the caller's promise.
    unsafe { report(location, |text| text.fill_in(template, len, a, b, c)) }
}

/// Reports a panic with the two words of a `fmt::Arguments`, and ends the work-item.
///
/// Formatting is left out: it would put calls through function pointers into every kernel that can panic, which costs
/// registers and stack even if it never does. What the user wrote around the values is there, with `{}` for each of them.
///
/// # Safety
/// The words must be those of a `fmt::Arguments` of this compiler's standard library; `location` must be null or valid.
#[unsafe(no_mangle)]
unsafe extern "C" fn __geobacter_rt_panic_fmt(
    template: *const u8,
    args: *const u8,
    location: *const Location<'static>,
) {
    // SAFETY: the caller's promise.
    unsafe { report(location, |text| text.literals(template, args)) }
}

/// Counts the panic, records it if it is the launch's first, and ends the work-item.
///
/// # Safety
/// `location` must be null or valid.
#[inline(always)]
unsafe fn report(location: *const Location<'static>, message: impl FnOnce(&mut Text)) {
    let status = abi::__geobacter_status();
    if !status.is_null() {
        // SAFETY: the launch passed a live status block, and it is shared only through atomics until claimed.
        unsafe { record(status, location, message) }
    }
    abi::__geobacter_exit();
}

#[inline(always)]
unsafe fn record(status: *mut LaunchStatus, location: *const Location<'static>, message: impl FnOnce(&mut Text)) {
    // SAFETY: see the caller; whoever makes the count 1 owns the plain fields.
    unsafe {
        if (*status).panics.fetch_add(1, Ordering::Relaxed) == 0 {
            (*status).work_item = [
                abi::__geobacter_work_item_id_x(),
                abi::__geobacter_work_item_id_y(),
                abi::__geobacter_work_item_id_z(),
            ];
            (*status).work_group = [
                abi::__geobacter_work_group_id_x(),
                abi::__geobacter_work_group_id_y(),
                abi::__geobacter_work_group_id_z(),
            ];
            if let Some(location) = location.as_ref() {
                (*status).line = location.line();
                (*status).column = location.column();
                let file = location.file();
                let mut text = Text::new(&raw mut (*status).file);
                text.copy(file.as_ptr(), file.len());
                (*status).file_len = text.len;
            }
            let mut text = Text::new(&raw mut (*status).message);
            message(&mut text);
            (*status).message_len = text.len;
            (*status).recorded.store(1, Ordering::Release);
        }
        let flag = (*status).flag;
        if !flag.is_null() {
            flag.write_volatile(1);
        }
    }
}

/// The largest one that a `u64` holds.
const LARGEST_POWER_OF_TEN: u64 = 10_000_000_000_000_000_000;

/// A place for text, cut off at its capacity.
struct Text {
    to: *mut u8,
    len: u32,
    capacity: u32,
}

/// The standard library's encoding of a format string (`fmt::Arguments` of Rust 1.93 and later): a byte that says what
/// follows, then that.
mod template {
    /// The end.
    pub(super) const END: u8 = 0x00;
    /// Up to this, the length of a literal.
    pub(super) const LONGEST_SHORT_LITERAL: u8 = 0x7f;
    /// A literal whose length are the next two bytes.
    pub(super) const LONG_LITERAL: u8 = 0x80;
    /// From here on a value, with a bit for each part of its format that follows.
    pub(super) const VALUE: u8 = 0xc0;
    /// Flags: four bytes. Width, precision and index: two each.
    pub(super) const PARTS: [(u8, usize); 4] = [(1, 4), (2, 2), (4, 2), (8, 2)];
}

impl Text {
    fn new<const N: usize>(to: *mut [u8; N]) -> Self {
        Text { to: to.cast(), len: 0, capacity: N as u32 }
    }

    /// # Safety
    /// The text's place must be writable.
    unsafe fn push(&mut self, byte: u8) {
        if self.len < self.capacity {
            // SAFETY: below the capacity. Volatile, so that no loop of these becomes a call of `memcpy`.
            unsafe { self.to.add(self.len as usize).write_volatile(byte) };
            self.len += 1;
        }
    }

    /// # Safety
    /// As [`push`](Self::push), and `from` must point to `len` bytes.
    unsafe fn copy(&mut self, from: *const u8, len: usize) {
        for i in 0..len {
            // SAFETY: the caller's promise.
            unsafe { self.push(from.add(i).read()) };
        }
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
    unsafe fn fill_in(&mut self, template: *const u8, len: usize, a: u64, b: u64, c: u64) {
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
    unsafe fn literals(&mut self, template: *const u8, args: *const u8) {
        use self::template::{END, LONG_LITERAL, LONGEST_SHORT_LITERAL, PARTS, VALUE};
        let words = args as usize;
        // SAFETY: `fmt::Arguments` without values are the address of a string, and its length with the lowest bit set;
        // others have a template that ends itself.
        unsafe {
            if words & 1 == 1 {
                return self.copy(template, words >> 1);
            }
            let mut at = template;
            loop {
                let byte = at.read();
                at = at.add(1);
                let literal = match byte {
                    END => return,
                    1..=LONGEST_SHORT_LITERAL => byte as usize,
                    LONG_LITERAL => {
                        let len = at.read() as usize | (at.add(1).read() as usize) << 8;
                        at = at.add(2);
                        len
                    }
                    VALUE.. => {
                        self.push(b'{');
                        self.push(b'}');
                        for (bit, bytes) in PARTS {
                            if byte & bit != 0 {
                                at = at.add(bytes);
                            }
                        }
                        0
                    }
                    // Not of this version: what has been understood is better than nothing.
                    _ => return,
                };
                self.copy(at, literal);
                at = at.add(literal);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    extern crate std;
    use std::string::String;

    use super::*;

    fn written(write: impl FnOnce(&mut Text)) -> String {
        let mut buffer = [0; 64];
        let mut text = Text::new(&raw mut buffer);
        write(&mut text);
        let len = text.len as usize;
        String::from_utf8(buffer[..len].to_vec()).unwrap()
    }

    fn literals(args: core::fmt::Arguments<'_>) -> String {
        // SAFETY: two words, as the test below this one relies on as well; they are only read while `args` lives.
        let (template, words) =
            unsafe { core::mem::transmute::<core::fmt::Arguments<'_>, (*const u8, *const u8)>(args) };
        // SAFETY: the words of a `fmt::Arguments`, and a buffer to write to.
        written(|text| unsafe { text.literals(template, words) })
    }

    fn numbers(template: &str, a: u64, b: u64, c: u64) -> String {
        // SAFETY: a string, and a buffer to write to.
        written(|text| unsafe { text.fill_in(template.as_ptr(), template.len(), a, b, c) })
    }

    /// The encoding is the standard library's own affair: this test says when it changes.
    #[test]
    fn what_the_user_wrote_is_found_in_format_arguments() {
        let (x, y) = (1, 2.5);
        assert_eq!(literals(format_args!("no value")), "no value");
        assert_eq!(literals(format_args!("{x}")), "{}");
        assert_eq!(literals(format_args!("{x} of {y:>5.2}, {x:?}!")), "{} of {}, {}!");
        assert_eq!(literals(format_args!("{1:#x$} and {0:<+08}", x, 16, x = 4)), "{} and {}");
        let long = literals(format_args!(
            "{x} a text of more than one hundred and twenty-seven characters, as nobody should ever write, but \
             somebody will, if only because assertions are the best place for explanations"
        ));
        assert_eq!(long, "{} a text of more than one hundred and twenty-seven characters, ");
    }

    #[test]
    fn numbers_are_filled_in() {
        assert_eq!(numbers("the len is {} but the index is {}", 900, 1000, 0), "the len is 900 but the index is 1000");
        assert_eq!(numbers("{}..{} of {}", 0, 10, u64::MAX), "0..10 of 18446744073709551615");
        assert_eq!(numbers("{ } {", 1, 2, 3), "{ } {");
    }

    #[test]
    fn what_does_not_fit_is_cut_off() {
        let long = "x".repeat(100);
        // SAFETY: a string, and a buffer to write to.
        assert_eq!(written(|text| unsafe { text.copy(long.as_ptr(), long.len()) }), "x".repeat(64));
    }
}
