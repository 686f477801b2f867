//! The allocator of a kernel with a [`Heap`](crate::Heap): what calls of the global allocator become on a device.
//!
//! Blocks are powers of two. Fresh ones come from a counter; freed ones go to a list of their size, a stack that work-items
//! push to and pop from with one compare-and-exchange. A stack's head holds the place of its first block and a count of
//! pops, so that a block that was popped and pushed again meanwhile is not taken for one that never left.
//!
//! Where a list's block is given to someone while another work-item reads the link in it, that reads garbage, and its exchange
//! fails, because the count has changed.

use core::panic::Location;
use core::ptr;
use core::sync::atomic::{AtomicU64, Ordering};

use crate::abi;
use crate::heap::{CLASSES, HeapHeader, SHARDS, SMALLEST};
use crate::scope;

/// The largest alignment that blocks have: that of the memory as a whole.
const LARGEST_ALIGN: usize = align_of::<HeapHeader>();
/// In a stack's head, the place of its first block in units of [`SMALLEST`] bytes, and above it the pops so far.
const PLACE: u64 = (1 << 40) - 1;
const POP: u64 = PLACE + 1;

/// Of which size and kind a block is.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Class {
    /// Bytes: `SMALLEST << index`.
    index: usize,
    /// Whether it lies on a multiple of its size, or of the largest alignment.
    aligned: bool,
}

impl Class {
    /// `None`: too large, or aligned too far.
    fn of(size: usize, align: usize) -> Option<Class> {
        if align > LARGEST_ALIGN {
            return None;
        }
        let index = size.max(align).max(SMALLEST).checked_next_power_of_two()?.trailing_zeros();
        let index = index.wrapping_sub(SMALLEST.trailing_zeros()) as usize;
        (index < CLASSES).then_some(Class { index, aligned: align > SMALLEST })
    }

    fn bytes(self) -> usize {
        SMALLEST << self.index
    }
}

impl HeapHeader {
    fn base(&self) -> *mut u8 {
        ptr::from_ref(self).cast_mut().cast()
    }

    fn list(&self, class: Class, shard: usize) -> &AtomicU64 {
        // In range by `Class::of` and by the modulo; a check would be a panic in the allocator.
        // SAFETY: as just said.
        unsafe {
            self.free.get_unchecked(usize::from(class.aligned)).get_unchecked(class.index).get_unchecked(shard % SHARDS)
        }
    }

    /// A block that somebody freed.
    fn pop(&self, list: &AtomicU64) -> Option<*mut u8> {
        let mut head = list.load(Ordering::Acquire);
        loop {
            let place = (head & PLACE) as usize;
            if place == 0 {
                return None;
            }
            // SAFETY: lists hold blocks of this heap; see the module for who else may use it.
            let (block, next) = unsafe {
                let block = self.base().add(place * SMALLEST);
                (block, (*block.cast::<AtomicU64>()).load(Ordering::Relaxed))
            };
            let rest = (head & !PLACE).wrapping_add(POP) | (next & PLACE);
            match list.compare_exchange(head, rest, Ordering::AcqRel, Ordering::Acquire) {
                Ok(_) => return Some(block),
                Err(now) => head = now,
            }
        }
    }

    /// # Safety
    /// `block` must be one of this heap's that nobody uses.
    unsafe fn push(&self, list: &AtomicU64, block: *mut u8) {
        let place = ((block.addr() - self.base().addr()) / SMALLEST) as u64;
        let mut head = list.load(Ordering::Relaxed);
        loop {
            // SAFETY: the caller's promise; blocks have room for a link.
            unsafe { (*block.cast::<AtomicU64>()).store(head & PLACE, Ordering::Relaxed) };
            match list.compare_exchange(head, head & !PLACE | place, Ordering::Release, Ordering::Relaxed) {
                Ok(_) => return,
                Err(now) => head = now,
            }
        }
    }

    /// A block that was never used.
    fn fresh(&self, class: Class) -> Option<*mut u8> {
        // Its place may need moving up by less than the alignment.
        let align = if class.aligned { class.bytes().min(LARGEST_ALIGN) } else { SMALLEST };
        let bytes = (class.bytes() + align - SMALLEST) as u64;
        let room = self.bytes - size_of::<HeapHeader>() as u64;
        if self.used.load(Ordering::Relaxed) + bytes > room {
            return None;
        }
        let at = self.used.fetch_add(bytes, Ordering::Relaxed);
        if at + bytes > room {
            // Others may have found too little for a moment, where there was little left.
            self.used.fetch_sub(bytes, Ordering::Relaxed);
            return None;
        }
        let at = size_of::<HeapHeader>() + at as usize;
        // SAFETY: inside the heap's memory, which is aligned as its header.
        Some(unsafe { self.base().add(at.next_multiple_of(align)) })
    }

    fn allocate(&self, class: Class) -> *mut u8 {
        let shard = shard();
        scope::device(|| {
            let own = self.pop(self.list(class, shard));
            // Whoever frees may not be who allocates: before the memory is used up, other lists are looked at.
            let mut others = (1..SHARDS).map(|other| self.list(class, shard + other));
            own.or_else(|| self.fresh(class)).or_else(|| others.find_map(|list| self.pop(list)))
        })
        .unwrap_or(ptr::null_mut())
    }

    /// # Safety
    /// As [`push`](Self::push), and of this class.
    unsafe fn release(&self, block: *mut u8, class: Class) {
        let shard = shard();
        // SAFETY: the caller's promise.
        scope::device(|| unsafe { self.push(self.list(class, shard), block) });
    }
}

/// Neighbours have different lists.
fn shard() -> usize {
    (abi::__geobacter_work_item_id_x() + abi::__geobacter_work_group_id_x()) as usize % SHARDS
}

fn heap<'a>() -> Option<&'a HeapHeader> {
    // SAFETY: null, or the memory of the launch, of which all but `bytes` are atomics.
    unsafe { abi::__geobacter_heap().as_ref() }
}

/// `__rust_alloc`: null where nothing is left.
#[inline(never)]
#[unsafe(no_mangle)]
unsafe extern "C" fn __geobacter_rt_alloc(size: usize, align: usize) -> *mut u8 {
    match (heap(), Class::of(size, align)) {
        (Some(heap), Some(class)) => heap.allocate(class),
        _ => ptr::null_mut(),
    }
}

/// `__rust_alloc_zeroed`.
#[inline(never)]
#[unsafe(no_mangle)]
unsafe extern "C" fn __geobacter_rt_alloc_zeroed(size: usize, align: usize) -> *mut u8 {
    // SAFETY: the caller's promise is the same; a block has at least `size` bytes.
    unsafe {
        let block = __geobacter_rt_alloc(size, align);
        if !block.is_null() {
            block.write_bytes(0, size);
        }
        block
    }
}

/// `__rust_dealloc`.
///
/// # Safety
/// `block` must be from `__rust_alloc` with this size and alignment, and unused from here on.
#[inline(never)]
#[unsafe(no_mangle)]
unsafe extern "C" fn __geobacter_rt_dealloc(block: *mut u8, size: usize, align: usize) {
    if let (Some(heap), Some(class)) = (heap(), Class::of(size, align)) {
        // SAFETY: the caller's promise.
        unsafe { heap.release(block, class) }
    }
}

/// `__rust_realloc`: null, and the old block untouched, where nothing is left.
///
/// # Safety
/// As `__rust_dealloc`, unless it fails.
#[inline(never)]
#[unsafe(no_mangle)]
unsafe extern "C" fn __geobacter_rt_realloc(block: *mut u8, old: usize, align: usize, new: usize) -> *mut u8 {
    if Class::of(old, align) == Class::of(new, align) {
        return block;
    }
    // SAFETY: the caller's promise; both blocks have as many bytes as are copied, and are distinct.
    unsafe {
        let moved = __geobacter_rt_alloc(new, align);
        if !moved.is_null() {
            moved.copy_from_nonoverlapping(block, old.min(new));
            __geobacter_rt_dealloc(block, old, align);
        }
        moved
    }
}

/// Reports that there is no memory left, or that a capacity is beyond all bounds (alignment 0), and ends the work-item.
///
/// # Safety
/// `location` must be null or valid.
#[unsafe(no_mangle)]
unsafe extern "C" fn __geobacter_rt_panic_alloc(align: usize, size: usize, location: *const Location<'static>) {
    const OVERFLOW: &str = "capacity overflow";
    const USED_UP: &str = "memory allocation of {} bytes failed: the launch's heap is used up";
    // SAFETY: strings, and the caller's promise.
    unsafe {
        if align == 0 {
            super::panic::__geobacter_rt_panic(OVERFLOW.as_ptr(), OVERFLOW.len(), location);
        } else {
            super::panic::__geobacter_rt_panic_numbers(USED_UP.as_ptr(), USED_UP.len(), size as u64, 0, 0, location);
        }
    }
}
