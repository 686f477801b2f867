//! Events that tell how far a queue has come.

use std::collections::VecDeque;
use std::sync::Arc;

use crate::event::Event;

/// Checkpoints kept. Beyond it the newest but one is given up: what it covered, the newest covers too, only later.
const KEPT: usize = 256;

/// A point in a queue: once its event is done, so is all work up to `upto`.
pub(crate) struct Checkpoint<E = Event> {
    pub(crate) upto: u64,
    pub(crate) event: Arc<E>,
}

impl<E> Clone for Checkpoint<E> {
    fn clone(&self) -> Self {
        Self { upto: self.upto, event: Arc::clone(&self.event) }
    }
}

/// The checkpoints of a queue that are not known to be done, oldest first.
pub(crate) struct Checkpoints<E = Event>(VecDeque<Checkpoint<E>>);

impl<E> Default for Checkpoints<E> {
    fn default() -> Self {
        Self(VecDeque::new())
    }
}

impl<E> Checkpoints<E> {
    /// Adds the newest.
    pub(crate) fn push(&mut self, checkpoint: Checkpoint<E>) {
        if self.0.len() >= KEPT {
            self.0.pop_back();
        }
        self.0.push_back(checkpoint);
    }

    /// The first that covers `number`.
    pub(crate) fn covering(&self, number: u64) -> Option<Checkpoint<E>> {
        let at = self.0.partition_point(|checkpoint| checkpoint.upto < number);
        self.0.get(at).cloned()
    }

    /// Forgets those that are done.
    pub(crate) fn done(&mut self, upto: u64) {
        while self.0.front().is_some_and(|checkpoint| checkpoint.upto <= upto) {
            self.0.pop_front();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn upto(numbers: impl IntoIterator<Item = u64>) -> Checkpoints<()> {
        let mut checkpoints = Checkpoints::default();
        numbers.into_iter().for_each(|upto| checkpoints.push(Checkpoint { upto, event: Arc::new(()) }));
        checkpoints
    }

    fn covering(checkpoints: &Checkpoints<()>, number: u64) -> Option<u64> {
        checkpoints.covering(number).map(|checkpoint| checkpoint.upto)
    }

    #[test]
    fn the_first_that_covers_is_found() {
        let mut checkpoints = upto([2, 5, 9]);
        assert_eq!([1, 2, 3, 9].map(|number| covering(&checkpoints, number)), [Some(2), Some(2), Some(5), Some(9)]);
        assert_eq!(covering(&checkpoints, 10), None);
        checkpoints.done(5);
        assert_eq!(covering(&checkpoints, 1), Some(9));
    }

    #[test]
    fn however_many_there_are_the_newest_covers_everything() {
        let checkpoints = upto(1..=1000);
        assert_eq!(checkpoints.0.len(), KEPT);
        assert_eq!(covering(&checkpoints, 3), Some(3));
        assert_eq!(covering(&checkpoints, 700), Some(1000));
    }
}
