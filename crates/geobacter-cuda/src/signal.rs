//! Signals in pinned host memory: kernels change them over the bus, the host looks at its own memory.

use std::any::Any;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use geobacter_core::SignalBlock;
use geobacter_driver::driver::DevicePtr;
use geobacter_driver::signal::{Condition, DriverSignal};
use geobacter_driver::{Error, poll};

use crate::context::Context;
use crate::sys::CUdeviceptr;

/// A signal of an NVIDIA GPU. It has no mailbox: there is no interrupt that a kernel could raise.
pub(crate) struct CudaSignal {
    context: Arc<Context>,
    block: *mut SignalBlock,
    on_device: CUdeviceptr,
}

// SAFETY: the block is pinned memory of ours until the drop, and changed with atomics only.
unsafe impl Send for CudaSignal {}
// SAFETY: as above.
unsafe impl Sync for CudaSignal {}

impl CudaSignal {
    /// The context must be current.
    pub(crate) fn new(context: &Arc<Context>, initial: i64) -> Result<Self, Error> {
        let block = context.allocate_host(size_of::<SignalBlock>())?.cast::<SignalBlock>();
        // Built at once, so that what follows may fail without leaking.
        let mut signal = Self { context: Arc::clone(context), block, on_device: 0 };
        // SAFETY: fresh memory with room for a block, aligned to 64 at least.
        unsafe { block.write(SignalBlock::new(initial, std::ptr::null(), 0)) };
        // SAFETY: writes one address; the memory was pinned with a device address.
        unsafe { cuda!(context, cuMemHostGetDevicePointer_v2(&mut signal.on_device, block.cast(), 0)) }?;
        Ok(signal)
    }

    fn block(&self) -> &SignalBlock {
        // SAFETY: written when it was made, and there until the drop.
        unsafe { &*self.block }
    }
}

impl DriverSignal for CudaSignal {
    fn block(&self) -> DevicePtr {
        DevicePtr(self.on_device)
    }

    fn load(&self) -> i64 {
        self.block().value.load(Ordering::Acquire)
    }

    fn store(&self, value: i64) {
        self.block().value.store(value, Ordering::Release);
    }

    fn wait(&self, condition: Condition, timeout: Option<Duration>) -> Result<Option<i64>, Error> {
        let mut value = self.load();
        if condition.holds(value) {
            return Ok(Some(value));
        }
        self.context.enter()?;
        // Asked about only because the answer tells of faults: a device that faulted will never set the value.
        let probe = self.context.probe()?;
        let found = poll::poll(poll::deadline(timeout), || {
            value = self.load();
            let holds = condition.holds(value);
            if !holds {
                probe.is_done()?;
            }
            Ok::<_, Error>(holds)
        })?;
        Ok(found.then_some(value))
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

impl Drop for CudaSignal {
    fn drop(&mut self) {
        if self.context.enter().is_ok() {
            self.context.free_host(self.block.cast());
        }
    }
}
