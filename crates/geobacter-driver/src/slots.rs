//! Who uses which panic record of a queue.
//!
//! For drivers of devices whose work-items cannot unwind: each launch in flight has a record of its own.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use parking_lot::Mutex;

use crate::failures::Suspect;

/// Panic records of a queue. Launches in flight are limited to this many: fewer than the 1024 or so at which
/// vendors' runtimes themselves block, which they would do with the queue locked.
pub const SLOTS: usize = 512;

/// What messages call a loaded kernel.
pub trait Named {
    /// The kernel's demangled name.
    fn name(&self) -> &str;

    /// Whether its code does not say how much stack it needs, so that it got
    /// [`DYNAMIC_STACK`](crate::driver::DYNAMIC_STACK).
    fn has_dynamic_stack(&self) -> bool;
}

/// Which launch each panic record belongs to, and how far the queue has come. Never locked across a call of the driver,
/// so that the report of a fault can look at it.
pub struct Slots<K> {
    /// All work up to this number is complete, and its panics are in the log.
    completed: AtomicU64,
    owners: Mutex<Vec<Owner<K>>>,
}

struct Owner<K> {
    /// The launch's number; 0: none.
    number: u64,
    /// Keeps the code loaded until the launch is known to be complete.
    kernel: Option<Arc<K>>,
}

impl<K> Default for Slots<K> {
    fn default() -> Self {
        let unused = || Owner { number: 0, kernel: None };
        Self { completed: AtomicU64::new(0), owners: Mutex::new(std::iter::repeat_with(unused).take(SLOTS).collect()) }
    }
}

impl<K: Named> Slots<K> {
    /// None used.
    pub fn new() -> Self {
        Self::default()
    }

    /// How far the queue has come, as far as known.
    pub fn completed(&self) -> u64 {
        self.completed.load(Ordering::Acquire)
    }

    /// Notes that all work up to `number` is complete, and its panics are in the log.
    pub fn complete(&self, number: u64) {
        self.completed.fetch_max(number, Ordering::AcqRel);
    }

    /// Gives `slot` to launch `number`.
    ///
    /// # Errors
    /// The number of the launch that has it, where that is not known to be complete.
    pub fn claim(&self, slot: usize, number: u64, kernel: &Arc<K>) -> Result<(), u64> {
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
    pub fn release(&self, slot: usize) {
        self.owners.lock()[slot].number = 0;
    }

    /// The launch that has `slot`, and its kernel's name.
    pub fn owner(&self, slot: usize) -> Option<(u64, String)> {
        let owners = self.owners.lock();
        let owner = &owners[slot];
        owner.kernel.as_ref().filter(|_| owner.number != 0).map(|kernel| (owner.number, kernel.name().to_owned()))
    }

    /// The kernel of the launch that has `slot`.
    pub fn kernel(&self, slot: usize) -> Option<Arc<K>> {
        self.owners.lock()[slot].kernel.clone()
    }

    /// Which kernel has `slot`, for the report of a fault.
    pub fn suspect(&self, slot: usize) -> Option<Suspect> {
        self.owners.lock()[slot].kernel.as_deref().map(Suspect::new)
    }

    /// Adds all kernels not known to be complete, in the order of their launch.
    pub fn in_flight(&self, suspects: &mut Vec<Suspect>) {
        let completed = self.completed();
        let owners = self.owners.lock();
        let mut running: Vec<&Owner<K>> = owners.iter().filter(|owner| owner.number > completed).collect();
        running.sort_by_key(|owner| owner.number);
        suspects.extend(running.iter().filter_map(|owner| owner.kernel.as_deref()).map(Suspect::new));
    }
}
