use core::ops::Range;

/// How far a launch's memory operations reach at its beginning (acquire) and its end (release).
///
/// (HSA Platform System Architecture 1.2, "AQL packet header"; devices whose queues always order everything ignore it.)
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FenceScope {
    /// No fence.
    None,
    /// Caches of the device that its compute units do not share.
    Device,
    /// Everything: other devices, copies and the host see what was written, and what they wrote is seen.
    #[default]
    System,
}

/// The fences around a launch. The default reaches everything on both sides.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Fences {
    /// Before its first work-item: whose writes it sees.
    pub acquire: FenceScope,
    /// After its last work-item: who sees its writes.
    pub release: FenceScope,
}

/// How many work-items a launch has, along one, two or three axes.
///
/// Any size: the grid is rounded up to whole work-groups on the device, and work-items beyond `extent` return before any
/// user code. Axis 0 varies fastest. The work-group size is chosen for the device unless
/// [`group_size`](Grid::group_size) sets it.
///
/// ```
/// use geobacter_core::Grid;
/// let g = Grid::covering(1000);
/// assert_eq!(g.extent(), [1000]);
/// let image = Grid::new([1920, 1080]).group_size([16, 16]);
/// assert_eq!(image.work_items(), Some(1920 * 1080));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Grid<const D: usize = 1> {
    extent: [usize; D],
    start: [usize; D],
    group_size: Option<[u32; D]>,
    fences: Fences,
}

impl Grid<1> {
    /// One work-item for each of `len` elements, global ids from 0.
    pub const fn covering(len: usize) -> Self {
        Grid::new([len])
    }

    /// One work-item for each index in `range`: the first has global id `range.start`.
    ///
    /// An empty or reversed range gives a grid of zero work-items, which a launch refuses.
    ///
    /// ```
    /// use geobacter::prelude::*;
    /// fn number(item: WorkItem, mut out: PerItem<usize>) {
    ///     if let Some(out) = out.get_mut(&item) {
    ///         *out = item.global_id();
    ///     }
    /// }
    /// # fn main() -> geobacter::Result<()> {
    /// let device = Device::open("cpu")?;
    /// let mut out = device.buffer::<usize>(3)?;
    /// device.launch(Grid::range(5..8), number, (&mut out,))?;
    /// assert_eq!(out.to_vec()?, [5, 6, 7]); // ids start at 5, elements at 0
    /// # Ok(())
    /// # }
    /// ```
    pub const fn range(range: Range<usize>) -> Self {
        Grid { start: [range.start], ..Grid::new([range.end.saturating_sub(range.start)]) }
    }
}

impl<const D: usize> Grid<D> {
    /// A grid of `extent` work-items along each axis, global ids from 0.
    pub const fn new(extent: [usize; D]) -> Self {
        const { assert!(D >= 1 && D <= 3, "a grid has one, two or three axes") };
        let fences = Fences { acquire: FenceScope::System, release: FenceScope::System };
        Grid { extent, start: [0; D], group_size: None, fences }
    }

    /// The same grid with its first global id at `start`.
    ///
    /// ```
    /// use geobacter::prelude::*;
    /// fn number(item: WorkItem<2>, mut out: PerItem<[usize; 2]>) {
    ///     if let Some(out) = out.get_mut(&item) {
    ///         *out = item.global_id();
    ///     }
    /// }
    /// # fn main() -> geobacter::Result<()> {
    /// let device = Device::open("cpu")?;
    /// let mut band = device.buffer::<[usize; 2]>(4)?;
    /// device.launch(Grid::new([2, 2]).starting_at([0, 100]), number, (&mut band,))?;
    /// assert_eq!(band.to_vec()?, [[0, 100], [1, 100], [0, 101], [1, 101]]);
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub const fn starting_at(mut self, start: [usize; D]) -> Self {
        self.start = start;
        self
    }

    /// Sets the work-items of a work-group along each axis, instead of the device's own choice.
    ///
    /// Zero axes and sizes beyond the device's limits are errors of the launch.
    ///
    /// ```
    /// use geobacter::prelude::*;
    /// fn places(item: WorkItem, mut out: PerItem<[usize; 2]>) {
    ///     if let Some(out) = out.get_mut(&item) {
    ///         *out = [item.group_id(), item.local_id()];
    ///     }
    /// }
    /// # fn main() -> geobacter::Result<()> {
    /// let device = Device::open("cpu")?;
    /// let mut out = device.buffer::<[usize; 2]>(5)?;
    /// device.launch(Grid::covering(5).group_size([2]), places, (&mut out,))?;
    /// assert_eq!(out.to_vec()?, [[0, 0], [0, 1], [1, 0], [1, 1], [2, 0]]);
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub const fn group_size(mut self, size: [u32; D]) -> Self {
        self.group_size = Some(size);
        self
    }

    /// Sets how far the launch looks for writes before it begins, instead of everywhere.
    ///
    /// A chain of small launches on one queue may begin faster with less than the default.
    ///
    /// # Safety
    /// With less than [`FenceScope::System`] the launch may not see what the host, copies or other devices wrote; with
    /// [`FenceScope::None`] neither what launches before it wrote, nor its own arguments where their memory was used
    /// before. It must not read such memory.
    #[must_use]
    pub const unsafe fn acquire(mut self, scope: FenceScope) -> Self {
        self.fences.acquire = scope;
        self
    }

    /// Sets who sees what the launch wrote once it is complete, instead of everyone.
    ///
    /// # Safety
    /// With less than [`FenceScope::System`] nobody but later launches on the same device may read what this one wrote,
    /// and with [`FenceScope::None`] not even they, before a later launch on the same queue has released more; reports of
    /// panics may be lost.
    #[must_use]
    pub const unsafe fn release(mut self, scope: FenceScope) -> Self {
        self.fences.release = scope;
        self
    }

    /// The fences around the launch.
    pub const fn fences(&self) -> Fences {
        self.fences
    }

    /// Work-items along each axis.
    pub const fn extent(&self) -> [usize; D] {
        self.extent
    }

    /// The first global id along each axis.
    pub const fn start(&self) -> [usize; D] {
        self.start
    }

    /// The work-group size, where it was set.
    pub const fn requested_group_size(&self) -> Option<[u32; D]> {
        self.group_size
    }

    /// Work-items in all, or `None` where the product overflows.
    ///
    /// ```
    /// use geobacter_core::Grid;
    /// assert_eq!(Grid::new([3, 4, 5]).work_items(), Some(60));
    /// assert_eq!(Grid::new([usize::MAX, 2]).work_items(), None);
    /// ```
    pub fn work_items(&self) -> Option<usize> {
        self.extent.iter().try_fold(1usize, |n, &e| n.checked_mul(e))
    }
}

/// The type of an index into a grid of `D` axes: a plain `usize` in one dimension, an array in two and three.
pub type GridIndex<const D: usize> = [usize; D];

#[cfg(test)]
mod tests {
    use super::*;

    /// The original project's setter of one wrote the other.
    #[test]
    fn acquire_and_release_are_each_their_own() {
        let grid = Grid::covering(10);
        assert_eq!(grid.fences(), Fences::default());
        // SAFETY: nothing is launched.
        let (acquire, release) = unsafe { (grid.acquire(FenceScope::None), grid.release(FenceScope::Device)) };
        assert_eq!(acquire.fences(), Fences { acquire: FenceScope::None, release: FenceScope::System });
        assert_eq!(release.fences(), Fences { acquire: FenceScope::System, release: FenceScope::Device });
    }

    #[test]
    fn a_range_starts_where_it_says() {
        let grid = Grid::range(5..12);
        assert_eq!((grid.extent(), grid.start(), grid.requested_group_size()), ([7], [5], None));
    }
}
