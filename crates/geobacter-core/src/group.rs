//! Work-items of a work-group that work together.

use core::marker::PhantomData;

use crate::{ArgKind, KernelParam, abi, convergent_call};

/// The right to work together with the other work-items of the work-group: a parameter of kernels that do.
///
/// On the host, pass [`GroupArg`].
///
/// # All together
/// What is *convergent* here, such as [`barrier`](Self::barrier), must be reached by all work-items of the group that have
/// not ended, in the same order: not in a branch that only some of them take, nor after some have returned. Work-items
/// beyond the grid's end never begin, and nobody waits for them; one that panics has ended.
///
/// No GPU can tell where this is broken: it hangs, or lets work-items see what is not finished. The CPU device checks it,
/// and reports [`Error::BarrierDiverged`](../geobacter/enum.Error.html) with the places in the source. What such work-items
/// read in work-group memory is still a valid value of its type, whichever.
///
/// ```
/// use geobacter::prelude::*;
///
/// /// Every work-item gets its right-hand neighbour's number, around the group.
/// fn rotate(item: WorkItem, group: Group, numbers: Lds<[u32; 64]>, mut out: PerItem<u32>) {
///     let mine = numbers.init(&item, |_| item.global_id() as u32);
///     let all = mine.share(group); // waits for everyone
///     let next = (item.local_id() + 1) % item.group_size();
///     if let Some(out) = out.get_mut(&item) {
///         *out = all[next];
///     }
/// }
/// # fn main() -> geobacter::Result<()> {
/// let device = Device::open("cpu")?;
/// let mut out = device.buffer::<u32>(128)?;
/// device.launch(Grid::covering(128).group_size([64]), rotate, (GroupArg, LdsArg, &mut out))?;
/// assert_eq!(out.to_vec()?[62..66], [63, 0, 65, 66]);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Group<'k> {
    /// Invariant in `'k`, and neither `Send` nor `Sync`.
    run: PhantomData<*mut &'k ()>,
}

impl Group<'_> {
    /// Waits until all work-items of the group have come here. What each wrote before, to any memory, all can read after.
    ///
    /// Convergent: see [`Group`].
    ///
    /// ```
    /// use geobacter::prelude::*;
    /// use std::sync::atomic::{AtomicU32, Ordering};
    ///
    /// /// Every work-item sees what all of its group have counted.
    /// fn count(item: WorkItem, group: Group, counts: &[AtomicU32], mut seen: PerItem<u32>) {
    ///     let count = &counts[item.group_id()];
    ///     count.fetch_add(1, Ordering::Relaxed);
    ///     group.barrier();
    ///     if let Some(seen) = seen.get_mut(&item) {
    ///         *seen = count.load(Ordering::Relaxed);
    ///     }
    /// }
    /// # fn main() -> geobacter::Result<()> {
    /// let device = Device::open("cpu")?;
    /// let (mut counts, mut seen) = (device.buffer::<u32>(2)?, device.buffer::<u32>(6)?);
    /// device.launch(Grid::covering(6).group_size([4]), count, (GroupArg, &mut counts, &mut seen))?;
    /// assert_eq!(seen.to_vec()?, [4, 4, 4, 4, 2, 2]);
    /// # Ok(())
    /// # }
    /// ```
    #[inline(always)]
    #[track_caller]
    pub fn barrier(self) {
        convergent_call!(abi::__geobacter_work_group_barrier);
    }
}

// SAFETY: a token; what it allows is safe for every work-item.
unsafe impl KernelParam for Group<'_> {
    type Device<'k> = Group<'k>;
    type Packed = ();
    const KIND: ArgKind = ArgKind::Group;
    const COOPERATIVE: bool = true;

    #[inline(always)]
    unsafe fn unpack<'k>(_: &'k (), _: usize) -> Group<'k> {
        Group { run: PhantomData }
    }
}

/// What the host passes for a [`Group`].
#[derive(Clone, Copy, Debug, Default)]
pub struct GroupArg;
