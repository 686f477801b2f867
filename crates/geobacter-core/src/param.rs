use core::mem::offset_of;

use crate::specialise::{Fix, Visit, visit_value};

/// Plain data that means the same on the host and on a device: it may be a kernel argument and a buffer's element.
///
/// Implemented for the number types, `bool`, `char`, arrays, small tuples and options of such, and, with
/// `#[derive(DeviceCopy)]`, for the user's own structs.
///
/// ```
/// use geobacter::prelude::*;
///
/// #[derive(Clone, Copy, Debug, PartialEq, DeviceCopy)]
/// struct Particle {
///     position: [f32; 3],
///     charge: i8,
/// }
///
/// # fn main() -> geobacter::Result<()> {
/// let device = Device::open("cpu")?;
/// let particle = Particle { position: [1.0; 3], charge: -1 };
/// assert_eq!(device.buffer_filled(2, particle)?.to_vec()?[1], particle);
/// # Ok(())
/// # }
/// ```
///
/// # Safety
/// The type must hold no pointer or reference to host memory, and no interior mutability.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot cross to a device",
    label = "not plain data that a device can hold",
    note = "scalars, arrays of them and structs with `#[derive(DeviceCopy)]` can cross by value",
    note = "a reference to host memory cannot: copy the data first with `device.buffer_from(&data)?` and pass `&buffer`, \
            or `&mut buffer` for an output"
)]
pub unsafe trait DeviceCopy: Copy + Send + Sync + 'static {
    /// Writes a value as it lies in memory to as many bytes as its size; padding is left as it is. `None` where it is not
    /// known which bytes there are: of an enum with data, say.
    #[doc(hidden)]
    const WRITE: Option<fn(&Self, &mut [u8])> = None;
}

macro_rules! plain {
    ($($t:ty),*) => {$(
        // SAFETY: a number; no pointers, no interior mutability.
        unsafe impl DeviceCopy for $t {
            const WRITE: Option<fn(&Self, &mut [u8])> = Some(|x, bytes| bytes.copy_from_slice(&x.to_ne_bytes()));
        }
    )*};
}
plain!(u8, u16, u32, u64, u128, usize, i8, i16, i32, i64, i128, isize, f32, f64);

macro_rules! like_a_number {
    ($($t:ty: $number:ty),*) => {$(
        // SAFETY: a number of which only some values are used.
        unsafe impl DeviceCopy for $t {
            const WRITE: Option<fn(&Self, &mut [u8])> =
                Some(|x, bytes| bytes.copy_from_slice(&<$number>::from(*x).to_ne_bytes()));
        }
    )*};
}
like_a_number!(bool: u8, char: u32);

// SAFETY: holds nothing.
unsafe impl DeviceCopy for () {
    const WRITE: Option<fn(&Self, &mut [u8])> = Some(|_, _| ());
}

// SAFETY: an array holds just its elements.
unsafe impl<T: DeviceCopy, const N: usize> DeviceCopy for [T; N] {
    const WRITE: Option<fn(&Self, &mut [u8])> = match T::WRITE {
        Some(_) if size_of::<T>() > 0 => Some(|all, bytes| {
            let write = const { T::WRITE }.expect("matched above");
            all.iter().zip(bytes.chunks_exact_mut(size_of::<T>())).for_each(|(x, bytes)| write(x, bytes));
        }),
        Some(_) => Some(|_, _| ()),
        None => None,
    };
}
// SAFETY: holds at most what `T` may hold, and host and device agree on its layout: they share one compile.
unsafe impl<T: DeviceCopy> DeviceCopy for Option<T> {}
// SAFETY: holds nothing.
unsafe impl<T: 'static> DeviceCopy for core::marker::PhantomData<T>
where
    Self: Send + Sync,
{
    const WRITE: Option<fn(&Self, &mut [u8])> = Some(|_, _| ());
}

macro_rules! plain_tuples {
    ($(($($t:ident $i:tt),+)),*) => {$(
        // SAFETY: a tuple holds just its elements, and host and device agree on its layout: they share one compile.
        unsafe impl<$($t: DeviceCopy),+> DeviceCopy for ($($t,)+) {
            const WRITE: Option<fn(&Self, &mut [u8])> = if $($t::WRITE.is_some())&&+ {
                Some(|all, bytes| {
                    $(write_field(&all.$i, bytes, offset_of!(Self, $i));)+
                })
            } else {
                None
            };
        }
    )*};
}
plain_tuples!((A 0), (A 0, B 1), (A 0, B 1, C 2), (A 0, B 1, C 2, E 3));

/// Writes a part of a value, `offset` bytes into it, whose bytes are known.
#[doc(hidden)]
pub fn write_field<T: DeviceCopy>(field: &T, bytes: &mut [u8], offset: usize) {
    if let Some(write) = T::WRITE {
        write(field, &mut bytes[offset..offset + size_of::<T>()]);
    }
}

/// What sort of argument a kernel parameter is, for the tools that list them.
#[repr(u32)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ArgKind {
    /// Plain data.
    Value = 0,
    /// Elements read by all work-items.
    Slice = 1,
    /// Elements written, each by one work-item.
    SliceMut = 2,
    /// A raw device pointer.
    Pointer = 3,
    /// A struct of other parameters.
    Struct = 4,
    /// A signal.
    Signal = 5,
    /// The right to work together with the others of the work-group.
    Group = 6,
    /// Work-group memory.
    GroupMemory = 7,
    /// Elements that all work-items change, with atomics.
    Atomics = 8,
    /// The right to allocate, and the memory for it.
    Heap = 9,
    /// Plain data that is a constant of the code.
    Specialised = 10,
    /// The sending end of a channel.
    Channel = 11,
    /// A function of the host's.
    HostFunction = 12,
    /// The right to launch another kernel.
    Launcher = 13,
}

/// A type that a kernel can take as a parameter.
///
/// `Device<'k>` is what the kernel sees while it runs (`'k` is the run: nothing borrowed from device memory outlives
/// it), `Packed` how it travels in the kernarg block. Use `#[derive(KernelArg)]` for structs.
///
/// ```
/// use geobacter::prelude::*;
///
/// #[derive(KernelArg)]
/// struct Line<'a> {
///     slope: f32,
///     x: &'a [f32],
///     y: PerItem<'a, f32>,
/// }
///
/// fn draw(item: WorkItem, mut line: Line) {
///     if let Some(y) = line.y.get_mut(&item) {
///         *y = line.slope * line.x[item.global_id()];
///     }
/// }
///
/// # fn main() -> geobacter::Result<()> {
/// let device = Device::open("cpu")?;
/// let x = device.buffer_from(&[1.0, 2.0])?;
/// let mut y = device.buffer::<f32>(2)?;
/// device.launch(Grid::covering(2), draw, (LineArgs { slope: 0.5, x: &x, y: &mut y },))?;
/// assert_eq!(y.to_vec()?, [0.5, 1.0]);
/// # Ok(())
/// # }
/// ```
///
/// # Safety
/// `unpack` must give each work-item access that cannot race with any other's, and `Device<'k>` must be `Self` but for
/// its lifetime.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be a kernel parameter",
    label = "kernels take scalars, `&[T]`, per-item outputs such as `PerItem<T>`, and structs that derive `KernelArg`",
    note = "for an output use `PerItem<T>` (one element for each work-item), `PerItemChunks<T>`, `PerItemStrided<T>` or \
            `PerItemTile<T>`: `&mut [T]` would be shared by all work-items"
)]
pub unsafe trait KernelParam {
    /// The parameter while the kernel runs.
    type Device<'k>;
    /// The parameter in the kernarg block.
    type Packed: Copy + 'static;
    /// For the tools.
    const KIND: ArgKind;
    /// Whether kernels with this parameter can make work-items of a group wait for each other, so that they must run
    /// together.
    const COOPERATIVE: bool = false;
    /// Bytes of work-group memory that the type asks for, a multiple of [`GROUP_ALIGN`](crate::abi::GROUP_ALIGN).
    const GROUP_BYTES: usize = 0;

    /// Whether some of it is always a constant of the code: [`Spec`](crate::Spec), or a struct with one.
    #[doc(hidden)]
    const SPECIALISED: bool = false;

    /// Gives this work-item its view of the argument. The parameter's `GROUP_BYTES` begin `group_offset` bytes into the
    /// work-group's memory: a constant, once this is inlined.
    ///
    /// # Safety
    /// Called once for each work-item, on the device that `packed` was made for, with the memory alive for `'k`, and with
    /// work-group memory at `group_offset` that no other parameter has.
    unsafe fn unpack<'k>(packed: &'k Self::Packed, group_offset: usize) -> Self::Device<'k>;

    /// How many work-items, counted from the first, this argument has an element for; as good as infinite where work-items
    /// do not pick elements by their id.
    ///
    /// Where it has one for every work-item of a row, the CPU device promises as much to the optimiser
    /// ([`assume_covered`](Self::assume_covered)), and the row's loop has no bounds checks.
    #[doc(hidden)]
    #[inline(always)]
    fn covers(packed: &Self::Packed) -> u64 {
        let _ = packed;
        u64::MAX
    }

    /// Tells the optimiser that the work-item with this id has its element.
    ///
    /// # Safety
    /// `id` must be less than [`covers`](Self::covers).
    #[doc(hidden)]
    #[inline(always)]
    unsafe fn assume_covered(packed: &Self::Packed, id: usize) {
        let _ = (packed, id);
    }

    /// Visits what of the argument, `offset` bytes into the kernarg block, `fix` makes constants of the code. Called on the
    /// host.
    #[doc(hidden)]
    fn constants(packed: &Self::Packed, offset: usize, fix: Fix, visit: Visit<'_>) {
        let _ = (packed, offset, fix, visit);
    }
}

// SAFETY: each work-item gets a copy.
unsafe impl<T: DeviceCopy> KernelParam for T {
    type Device<'k> = T;
    type Packed = T;
    const KIND: ArgKind = ArgKind::Value;

    #[inline(always)]
    unsafe fn unpack(packed: &T, _: usize) -> T {
        *packed
    }

    fn constants(packed: &T, offset: usize, fix: Fix, visit: Visit<'_>) {
        if fix == Fix::Everything {
            visit_value(packed, offset, visit);
        }
    }
}

/// A slice in the kernarg block: a device address and a length in elements.
#[repr(C)]
#[derive(Debug)]
pub struct SliceArg<T> {
    /// Device address of the first element; aligned and not null, also where `len` is 0.
    pub ptr: *mut T,
    /// Elements.
    pub len: usize,
}

impl<T> Clone for SliceArg<T> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<T> Copy for SliceArg<T> {}

impl<T> SliceArg<T> {
    /// [`KernelParam::covers`] where work-item `i` may have element `i`.
    #[inline(always)]
    pub(crate) fn covers(&self) -> u64 {
        self.len as u64
    }

    /// [`KernelParam::assume_covered`] to go with it.
    ///
    /// # Safety
    /// `id` must be less than the length.
    #[inline(always)]
    pub(crate) unsafe fn assume_covered(&self, id: usize) {
        // SAFETY: the caller's promise.
        unsafe { core::hint::assert_unchecked(id < self.len) }
    }

    /// [`KernelParam::constants`]: the length, never the address.
    pub(crate) fn constants(&self, offset: usize, fix: Fix, visit: Visit<'_>) {
        if fix >= Fix::Lengths {
            visit_value(&self.len, offset + offset_of!(Self, len), visit);
        }
    }
}

// SAFETY: shared reads of memory that no work-item of the launch may write.
unsafe impl<T: DeviceCopy> KernelParam for &[T] {
    type Device<'k> = &'k [T];
    type Packed = SliceArg<T>;
    const KIND: ArgKind = ArgKind::Slice;

    #[inline(always)]
    unsafe fn unpack(packed: &SliceArg<T>, _: usize) -> &[T] {
        // SAFETY: the caller promises live device memory; the host made the pair from a buffer.
        unsafe { core::slice::from_raw_parts(packed.ptr, packed.len) }
    }

    #[inline(always)]
    fn covers(packed: &SliceArg<T>) -> u64 {
        packed.covers()
    }

    #[inline(always)]
    unsafe fn assume_covered(packed: &SliceArg<T>, id: usize) {
        // SAFETY: the caller's promise.
        unsafe { packed.assume_covered(id) }
    }

    fn constants(packed: &SliceArg<T>, offset: usize, fix: Fix, visit: Visit<'_>) {
        packed.constants(offset, fix, visit);
    }
}
