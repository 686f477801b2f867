//! Memory that kernels allocate from.

use std::mem::offset_of;

use geobacter_core::{Heap, HeapHeader, HeapPlace};
use geobacter_driver::driver::DevicePtr;

use crate::args::{Binder, HostArg};
use crate::buffer::Buffer;
use crate::child::Refill;
use crate::memory::Access;
use crate::{Device, Error, Result};

/// Bytes of memory for the [`Heap`] of one launch, allocated for it and freed after it: an argument.
///
/// The bookkeeping's own few kilobytes come on top. See [`HeapMemory`] for memory that is used again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HeapBytes(pub usize);

/// Device memory for the [`Heap`] of one launch after another. From [`Device::heap`].
///
/// Every launch finds it empty: nothing that kernels allocate lives on. Launches that use the same one wait for each other.
pub struct HeapMemory {
    memory: Buffer<u64>,
}

/// One element of the buffer.
const WORD: usize = size_of::<u64>();

impl Device {
    /// Memory for kernels that allocate: `bytes` bytes for them, and some for the bookkeeping.
    ///
    /// ```
    /// # use geobacter_core::{Grid, Heap, PerItem, WorkItem};
    /// # use geobacter_runtime::Device;
    /// # fn main() -> geobacter_runtime::Result<()> {
    /// # let device = Device::open("cpu")?;
    /// fn primes_below(item: WorkItem, _: Heap, mut count: PerItem<u32>) {
    ///     let mut primes: Vec<u32> = Vec::new();
    ///     for n in 2..item.global_id() as u32 {
    ///         if primes.iter().all(|p| n % p != 0) {
    ///             primes.push(n);
    ///         }
    ///     }
    ///     if let Some(count) = count.get_mut(&item) {
    ///         *count = primes.len() as u32;
    ///     }
    /// }
    ///
    /// let mut heap = device.heap(1 << 20)?;
    /// let mut count = device.buffer::<u32>(100)?;
    /// for _ in 0..3 {
    ///     device.launch(Grid::covering(100), primes_below, (&mut heap, &mut count))?;
    /// }
    /// assert_eq!(count.to_vec()?[20], 8);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`Error::OutOfMemory`]; [`Error::Overflow`].
    pub fn heap(&self, bytes: usize) -> Result<HeapMemory> {
        let words = bytes.checked_add(size_of::<HeapHeader>()).ok_or_else(|| Error::Overflow {
            what: "the size of a heap in bytes",
            numbers: format!("{bytes} bytes, and {} for the bookkeeping", size_of::<HeapHeader>()),
        })?;
        let mut heap = HeapMemory { memory: Buffer::uninit(self, words.div_ceil(WORD))? };
        let bytes = (heap.memory.len() * WORD) as u64;
        heap.write(offset_of!(HeapHeader, bytes), bytes, 1)?;
        Ok(heap)
    }
}

impl HeapMemory {
    /// The device whose memory this is.
    pub fn device(&self) -> &Device {
        self.memory.device()
    }

    /// Bytes that a launch can allocate.
    pub fn bytes(&self) -> usize {
        self.memory.len() * WORD - size_of::<HeapHeader>()
    }

    /// Makes it empty, behind whatever uses it.
    fn empty(&mut self) -> Result<()> {
        let Refill { value, words, .. } = self.refill();
        self.write(offset_of!(HeapHeader, used), value, words)
    }

    /// Writes `words` times `value`, from byte `first` of the header on.
    fn write(&mut self, first: usize, value: u64, words: usize) -> Result<()> {
        self.memory.memory().submit(self.device().queue()?, Access::Write, |queue, mut to| {
            to.0 += first as u64;
            // SAFETY: inside the header, and the memory is kept until the fill is over.
            unsafe { queue.0.fill(to, &value.to_ne_bytes(), words) }
        })?;
        Ok(())
    }

    /// What makes it empty.
    fn refill(&self) -> Refill {
        let first = offset_of!(HeapHeader, used);
        let to = DevicePtr(self.memory.memory().ptr().0 + first as u64);
        Refill { to, value: 0, words: (size_of::<HeapHeader>() - first) / WORD }
    }

    fn place(&self) -> HeapPlace {
        HeapPlace(self.memory.address(0).cast())
    }
}

// SAFETY: the memory is bound to the launch, which alone uses it.
unsafe impl<'b> HostArg<'b, Heap<'_>> for &'b mut HeapMemory {
    fn pack(self, binder: &mut Binder<'b>) -> Result<HeapPlace> {
        self.empty()?;
        binder.refill(self.refill());
        binder.bind(self.memory.memory(), Access::Write)?;
        Ok(self.place())
    }
}

// SAFETY: as above; the binder keeps it until the launch is noted as its user.
unsafe impl HostArg<'_, Heap<'_>> for HeapBytes {
    fn pack(self, binder: &mut Binder<'_>) -> Result<HeapPlace> {
        let mut heap = binder.device().heap(self.0)?;
        heap.empty()?;
        binder.refill(heap.refill());
        let place = heap.place();
        binder.own(heap.memory);
        Ok(place)
    }
}
