use std::fmt;
use std::marker::PhantomData;
use std::mem::MaybeUninit;
use std::ops::{Bound, RangeBounds};

use geobacter_core::DeviceCopy;
use geobacter_driver::driver::{Copy as CopyJob, DevicePtr};

use crate::memory::{Access, Memory, Signals};
use crate::queue::Queue;
use crate::signal::Signal;
use crate::transfer::{Download, Upload};
use crate::{Device, Error, HostBuffer, Result};

/// Memory on a device: `len` elements of type `T`.
///
/// Launches and copies take it by reference, return before they are done, and leave with the buffer what must be waited
/// for; so the order of operations is the order in the source, also across queues. Dropping a buffer that queued work
/// still uses is safe: its memory is freed once that work is over.
///
/// All lengths and ranges are in elements.
///
/// ```
/// # use geobacter_core::{Grid, PerItem, WorkItem};
/// # use geobacter_runtime::Device;
/// # fn main() -> geobacter_runtime::Result<()> {
/// # fn square(item: WorkItem, x: &[u32], mut y: PerItem<u32>) {
/// #     if let Some(y) = y.get_mut(&item) {
/// #         *y = x[item.global_id()].pow(2);
/// #     }
/// # }
/// # let device = Device::open("cpu")?;
/// let x = device.buffer_from(&[1, 2, 3])?;
/// let mut y = device.buffer::<u32>(3)?;
/// device.launch(Grid::covering(3), square, (&x, &mut y))?;
/// drop(x); // its memory is freed once the launch is over
/// assert_eq!(y.to_vec()?, [1, 4, 9]);
/// # Ok(())
/// # }
/// ```
pub struct Buffer<T> {
    memory: Memory,
    len: usize,
    elements: PhantomData<T>,
}

/// Bytes of `len` elements.
pub(crate) fn bytes_of<T>(len: usize) -> Result<usize> {
    len.checked_mul(size_of::<T>()).filter(|&n| n <= isize::MAX as usize).ok_or_else(|| Error::Overflow {
        what: "a buffer's size in bytes",
        numbers: format!("{len} elements of {} bytes", size_of::<T>()),
    })
}

impl<T: DeviceCopy> Buffer<T> {
    /// A buffer whose contents must be written before they are read.
    pub(crate) fn uninit(device: &Device, len: usize) -> Result<Self> {
        let memory = Memory::allocate(device, bytes_of::<T>(len)?)?;
        Ok(Buffer { memory, len, elements: PhantomData })
    }

    /// The same in host memory that the device's kernels reach.
    pub(crate) fn on_host(device: &Device, len: usize) -> Result<Self> {
        let memory = Memory::allocate_on_host(device, bytes_of::<T>(len)?)?;
        Ok(Buffer { memory, len, elements: PhantomData })
    }

    /// Where the host finds the first element of a buffer [`on_host`](Self::on_host); aligned and not null.
    pub(crate) fn host_address(&self) -> *mut T {
        self.memory.host_ptr().map_or(std::ptr::dangling_mut(), |ptr| ptr.as_ptr().cast())
    }

    /// Elements.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether there is no element.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The device whose memory this is.
    pub fn device(&self) -> &Device {
        self.memory.device()
    }

    fn bytes(&self) -> usize {
        self.len * size_of::<T>()
    }

    /// Waits for the buffer's last writer, and copies all elements to the host.
    ///
    /// ```
    /// # use geobacter::prelude::*;
    /// # fn main() -> geobacter::Result<()> {
    /// # let device = Device::open("cpu")?;
    ///
    /// let buffer = device.buffer_filled(3, 1.5f32)?; // asynchronous
    /// assert_eq!(buffer.to_vec()?, [1.5; 3]);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// What went wrong with the work that wrote it, such as [`Error::KernelPanicked`].
    pub fn to_vec(&self) -> Result<Vec<T>> {
        let mut data = Vec::with_capacity(self.len);
        self.read_uninit(&mut data.spare_capacity_mut()[..self.len])?;
        // SAFETY: the copy wrote all elements, and buffers hold valid values of T.
        unsafe { data.set_len(self.len) };
        Ok(data)
    }

    /// Waits for the buffer's last writer, and copies all elements into `data`.
    ///
    /// ```
    /// # use geobacter_runtime::Device;
    /// # fn main() -> geobacter_runtime::Result<()> {
    /// # let device = Device::open("cpu")?;
    /// let buffer = device.buffer_filled(4, 7u8)?;
    /// let mut data = [0; 4];
    /// buffer.read_into(&mut data)?;
    /// assert_eq!(data, [7; 4]);
    /// assert!(buffer.read_into(&mut [0; 3]).is_err()); // lengths must agree
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`Error::LengthMismatch`]; as [`to_vec`](Self::to_vec).
    pub fn read_into(&self, data: &mut [T]) -> Result<()> {
        same_len("reading a buffer", data.len(), self.len)?;
        // SAFETY: initialised elements seen as maybe initialised; the copy writes only valid values.
        self.read_uninit(unsafe { &mut *(std::ptr::from_mut(data) as *mut [MaybeUninit<T>]) })
    }

    fn read_uninit(&self, data: &mut [MaybeUninit<T>]) -> Result<()> {
        self.memory.wait_for_contents()?;
        if data.is_empty() {
            return Ok(());
        }
        let to = data.as_mut_ptr().cast();
        let copied = self.memory.submit(self.device().queue()?, Access::Read, |queue, from| {
            // SAFETY: both sides have this many bytes, and the wait below outlives the copy.
            unsafe { queue.0.copy(CopyJob::DeviceToHost { from, to }, self.bytes()) }
        })?;
        wait_for_borrow(&copied)
    }

    /// Copies `data` into the buffer.
    ///
    /// ```
    /// # use geobacter_runtime::Device;
    /// # fn main() -> geobacter_runtime::Result<()> {
    /// # let device = Device::open("cpu")?;
    /// let mut buffer = device.buffer::<f32>(2)?;
    /// buffer.write_from(&[0.5, 1.5])?;
    /// assert_eq!(buffer.to_vec()?, [0.5, 1.5]);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`Error::LengthMismatch`]; a failure of earlier work that nobody was told of yet.
    pub fn write_from(&mut self, data: &[T]) -> Result<()> {
        same_len("writing a buffer", self.len, data.len())?;
        if data.is_empty() {
            return Ok(());
        }
        let from = data.as_ptr().cast();
        let copied = self.memory.submit(self.device().queue()?, Access::Write, |queue, to| {
            // SAFETY: both sides have this many bytes, and the wait below outlives the copy.
            unsafe { queue.0.copy(CopyJob::HostToDevice { from, to }, self.bytes()) }
        })?;
        wait_for_borrow(&copied)
    }

    /// Sets every element to `value`. Asynchronous.
    ///
    /// ```
    /// # use geobacter_runtime::Device;
    /// # fn main() -> geobacter_runtime::Result<()> {
    /// # let device = Device::open("cpu")?;
    /// let mut buffer = device.buffer_from(&[1, 2, 3])?;
    /// buffer.fill(-1)?;
    /// assert_eq!(buffer.to_vec()?, [-1; 3]);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// Where the vendor's runtime refuses.
    pub fn fill(&mut self, value: T) -> Result<()> {
        if self.bytes() == 0 {
            return Ok(());
        }
        match pattern(&value) {
            Some(pattern) => {
                self.memory.submit(self.device().queue()?, Access::Write, |queue, to| {
                    // SAFETY: the buffer consists of so many patterns, and is kept until the fill is over.
                    unsafe { queue.0.fill(to, &pattern, self.bytes() / pattern.len()) }
                })?;
                Ok(())
            }
            // Elements with padding or of odd sizes have no pattern a device fills with.
            None => self.write_from(&vec![value; self.len]),
        }
    }

    /// Copies all elements of `other`, which may be on another device. Asynchronous.
    ///
    /// ```
    /// # use geobacter_runtime::Device;
    /// # fn main() -> geobacter_runtime::Result<()> {
    /// # let device = Device::open("cpu")?;
    /// let from = device.buffer_from(&[1, 2, 3])?;
    /// let mut to = device.buffer::<i32>(3)?;
    /// to.copy_from(&from)?;
    /// assert_eq!(to.to_vec()?, [1, 2, 3]);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`Error::LengthMismatch`]; where the vendor's runtime refuses.
    pub fn copy_from(&mut self, other: &Buffer<T>) -> Result<()> {
        same_len("copying a buffer", self.len, other.len)?;
        if self.bytes() == 0 {
            return Ok(());
        }
        let queue = self.device().queue()?.clone();
        let mut foreign = Signals::new();
        other.memory.order_before(&queue, Access::Read, &mut foreign)?;
        self.memory.order_before(&queue, Access::Write, &mut Signals::new())?;
        let (from, to, bytes) = (other.memory.ptr(), self.memory.ptr(), self.bytes());
        let submitted = if self.device().is_same(other.device()) {
            // SAFETY: both buffers have this many bytes and are kept until the copy is over; they are distinct.
            Some(unsafe { queue.0.copy(CopyJob::DeviceToDevice { from, to }, bytes) })
        } else if self.memory.host_ptr().is_some() || other.memory.host_ptr().is_some() {
            // What copies between devices is made for memory on them.
            None
        } else {
            // SAFETY: as above.
            unsafe { queue.0.copy_from_peer(&*other.device().0.driver, from, to, bytes) }
        };
        let Some(value) = submitted.transpose()? else {
            // No direct way between these two devices.
            return self.write_from(&other.to_vec()?);
        };
        let signal = Signal { queue: queue.0.clone(), value };
        other.memory.note(&signal, Access::Read, &foreign);
        self.memory.note(&signal, Access::Write, &foreign);
        Ok(())
    }

    /// A copy of this buffer on `device`.
    ///
    /// ```
    /// # use geobacter_runtime::Device;
    /// # fn main() -> geobacter_runtime::Result<()> {
    /// # let device = Device::open("cpu")?;
    /// let here = device.buffer_from(&[1u64, 2, 3])?;
    /// for other in Device::all() {
    ///     assert_eq!(here.to_device(&other)?.to_vec()?, [1, 2, 3]);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`Error::OutOfMemory`]; as [`copy_from`](Self::copy_from).
    pub fn to_device(&self, device: &Device) -> Result<Buffer<T>> {
        let mut copy = Buffer::uninit(device, self.len)?;
        copy.copy_from(self)?;
        Ok(copy)
    }

    /// Copies `data` into the buffer without waiting; the host memory comes back from the [`Upload`].
    ///
    /// ```
    /// # use geobacter::prelude::*;
    /// # fn main() -> geobacter::Result<()> {
    /// # let device = Device::open("cpu")?;
    /// let mut buffer = device.buffer::<u32>(1000)?;
    /// let upload = buffer.upload(device.host_buffer(1000, 7)?)?;
    /// // ... other work ...
    /// let staging = upload.wait()?;
    /// assert_eq!((buffer.to_vec()?[999], staging.len()), (7, 1000));
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`Error::LengthMismatch`]; where the vendor's runtime refuses.
    pub fn upload(&mut self, data: HostBuffer<T>) -> Result<Upload<T>> {
        self.upload_on(self.device().queue()?.clone(), data)
    }

    /// As [`upload`](Self::upload), on a queue of the buffer's device: copies and kernels on different queues overlap.
    ///
    /// # Errors
    /// As [`upload`](Self::upload).
    pub fn upload_on(&mut self, queue: impl std::borrow::Borrow<Queue>, data: HostBuffer<T>) -> Result<Upload<T>> {
        same_len("uploading to a buffer", self.len, data.len())?;
        let from = data.as_ptr().cast();
        let signal = self.transfer(queue.borrow(), Access::Write, |queue, to| {
            // SAFETY: both sides have this many bytes; the Upload keeps the host memory until the copy is over.
            unsafe { queue.0.copy(CopyJob::HostToDevice { from, to }, self.bytes()) }
        })?;
        Ok(Upload::new(data, signal))
    }

    /// Copies all elements to new host memory without waiting; they come from the [`Download`].
    ///
    /// ```
    /// # use geobacter::prelude::*;
    /// # fn main() -> geobacter::Result<()> {
    /// # let device = Device::open("cpu")?;
    /// let buffer = device.buffer_filled(1000, 7u32)?;
    /// let download = buffer.download()?;
    /// // ... other work ...
    /// assert_eq!(download.wait()?[999], 7);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`Error::OutOfMemory`] for the host memory; where the vendor's runtime refuses.
    pub fn download(&self) -> Result<Download<T>> {
        self.download_on(self.device().queue()?)
    }

    /// As [`download`](Self::download), on a queue of the buffer's device.
    ///
    /// # Errors
    /// As [`download`](Self::download).
    pub fn download_on(&self, queue: &Queue) -> Result<Download<T>> {
        let mut data = HostBuffer::<T>::uninit(self.device(), self.len)?;
        let to = data.as_mut_ptr().cast();
        let signal = self.transfer(queue, Access::Read, |queue, from| {
            // SAFETY: both sides have this many bytes; the Download keeps the host memory until the copy is over.
            unsafe { queue.0.copy(CopyJob::DeviceToHost { from, to }, self.bytes()) }
        })?;
        Ok(Download::new(data, signal))
    }

    /// `None` where there is nothing to copy.
    fn transfer(
        &self,
        queue: &Queue,
        access: Access,
        job: impl FnOnce(&Queue, DevicePtr) -> Result<u64>,
    ) -> Result<Option<Signal>> {
        if self.bytes() == 0 { Ok(None) } else { self.memory.submit(queue, access, job).map(Some) }
    }

    /// Part of the buffer, as a launch's argument for `&[T]`.
    ///
    /// ```
    /// # use geobacter_core::{Grid, PerItem, WorkItem};
    /// # use geobacter_runtime::Device;
    /// # fn main() -> geobacter_runtime::Result<()> {
    /// # fn square(item: WorkItem, x: &[u32], mut y: PerItem<u32>) {
    /// #     if let Some(y) = y.get_mut(&item) {
    /// #         *y = x[item.global_id()].pow(2);
    /// #     }
    /// # }
    /// # let device = Device::open("cpu")?;
    /// let x = device.buffer_from(&[1, 2, 3, 4])?;
    /// let mut y = device.buffer::<u32>(2)?;
    /// device.launch(Grid::covering(2), square, (x.slice(1..3), &mut y))?;
    /// assert_eq!(y.to_vec()?, [4, 9]);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Panics
    /// Where `range` is not inside `0..len`, as slicing does.
    pub fn slice(&self, range: impl RangeBounds<usize>) -> BufferView<'_, T> {
        let (start, len) = resolve(range, self.len);
        BufferView { buffer: self, start, len }
    }

    /// Part of the buffer, as a launch's argument for a per-item output.
    ///
    /// ```
    /// # use geobacter_core::{Grid, PerItem, WorkItem};
    /// # use geobacter_runtime::Device;
    /// # fn main() -> geobacter_runtime::Result<()> {
    /// # fn square(item: WorkItem, x: &[u32], mut y: PerItem<u32>) {
    /// #     if let Some(y) = y.get_mut(&item) {
    /// #         *y = x[item.global_id()].pow(2);
    /// #     }
    /// # }
    /// # let device = Device::open("cpu")?;
    /// let x = device.buffer_from(&[1, 2, 3, 4])?;
    /// let mut y = device.buffer::<u32>(4)?;
    /// device.launch(Grid::covering(2), square, (&x, y.slice_mut(2..)))?;
    /// assert_eq!(y.to_vec()?, [0, 0, 1, 4]);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Panics
    /// Where `range` is not inside `0..len`, as slicing does.
    pub fn slice_mut(&mut self, range: impl RangeBounds<usize>) -> BufferViewMut<'_, T> {
        let (start, len) = resolve(range, self.len);
        BufferViewMut { buffer: self, start, len }
    }

    /// The buffer as a row-major matrix with rows of `width` elements, as a launch's argument for a
    /// [`PerItemTile`](geobacter_core::PerItemTile). Elements beyond the last whole row are in no tile.
    ///
    /// ```
    /// use geobacter::prelude::*;
    /// fn number(item: WorkItem<2>, mut matrix: PerItemTile<usize, 2, 1>) {
    ///     if let Some(mut tile) = matrix.get_mut(&item) {
    ///         tile.row_mut(0).unwrap().fill(item.linear_id());
    ///     }
    /// }
    /// # fn main() -> geobacter::Result<()> {
    /// let device = Device::open("cpu")?;
    ///
    /// let mut matrix = device.buffer::<usize>(4 * 2)?;
    /// device.launch(Grid::new([2, 2]), number, (matrix.tiles(4),))?;
    /// assert_eq!(matrix.to_vec()?, [0, 0, 1, 1, 2, 2, 3, 3]);
    /// # Ok(())
    /// # }
    /// ```
    pub fn tiles(&mut self, width: usize) -> TilesMut<'_, T> {
        TilesMut { buffer: self, width }
    }

    /// The buffer without any check on what work-items do with it, as a launch's argument for a
    /// [`RawSlice`](geobacter_core::RawSlice).
    ///
    /// # Safety
    /// The kernel must stay inside the buffer, and its work-items must not race.
    pub unsafe fn raw(&self) -> RawView<'_, T> {
        RawView { buffer: self }
    }

    pub(crate) fn memory(&self) -> &Memory {
        &self.memory
    }

    /// Address of element `at`; aligned and not null, also in an empty buffer.
    pub(crate) fn address(&self, at: usize) -> *mut T {
        let first = self.memory.ptr().0 as usize;
        std::ptr::with_exposed_provenance_mut((first + at * size_of::<T>()).next_multiple_of(align_of::<T>()))
    }
}

pub(crate) fn same_len(what: &'static str, left: usize, right: usize) -> Result<()> {
    if left == right { Ok(()) } else { Err(Error::LengthMismatch { what, left, right }) }
}

/// Waits for a copy that uses memory borrowed from the caller: the memory must not be given back while the copy runs,
/// whatever error comes first.
pub(crate) fn wait_for_borrow(copied: &Signal) -> Result<()> {
    let result = copied.wait();
    while result.is_err() && !copied.has_passed() {
        std::thread::yield_now();
    }
    result
}

fn resolve(range: impl RangeBounds<usize>, len: usize) -> (usize, usize) {
    let start = match range.start_bound() {
        Bound::Included(&n) => n,
        Bound::Excluded(&n) => n + 1,
        Bound::Unbounded => 0,
    };
    let end = match range.end_bound() {
        Bound::Included(&n) => n + 1,
        Bound::Excluded(&n) => n,
        Bound::Unbounded => len,
    };
    assert!(start <= end && end <= len, "range {start}..{end} is not inside a buffer of {len} elements");
    (start, end - start)
}

/// The bytes to fill with for `value`. `None` where its size is not a multiple of a pattern's, or where it may have padding.
fn pattern<T: DeviceCopy>(value: &T) -> Option<Vec<u8>> {
    use std::any::TypeId;
    // Only types that are known to have no padding can be read as bytes.
    let t = TypeId::of::<T>();
    macro_rules! any_of {
        ($($p:ty),*) => { [$(TypeId::of::<$p>(), TypeId::of::<[$p; 2]>(), TypeId::of::<[$p; 3]>(), TypeId::of::<[$p; 4]>()),*].contains(&t) };
    }
    let plain = any_of!(u8, u16, u32, u64, u128, usize, i8, i16, i32, i64, i128, isize, f32, f64, bool, char);
    if !plain {
        return None;
    }
    // SAFETY: a number, or an array of them: every byte is initialised.
    let bytes = unsafe { std::slice::from_raw_parts(std::ptr::from_ref(value).cast::<u8>(), size_of::<T>()) };
    pattern_of(bytes)
}

/// The shortest pattern that a device fills with and that makes up `bytes`, which are not none.
pub(crate) fn pattern_of(bytes: &[u8]) -> Option<Vec<u8>> {
    let of = |&n: &usize| bytes.len().is_multiple_of(n) && bytes.chunks(n).all(|c| c == &bytes[..n]);
    [1, 2, 4, 8, 16].iter().find(|n| of(n)).map(|&n| bytes[..n].to_vec())
}

impl<T: DeviceCopy> fmt::Debug for Buffer<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Buffer")
            .field("element", &std::any::type_name::<T>())
            .field("len", &self.len)
            .field("device", &self.device().id())
            .finish()
    }
}

/// Part of a [`Buffer`], read by a kernel. From [`Buffer::slice`].
pub struct BufferView<'b, T> {
    pub(crate) buffer: &'b Buffer<T>,
    pub(crate) start: usize,
    pub(crate) len: usize,
}

impl<T> BufferView<'_, T> {
    /// Elements in this part.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether this part has no element.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }
}

/// Part of a [`Buffer`], written by a kernel. From [`Buffer::slice_mut`].
pub struct BufferViewMut<'b, T> {
    pub(crate) buffer: &'b Buffer<T>,
    pub(crate) start: usize,
    pub(crate) len: usize,
}

impl<T> BufferViewMut<'_, T> {
    /// Elements in this part.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether this part has no element.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }
}

/// A [`Buffer`] as a matrix, written by tiles. From [`Buffer::tiles`].
pub struct TilesMut<'b, T> {
    pub(crate) buffer: &'b Buffer<T>,
    pub(crate) width: usize,
}

/// A [`Buffer`] that a kernel uses without checks. From [`Buffer::raw`].
pub struct RawView<'b, T> {
    pub(crate) buffer: &'b Buffer<T>,
}
