//! A ring in host memory that kernels reach.

use std::ptr::NonNull;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use geobacter_core::ring::Ring;
use geobacter_driver::driver::{DevicePtr, DriverDevice};
use parking_lot::Mutex;

use crate::{Device, Error, Result};

/// See the module. Freed when it is dropped: whoever has it makes sure that no kernel in flight uses it.
pub(crate) struct SharedRing {
    driver: Arc<dyn DriverDevice>,
    ring: NonNull<Ring>,
    bytes: usize,
    address: DevicePtr,
    /// Locked by whoever takes entries out.
    taking: Mutex<()>,
}

// SAFETY: all that changes in it are atomics, and entries, which are taken out under a lock.
unsafe impl Send for SharedRing {}
// SAFETY: as above.
unsafe impl Sync for SharedRing {}

impl SharedRing {
    /// With `slots` slots, a power of two, for entries of `size` bytes.
    pub(crate) fn new(device: &Device, slots: usize, size: usize) -> Result<Self> {
        let beyond = || Error::Overflow {
            what: "the size of a ring in bytes",
            numbers: format!("{slots} entries of {size} bytes"),
        };
        let bytes = Ring::bytes(slots, size).ok_or_else(beyond)?;
        let driver = Arc::clone(&device.0.driver);
        let host = driver.allocate_host(bytes)?;
        let (Some(address), Some(ring)) = (driver.host_address(host), NonNull::new(host.cast::<Ring>())) else {
            // SAFETY: just allocated; nothing knows of it.
            unsafe { driver.free_host(host, bytes) };
            return Err(Error::HostMemory { device: device.id().to_owned() });
        };
        // SAFETY: as many bytes, aligned to at least 64, that nobody else knows; zeros are a valid ring.
        unsafe {
            host.write_bytes(0, bytes);
            (*ring.as_ptr()).slots = slots as u64;
            (*ring.as_ptr()).stride = Ring::stride_of(size) as u64;
        }
        Ok(SharedRing { driver, ring, bytes, address, taking: Mutex::new(()) })
    }

    /// Its address on the device.
    pub(crate) fn address(&self) -> DevicePtr {
        self.address
    }

    /// Takes out the next entry: `read` is given its address.
    pub(crate) fn take<T>(&self, read: impl FnOnce(*const u8) -> T) -> Option<T> {
        let _taking = self.taking.lock();
        // SAFETY: a live ring, and the lock is held.
        unsafe { Ring::take(self.ring.as_ptr(), read) }
    }

    /// Where an entry is, once it is there; it stays in the ring.
    pub(crate) fn peek(&self, entry: u64) -> Option<*mut u8> {
        // SAFETY: a live ring.
        unsafe { Ring::peek(self.ring.as_ptr(), entry) }
    }

    /// Entries that were taken out so far.
    pub(crate) fn consumed(&self) -> u64 {
        // SAFETY: a live ring.
        unsafe { (*self.ring.as_ptr()).consumed.value.load(Ordering::Relaxed) }
    }

    /// Frees the slots of entries before `end`, in order, up to the first that is still needed.
    pub(crate) fn release_while(&self, end: u64, is_over: fn(*mut u8) -> bool) {
        let _taking = self.taking.lock();
        while self.consumed() != end && self.peek(self.consumed()).is_some_and(is_over) {
            // SAFETY: a live ring, and the lock is held.
            unsafe { (*self.ring.as_ptr()).consumed.value.store(self.consumed() + 1, Ordering::Release) };
        }
    }

    /// Entries so far for which there was no room.
    pub(crate) fn dropped(&self) -> u64 {
        // SAFETY: a live ring.
        unsafe { (*self.ring.as_ptr()).dropped.load(Ordering::Relaxed) }
    }

    /// Tells devices that nothing will be taken out any more.
    pub(crate) fn close(&self) {
        // SAFETY: a live ring.
        unsafe { (*self.ring.as_ptr()).consumed.closed.store(1, Ordering::Release) }
    }
}

impl Drop for SharedRing {
    fn drop(&mut self) {
        // SAFETY: allocated here, and whoever had the ring knows of no kernel that uses it.
        unsafe { self.driver.free_host(self.ring.as_ptr().cast(), self.bytes) }
    }
}
