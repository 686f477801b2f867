//! The user's own memory, locked so that a copy engine reaches it.

use std::ffi::c_void;
use std::sync::Arc;

use crate::context::Context;
use crate::sys::SUCCESS;

/// Locked memory; unlocked when dropped.
pub(crate) struct Lock {
    context: Arc<Context>,
    host: *mut c_void,
    on_device: *mut u8,
}

// SAFETY: addresses; the runtime unlocks on any thread.
unsafe impl Send for Lock {}
// SAFETY: as above.
unsafe impl Sync for Lock {}

impl Lock {
    /// Locks `bytes` bytes from `host`; `None` where the kernel refuses (a limit, memory of a file), or where another copy
    /// has some of them locked.
    pub(crate) fn new(context: &Arc<Context>, host: *mut u8, bytes: usize) -> Option<Self> {
        let start = host.expose_provenance() as u64;
        if !context.runtime().locked.insert(start, bytes as u64) {
            return None;
        }
        let (agent, mut on_device) = (context.agent(), std::ptr::null_mut());
        let host = host.cast::<c_void>();
        // SAFETY: whoever submitted the copy promises the memory until it is done, and that is when this is dropped.
        let status = unsafe { (context.api().hsa_amd_memory_lock)(host, bytes, &agent, 1, &mut on_device) };
        if status != SUCCESS || on_device.is_null() {
            context.runtime().locked.remove(start);
            tracing::debug!("{} bytes are not locked: {}", bytes, context.api().describe(status));
            return None;
        }
        Some(Self { context: Arc::clone(context), host, on_device: on_device.cast() })
    }

    /// Where the device finds the first byte.
    pub(crate) fn on_device(&self) -> *mut u8 {
        self.on_device
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        // SAFETY: locked once, unlocked once; no copy uses it any more.
        let status = unsafe { (self.context.api().hsa_amd_memory_unlock)(self.host) };
        if let Err(error) = self.context.check("hsa_amd_memory_unlock", status) {
            tracing::debug!("{error}");
        }
        self.context.runtime().locked.remove(self.host.addr() as u64);
    }
}
