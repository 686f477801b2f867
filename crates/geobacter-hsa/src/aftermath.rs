//! What a memory fault does to a device: who died of it, and whether anything runs there afterwards.
//!
//! Linux' driver takes all queues of the process off a device whose memory fault it has told of, and never puts them back;
//! new queues can be made, and stand still. Other drivers may go on. So after a fault one queue is made to see. Until that
//! is known, everybody who wants something of the device waits; once it is lost, everybody is told so.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use geobacter_driver::{Error, poll};
use parking_lot::{Condvar, Mutex};

/// How long to wait for the aftermath of a fault. It takes a few seconds at most, unless the runtime hangs.
const PATIENCE: Duration = Duration::from_secs(30);

/// Whether a device can be used.
#[derive(Default)]
pub(crate) struct Aftermath {
    /// Faults whose aftermath is not over.
    pending: AtomicUsize,
    over: (Mutex<()>, Condvar),
    /// What made the device unusable, once something has.
    lost: OnceLock<Error>,
}

impl Aftermath {
    /// There was a fault; its aftermath begins.
    pub(crate) fn begin(&self) {
        self.pending.fetch_add(1, Ordering::SeqCst);
    }

    /// It is over: the device works, or is lost for good.
    pub(crate) fn end(&self, lost: Option<Error>) {
        if let Some(error) = lost {
            // The first one counts.
            let _ = self.lost.set(error);
        }
        let _lock = self.over.0.lock();
        self.pending.fetch_sub(1, Ordering::SeqCst);
        self.over.1.notify_all();
    }

    /// Whether there was a fault whose aftermath is not over.
    pub(crate) fn is_pending(&self) -> bool {
        self.pending.load(Ordering::SeqCst) != 0
    }

    /// Whether the device can be used, as soon as that is known.
    pub(crate) fn usable(&self, hangs: impl FnOnce() -> Error) -> Result<(), Error> {
        self.alive()?;
        if self.is_pending() {
            let deadline = poll::deadline(Some(PATIENCE));
            let mut lock = self.over.0.lock();
            while self.is_pending() {
                match deadline {
                    Some(deadline) if self.over.1.wait_until(&mut lock, deadline).timed_out() => return Err(hangs()),
                    Some(_) => {}
                    None => self.over.1.wait(&mut lock),
                }
            }
        }
        self.alive()
    }

    /// Whether it is not known to be lost.
    pub(crate) fn alive(&self) -> Result<(), Error> {
        self.lost.get().map_or(Ok(()), |error| Err(error.clone()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(work: &str) -> Error {
        Error::DeviceFault { device: "hsa:0".into(), work: work.into(), reason: String::new() }
    }

    fn hangs() -> Error {
        unreachable!("nothing hangs here")
    }

    #[test]
    fn nobody_is_let_on_before_the_aftermath_is_over() {
        let aftermath = Aftermath::default();
        aftermath.begin();
        std::thread::scope(|scope| {
            let waits = scope.spawn(|| aftermath.usable(hangs));
            std::thread::sleep(Duration::from_millis(20));
            assert!(!waits.is_finished());
            aftermath.end(None);
            assert!(waits.join().expect("no panic").is_ok());
        });
    }

    #[test]
    fn what_is_lost_stays_lost() {
        let aftermath = Aftermath::default();
        aftermath.begin();
        aftermath.begin();
        aftermath.end(Some(error("first")));
        let told = |result: Result<(), Error>| result.expect_err("it is lost").to_string();
        // Although the second fault's is not over.
        assert!(told(aftermath.usable(hangs)).contains("first"));
        aftermath.end(None);
        assert!(told(aftermath.usable(hangs)).contains("first"));
        assert!(told(aftermath.alive()).contains("first"));
    }
}
