//! How to wait for something that can be asked about: spin, then sleep.

use std::time::{Duration, Instant};

/// How long a wait spins. Most kernels that somebody waits for are done within it, and being woken by the driver's
/// interrupt takes about as long.
const SPIN: Duration = Duration::from_micros(100);
/// The first sleep of a wait with a deadline; each is twice the one before.
const FIRST_SLEEP: Duration = Duration::from_micros(20);
/// The longest sleep: how late such a wait may notice.
const LAST_SLEEP: Duration = Duration::from_millis(1);

/// The time at which a wait of `timeout` from now gives up; `None`: never, also where the clock cannot say when.
pub(crate) fn deadline(timeout: Option<Duration>) -> Option<Instant> {
    timeout.and_then(|timeout| Instant::now().checked_add(timeout))
}

/// Waits until `done` says so, or the deadline has passed: `false`. Without a deadline it is `block` that waits, once
/// spinning has not helped.
pub(crate) fn poll<E>(
    deadline: Option<Instant>,
    mut done: impl FnMut() -> Result<bool, E>,
    block: impl FnOnce() -> Result<(), E>,
) -> Result<bool, E> {
    let begin = Instant::now();
    let mut sleep = FIRST_SLEEP;
    loop {
        if done()? {
            return Ok(true);
        }
        let now = Instant::now();
        if deadline.is_some_and(|deadline| now >= deadline) {
            return Ok(false);
        }
        if now - begin < SPIN {
            std::hint::spin_loop();
            continue;
        }
        match deadline {
            None => return block().map(|()| true),
            Some(deadline) => std::thread::sleep(sleep.min(deadline - now)),
        }
        sleep = (sleep * 2).min(LAST_SLEEP);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn never_blocks() -> Result<(), ()> {
        panic!("blocked")
    }

    #[test]
    fn what_is_done_is_not_waited_for() {
        assert_eq!(poll(deadline(Some(Duration::ZERO)), || Ok(true), never_blocks), Ok(true));
    }

    #[test]
    fn no_time_means_one_question() {
        let mut asked = 0;
        let done = || {
            asked += 1;
            Ok(false)
        };
        assert_eq!(poll(deadline(Some(Duration::ZERO)), done, never_blocks), Ok(false));
        assert_eq!(asked, 1);
    }

    #[test]
    fn a_deadline_ends_the_wait() {
        let begin = Instant::now();
        let timeout = Duration::from_millis(20);
        assert_eq!(poll(deadline(Some(timeout)), || Ok(false), never_blocks), Ok(false));
        assert!(begin.elapsed() >= timeout);
    }

    #[test]
    fn without_a_deadline_it_blocks_after_spinning() {
        let mut blocked = false;
        let answer = poll::<()>(
            None,
            || Ok(false),
            || {
                blocked = true;
                Ok(())
            },
        );
        assert_eq!(answer, Ok(true));
        assert!(blocked);
    }

    #[test]
    fn errors_end_the_wait() {
        assert_eq!(poll(None, || Err("lost"), || Ok(())), Err("lost"));
        assert_eq!(poll(None, || Ok(false), || Err("lost")), Err("lost"));
    }

    #[test]
    fn a_timeout_beyond_the_clock_is_no_timeout() {
        assert_eq!(deadline(Some(Duration::MAX)), None);
    }
}
