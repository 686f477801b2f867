use std::fmt;
use std::marker::PhantomData;

use geobacter_core::DeviceCopy;
use geobacter_driver::driver::Copy as CopyJob;

use crate::buffer::wait_for_borrow;
use crate::memory::{Access, Memory, Signals};
use crate::signal::Signal;
use crate::{Buffer, Device, Error, Result};

/// Copies from the host to several buffers, which belong together: the device may do them at the same time, and one signal
/// tells when all are done. From [`Device::writes`].
///
/// ```
/// # use geobacter_runtime::Device;
/// # fn main() -> geobacter_runtime::Result<()> {
/// let device = Device::open("cpu")?;
/// let (mut x, mut n) = (device.buffer::<f32>(3)?, device.buffer::<u64>(1)?);
/// let mut writes = device.writes();
/// writes.add(&mut x, &[1.0, 2.0, 3.0])?.add(&mut n, &[3])?;
/// writes.finish()?;
/// assert_eq!((x.to_vec()?, n.to_vec()?), (vec![1.0, 2.0, 3.0], vec![3]));
/// # Ok(())
/// # }
/// ```
#[must_use = "nothing is copied before `finish`"]
pub struct Writes<'a> {
    device: Device,
    copies: Vec<(CopyJob, usize)>,
    targets: Vec<&'a Memory>,
    /// The sources.
    data: PhantomData<&'a [u8]>,
}

impl<'a> Writes<'a> {
    pub(crate) fn new(device: &Device) -> Self {
        Writes { device: device.clone(), copies: Vec::new(), targets: Vec::new(), data: PhantomData }
    }

    /// Adds a copy of `from` to all of `to`.
    ///
    /// # Errors
    /// [`Error::LengthMismatch`]; [`Error::WrongDevice`].
    pub fn add<T: DeviceCopy>(&mut self, to: &'a mut Buffer<T>, from: &'a [T]) -> Result<&mut Self> {
        // Borrowed for writing until `self` is gone, and looked at meanwhile.
        let to: &'a Buffer<T> = to;
        if to.len() != from.len() {
            return Err(Error::LengthMismatch { what: "writing a buffer", left: to.len(), right: from.len() });
        }
        if to.device() != &self.device {
            return Err(Error::WrongDevice {
                argument: self.targets.len(),
                buffer: to.device().id().to_owned(),
                launch: self.device.id().to_owned(),
            });
        }
        let memory = to.memory();
        if size_of_val(from) != 0 {
            let copy = CopyJob::HostToDevice { from: from.as_ptr().cast(), to: memory.ptr() };
            self.copies.push((copy, size_of_val(from)));
            self.targets.push(memory);
        }
        Ok(self)
    }

    /// Copies all, and waits until that is done.
    ///
    /// # Errors
    /// A failure of earlier work that nobody was told of yet; where the vendor's runtime refuses.
    pub fn finish(self) -> Result<()> {
        if self.copies.is_empty() {
            return Ok(());
        }
        let queue = self.device.queue()?;
        let order = |memory: &&Memory| memory.order_before(queue, Access::Write, &mut Signals::new());
        self.targets.iter().try_for_each(order)?;
        // SAFETY: both sides of each have this many bytes, and `self` borrows them until the wait below is over; buffers
        // that are each borrowed for writing do not overlap.
        let value = unsafe { queue.0.copy_all(&self.copies) };
        // Where some were refused, those before them may be under way: all up to the newest work counts.
        let newest = Signal { queue: queue.0.clone(), value: *value.as_ref().unwrap_or(&queue.0.submitted()) };
        self.targets.iter().for_each(|memory| memory.note(&newest, Access::Write, &Signals::new()));
        let waited = wait_for_borrow(&newest);
        value.and(waited)
    }
}

impl fmt::Debug for Writes<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Writes").field("device", &self.device.id()).field("copies", &self.copies.len()).finish()
    }
}
