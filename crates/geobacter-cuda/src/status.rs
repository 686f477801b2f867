//! The panic records of a queue: where they are.

use std::ffi::c_void;
use std::sync::Arc;
use std::sync::atomic::AtomicU32;

use geobacter_core::HostWords;
use geobacter_core::ring::Ring;
use geobacter_driver::Error;
use geobacter_driver::driver::DevicePtr;
use geobacter_driver::slots::SLOTS;
use geobacter_driver::status::{Flag, RECORD, cleared};

use crate::context::Context;
use crate::sys::CUdeviceptr;

/// A queue's panic records, in device memory, and what launches share with the host in pinned memory: a word that any
/// panic sets, and where they print to.
///
/// The word is what makes panics free when there are none: the host reads its own memory after a wait, and nothing else.
pub(crate) struct StatusRing {
    context: Arc<Context>,
    records: CUdeviceptr,
    host: *const HostWords,
    host_on_device: CUdeviceptr,
}

// SAFETY: `host` points to words that live as long as the ring; all else are numbers.
unsafe impl Send for StatusRing {}
// SAFETY: as above.
unsafe impl Sync for StatusRing {}

impl StatusRing {
    /// Allocates and clears the records. The context must be current.
    pub(crate) fn new(context: &Arc<Context>) -> Result<Self, Error> {
        let host = context.allocate_host(size_of::<HostWords>())?;
        // Built at once, so that what follows may fail without leaking.
        let mut ring =
            Self { context: Arc::clone(context), records: 0, host: host.cast_const().cast(), host_on_device: 0 };
        let words = HostWords { panicked: AtomicU32::new(0), reserved: 0, ring: std::ptr::null() };
        // SAFETY: pinned memory of ours, aligned to a page, that nobody knows yet.
        unsafe { host.cast::<HostWords>().write(words) };
        // SAFETY: writes one address; the memory was pinned with a device address.
        unsafe { cuda!(context, cuMemHostGetDevicePointer_v2(&mut ring.host_on_device, host.cast(), 0)) }?;
        ring.records = context.allocate(SLOTS * RECORD)?.0;
        ring.upload(ring.records, &cleared(ring.host_on_device).repeat(SLOTS))?;
        Ok(ring)
    }

    /// The device address of a record.
    pub(crate) fn address(&self, slot: usize) -> CUdeviceptr {
        self.records + (slot * RECORD) as u64
    }

    /// All records as they are now. The context must be current.
    pub(crate) fn download(&self) -> Result<Vec<u8>, Error> {
        let mut bytes = vec![0; SLOTS * RECORD];
        let to = bytes.as_mut_ptr().cast::<c_void>();
        self.context.aside(|stream| {
            // SAFETY: as many bytes on both sides; `aside` waits for the copy.
            unsafe { cuda!(self.context, cuMemcpyDtoHAsync_v2(to, self.records, bytes.len(), stream)) }
        })?;
        Ok(bytes)
    }

    /// Clears one record, of a launch that is complete. The context must be current.
    pub(crate) fn clear(&self, slot: usize) -> Result<(), Error> {
        self.upload(self.address(slot), &cleared(self.host_on_device))
    }

    fn upload(&self, to: CUdeviceptr, bytes: &[u8]) -> Result<(), Error> {
        self.context.aside(|stream| {
            // SAFETY: `to` has room for whole records; `aside` waits for the copy.
            unsafe { cuda!(self.context, cuMemcpyHtoDAsync_v2(to, bytes.as_ptr().cast(), bytes.len(), stream)) }
        })
    }

    /// The word that any panic sets.
    pub(crate) fn flag(&self) -> Flag<'_> {
        // SAFETY: pinned memory of ours, aligned to a page, until the drop.
        Flag(unsafe { &(*self.host).panicked })
    }

    /// Says where kernels print to, by its address on the device.
    pub(crate) fn print_to(&self, ring: CUdeviceptr) {
        let ring: *const Ring = std::ptr::without_provenance(ring as usize);
        // SAFETY: as above; one word, which kernels in flight read whole, and which is always the same once it is set.
        unsafe { (&raw mut (*self.host.cast_mut()).ring).write_volatile(ring) };
    }
}

impl Drop for StatusRing {
    fn drop(&mut self) {
        let _ = self.context.enter();
        if self.records != 0 {
            self.context.free(DevicePtr(self.records));
        }
        self.context.free_host(self.host.cast_mut().cast());
    }
}
