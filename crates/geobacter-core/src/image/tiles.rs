//! Several texels for each work-item.

use core::marker::PhantomData;

use super::dimension::{D2, Dimension};
use super::format::Format;
use super::texels::{ImageArg, Texels};
use super::views::TexelMut;
use crate::specialise::{Fix, Visit};
use crate::{ArgKind, KernelParam, WorkItem};

/// A 2D image of which each work-item of a 2D grid reads and writes a tile: the one with the global id `[i, j]` has columns
/// `i * W .. (i + 1) * W` of rows `j * H .. (j + 1) * H`.
///
/// On the host, pass `&mut image`.
///
/// ```
/// use geobacter::prelude::*;
/// use geobacter::image::{D2, Image, PerItemTexels, R8Uint};
///
/// fn number(item: WorkItem<2>, mut image: PerItemTexels<R8Uint, 2, 1>) {
///     let [i, j] = item.global_id();
///     if let Some(mut tile) = image.get_mut(&item) {
///         for x in 0..2 {
///             if let Some(mut texel) = tile.get_mut([x, 0]) {
///                 texel.store([(100 * j + 10 * i + x) as u32, 0, 0, 0]);
///             }
///         }
///     }
/// }
/// # fn main() -> geobacter::Result<()> {
/// let device = Device::open("cpu")?;
/// let mut image: Image<R8Uint, D2> = device.image([3, 2])?;
/// device.launch(Grid::new([2, 2]), number, (&mut image,))?;
/// assert_eq!(image.to_vec()?, [0, 1, 10, 100, 101, 110]);
/// # Ok(())
/// # }
/// ```
pub struct PerItemTexels<'k, F, const W: usize, const H: usize> {
    texels: Texels<F, D2>,
    memory: PhantomData<&'k mut [F]>,
}

impl<F: Format, const W: usize, const H: usize> PerItemTexels<'_, F, W, H> {
    /// Texels along each axis of the whole image.
    #[inline(always)]
    pub fn extent(&self) -> [usize; 2] {
        self.texels.extent()
    }

    /// This work-item's tile, cut off where the image ends; `None` where nothing is left of it.
    #[inline(always)]
    pub fn get_mut(&mut self, item: &WorkItem<'_, 2>) -> Option<TexelTile<'_, F>> {
        let [i, j, _] = D2::own(item);
        let (x, y) = (i.checked_mul(W)?, j.checked_mul(H)?);
        let [columns, rows] = self.texels.extent();
        (x < columns && y < rows).then(|| TexelTile {
            texels: self.texels,
            first: [x, y],
            extent: [W.min(columns - x), H.min(rows - y)],
            memory: PhantomData,
        })
    }
}

// SAFETY: tiles of distinct work-items do not overlap.
unsafe impl<F: Format, const W: usize, const H: usize> KernelParam for PerItemTexels<'_, F, W, H> {
    type Device<'k> = PerItemTexels<'k, F, W, H>;
    type Packed = ImageArg;
    const KIND: ArgKind = ArgKind::SliceMut;

    #[inline(always)]
    unsafe fn unpack<'k>(packed: &'k ImageArg, _: usize) -> PerItemTexels<'k, F, W, H> {
        // SAFETY: the caller promises live memory; the host made the argument from an image of this type.
        PerItemTexels { texels: unsafe { Texels::new(*packed) }, memory: PhantomData }
    }

    fn constants(packed: &ImageArg, offset: usize, fix: Fix, visit: Visit<'_>) {
        packed.constants(offset, fix, visit);
    }
}

/// The texels of an image that are one work-item's own.
pub struct TexelTile<'a, F: Format> {
    texels: Texels<F, D2>,
    first: [usize; 2],
    extent: [usize; 2],
    memory: PhantomData<&'a mut F>,
}

impl<F: Format> TexelTile<'_, F> {
    /// Columns and rows of this tile.
    #[inline(always)]
    pub fn extent(&self) -> [usize; 2] {
        self.extent
    }

    /// The texel in column `x` of row `y` of the tile; `None` outside.
    #[inline(always)]
    pub fn get_mut(&mut self, [x, y]: [usize; 2]) -> Option<TexelMut<'_, F>> {
        let inside = x < self.extent[0] && y < self.extent[1];
        inside.then(|| {
            let at = [self.first[0] + x, self.first[1] + y, 0].map(|i| i as u32);
            // SAFETY: inside the tile, which is this work-item's alone; `self` is borrowed while the texel is.
            unsafe { TexelMut::new(self.texels.address(at)) }
        })
    }
}
