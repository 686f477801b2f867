//! Pages of this process.

/// The size of the device's pages, and of the host's.
pub(super) const PAGE: u64 = 4096;

/// The least multiple of the page size that is no less.
pub(super) fn whole(bytes: u64) -> Option<u64> {
    bytes.checked_next_multiple_of(PAGE)
}

/// The pages that an access touches: the first byte of the first, and of the one after the last.
pub(super) fn around(address: u64, bytes: u64) -> (u64, u64) {
    (address / PAGE * PAGE, (address + bytes).next_multiple_of(PAGE))
}

/// Anonymous memory, and behind it a page that nobody can touch: two allocations never stand side by side, so an access
/// that runs over the end of one does not land in the next.
#[derive(Debug)]
pub(super) struct Pages {
    start: u64,
    bytes: u64,
}

impl Pages {
    /// `bytes` is a multiple of the page size.
    pub(super) fn map(bytes: u64, fixed: Option<u64>) -> Option<Pages> {
        let all = usize::try_from(bytes.checked_add(PAGE)?).ok()?;
        let place = if fixed.is_some() { libc::MAP_FIXED_NOREPLACE } else { 0 };
        // Reserves nothing: the runtime asks for gibibytes of scratch, most of which stays untouched.
        let flags = libc::MAP_PRIVATE | libc::MAP_ANONYMOUS | libc::MAP_NORESERVE | place;
        let hint = fixed.unwrap_or(0) as *mut libc::c_void;
        // SAFETY: a new mapping; at a fixed address it is refused where something is.
        let start = unsafe { libc::mmap(hint, all, libc::PROT_NONE, flags, -1, 0) };
        if start == libc::MAP_FAILED {
            return None;
        }
        let pages = Pages { start: start as u64, bytes };
        // Kernels before 4.17 take the flag for a hint.
        if fixed.is_some_and(|fixed| fixed != pages.start) {
            return None;
        }
        // SAFETY: the first part of the mapping that was just made.
        let open = unsafe { libc::mprotect(start, bytes as usize, libc::PROT_READ | libc::PROT_WRITE) };
        (open == 0).then_some(pages)
    }

    pub(super) fn start(&self) -> u64 {
        self.start
    }

    pub(super) fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Frees the memory, and keeps the addresses: they read as zero.
    pub(super) fn forget_contents(&self) {
        // SAFETY: the owner has freed it; what still reads it must do with zeros.
        unsafe { libc::madvise(self.start as *mut libc::c_void, self.bytes as usize, libc::MADV_DONTNEED) };
    }
}

impl Drop for Pages {
    fn drop(&mut self) {
        // SAFETY: this mapping is ours, and nothing refers to it once it is dropped.
        unsafe { libc::munmap(self.start as *mut libc::c_void, (self.bytes + PAGE) as usize) };
    }
}

/// Whether all of this is memory of the process.
pub(super) fn exist(address: u64, bytes: u64) -> bool {
    let (start, end) = around(address, bytes);
    // SAFETY: asks about any range; fails where part of it is not mapped, and with this flag does nothing else.
    unsafe { libc::msync(start as *mut libc::c_void, (end - start) as usize, libc::MS_ASYNC) == 0 }
}

/// An address that is no memory of the process, for tests: far below where the system puts mappings by itself.
#[cfg(test)]
pub(super) const NOWHERE: u64 = 0x1000_0000_0000;
