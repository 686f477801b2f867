//! Kernels that launch kernels.

use core::marker::PhantomData;
use core::mem::{align_of, offset_of, size_of};
use core::sync::atomic::{AtomicU64, Ordering};

use crate::{ArgKind, DeviceCopy, Grid, KernelParam};

/// A kernel's right to launch another one: a parameter of kernels. Work-items ask for launches of a child kernel, which run
/// once the kernel that asks has ended.
///
/// The host says which kernel that is, and with which arguments: pass a [`Child`](../geobacter/struct.Child.html), or an
/// [`Itself`](../geobacter/struct.Itself.html) for the kernel that is being launched. What the kernel itself adds is a grid
/// of `D` axes, and a value `V`, which is the child's first parameter after its work-item.
///
/// A child sees all that was written by the kernel that asked for it. Children of one launcher run one after the other. Those
/// that one work-item asked for keep its order; in which order work-items come to ask is up to the device. Children may launch
/// further ones.
///
/// Whoever waits for the first launch waits for all that came of it, and is told of what went wrong there.
///
/// ```
/// use geobacter::prelude::*;
///
/// /// Looks at each row roughly, and has those looked at closely where there is something.
/// fn look(item: WorkItem, marks: &[u32], close: Launcher<u32>) {
///     let row = item.global_id();
///     if marks[row] != 0 {
///         close.launch(Grid::covering(marks[row] as usize), row as u32);
///     }
/// }
///
/// fn look_closely(_: WorkItem, row: u32, counts: &[AtomicU32]) {
///     counts[row as usize].fetch_add(1, Ordering::Relaxed);
/// }
///
/// use std::sync::atomic::{AtomicU32, Ordering};
/// # fn main() -> geobacter::Result<()> {
/// let device = Device::open("cpu")?;
/// let marks = device.buffer_from(&[0, 7, 0, 1000])?;
/// let mut counts = device.buffer::<u32>(4)?;
/// device.launch(Grid::covering(4), look, (&marks, Child::of(look_closely, (&mut counts,))))?;
/// assert_eq!(counts.to_vec()?, [0, 7, 0, 1000]);
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct Launcher<'k, V, const D: usize = 1> {
    arg: LauncherArg,
    /// Invariant in `'k`, and neither `Send` nor `Sync`.
    run: PhantomData<*mut &'k ()>,
    values: PhantomData<fn(V)>,
}

impl<V, const D: usize> Clone for Launcher<'_, V, D> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<V, const D: usize> Copy for Launcher<'_, V, D> {}

/// A [`Launcher`] in the kernarg block.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct LauncherArg {
    /// Device memory that begins with the number of requests so far; the requests follow ([`Request::FIRST`]).
    pub claimed: *mut AtomicU64,
    /// Requests that there is room for.
    pub capacity: u64,
}

/// A launch that was asked for.
#[doc(hidden)]
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct Request<V, const D: usize> {
    /// The child's grid.
    pub grid: Grid<D>,
    /// The child's first parameter.
    pub value: V,
}

impl<V, const D: usize> Request<V, D> {
    /// Where the first request is, in bytes from the number of them: apart from it, as all work-items change that.
    pub const FIRST: usize = if align_of::<Self>() > 64 { align_of::<Self>() } else { 64 };
    /// Where in a request the grid is.
    pub const GRID: usize = offset_of!(Self, grid);
    /// Where in a request the value is.
    pub const VALUE: usize = offset_of!(Self, value);

    /// Bytes of the memory for so many; `None` where no memory has as many.
    pub const fn bytes(capacity: usize) -> Option<usize> {
        match size_of::<Self>().checked_mul(capacity) {
            Some(bytes) => bytes.checked_add(Self::FIRST),
            None => None,
        }
    }
}

impl<V: DeviceCopy, const D: usize> Launcher<'_, V, D> {
    /// Asks for a launch of the child on `grid`, with `value` as its first parameter.
    ///
    /// The grid is checked before the child is launched: what is wrong with it is an error of the wait.
    ///
    /// # Panics
    /// Where there is no room for another request. The host gives room with
    /// [`Child::capacity`](../geobacter/struct.Child.html#method.capacity).
    #[track_caller]
    #[inline]
    pub fn launch(&self, grid: Grid<D>, value: V) {
        if self.try_launch(grid, value).is_err() {
            // Without numbers: a constant message costs a kernel next to nothing.
            panic!("this launcher has no room for another launch: give it more on the host, with `capacity`");
        }
    }

    /// As [`launch`](Self::launch), for kernels that know what to do where there is no room.
    ///
    /// ```
    /// use geobacter::prelude::*;
    ///
    /// fn fill(item: WorkItem, value: u32, mut out: PerItem<u32>) {
    ///     out.get_mut(&item).map(|out| *out = value);
    /// }
    /// # fn main() -> geobacter::Result<()> {
    /// let device = Device::open("cpu")?;
    /// let ask = |item: WorkItem, fill: Launcher<u32>, mut done: PerItem<bool>| {
    ///     if let Some(done) = done.get_mut(&item) {
    ///         *done = fill.try_launch(Grid::covering(10), 7).is_ok();
    ///     }
    /// };
    /// let (mut out, mut done) = (device.buffer::<u32>(10)?, device.buffer::<bool>(5)?);
    /// device.launch(Grid::covering(5), ask, (Child::of(fill, (&mut out,)).capacity(2), &mut done))?;
    /// assert_eq!(done.to_vec()?.iter().filter(|done| **done).count(), 2);
    /// assert_eq!(out.to_vec()?, [7; 10]);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// The value, where there is no room for another request.
    #[inline]
    pub fn try_launch(&self, grid: Grid<D>, value: V) -> Result<(), V> {
        // SAFETY: the launch keeps the memory. That the kernel has ended is what lets the host see the requests.
        let number = unsafe { (*self.arg.claimed).fetch_add(1, Ordering::Relaxed) };
        if number >= self.arg.capacity {
            return Err(value);
        }
        // SAFETY: as above; there is room for as many as the capacity says, and nobody else has this number.
        unsafe {
            let requests = self.arg.claimed.cast::<u8>().add(Request::<V, D>::FIRST).cast::<Request<V, D>>();
            requests.add(number as usize).write(Request { grid, value });
        }
        Ok(())
    }
}

// SAFETY: shared by all work-items; places for requests are given out with an atomic.
unsafe impl<V: DeviceCopy, const D: usize> KernelParam for Launcher<'_, V, D> {
    type Device<'k> = Launcher<'k, V, D>;
    type Packed = LauncherArg;
    const KIND: ArgKind = ArgKind::Launcher;

    #[inline(always)]
    unsafe fn unpack<'k>(packed: &'k LauncherArg, _: usize) -> Launcher<'k, V, D> {
        Launcher { arg: *packed, run: PhantomData, values: PhantomData }
    }
}

#[cfg(test)]
mod tests {
    extern crate std;
    use std::vec::Vec;

    use super::*;

    #[repr(align(128))]
    struct Room([u8; 1024]);

    #[test]
    fn requests_are_kept_up_to_the_capacity() {
        let mut room = Room([0; 1024]);
        let arg = LauncherArg { claimed: room.0.as_mut_ptr().cast(), capacity: 3 };
        assert!(Request::<u16, 2>::bytes(3).unwrap() <= room.0.len());
        // SAFETY: the memory is there, zero, and large enough.
        let launcher = unsafe { <Launcher<'_, u16, 2> as KernelParam>::unpack(&arg, 0) };
        let asked: Vec<_> = (0..5).map(|i| launcher.try_launch(Grid::new([i, 1]), i as u16)).collect();
        assert_eq!(asked, [Ok(()), Ok(()), Ok(()), Err(3), Err(4)]);
        for i in 0..3 {
            // SAFETY: three requests were written.
            let request = unsafe {
                let first = room.0.as_ptr().add(Request::<u16, 2>::FIRST).cast::<Request<u16, 2>>();
                first.add(i).read()
            };
            assert_eq!((request.grid, request.value), (Grid::new([i, 1]), i as u16));
        }
    }

    #[test]
    fn no_memory_has_room_for_any_number() {
        assert_eq!(Request::<u64, 1>::bytes(usize::MAX), None);
    }

    #[test]
    fn requests_lie_where_their_alignment_demands() {
        #[derive(Clone, Copy)]
        #[repr(align(128))]
        struct Wide;
        assert_eq!((Request::<u8, 1>::FIRST, Request::<Wide, 1>::FIRST), (64, 128));
    }
}
