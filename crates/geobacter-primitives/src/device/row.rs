//! As many neighbouring elements as one memory access takes.

use std::mem::MaybeUninit;

/// What GPUs load and store at once: 16 bytes, aligned to their size (PTX ISA, `ld`, "v4"; MI200 ISA, `global_load_dwordx4`).
#[repr(C, align(16))]
#[derive(Clone, Copy)]
struct Quad([u32; 4]);

const BYTES: usize = size_of::<Quad>();

/// Elements of a `T` in a row: as many as 16 bytes hold, or one where they do not hold a whole number.
pub(crate) const fn per_row<T>() -> usize {
    let size = size_of::<T>();
    if size > 0 && BYTES.is_multiple_of(size) && align_of::<T>() <= BYTES { BYTES / size } else { 1 }
}

/// Neighbouring elements: [`per_row`] of them.
pub(crate) struct Row<T>([MaybeUninit<T>; BYTES]);

impl<T: Copy> Clone for Row<T> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<T: Copy> Copy for Row<T> {}

impl<T: Copy> Row<T> {
    const LEN: usize = per_row::<T>();
    /// Whether a row is one access.
    const WIDE: bool = Self::LEN * size_of::<T>() == BYTES;

    #[inline(always)]
    pub(crate) fn filled(value: T) -> Self {
        Row([MaybeUninit::new(value); BYTES])
    }

    #[inline(always)]
    fn get(&self, at: usize) -> T {
        // SAFETY: every way to make a row writes the first `LEN` elements, and the loops below go up to it.
        unsafe { self.0[at].assume_init() }
    }

    /// Calls `f` for each element, with its index.
    #[inline(always)]
    pub(crate) fn each(&self, mut f: impl FnMut(usize, T)) {
        for i in 0..Self::LEN {
            f(i, self.get(i));
        }
    }

    /// Changes each element.
    #[inline(always)]
    pub(crate) fn map(mut self, mut f: impl FnMut(T) -> T) -> Self {
        for i in 0..Self::LEN {
            self.0[i] = MaybeUninit::new(f(self.get(i)));
        }
        self
    }

    /// All elements combined, in order.
    #[inline(always)]
    pub(crate) fn fold(&self, f: impl Fn(T, T) -> T) -> T {
        (1..Self::LEN).fold(self.get(0), |sum, i| f(sum, self.get(i)))
    }

    /// Row `at` of the memory from `first` on.
    ///
    /// # Safety
    /// The row must be inside memory that can be read; `first` must be [aligned](is_aligned).
    #[inline(always)]
    pub(crate) unsafe fn load(first: *const T, at: usize) -> Self {
        let mut row = Row([MaybeUninit::uninit(); BYTES]);
        if Self::WIDE {
            // SAFETY: the caller's promise.
            let quad = unsafe { first.cast::<Quad>().add(at).read() };
            let elements = (&raw const quad).cast::<T>();
            for i in 0..Self::LEN {
                // SAFETY: inside the quad, which holds `LEN` elements of memory that has them.
                row.0[i] = MaybeUninit::new(unsafe { elements.add(i).read() });
            }
        } else {
            // SAFETY: the caller's promise; rows are single elements.
            row.0[0] = MaybeUninit::new(unsafe { first.add(at).read() });
        }
        row
    }

    /// Writes row `at` of the memory from `first` on.
    ///
    /// # Safety
    /// As [`load`](Self::load), and nobody else may use this row's memory.
    #[inline(always)]
    pub(crate) unsafe fn store(&self, first: *mut T, at: usize)
    where
        T: bytemuck::NoUninit,
    {
        if Self::WIDE {
            let mut quad = Quad([0; 4]);
            let elements = (&raw mut quad).cast::<T>();
            // SAFETY: inside the quad.
            self.each(|i, element| unsafe { elements.add(i).write(element) });
            // SAFETY: the caller's promise.
            unsafe { first.cast::<Quad>().add(at).write(quad) };
        } else {
            // SAFETY: the caller's promise; rows are single elements.
            unsafe { first.add(at).write(self.get(0)) };
        }
    }
}

/// Whether rows from `first` on can be accessed at once.
#[inline(always)]
pub(crate) fn is_aligned<T>(first: *const T) -> bool {
    per_row::<T>() == 1 || first.cast::<Quad>().is_aligned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_is_what_16_bytes_hold() {
        assert_eq!([per_row::<u8>(), per_row::<u32>(), per_row::<f64>(), per_row::<u128>()], [16, 4, 2, 1]);
        assert_eq!([per_row::<[u8; 3]>(), per_row::<[u64; 3]>()], [1, 1]);
    }

    #[test]
    fn rows_come_and_go_as_they_are() {
        fn check<T: bytemuck::NoUninit + PartialEq + std::fmt::Debug>(values: [T; 64]) {
            #[repr(align(16))]
            struct Aligned<T>([T; 64]);
            let (from, mut to) = (Aligned(values), Aligned([values[0]; 64]));
            for at in 0..64 / per_row::<T>() {
                // SAFETY: inside both arrays, which are aligned.
                unsafe { Row::load(from.0.as_ptr(), at).map(|x| x).store(to.0.as_mut_ptr(), at) };
            }
            assert_eq!(to.0, values);
        }
        check::<u8>(std::array::from_fn(|i| i as u8));
        check::<i16>(std::array::from_fn(|i| -(i as i16)));
        check::<f64>(std::array::from_fn(|i| i as f64 / 3.0));
        check::<[u16; 3]>(std::array::from_fn(|i| [i as u16; 3]));
    }
}
