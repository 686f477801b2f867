//! Where the texels of an image lie in its memory, and which of them an operation means.

use geobacter_core::image::{Format, ImageArg, MAX_EXTENT};
use geobacter_driver::driver::{Copy, DevicePtr};
use geobacter_driver::rows::{CopyRows, Pitch};

use crate::buffer::bytes_of;
use crate::{Error, Result};

/// How far the rows, and the slices or layers, of an image are apart in memory: directly behind each other, unless said
/// otherwise.
///
/// ```
/// use geobacter::image::{D2, Image, ImageLayout, R8Unorm};
/// # fn main() -> geobacter::Result<()> {
/// let device = geobacter::Device::open("cpu")?;
/// let image: Image<R8Unorm, D2> = device.image_with_layout([100, 50], ImageLayout::new().row_pitch(128))?;
/// assert_eq!((image.row_pitch(), image.slice_pitch()), (128, 50 * 128));
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ImageLayout {
    row: Option<usize>,
    slice: Option<usize>,
}

impl ImageLayout {
    /// Nothing between rows and slices.
    pub fn new() -> Self {
        ImageLayout::default()
    }

    /// Bytes from one row to the next: a multiple of a texel's size.
    #[must_use]
    pub fn row_pitch(mut self, bytes: usize) -> Self {
        self.row = Some(bytes);
        self
    }

    /// Bytes from one slice, or layer, to the next: a multiple of the row pitch. (In a 1D array, layers are rows.)
    #[must_use]
    pub fn slice_pitch(mut self, bytes: usize) -> Self {
        self.slice = Some(bytes);
        self
    }
}

/// Texels on three axes, and how they lie in memory. All in bytes, but for the extent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Layout {
    pub(crate) extent: [usize; 3],
    pub(crate) texel: usize,
    pub(crate) pitch: Pitch,
}

impl Layout {
    /// Checks everything that can be wrong with an image's size. `rank` is how many axes of `extent` the image has.
    pub(crate) fn new<F: Format>(extent: [usize; 3], rank: usize, wish: ImageLayout) -> Result<Self> {
        if let Some(axis) = extent.iter().position(|&n| n == 0) {
            return Err(Error::ZeroAxis { what: "image", unit: "texels", axis, sizes: extent[..rank].to_vec() });
        }
        if let Some(axis) = extent.iter().position(|&n| n > MAX_EXTENT) {
            let what = format!("texels along axis {axis}");
            return Err(Error::ImageLimit { what, actual: extent[axis], limit: MAX_EXTENT });
        }
        let texel = size_of::<F::Texel>();
        let [width, height, depth] = extent;
        // Cannot overflow: both are small, as was just checked.
        let row = pitch("row", wish.row, width * texel, texel)?;
        if row > u32::MAX as usize {
            return Err(Error::ImageLimit { what: "bytes in a row".to_owned(), actual: row, limit: u32::MAX as usize });
        }
        let slice = pitch("slice", wish.slice, height * row, row)?;
        slice.checked_mul(depth).and_then(|n| bytes_of::<u8>(n).ok()).ok_or_else(|| Error::Overflow {
            what: "an image's size in bytes",
            numbers: format!("{depth} slices of {slice} bytes"),
        })?;
        Ok(Layout { extent, texel, pitch: Pitch { row, slice } })
    }

    /// Bytes of all texels and what lies between them.
    pub(crate) fn bytes(&self) -> usize {
        self.extent[2] * self.pitch.slice
    }

    pub(crate) fn whole(&self) -> Block {
        Block { start: [0; 3], extent: self.extent }
    }

    /// The part of the image that begins at `start`; checked.
    pub(crate) fn block(&self, what: &'static str, start: [usize; 3], extent: [usize; 3]) -> Result<Block> {
        for (axis, size) in self.extent.into_iter().enumerate() {
            let end = start[axis].saturating_add(extent[axis]);
            if end > size {
                return Err(Error::ImageRegion { what, axis, start: start[axis], end, size });
            }
        }
        Ok(Block { start, extent })
    }

    /// Bytes from the image's first texel to the block's.
    pub(crate) fn offset(&self, block: Block) -> usize {
        let [x, y, z] = block.start;
        x * self.texel + y * self.pitch.row + z * self.pitch.slice
    }

    /// How the block lies where nothing is between its rows: in host memory.
    pub(crate) fn tight(&self, block: Block) -> Pitch {
        let row = block.extent[0] * self.texel;
        Pitch { row, slice: row * block.extent[1] }
    }

    /// A copy of a block, whose first texel `first` says, between memory with these pitches.
    pub(crate) fn rows(&self, block: Block, first: Copy, from: Pitch, to: Pitch) -> CopyRows {
        let [width, rows, slices] = block.extent;
        CopyRows { first, bytes: width * self.texel, rows, slices, from, to }
    }

    /// The parts of an image at `image` that a block consists of, each as an address and a length in bytes.
    pub(crate) fn runs(&self, block: Block, image: DevicePtr) -> impl Iterator<Item = (DevicePtr, usize)> + use<> {
        let at = DevicePtr(image.0 + self.offset(block) as u64);
        // Where the rows of a copy onto itself go.
        let copy = self.rows(block, Copy::DeviceToDevice { from: at, to: at }, self.pitch, self.pitch);
        copy.pieces().map(|(copy, bytes)| match copy {
            Copy::DeviceToDevice { to, .. } | Copy::HostToDevice { to, .. } => (to, bytes),
            Copy::DeviceToHost { from, .. } => (from, bytes),
        })
    }

    /// The image as a kernel gets it.
    pub(crate) fn argument(&self, first: DevicePtr) -> ImageArg {
        ImageArg {
            first: std::ptr::with_exposed_provenance_mut(first.0 as usize),
            slice_pitch: self.pitch.slice,
            row_pitch: self.pitch.row as u32,
            extent: self.extent.map(|n| n as u32),
        }
    }
}

fn pitch(what: &'static str, wish: Option<usize>, least: usize, multiple: usize) -> Result<usize> {
    match wish {
        None => Ok(least),
        Some(pitch) if pitch >= least && pitch.is_multiple_of(multiple) => Ok(pitch),
        Some(pitch) => Err(Error::ImagePitch { what, pitch, multiple, least }),
    }
}

/// Some texels of an image.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Block {
    pub(crate) start: [usize; 3],
    pub(crate) extent: [usize; 3],
}

impl Block {
    /// Texels; fits, as the image's do.
    pub(crate) fn texels(&self) -> usize {
        self.extent.iter().product()
    }
}

#[cfg(test)]
mod tests {
    use geobacter_core::image::{Rgb8Unorm, Rgba32Float};

    use super::*;

    fn layout(extent: [usize; 3], wish: ImageLayout) -> Result<Layout> {
        Layout::new::<Rgba32Float>(extent, 3, wish)
    }

    #[test]
    fn without_a_wish_nothing_lies_between() {
        let layout = layout([5, 3, 2], ImageLayout::new()).unwrap();
        assert_eq!((layout.pitch, layout.bytes()), (Pitch { row: 80, slice: 240 }, 480));
        assert_eq!(Layout::new::<Rgb8Unorm>([5, 3, 1], 2, ImageLayout::new()).unwrap().pitch.row, 15);
    }

    #[test]
    fn sizes_that_cannot_be_are_named() {
        let message = |extent, wish| layout(extent, wish).unwrap_err().to_string();
        let tight = ImageLayout::new();
        assert_eq!(message([4, 0, 1], tight), "the image has no texels along axis 1: [4, 0, 1]");
        let wide = (1 << 30) + 1;
        let expected = "an image has at most 1073741824 texels along axis 2, and 1073741825 were asked for";
        assert_eq!(message([1, 1, wide], tight), expected);
        let expected = "an image has at most 4294967295 bytes in a row, and 17179869184 were asked for";
        assert_eq!(message([1 << 30, 1, 1], tight), expected);
        assert!(message([1 << 27, 1 << 30, 1 << 30], tight).contains("overflow"), "2^91 bytes");
    }

    #[test]
    fn pitches_that_do_not_fit_are_named() {
        let message = |wish| layout([5, 3, 2], wish).unwrap_err().to_string();
        let expected = "a row pitch of 64 bytes does not fit this image: it takes multiples of 16, and at least 80";
        assert_eq!(message(ImageLayout::new().row_pitch(64)), expected);
        assert!(message(ImageLayout::new().row_pitch(88)).contains("multiples of 16"));
        let expected = "a slice pitch of 300 bytes does not fit this image: it takes multiples of 96, and at least 288";
        assert_eq!(message(ImageLayout::new().row_pitch(96).slice_pitch(300)), expected);
    }

    #[test]
    fn blocks_are_inside() {
        let layout = layout([5, 3, 2], ImageLayout::new()).unwrap();
        assert!(layout.block("reading", [5, 0, 0], [0, 3, 2]).is_ok());
        let error = layout.block("reading", [1, 2, 0], [4, 2, 1]).unwrap_err().to_string();
        assert_eq!(error, "reading: texels 2..4 along axis 1 are not inside an image that has 3 there");
        assert!(layout.block("reading", [usize::MAX, 0, 0], [2, 1, 1]).is_err());
    }

    #[test]
    fn runs_are_as_long_as_rows_follow_each_other() {
        let layout = layout([4, 3, 2], ImageLayout::new()).unwrap();
        let runs = |start, extent| layout.runs(Block { start, extent }, DevicePtr(0)).collect::<Vec<_>>();
        assert_eq!(runs([0; 3], [4, 3, 2]), [(DevicePtr(0), 384)]);
        assert_eq!(runs([0, 1, 1], [4, 2, 1]), [(DevicePtr(192 + 64), 128)]);
        assert_eq!(runs([1, 1, 0], [2, 2, 1]), [(DevicePtr(80), 32), (DevicePtr(144), 32)]);
    }
}
