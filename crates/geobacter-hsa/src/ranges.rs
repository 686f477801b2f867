//! Which addresses belong together.

use std::collections::BTreeMap;

use parking_lot::Mutex;

/// Ranges of addresses that do not overlap.
#[derive(Default)]
pub(crate) struct Ranges(Mutex<BTreeMap<u64, u64>>);

impl Ranges {
    /// Adds `bytes` bytes from `start`; `false`, and nothing added, where some of them are in a range already.
    pub(crate) fn insert(&self, start: u64, bytes: u64) -> bool {
        let mut ranges = self.0.lock();
        let end = start.saturating_add(bytes);
        let overlaps = ranges.range(..end).next_back().is_some_and(|(&first, &len)| first + len > start);
        if !overlaps {
            ranges.insert(start, bytes);
        }
        !overlaps
    }

    /// Takes the range that begins at `start` out.
    pub(crate) fn remove(&self, start: u64) -> Option<u64> {
        self.0.lock().remove(&start)
    }

    /// Where the range begins that all of `bytes` bytes from `start` are in.
    pub(crate) fn containing(&self, start: u64, bytes: u64) -> Option<u64> {
        let ranges = self.0.lock();
        let (&first, &len) = ranges.range(..=start).next_back()?;
        (start.checked_add(bytes)? <= first + len).then_some(first)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_contains_its_parts() {
        let ranges = Ranges::default();
        assert!(ranges.insert(100, 50));
        assert_eq!(ranges.containing(100, 50), Some(100));
        assert_eq!(ranges.containing(149, 1), Some(100));
        assert_eq!(ranges.containing(149, 2), None);
        assert_eq!(ranges.containing(99, 2), None);
        assert_eq!(ranges.containing(150, 0), Some(100));
    }

    #[test]
    fn what_overlaps_is_refused() {
        let ranges = Ranges::default();
        assert!(ranges.insert(100, 50));
        for (start, bytes) in [(100, 50), (90, 11), (149, 1), (0, 1000), (120, 5)] {
            assert!(!ranges.insert(start, bytes), "{start} and {bytes}");
        }
        assert!(ranges.insert(150, 10) && ranges.insert(90, 10));
        assert_eq!(ranges.remove(100), Some(50));
        assert_eq!(ranges.remove(100), None);
        assert!(ranges.insert(120, 5));
    }
}
