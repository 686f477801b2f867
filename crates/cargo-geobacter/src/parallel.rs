//! Independent jobs on several threads.

use std::num::NonZero;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use anyhow::Result;

/// As many jobs at once as this process may use processors.
pub(crate) fn available() -> usize {
    std::thread::available_parallelism().map_or(1, NonZero::get)
}

/// The results of `work` on every item, in order, by up to `jobs` threads; the first error in that order. Once there is
/// an error, no further item is begun.
pub(crate) fn map<T: Copy + Sync + Send, R: Send>(
    jobs: usize,
    items: Vec<T>,
    work: impl Fn(T) -> Result<R> + Sync,
) -> Result<Vec<R>> {
    let next = AtomicUsize::new(0);
    let done: Mutex<Vec<(usize, Result<R>)>> = Mutex::new(Vec::with_capacity(items.len()));
    let worker = || {
        loop {
            let at = next.fetch_add(1, Ordering::Relaxed);
            let Some(&item) = items.get(at) else { break };
            let result = work(item);
            if result.is_err() {
                next.fetch_max(items.len(), Ordering::Relaxed);
            }
            done.lock().expect("a worker panicked").push((at, result));
        }
    };
    std::thread::scope(|scope| {
        for _ in 1..jobs.min(items.len()) {
            scope.spawn(worker);
        }
        worker();
    });
    let mut done = done.into_inner().expect("a worker panicked");
    done.sort_by_key(|(at, _)| *at);
    done.into_iter().map(|(_, result)| result).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_keep_their_order_and_errors_come_back() {
        let squares = map(3, (0..100).collect(), |n: u32| Ok(n * n)).unwrap();
        assert_eq!(squares, (0..100).map(|n| n * n).collect::<Vec<_>>());
        let failed = map(3, (0..100).collect(), |n: u32| if n == 7 { anyhow::bail!("seven") } else { Ok(n) });
        assert_eq!(failed.unwrap_err().to_string(), "seven");
    }
}
