//! Device memory for the time of a launch, which the next one uses again: allocating may cost as much as a launch, and freeing
//! may wait for the device.

use geobacter_driver::driver::DevicePtr;
use parking_lot::Mutex;

use crate::memory::allocate;
use crate::{Device, Result};

/// The most blocks that a device keeps.
const BLOCKS: usize = 16;
/// Bytes of the largest block that is kept, and of the smallest.
const LARGEST: usize = 4 << 20;
const SMALLEST: usize = 4 << 10;

/// Blocks that nobody uses.
#[derive(Default)]
pub(crate) struct Spares(Mutex<Vec<Block>>);

#[derive(Clone, Copy)]
struct Block {
    ptr: DevicePtr,
    /// A power of two.
    bytes: usize,
}

impl Spares {
    fn take(&self, bytes: usize) -> Option<Block> {
        let mut blocks = self.0.lock();
        let at = blocks.iter().position(|block| block.bytes == bytes)?;
        Some(blocks.swap_remove(at))
    }

    /// Whether the block is kept.
    fn keep(&self, block: Block) -> bool {
        let mut blocks = self.0.lock();
        let has_room = blocks.len() < BLOCKS && block.bytes <= LARGEST;
        if has_room {
            blocks.push(block);
        }
        has_room
    }

    /// Frees all, for others that find no memory; whether there was any.
    pub(crate) fn free(&self, device: &Device) -> bool {
        let blocks = std::mem::take(&mut *self.0.lock());
        // SAFETY: allocated for this device, once each, and nobody uses them.
        blocks.iter().for_each(|block| unsafe { device.0.driver.free(block.ptr, block.bytes) });
        !blocks.is_empty()
    }
}

/// A block in use. Dropped once no queued work uses it.
pub(crate) struct Borrowed {
    device: Device,
    block: Block,
}

impl Borrowed {
    /// Room for so many bytes; contents undefined.
    pub(crate) fn new(device: &Device, bytes: usize) -> Result<Self> {
        // What is larger than any memory is an error of the allocation.
        let bytes = bytes.max(SMALLEST).checked_next_power_of_two().unwrap_or(bytes);
        let block = match device.0.spares.take(bytes) {
            Some(block) => block,
            None => Block { ptr: allocate(device, bytes)?, bytes },
        };
        Ok(Borrowed { device: device.clone(), block })
    }

    pub(crate) fn ptr(&self) -> DevicePtr {
        self.block.ptr
    }
}

impl Drop for Borrowed {
    fn drop(&mut self) {
        if !self.device.0.spares.keep(self.block) {
            // SAFETY: allocated for this device, and no work uses it any more.
            unsafe { self.device.0.driver.free(self.block.ptr, self.block.bytes) };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_given_back_is_used_again() {
        // Of a size that no other test asks for.
        const BYTES: usize = 1 << 21;
        let device = Device::open("cpu").unwrap();
        let first = Borrowed::new(&device, BYTES - 5).unwrap();
        let second = Borrowed::new(&device, BYTES).unwrap();
        let address = first.ptr();
        assert_ne!(address, second.ptr());
        drop(first);
        assert_eq!(Borrowed::new(&device, BYTES / 2 + 1).unwrap().ptr(), address);
    }

    #[test]
    fn what_is_too_large_or_too_much_is_not_kept() {
        let spares = Spares::default();
        let block = |bytes| Block { ptr: DevicePtr(256), bytes };
        assert!(!spares.keep(block(2 * LARGEST)));
        assert!((0..BLOCKS).all(|_| spares.keep(block(SMALLEST))));
        assert!(!spares.keep(block(SMALLEST)));
        assert!(spares.take(2 * SMALLEST).is_none() && spares.take(SMALLEST).is_some());
        assert!(spares.keep(block(LARGEST)));
    }
}
