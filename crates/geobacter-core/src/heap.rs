//! Memory that a kernel allocates: `Vec`, `Box`, `String` and everything else that asks the global allocator.
//!
//! A launch brings the memory, and a kernel says by a parameter, [`Heap`], that it uses some. From then on code of any crate
//! that allocates finds it; nothing is passed along. On the CPU device kernels are host code, and use the process's own
//! allocator, which has no bound.

use core::marker::PhantomData;
use core::sync::atomic::AtomicU64;

use crate::abi;
use crate::{ArgKind, KernelParam};

/// A kernel's right to allocate: a parameter of kernels.
///
/// On the host, pass [`HeapBytes`](../geobacter/struct.HeapBytes.html) for memory that the launch allocates and frees, or
/// `&mut` [`HeapMemory`](../geobacter/struct.HeapMemory.html) for memory that many launches use one after the other.
///
/// All work-items share it. What is freed can be allocated again, by any work-item, and nothing lives longer than the
/// launch. Sizes are rounded up to powers of two, of at least 16 bytes. An allocation for which nothing is left is a
/// panic, as on the host. Alignments above 256 bytes are treated so, too.
///
/// ```
/// use geobacter::prelude::*;
/// use geobacter::{Heap, HeapBytes};
///
/// /// The distinct digits of each number, as text.
/// fn digits(item: WorkItem, _: Heap, numbers: &[u32], mut count: PerItem<u32>) {
///     if let (Some(count), Some(number)) = (count.get_mut(&item), numbers.get(item.global_id())) {
///         let mut digits: Vec<char> = format!("{number}").chars().collect();
///         digits.sort_unstable();
///         digits.dedup();
///         *count = digits.len() as u32;
///     }
/// }
///
/// # fn main() -> geobacter::Result<()> {
/// let device = Device::open("cpu")?;
/// let numbers = device.buffer_from(&[7, 1001, 987])?;
/// let mut count = device.buffer::<u32>(3)?;
/// device.launch(Grid::covering(3), digits, (HeapBytes(1 << 20), &numbers, &mut count))?;
/// assert_eq!(count.to_vec()?, [1, 2, 3]);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Heap<'k> {
    /// Invariant in `'k`, and neither `Send` nor `Sync`.
    run: PhantomData<*mut &'k ()>,
}

/// A [`Heap`] in the kernarg block.
#[derive(Clone, Copy, Debug)]
#[repr(transparent)]
pub struct HeapPlace(pub *mut HeapHeader);

/// Free lists for each size, so that work-items seldom meet at one.
pub(crate) const SHARDS: usize = 16;
/// Sizes of blocks: powers of two from [`SMALLEST`] on.
pub(crate) const CLASSES: usize = 32;
/// Bytes of the smallest block.
pub(crate) const SMALLEST: usize = 16;

/// What a heap's memory begins with. But for `bytes`, all zero before a launch.
#[repr(C, align(256))]
pub struct HeapHeader {
    /// Bytes of the memory, this header included.
    pub bytes: u64,
    /// Bytes given out since the launch began, whether freed again or not; the header not counted.
    pub used: AtomicU64,
    /// Blocks that were freed: of each size those that lie anywhere, and those that lie where their size demands.
    pub(crate) free: [[[AtomicU64; SHARDS]; CLASSES]; 2],
}

// SAFETY: a token; memory that is allocated belongs to who allocated it.
unsafe impl KernelParam for Heap<'_> {
    type Device<'k> = Heap<'k>;
    type Packed = HeapPlace;
    const KIND: ArgKind = ArgKind::Heap;

    #[inline(always)]
    unsafe fn unpack<'k>(packed: &'k HeapPlace, _: usize) -> Heap<'k> {
        abi::__geobacter_set_heap(packed.0);
        Heap { run: PhantomData }
    }
}
