//! For whom atomic operations are atomic, and fences order.
//!
//! [`core::sync::atomic`] works in kernels as it is, and is for everyone: the work-items of all work-groups, other devices,
//! and the host. Most counters concern fewer, and hardware is faster then: it need not go beyond the work-group's or the
//! device's caches, and has instructions that the bus to the host has not.
//!
//! ```
//! use std::sync::atomic::{AtomicU32, Ordering};
//! use geobacter::prelude::*;
//! use geobacter::scope;
//!
//! /// Counts in work-group memory first: one addition to device memory for each group and value.
//! fn histogram(item: WorkItem, group: Group, local: Lds<[AtomicU32; 16]>, x: &[u8], counts: &[AtomicU32]) {
//!     let local = local.init(&item, |_| AtomicU32::new(0)).share(group);
//!     if let Some(&x) = x.get(item.global_id()) {
//!         scope::work_group(|| local[usize::from(x % 16)].fetch_add(1, Ordering::Relaxed));
//!     }
//!     group.barrier();
//!     for bin in (item.group_rank()..16).step_by(item.group_items()) {
//!         let count = local[bin].load(Ordering::Relaxed);
//!         scope::device(|| counts[bin].fetch_add(count, Ordering::Relaxed));
//!     }
//! }
//! # fn main() -> geobacter::Result<()> {
//! let device = Device::open("cpu")?;
//! let x = device.buffer_from(&(0..1000).map(|i| i as u8).collect::<Vec<_>>())?;
//! let mut counts = device.buffer::<u32>(16)?;
//! device.launch(Grid::covering(x.len()), histogram, (GroupArg, LdsArg, &x, &mut counts))?;
//! assert_eq!(counts.to_vec()?.iter().sum::<u32>(), 1000);
//! # Ok(())
//! # }
//! ```

/// The linker section that marks code whose atomic operations are for the work-group, in bitcode.
#[doc(hidden)]
pub const WORK_GROUP_SECTION: &str = ".geobacter.scope.work_group";
/// The linker section that marks code whose atomic operations are for the device, in bitcode.
#[doc(hidden)]
pub const DEVICE_SECTION: &str = ".geobacter.scope.device";

/// Runs `f`, whose atomic operations and fences concern the work-items of this work-group alone.
///
/// Others that use the same memory at the same time may see any of its values, or miss changes. All of `f` is inlined, so
/// let it be little more than the operation. Where one is nested in another, the inner one holds.
#[inline(never)]
#[unsafe(link_section = ".geobacter.scope.work_group")]
pub fn work_group<R>(f: impl FnOnce() -> R) -> R {
    f()
}

/// Runs `f`, whose atomic operations and fences concern the work-items on this device alone: not other devices, nor the
/// host while the kernel runs. See [`work_group`].
///
/// On the device's own memory only, which every [`Buffer`](../../geobacter/struct.Buffer.html) is; not for signals.
#[inline(never)]
#[unsafe(link_section = ".geobacter.scope.device")]
pub fn device<R>(f: impl FnOnce() -> R) -> R {
    f()
}
