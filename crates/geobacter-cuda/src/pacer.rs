//! When a checkpoint is worth its cost.

use std::time::{Duration, Instant};

/// Work after a wait that gets a checkpoint each. Whoever launches and then waits would pay for one in the wait.
const EAGER: u32 = 4;
/// In a burst, work between two checkpoints: recording one costs about a fifth of a launch.
const BURST: u32 = 16;
/// Outside a burst the cost does not matter: work this long after the last checkpoint gets one.
const CALM: Duration = Duration::from_micros(50);

/// Decides which work gets a checkpoint of its own.
///
/// A queue knows how far it has come from events. One per launch would make launches dear; one per wait, recorded then,
/// would make every wait last until the newest work is done. This gives what is likely to be waited for an event of its
/// own, and thins them out in long bursts.
#[derive(Debug)]
pub(crate) struct Pacer {
    since_wait: u32,
    since_checkpoint: u32,
    last_checkpoint: Instant,
}

impl Pacer {
    /// For a new queue.
    pub(crate) fn new(now: Instant) -> Self {
        Self { since_wait: 0, since_checkpoint: 0, last_checkpoint: now }
    }

    /// Counts work just submitted, and says whether to record a checkpoint behind it. `waited`: somebody has waited
    /// for this queue since the last call.
    pub(crate) fn due(&mut self, waited: bool, now: Instant) -> bool {
        if waited {
            self.since_wait = 0;
        }
        self.since_wait = self.since_wait.saturating_add(1);
        self.since_checkpoint += 1;
        let due = self.since_wait <= EAGER
            || self.since_checkpoint >= BURST
            || now.saturating_duration_since(self.last_checkpoint) >= CALM;
        if due {
            self.since_checkpoint = 0;
            self.last_checkpoint = now;
        }
        due
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_burst_is_thinned_out_and_a_wait_makes_it_eager_again() {
        let now = Instant::now();
        let mut pacer = Pacer::new(now);
        let first: Vec<bool> = (0..40).map(|_| pacer.due(false, now)).collect();
        let due: Vec<usize> = (0..40).filter(|&i| first[i]).collect();
        assert_eq!(due, [0, 1, 2, 3, 19, 35]);
        assert!(pacer.due(true, now));
    }

    #[test]
    fn work_now_and_then_always_gets_one() {
        let mut now = Instant::now();
        let mut pacer = Pacer::new(now);
        for _ in 0..100 {
            now += CALM;
            assert!(pacer.due(false, now));
        }
    }
}
