//! The panic records of a queue: where they are.

use std::sync::Arc;
use std::sync::atomic::AtomicU32;

use geobacter_core::HostWords;
use geobacter_core::ring::Ring;
use geobacter_driver::Error;
use geobacter_driver::driver::DevicePtr;
use geobacter_driver::slots::SLOTS;
use geobacter_driver::status::{Flag, RECORD, cleared};

use crate::blocks::{Block, Blocks};
use crate::context::Context;

/// A queue's panic records, in device memory, and what launches share with the host in its memory: a word that any panic
/// sets, and where they print to.
///
/// The records are in device memory because work-items count in them with atomics, which not every link between a GPU and
/// its host has.
pub(crate) struct StatusRing {
    context: Arc<Context>,
    records: DevicePtr,
    host: Block,
}

impl StatusRing {
    /// Allocates and clears the records.
    pub(crate) fn new(context: &Arc<Context>) -> Result<Self, Error> {
        let host = Blocks::take(context, |context| &context.staging, size_of::<HostWords>())?;
        let records = context.allocate(SLOTS * RECORD)?;
        // Built at once, so that what follows may fail without leaking.
        let ring = Self { context: Arc::clone(context), records, host };
        let words = HostWords { panicked: AtomicU32::new(0), reserved: 0, ring: std::ptr::null() };
        // SAFETY: host memory of ours, aligned to 256, that nobody knows yet.
        unsafe { ring.words().write(words) };
        context.write(ring.records, &cleared(ring.host_address()).repeat(SLOTS))?;
        Ok(ring)
    }

    /// The device address of a record.
    pub(crate) fn address(&self, slot: usize) -> u64 {
        self.records.0 + (slot * RECORD) as u64
    }

    /// The word that any panic sets.
    pub(crate) fn flag(&self) -> Flag<'_> {
        // SAFETY: host memory of ours, aligned to 256, until the drop; the device writes whole words.
        Flag(unsafe { &(*self.words()).panicked })
    }

    fn words(&self) -> *mut HostWords {
        self.host.ptr().cast()
    }

    /// Says where kernels print to, by its address on the device.
    pub(crate) fn print_to(&self, ring: DevicePtr) {
        let ring: *const Ring = std::ptr::without_provenance(ring.0 as usize);
        // SAFETY: as above; one word, which kernels in flight read whole, and which is always the same once it is set.
        unsafe { (&raw mut (*self.words()).ring).write_volatile(ring) };
    }

    /// Host memory has the same address on the device.
    fn host_address(&self) -> u64 {
        self.host.ptr().expose_provenance() as u64
    }

    /// All records as they are now.
    pub(crate) fn download(&self) -> Result<Vec<u8>, Error> {
        self.context.read(self.records, SLOTS * RECORD)
    }

    /// Clears one record, of a launch that is complete.
    pub(crate) fn clear(&self, slot: usize) -> Result<(), Error> {
        self.context.write(DevicePtr(self.address(slot)), &cleared(self.host_address()))
    }
}

impl Drop for StatusRing {
    fn drop(&mut self) {
        self.context.free(self.records);
    }
}
