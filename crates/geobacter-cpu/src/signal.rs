//! Signals of the CPU device: a kernel's "interrupt" wakes the threads that wait for one.

use std::any::Any;
use std::ptr::from_ref;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use geobacter_core::SignalBlock;
use geobacter_driver::Error;
use geobacter_driver::driver::DevicePtr;
use geobacter_driver::signal::{Condition, DriverSignal};
use parking_lot::{Condvar, Mutex};

use crate::overflow;

/// Where kernels write which event they raise. Nobody reads it: the interrupt itself comes as a call.
static MAILBOX: AtomicU64 = AtomicU64::new(0);
/// The event of all signals here. Changes are rare and waits few, so one bell for all of them does.
const EVENT: u32 = 1;

static BELL: (Mutex<()>, Condvar) = (Mutex::new(()), Condvar::new());

/// Some signal has changed: everyone who waits has another look.
pub fn interrupt(_event: u32) {
    overflow::unwatched(|| {
        // Whoever has looked and is not asleep yet holds the lock, so none misses the bell.
        drop(BELL.0.lock());
        BELL.1.notify_all();
    });
}

pub(crate) struct CpuSignal(Box<SignalBlock>);

impl CpuSignal {
    pub(crate) fn new(initial: i64) -> Self {
        CpuSignal(Box::new(SignalBlock::new(initial, &raw const MAILBOX, EVENT)))
    }
}

impl DriverSignal for CpuSignal {
    fn block(&self) -> DevicePtr {
        DevicePtr(from_ref::<SignalBlock>(&self.0).expose_provenance() as u64)
    }

    fn load(&self) -> i64 {
        self.0.value.load(Ordering::Acquire)
    }

    fn store(&self, value: i64) {
        self.0.value.store(value, Ordering::Release);
        interrupt(EVENT);
    }

    fn wait(&self, condition: Condition, timeout: Option<Duration>) -> Result<Option<i64>, Error> {
        let deadline = timeout.and_then(|timeout| Instant::now().checked_add(timeout));
        let mut bell = BELL.0.lock();
        loop {
            let value = self.load();
            if condition.holds(value) {
                return Ok(Some(value));
            }
            match deadline {
                None => BELL.1.wait(&mut bell),
                Some(deadline) if Instant::now() >= deadline => return Ok(None),
                // Whether it rang or the time is over, the value decides.
                Some(deadline) => drop(BELL.1.wait_until(&mut bell, deadline)),
            }
        }
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_store_wakes_a_wait() {
        let signal = CpuSignal::new(3);
        std::thread::scope(|scope| {
            let wait = scope.spawn(|| signal.wait(Condition::Less(0), None).unwrap());
            signal.store(1);
            signal.store(-1);
            assert_eq!(wait.join().unwrap(), Some(-1));
        });
    }

    #[test]
    fn a_wait_for_what_never_comes_ends() {
        let signal = CpuSignal::new(3);
        assert_eq!(signal.wait(Condition::NotEqual(3), Some(Duration::from_millis(5))).expect("an answer"), None);
        assert_eq!(signal.wait(Condition::AtLeast(3), Some(Duration::ZERO)).expect("an answer"), Some(3));
    }

    #[test]
    fn blocks_are_where_kernels_look() {
        let signal = CpuSignal::new(7);
        let block = std::ptr::with_exposed_provenance::<SignalBlock>(signal.block().0 as usize);
        // SAFETY: the signal lives.
        let block = unsafe { &*block };
        block.value.fetch_add(1, Ordering::Release);
        assert_eq!((signal.load(), signal.block().0 % 64), (8, 0));
    }
}
