//! The machine that this runs on.

use std::thread::available_parallelism;

use crate::abi::NodeProperties;

/// Fills in the host's node.
pub(super) fn describe(node: &mut NodeProperties) {
    node.cpu_cores = available_parallelism().map_or(1, |n| n.get() as u32);
    // Nothing computes with it.
    node.max_cpu_clock_mhz = 2000;
    node.drm_render_minor = -1;
}

/// Bytes of memory that the machine has.
pub(crate) fn memory_bytes() -> u64 {
    // SAFETY: asks for two numbers.
    let (pages, page) = unsafe { (libc::sysconf(libc::_SC_PHYS_PAGES), libc::sysconf(libc::_SC_PAGESIZE)) };
    /// Where the system does not say.
    const FALLBACK: u64 = 4 << 30;
    match (u64::try_from(pages), u64::try_from(page)) {
        (Ok(pages), Ok(page)) => pages.saturating_mul(page),
        _ => FALLBACK,
    }
}
