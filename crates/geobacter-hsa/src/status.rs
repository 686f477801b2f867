//! The panic records of a queue: where they are.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use geobacter_driver::Error;
use geobacter_driver::driver::DevicePtr;
use geobacter_driver::slots::SLOTS;
use geobacter_driver::status::{Flag, RECORD, cleared};

use crate::blocks::{Block, Blocks};
use crate::context::Context;

/// A queue's panic records, in device memory, and the word in host memory that any panic sets.
///
/// The records are in device memory because work-items count in them with atomics, which not every link between a GPU and
/// its host has.
pub(crate) struct StatusRing {
    context: Arc<Context>,
    records: DevicePtr,
    flag: Block,
}

impl StatusRing {
    /// Allocates and clears the records.
    pub(crate) fn new(context: &Arc<Context>) -> Result<Self, Error> {
        let flag = Blocks::take(context, |context| &context.staging, size_of::<AtomicU32>())?;
        let records = context.allocate(SLOTS * RECORD)?;
        // Built at once, so that what follows may fail without leaking.
        let ring = Self { context: Arc::clone(context), records, flag };
        ring.flag().0.store(0, Ordering::Relaxed);
        context.write(ring.records, &cleared(ring.flag_address()).repeat(SLOTS))?;
        Ok(ring)
    }

    /// The device address of a record.
    pub(crate) fn address(&self, slot: usize) -> u64 {
        self.records.0 + (slot * RECORD) as u64
    }

    /// The word that any panic sets.
    pub(crate) fn flag(&self) -> Flag<'_> {
        // SAFETY: host memory of ours, aligned to 256, until the drop; the device writes whole words.
        Flag(unsafe { &*self.flag.ptr().cast::<AtomicU32>() })
    }

    /// Host memory has the same address on the device.
    fn flag_address(&self) -> u64 {
        self.flag.ptr().expose_provenance() as u64
    }

    /// All records as they are now.
    pub(crate) fn download(&self) -> Result<Vec<u8>, Error> {
        self.context.read(self.records, SLOTS * RECORD)
    }

    /// Clears one record, of a launch that is complete.
    pub(crate) fn clear(&self, slot: usize) -> Result<(), Error> {
        self.context.write(DevicePtr(self.address(slot)), &cleared(self.flag_address()))
    }
}

impl Drop for StatusRing {
    fn drop(&mut self) {
        self.context.free(self.records);
    }
}
