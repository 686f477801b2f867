//! Outputs that each work-item can write without racing with any other: all disjoint by construction, keyed by the
//! [`WorkItem`] witness.

use core::marker::PhantomData;
use core::mem::offset_of;

use crate::specialise::{Fix, Visit, visit_value};
use crate::{ArgKind, DeviceCopy, KernelParam, SliceArg, WorkItem};

/// Memory that the views below split among work-items.
struct Shared<'k, T> {
    ptr: *mut T,
    len: usize,
    memory: PhantomData<&'k mut [T]>,
}

impl<T> Shared<'_, T> {
    #[inline(always)]
    fn new(arg: &SliceArg<T>) -> Self {
        Shared { ptr: arg.ptr, len: arg.len, memory: PhantomData }
    }

    /// # Safety
    /// No other live reference to elements `at..at + len`, which must lie inside.
    #[inline(always)]
    unsafe fn slice<'a>(&self, at: usize, len: usize) -> &'a mut [T] {
        // SAFETY: the caller's promise.
        unsafe { core::slice::from_raw_parts_mut(self.ptr.add(at), len) }
    }
}

/// One element for each work-item: the work-item with [`linear_id`](WorkItem::linear_id) `i` may write element `i`.
///
/// On the host, pass `&mut buffer`.
///
/// ```
/// use geobacter::prelude::*;
/// fn double(item: WorkItem, x: &[f32], mut y: PerItem<f32>) {
///     if let Some(y) = y.get_mut(&item) {
///         *y = 2.0 * x[item.global_id()];
///     }
/// }
/// # fn main() -> geobacter::Result<()> {
/// let device = Device::open("cpu")?;
/// let x = device.buffer_from(&[1.0, 2.0, 3.0])?;
/// let mut y = device.buffer::<f32>(3)?;
/// device.launch(Grid::covering(3), double, (&x, &mut y))?;
/// assert_eq!(y.to_vec()?, [2.0, 4.0, 6.0]);
/// # Ok(())
/// # }
/// ```
pub struct PerItem<'k, T>(Shared<'k, T>);

impl<T> PerItem<'_, T> {
    /// This work-item's element; `None` where the buffer has fewer elements than the grid has work-items.
    #[inline(always)]
    pub fn get_mut<const D: usize>(&mut self, item: &WorkItem<'_, D>) -> Option<&mut T> {
        let i = item.linear_id();
        // SAFETY: in bounds, and the witness is this work-item's alone; `self` is borrowed while the element is.
        (i < self.0.len).then(|| unsafe { &mut *self.0.ptr.add(i) })
    }

    /// Elements in the whole buffer.
    #[inline(always)]
    pub fn len(&self) -> usize {
        self.0.len
    }

    /// Whether the whole buffer has no element.
    #[inline(always)]
    pub fn is_empty(&self) -> bool {
        self.0.len == 0
    }
}

// SAFETY: get_mut hands each element to the one work-item with its index.
unsafe impl<T: DeviceCopy> KernelParam for PerItem<'_, T> {
    type Device<'k> = PerItem<'k, T>;
    type Packed = SliceArg<T>;
    const KIND: ArgKind = ArgKind::SliceMut;

    #[inline(always)]
    unsafe fn unpack<'k>(packed: &'k SliceArg<T>, _: usize) -> PerItem<'k, T> {
        PerItem(Shared::new(packed))
    }

    #[inline(always)]
    fn covers(packed: &SliceArg<T>) -> u64 {
        packed.covers()
    }

    #[inline(always)]
    unsafe fn assume_covered(packed: &SliceArg<T>, id: usize) {
        // SAFETY: the caller's promise.
        unsafe { packed.assume_covered(id) }
    }

    fn constants(packed: &SliceArg<T>, offset: usize, fix: Fix, visit: Visit<'_>) {
        packed.constants(offset, fix, visit);
    }
}

/// `N` consecutive elements for each work-item: its own row, or chunk. Work-item `i` may write elements
/// `i * N .. (i + 1) * N`, the last of them fewer where the buffer ends.
///
/// On the host, pass `&mut buffer`.
///
/// ```
/// use geobacter::prelude::*;
/// fn powers(item: WorkItem, x: &[u32], mut out: PerItemChunks<u32, 3>) {
///     if let Some(out) = out.get_mut(&item) {
///         let x = x[item.global_id()];
///         *out = [x, x * x, x * x * x];
///     }
/// }
/// # fn main() -> geobacter::Result<()> {
/// let device = Device::open("cpu")?;
/// let x = device.buffer_from(&[2, 3])?;
/// let mut out = device.buffer::<u32>(6)?;
/// device.launch(Grid::covering(2), powers, (&x, &mut out))?;
/// assert_eq!(out.to_vec()?, [2, 4, 8, 3, 9, 27]);
/// # Ok(())
/// # }
/// ```
pub struct PerItemChunks<'k, T, const N: usize>(Shared<'k, T>);

impl<T, const N: usize> PerItemChunks<'_, T, N> {
    /// This work-item's chunk, whole: `None` where the buffer ends before or inside it.
    #[inline(always)]
    pub fn get_mut<const D: usize>(&mut self, item: &WorkItem<'_, D>) -> Option<&mut [T; N]> {
        let at = item.linear_id().checked_mul(N)?;
        let end = at.checked_add(N)?;
        // SAFETY: in bounds; chunks of distinct work-items do not overlap, and the witness is this work-item's alone.
        (end <= self.0.len).then(|| unsafe { &mut *self.0.ptr.add(at).cast::<[T; N]>() })
    }

    /// What this work-item has of the buffer: `N` elements, or fewer, or none, where the buffer ends.
    ///
    /// ```
    /// use geobacter::prelude::*;
    /// fn number(item: WorkItem, mut out: PerItemChunks<usize, 4>) {
    ///     out.slice_mut(&item).fill(item.global_id() + 1);
    /// }
    /// # fn main() -> geobacter::Result<()> {
    /// let device = Device::open("cpu")?;
    /// let mut out = device.buffer::<usize>(6)?;
    /// device.launch(Grid::covering(2), number, (&mut out,))?;
    /// assert_eq!(out.to_vec()?, [1, 1, 1, 1, 2, 2]);
    /// # Ok(())
    /// # }
    /// ```
    #[inline(always)]
    pub fn slice_mut<const D: usize>(&mut self, item: &WorkItem<'_, D>) -> &mut [T] {
        let at = item.linear_id().saturating_mul(N).min(self.0.len);
        let n = (self.0.len - at).min(N);
        // SAFETY: as in get_mut.
        unsafe { self.0.slice(at, n) }
    }
}

// SAFETY: chunks of distinct work-items do not overlap.
unsafe impl<T: DeviceCopy, const N: usize> KernelParam for PerItemChunks<'_, T, N> {
    type Device<'k> = PerItemChunks<'k, T, N>;
    type Packed = SliceArg<T>;
    const KIND: ArgKind = ArgKind::SliceMut;

    #[inline(always)]
    unsafe fn unpack<'k>(packed: &'k SliceArg<T>, _: usize) -> PerItemChunks<'k, T, N> {
        PerItemChunks(Shared::new(packed))
    }

    #[inline(always)]
    fn covers(packed: &SliceArg<T>) -> u64 {
        packed.len.checked_div(N).map_or(u64::MAX, |chunks| chunks as u64)
    }

    #[inline(always)]
    unsafe fn assume_covered(packed: &SliceArg<T>, id: usize) {
        let end = id.checked_mul(N).and_then(|at| at.checked_add(N));
        // SAFETY: the caller promises that the chunk is one of the whole ones; its end is at most the length.
        unsafe { core::hint::assert_unchecked(N == 0 || end.is_some_and(|end| end <= packed.len)) }
    }

    fn constants(packed: &SliceArg<T>, offset: usize, fix: Fix, visit: Visit<'_>) {
        packed.constants(offset, fix, visit);
    }
}

/// Every `work_items`-th element for each work-item: a grid-stride loop that is safe to write through.
///
/// Work-item `i` of `n` may write elements `i`, `i + n`, `i + 2n`, ...: neighbours write neighbours, whatever the sizes.
/// On the host, pass `&mut buffer`.
///
/// ```
/// use geobacter::prelude::*;
/// fn squares(item: WorkItem, mut out: PerItemStrided<usize>) {
///     for (i, out) in out.iter_mut(&item) {
///         *out = i * i;
///     }
/// }
/// # fn main() -> geobacter::Result<()> {
/// let device = Device::open("cpu")?;
/// let mut out = device.buffer::<usize>(10)?;
/// device.launch(Grid::covering(4), squares, (&mut out,))?;
/// assert_eq!(out.to_vec()?, [0, 1, 4, 9, 16, 25, 36, 49, 64, 81]);
/// # Ok(())
/// # }
/// ```
pub struct PerItemStrided<'k, T>(Shared<'k, T>);

impl<T> PerItemStrided<'_, T> {
    /// This work-item's elements with their indices in the buffer.
    #[inline(always)]
    pub fn iter_mut<const D: usize>(&mut self, item: &WorkItem<'_, D>) -> impl Iterator<Item = (usize, &mut T)> {
        let (ptr, len, step) = (self.0.ptr, self.0.len, item.work_items());
        let mut next = Some(item.linear_id());
        core::iter::from_fn(move || {
            let i = next.filter(|&i| i < len)?;
            next = i.checked_add(step);
            // SAFETY: in bounds; indices congruent modulo the number of work-items are this work-item's alone, and each
            // is handed out once while `self` is borrowed.
            Some((i, unsafe { &mut *ptr.add(i) }))
        })
    }
}

// SAFETY: indices of distinct work-items differ modulo the number of work-items.
unsafe impl<T: DeviceCopy> KernelParam for PerItemStrided<'_, T> {
    type Device<'k> = PerItemStrided<'k, T>;
    type Packed = SliceArg<T>;
    const KIND: ArgKind = ArgKind::SliceMut;

    #[inline(always)]
    unsafe fn unpack<'k>(packed: &'k SliceArg<T>, _: usize) -> PerItemStrided<'k, T> {
        PerItemStrided(Shared::new(packed))
    }

    fn constants(packed: &SliceArg<T>, offset: usize, fix: Fix, visit: Visit<'_>) {
        packed.constants(offset, fix, visit);
    }
}

/// How a tiled output travels: the elements of a row-major matrix, and its width.
#[repr(C)]
#[derive(Debug)]
pub struct TileArg<T> {
    /// The whole matrix.
    pub slice: SliceArg<T>,
    /// Elements in a row.
    pub width: usize,
}

impl<T> Clone for TileArg<T> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<T> Copy for TileArg<T> {}

/// A `W` x `H` tile of a row-major matrix for each work-item of a 2D grid: work-item `(i, j)` may write columns
/// `i * W .. (i + 1) * W` of rows `j * H .. (j + 1) * H`.
///
/// On the host, pass `buffer.tiles(width)`.
///
/// ```
/// use geobacter::prelude::*;
/// fn number(item: WorkItem<2>, mut out: PerItemTile<u32, 2, 2>) {
///     let [i, j] = item.global_id();
///     if let Some(mut tile) = out.get_mut(&item) {
///         for row in 0..tile.rows() {
///             tile.row_mut(row).unwrap().fill((10 * j + i) as u32);
///         }
///     }
/// }
/// # fn main() -> geobacter::Result<()> {
/// let device = Device::open("cpu")?;
/// let mut out = device.buffer::<u32>(4 * 3)?;
/// device.launch(Grid::new([2, 2]), number, (out.tiles(4),))?;
/// assert_eq!(out.to_vec()?, [0, 0, 1, 1, 0, 0, 1, 1, 10, 10, 11, 11]);
/// # Ok(())
/// # }
/// ```
pub struct PerItemTile<'k, T, const W: usize, const H: usize> {
    all: Shared<'k, T>,
    width: usize,
}

impl<T, const W: usize, const H: usize> PerItemTile<'_, T, W, H> {
    /// This work-item's tile, cut off where the matrix ends; `None` where nothing is left of it.
    #[inline(always)]
    pub fn get_mut(&mut self, item: &WorkItem<'_, 2>) -> Option<Tile<'_, T>> {
        let rows = self.all.len.checked_div(self.width).unwrap_or(0);
        let x = item.position(0).checked_mul(W)?;
        let y = item.position(1).checked_mul(H)?;
        (x < self.width && y < rows).then(|| Tile {
            // SAFETY: row `y` and column `x` are inside the matrix.
            first: unsafe { self.all.ptr.add(y * self.width + x) },
            columns: W.min(self.width - x),
            rows: H.min(rows - y),
            stride: self.width,
            memory: PhantomData,
        })
    }
}

// SAFETY: tiles of distinct positions do not overlap.
unsafe impl<T: DeviceCopy, const W: usize, const H: usize> KernelParam for PerItemTile<'_, T, W, H> {
    type Device<'k> = PerItemTile<'k, T, W, H>;
    type Packed = TileArg<T>;
    const KIND: ArgKind = ArgKind::SliceMut;

    #[inline(always)]
    unsafe fn unpack<'k>(packed: &'k TileArg<T>, _: usize) -> PerItemTile<'k, T, W, H> {
        PerItemTile { all: Shared::new(&packed.slice), width: packed.width }
    }

    fn constants(packed: &TileArg<T>, offset: usize, fix: Fix, visit: Visit<'_>) {
        if fix >= Fix::Lengths {
            packed.slice.constants(offset + offset_of!(TileArg<T>, slice), fix, visit);
            visit_value(&packed.width, offset + offset_of!(TileArg<T>, width), visit);
        }
    }
}

/// One work-item's part of a matrix: rows of it are contiguous.
pub struct Tile<'a, T> {
    first: *mut T,
    columns: usize,
    rows: usize,
    stride: usize,
    memory: PhantomData<&'a mut T>,
}

impl<T> Tile<'_, T> {
    /// Columns in this tile.
    #[inline(always)]
    pub fn columns(&self) -> usize {
        self.columns
    }

    /// Rows in this tile.
    #[inline(always)]
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// Row `y` of the tile, or `None` beyond its last.
    #[inline(always)]
    pub fn row_mut(&mut self, y: usize) -> Option<&mut [T]> {
        // SAFETY: inside the tile, which is this work-item's alone; `self` is borrowed while the row is.
        (y < self.rows)
            .then(|| unsafe { core::slice::from_raw_parts_mut(self.first.add(y * self.stride), self.columns) })
    }

    /// The element in column `x` of row `y`, or `None` outside the tile.
    #[inline(always)]
    pub fn get_mut(&mut self, x: usize, y: usize) -> Option<&mut T> {
        // SAFETY: as in row_mut.
        (x < self.columns && y < self.rows).then(|| unsafe { &mut *self.first.add(y * self.stride + x) })
    }
}

/// Device memory without any promise: for kernels that cannot express what they do with the safe views.
///
/// All work-items get the same pointer. On the host, pass `unsafe { buffer.raw() }`.
///
/// ```
/// use geobacter::prelude::*;
/// use geobacter::RawSlice;
/// fn last_writes(item: WorkItem, out: RawSlice<u32>) {
///     if item.global_id() + 1 == item.grid_size() {
///         // SAFETY: inside the slice, and only one work-item writes.
///         unsafe { *out.as_ptr().add(out.len() - 1) = 7 };
///     }
/// }
/// # fn main() -> geobacter::Result<()> {
/// let device = Device::open("cpu")?;
/// let out = device.buffer::<u32>(3)?;
/// // SAFETY: see the kernel.
/// device.launch(Grid::covering(100), last_writes, (unsafe { out.raw() },))?;
/// assert_eq!(out.to_vec()?, [0, 0, 7]);
/// # Ok(())
/// # }
/// ```
pub struct RawSlice<T> {
    ptr: *mut T,
    len: usize,
}

impl<T> Clone for RawSlice<T> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<T> Copy for RawSlice<T> {}

impl<T> RawSlice<T> {
    /// Device address of the first element. Reading or writing through it is `unsafe`: nothing keeps work-items apart.
    #[inline(always)]
    pub fn as_ptr(&self) -> *mut T {
        self.ptr
    }

    /// Elements.
    #[inline(always)]
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether there is no element.
    #[inline(always)]
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }
}

// SAFETY: hands out only a raw pointer, whose every use is unsafe.
unsafe impl<T: DeviceCopy> KernelParam for RawSlice<T> {
    type Device<'k> = RawSlice<T>;
    type Packed = SliceArg<T>;
    const KIND: ArgKind = ArgKind::Pointer;

    #[inline(always)]
    unsafe fn unpack(packed: &SliceArg<T>, _: usize) -> RawSlice<T> {
        RawSlice { ptr: packed.ptr, len: packed.len }
    }

    #[inline(always)]
    fn covers(packed: &SliceArg<T>) -> u64 {
        packed.covers()
    }

    #[inline(always)]
    unsafe fn assume_covered(packed: &SliceArg<T>, id: usize) {
        // SAFETY: the caller's promise.
        unsafe { packed.assume_covered(id) }
    }

    fn constants(packed: &SliceArg<T>, offset: usize, fix: Fix, visit: Visit<'_>) {
        packed.constants(offset, fix, visit);
    }
}
