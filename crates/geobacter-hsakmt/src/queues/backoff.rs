//! How to wait for a word of memory to change, which nothing tells of.

use std::time::Duration;

/// Looks that only give way to other threads.
const SPINS: u32 = 64;
/// The first sleep, and the longest.
const SHORTEST: Duration = Duration::from_micros(20);
const LONGEST: Duration = Duration::from_millis(4);

/// How long it has been waited.
#[derive(Debug, Default)]
pub(super) struct Backoff {
    looks: u32,
}

impl Backoff {
    /// What was waited for has come.
    pub(super) fn reset(&mut self) {
        self.looks = 0;
    }

    /// How long to sleep before the next look: not at all for the first ones, then longer and longer. A long idle queue costs
    /// 250 looks a second.
    pub(super) fn next(&mut self) -> Option<Duration> {
        /// Sleeps of one length before it doubles.
        const REPEATS: u32 = 16;
        self.looks = self.looks.saturating_add(1);
        let sleeps = self.looks.checked_sub(SPINS)?;
        Some((SHORTEST * 2u32.saturating_pow((sleeps / REPEATS).min(10))).min(LONGEST))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sleeps_come_late_and_grow_to_a_limit() {
        let mut backoff = Backoff::default();
        let waits: Vec<_> = (0..500).map(|_| backoff.next()).collect();
        assert_eq!(waits[0], None);
        assert_eq!(waits[SPINS as usize], Some(SHORTEST));
        assert!(waits.is_sorted());
        assert_eq!(waits[499], Some(LONGEST));
        backoff.reset();
        assert_eq!(backoff.next(), None);
    }
}
