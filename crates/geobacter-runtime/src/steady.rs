//! What stays the same from launch to launch, and so may be a constant of a kernel's code, without anybody having said so.
//!
//! Each piece of a kernel's arguments that could be a constant is looked at by itself: lengths stay the same where a time step
//! changes each time. A piece that was the same in so many launches in a row becomes one, and one that has changed too often
//! never does.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU32, Ordering};

use geobacter_core::Constants;
use parking_lot::Mutex;
use smallvec::SmallVec;

use crate::kernels::Key;

/// How often a piece may change until it is a variable for good: each change of one that had become a constant costs another
/// compile.
const CHANGES: u32 = 4;

/// See the module.
#[derive(Default)]
pub(crate) struct Steady {
    /// So many launches in a row; 0: nothing is looked at.
    after: AtomicU32,
    seen: Mutex<HashMap<Key, Seen>>,
}

/// What a kernel was launched with.
#[derive(Default)]
struct Seen {
    pieces: Vec<Piece>,
    /// Code for known values could not be made.
    refused: bool,
}

struct Piece {
    offset: usize,
    bytes: SmallVec<[u8; 16]>,
    /// Launches in a row that had these bytes.
    launches: u32,
    changes: u32,
}

impl Piece {
    fn new(offset: usize, bytes: &[u8]) -> Self {
        Piece { offset, bytes: bytes.into(), launches: 1, changes: 0 }
    }

    fn note(&mut self, bytes: &[u8]) {
        if self.bytes.as_slice() == bytes {
            self.launches = self.launches.saturating_add(1);
        } else {
            *self = Piece { changes: self.changes.saturating_add(1), ..Piece::new(self.offset, bytes) };
        }
    }
}

impl Steady {
    pub(crate) fn is_on(&self) -> bool {
        self.after.load(Ordering::Relaxed) != 0
    }

    /// Forgets what was seen, too.
    pub(crate) fn set(&self, after: u32) {
        let mut seen = self.seen.lock();
        seen.clear();
        self.after.store(after, Ordering::Relaxed);
    }

    /// Notes a launch of a kernel with `all` that could be constants, and gives those that have become so: an encoded
    /// [`Constants`], which may be empty.
    pub(crate) fn note(&self, key: Key, all: Constants<'_>) -> SmallVec<[u8; 128]> {
        let after = self.after.load(Ordering::Relaxed);
        let mut constants = SmallVec::new();
        let mut seen = self.seen.lock();
        let seen = seen.entry(key).or_default();
        if seen.refused {
            return constants;
        }
        // Another way to pass an argument may have other pieces.
        if !all.pieces().map(|(offset, _)| offset).eq(seen.pieces.iter().map(|piece| piece.offset)) {
            seen.pieces = all.pieces().map(|(offset, bytes)| Piece::new(offset, bytes)).collect();
            return constants;
        }
        for (piece, (_, bytes)) in seen.pieces.iter_mut().zip(all.pieces()) {
            piece.note(bytes);
            if piece.launches > after && piece.changes <= CHANGES {
                Constants::append(&mut constants, piece.offset, bytes);
            }
        }
        constants
    }

    /// There is no version for known values of this kernel: it is not asked for again.
    pub(crate) fn refuse(&self, key: Key) {
        self.seen.lock().entry(key).or_default().refused = true;
    }
}

#[cfg(test)]
mod tests {
    use geobacter_core::CodeBounds;

    use super::*;

    const KEY: Key = (8, 256, CodeBounds::NONE);

    fn encoded(pieces: &[(usize, u8)]) -> SmallVec<[u8; 128]> {
        let mut encoded = SmallVec::new();
        pieces.iter().for_each(|&(offset, byte)| Constants::append(&mut encoded, offset, &[byte]));
        encoded
    }

    fn note(steady: &Steady, pieces: &[(usize, u8)]) -> SmallVec<[u8; 128]> {
        steady.note(KEY, Constants::new(&encoded(pieces)))
    }

    fn after(launches: u32) -> Steady {
        let steady = Steady::default();
        assert!(!steady.is_on());
        steady.set(launches);
        assert!(steady.is_on());
        steady
    }

    #[test]
    fn what_stays_the_same_becomes_constant_and_what_changes_does_not() {
        let steady = after(3);
        for time in 0..3 {
            assert!(note(&steady, &[(56, 7), (64, time)]).is_empty(), "launch {time}");
        }
        for time in 3..9 {
            assert_eq!(note(&steady, &[(56, 7), (64, time)]), encoded(&[(56, 7)]));
        }
    }

    #[test]
    fn another_value_is_a_variable_until_it_stays() {
        let steady = after(2);
        let constants: Vec<bool> =
            [1, 1, 1, 2, 2, 2, 1, 1, 1].into_iter().map(|x| !note(&steady, &[(56, x)]).is_empty()).collect();
        assert_eq!(constants, [false, false, true, false, false, true, false, false, true]);
    }

    #[test]
    fn what_changes_again_and_again_is_left_alone() {
        let steady = after(1);
        let made = (0..20).filter(|i| !note(&steady, &[(56, i / 2)]).is_empty()).count();
        assert_eq!(made, 1 + CHANGES as usize);
        // Also while it stays.
        assert!((0..5).all(|_| note(&steady, &[(56, 99)]).is_empty()));
    }

    #[test]
    fn other_pieces_begin_anew() {
        let steady = after(1);
        assert!(note(&steady, &[(56, 1)]).is_empty());
        assert!(!note(&steady, &[(56, 1)]).is_empty());
        assert!(note(&steady, &[(56, 1), (64, 1)]).is_empty());
        assert_eq!(note(&steady, &[(56, 1), (64, 1)]), encoded(&[(56, 1), (64, 1)]));
    }

    #[test]
    fn what_cannot_be_made_is_not_asked_for_again() {
        let steady = after(1);
        note(&steady, &[(56, 1)]);
        steady.refuse(KEY);
        assert!((0..5).all(|_| note(&steady, &[(56, 1)]).is_empty()));
        steady.set(1);
        note(&steady, &[(56, 1)]);
        assert!(!note(&steady, &[(56, 1)]).is_empty(), "whoever asks again may have another compiler");
    }
}
