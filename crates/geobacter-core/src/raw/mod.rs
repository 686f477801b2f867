//! Each vendor's own cross-lane operations, for experts: what [`Subgroup`](crate::Subgroup) offers is the same on every device,
//! and these are not.
//!
//! Ask [`platform()`](crate::platform) first. On a GPU of another vendor, and on a processor that lacks the operation, a kernel
//! that reaches one does not compile, and the error shows the calls that lead there; as code, it costs nothing in a branch
//! that is not this device's. As host code, and so on the CPU device, it panics.
//!
//! All are *convergent*, as [`Subgroup`](crate::Subgroup) says, and safe: they move registers. Which lanes are read, and what
//! comes of those that are not there, is the hardware's business; each says where its manual has it.
//!
//! ```
//! use geobacter::prelude::*;
//! use geobacter::{raw, Platform, platform};
//!
//! /// Each pair of work-items swaps its numbers.
//! fn swap(item: WorkItem, group: Group, x: &[u32], mut out: PerItem<u32>) {
//!     let (subgroup, mine) = (group.subgroup(), x[item.global_id()]);
//!     let other = match platform() {
//!         Platform::Amdgpu => {
//!             const SWAP: u32 = raw::amd::quad_perm([1, 0, 3, 2]);
//!             raw::amd::dpp::<SWAP>(subgroup, mine, mine)
//!         }
//!         Platform::Nvptx => raw::nvidia::shfl_bfly(subgroup, u32::MAX, mine, 1, 31),
//!         _ => subgroup.shuffle_xor(mine, 1),
//!     };
//!     if let Some(out) = out.get_mut(&item) {
//!         *out = other;
//!     }
//! }
//! # fn main() -> geobacter::Result<()> {
//! let device = Device::open("cpu")?; // whose sub-groups are of one
//! let x = device.buffer_from(&[1, 2])?;
//! let mut out = device.buffer::<u32>(2)?;
//! device.launch(Grid::covering(2), swap, (GroupArg, &x, &mut out))?;
//! assert_eq!(out.to_vec()?, [1, 2]);
//! # Ok(())
//! # }
//! ```

/// Refuses to run as host code: a call there would find nothing.
macro_rules! not_on_the_host {
    ($vendor:literal) => {
        assert!(
            $crate::platform() != $crate::Platform::Host,
            concat!("this operation exists on ", $vendor, " GPUs only: ask `geobacter::platform()` before")
        );
    };
}

pub mod amd;
pub mod nvidia;
