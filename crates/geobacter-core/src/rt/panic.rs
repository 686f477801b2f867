//! Where a panic in device code ends: the launch's status block.
//!
//! Lowering redirects every panicking path of `core`, `alloc` and `std` to one of the functions here; which one depends on
//! what that path knows about its message. All code here is only ever run by a work-item that is about to end, so it is
//! made small rather than fast.

use core::panic::Location;
use core::sync::atomic::Ordering;

use crate::abi;
use crate::message::Argument;
use crate::status::LaunchStatus;

use super::text::Text;

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

/// Reports that `start..end` is no range of a slice with `len` elements, and ends the work-item.
///
/// # Safety
/// `location` must be null or valid.
#[unsafe(no_mangle)]
unsafe extern "C" fn __geobacter_rt_panic_range(start: u64, end: u64, len: u64, location: *const Location<'static>) {
    let (template, a, b) = if start > len {
        ("range start index {} out of range for slice of length {}", start, len)
    } else if end > len || start <= end {
        ("range end index {} out of range for slice of length {}", end, len)
    } else {
        ("slice index starts at {} but ends at {}", start, end)
    };
    // SAFETY: the caller's promise.
    unsafe { report(location, |text| text.fill_in(template.as_ptr(), template.len(), a, b, 0)) }
}

/// Reports a panic with the two words of a `fmt::Arguments`, and ends the work-item.
///
/// The values are copied, and the host formats them: see [`message`](crate::message).
///
/// # Safety
/// The words must be those of a `fmt::Arguments` of this compiler's standard library; `location` must be null or valid.
#[unsafe(no_mangle)]
unsafe extern "C" fn __geobacter_rt_panic_fmt(
    template: *const u8,
    args: *const Argument,
    location: *const Location<'static>,
) {
    // SAFETY: the caller's promise.
    unsafe { report(location, |text| text.arguments(template, args)) }
}

/// Reports that a `Result` was not what it was to be, and ends the work-item: a message, and the words of a `&dyn Debug`.
///
/// # Safety
/// As [`__geobacter_rt_panic`], and `value` and `vtable` must be a trait object's.
#[unsafe(no_mangle)]
unsafe extern "C" fn __geobacter_rt_panic_error(
    message: *const u8,
    len: usize,
    value: *const u8,
    vtable: *const *const (),
    location: *const Location<'static>,
) {
    // SAFETY: the caller's promise.
    unsafe {
        report(location, |text| {
            text.copy(message, len);
            text.literal(": ");
            text.debug(value, vtable);
        });
    }
}

/// Reports that two values do not compare as asserted, and ends the work-item: `kind` is a
/// `core::panicking::AssertKind`, and `template` null where the user gave no message.
///
/// # Safety
/// As [`__geobacter_rt_panic_fmt`], and the values must be trait objects.
#[unsafe(no_mangle)]
unsafe extern "C" fn __geobacter_rt_panic_assert(
    kind: u8,
    left: *const u8,
    left_vtable: *const *const (),
    right: *const u8,
    right_vtable: *const *const (),
    template: *const u8,
    args: *const Argument,
    location: *const Location<'static>,
) {
    // SAFETY: the caller's promise.
    unsafe {
        report(location, |text| {
            text.literal("assertion `left ");
            text.literal(match kind {
                0 => "==",
                1 => "!=",
                _ => "matches",
            });
            text.literal(" right` failed");
            if !template.is_null() {
                text.literal(": ");
                text.arguments(template, args);
            }
            text.literal("\n  left: ");
            text.debug(left, left_vtable);
            text.literal("\n right: ");
            text.debug(right, right_vtable);
        });
    }
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
                text.literal(file);
                (*status).file_len = text.len();
            }
            let mut text = Text::new(&raw mut (*status).message);
            message(&mut text);
            (*status).message_len = text.len();
            (*status).recorded.store(1, Ordering::Release);
        }
        let host = (*status).host;
        if !host.is_null() {
            (&raw mut (*host).panicked).cast::<u32>().write_volatile(1);
        }
    }
}
