use std::fmt;
use std::ops::{Deref, RangeBounds};

use geobacter_core::{DeviceCopy, PerItem, PerItemChunks, PerItemStrided, SliceArg};

use crate::args::{Binder, HostArg};
use crate::buffer::{Buffer, BufferViewMut, TilesMut};
use crate::{Device, Result};

/// Host memory that kernels work on where it is, without copies: `len` elements of type `T`.
///
/// The host looks at it as a slice, through [`read`](Self::read) and [`write`](Self::write), which first wait for the
/// launches that are in the way; launches take `&shared` and `&mut shared` as they take a [`Buffer`]. While a slice is
/// borrowed, no launch can be queued that would change what it shows. Everything a `Buffer` can do works here, too: a
/// shared buffer derefs to one.
///
/// On the CPU device this costs nothing. A GPU reads and writes it through its link to the host: good for data that is
/// touched once, or little of it, and bad for what a kernel reads again and again.
///
/// ```
/// use geobacter::prelude::*;
/// use geobacter::SharedBuffer;
/// fn double(item: WorkItem, mut y: PerItem<u32>) {
///     if let Some(y) = y.get_mut(&item) {
///         *y *= 2;
///     }
/// }
/// # fn main() -> geobacter::Result<()> {
/// let device = Device::open("cpu")?;
/// let mut numbers: SharedBuffer<u32> = device.shared_buffer_from_iter(1..=4)?;
/// device.launch(Grid::covering(numbers.len()), double, (&mut numbers,))?;
/// numbers.write()?[0] = 7; // waits for the kernel
/// device.launch(Grid::covering(numbers.len()), double, (&mut numbers,))?;
/// assert_eq!(numbers.read()?, [14, 8, 12, 16]);
/// # Ok(())
/// # }
/// ```
///
/// A slice and a launch that would change it exclude each other:
///
/// ```compile_fail,E0502
/// # use geobacter::prelude::*;
/// # fn zero(item: WorkItem, mut y: PerItem<u32>) {}
/// # fn main() -> geobacter::Result<()> {
/// # let device = Device::open("cpu")?;
/// let mut numbers = device.shared_buffer(4, 1u32)?;
/// let before = numbers.read()?;
/// device.launch(Grid::covering(4), zero, (&mut numbers,))?;
/// println!("{before:?}");
/// # Ok(())
/// # }
/// ```
pub struct SharedBuffer<T> {
    /// In memory that both sides reach; never lent out mutably, so that it stays so.
    buffer: Buffer<T>,
}

impl Device {
    /// Host memory that kernels of this device reach too: `len` copies of `value`.
    ///
    /// # Errors
    /// [`Error::HostMemory`](crate::Error::HostMemory) on a device that cannot; [`Error::OutOfMemory`](crate::Error::OutOfMemory).
    pub fn shared_buffer<T: DeviceCopy>(&self, len: usize, value: T) -> Result<SharedBuffer<T>> {
        SharedBuffer::new(self, len, |_| value)
    }

    /// The same with a copy of `data`.
    ///
    /// # Errors
    /// As [`shared_buffer`](Self::shared_buffer).
    pub fn shared_buffer_from<T: DeviceCopy>(&self, data: &[T]) -> Result<SharedBuffer<T>> {
        SharedBuffer::new(self, data.len(), |i| data[i])
    }

    /// The same with what `data` yields.
    ///
    /// # Errors
    /// As [`shared_buffer`](Self::shared_buffer).
    pub fn shared_buffer_from_iter<T: DeviceCopy>(&self, data: impl IntoIterator<Item = T>) -> Result<SharedBuffer<T>> {
        self.shared_buffer_from(&data.into_iter().collect::<Vec<_>>())
    }
}

impl<T: DeviceCopy> SharedBuffer<T> {
    fn new(device: &Device, len: usize, value: impl Fn(usize) -> T) -> Result<Self> {
        let buffer = Buffer::<T>::on_host(device, len)?;
        let first: *mut T = buffer.host_address();
        for i in 0..len {
            // SAFETY: inside the memory, which nothing else knows yet.
            unsafe { first.add(i).write(value(i)) };
        }
        Ok(SharedBuffer { buffer })
    }

    /// Waits for the last launch or copy that writes the memory, and lets the host look at it.
    ///
    /// # Errors
    /// What went wrong with the work that wrote it, such as [`Error::KernelPanicked`](crate::Error::KernelPanicked): once,
    /// so that what is there can be looked at all the same.
    pub fn read(&self) -> Result<&[T]> {
        self.buffer.memory().wait_for_contents()?;
        // SAFETY: all elements were written when the buffer was made, and hold valid values since. What writes them has
        // passed, and nothing that does can be queued while `self` is borrowed.
        Ok(unsafe { std::slice::from_raw_parts(self.buffer.host_address(), self.len()) })
    }

    /// Waits for every launch and copy that uses the memory, and lets the host change it.
    ///
    /// # Errors
    /// As [`read`](Self::read).
    pub fn write(&mut self) -> Result<&mut [T]> {
        self.buffer.memory().wait_for_contents()?;
        self.buffer.memory().wait_for_readers();
        // SAFETY: as in `read`; what reads them has passed, too, and `self` is borrowed alone.
        Ok(unsafe { std::slice::from_raw_parts_mut(self.buffer.host_address(), self.len()) })
    }

    /// As [`Buffer::fill`].
    ///
    /// # Errors
    /// As [`Buffer::fill`].
    pub fn fill(&mut self, value: T) -> Result<()> {
        self.buffer.fill(value)
    }

    /// As [`Buffer::copy_from`].
    ///
    /// # Errors
    /// As [`Buffer::copy_from`].
    pub fn copy_from(&mut self, other: &Buffer<T>) -> Result<()> {
        self.buffer.copy_from(other)
    }

    /// As [`Buffer::slice_mut`].
    ///
    /// # Panics
    /// As [`Buffer::slice_mut`].
    pub fn slice_mut(&mut self, range: impl RangeBounds<usize>) -> BufferViewMut<'_, T> {
        self.buffer.slice_mut(range)
    }

    /// As [`Buffer::tiles`].
    pub fn tiles(&mut self, width: usize) -> TilesMut<'_, T> {
        self.buffer.tiles(width)
    }
}

impl<T> Deref for SharedBuffer<T> {
    type Target = Buffer<T>;

    fn deref(&self) -> &Buffer<T> {
        &self.buffer
    }
}

impl<T: DeviceCopy> fmt::Debug for SharedBuffer<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("SharedBuffer").field(&self.buffer).finish()
    }
}

macro_rules! as_the_buffer {
    ($([$($generic:tt)*] $param:ty: $shared:ty, $buffer:ty, |$s:ident| $as_buffer:expr;)*) => {$(
        // SAFETY: packed as the buffer in it is.
        unsafe impl<'b, T: DeviceCopy, $($generic)*> HostArg<'b, $param> for $shared {
            fn pack(self, binder: &mut Binder<'b>) -> Result<SliceArg<T>> {
                let $s = self;
                <$buffer as HostArg<'b, $param>>::pack($as_buffer, binder)
            }
        }
    )*};
}
as_the_buffer! {
    [] &[T]: &'b SharedBuffer<T>, &'b Buffer<T>, |s| &s.buffer;
    [] PerItem<'_, T>: &'b mut SharedBuffer<T>, &'b mut Buffer<T>, |s| &mut s.buffer;
    [] PerItemStrided<'_, T>: &'b mut SharedBuffer<T>, &'b mut Buffer<T>, |s| &mut s.buffer;
    [const N: usize] PerItemChunks<'_, T, N>: &'b mut SharedBuffer<T>, &'b mut Buffer<T>, |s| &mut s.buffer;
}
