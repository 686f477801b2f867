//! Memory that devices may touch: what was allocated for them, and host memory that was registered.
//!
//! An address means the same to every device and to the process. What is allocated is plain anonymous memory, on whatever
//! node; that a bank is full is a matter of counting. As on a card, memory is a device's only once it is mapped to it.

mod allocation;
mod gpus;
mod lookup;
mod pages;
mod registration;
mod view;

use std::ffi::c_void;
use std::ptr::null;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

use parking_lot::{Mutex, RwLock};

use crate::abi::{MemFlags, NodeId, PointerInfo, Result, Status, pointer};
use crate::topology::HOST;
use allocation::{Allocation, Allocations};
pub(crate) use gpus::Gpus;
use registration::Registrations;
pub(crate) use view::View;

/// All of it.
#[derive(Debug)]
pub(crate) struct Memory {
    state: RwLock<State>,
    /// Goes up with every change, so that what threads remember of past lookups is known to be old.
    generation: AtomicU64,
    /// Engines that are at work, which may still touch what is freed now.
    working: AtomicUsize,
    /// Freed, and not yet given back.
    retired: Mutex<Vec<pages::Pages>>,
    gpus: Gpus,
    /// Of each GPU.
    device_bytes: u64,
    host_bytes: u64,
}

#[derive(Debug, Default)]
struct State {
    allocations: Allocations,
    registrations: Registrations,
}

impl Memory {
    /// Memory of this many GPUs and the host, with room for this much on each.
    pub(crate) fn new(gpus: usize, device_bytes: u64, host_bytes: u64) -> Memory {
        let generation = AtomicU64::new(next_generation());
        let (state, working, retired) = Default::default();
        Memory { state, generation, working, retired, gpus: Gpus::first(gpus), device_bytes, host_bytes }
    }

    /// Allocates whole pages on a node, at `fixed` where that is given.
    pub(crate) fn allocate(&self, node: NodeId, bytes: u64, flags: MemFlags, fixed: Option<u64>) -> Result<u64> {
        let limit = self.limit(node)?;
        if bytes == 0 {
            return Err(Status::InvalidParameter);
        }
        if flags.has(MemFlags::GDS) || flags.has(MemFlags::NO_ADDRESS) || flags.has(MemFlags::ONLY_ADDRESS) {
            return Err(Status::NotSupported);
        }
        let mut state = self.state.write();
        // Scratch is a range of addresses; the runtime maps the parts that it uses, and counts for itself.
        let counted = !flags.has(MemFlags::SCRATCH);
        let bytes = pages::whole(bytes).ok_or(Status::NoMemory)?;
        if counted && bytes > limit.saturating_sub(state.allocations.used(node)) {
            return Err(Status::NoMemory);
        }
        let pages = pages::Pages::map(bytes, fixed).ok_or(Status::NoMemory)?;
        let start = pages.start();
        state.allocations.insert(Allocation {
            pages,
            node,
            flags,
            counted,
            mapped: if flags.has(MemFlags::SCRATCH) { Gpus::only(node) } else { Gpus::NONE },
            user_data: 0,
        });
        self.changed();
        Ok(start)
    }

    /// Frees what `allocate` returned.
    pub(crate) fn free(&self, address: u64) -> Result {
        let mut state = self.state.write();
        let allocation = state.allocations.remove(address).ok_or(Status::InvalidParameter)?;
        self.changed();
        drop(state);
        allocation.pages.forget_contents();
        self.retired.lock().push(allocation.pages);
        self.give_back();
        Ok(())
    }

    /// Makes host memory known. The same range may be registered again, and then has to be deregistered as often.
    pub(crate) fn register(&self, address: u64, bytes: u64) -> Result {
        if bytes == 0 || address.checked_add(bytes).is_none() {
            return Err(Status::InvalidParameter);
        }
        let mut state = self.state.write();
        if state.allocations.containing(address, bytes).is_some() {
            return Ok(());
        }
        if !pages::exist(address, bytes) {
            return Err(Status::InvalidParameter);
        }
        state.registrations.add(address, bytes);
        Ok(())
    }

    /// Undoes one `register`.
    pub(crate) fn deregister(&self, address: u64) -> Result {
        let mut state = self.state.write();
        if state.registrations.remove(address) {
            self.changed();
            return Ok(());
        }
        state.allocations.containing(address, 1).map(|_| ()).ok_or(Status::MemoryNotRegistered)
    }

    /// The GPUs that there are.
    pub(crate) fn gpus(&self) -> Gpus {
        self.gpus
    }

    /// Bytes of a node that can still be allocated.
    pub(crate) fn available(&self, node: NodeId) -> Result<u64> {
        Ok(self.limit(node)?.saturating_sub(self.state.read().allocations.used(node)))
    }

    fn limit(&self, node: NodeId) -> Result<u64> {
        match node {
            HOST => Ok(self.host_bytes),
            gpu if self.gpus.has(gpu) => Ok(self.device_bytes),
            _ => Err(Status::InvalidNodeUnit),
        }
    }

    /// Lets these GPUs, and no others, touch memory that was allocated or registered.
    pub(crate) fn map(&self, address: u64, bytes: u64, gpus: Gpus) -> Result {
        let mut state = self.state.write();
        let known = match state.allocations.containing_mut(address, bytes) {
            Some(allocation) => {
                // Scratch is its own GPU's, whoever else there is.
                let scratch = allocation.flags.has(MemFlags::SCRATCH);
                allocation.mapped = if scratch { Gpus::only(allocation.node) } else { gpus };
                true
            }
            None => state.registrations.map(address, bytes, gpus),
        };
        self.changed();
        if known { Ok(()) } else { Err(Status::InvalidParameter) }
    }

    /// Takes it away from all GPUs.
    pub(crate) fn unmap(&self, address: u64) -> Result {
        let mut state = self.state.write();
        let known = match state.allocations.containing_mut(address, 1) {
            Some(allocation) => {
                // Parts of scratch come and go, and all of it was its GPU's from the start.
                if !allocation.flags.has(MemFlags::SCRATCH) {
                    allocation.mapped = Gpus::NONE;
                }
                true
            }
            None => state.registrations.unmap(address),
        };
        self.changed();
        if known { Ok(()) } else { Err(Status::InvalidParameter) }
    }

    /// What is known of the memory that `address` is in.
    pub(crate) fn pointer_info(&self, address: u64) -> Option<PointerInfo> {
        let state = self.state.read();
        let info = |kind, node, flags, start, bytes, mapped: &'static [NodeId], user_data: usize| PointerInfo {
            kind,
            node,
            flags,
            cpu_address: start,
            gpu_address: start,
            bytes,
            registered_count: 0,
            mapped_count: mapped.len() as u32,
            registered_nodes: null(),
            mapped_nodes: if mapped.is_empty() { null() } else { mapped.as_ptr() },
            user_data: user_data as *mut c_void,
        };
        if let Some(a) = state.allocations.containing(address, 1) {
            let (start, bytes) = (a.pages.start(), a.pages.bytes());
            return Some(info(pointer::ALLOCATED, a.node, a.flags, start, bytes, a.mapped.list(), a.user_data));
        }
        let (start, bytes, r) = state.registrations.containing(address)?;
        Some(info(pointer::REGISTERED_USER, HOST, MemFlags::default(), start, bytes, r.mapped.list(), r.user_data))
    }

    /// What `pointer_info` shall return as the memory's user data.
    pub(crate) fn set_user_data(&self, address: u64, user_data: usize) -> Result {
        let mut state = self.state.write();
        let place = match state.allocations.containing_mut(address, 1) {
            Some(allocation) => Some(&mut allocation.user_data),
            None => state.registrations.user_data_mut(address),
        };
        *place.ok_or(Status::InvalidParameter)? = user_data;
        Ok(())
    }

    /// Until the guard is dropped, what is freed stays memory of the process: engines look an address up, and then use it.
    pub(crate) fn at_work(&self) -> AtWork<'_> {
        self.working.fetch_add(1, Ordering::SeqCst);
        AtWork(self)
    }

    fn changed(&self) {
        self.generation.store(next_generation(), Ordering::SeqCst);
    }

    fn give_back(&self) {
        let mut retired = self.retired.lock();
        // In the one order of these and of `changed`: an engine that starts after this was read finds the new generation.
        if self.working.load(Ordering::SeqCst) == 0 {
            retired.clear();
        }
    }
}

/// A number that no state of any map has had.
fn next_generation() -> u64 {
    // From 1: a thread that has looked nothing up yet remembers nothing of generation 0.
    static NEXT: AtomicU64 = AtomicU64::new(1);
    NEXT.fetch_add(1, Ordering::SeqCst)
}

/// An engine at work.
pub(crate) struct AtWork<'m>(&'m Memory);

impl Drop for AtWork<'_> {
    fn drop(&mut self) {
        self.0.working.fetch_sub(1, Ordering::SeqCst);
        if !self.0.retired.lock().is_empty() {
            self.0.give_back();
        }
    }
}

#[cfg(test)]
mod tests;
