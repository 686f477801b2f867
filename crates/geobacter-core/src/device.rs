//! What the code of a kernel knows of the device that it is compiled for.
//!
//! On a GPU each of these is a constant by the time the code is optimised: a branch on it is decided then, and an array
//! or loop sized by it has that size. On the CPU device they are the CPU device's. Host code that is not part of a
//! kernel gets the same answers as on the CPU device; to ask about a certain device there, use its `DeviceInfo`.
//!
//! ```
//! use geobacter::device::{self, Arch, Version};
//! use geobacter::prelude::*;
//!
//! fn best(item: WorkItem, mut out: PerItem<u32>) {
//!     if let Some(out) = out.get_mut(&item) {
//!         *out = match device::arch() {
//!             Arch::Nvptx(sm) if sm >= Version::new(8, 0, 0) => 80,
//!             Arch::Amdgpu(gfx) if gfx >= Version::new(11, 0, 0) => 11,
//!             _ => device::subgroup_size(), // all but one of these are gone from the code
//!         };
//!     }
//! }
//!
//! # fn main() -> geobacter::Result<()> {
//! let device = Device::open("cpu")?;
//! let mut out = device.buffer::<u32>(1)?;
//! device.launch(Grid::covering(1), best, (&mut out,))?;
//! assert_eq!(out.to_vec()?, [1]); // a sub-group of the CPU device is one work-item
//! # Ok(())
//! # }
//! ```

use core::fmt;

use crate::{Platform, abi, platform};

/// A processor, as finely as code for it is told apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Arch {
    /// Host code: the CPU device, or an ordinary call.
    Host,
    /// An NVIDIA GPU of this compute capability: `sm_90` is 9.0.
    Nvptx(Version),
    /// An AMD GPU of this version: `gfx90a` is 9.0.10, `gfx1100` is 11.0.0.
    Amdgpu(Version),
}

/// A processor's version. Later ones are greater; what that says of their abilities is for each vendor's documents.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Version {
    /// The first number.
    pub major: u8,
    /// The second number.
    pub minor: u8,
    /// The third number; 0 where the vendor has none.
    pub stepping: u8,
}

impl Version {
    /// A version, for comparison.
    pub const fn new(major: u8, minor: u8, stepping: u8) -> Self {
        Version { major, minor, stepping }
    }

    #[inline(always)]
    const fn unpacked(packed: u32) -> Self {
        let [_, major, minor, stepping] = packed.to_be_bytes();
        Version { major, minor, stepping }
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.major, self.minor, self.stepping)
    }
}

/// The processor that this code is for. The driver may run it on a later one of the same vendor.
#[inline]
pub fn arch() -> Arch {
    let version = Version::unpacked(abi::__geobacter_arch());
    match platform() {
        Platform::Nvptx => Arch::Nvptx(version),
        Platform::Amdgpu => Arch::Amdgpu(version),
        _ => Arch::Host,
    }
}

/// Work-items of a (full) sub-group: a warp, a wavefront. One on the CPU device.
#[inline]
pub fn subgroup_size() -> u32 {
    abi::__geobacter_subgroup_size()
}

/// The most work-items that a work-group may have.
#[inline]
pub fn max_group_size() -> u32 {
    abi::__geobacter_max_group_size()
}

/// The most work-group memory that a work-group may have, in bytes: as much as every processor has that this code runs on.
/// The device at hand may have more (`DeviceInfo::max_group_memory`).
#[inline]
pub fn max_group_memory() -> u32 {
    abi::__geobacter_max_group_memory()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_come_out_as_they_were_packed() {
        assert_eq!(Version::unpacked(abi::packed_version(9, 0, 10)), Version::new(9, 0, 10));
        assert!(Version::new(11, 0, 0) > Version::new(10, 3, 6));
        assert!(Version::new(9, 0, 10) < Version::new(9, 4, 2));
    }
}
