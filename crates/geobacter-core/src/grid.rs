use core::ops::Range;

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
}

impl Grid<1> {
    /// One work-item for each of `len` elements, global ids from 0.
    pub const fn covering(len: usize) -> Self {
        Grid::new([len])
    }

    /// One work-item for each index in `range`: the first has global id `range.start`.
    ///
    /// An empty or reversed range gives a grid of zero work-items, which a launch refuses.
    pub const fn range(range: Range<usize>) -> Self {
        Grid { extent: [range.end.saturating_sub(range.start)], start: [range.start], group_size: None }
    }
}

impl<const D: usize> Grid<D> {
    /// A grid of `extent` work-items along each axis, global ids from 0.
    pub const fn new(extent: [usize; D]) -> Self {
        const { assert!(D >= 1 && D <= 3, "a grid has one, two or three axes") };
        Grid { extent, start: [0; D], group_size: None }
    }

    /// The same grid with its first global id at `start`.
    #[must_use]
    pub const fn starting_at(mut self, start: [usize; D]) -> Self {
        self.start = start;
        self
    }

    /// Sets the work-items of a work-group along each axis, instead of the device's own choice.
    ///
    /// Zero axes and sizes beyond the device's limits are errors of the launch.
    #[must_use]
    pub const fn group_size(mut self, size: [u32; D]) -> Self {
        self.group_size = Some(size);
        self
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
    pub fn work_items(&self) -> Option<usize> {
        self.extent.iter().try_fold(1usize, |n, &e| n.checked_mul(e))
    }
}

/// The type of an index into a grid of `D` axes: a plain `usize` in one dimension, an array in two and three.
pub type GridIndex<const D: usize> = [usize; D];
