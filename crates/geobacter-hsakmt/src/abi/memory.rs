use std::ffi::c_void;
use std::mem::{offset_of, size_of};

/// `HsaMemFlags`: how memory is to be allocated.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[repr(transparent)]
pub(crate) struct MemFlags(pub(crate) u32);

impl MemFlags {
    pub(crate) const READ_ONLY: u32 = 1 << 3;
    pub(crate) const GDS: u32 = 1 << 8;
    pub(crate) const SCRATCH: u32 = 1 << 9;
    pub(crate) const EXECUTE: u32 = 1 << 12;
    pub(crate) const FIXED_ADDRESS: u32 = 1 << 15;
    /// Memory without an address, which is given it later (ROCm 5.7 and later).
    pub(crate) const NO_ADDRESS: u32 = 1 << 18;
    /// Addresses without memory.
    pub(crate) const ONLY_ADDRESS: u32 = 1 << 19;

    pub(crate) fn has(self, flag: u32) -> bool {
        self.0 & flag != 0
    }
}

/// Kinds of pointers (`HSA_POINTER_TYPE`).
pub(crate) mod pointer {
    pub(crate) const UNKNOWN: u32 = 0;
    pub(crate) const ALLOCATED: u32 = 1;
    pub(crate) const REGISTERED_USER: u32 = 2;
}

/// `HsaPointerInfo`.
#[derive(Clone, Copy, Debug)]
#[repr(C, packed(4))]
pub(crate) struct PointerInfo {
    pub(crate) kind: u32,
    pub(crate) node: u32,
    pub(crate) flags: MemFlags,
    pub(crate) cpu_address: u64,
    pub(crate) gpu_address: u64,
    pub(crate) bytes: u64,
    pub(crate) registered_count: u32,
    pub(crate) mapped_count: u32,
    pub(crate) registered_nodes: *const u32,
    pub(crate) mapped_nodes: *const u32,
    pub(crate) user_data: *mut c_void,
}

const _: () = {
    assert!(size_of::<PointerInfo>() == 68);
    assert!(offset_of!(PointerInfo, flags) == 8);
    assert!(offset_of!(PointerInfo, cpu_address) == 12);
    assert!(offset_of!(PointerInfo, gpu_address) == 20);
    assert!(offset_of!(PointerInfo, bytes) == 28);
    assert!(offset_of!(PointerInfo, registered_count) == 36);
    assert!(offset_of!(PointerInfo, registered_nodes) == 44);
    assert!(offset_of!(PointerInfo, user_data) == 60);
};
