//! A ring of slots in memory that a device and its host both reach: devices put entries in while kernels run, and the host
//! takes them out.
//!
//! What is printed travels this way, and what is sent through channels. Every word is written by one side only, but for
//! those that devices change with atomics among themselves: nothing is asked of the link between a device and its host that
//! not every one has.

use core::sync::atomic::{AtomicU64, Ordering};

/// The start of a ring; its slots follow, at [`Ring::FIRST_SLOT`]. All zeros but for the sizes, when it is made.
///
/// A slot is a sequence number (0 until it is first filled, then one more than the number of the entry in it) and the entry.
#[repr(C, align(64))]
#[derive(Debug)]
pub struct Ring {
    /// Entries so far for which a slot was claimed. Changed by devices.
    pub claimed: AtomicU64,
    /// Entries so far for which there was no room, and which were dropped. Changed by devices.
    pub dropped: AtomicU64,
    /// How many slots there are: a power of two.
    pub slots: u64,
    /// Bytes from one slot to the next: a multiple of 16.
    pub stride: u64,
    /// Entries so far that were taken out. Changed by the host, in a cache line of its own.
    pub consumed: HostLine,
}

/// A word in a cache line that only the host writes.
#[repr(C, align(64))]
#[derive(Debug)]
pub struct HostLine {
    /// The word.
    pub value: AtomicU64,
    /// 1 once the host takes out nothing more.
    pub closed: AtomicU64,
}

/// A slot that was claimed and is not filled yet.
#[derive(Debug)]
pub struct Claim {
    sequence: *const AtomicU64,
    entry: u64,
}

impl Ring {
    /// Bytes from a ring's start to its first slot.
    pub const FIRST_SLOT: usize = size_of::<Ring>();
    /// Bytes of a slot before its entry; entries are aligned to as much.
    pub const SLOT_HEADER: usize = 16;

    /// Bytes from one slot to the next for entries of `size` bytes.
    pub const fn stride_of(size: usize) -> usize {
        (Self::SLOT_HEADER + size).next_multiple_of(Self::SLOT_HEADER)
    }

    /// Bytes of a ring with so many slots; `None` where memory has not so many.
    pub const fn bytes(slots: usize, size: usize) -> Option<usize> {
        match Self::stride_of(size).checked_mul(slots) {
            Some(bytes) => bytes.checked_add(Self::FIRST_SLOT),
            None => None,
        }
    }

    /// The slot of an entry.
    ///
    /// # Safety
    /// `ring` must be a live ring.
    #[inline(always)]
    unsafe fn slot(ring: *const Ring, entry: u64) -> *const AtomicU64 {
        // SAFETY: the caller's promise; the number is below the number of slots.
        unsafe {
            // Cannot overflow: an offset in memory that is there. Nothing here is to bring a check along.
            let offset = (entry & (*ring).slots.wrapping_sub(1)).wrapping_mul((*ring).stride);
            ring.cast::<u8>().add(Self::FIRST_SLOT).add(offset as usize).cast()
        }
    }

    /// A slot for one more entry, for a device; `None` where all are full.
    ///
    /// # Safety
    /// `ring` must be a live ring.
    #[inline(always)]
    pub unsafe fn claim(ring: *const Ring) -> Option<Claim> {
        // SAFETY: the caller's promise.
        let shared = unsafe { &*ring };
        let mut entry = shared.claimed.load(Ordering::Relaxed);
        loop {
            // Acquire: what the host has read from the slot before, it has read.
            let room = shared.consumed.value.load(Ordering::Acquire).wrapping_add(shared.slots).wrapping_sub(entry);
            // More than there are slots: others have claimed since, and `entry` is old.
            if room == 0 {
                return None;
            }
            let next = entry.wrapping_add(1);
            match shared.claimed.compare_exchange_weak(entry, next, Ordering::Relaxed, Ordering::Relaxed) {
                // SAFETY: the caller's promise.
                Ok(_) => return Some(Claim { sequence: unsafe { Self::slot(ring, entry) }, entry }),
                Err(now) => entry = now,
            }
        }
    }

    /// Where an entry is, once it is there, for the host; it stays in the ring.
    ///
    /// # Safety
    /// `ring` must be a live ring.
    pub unsafe fn peek(ring: *const Ring, entry: u64) -> Option<*mut u8> {
        // SAFETY: the caller's promise.
        unsafe {
            let slot = Self::slot(ring, entry);
            let is_there = (*slot).load(Ordering::Acquire) == entry.wrapping_add(1);
            is_there.then(|| slot.cast_mut().cast::<u8>().add(Self::SLOT_HEADER))
        }
    }

    /// Takes out the next entry, for the host: `read` is given its address. `None` where there is none.
    ///
    /// # Safety
    /// `ring` must be a live ring, and only one thread at a time may take from it.
    pub unsafe fn take<T>(ring: *const Ring, read: impl FnOnce(*const u8) -> T) -> Option<T> {
        // SAFETY: the caller's promise.
        unsafe {
            let entry = (*ring).consumed.value.load(Ordering::Relaxed);
            let value = read(Self::peek(ring, entry)?);
            (*ring).consumed.value.store(entry.wrapping_add(1), Ordering::Release);
            Some(value)
        }
    }
}

/// The same number, of which the optimiser knows nothing.
///
/// A work-item that waits for the host does so in a loop, and may be in a wavefront with others that wait. All that the host
/// needs of it to go on must be done inside the loop: behind it, it would wait for those others first. Where the optimiser
/// sees what ends the loop, it moves what comes last in it behind it. `black_box` is no help, as it is dropped on devices.
#[inline(always)]
pub(crate) fn opaque(number: u64) -> u64 {
    // SAFETY: a local variable. A volatile access is never left out.
    unsafe { (&raw const number).read_volatile() }
}

impl Claim {
    /// Where the entry is to be written.
    #[inline(always)]
    pub fn entry(&self) -> *mut u8 {
        self.sequence.cast_mut().cast::<u8>().wrapping_add(Ring::SLOT_HEADER)
    }

    /// Lets the host see the entry.
    ///
    /// # Safety
    /// The ring must live, and the entry be written.
    #[inline(always)]
    pub unsafe fn publish(self) {
        // SAFETY: the caller's promise.
        unsafe { (*self.sequence).store(self.entry.wrapping_add(1), Ordering::Release) };
    }
}

#[cfg(test)]
mod tests {
    extern crate std;
    use std::thread;
    use std::vec::Vec;

    use super::*;

    /// A ring of `slots` slots with entries of 8 bytes.
    struct Made(Vec<[u64; 8]>);

    impl Made {
        fn new(slots: usize) -> Self {
            let bytes = Ring::bytes(slots, 8).unwrap();
            // Aligned as a ring is: found inside memory that is one cache line larger.
            let made = Made(std::vec![[0; 8]; bytes.div_ceil(64) + 1]);
            let ring = made.ring().cast_mut();
            // SAFETY: inside the memory, and nobody else knows it.
            unsafe {
                (*ring).slots = slots as u64;
                (*ring).stride = Ring::stride_of(8) as u64;
            }
            made
        }

        fn ring(&self) -> *const Ring {
            let start = self.0.as_ptr().cast::<u8>();
            start.wrapping_add(start.align_offset(64)).cast()
        }

        fn put(&self, value: u64) -> bool {
            // SAFETY: a live ring.
            unsafe {
                let Some(claim) = Ring::claim(self.ring()) else { return false };
                claim.entry().cast::<u64>().write(value);
                claim.publish();
            }
            true
        }

        fn take(&self) -> Option<u64> {
            // SAFETY: a live ring, of which the tests take with one thread.
            unsafe { Ring::take(self.ring(), |entry| entry.cast::<u64>().read()) }
        }
    }

    #[test]
    fn entries_come_out_in_order_and_no_more_go_in_than_there_is_room_for() {
        let ring = Made::new(4);
        assert_eq!(ring.take(), None);
        for round in 0..5 {
            assert!((0..4).all(|i| ring.put(round * 10 + i)));
            assert!(!ring.put(99));
            assert_eq!(ring.take(), Some(round * 10));
            assert!(ring.put(round * 10 + 4));
            let rest: Vec<_> = std::iter::from_fn(|| ring.take()).collect();
            assert_eq!(rest, (1..5).map(|i| round * 10 + i).collect::<Vec<_>>());
        }
    }

    #[test]
    fn what_many_threads_put_in_comes_out_once_and_in_each_ones_order() {
        const EACH: u64 = 2000;
        let ring = Made::new(8);
        let mut seen = [0; 4];
        thread::scope(|scope| {
            for thread in 0..4 {
                let ring = &ring;
                scope.spawn(move || {
                    for i in 0..EACH {
                        while !ring.put(thread * EACH + i) {
                            thread::yield_now();
                        }
                    }
                });
            }
            while seen != [EACH; 4] {
                let Some(value) = ring.take() else {
                    thread::yield_now();
                    continue;
                };
                let next = &mut seen[(value / EACH) as usize];
                assert_eq!(value % EACH, *next);
                *next += 1;
            }
        });
        assert_eq!(ring.take(), None);
    }
}
