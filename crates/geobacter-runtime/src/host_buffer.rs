use std::fmt;
use std::marker::PhantomData;
use std::ops::{Deref, DerefMut};

use geobacter_core::DeviceCopy;

use crate::buffer::bytes_of;
use crate::{Device, Result};

/// Host memory that a device copies from and to at full speed (pinned): use it like a slice.
///
/// From [`Device::host_buffer`], or out of a [`Download`](crate::Download).
///
/// ```
/// # use geobacter::prelude::*;
/// # fn main() -> geobacter::Result<()> {
/// # let device = Device::open("cpu")?;
/// let mut staging = device.host_buffer(4, 0u32)?;
/// staging[1..3].fill(7);
/// assert_eq!(staging.iter().sum::<u32>(), 14);
/// # Ok(())
/// # }
/// ```
pub struct HostBuffer<T> {
    device: Device,
    ptr: *mut T,
    len: usize,
    elements: PhantomData<T>,
}

// SAFETY: owns its memory as a Vec does.
unsafe impl<T: Send> Send for HostBuffer<T> {}
// SAFETY: as above.
unsafe impl<T: Sync> Sync for HostBuffer<T> {}

impl<T: DeviceCopy> HostBuffer<T> {
    pub(crate) fn new(device: &Device, len: usize, value: T) -> Result<Self> {
        let mut buffer = Self::uninit(device, len)?;
        for i in 0..len {
            // SAFETY: inside the allocation.
            unsafe { buffer.as_mut_ptr().add(i).write(value) };
        }
        Ok(buffer)
    }

    /// Contents must be written, through `as_mut_ptr`, before the buffer is given to anyone who can read them.
    pub(crate) fn uninit(device: &Device, len: usize) -> Result<Self> {
        let bytes = bytes_of::<T>(len)?;
        let ptr = if bytes == 0 {
            std::ptr::NonNull::dangling().as_ptr()
        } else {
            device.0.driver.allocate_host(bytes)?.cast()
        };
        Ok(HostBuffer { device: device.clone(), ptr, len, elements: PhantomData })
    }

    pub(crate) fn as_mut_ptr(&mut self) -> *mut T {
        self.ptr
    }
}

impl Device {
    /// Host memory that this device copies from and to at full speed and asynchronously, with a copy of `data`.
    ///
    /// ```
    /// # use geobacter::prelude::*;
    /// # fn main() -> geobacter::Result<()> {
    /// # let device = Device::open("cpu")?;
    /// let staging = device.host_buffer_from(&[1u8, 2, 3])?;
    /// assert_eq!(staging[..], [1, 2, 3]);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`Error::OutOfMemory`](crate::Error::OutOfMemory).
    pub fn host_buffer_from<T: DeviceCopy>(&self, data: &[T]) -> Result<HostBuffer<T>> {
        let mut buffer = HostBuffer::<T>::uninit(self, data.len())?;
        // SAFETY: the buffer has room for as many elements, and is no part of `data`.
        unsafe { buffer.as_mut_ptr().copy_from_nonoverlapping(data.as_ptr(), data.len()) };
        Ok(buffer)
    }

    /// The same with what `data` yields.
    ///
    /// ```
    /// # fn main() -> geobacter::Result<()> {
    /// let device = geobacter::Device::open("cpu")?;
    /// let squares = device.host_buffer_from_iter((0..5).map(|i| i * i))?;
    /// assert_eq!(squares[..], [0, 1, 4, 9, 16]);
    /// assert_eq!(squares.iter().sum::<i32>(), 30);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// As [`host_buffer_from`](Self::host_buffer_from).
    pub fn host_buffer_from_iter<T: DeviceCopy>(&self, data: impl IntoIterator<Item = T>) -> Result<HostBuffer<T>> {
        self.host_buffer_from(&data.into_iter().collect::<Vec<_>>())
    }
}

impl<T> AsRef<[T]> for HostBuffer<T> {
    fn as_ref(&self) -> &[T] {
        self
    }
}

impl<T> AsMut<[T]> for HostBuffer<T> {
    fn as_mut(&mut self) -> &mut [T] {
        self
    }
}

impl<'a, T> IntoIterator for &'a HostBuffer<T> {
    type Item = &'a T;
    type IntoIter = std::slice::Iter<'a, T>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl<'a, T> IntoIterator for &'a mut HostBuffer<T> {
    type Item = &'a mut T;
    type IntoIter = std::slice::IterMut<'a, T>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter_mut()
    }
}

impl<T: PartialEq> PartialEq<[T]> for HostBuffer<T> {
    fn eq(&self, other: &[T]) -> bool {
        **self == *other
    }
}

impl<T> Deref for HostBuffer<T> {
    type Target = [T];

    fn deref(&self) -> &[T] {
        // SAFETY: allocated for `len` elements, all of them written.
        unsafe { std::slice::from_raw_parts(self.ptr, self.len) }
    }
}

impl<T> DerefMut for HostBuffer<T> {
    fn deref_mut(&mut self) -> &mut [T] {
        // SAFETY: as above.
        unsafe { std::slice::from_raw_parts_mut(self.ptr, self.len) }
    }
}

impl<T> Drop for HostBuffer<T> {
    fn drop(&mut self) {
        let bytes = self.len * size_of::<T>();
        if bytes > 0 {
            // SAFETY: from one allocation; transfers in flight keep the buffer from being dropped.
            unsafe { self.device.0.driver.free_host(self.ptr.cast(), bytes) };
        }
    }
}

impl<T: fmt::Debug> fmt::Debug for HostBuffer<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}
