//! Which memset calls make a pattern.

use std::sync::Arc;

use geobacter_driver::Error;
use geobacter_driver::doubling::doublings;

use crate::context::Context;
use crate::sys::{CUdeviceptr, CUstream};

/// Elements of a long pattern written lane by lane, before copies double what is there. A strided memset writes 4 bytes
/// per row, which is slow; a copy moves whole lines.
const SEED: usize = 1024;

/// How to write a pattern over and over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Plan {
    /// `count` bytes of this value.
    Bytes(u8, usize),
    /// `count` half-words of this value.
    Halves(u16, usize),
    /// `count` words of this value.
    Words(u32, usize),
    /// `count` elements of the first `lanes` words.
    Lanes { words: [u32; 4], lanes: usize, count: usize },
}

/// How to write `count` times `pattern`; `None` where its length is not 1, 2, 4, 8 or 16, or the total overflows.
pub(crate) fn plan(pattern: &[u8], count: usize) -> Option<Plan> {
    let total = pattern.len().checked_mul(count)?;
    Some(match pattern {
        [] => return None,
        // Above all zeros, whatever the element; the driver widens a byte memset by itself.
        [first, rest @ ..] if rest.iter().all(|byte| byte == first) && pattern.len().is_power_of_two() => {
            Plan::Bytes(*first, total)
        }
        &[a, b] => Plan::Halves(u16::from_ne_bytes([a, b]), count),
        &[a, b, c, d] => Plan::Words(u32::from_ne_bytes([a, b, c, d]), count),
        _ if pattern.len() == 8 || pattern.len() == 16 => {
            let lanes = pattern.len() / 4;
            let mut words = [0; 4];
            for (word, bytes) in words.iter_mut().zip(pattern.chunks_exact(4)) {
                *word = u32::from_ne_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]);
            }
            match words[..lanes].iter().all(|word| *word == words[0]) {
                true => Plan::Words(words[0], count * lanes),
                false => Plan::Lanes { words, lanes, count },
            }
        }
        _ => return None,
    })
}

/// Submits a plan. The context must be current.
///
/// # Safety
/// `to` has room for it, aligned to the pattern's word.
pub(crate) unsafe fn submit(
    context: &Arc<Context>,
    stream: CUstream,
    to: CUdeviceptr,
    plan: Plan,
) -> Result<(), Error> {
    match plan {
        // Sizes of 0 are errors to some driver versions.
        Plan::Bytes(_, 0) | Plan::Halves(_, 0) | Plan::Words(_, 0) | Plan::Lanes { count: 0, .. } => Ok(()),
        // SAFETY: the caller's promise.
        Plan::Bytes(value, count) => unsafe { cuda!(context, cuMemsetD8Async(to, value, count, stream)) },
        // SAFETY: as above.
        Plan::Halves(value, count) => unsafe { cuda!(context, cuMemsetD16Async(to, value, count, stream)) },
        // SAFETY: as above.
        Plan::Words(value, count) => unsafe { cuda!(context, cuMemsetD32Async(to, value, count, stream)) },
        Plan::Lanes { words, lanes, count } => {
            let pitch = 4 * lanes;
            let rows = count.min(SEED);
            for (lane, &word) in words[..lanes].iter().enumerate() {
                let to = to + 4 * lane as u64;
                // SAFETY: as above; each lane writes its word of the first `rows` elements.
                unsafe { cuda!(context, cuMemsetD2D32Async(to, pitch, word, 1, rows, stream)) }?;
            }
            for (at, bytes) in doublings(rows * pitch, count * pitch) {
                let to_part = to + at as u64;
                // SAFETY: as above; the source ends where the target begins.
                unsafe { cuda!(context, cuMemcpyDtoDAsync_v2(to_part, to, bytes, stream)) }?;
            }
            Ok(())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_length_has_its_plan() {
        assert_eq!(plan(&[7], 5), Some(Plan::Bytes(7, 5)));
        assert_eq!(plan(&[1, 2], 5), Some(Plan::Halves(u16::from_ne_bytes([1, 2]), 5)));
        assert_eq!(plan(&[1, 2, 3, 4], 5), Some(Plan::Words(u32::from_ne_bytes([1, 2, 3, 4]), 5)));
        let bits = 1.5f64.to_bits();
        let words = [bits as u32, (bits >> 32) as u32, 0, 0];
        assert_eq!(plan(&bits.to_le_bytes(), 5), Some(Plan::Lanes { words, lanes: 2, count: 5 }));
        let long: Vec<u8> = (0..16).collect();
        assert!(matches!(plan(&long, 5), Some(Plan::Lanes { lanes: 4, count: 5, .. })));
    }

    #[test]
    fn repeating_patterns_are_made_of_smaller_ones() {
        assert_eq!(plan(&[0; 16], 5), Some(Plan::Bytes(0, 80)));
        assert_eq!(plan(&[9; 4], 5), Some(Plan::Bytes(9, 20)));
        assert_eq!(plan(&[1, 2, 3, 4, 1, 2, 3, 4], 5), Some(Plan::Words(u32::from_ne_bytes([1, 2, 3, 4]), 10)));
    }

    #[test]
    fn other_lengths_and_overflows_are_refused() {
        assert_eq!(plan(&[], 5), None);
        assert_eq!(plan(&[1, 2, 3], 5), None);
        assert_eq!(plan(&[0; 3], 5), None);
        assert_eq!(plan(&[0; 32].map(|_: u8| 1u8)[..24], 5), None);
        assert_eq!(plan(&[1, 2], usize::MAX), None);
    }
}
