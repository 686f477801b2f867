//! Values that are constants of a kernel's code, though they are chosen at run time.
//!
//! A version of the kernel is compiled for each set of such values, and run only by launches that have just these. What is
//! a constant still travels in the kernarg block, at its place: code that was compiled ahead of time, for any value,
//! finds it there.

use core::fmt;
use core::mem::MaybeUninit;
use core::ops::Deref;

use crate::{ArgKind, DeviceCopy, KernelParam};

/// A kernel parameter whose value is a constant of the code: loops over it unroll, branches on it vanish, and arithmetic
/// with it is done before the kernel runs.
///
/// On the host, pass the plain value. The first launch with a value compiles a version of the kernel for it (tens of
/// milliseconds; kept in the process and on disk), every later one finds that version: meant for what has few values, such
/// as the size of a tile or which variant of an algorithm is wanted. Where there is no compiler (a binary built with
/// `--targets`, without LLVM), the code compiled ahead of time runs instead, with the same results. On the CPU device it is
/// an ordinary value.
///
/// The value is a number, `bool`, `char`, an array or tuple of such, or a struct or an enum without data that derives
/// `DeviceCopy`.
///
/// ```
/// use geobacter::prelude::*;
///
/// fn power(item: WorkItem, exponent: Spec<u32>, x: &[f64], mut y: PerItem<f64>) {
///     if let Some(y) = y.get_mut(&item) {
///         let mut power = 1.0;
///         for _ in 0..*exponent {
///             power *= x[item.global_id()]; // no loop is left: three multiplications
///         }
///         *y = power;
///     }
/// }
///
/// # fn main() -> geobacter::Result<()> {
/// let device = Device::open("cpu")?;
/// let x = device.buffer_from(&[1.0, 2.0, 3.0])?;
/// let mut y = device.buffer::<f64>(3)?;
/// device.launch(Grid::covering(3), power, (3, &x, &mut y))?;
/// assert_eq!(y.to_vec()?, [1.0, 8.0, 27.0]);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Spec<T>(T);

impl<T: Copy> Spec<T> {
    /// The value.
    #[inline(always)]
    pub fn get(self) -> T {
        self.0
    }
}

impl<T> Deref for Spec<T> {
    type Target = T;

    #[inline(always)]
    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T: fmt::Debug> fmt::Debug for Spec<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

// SAFETY: each work-item gets a copy.
unsafe impl<T: DeviceCopy> KernelParam for Spec<T> {
    type Device<'k> = Spec<T>;
    type Packed = T;
    const KIND: ArgKind = ArgKind::Specialised;
    const SPECIALISED: bool = {
        assert!(
            T::WRITE.is_some(),
            "this cannot be a `Spec`: its bytes are not all known, because it is an `Option`, an enum with data, or \
             implements `DeviceCopy` by hand; use numbers, arrays, and structs and plain enums that derive `DeviceCopy`"
        );
        true
    };

    #[inline(always)]
    unsafe fn unpack(packed: &T, _: usize) -> Spec<T> {
        Spec(*packed)
    }

    fn constants(packed: &T, offset: usize, _: Fix, visit: Visit<'_>) {
        visit_value(packed, offset, visit);
    }
}

/// How much of the arguments is to be constants of the code.
#[doc(hidden)]
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fix {
    /// What a parameter's type says: [`Spec`].
    Declared,
    /// Lengths, widths and extents too.
    Lengths,
    /// Everything but addresses.
    Everything,
}

/// Is told of each constant: where it is, in bytes, and its bytes.
#[doc(hidden)]
pub type Visit<'a> = &'a mut dyn FnMut(usize, &[u8]);

/// Visits a value whose bytes are known.
pub(crate) fn visit_value<T: DeviceCopy>(value: &T, offset: usize, visit: Visit<'_>) {
    let Some(write) = T::WRITE else { return };
    let mut room = MaybeUninit::<T>::uninit();
    // SAFETY: the room's own bytes. As bytes they stay zero where the value has padding, whoever looks.
    let bytes = unsafe {
        room.as_mut_ptr().cast::<u8>().write_bytes(0, size_of::<T>());
        core::slice::from_raw_parts_mut(room.as_mut_ptr().cast::<u8>(), size_of::<T>())
    };
    write(value, bytes);
    visit(offset, bytes);
}

/// Bytes of the kernarg block that are the same in each launch of one version of a kernel: each piece with its offset,
/// one after the other in a string of bytes, so that comparing versions is comparing these.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Constants<'a>(&'a [u8]);

/// Bytes of each of the two numbers before a piece.
const NUMBER: usize = size_of::<u32>();

impl<'a> Constants<'a> {
    /// None: code for any values.
    pub const NONE: Constants<'static> = Constants(&[]);

    /// What [`append`](Self::append) has made.
    pub const fn new(encoded: &'a [u8]) -> Self {
        Constants(encoded)
    }

    /// Appends one piece to a string of bytes: its offset in the block, and what is there.
    ///
    /// # Panics
    /// When either does not fit 32 bits: kernarg blocks are of a few KiB.
    pub fn append(encoded: &mut impl Extend<u8>, offset: usize, bytes: &[u8]) {
        let number = |n: usize| u32::try_from(n).expect("kernarg blocks are small").to_le_bytes();
        encoded.extend(number(offset));
        encoded.extend(number(bytes.len()));
        encoded.extend(bytes.iter().copied());
    }

    /// Whether there are none.
    pub const fn is_empty(self) -> bool {
        self.0.is_empty()
    }

    /// All of it as one string: equal where the constants are.
    pub const fn as_bytes(self) -> &'a [u8] {
        self.0
    }

    /// Every piece: its offset in the block, and its bytes.
    pub fn pieces(self) -> impl Iterator<Item = (usize, &'a [u8])> {
        let mut rest = self.0;
        core::iter::from_fn(move || {
            let (offset, after) = rest.split_first_chunk::<NUMBER>()?;
            let (len, after) = after.split_first_chunk::<NUMBER>()?;
            let (bytes, after) = after.split_at_checked(u32::from_le_bytes(*len) as usize)?;
            rest = after;
            Some((u32::from_le_bytes(*offset) as usize, bytes))
        })
    }
}

#[cfg(test)]
mod tests {
    extern crate std;
    use std::vec::Vec;

    use super::*;
    use crate::SliceArg;

    fn visited<P: KernelParam>(packed: &P::Packed, fix: Fix) -> Vec<(usize, Vec<u8>)> {
        let mut all = Vec::new();
        P::constants(packed, 100, fix, &mut |offset, bytes| all.push((offset, bytes.to_vec())));
        all
    }

    #[test]
    fn pieces_come_out_as_they_went_in() {
        let mut encoded = Vec::new();
        Constants::append(&mut encoded, 56, &[1, 2, 3]);
        Constants::append(&mut encoded, 64, &[]);
        Constants::append(&mut encoded, 0, &[9]);
        let pieces: Vec<_> = Constants::new(&encoded).pieces().collect();
        assert_eq!(pieces, [(56, &[1u8, 2, 3][..]), (64, &[]), (0, &[9])]);
        assert_eq!(Constants::new(&encoded[..5]).pieces().count(), 0, "half a piece is none");
    }

    #[test]
    fn a_declared_constant_is_always_one() {
        for fix in [Fix::Declared, Fix::Lengths, Fix::Everything] {
            assert_eq!(visited::<Spec<u16>>(&0x0201, fix), [(100, std::vec![1, 2])]);
        }
    }

    #[test]
    fn lengths_and_values_are_constants_when_asked_for() {
        let slice = SliceArg { ptr: core::ptr::dangling_mut::<f32>(), len: 7 };
        let length = [(108, 7u64.to_le_bytes().to_vec())];
        assert_eq!(visited::<&[f32]>(&slice, Fix::Declared), []);
        assert_eq!(visited::<&[f32]>(&slice, Fix::Lengths), length);
        assert_eq!(visited::<&[f32]>(&slice, Fix::Everything), length, "and never the address");
        assert_eq!(visited::<f32>(&1.0, Fix::Lengths), []);
        assert_eq!(visited::<f32>(&1.0, Fix::Everything), [(100, 1f32.to_le_bytes().to_vec())]);
    }

    #[test]
    fn a_tuples_padding_is_zero() {
        for (a, b) in [(1u8, 2u32), (255, u32::MAX)] {
            let all = visited::<(u8, u32)>(&(a, b), Fix::Everything);
            let [(100, bytes)] = &all[..] else { panic!("{all:?}") };
            let (at_a, at_b) = (core::mem::offset_of!((u8, u32), 0), core::mem::offset_of!((u8, u32), 1));
            assert_eq!((bytes[at_a], &bytes[at_b..at_b + 4]), (a, &b.to_le_bytes()[..]));
            let known = bytes[at_a] as u64 + bytes[at_b..at_b + 4].iter().map(|b| u64::from(*b)).sum::<u64>();
            assert_eq!(bytes.iter().map(|b| u64::from(*b)).sum::<u64>(), known, "padding is zero");
        }
    }

    #[test]
    fn what_has_no_known_bytes_stays_a_variable() {
        assert_eq!(visited::<Option<u32>>(&Some(1), Fix::Everything), []);
        assert_eq!(visited::<[Option<u32>; 2]>(&[None, None], Fix::Everything), []);
    }
}
