//! What went wrong with work of a queue, until somebody waits for it.

use parking_lot::Mutex;

use crate::Error;

/// How many failures are remembered for waits on exactly that work.
const REMEMBERED: usize = 64;

/// A queue's failures. A wait that covers a failure nobody has seen yet returns it, so none is lost; a wait for exactly
/// the failed work returns it always.
#[derive(Debug, Default)]
pub struct FailureLog(Mutex<Vec<Failure>>);

#[derive(Debug)]
struct Failure {
    value: u64,
    error: Error,
    seen: bool,
}

impl FailureLog {
    /// Notes that work number `value` failed.
    pub fn record(&self, value: u64, error: Error) {
        let mut failures = self.0.lock();
        if failures.len() == REMEMBERED {
            failures.remove(0);
        }
        failures.push(Failure { value, error, seen: false });
    }

    /// To be called by a wait for number `value`, once that has completed.
    ///
    /// # Errors
    /// The failure of that very work, or the first unseen one before it.
    pub fn check(&self, value: u64) -> Result<(), Error> {
        let mut failures = self.0.lock();
        let at = failures
            .iter()
            .position(|f| f.value == value)
            .or_else(|| failures.iter().position(|f| !f.seen && f.value < value));
        match at {
            None => Ok(()),
            Some(at) => {
                failures[at].seen = true;
                Err(failures[at].error.clone())
            }
        }
    }
}
