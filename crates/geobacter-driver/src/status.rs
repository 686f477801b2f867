//! The panic records of a queue: what they are before a launch, and what they say after it.
//!
//! Drivers of devices whose work-items cannot unwind keep [`SLOTS`](crate::slots::SLOTS) of them in device memory, and a
//! word in host memory that any panic sets. The word is what makes panics free when there are none: the host reads its own
//! memory after a wait, and nothing else.

use std::mem::{MaybeUninit, offset_of};
use std::sync::atomic::{AtomicU32, Ordering};

use geobacter_core::LaunchStatus;
use geobacter_core::abi::BlockHeader;

use crate::Error;
use crate::message::text;

/// Bytes of a record.
pub const RECORD: usize = size_of::<LaunchStatus>();

/// The word that any panic sets, where the host sees it.
#[derive(Clone, Copy, Debug)]
pub struct Flag<'a>(pub &'a AtomicU32);

impl Flag<'_> {
    /// Whether some work-item has panicked since the last call; clears it.
    #[must_use]
    pub fn take(self) -> bool {
        // A plain load first: the exchange would take the word's cache line away from the device for nothing.
        self.0.load(Ordering::Acquire) != 0 && self.0.swap(0, Ordering::AcqRel) != 0
    }

    /// Makes the next [`take`](Self::take) answer yes.
    pub fn raise(self) {
        self.0.store(1, Ordering::Release);
    }
}

/// The bytes of a record that nobody has used. `host`: the device's address of the queue's
/// [`HostWords`](geobacter_core::HostWords).
#[must_use]
pub fn cleared(host: u64) -> Vec<u8> {
    let mut bytes = vec![0; RECORD];
    bytes[offset_of!(LaunchStatus, host)..][..8].copy_from_slice(&host.to_ne_bytes());
    bytes
}

/// Puts the device address of a launch's record into its kernarg block.
///
/// # Panics
/// Where the block is shorter than a [`BlockHeader`].
pub fn patch(block: &mut [MaybeUninit<u8>], record: u64) {
    block[offset_of!(BlockHeader, status)..][..8].copy_from_slice(&record.to_ne_bytes().map(MaybeUninit::new));
}

/// Records one after the other, as they are in device memory: those that work-items have panicked into, with their slots.
pub fn panicked(bytes: &[u8]) -> impl Iterator<Item = (usize, LaunchStatus)> {
    bytes.chunks_exact(RECORD).map(read).enumerate().filter(|(_, record)| record.panics.load(Ordering::Relaxed) != 0)
}

fn read(bytes: &[u8]) -> LaunchStatus {
    assert_eq!(bytes.len(), RECORD);
    // SAFETY: long enough, and every bit pattern is valid for its integers and its raw pointer.
    unsafe { bytes.as_ptr().cast::<LaunchStatus>().read_unaligned() }
}

/// What a record says, as an error.
#[must_use]
pub fn error(record: &LaunchStatus, kernel: String) -> Error {
    let recorded = record.recorded.load(Ordering::Relaxed) != 0;
    let message = match text(&record.message, record.message_len) {
        message if recorded => message,
        _ => "(the work-item that panicked first ended before it had written its message)".to_owned(),
    };
    let location = (recorded && record.file_len != 0)
        .then(|| format!("{}:{}:{}", text(&record.file, record.file_len), record.line, record.column));
    Error::KernelPanicked {
        kernel,
        message,
        location,
        work_item: record.work_item,
        work_group: record.work_group,
        count: u64::from(record.panics.load(Ordering::Relaxed)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record() -> LaunchStatus {
        let mut record = read(&vec![0; RECORD]);
        record.panics = AtomicU32::new(3);
        record.recorded = AtomicU32::new(1);
        record.work_item = [1, 2, 3];
        record.work_group = [4, 5, 6];
        record.line = 7;
        record.column = 8;
        record.file[..6].copy_from_slice(b"lib.rs");
        record.file_len = 6;
        record.message[..4].copy_from_slice(b"boom");
        record.message_len = 4;
        record
    }

    fn bytes_of(record: &LaunchStatus) -> Vec<u8> {
        // SAFETY: `repr(C)` without padding (a compile-time sum below says so).
        unsafe { std::slice::from_raw_parts(std::ptr::from_ref(record).cast::<u8>(), RECORD) }.to_vec()
    }

    const _: () = assert!(RECORD == 2 * 4 + 8 + 6 * 4 + 4 * 4 + 256 + 512 + 2 * 56);

    #[test]
    fn a_record_becomes_an_error() {
        let Error::KernelPanicked { kernel, message, location, work_item, work_group, count } =
            error(&record(), "k".to_owned())
        else {
            panic!("another error")
        };
        assert_eq!((kernel.as_str(), message.as_str()), ("k", "boom"));
        assert_eq!(location.as_deref(), Some("lib.rs:7:8"));
        assert_eq!((work_item, work_group, count), ([1, 2, 3], [4, 5, 6], 3));
    }

    #[test]
    fn an_unfinished_record_says_so() {
        let mut record = record();
        record.recorded = AtomicU32::new(0);
        let Error::KernelPanicked { message, location, count, .. } = error(&record, String::new()) else {
            panic!("another error")
        };
        assert!(message.contains("ended before"), "{message}");
        assert_eq!((location, count), (None, 3));
    }

    #[test]
    fn lengths_beyond_the_capacity_and_broken_characters_do_no_harm() {
        let mut record = record();
        record.message = [b'x'; 512];
        record.message[511] = 0xc3; // the first half of a character
        record.message_len = u32::MAX;
        let Error::KernelPanicked { message, .. } = error(&record, String::new()) else { panic!("another error") };
        assert_eq!(message.strip_suffix(" [...]").unwrap(), "x".repeat(511));
    }

    #[test]
    fn a_raised_flag_is_taken_once() {
        let word = AtomicU32::new(0);
        let flag = Flag(&word);
        assert!(!flag.take());
        flag.raise();
        assert!(flag.take());
        assert!(!flag.take());
    }

    #[test]
    fn only_panicked_records_are_found() {
        let mut bytes = cleared(0x1000).repeat(4);
        bytes[2 * RECORD..3 * RECORD].copy_from_slice(&bytes_of(&record()));
        let found: Vec<usize> = panicked(&bytes).map(|(slot, _)| slot).collect();
        assert_eq!(found, [2]);
    }

    #[test]
    fn a_cleared_record_keeps_the_flag_alone() {
        let record = read(&cleared(0xdead_beef));
        assert_eq!(record.host as u64, 0xdead_beef);
        assert_eq!(record.panics.load(Ordering::Relaxed), 0);
        assert!(bytes_of(&record).iter().filter(|&&byte| byte != 0).count() == 4);
    }

    #[test]
    fn the_block_gets_the_record_and_nothing_else() {
        let mut block = vec![MaybeUninit::new(0xaa); size_of::<BlockHeader>() + 8];
        patch(&mut block, 0x1122_3344_5566_7788);
        // SAFETY: all bytes were written above.
        let block: Vec<u8> = block.into_iter().map(|byte| unsafe { byte.assume_init() }).collect();
        let at = offset_of!(BlockHeader, status);
        assert_eq!(block[at..at + 8], 0x1122_3344_5566_7788u64.to_ne_bytes());
        assert!(block.iter().enumerate().all(|(i, &byte)| (at..at + 8).contains(&i) || byte == 0xaa));
    }
}
