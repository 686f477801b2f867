//! Memory: allocating, registering, mapping, asking.

use std::ffi::c_void;

use super::{export, write};
use crate::abi::{MemFlags, PointerInfo, Status, pointer};
use crate::driver;
use crate::memory::Gpus;
use crate::topology::MOST_GPUS;

export! {
    /// Allocates memory on a node.
    fn hsaKmtAllocMemory(node: u32, bytes: u64, flags: MemFlags, address: *mut *mut c_void) {
        let driver = driver::get()?;
        if address.is_null() {
            return Err(Status::InvalidParameter);
        }
        let fixed = flags.has(MemFlags::FIXED_ADDRESS);
        // SAFETY: the caller's promise; at a fixed address it says which.
        let fixed = fixed.then(|| unsafe { address.read_unaligned() } as u64);
        let allocated = driver.memory.allocate(node, bytes, flags, fixed)?;
        // SAFETY: the caller's promise.
        unsafe { write(address, allocated as *mut c_void) }
    }

    /// How many bytes of a GPU can still be allocated.
    fn hsaKmtAvailableMemory(node: u32, bytes: *mut u64) {
        let driver = driver::get()?;
        driver.device(node)?;
        // SAFETY: the caller's promise.
        unsafe { write(bytes, driver.memory.available(node)?) }
    }

    /// Frees it.
    fn hsaKmtFreeMemory(address: *mut c_void, _bytes: u64) {
        driver::get()?.memory.free(address as u64)
    }

    /// Makes host memory known.
    fn hsaKmtRegisterMemoryWithFlags(address: *mut c_void, bytes: u64, _flags: MemFlags) {
        driver::get()?.memory.register(address as u64, bytes)
    }

    /// Forgets it.
    fn hsaKmtDeregisterMemory(address: *mut c_void) {
        driver::get()?.memory.deregister(address as u64)
    }

    /// Maps memory to all GPUs; scratch to its own.
    fn hsaKmtMapMemoryToGPU(address: *mut c_void, bytes: u64, device_address: *mut u64) {
        let all = driver::get()?.memory.gpus();
        map(address, bytes, device_address, all)
    }

    /// Maps memory to these GPUs, and takes it away from the others.
    fn hsaKmtMapMemoryToGPUNodes(
        address: *mut c_void,
        bytes: u64,
        device_address: *mut u64,
        _flags: u32,
        nodes: u64,
        list: *mut u32,
    ) {
        if nodes == 0 || nodes > MOST_GPUS as u64 || list.is_null() {
            return Err(Status::InvalidParameter);
        }
        // SAFETY: the caller's promise.
        let nodes: Vec<u32> = (0..nodes as usize).map(|n| unsafe { list.add(n).read_unaligned() }).collect();
        let gpus = Gpus::of(&nodes, driver::get()?.memory.gpus())?;
        map(address, bytes, device_address, gpus)
    }

    /// Takes it away from all GPUs.
    fn hsaKmtUnmapMemoryToGPU(address: *mut c_void) {
        driver::get()?.memory.unmap(address as u64)
    }

    /// What is known of a pointer.
    fn hsaKmtQueryPointerInfo(address: *const c_void, info: *mut PointerInfo) {
        let driver = driver::get()?;
        let known = driver.memory.pointer_info(address as u64);
        // SAFETY: zero is a value of every field.
        let unknown = || PointerInfo { kind: pointer::UNKNOWN, ..unsafe { std::mem::zeroed() } };
        // SAFETY: the caller's promise.
        unsafe { write(info, known.unwrap_or_else(unknown))? };
        known.map(|_| ()).ok_or(Status::Error)
    }

    /// What `hsaKmtQueryPointerInfo` shall give back.
    fn hsaKmtSetMemoryUserData(address: *const c_void, data: *mut c_void) {
        driver::get()?.memory.set_user_data(address as u64, data as usize)
    }

    /// Which caches are coherent by default. There are none.
    fn hsaKmtSetMemoryPolicy(_node: u32, _default: u32, _alternate: u32, _address: *mut c_void, _bytes: u64) {
        driver::get().map(|_| ())
    }

    /// Memory of a graphics driver, which there is none of.
    fn hsaKmtRegisterGraphicsHandleToNodes(_handle: u64, _info: *mut c_void, _nodes: u64, _list: *mut u32) {
        Err(Status::NotSupported)
    }

    /// Memory shared between processes. The emulated device is one process' own.
    fn hsaKmtShareMemory(_address: *mut c_void, _bytes: u64, _handle: *mut c_void) {
        Err(Status::NotSupported)
    }

    /// See `hsaKmtShareMemory`.
    fn hsaKmtRegisterSharedHandle(_handle: *const c_void, _address: *mut *mut c_void, _bytes: *mut u64) {
        Err(Status::NotSupported)
    }

    /// See `hsaKmtShareMemory`.
    fn hsaKmtRegisterSharedHandleToNodes(
        _handle: *const c_void,
        _address: *mut *mut c_void,
        _bytes: *mut u64,
        _nodes: u64,
        _list: *mut u32,
    ) {
        Err(Status::NotSupported)
    }

    /// For programs that were built with a sanitizer of addresses.
    fn hsaKmtReplaceAsanHeaderPage(_address: *mut c_void) {
        Err(Status::NotSupported)
    }

    /// See `hsaKmtReplaceAsanHeaderPage`.
    fn hsaKmtReturnAsanHeaderPage(_address: *mut c_void) {
        Err(Status::NotSupported)
    }

    /// Attributes of memory that all devices share without being told. The node does not say that it can do that.
    fn hsaKmtSVMSetAttr(_address: *mut c_void, _bytes: u64, _count: u32, _attributes: *mut c_void) {
        Err(Status::NotSupported)
    }

    /// See `hsaKmtSVMSetAttr`.
    fn hsaKmtSVMGetAttr(_address: *mut c_void, _bytes: u64, _count: u32, _attributes: *mut c_void) {
        Err(Status::NotSupported)
    }
}

fn map(address: *mut c_void, bytes: u64, device_address: *mut u64, gpus: Gpus) -> crate::abi::Result {
    driver::get()?.memory.map(address as u64, bytes, gpus)?;
    if !device_address.is_null() {
        // SAFETY: the caller's promise.
        unsafe { device_address.write_unaligned(address as u64) };
    }
    Ok(())
}
