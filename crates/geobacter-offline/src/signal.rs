//! Signals that no kernel changes, because none runs.

use std::any::Any;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use geobacter_core::SignalBlock;
use geobacter_driver::Error;
use geobacter_driver::driver::DevicePtr;
use geobacter_driver::signal::{Condition, DriverSignal};
use parking_lot::{Condvar, Mutex};

pub(crate) struct OfflineSignal {
    block: Box<SignalBlock>,
    /// Rung by stores; the lock is held while one is made, so that no wait misses it.
    changed: (Mutex<()>, Condvar),
}

impl OfflineSignal {
    pub(crate) fn new(initial: i64) -> Self {
        OfflineSignal { block: Box::new(SignalBlock::new(initial, std::ptr::null(), 0)), changed: Default::default() }
    }
}

impl DriverSignal for OfflineSignal {
    fn block(&self) -> DevicePtr {
        DevicePtr(std::ptr::from_ref::<SignalBlock>(&self.block).expose_provenance() as u64)
    }

    fn load(&self) -> i64 {
        self.block.value.load(Ordering::Acquire)
    }

    fn store(&self, value: i64) {
        let _changing = self.changed.0.lock();
        self.block.value.store(value, Ordering::Release);
        self.changed.1.notify_all();
    }

    fn wait(&self, condition: Condition, timeout: Option<Duration>) -> Result<Option<i64>, Error> {
        let deadline = timeout.and_then(|timeout| Instant::now().checked_add(timeout));
        let mut lock = self.changed.0.lock();
        loop {
            let value = self.load();
            if condition.holds(value) {
                return Ok(Some(value));
            }
            match deadline {
                None => self.changed.1.wait(&mut lock),
                Some(deadline) if Instant::now() >= deadline => return Ok(None),
                Some(deadline) => drop(self.changed.1.wait_until(&mut lock, deadline)),
            }
        }
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}
