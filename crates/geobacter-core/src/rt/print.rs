//! Printing on a device: text into the ring that the host prints from.

use core::fmt;
use core::mem::MaybeUninit;
use core::sync::atomic::Ordering;

use crate::abi;
use crate::message::{CUT, Words};
use crate::printing::Record;
use crate::ring::Ring;

use super::text::Text;

/// Puts a text into the launch's ring; counts it where there is no room.
///
/// # Safety
/// `args` must be the address of a `fmt::Arguments`.
#[unsafe(no_mangle)]
unsafe extern "C" fn __geobacter_rt_print(args: *const (), stream: u32) {
    let status = abi::__geobacter_status();
    if status.is_null() {
        return;
    }
    // SAFETY: the launch's status, which lives as long as the launch, and so do what it refers to. The host writes the
    // address of the ring before it launches a kernel that prints.
    unsafe {
        let host = (*status).host;
        if host.is_null() {
            return;
        }
        let ring = (&raw const (*host).ring).read_volatile();
        if ring.is_null() {
            return;
        }
        // In memory of the work-item's own first: formatting may panic, and a slot that is claimed must be filled.
        let mut record = MaybeUninit::<Record>::uninit();
        let record = record.as_mut_ptr();
        let mut text = Text::new(&raw mut (*record).text);
        let words = Words::of(*args.cast::<fmt::Arguments<'_>>());
        text.arguments(words.template, words.args);
        let len = text.len();
        let Some(claim) = Ring::claim(ring) else {
            (*ring).dropped.fetch_add(1, Ordering::Relaxed);
            return;
        };
        let entry = claim.entry().cast::<Record>();
        (*entry).len = len;
        (*entry).stream = stream;
        // Whole words, of which the last may be more than there is: there is room for it. Volatile, so that this loop does
        // not become a call of `memcpy`.
        let (from, to) = ((&raw const (*record).text).cast::<u32>(), (&raw mut (*entry).text).cast::<u32>());
        for i in 0..(len & !CUT).div_ceil(4) as usize {
            to.add(i).write_volatile(from.add(i).read_volatile());
        }
        claim.publish();
    }
}
