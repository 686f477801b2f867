//! Copies of boxes: rows of bytes that do not follow each other directly, as in parts of images.

use crate::driver::{Copy, DevicePtr};

/// Bytes from one row to the next, and from one slice of rows to the next, on one side of a copy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pitch {
    /// From row to row.
    pub row: usize,
    /// From slice to slice; a multiple of `row`.
    pub slice: usize,
}

/// A copy of `slices` times `rows` rows of `bytes` bytes each; none of these is 0.
#[derive(Clone, Copy, Debug)]
pub struct CopyRows {
    /// Where the first row comes from and goes to.
    pub first: Copy,
    /// Bytes of a row.
    pub bytes: usize,
    /// Rows of a slice.
    pub rows: usize,
    /// Slices.
    pub slices: usize,
    /// How rows lie where they come from.
    pub from: Pitch,
    /// How rows lie where they go to.
    pub to: Pitch,
}

impl CopyRows {
    /// The same as plain copies of so many bytes each, as few as possible: rows that follow each other directly on both
    /// sides are one.
    pub fn pieces(&self) -> impl Iterator<Item = (Copy, usize)> + use<> {
        let Self { first, mut bytes, mut rows, mut slices, from, to } = *self;
        if rows == 1 || (from.row == bytes && to.row == bytes) {
            (bytes, rows) = (bytes * rows, 1);
        }
        if slices == 1 || (rows == 1 && from.slice == bytes && to.slice == bytes) {
            (bytes, slices) = (bytes * slices, 1);
        }
        let piece = move |slice: usize, row: usize| {
            let offset = |pitch: Pitch| slice * pitch.slice + row * pitch.row;
            (first.moved_by(offset(from), offset(to)), bytes)
        };
        (0..slices).flat_map(move |slice| (0..rows).map(move |row| piece(slice, row)))
    }
}

impl Copy {
    /// The same copy so many bytes further on, at its source and its target.
    #[must_use]
    pub fn moved_by(self, source: usize, target: usize) -> Self {
        let device = |ptr: DevicePtr, offset: usize| DevicePtr(ptr.0 + offset as u64);
        match self {
            Copy::HostToDevice { from, to } => {
                Copy::HostToDevice { from: from.wrapping_add(source), to: device(to, target) }
            }
            Copy::DeviceToHost { from, to } => {
                Copy::DeviceToHost { from: device(from, source), to: to.wrapping_add(target) }
            }
            Copy::DeviceToDevice { from, to } => {
                Copy::DeviceToDevice { from: device(from, source), to: device(to, target) }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pieces(bytes: usize, rows: usize, slices: usize, from: [usize; 2], to: [usize; 2]) -> Vec<(u64, u64, usize)> {
        let pitch = |[row, slice]: [usize; 2]| Pitch { row, slice };
        let first = Copy::DeviceToDevice { from: DevicePtr(1000), to: DevicePtr(5000) };
        let copy = CopyRows { first, bytes, rows, slices, from: pitch(from), to: pitch(to) };
        let numbers = |(copy, bytes)| match copy {
            Copy::DeviceToDevice { from, to } => (from.0, to.0, bytes),
            _ => unreachable!("the direction stays"),
        };
        copy.pieces().map(numbers).collect()
    }

    #[test]
    fn each_row_is_a_copy_of_its_own() {
        let expected = [(1000, 5000, 3), (1010, 5004, 3), (1040, 5008, 3), (1050, 5012, 3)];
        assert_eq!(pieces(3, 2, 2, [10, 40], [4, 8]), expected);
    }

    #[test]
    fn rows_that_follow_each_other_on_both_sides_are_one() {
        assert_eq!(pieces(8, 4, 2, [8, 64], [8, 32]), [(1000, 5000, 32), (1064, 5032, 32)]);
        assert_eq!(pieces(8, 4, 2, [8, 32], [8, 32]), [(1000, 5000, 64)]);
        assert_eq!(pieces(8, 1, 1, [16, 32], [8, 32]), [(1000, 5000, 8)]);
        assert_eq!(pieces(8, 1, 2, [16, 16], [8, 8]), [(1000, 5000, 8), (1016, 5008, 8)]);
    }
}
