//! Images: device memory with texels in it.

mod args;
mod layout;
mod operations;
mod transfer;

use std::fmt;
use std::marker::PhantomData;

use geobacter_core::image::{D2, Dimension, Format, Layered};
pub use layout::ImageLayout;
use layout::Layout;

use crate::memory::Memory;
use crate::{Device, Error, Result};

/// An image on a device: texels of format `F` along the axes of `D`.
///
/// As with a [`Buffer`](crate::Buffer), launches and copies take it by reference, return before they are done, and leave
/// with it what must be waited for. A kernel takes `&image` as an [`ImageRef`](geobacter_core::image::ImageRef), and
/// `&mut image` as a [`PerItemTexel`](geobacter_core::image::PerItemTexel) or
/// [`PerItemTexels`](geobacter_core::image::PerItemTexels).
///
/// Host data is elements, [`Format::ELEMENTS`] to a texel, rows one after the other without anything between them, in the
/// order in which the channels lie in memory: `u8`s for 8-bit channels, `f32`s for `Float`, the bits for `Half`.
///
/// ```
/// use geobacter::prelude::*;
/// use geobacter::image::{D2, Image, ImageRef, PerItemTexel, Rgba8Unorm};
///
/// fn invert(item: WorkItem<2>, from: ImageRef<Rgba8Unorm>, mut to: PerItemTexel<Rgba8Unorm>) {
///     if let (Some(mut to), Some([r, g, b, a])) = (to.get_mut(&item), from.get(item.global_id())) {
///         to.store([1.0 - r, 1.0 - g, 1.0 - b, a]);
///     }
/// }
///
/// # fn main() -> geobacter::Result<()> {
/// let device = Device::open("cpu")?;
/// let from: Image<Rgba8Unorm, D2> = device.image_from([2, 1], &[0, 100, 255, 255, 1, 2, 3, 4])?;
/// let mut to: Image<Rgba8Unorm, D2> = device.image(from.extent())?;
/// device.launch(Grid::new(from.extent()), invert, (&from, &mut to))?;
/// assert_eq!(to.to_vec()?, [255, 155, 0, 255, 254, 253, 252, 4]);
/// # Ok(())
/// # }
/// ```
pub struct Image<F, D = D2> {
    memory: Memory,
    layout: Layout,
    of: PhantomData<(F, D)>,
}

impl Device {
    /// An image of zeros: black, and transparent where the format has alpha.
    ///
    /// # Errors
    /// An extent of 0 or beyond what images can have; [`Error::OutOfMemory`].
    pub fn image<F: Format, D: Dimension>(&self, extent: D::Index) -> Result<Image<F, D>> {
        self.image_with_layout(extent, ImageLayout::new())
    }

    /// The same with room between its rows or slices.
    ///
    /// # Errors
    /// As [`image`](Self::image); [`Error::ImagePitch`].
    pub fn image_with_layout<F: Format, D: Dimension>(
        &self,
        extent: D::Index,
        layout: ImageLayout,
    ) -> Result<Image<F, D>> {
        let image = Image::<F, D>::uninit(self, extent, layout)?;
        image.fill_with_zeros()?;
        Ok(image)
    }

    /// An image with a copy of `data`.
    ///
    /// # Errors
    /// As [`image`](Self::image); [`Error::LengthMismatch`] where `data` does not have as many elements as the image.
    pub fn image_from<F: Format, D: Dimension>(&self, extent: D::Index, data: &[F::Element]) -> Result<Image<F, D>> {
        let mut image = Image::uninit(self, extent, ImageLayout::new())?;
        image.write_from(data)?;
        Ok(image)
    }
}

impl<F: Format, D: Dimension> Image<F, D> {
    /// An image whose texels must be written before they are read.
    fn uninit(device: &Device, extent: D::Index, layout: ImageLayout) -> Result<Self> {
        let layout = Layout::new::<F>(D::extent(extent), D::RANK, layout)?;
        Ok(Image { memory: Memory::allocate(device, layout.bytes())?, layout, of: PhantomData })
    }

    /// Texels along each axis.
    pub fn extent(&self) -> D::Index {
        D::index(self.layout.extent)
    }

    /// Elements of all texels: the length of host data for this image.
    pub fn elements(&self) -> usize {
        self.layout.whole().texels() * F::ELEMENTS
    }

    /// Bytes from one row to the next.
    pub fn row_pitch(&self) -> usize {
        self.layout.pitch.row
    }

    /// Bytes from one slice, or layer, to the next.
    pub fn slice_pitch(&self) -> usize {
        self.layout.pitch.slice
    }

    /// Bytes of device memory.
    pub fn bytes(&self) -> usize {
        self.layout.bytes()
    }

    /// The device whose memory this is.
    pub fn device(&self) -> &Device {
        self.memory.device()
    }

    /// The image without any check on what work-items do with it, as a launch's argument for a
    /// [`RawImage`](geobacter_core::image::RawImage).
    ///
    /// # Safety
    /// The kernel's work-items must not race, and no other argument of the launch may be of this image.
    pub unsafe fn raw(&self) -> RawImageView<'_, F, D> {
        RawImageView { image: self }
    }
}

impl<F: Format, D: Layered> Image<F, D> {
    /// One layer of an array, or slice of a 3D image, as a launch's argument where the kernel reads an image with one axis
    /// less.
    ///
    /// ```
    /// use geobacter::prelude::*;
    /// use geobacter::image::{D2, D2Array, Image, ImageRef, R32Float};
    ///
    /// fn copy(item: WorkItem<2>, from: ImageRef<R32Float, D2>, mut to: PerItem<f32>) {
    ///     if let (Some(to), Some([value, ..])) = (to.get_mut(&item), from.get(item.global_id())) {
    ///         *to = value;
    ///     }
    /// }
    /// # fn main() -> geobacter::Result<()> {
    /// let device = Device::open("cpu")?;
    ///
    /// let stack: Image<R32Float, D2Array> = device.image_from([2, 1, 3], &[1.0, 2.0, 3.0, 4.0, 5.0, 6.0])?;
    /// let mut to = device.buffer::<f32>(2)?;
    /// device.launch(Grid::new([2, 1]), copy, (stack.layer(1), &mut to))?;
    /// assert_eq!(to.to_vec()?, [3.0, 4.0]);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Panics
    /// Where there is no such layer.
    pub fn layer(&self, number: usize) -> ImageView<'_, F, D::Layer> {
        let (layout, offset) = self.layer_at(number);
        ImageView { memory: &self.memory, layout, offset, of: PhantomData }
    }

    /// The same for a kernel that writes it.
    ///
    /// # Panics
    /// Where there is no such layer.
    pub fn layer_mut(&mut self, number: usize) -> ImageViewMut<'_, F, D::Layer> {
        let (layout, offset) = self.layer_at(number);
        ImageViewMut { memory: &self.memory, layout, offset, of: PhantomData }
    }

    fn layer_at(&self, number: usize) -> (Layout, usize) {
        let axis = D::RANK - 1;
        let (mut layout, mut start) = (self.layout, [0; 3]);
        assert!(number < layout.extent[axis], "layer {number} of an image of {}", layout.extent[axis]);
        start[axis] = number;
        layout.extent[axis] = 1;
        let offset = self.layout.offset(layout::Block { start, extent: layout.extent });
        (layout, offset)
    }
}

/// One layer of an [`Image`], read by a kernel. From [`Image::layer`].
pub struct ImageView<'b, F, D> {
    memory: &'b Memory,
    layout: Layout,
    offset: usize,
    of: PhantomData<(F, D)>,
}

/// One layer of an [`Image`], written by a kernel. From [`Image::layer_mut`].
pub struct ImageViewMut<'b, F, D> {
    memory: &'b Memory,
    layout: Layout,
    offset: usize,
    of: PhantomData<(&'b mut F, D)>,
}

impl<F: Format, D: Dimension> ImageView<'_, F, D> {
    /// Texels along each axis.
    pub fn extent(&self) -> D::Index {
        D::index(self.layout.extent)
    }
}

impl<F: Format, D: Dimension> ImageViewMut<'_, F, D> {
    /// Texels along each axis.
    pub fn extent(&self) -> D::Index {
        D::index(self.layout.extent)
    }
}

/// An [`Image`] that a kernel uses without checks. From [`Image::raw`].
pub struct RawImageView<'b, F, D> {
    image: &'b Image<F, D>,
}

impl<F: Format, D: Dimension> fmt::Debug for Image<F, D> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Image")
            .field("format", &std::any::type_name::<F>())
            .field("extent", &self.extent())
            .field("device", &self.device().id())
            .finish()
    }
}

/// Extents that must agree.
fn same_extent(what: &'static str, left: &Layout, right: &Layout, rank: usize) -> Result<()> {
    if left.extent == right.extent {
        return Ok(());
    }
    let axes = |layout: &Layout| layout.extent[..rank].to_vec();
    Err(Error::ImageExtent { what, left: axes(left), right: axes(right) })
}
