//! Memory of a device, and host memory that it reaches; and copies that the host waits for.

use std::ffi::c_void;
use std::sync::Arc;
use std::time::{Duration, Instant};

use geobacter_driver::Error;
use geobacter_driver::driver::DevicePtr;

use crate::blocks::Blocks;
use crate::completion::Completion;
use crate::context::Context;
use crate::sys::{self, Agent, MemoryPool, SUCCESS, Signal, Status};

/// How long one look at the device's memory may take: it waits for no kernel.
const LOOK: Duration = Duration::from_secs(10);
/// The same while it is open whether anything still runs on the device.
const AFTER_FAULT: Duration = Duration::from_secs(1);
/// How often that is looked at.
const SLICE: Duration = Duration::from_millis(100);

/// One side of a copy.
#[derive(Clone, Copy)]
pub(crate) struct Place {
    pub(crate) address: *mut u8,
    /// Whose memory it is.
    pub(crate) agent: Agent,
}

impl Context {
    /// Device memory, aligned to a page.
    pub(crate) fn allocate(&self, bytes: usize) -> Result<DevicePtr, Error> {
        self.usable()?;
        if bytes as u64 > self.info.memory {
            return Err(self.out_of_memory(bytes));
        }
        let ptr = self
            .allocate_from(self.pools.device, bytes)
            .map_err(|error| error.unwrap_or_else(|| self.out_of_memory(bytes)))?;
        let address = ptr.expose_provenance() as u64;
        self.allocations.insert(address, bytes as u64);
        Ok(DevicePtr(address))
    }

    /// Frees it. Failing to is worth a note and nothing else: the caller is a drop.
    pub(crate) fn free(&self, ptr: DevicePtr) {
        self.allocations.remove(ptr.0);
        self.shared.remove(ptr.0);
        self.free_any(std::ptr::with_exposed_provenance_mut(ptr.0 as usize));
    }

    /// Host memory for the user, which every GPU reaches.
    pub(crate) fn allocate_host(&self, bytes: usize) -> Result<*mut u8, Error> {
        let ptr = self.allocate_from_host(self.pools.host, bytes)?;
        self.runtime().pinned.insert(ptr.expose_provenance() as u64, bytes as u64);
        Ok(ptr)
    }

    /// Frees it, as [`free`](Self::free).
    pub(crate) fn free_host(&self, ptr: *mut u8) {
        self.runtime().pinned.remove(ptr.addr() as u64);
        self.free_any(ptr);
    }

    /// Host memory from one of the host's pools, which every GPU reaches.
    pub(crate) fn allocate_from_host(&self, pool: MemoryPool, bytes: usize) -> Result<*mut u8, Error> {
        self.alive()?;
        let full = || Error::OutOfMemory {
            device: format!("pinned host memory for {}", self.id()),
            requested: bytes as u64,
            free: None,
            total: None,
        };
        let ptr = self.allocate_from(pool, bytes).map_err(|error| error.unwrap_or_else(full))?;
        let status = self.allow_all(ptr);
        if let Err(error) = self.check("hsa_amd_agents_allow_access", status) {
            self.free_any(ptr);
            return Err(error);
        }
        Ok(ptr)
    }

    /// `Err(None)` where there is no room.
    fn allocate_from(&self, pool: MemoryPool, bytes: usize) -> Result<*mut u8, Option<Error>> {
        let mut ptr: *mut c_void = std::ptr::null_mut();
        // SAFETY: writes one address.
        match unsafe { (self.api().hsa_amd_memory_pool_allocate)(pool, bytes, 0, &mut ptr) } {
            SUCCESS if !ptr.is_null() => Ok(ptr.cast()),
            SUCCESS | sys::ERROR_OUT_OF_RESOURCES | sys::ERROR_INVALID_ALLOCATION => Err(None),
            status => Err(Some(self.refused("hsa_amd_memory_pool_allocate", &self.api().describe(status)))),
        }
    }

    fn free_any(&self, ptr: *mut u8) {
        // SAFETY: allocated so, freed once, no longer in use: the callers' promise.
        if let Err(error) = unsafe { hsa!(self, hsa_amd_memory_pool_free(ptr.cast())) } {
            tracing::debug!("freeing memory: {error}");
        }
    }

    /// Lets every GPU reach an allocation.
    fn allow_all(&self, ptr: *mut u8) -> Status {
        let gpus = &self.runtime().gpus;
        // SAFETY: a list of agents, and an allocation.
        unsafe {
            (self.api().hsa_amd_agents_allow_access)(gpus.len() as u32, gpus.as_ptr(), std::ptr::null(), ptr.cast())
        }
    }

    /// Lets every GPU reach the allocation that these bytes are in; whether they do.
    pub(crate) fn share(&self, ptr: DevicePtr, bytes: usize) -> bool {
        let Some(first) = self.allocations.containing(ptr.0, bytes as u64) else { return false };
        if self.shared.containing(first, 1).is_some() {
            return true;
        }
        let status = self.allow_all(std::ptr::with_exposed_provenance_mut(first as usize));
        if status != SUCCESS {
            tracing::warn!("{}: other devices do not reach its memory: {}", self.id(), self.api().describe(status));
            return false;
        }
        self.shared.insert(first, 1);
        true
    }

    fn out_of_memory(&self, bytes: usize) -> Error {
        Error::OutOfMemory {
            device: self.id().to_owned(),
            requested: bytes as u64,
            free: None,
            total: Some(self.info.memory),
        }
    }

    /// An address of this device's memory, as a side of a copy.
    pub(crate) fn place(&self, ptr: DevicePtr) -> Place {
        Place { address: std::ptr::with_exposed_provenance_mut(ptr.0 as usize), agent: self.agent() }
    }

    /// Host memory that this device reaches, as a side of a copy.
    pub(crate) fn host_place(&self, address: *mut u8) -> Place {
        Place { address, agent: self.pools.host_agent }
    }

    /// Gives a copy (not of 0 bytes) to a copy engine.
    ///
    /// # Safety
    /// Both sides must be reached by the device, and stay valid until `completion` has been counted down by it.
    pub(crate) unsafe fn copy(
        &self,
        to: Place,
        from: Place,
        bytes: usize,
        dependencies: &[Signal],
        completion: &Completion,
    ) -> Result<(), Error> {
        let (count, list) =
            (dependencies.len() as u32, if dependencies.is_empty() { std::ptr::null() } else { dependencies.as_ptr() });
        let (to_agent, from_agent, signal) = (to.agent, from.agent, completion.signal());
        let (to, from) = (to.address.cast::<c_void>(), from.address.cast_const().cast::<c_void>());
        // SAFETY: the caller's promise; signals live as long as their completions.
        unsafe { hsa!(self, hsa_amd_memory_async_copy(to, to_agent, from, from_agent, bytes, count, list, signal)) }
    }

    /// Device memory, as it is now.
    pub(crate) fn read(self: &Arc<Self>, from: DevicePtr, bytes: usize) -> Result<Vec<u8>, Error> {
        let block = Blocks::take(self, |context| &context.staging, bytes)?;
        self.copy_now(self.host_place(block.ptr()), self.place(from), bytes)?;
        // SAFETY: as many bytes were just written.
        Ok(unsafe { std::slice::from_raw_parts(block.ptr(), bytes) }.to_vec())
    }

    /// Writes device memory now.
    pub(crate) fn write(self: &Arc<Self>, to: DevicePtr, bytes: &[u8]) -> Result<(), Error> {
        let block = Blocks::take(self, |context| &context.staging, bytes.len())?;
        // SAFETY: a block of at least this size, which nobody else uses.
        unsafe { std::ptr::copy_nonoverlapping(bytes.as_ptr(), block.ptr(), bytes.len()) };
        self.copy_now(self.place(to), self.host_place(block.ptr()), bytes.len())
    }

    /// Copies, and waits. The caller may be what the aftermath of a fault has to wait for, so this does not wait for that.
    fn copy_now(self: &Arc<Self>, to: Place, from: Place, bytes: usize) -> Result<(), Error> {
        self.alive()?;
        let completion = Completion::new(self, 1)?;
        // SAFETY: both sides are this crate's own, and outlive the wait below; where that fails they are given up.
        unsafe { self.copy(to, from, bytes, &[], &completion) }?;
        let begin = Instant::now();
        while !completion.wait(SLICE) {
            let patience = if self.had_a_fault() { AFTER_FAULT } else { LOOK };
            if begin.elapsed() >= patience {
                completion.abandon();
                self.alive()?;
                return Err(self.refused("hsa_amd_memory_async_copy", "a small copy did not end: the device hangs"));
            }
        }
        Ok(())
    }
}
