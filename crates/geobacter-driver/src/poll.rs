//! How to wait for something that can be asked about: spin, then sleep.

use std::time::{Duration, Instant};

/// How long a wait spins: most kernels that somebody waits for are done within it.
const SPIN: Duration = Duration::from_micros(100);
/// A sleeping wait sleeps for this part of the time it has waited already: it notices late by so little of the whole.
const SLEEP_PART: u32 = 16;
/// The longest sleep: how late a wait may notice.
const LONGEST_SLEEP: Duration = Duration::from_millis(1);

/// The time at which a wait of `timeout` from now gives up; `None`: never, also where the clock cannot say when.
pub fn deadline(timeout: Option<Duration>) -> Option<Instant> {
    timeout.and_then(|timeout| Instant::now().checked_add(timeout))
}

/// Waits until `done` says so, or the deadline has passed: `false`.
///
/// # Errors
/// What `done` answers.
///
/// It never blocks in the driver: that takes events which interrupt the host, and once a process has such interrupts,
/// every launch and every wait pays for them, most of all in a virtual machine.
pub fn poll<E>(deadline: Option<Instant>, mut done: impl FnMut() -> Result<bool, E>) -> Result<bool, E> {
    let begin = Instant::now();
    loop {
        if done()? {
            return Ok(true);
        }
        let now = Instant::now();
        if deadline.is_some_and(|deadline| now >= deadline) {
            return Ok(false);
        }
        let waited = now - begin;
        if waited < SPIN {
            std::hint::spin_loop();
        } else {
            let left = deadline.map_or(LONGEST_SLEEP, |deadline| deadline - now);
            std::thread::sleep((waited / SLEEP_PART).min(LONGEST_SLEEP).min(left));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_done_is_not_waited_for() {
        assert_eq!(poll::<()>(deadline(Some(Duration::ZERO)), || Ok(true)), Ok(true));
    }

    #[test]
    fn no_time_means_one_question() {
        let mut asked = 0;
        let done = || {
            asked += 1;
            Ok::<_, ()>(false)
        };
        assert_eq!(poll(deadline(Some(Duration::ZERO)), done), Ok(false));
        assert_eq!(asked, 1);
    }

    #[test]
    fn a_deadline_ends_the_wait() {
        let begin = Instant::now();
        let timeout = Duration::from_millis(20);
        assert_eq!(poll::<()>(deadline(Some(timeout)), || Ok(false)), Ok(false));
        assert!(begin.elapsed() >= timeout);
    }

    #[test]
    fn a_long_wait_is_noticed_without_a_deadline() {
        let begin = Instant::now();
        let long = Duration::from_millis(30);
        assert_eq!(poll::<()>(None, || Ok(begin.elapsed() >= long)), Ok(true));
    }

    #[test]
    fn errors_end_the_wait() {
        assert_eq!(poll(None, || Err("lost")), Err("lost"));
    }

    #[test]
    fn a_timeout_beyond_the_clock_is_no_timeout() {
        assert_eq!(deadline(Some(Duration::MAX)), None);
    }
}
