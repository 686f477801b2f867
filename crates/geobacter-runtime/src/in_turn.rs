//! One buffer for several kernels of a family that run one after the other.

use std::fmt;
use std::marker::PhantomData;

use geobacter_core::{
    AtomicItem, DeviceCopy, KernelParam, PerGroup, PerItem, PerItemChunks, PerItemStrided, PerItemTile, SliceArg,
    TileArg,
};

use crate::args::{Binder, HostArg};
use crate::memory::Access;
use crate::{Buffer, Result};

/// A buffer for kernels that use it one after the other: a launch and its [`Child`](crate::Child)ren. From
/// [`Buffer::in_turn`].
///
/// It can be passed to as many kernels as there are, for any output that takes a `&mut Buffer`; [`read`](Self::read) makes it
/// an argument for `&[T]`. One kernel takes it once only, else its arguments would alias: that is an error of the launch.
///
/// It stays on its thread, so that no two launches with it are made at the same time.
///
/// ```
/// use geobacter::prelude::*;
///
/// fn start(item: WorkItem, mut x: PerItem<u32>, finish: Launcher<u32>) {
///     *x.get_mut(&item).unwrap() = 40;
///     if item.global_id() == 0 {
///         finish.launch(Grid::covering(3), 2);
///     }
/// }
///
/// fn finish(item: WorkItem, more: u32, mut x: PerItem<u32>) {
///     *x.get_mut(&item).unwrap() += more; // sees what `start` wrote
/// }
///
/// # fn main() -> geobacter::Result<()> {
/// let device = Device::open("cpu")?;
/// let mut x = device.buffer::<u32>(3)?;
/// let turns = x.in_turn();
/// device.launch(Grid::covering(3), start, (turns, Child::of(finish, (turns,))))?;
/// assert_eq!(x.to_vec()?, [42; 3]);
/// # Ok(())
/// # }
/// ```
///
/// ```compile_fail
/// fn is_send<T: Send>(_: T) {}
/// fn in_another_thread(turns: geobacter::InTurn<'_, u32>) {
///     is_send(turns);
/// }
/// ```
pub struct InTurn<'b, T> {
    buffer: &'b Buffer<T>,
    /// On two threads, two launches might be made at once, and neither would wait for the other.
    stays: PhantomData<*mut T>,
}

/// An [`InTurn`] buffer for a kernel that reads it. From [`InTurn::read`].
pub struct InTurnRead<'b, T>(InTurn<'b, T>);

/// An [`InTurn`] buffer for a kernel that writes it by tiles. From [`InTurn::tiles`].
pub struct InTurnTiles<'b, T> {
    turn: InTurn<'b, T>,
    width: usize,
}

macro_rules! handles {
    ($($handle:ident)*) => {$(
        impl<T> Clone for $handle<'_, T> {
            fn clone(&self) -> Self {
                *self
            }
        }
        impl<T> Copy for $handle<'_, T> {}

        impl<T> fmt::Debug for $handle<'_, T> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.debug_struct(stringify!($handle)).field("element", &std::any::type_name::<T>()).finish_non_exhaustive()
            }
        }
    )*};
}
handles!(InTurn InTurnRead InTurnTiles);

impl<T: DeviceCopy> Buffer<T> {
    /// The buffer for several kernels of one launch: that which is launched, and those that it launches. See [`InTurn`].
    pub fn in_turn(&mut self) -> InTurn<'_, T> {
        InTurn { buffer: self, stays: PhantomData }
    }
}

impl<'b, T: DeviceCopy> InTurn<'b, T> {
    /// For a kernel's `&[T]`.
    ///
    /// ```
    /// use geobacter::prelude::*;
    ///
    /// fn number(item: WorkItem, mut x: PerItem<usize>, sum: Launcher<()>) {
    ///     *x.get_mut(&item).unwrap() = item.global_id();
    ///     if item.global_id() == 0 {
    ///         sum.launch(Grid::covering(1), ());
    ///     }
    /// }
    ///
    /// # fn main() -> geobacter::Result<()> {
    /// let device = Device::open("cpu")?;
    /// let sum = |item: WorkItem, _: (), x: &[usize], mut sum: PerItem<usize>| {
    ///     *sum.get_mut(&item).unwrap() = x.iter().sum();
    /// };
    /// let (mut x, mut total) = (device.buffer::<usize>(10)?, device.buffer::<usize>(1)?);
    /// let x = x.in_turn();
    /// device.launch(Grid::covering(10), number, (x, Child::of(sum, (x.read(), &mut total))))?;
    /// assert_eq!(total.to_vec()?, [45]);
    /// # Ok(())
    /// # }
    /// ```
    pub fn read(self) -> InTurnRead<'b, T> {
        InTurnRead(self)
    }

    /// For a kernel's [`PerItemTile`]: see [`Buffer::tiles`].
    pub fn tiles(self, width: usize) -> InTurnTiles<'b, T> {
        InTurnTiles { turn: self, width }
    }

    fn slice(self, binder: &mut Binder<'b>, access: Access) -> Result<SliceArg<T>> {
        binder.bind_in_turn(self.buffer.memory(), access)?;
        Ok(SliceArg { ptr: self.buffer.address(0), len: self.buffer.len() })
    }
}

macro_rules! outputs {
    ($([$($generic:tt)*] $param:ty;)*) => {$(
        // SAFETY: address and length of a buffer that is bound to the launch, and that nothing else in this kernel has: it is
        // borrowed for writing but for these handles, of which a kernel takes one.
        unsafe impl<'b, T: DeviceCopy, $($generic)*> HostArg<'b, $param> for InTurn<'b, T> {
            fn pack(self, binder: &mut Binder<'b>) -> Result<SliceArg<T>> {
                self.slice(binder, Access::Write)
            }
        }
    )*};
}
outputs! {
    [] PerItem<'_, T>;
    [] PerGroup<'_, T>;
    [] PerItemStrided<'_, T>;
    [const N: usize] PerItemChunks<'_, T, N>;
}

// SAFETY: as the outputs'; an atomic has the layout of its value.
unsafe impl<'b, A: AtomicItem> HostArg<'b, &[A]> for InTurn<'b, A::Value>
where
    for<'k> &'k [A]: KernelParam<Packed = SliceArg<A::Value>>,
{
    fn pack(self, binder: &mut Binder<'b>) -> Result<SliceArg<A::Value>> {
        self.slice(binder, Access::Write)
    }
}

// SAFETY: as the outputs'.
unsafe impl<'b, T: DeviceCopy> HostArg<'b, &[T]> for InTurnRead<'b, T> {
    fn pack(self, binder: &mut Binder<'b>) -> Result<SliceArg<T>> {
        self.0.slice(binder, Access::Read)
    }
}

// SAFETY: as the outputs'.
unsafe impl<'b, T: DeviceCopy, const W: usize, const H: usize> HostArg<'b, PerItemTile<'_, T, W, H>>
    for InTurnTiles<'b, T>
{
    fn pack(self, binder: &mut Binder<'b>) -> Result<TileArg<T>> {
        Ok(TileArg { slice: self.turn.slice(binder, Access::Write)?, width: self.width })
    }
}
