//! Device memory that is host memory.

use std::alloc::{Layout, alloc, dealloc};

/// What the driver contract promises for device allocations.
const ALIGN: usize = 256;

fn layout(bytes: usize) -> Option<Layout> {
    Layout::from_size_align(bytes, ALIGN).ok().filter(|l| l.size() > 0)
}

/// `bytes` bytes, uninitialised and aligned to 256, or `None` where there is no room.
pub fn allocate(bytes: usize) -> Option<*mut u8> {
    // The system would promise more than it has and kill the process at first touch.
    if bytes as u64 > installed() {
        return None;
    }
    // SAFETY: the layout is not empty.
    let ptr = unsafe { alloc(layout(bytes)?) };
    (!ptr.is_null()).then_some(ptr)
}

/// Frees what `allocate` gave.
///
/// # Safety
/// `ptr` and `bytes` from one [`allocate`], freed once.
pub unsafe fn free(ptr: *mut u8, bytes: usize) {
    if let Some(layout) = layout(bytes) {
        // SAFETY: allocated with the same layout.
        unsafe { dealloc(ptr, layout) }
    }
}

/// Bytes of memory in the machine.
pub fn installed() -> u64 {
    // SAFETY: reads two numbers of the system.
    let (pages, size) = unsafe { (libc::sysconf(libc::_SC_PHYS_PAGES), libc::sysconf(libc::_SC_PAGESIZE)) };
    u64::try_from(pages).unwrap_or(0).saturating_mul(u64::try_from(size).unwrap_or(0)).max(1)
}
