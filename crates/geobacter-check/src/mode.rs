//! What to check, and how: `race`, `race,seed=7`.

use std::time::{SystemTime, UNIX_EPOCH};

/// The environment variable that makes the CPU device a checking one.
pub(crate) const VARIABLE: &str = "GEOBACTER_CHECK";
/// The forms that it may have.
pub(crate) const FORMS: &str = "`race`, or `race,seed=N`";

/// How launches are checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Mode {
    /// Decides the order in which work-items run; another one for each launch where it is not given.
    pub(crate) seed: Option<u64>,
}

impl Mode {
    /// `None` where it is of no known form.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let mut parts = text.split(',');
        (parts.next() == Some("race")).then_some(())?;
        let seed = parts.next().map(|part| part.strip_prefix("seed=").and_then(|n| n.parse().ok()));
        match (seed, parts.next()) {
            (None, None) => Some(Mode { seed: None }),
            (Some(Some(seed)), None) => Some(Mode { seed: Some(seed) }),
            _ => None,
        }
    }

    /// The seed of the next launch.
    pub(crate) fn next_seed(self) -> u64 {
        self.seed.unwrap_or_else(|| {
            let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
            // Short enough to be typed.
            u64::from(now.subsec_nanos()) ^ (now.as_secs() & 0xffff)
        })
    }
}

/// Numbers that look random: SplitMix64.
pub(crate) struct Random(u64);

impl Random {
    pub(crate) fn new(seed: u64) -> Self {
        Random(seed)
    }

    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let x = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        x ^ (x >> 31)
    }

    /// A number below `end`, which is not 0.
    pub(crate) fn below(&mut self, end: usize) -> usize {
        ((u128::from(self.next()) * end as u128) >> 64) as usize
    }

    /// Yes, once in so many times.
    pub(crate) fn once_in(&mut self, times: u64) -> bool {
        self.next().is_multiple_of(times)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn modes_are_read_and_others_are_refused() {
        assert_eq!(Mode::parse("race"), Some(Mode { seed: None }));
        assert_eq!(Mode::parse("race,seed=18446744073709551615"), Some(Mode { seed: Some(u64::MAX) }));
        for wrong in ["", "races", "race,", "race,seed", "race,seed=", "race,seed=-1", "race,seed=1,seed=2", "seed=1"] {
            assert_eq!(Mode::parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_given_seed_is_every_launchs() {
        let mode = Mode { seed: Some(5) };
        assert_eq!((mode.next_seed(), mode.next_seed()), (5, 5));
    }

    #[test]
    fn numbers_are_below_their_end_and_come_in_the_same_order() {
        let numbers = |seed| {
            let mut random = Random::new(seed);
            (0..1000).map(|_| random.below(10)).collect::<Vec<_>>()
        };
        let first = numbers(1);
        assert!((0..10).all(|n| first.contains(&n)) && first.iter().all(|n| *n < 10));
        assert_eq!(first, numbers(1));
        assert_ne!(first, numbers(2));
    }
}
