//! Events that tell how far a queue has come.

use std::collections::VecDeque;
use std::sync::Arc;

use crate::event::Event;

/// Checkpoints kept. Beyond it the newest but one is given up: what it covered, the newest covers too, only later.
const KEPT: usize = 256;

/// A point in a queue: once its event is done, so is all work up to `upto`.
#[derive(Clone)]
pub(crate) struct Checkpoint {
    pub(crate) upto: u64,
    pub(crate) event: Arc<Event>,
}

/// The checkpoints of a queue that are not known to be done, oldest first.
#[derive(Default)]
pub(crate) struct Checkpoints(VecDeque<Checkpoint>);

impl Checkpoints {
    /// Adds the newest.
    pub(crate) fn push(&mut self, checkpoint: Checkpoint) {
        if self.0.len() >= KEPT {
            self.0.pop_back();
        }
        self.0.push_back(checkpoint);
    }

    /// The first that covers `number`.
    pub(crate) fn covering(&self, number: u64) -> Option<Checkpoint> {
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
