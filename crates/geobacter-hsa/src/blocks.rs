//! Blocks of host memory that the device reaches, kept and given out again: an allocation takes the kernel driver, which
//! costs more than a launch.

use std::ptr::NonNull;
use std::sync::Arc;

use geobacter_driver::Error;
use parking_lot::Mutex;

use crate::context::Context;
use crate::sys::MemoryPool;

/// Bytes allocated at once for small blocks.
const SLAB: usize = 64 << 10;
/// Sizes of blocks: the smallest, and its doubles up to the largest.
const CLASSES: usize = 11;
const SMALLEST: usize = 256;
/// The largest block that is kept: 256 KiB. Larger ones are allocated and freed.
pub(crate) const LARGEST: usize = SMALLEST << (CLASSES - 1);

/// Free blocks by size, of one memory pool.
pub(crate) struct Blocks {
    pool: MemoryPool,
    free: [Mutex<Vec<NonNull<u8>>>; CLASSES],
}

// SAFETY: the pointers are to memory that nobody uses; whoever pops one is alone with it.
unsafe impl Send for Blocks {}
// SAFETY: as above.
unsafe impl Sync for Blocks {}

/// Some bytes of a [`Blocks`], aligned to 256. Contents undefined.
pub(crate) struct Block {
    context: Arc<Context>,
    which: fn(&Context) -> &Blocks,
    ptr: NonNull<u8>,
    /// `None`: an allocation of its own.
    class: Option<usize>,
}

// SAFETY: owns its bytes.
unsafe impl Send for Block {}
// SAFETY: as above.
unsafe impl Sync for Block {}

impl Blocks {
    pub(crate) fn new(pool: MemoryPool) -> Self {
        Self { pool, free: [const { Mutex::new(Vec::new()) }; CLASSES] }
    }

    /// A block of at least `bytes`, from the blocks of `context` that `which` names.
    pub(crate) fn take(context: &Arc<Context>, which: fn(&Context) -> &Blocks, bytes: usize) -> Result<Block, Error> {
        let blocks = which(context);
        let class = class_of(bytes);
        let ptr = match class {
            None => allocate(context, blocks.pool, bytes)?,
            Some(class) => {
                let free = blocks.free[class].lock().pop();
                free.map_or_else(|| blocks.refill(context, class), Ok)?
            }
        };
        Ok(Block { context: Arc::clone(context), which, ptr, class })
    }

    /// Allocates blocks of a class, keeps all but one, and gives that.
    fn refill(&self, context: &Context, class: usize) -> Result<NonNull<u8>, Error> {
        let size = SMALLEST << class;
        let slab = allocate(context, self.pool, size.max(SLAB))?;
        let mut free = self.free[class].lock();
        // Never given back to the system, like the blocks of any allocator.
        for at in (size..size.max(SLAB)).step_by(size) {
            // SAFETY: inside the slab.
            free.push(unsafe { slab.add(at) });
        }
        Ok(slab)
    }
}

fn allocate(context: &Context, pool: MemoryPool, bytes: usize) -> Result<NonNull<u8>, Error> {
    let ptr = context.allocate_from_host(pool, bytes)?;
    NonNull::new(ptr).ok_or_else(|| context.refused("hsa_amd_memory_pool_allocate", "it gave a null pointer"))
}

fn class_of(bytes: usize) -> Option<usize> {
    (0..CLASSES).find(|&class| bytes <= SMALLEST << class)
}

impl Block {
    /// Its address, the same on both sides.
    pub(crate) fn ptr(&self) -> *mut u8 {
        self.ptr.as_ptr()
    }
}

impl Drop for Block {
    fn drop(&mut self) {
        match self.class {
            Some(class) => (self.which)(&self.context).free[class].lock().push(self.ptr),
            None => self.context.free_host(self.ptr.as_ptr()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_block_has_room_and_not_twice_as_much() {
        assert_eq!(class_of(0), Some(0));
        assert_eq!(class_of(256), Some(0));
        assert_eq!(class_of(257), Some(1));
        assert_eq!(class_of(LARGEST), Some(CLASSES - 1));
        assert_eq!(class_of(LARGEST + 1), None);
        for bytes in [300, 5000, 100_000] {
            let size = SMALLEST << class_of(bytes).expect("it is small");
            assert!(size >= bytes && size < 2 * bytes);
        }
    }
}
