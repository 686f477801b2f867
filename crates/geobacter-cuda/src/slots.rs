//! Who uses which panic record of a queue.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use parking_lot::Mutex;

use crate::kernel::Loaded;

/// Panic records of a queue. Launches in flight are limited to this many: fewer than the 1024 or so at which
/// `cuLaunchKernel` itself blocks, which it would do with the queue locked.
pub(crate) const SLOTS: usize = 512;

/// Which launch each panic record belongs to, and how far the queue has come. Never locked across a call of the driver,
/// so that the report of a fault can look at it.
pub(crate) struct Slots {
    /// All work up to this number is complete, and its panics are in the log.
    completed: AtomicU64,
    owners: Mutex<Vec<Owner>>,
}

#[derive(Clone, Default)]
struct Owner {
    /// The launch's number; 0: none.
    number: u64,
    /// Keeps the code loaded until the launch is known to be complete.
    kernel: Option<Arc<Loaded>>,
}

impl Slots {
    /// None used.
    pub(crate) fn new() -> Self {
        Self { completed: AtomicU64::new(0), owners: Mutex::new(vec![Owner::default(); SLOTS]) }
    }

    /// How far the queue has come, as far as known.
    pub(crate) fn completed(&self) -> u64 {
        self.completed.load(Ordering::Acquire)
    }

    /// Notes that all work up to `number` is complete, and its panics are in the log.
    pub(crate) fn complete(&self, number: u64) {
        self.completed.fetch_max(number, Ordering::AcqRel);
    }

    /// Gives `slot` to launch `number`.
    ///
    /// # Errors
    /// The number of the launch that has it, where that is not known to be complete.
    pub(crate) fn claim(&self, slot: usize, number: u64, kernel: &Arc<Loaded>) -> Result<(), u64> {
        let mut owners = self.owners.lock();
        let owner = &mut owners[slot];
        if owner.number > self.completed() {
            return Err(owner.number);
        }
        owner.number = number;
        let before = match &owner.kernel {
            // The same kernel again and again is the common case, and costs no counting.
            Some(kernel_before) if Arc::ptr_eq(kernel_before, kernel) => None,
            _ => owner.kernel.replace(Arc::clone(kernel)),
        };
        drop(owners);
        // Dropped unlocked: it may be the last of its module, and unloading calls the driver.
        drop(before);
        Ok(())
    }

    /// Takes `slot` back from a launch that was refused.
    pub(crate) fn release(&self, slot: usize) {
        self.owners.lock()[slot].number = 0;
    }

    /// The launch that has `slot`, and its kernel's name.
    pub(crate) fn owner(&self, slot: usize) -> Option<(u64, String)> {
        let owners = self.owners.lock();
        let owner = &owners[slot];
        owner.kernel.as_ref().filter(|_| owner.number != 0).map(|kernel| (owner.number, kernel.name().to_owned()))
    }

    /// Adds the names of all kernels not known to be complete, in the order of their launch.
    pub(crate) fn in_flight(&self, names: &mut Vec<String>) {
        let completed = self.completed();
        let owners = self.owners.lock();
        let mut running: Vec<&Owner> = owners.iter().filter(|owner| owner.number > completed).collect();
        running.sort_by_key(|owner| owner.number);
        names.extend(running.iter().filter_map(|owner| owner.kernel.as_ref()).map(|kernel| kernel.name().to_owned()));
    }
}
