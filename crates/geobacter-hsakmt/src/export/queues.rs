//! Queues.

use std::ffi::c_void;

use super::{export, write};
use crate::abi::{Event, QueueResource, Status};
use crate::driver;

export! {
    /// Makes a queue over a ring of packets.
    fn hsaKmtCreateQueue(
        node: u32,
        kind: u32,
        percentage: u32,
        _priority: i32,
        address: *mut c_void,
        bytes: u64,
        _event: *mut Event,
        resource: *mut QueueResource,
    ) {
        let driver = driver::get()?;
        let device = driver.device(node)?;
        if resource.is_null() {
            return Err(Status::InvalidParameter);
        }
        // SAFETY: the caller's promise: it says where its indices are.
        let mut given = unsafe { resource.read_unaligned() };
        driver.queues.create(device, kind, address as u64, bytes, &mut given)?;
        if percentage == 0 {
            driver.queues.update(given.id, 0)?;
        }
        // SAFETY: the caller's promise.
        unsafe { write(resource, given) }
    }

    /// Changes a queue. A share of nothing holds it; its ring stays what it was.
    fn hsaKmtUpdateQueue(
        queue: u64,
        percentage: u32,
        _priority: i32,
        _address: *mut c_void,
        _bytes: u64,
        _event: *mut Event,
    ) {
        driver::get()?.queues.update(queue, percentage)
    }

    /// Ends a queue, and whatever it is doing.
    fn hsaKmtDestroyQueue(queue: u64) {
        driver::get()?.queues.destroy(queue)
    }

    /// Which compute units a queue may use. They are all the same.
    fn hsaKmtSetQueueCUMask(queue: u64, _count: u32, mask: *mut u32) {
        if mask.is_null() {
            return Err(Status::InvalidParameter);
        }
        if driver::get()?.queues.exists(queue) { Ok(()) } else { Err(Status::InvalidHandle) }
    }

    /// Barriers across a whole grid. The node does not say that it has any.
    fn hsaKmtAllocQueueGWS(_queue: u64, _count: u32, _first: *mut u32) {
        Err(Status::NotSupported)
    }
}
