//! Images as kernels take them.

use core::marker::PhantomData;

use super::dimension::{D2, Dimension};
use super::format::Format;
use super::mask::Mask;
use super::texels::{ImageArg, Texels};
use crate::specialise::{Fix, Visit};
use crate::{ArgKind, KernelParam};

/// An image that all work-items read.
///
/// On the host, pass `&image`.
///
/// ```
/// use geobacter::prelude::*;
/// use geobacter::image::{D2, Image, ImageRef, R32Float};
///
/// fn transpose(item: WorkItem<2>, from: ImageRef<R32Float>, mut to: PerItem<f32>) {
///     let [x, y] = item.global_id();
///     if let (Some(to), Some([value, ..])) = (to.get_mut(&item), from.get([y, x])) {
///         *to = value;
///     }
/// }
/// # fn main() -> geobacter::Result<()> {
/// let device = Device::open("cpu")?;
/// let from: Image<R32Float, D2> = device.image_from([3, 2], &[1.0, 2.0, 3.0, 4.0, 5.0, 6.0])?;
/// let mut to = device.buffer::<f32>(6)?;
/// device.launch(Grid::new([2, 3]), transpose, (&from, &mut to))?;
/// assert_eq!(to.to_vec()?, [1.0, 4.0, 2.0, 5.0, 3.0, 6.0]);
/// # Ok(())
/// # }
/// ```
pub struct ImageRef<'k, F, D = D2> {
    pub(super) texels: Texels<F, D>,
    memory: PhantomData<&'k [F]>,
}

impl<F: Format, D: Dimension> ImageRef<'_, F, D> {
    /// Texels along each axis.
    #[inline(always)]
    pub fn extent(&self) -> D::Index {
        self.texels.extent()
    }

    /// Red, green, blue and alpha of the texel at `at`; `None` outside.
    #[inline(always)]
    pub fn get(&self, at: D::Index) -> Option<[F::Component; 4]> {
        self.get_raw(at).map(F::decode)
    }

    /// The texel at `at` as it lies in memory; `None` outside.
    #[inline(always)]
    pub fn get_raw(&self, at: D::Index) -> Option<F::Texel> {
        // SAFETY: a texel of the image, which no work-item of this launch writes.
        self.texels.find(D::position(at)).map(|texel| unsafe { texel.read() })
    }
}

impl<F, D> Clone for ImageRef<'_, F, D> {
    #[inline(always)]
    fn clone(&self) -> Self {
        *self
    }
}
impl<F, D> Copy for ImageRef<'_, F, D> {}

// SAFETY: shared reads of memory that no work-item of the launch may write.
unsafe impl<F: Format, D: Dimension> KernelParam for ImageRef<'_, F, D> {
    type Device<'k> = ImageRef<'k, F, D>;
    type Packed = ImageArg;
    const KIND: ArgKind = ArgKind::Slice;

    #[inline(always)]
    unsafe fn unpack<'k>(packed: &'k ImageArg, _: usize) -> ImageRef<'k, F, D> {
        // SAFETY: the caller promises live memory; the host made the argument from an image of this type.
        ImageRef { texels: unsafe { Texels::new(*packed) }, memory: PhantomData }
    }

    fn constants(packed: &ImageArg, offset: usize, fix: Fix, visit: Visit<'_>) {
        packed.constants(offset, fix, visit);
    }
}

/// An image of which each work-item reads and writes its own texel: the one whose position is its
/// [`global_id`](crate::WorkItem::global_id). The grid has as many axes as the image, layers included.
///
/// On the host, pass `&mut image`.
///
/// ```
/// use geobacter::prelude::*;
/// use geobacter::image::{D2, Image, Mask, PerItemTexel, Rgba8Unorm};
///
/// fn redden(item: WorkItem<2>, mut image: PerItemTexel<Rgba8Unorm>) {
///     if let Some(mut texel) = image.get_mut(&item) {
///         let [red, ..] = texel.load();
///         texel.store_masked([red + 0.2, 0.0, 0.0, 0.0], Mask::RED);
///     }
/// }
/// # fn main() -> geobacter::Result<()> {
/// let device = Device::open("cpu")?;
/// let mut image: Image<Rgba8Unorm, D2> = device.image_from([2, 1], &[0, 1, 2, 3, 250, 5, 6, 7])?;
/// device.launch(Grid::new([2, 1]), redden, (&mut image,))?;
/// assert_eq!(image.to_vec()?, [51, 1, 2, 3, 255, 5, 6, 7]);
/// # Ok(())
/// # }
/// ```
pub struct PerItemTexel<'k, F, D = D2> {
    texels: Texels<F, D>,
    memory: PhantomData<&'k mut [F]>,
}

impl<F: Format, D: Dimension> PerItemTexel<'_, F, D> {
    /// Texels along each axis.
    #[inline(always)]
    pub fn extent(&self) -> D::Index {
        self.texels.extent()
    }

    /// This work-item's texel; `None` where the image is smaller than the grid.
    #[inline(always)]
    pub fn get_mut(&mut self, item: &D::Item<'_>) -> Option<TexelMut<'_, F>> {
        let texel = self.texels.find(D::own(item))?;
        // SAFETY: inside, and the witness is this work-item's alone; `self` is borrowed while the texel is.
        Some(unsafe { TexelMut::new(texel) })
    }
}

// SAFETY: get_mut hands each texel to the one work-item with its position.
unsafe impl<F: Format, D: Dimension> KernelParam for PerItemTexel<'_, F, D> {
    type Device<'k> = PerItemTexel<'k, F, D>;
    type Packed = ImageArg;
    const KIND: ArgKind = ArgKind::SliceMut;

    #[inline(always)]
    unsafe fn unpack<'k>(packed: &'k ImageArg, _: usize) -> PerItemTexel<'k, F, D> {
        // SAFETY: as for `ImageRef`.
        PerItemTexel { texels: unsafe { Texels::new(*packed) }, memory: PhantomData }
    }

    fn constants(packed: &ImageArg, offset: usize, fix: Fix, visit: Visit<'_>) {
        packed.constants(offset, fix, visit);
    }
}

/// One texel that is this work-item's own.
pub struct TexelMut<'a, F: Format> {
    texel: *mut F::Texel,
    memory: PhantomData<&'a mut F::Texel>,
}

impl<F: Format> TexelMut<'_, F> {
    /// # Safety
    /// `texel` is valid, and nothing else reads or writes it while this lives.
    #[inline(always)]
    pub(super) unsafe fn new(texel: *mut F::Texel) -> Self {
        TexelMut { texel, memory: PhantomData }
    }

    /// Its red, green, blue and alpha.
    #[inline(always)]
    pub fn load(&self) -> [F::Component; 4] {
        // SAFETY: the promise of `new`.
        F::decode(unsafe { self.texel.read() })
    }

    /// Writes all its channels: one store.
    #[inline(always)]
    pub fn store(&mut self, value: [F::Component; 4]) {
        self.store_masked(value, Mask::ALL);
    }

    /// Writes the channels that hold components of `mask`; the others keep what they have.
    ///
    /// ```
    /// use geobacter::prelude::*;
    /// use geobacter::image::{D2, Image, Mask, PerItemTexel, Rgba8Unorm};
    ///
    /// fn redden(item: WorkItem<2>, mut image: PerItemTexel<Rgba8Unorm>) {
    ///     if let Some(mut texel) = image.get_mut(&item) {
    ///         texel.store_masked([1.0, 0.0, 0.0, 0.0], Mask::RED);
    ///     }
    /// }
    /// # fn main() -> geobacter::Result<()> {
    /// let device = Device::open("cpu")?;
    /// let mut image: Image<Rgba8Unorm, D2> = device.image_from([1, 1], &[1, 2, 3, 4])?;
    /// device.launch(Grid::new([1, 1]), redden, (&mut image,))?;
    /// assert_eq!(image.to_vec()?, [255, 2, 3, 4]);
    /// # Ok(())
    /// # }
    /// ```
    #[inline(always)]
    pub fn store_masked(&mut self, value: [F::Component; 4], mask: Mask) {
        // SAFETY: the promise of `new`.
        unsafe {
            let old = if F::is_whole(mask) { F::Texel::default() } else { self.texel.read() };
            self.texel.write(F::encode(old, value, mask));
        }
    }
}

/// An image without any promise: for kernels that cannot express what they do with the safe views.
///
/// On the host, pass `unsafe { image.raw() }`.
pub struct RawImage<F, D = D2> {
    texels: Texels<F, D>,
}

impl<F, D> Clone for RawImage<F, D> {
    #[inline(always)]
    fn clone(&self) -> Self {
        *self
    }
}
impl<F, D> Copy for RawImage<F, D> {}

impl<F: Format, D: Dimension> RawImage<F, D> {
    /// Texels along each axis.
    #[inline(always)]
    pub fn extent(&self) -> D::Index {
        self.texels.extent()
    }

    /// The texel at `at`; `None` outside.
    ///
    /// # Safety
    /// While the texel lives, nothing else reads or writes that place.
    #[inline(always)]
    pub unsafe fn get_mut<'a>(&self, at: D::Index) -> Option<TexelMut<'a, F>> {
        // SAFETY: inside; the rest is the caller's promise.
        self.texels.find(D::position(at)).map(|texel| unsafe { TexelMut::new(texel) })
    }

    /// The address of the texel at `at`; `None` outside. Reading or writing through it is `unsafe`: nothing keeps
    /// work-items apart.
    #[inline(always)]
    pub fn as_ptr(&self, at: D::Index) -> Option<*mut F::Texel> {
        self.texels.find(D::position(at))
    }
}

// SAFETY: everything it does with memory is unsafe.
unsafe impl<F: Format, D: Dimension> KernelParam for RawImage<F, D> {
    type Device<'k> = RawImage<F, D>;
    type Packed = ImageArg;
    const KIND: ArgKind = ArgKind::Pointer;

    #[inline(always)]
    unsafe fn unpack(packed: &ImageArg, _: usize) -> RawImage<F, D> {
        // SAFETY: as for `ImageRef`.
        RawImage { texels: unsafe { Texels::new(*packed) } }
    }

    fn constants(packed: &ImageArg, offset: usize, fix: Fix, visit: Visit<'_>) {
        packed.constants(offset, fix, visit);
    }
}
