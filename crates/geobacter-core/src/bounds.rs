use core::num::NonZeroU32;

/// What the code of a launch is to be made for, besides its device: how many registers it may use, and whether it may
/// count on the work-group's size.
///
/// A device keeps the registers of all work-items that it has at hand, and hides waiting for memory behind whichever of
/// them can go on. So a kernel that uses many registers leaves room for few. These bounds trade one for the other: the
/// compiler keeps what does not fit in memory. Whether that is faster, only a measurement says.
///
/// Bounds are part of a kernel's identity: each combination is compiled once, for the launch's own work-group size, and is
/// cached like any other. Images compiled ahead of time have none, and are not used for launches that ask for some: on such
/// a launch code is compiled where it runs. The CPU device has nothing to bound and ignores them.
///
/// ```
/// use geobacter_core::{Grid, LaunchBounds};
/// /// Beside the kernel that it was measured for.
/// const BOUNDS: LaunchBounds = LaunchBounds::new().min_subgroups(4).exact_group_size();
/// let grid = Grid::covering(1 << 20).group_size([256]).launch_bounds(BOUNDS);
/// assert_eq!(grid.bounds(), BOUNDS);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct LaunchBounds {
    min_subgroups: Option<u32>,
    max_registers: Option<u32>,
    exact_group_size: bool,
}

impl LaunchBounds {
    /// No bounds: the compiler chooses.
    #[must_use]
    pub const fn new() -> Self {
        LaunchBounds { min_subgroups: None, max_registers: None, exact_group_size: false }
    }

    /// Keeps registers so few that each execution unit has room for at least `n` sub-groups.
    ///
    /// An execution unit is what has one scheduler and one file of registers: a SIMD of an AMD compute unit (`n` waves,
    /// `amdgpu-waves-per-eu`), one of the four parts of an NVIDIA multiprocessor (so `4 n` warps in as many work-groups as
    /// that takes, PTX's `.minnctapersm`). It is not known here how much work-group memory a launch takes, which may leave
    /// room for fewer.
    ///
    /// 0 and more than the device ever has are errors of the launch.
    #[must_use]
    pub const fn min_subgroups(mut self, n: u32) -> Self {
        self.min_subgroups = Some(n);
        self
    }

    /// Lets a work-item use at most `n` registers of 32 bits: of the vector registers of AMD GPUs (accumulation registers
    /// among them), of all registers of NVIDIA ones (PTX's `.maxnreg`).
    ///
    /// 0, fewer than the compiler needs for any kernel, and more than there are for one work-item are errors of the launch.
    #[must_use]
    pub const fn max_registers(mut self, n: u32) -> Self {
        self.max_registers = Some(n);
        self
    }

    /// Compiles for exactly the launch's work-group size, on each axis: it is then a constant, index arithmetic gets
    /// shorter, and barriers of a group that is one sub-group disappear. Without this, code is made for all sizes up to 256
    /// or 1024, and is shared by launches of different sizes.
    #[must_use]
    pub const fn exact_group_size(mut self) -> Self {
        self.exact_group_size = true;
        self
    }

    /// As set by [`min_subgroups`](Self::min_subgroups).
    #[must_use]
    pub const fn requested_min_subgroups(self) -> Option<u32> {
        self.min_subgroups
    }

    /// As set by [`max_registers`](Self::max_registers).
    #[must_use]
    pub const fn requested_max_registers(self) -> Option<u32> {
        self.max_registers
    }

    /// Whether [`exact_group_size`](Self::exact_group_size) was called.
    #[must_use]
    pub const fn is_group_size_exact(self) -> bool {
        self.exact_group_size
    }
}

/// The bounds of a launch as the code generator takes them: checked, and with the work-group's size. Part of the key
/// wherever code is kept.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct CodeBounds {
    /// The fewest sub-groups that each execution unit must have room for.
    pub min_subgroups: Option<NonZeroU32>,
    /// The most registers that a work-item may use.
    pub max_registers: Option<NonZeroU32>,
    /// Work-items of every work-group, along each axis; where `None`, any up to the launch bound.
    pub group_size: Option<[u32; 3]>,
}

impl CodeBounds {
    /// No bounds.
    pub const NONE: CodeBounds = CodeBounds { min_subgroups: None, max_registers: None, group_size: None };

    /// Whether there are none: code that was made without bounds then serves.
    #[must_use]
    pub fn is_none(&self) -> bool {
        *self == CodeBounds::NONE
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_bound_is_its_own() {
        let all = LaunchBounds::new().min_subgroups(3).max_registers(40).exact_group_size();
        assert_eq!((all.requested_min_subgroups(), all.requested_max_registers()), (Some(3), Some(40)));
        assert!(all.is_group_size_exact() && !LaunchBounds::new().max_registers(1).is_group_size_exact());
        assert_eq!(LaunchBounds::new().max_registers(1).requested_min_subgroups(), None);
        assert_eq!(LaunchBounds::new(), LaunchBounds::default());
    }
}
