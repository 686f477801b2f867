//! Clearing images, and copies between images and buffers on devices.

use geobacter_core::image::{Dimension, Format, Mask};
use geobacter_driver::driver::{Copy, DevicePtr};
use geobacter_driver::rows::{CopyRows, Pitch};

use super::layout::Block;
use super::{Image, same_extent};
use crate::buffer::{pattern_of, same_len};
use crate::memory::{Access, Memory, Signals};
use crate::queue::Queue;
use crate::signal::Signal;
use crate::{Buffer, Result};

impl<F: Format, D: Dimension> Image<F, D> {
    /// Sets every texel to `value`. Asynchronous, where a texel's bytes are a pattern that devices fill with (not for three
    /// different channels).
    ///
    /// # Errors
    /// Where the vendor's runtime refuses.
    pub fn clear(&mut self, value: [F::Component; 4]) -> Result<()> {
        self.clear_block(self.layout.whole(), value)
    }

    /// The same for the texels from `start` on, as many along each axis as `extent` says.
    ///
    /// ```
    /// # use geobacter::image::{D2, Image, R32Float};
    /// # use geobacter::prelude::*;
    /// # fn main() -> geobacter::Result<()> {
    /// # let device = Device::open("cpu")?;
    /// let mut image: Image<R32Float, D2> = device.image([3, 2])?;
    /// image.clear([1.0; 4])?;
    /// image.clear_region([1, 0], [2, 1], [5.0; 4])?; // two texels of the first row
    /// assert_eq!(image.to_vec()?, [1.0, 5.0, 5.0, 1.0, 1.0, 1.0]);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// As [`clear`](Self::clear); [`Error::ImageRegion`](crate::Error::ImageRegion).
    pub fn clear_region(&mut self, start: D::Index, extent: D::Index, value: [F::Component; 4]) -> Result<()> {
        self.clear_block(self.block("clearing a region", start, extent)?, value)
    }

    fn clear_block(&mut self, block: Block, value: [F::Component; 4]) -> Result<()> {
        let texel = F::encode(F::Texel::default(), value, Mask::ALL);
        // SAFETY: texels are numbers without padding.
        let bytes =
            unsafe { std::slice::from_raw_parts(std::ptr::from_ref(&texel).cast::<u8>(), size_of::<F::Texel>()) };
        match pattern_of(bytes) {
            Some(pattern) => self.fill(block, &pattern),
            None => {
                // SAFETY: as above; an element is a part of a texel.
                let elements = unsafe { std::slice::from_raw_parts(bytes.as_ptr().cast::<F::Element>(), F::ELEMENTS) };
                let data = elements.repeat(block.texels());
                self.write_region_from(D::index(block.start), D::index(block.extent), &data)
            }
        }
    }

    pub(super) fn fill_with_zeros(&self) -> Result<()> {
        let (bytes, ptr) = (self.layout.bytes(), self.memory.ptr());
        self.memory.submit(self.device().queue()?, Access::Write, |queue, _| {
            // SAFETY: the image has this many bytes, and is kept until the fill is over.
            unsafe { queue.0.fill(ptr, &[0], bytes) }
        })?;
        Ok(())
    }

    fn fill(&self, block: Block, pattern: &[u8]) -> Result<()> {
        if block.texels() == 0 {
            return Ok(());
        }
        self.memory.submit(self.device().queue()?, Access::Write, |queue, image| {
            let mut last = queue.0.submitted();
            for (to, bytes) in self.layout.runs(block, image) {
                // SAFETY: inside the image, which is kept until the fill is over.
                last =
                    unsafe { queue.0.fill(to, pattern, bytes / pattern.len()) }.inspect_err(|_| wait_for_all(queue))?;
            }
            Ok(last)
        })?;
        Ok(())
    }

    /// Copies all texels of `other`, which has the same extent and may be on another device. Asynchronous.
    ///
    /// # Errors
    /// [`Error::ImageExtent`](crate::Error::ImageExtent); where the vendor's runtime refuses.
    pub fn copy_from(&mut self, other: &Image<F, D>) -> Result<()> {
        same_extent("copying an image", &self.layout, &other.layout, D::RANK)?;
        self.copy_blocks(self.layout.whole(), other, other.layout.whole())
    }

    /// Copies the texels of `other` from `from` on, as many along each axis as `extent` says, to those from `to` on.
    /// Asynchronous on one device.
    ///
    /// ```
    /// # use geobacter::image::{D2, Image, R32Float};
    /// # use geobacter::prelude::*;
    /// # fn main() -> geobacter::Result<()> {
    /// # let device = Device::open("cpu")?;
    /// let from: Image<R32Float, D2> = device.image_from([2, 2], &[1.0, 2.0, 3.0, 4.0])?;
    /// let mut to: Image<R32Float, D2> = device.image([3, 1])?;
    /// to.copy_region_from([1, 0], &from, [0, 1], [2, 1])?; // the second row, one texel to the right
    /// assert_eq!(to.to_vec()?, [0.0, 3.0, 4.0]);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`Error::ImageRegion`](crate::Error::ImageRegion) where the region is not inside either image; where the vendor's
    /// runtime refuses.
    pub fn copy_region_from(
        &mut self,
        to: D::Index,
        other: &Image<F, D>,
        from: D::Index,
        extent: D::Index,
    ) -> Result<()> {
        let source = other.block("copying from a region", from, extent)?;
        self.copy_blocks(self.block("copying to a region", to, extent)?, other, source)
    }

    fn copy_blocks(&mut self, to: Block, other: &Image<F, D>, from: Block) -> Result<()> {
        if to.texels() == 0 {
            return Ok(());
        }
        let queue = self.device().queue()?.clone();
        let (source, target) = (other.layout.offset(from), self.layout.offset(to));
        if self.device().is_same(other.device()) {
            let first = device_copy(&other.memory, source, &self.memory, target);
            let rows = self.layout.rows(to, first, other.layout.pitch, self.layout.pitch);
            return copy_between(&queue, &other.memory, &self.memory, |queue| {
                // SAFETY: both blocks are inside their images, which are distinct and kept until the copy is over.
                unsafe { copy_rows(queue, &rows) }.map(Some)
            })
            .map(drop);
        }
        if self.layout == other.layout && to == self.layout.whole() && from == to {
            let (peer, bytes) = (&*other.device().0.driver, self.layout.bytes());
            let copied = copy_between(&queue, &other.memory, &self.memory, |queue| {
                // SAFETY: both images have this many bytes and are kept until the copy is over.
                unsafe { queue.0.copy_from_peer(peer, other.memory.ptr(), self.memory.ptr(), bytes) }.transpose()
            })?;
            if copied {
                return Ok(());
            }
        }
        // No direct way between these two devices.
        let data = other.region_to_vec(D::index(from.start), D::index(from.extent))?;
        self.write_region_from(D::index(to.start), D::index(to.extent), &data)
    }

    /// Copies all elements of `buffer`, which lie there as host data would. Asynchronous on one device.
    ///
    /// # Errors
    /// [`Error::LengthMismatch`](crate::Error::LengthMismatch); where the vendor's runtime refuses.
    pub fn copy_from_buffer(&mut self, buffer: &Buffer<F::Element>) -> Result<()> {
        same_len("copying a buffer to an image", self.elements(), buffer.len())?;
        if !self.device().is_same(buffer.device()) {
            return self.write_from(&buffer.to_vec()?);
        }
        let first = device_copy(buffer.memory(), 0, &self.memory, 0);
        self.copy_with_buffer(buffer.memory(), &self.memory, first, self.tight(), self.layout.pitch)
    }

    /// Copies all texels to `buffer`, as host data would lie. Asynchronous on one device.
    ///
    /// ```
    /// # use geobacter::image::{D2, Image, R32Float};
    /// # use geobacter::prelude::*;
    /// # fn main() -> geobacter::Result<()> {
    /// # let device = Device::open("cpu")?;
    /// let image: Image<R32Float, D2> = device.image_from([2, 1], &[1.0, 2.0])?;
    /// let mut buffer = device.buffer::<f32>(2)?;
    /// image.copy_to_buffer(&mut buffer)?;
    /// assert_eq!(buffer.to_vec()?, [1.0, 2.0]);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`Error::LengthMismatch`](crate::Error::LengthMismatch); where the vendor's runtime refuses.
    pub fn copy_to_buffer(&self, buffer: &mut Buffer<F::Element>) -> Result<()> {
        same_len("copying an image to a buffer", buffer.len(), self.elements())?;
        if !self.device().is_same(buffer.device()) {
            return buffer.write_from(&self.to_vec()?);
        }
        let first = device_copy(&self.memory, 0, buffer.memory(), 0);
        self.copy_with_buffer(&self.memory, buffer.memory(), first, self.layout.pitch, self.tight())
    }

    fn copy_with_buffer(&self, source: &Memory, target: &Memory, first: Copy, from: Pitch, to: Pitch) -> Result<()> {
        let rows = self.layout.rows(self.layout.whole(), first, from, to);
        copy_between(self.device().queue()?, source, target, |queue| {
            // SAFETY: buffer and image are as long as the rows, distinct, and kept until the copy is over.
            unsafe { copy_rows(queue, &rows) }.map(Some)
        })
        .map(drop)
    }

    fn tight(&self) -> Pitch {
        self.layout.tight(self.layout.whole())
    }
}

fn device_copy(source: &Memory, from: usize, target: &Memory, to: usize) -> Copy {
    let at = |memory: &Memory, offset: usize| DevicePtr(memory.ptr().0 + offset as u64);
    Copy::DeviceToDevice { from: at(source, from), to: at(target, to) }
}

/// Queues work that reads `source` and writes `target`; `false` where `submit` did not, as there is no way.
fn copy_between(
    queue: &Queue,
    source: &Memory,
    target: &Memory,
    submit: impl FnOnce(&Queue) -> Result<Option<u64>>,
) -> Result<bool> {
    let mut foreign = Signals::new();
    source.order_before(queue, Access::Read, &mut foreign)?;
    target.order_before(queue, Access::Write, &mut Signals::new())?;
    let Some(value) = submit(queue)? else { return Ok(false) };
    let signal = Signal { queue: queue.0.clone(), value };
    source.note(&signal, Access::Read, &foreign);
    target.note(&signal, Access::Write, &foreign);
    Ok(true)
}

/// Queues a copy of rows. Where that fails, none of it is under way any more.
///
/// # Safety
/// As [`DriverQueue::copy_rows`](geobacter_driver::driver::DriverQueue::copy_rows).
pub(super) unsafe fn copy_rows(queue: &Queue, rows: &CopyRows) -> Result<u64> {
    // SAFETY: the caller's promise.
    unsafe { queue.0.copy_rows(rows) }.inspect_err(|_| wait_for_all(queue))
}

/// Some of several pieces may be under way, and no signal covers them.
#[cold]
fn wait_for_all(queue: &Queue) {
    let last = queue.0.submitted();
    while !queue.0.has_passed(last) {
        std::thread::yield_now();
    }
}
