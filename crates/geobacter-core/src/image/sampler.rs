//! Samplers: what lies between texels, and outside.

use super::dimension::Dimension;
use super::filter::{self, Between, Place};
use super::format::Format;
use super::views::ImageRef;
use crate::DeviceCopy;

/// What a position outside an image reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u32)]
pub enum Address {
    /// The nearest texel inside (`CLK_ADDRESS_CLAMP_TO_EDGE`).
    ClampToEdge = 0,
    /// The [border colour](Format::BORDER): black, and without alpha where the format has alpha (`CLK_ADDRESS_CLAMP`).
    Border = 1,
    /// As if the image were there again and again (`CLK_ADDRESS_REPEAT`).
    Repeat = 2,
    /// The same with every second one mirrored (`CLK_ADDRESS_MIRRORED_REPEAT`).
    MirroredRepeat = 3,
}

/// Which texels make up a sample.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u32)]
pub enum Filter {
    /// The one that the position is in.
    Nearest = 0,
    /// The two nearest along each axis, weighted by how near they are.
    Linear = 1,
}

/// How to read an image at positions between its texels, or outside.
///
/// The rules are those of the OpenCL C specification, "Image Addressing and Filtering", computed with single-precision
/// additions and multiplications that are rounded each: all devices agree on every bit. Beyond what it says,
/// [`Address::Repeat`] and [`Address::MirroredRepeat`] also work with coordinates in texels.
///
/// Texel `i` covers the coordinates from `i` to `i + 1`, so its centre is at `i + 0.5`; with normalised coordinates, the
/// image covers those from 0 to 1. What a coordinate that is not a number reads is not defined, but it is memory of the image.
///
/// A constant costs nothing when the kernel runs; as a kernel argument, it is decided there.
///
/// ```
/// use geobacter::image::{Address, Sampler};
/// const SMOOTH: Sampler = Sampler::linear().normalised().address(Address::Repeat);
/// assert_ne!(SMOOTH, Sampler::nearest());
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Sampler {
    filter: Filter,
    address: Address,
    normalised: bool,
}

// SAFETY: numbers.
unsafe impl DeviceCopy for Sampler {}
// SAFETY: a number.
unsafe impl DeviceCopy for Address {}
// SAFETY: a number.
unsafe impl DeviceCopy for Filter {}

impl Sampler {
    /// Reads one texel; coordinates in texels, [`Address::ClampToEdge`].
    #[inline(always)]
    pub const fn nearest() -> Self {
        Sampler { filter: Filter::Nearest, address: Address::ClampToEdge, normalised: false }
    }

    /// Interpolates linearly; coordinates in texels, [`Address::ClampToEdge`].
    #[inline(always)]
    pub const fn linear() -> Self {
        Sampler { filter: Filter::Linear, ..Self::nearest() }
    }

    /// The same with coordinates of which 0 to 1 cover the image. A layer is a number of layers all the same.
    #[must_use]
    #[inline(always)]
    pub const fn normalised(mut self) -> Self {
        self.normalised = true;
        self
    }

    /// The same with another rule for what lies outside.
    #[must_use]
    #[inline(always)]
    pub const fn address(mut self, address: Address) -> Self {
        self.address = address;
        self
    }
}

impl<F: Format, D: Dimension> ImageRef<'_, F, D> {
    /// Red, green, blue and alpha of the texel at `at`, or, outside, of what `address` says. Of layers that are not there,
    /// the nearest is read.
    ///
    /// ```
    /// use geobacter::prelude::*;
    /// use geobacter::image::{Address, D1, Image, ImageRef, R32Float};
    ///
    /// fn left(item: WorkItem, from: ImageRef<R32Float, D1>, mut to: PerItem<[f32; 2]>) {
    ///     if let Some(to) = to.get_mut(&item) {
    ///         let at = item.global_id() as i32 - 1;
    ///         *to = [Address::ClampToEdge, Address::Repeat].map(|address| from.fetch(at, address)[0]);
    ///     }
    /// }
    /// # fn main() -> geobacter::Result<()> {
    /// let device = Device::open("cpu")?;
    /// let from: Image<R32Float, D1> = device.image_from(3, &[1.0, 2.0, 3.0])?;
    /// let mut to = device.buffer::<[f32; 2]>(3)?;
    /// device.launch(Grid::covering(3), left, (&from, &mut to))?;
    /// assert_eq!(to.to_vec()?, [[1.0, 3.0], [1.0, 1.0], [2.0, 2.0]]);
    /// # Ok(())
    /// # }
    /// ```
    #[inline(always)]
    pub fn fetch(&self, at: D::SignedIndex, address: Address) -> [F::Component; 4] {
        let at = D::signed(at);
        self.read(self.places(|axis, size| filter::texel(at[axis], size, address), |axis| at[axis]))
    }

    /// The texel that `at` is in, whatever the sampler's filter: for formats of integers, which cannot be interpolated.
    #[inline(always)]
    pub fn sample_nearest(&self, sampler: &Sampler, at: D::Coordinates) -> [F::Component; 4] {
        let (at, &Sampler { address, normalised, .. }) = (D::coordinates(at), sampler);
        let spatial = |axis, size| filter::nearest(at[axis], size, address, normalised);
        self.read(self.places(spatial, |axis| filter::rounded(at[axis])))
    }

    /// One place for each axis: spatial ones as `spatial` says, layers clamped to those there are.
    #[inline(always)]
    fn places(&self, spatial: impl Fn(usize, u32) -> Place, layer: impl Fn(usize) -> i32) -> [Place; 3] {
        core::array::from_fn(|axis| {
            let size = self.texels.size(axis);
            match axis {
                _ if axis < D::SPATIAL => spatial(axis, size),
                _ if axis < D::RANK => filter::texel(layer(axis), size, Address::ClampToEdge),
                _ => Place::FIRST,
            }
        })
    }

    #[inline(always)]
    fn read(&self, places: [Place; 3]) -> [F::Component; 4] {
        match Place::all_inside(places) {
            // SAFETY: places that are inside an axis' size, each for its own axis.
            Some(at) => F::decode(unsafe { self.texels.address(at).read() }),
            None => F::BORDER,
        }
    }
}

impl<F: Format<Component = f32>, D: Dimension> ImageRef<'_, F, D> {
    /// Red, green, blue and alpha at `at`, as `sampler` says.
    ///
    /// ```
    /// use geobacter::prelude::*;
    /// use geobacter::image::{D1, Image, ImageRef, R32Float, Sampler};
    ///
    /// fn stretch(item: WorkItem, from: ImageRef<R32Float, D1>, mut to: PerItem<f32>) {
    ///     if let Some(to) = to.get_mut(&item) {
    ///         let at = (item.global_id() as f32 + 0.5) / item.grid_size() as f32;
    ///         *to = from.sample(&Sampler::linear().normalised(), at)[0];
    ///     }
    /// }
    /// # fn main() -> geobacter::Result<()> {
    /// let device = Device::open("cpu")?;
    /// let from: Image<R32Float, D1> = device.image_from(2, &[0.0, 8.0])?;
    /// let mut to = device.buffer::<f32>(8)?;
    /// device.launch(Grid::covering(8), stretch, (&from, &mut to))?;
    /// assert_eq!(to.to_vec()?, [0.0, 0.0, 1.0, 3.0, 5.0, 7.0, 8.0, 8.0]);
    /// # Ok(())
    /// # }
    /// ```
    #[inline(always)]
    pub fn sample(&self, sampler: &Sampler, at: D::Coordinates) -> [f32; 4] {
        match sampler.filter {
            Filter::Nearest => self.sample_nearest(sampler, at),
            Filter::Linear => self.interpolate(sampler, at),
        }
    }

    #[inline(always)]
    fn interpolate(&self, sampler: &Sampler, at: D::Coordinates) -> [f32; 4] {
        let (at, &Sampler { address, normalised, .. }) = (D::coordinates(at), sampler);
        let axes: [Between; 3] = core::array::from_fn(|axis| {
            if axis < D::SPATIAL {
                filter::linear(at[axis], self.texels.size(axis), address, normalised)
            } else {
                Between::NONE
            }
        });
        // Of the corners around the position, bit `axis` of the number says which one along that axis.
        let corner = |number: usize| {
            let second = |axis: usize| number >> axis & 1 == 1;
            let weight = (0..D::SPATIAL).map(|axis| axes[axis].weight(second(axis)));
            let weight = weight.reduce(|product, w| product * w).unwrap_or(1.0);
            let place = |axis: usize, _: u32| axes[axis].place(second(axis));
            self.read(self.places(place, |axis| filter::rounded(at[axis]))).map(|c| weight * c)
        };
        let mut sum = corner(0);
        for number in 1..1 << D::SPATIAL {
            let part = corner(number);
            (0..4).for_each(|i| sum[i] += part[i]);
        }
        sum
    }
}
