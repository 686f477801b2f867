//! Texels from and to host memory.

use std::borrow::Borrow;
use std::mem::MaybeUninit;

use geobacter_core::image::{Dimension, Format};
use geobacter_driver::driver::{Copy, DevicePtr};

use super::Image;
use super::layout::Block;
use crate::buffer::{same_len, wait_for_borrow};
use crate::memory::Access;
use crate::queue::Queue;
use crate::signal::Signal;
use crate::transfer::{Download, Upload};
use crate::{HostBuffer, Result};

impl<F: Format, D: Dimension> Image<F, D> {
    /// Waits for the image's last writer, and copies all texels to the host.
    ///
    /// # Errors
    /// What went wrong with the work that wrote it, such as [`Error::KernelPanicked`](crate::Error::KernelPanicked).
    pub fn to_vec(&self) -> Result<Vec<F::Element>> {
        self.block_to_vec(self.layout.whole())
    }

    /// The same for the texels from `start` on, as many along each axis as `extent` says.
    ///
    /// ```
    /// # use geobacter::image::{D2, Image, R32Float};
    /// # use geobacter::prelude::*;
    /// # fn main() -> geobacter::Result<()> {
    /// # let device = Device::open("cpu")?;
    /// let image: Image<R32Float, D2> = device.image_from([2, 2], &[1.0, 2.0, 3.0, 4.0])?;
    /// assert_eq!(image.region_to_vec([1, 0], [1, 2])?, [2.0, 4.0]); // the second column
    /// assert!(image.region_to_vec([1, 0], [2, 2]).is_err()); // not inside
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// As [`to_vec`](Self::to_vec); [`Error::ImageRegion`](crate::Error::ImageRegion).
    pub fn region_to_vec(&self, start: D::Index, extent: D::Index) -> Result<Vec<F::Element>> {
        self.block_to_vec(self.block("reading a region", start, extent)?)
    }

    /// Waits for the image's last writer, and copies all texels into `data`.
    ///
    /// # Errors
    /// As [`to_vec`](Self::to_vec); [`Error::LengthMismatch`](crate::Error::LengthMismatch).
    pub fn read_into(&self, data: &mut [F::Element]) -> Result<()> {
        self.read(self.layout.whole(), data)
    }

    /// The same for the texels from `start` on, as many along each axis as `extent` says.
    ///
    /// # Errors
    /// As [`read_into`](Self::read_into); [`Error::ImageRegion`](crate::Error::ImageRegion).
    pub fn read_region_into(&self, start: D::Index, extent: D::Index, data: &mut [F::Element]) -> Result<()> {
        self.read(self.block("reading a region", start, extent)?, data)
    }

    /// Copies `data` to all texels.
    ///
    /// # Errors
    /// [`Error::LengthMismatch`](crate::Error::LengthMismatch); a failure of earlier work that nobody was told of yet.
    pub fn write_from(&mut self, data: &[F::Element]) -> Result<()> {
        self.write(self.layout.whole(), data)
    }

    /// The same for the texels from `start` on, as many along each axis as `extent` says.
    ///
    /// ```
    /// # use geobacter::image::{D2, Image, R32Float};
    /// # use geobacter::prelude::*;
    /// # fn main() -> geobacter::Result<()> {
    /// # let device = Device::open("cpu")?;
    /// let mut image: Image<R32Float, D2> = device.image([2, 2])?;
    /// image.write_region_from([1, 0], [1, 2], &[2.0, 4.0])?; // the second column
    /// assert_eq!(image.to_vec()?, [0.0, 2.0, 0.0, 4.0]);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// As [`write_from`](Self::write_from); [`Error::ImageRegion`](crate::Error::ImageRegion).
    pub fn write_region_from(&mut self, start: D::Index, extent: D::Index, data: &[F::Element]) -> Result<()> {
        self.write(self.block("writing a region", start, extent)?, data)
    }

    /// Copies `data` to all texels without waiting; the host memory comes back from the [`Upload`].
    ///
    /// # Errors
    /// [`Error::LengthMismatch`](crate::Error::LengthMismatch); where the vendor's runtime refuses.
    pub fn upload(&mut self, data: HostBuffer<F::Element>) -> Result<Upload<F::Element>> {
        self.upload_on(self.device().queue()?.clone(), data)
    }

    /// As [`upload`](Self::upload), on a queue of the image's device.
    ///
    /// # Errors
    /// As [`upload`](Self::upload).
    pub fn upload_on(&mut self, queue: impl Borrow<Queue>, data: HostBuffer<F::Element>) -> Result<Upload<F::Element>> {
        self.upload_block(queue.borrow(), self.layout.whole(), data)
    }

    /// As [`upload`](Self::upload), for the texels from `start` on, as many along each axis as `extent` says.
    ///
    /// # Errors
    /// As [`upload`](Self::upload); [`Error::ImageRegion`](crate::Error::ImageRegion).
    pub fn upload_region(
        &mut self,
        start: D::Index,
        extent: D::Index,
        data: HostBuffer<F::Element>,
    ) -> Result<Upload<F::Element>> {
        let queue = self.device().queue()?.clone();
        self.upload_block(&queue, self.block("uploading a region", start, extent)?, data)
    }

    /// Copies all texels to new host memory without waiting; they come from the [`Download`].
    ///
    /// # Errors
    /// [`Error::OutOfMemory`](crate::Error::OutOfMemory) for the host memory; where the vendor's runtime refuses.
    pub fn download(&self) -> Result<Download<F::Element>> {
        self.download_on(self.device().queue()?)
    }

    /// As [`download`](Self::download), on a queue of the image's device.
    ///
    /// # Errors
    /// As [`download`](Self::download).
    pub fn download_on(&self, queue: &Queue) -> Result<Download<F::Element>> {
        self.download_block(queue, self.layout.whole())
    }

    /// As [`download`](Self::download), for the texels from `start` on, as many along each axis as `extent` says.
    ///
    /// # Errors
    /// As [`download`](Self::download); [`Error::ImageRegion`](crate::Error::ImageRegion).
    pub fn download_region(&self, start: D::Index, extent: D::Index) -> Result<Download<F::Element>> {
        self.download_block(self.device().queue()?, self.block("downloading a region", start, extent)?)
    }

    pub(super) fn block(&self, what: &'static str, start: D::Index, extent: D::Index) -> Result<Block> {
        self.layout.block(what, D::position(start), D::extent(extent))
    }

    fn block_to_vec(&self, block: Block) -> Result<Vec<F::Element>> {
        let elements = block.texels() * F::ELEMENTS;
        let mut data = Vec::with_capacity(elements);
        self.read_uninit(block, &mut data.spare_capacity_mut()[..elements])?;
        // SAFETY: the copy wrote all elements, which are numbers.
        unsafe { data.set_len(elements) };
        Ok(data)
    }

    fn read(&self, block: Block, data: &mut [F::Element]) -> Result<()> {
        same_len("reading an image", data.len(), block.texels() * F::ELEMENTS)?;
        // SAFETY: initialised elements seen as maybe initialised; the copy writes only valid values.
        self.read_uninit(block, unsafe { &mut *(std::ptr::from_mut(data) as *mut [MaybeUninit<F::Element>]) })
    }

    fn read_uninit(&self, block: Block, data: &mut [MaybeUninit<F::Element>]) -> Result<()> {
        self.memory.wait_for_contents()?;
        let to = data.as_mut_ptr().cast();
        // SAFETY: `data` has room for the block, and the wait below outlives the copy.
        match unsafe { self.copy_out(self.device().queue()?, block, to)? } {
            Some(copied) => wait_for_borrow(&copied),
            None => Ok(()),
        }
    }

    fn write(&self, block: Block, data: &[F::Element]) -> Result<()> {
        same_len("writing an image", block.texels() * F::ELEMENTS, data.len())?;
        // SAFETY: `data` is as long as the block, and the wait below outlives the copy.
        match unsafe { self.copy_in(self.device().queue()?, block, data.as_ptr().cast())? } {
            Some(copied) => wait_for_borrow(&copied),
            None => Ok(()),
        }
    }

    fn upload_block(&self, queue: &Queue, block: Block, data: HostBuffer<F::Element>) -> Result<Upload<F::Element>> {
        same_len("uploading to an image", block.texels() * F::ELEMENTS, data.len())?;
        // SAFETY: as long as the block; the Upload keeps the host memory until the copy is over.
        let signal = unsafe { self.copy_in(queue, block, data.as_ptr().cast())? };
        Ok(Upload::new(data, signal))
    }

    fn download_block(&self, queue: &Queue, block: Block) -> Result<Download<F::Element>> {
        let mut data = HostBuffer::<F::Element>::uninit(self.device(), block.texels() * F::ELEMENTS)?;
        // SAFETY: as long as the block; the Download keeps the host memory until the copy is over.
        let signal = unsafe { self.copy_out(queue, block, data.as_mut_ptr().cast())? };
        Ok(Download::new(data, signal))
    }

    /// Queues a copy from the host; `None` where there is nothing to copy.
    ///
    /// # Safety
    /// `from` has as many bytes as the block, until the copy is over.
    unsafe fn copy_in(&self, queue: &Queue, block: Block, from: *const u8) -> Result<Option<Signal>> {
        let tight = self.layout.tight(block);
        self.transfer(queue, block, Access::Write, |to| {
            self.layout.rows(block, Copy::HostToDevice { from, to }, tight, self.layout.pitch)
        })
    }

    /// Queues a copy to the host; `None` where there is nothing to copy.
    ///
    /// # Safety
    /// `to` has room for as many bytes as the block, until the copy is over.
    unsafe fn copy_out(&self, queue: &Queue, block: Block, to: *mut u8) -> Result<Option<Signal>> {
        let tight = self.layout.tight(block);
        self.transfer(queue, block, Access::Read, |from| {
            self.layout.rows(block, Copy::DeviceToHost { from, to }, self.layout.pitch, tight)
        })
    }

    fn transfer(
        &self,
        queue: &Queue,
        block: Block,
        access: Access,
        rows: impl FnOnce(DevicePtr) -> geobacter_driver::rows::CopyRows,
    ) -> Result<Option<Signal>> {
        if block.texels() == 0 {
            return Ok(None);
        }
        let submit = |queue: &Queue, image: DevicePtr| {
            let rows = rows(DevicePtr(image.0 + self.layout.offset(block) as u64));
            // SAFETY: the rows are inside the image, which is kept until the copy is over; the callers promise the host's
            // side.
            unsafe { super::operations::copy_rows(queue, &rows) }
        };
        self.memory.submit(queue, access, submit).map(Some)
    }
}
