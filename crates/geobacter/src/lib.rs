//! Rust functions as kernels on AMD and NVIDIA GPUs and the CPU, with the stock stable compiler, compiled once.
//!
//! A kernel is an ordinary function, in the same crate as the host code. It runs once for each work-item of a grid, reads
//! slices, and writes through types that give each work-item its own elements; no `unsafe`, no data race.
//!
//! ```
//! use geobacter::prelude::*;
//!
//! fn saxpy(item: WorkItem, a: f32, x: &[f32], mut y: PerItem<f32>) {
//!     if let Some(y) = y.get_mut(&item) {
//!         *y += a * x[item.global_id()];
//!     }
//! }
//!
//! fn main() -> geobacter::Result<()> {
//!     let device = Device::best()?;
//!     let x = device.buffer_from(&vec![1.0f32; 1 << 20])?;
//!     let mut y = device.buffer_from(&vec![2.0f32; 1 << 20])?;
//!     device.launch(Grid::covering(x.len()), saxpy, (2.0, &x, &mut y))?; // asynchronous
//!     assert_eq!(y.to_vec()?[0], 4.0); // waits for what it needs
//!     Ok(())
//! }
//! ```
//!
//! Build with `cargo geobacter build` (or `run`, `test`, `bench`), or run `cargo geobacter init` once, after which plain
//! `cargo` does the same. What a plain build gives runs on the CPU device only, and says so when asked for another.
//!
//! # Choosing a device
//!
//! [`Device::best`] takes the first GPU, or the CPU where there is none. The environment variable `GEOBACTER_DEVICE`
//! (`cuda:0`, `cpu`) overrides it; [`Device::open`] asks for one by name.
//!
//! # What a kernel may take
//!
//! | parameter | the host passes |
//! |---|---|
//! | a scalar, or a struct that derives [`DeviceCopy`] | the value |
//! | [`Spec<T>`](Spec): a value that is a constant of the code | the value |
//! | `&[T]` | `&buffer`, or `buffer.slice(range)` |
//! | [`PerItem<T>`](PerItem): one element for each work-item | `&mut buffer`, or `buffer.slice_mut(range)` |
//! | [`PerItemChunks<T, N>`](PerItemChunks): a row of `N` elements each | `&mut buffer` |
//! | [`PerItemStrided<T>`](PerItemStrided): every n-th element | `&mut buffer` |
//! | [`PerItemTile<T, W, H>`](PerItemTile): a tile of a matrix each | `buffer.tiles(width)` |
//! | [`RawSlice<T>`](RawSlice): unchecked | `unsafe { buffer.raw() }` |
//! | [`SignalRef`]: a number that kernels change and the host waits for | `&signal`, a [`DeviceSignal`] |
//! | [`Sender<T>`](Sender): values that reach the host while the kernel runs | `&sender`, a [`ChannelSender`] |
//! | [`HostFn<A, B>`](HostFn): a function of the host's to call | `&function`, a [`HostFunction`] |
//! | [`Launcher<V, D>`](Launcher): another kernel to launch | [`Child::of`]`(kernel, (..))`, or [`Itself::new`]`()` |
//! | `&[AtomicU32]`, [`&[AtomicF32]`](AtomicF32), ..: elements that all work-items change | `&mut buffer` |
//! | [`Group`]: barriers, and more that work-items of a group do together | [`GroupArg`] |
//! | [`Lds<T>`](Lds): work-group memory | [`LdsArg`], or [`LdsLen`]`(n)` for an `Lds<[T]>` |
//! | [`ImageRef<F, D>`](image::ImageRef): an image to read or sample | `&image` |
//! | [`PerItemTexel<F, D>`](image::PerItemTexel): one texel each; [`PerItemTexels`](image::PerItemTexels): a tile | `&mut image` |
//! | a struct of such parameters that derives [`KernelArg`] | the generated `...Args` struct |
//!
//! # When a kernel panics
//!
//! The wait returns [`Error::KernelPanicked`] with the message, the place in the source and the work-item. The process
//! and the device go on.
//!
//! # Printing from kernels
//!
//! [`println!`](crate::println) and its kin, by their full names: `geobacter::println!("x is {x:.3}")`.

extern crate self as geobacter;

/// What crosses to a device by value; derive it for your own structs.
pub use geobacter_core::DeviceCopy;
pub use geobacter_core::{
    AtomicF32, AtomicF64, FenceScope, Fences, Grid, GridIndex, Group, GroupArg, GroupPosition, Heap, HostCallError,
    HostFn, Kernel, KernelParam, LaunchBounds, Launcher, Lds, LdsArg, LdsArray, LdsItem, LdsLen, LdsList, LdsShared,
    LdsSlots, Linear, Parts, PerGroup, PerItem, PerItemChunks, PerItemStrided, PerItemTile, Plain, Platform, RawSlice,
    Sender, SignalRef, Spec, Subgroup, SubgroupItem, Tile, TrySendError, WorkItem, device, gcn, platform, ptx, raw,
    scope,
};
#[doc(inline)]
pub use geobacter_core::{eprint, eprintln, print, println};
/// Derives [`DeviceCopy`](trait@DeviceCopy) for plain data.
///
/// ```
/// use geobacter::prelude::*;
///
/// #[derive(Clone, Copy, DeviceCopy)]
/// #[repr(C, align(16))]
/// struct Body {
///     position: [f32; 3],
///     mass: f32,
/// }
///
/// fn fall(item: WorkItem, mut bodies: PerItem<Body>) {
///     if let Some(body) = bodies.get_mut(&item) {
///         body.position[2] -= 9.81;
///     }
/// }
///
/// # fn main() -> geobacter::Result<()> {
/// # let device = Device::open("cpu")?;
/// let mut bodies = device.buffer_filled(1000, Body { position: [0.0; 3], mass: 1.0 })?;
/// device.launch(Grid::covering(bodies.len()), fall, (&mut bodies,))?;
/// # assert_eq!(bodies.to_vec()?[999].position[2], -9.81);
/// # Ok(())
/// # }
/// ```
#[doc(inline)]
pub use geobacter_macros::DeviceCopy;
/// Derives a kernel parameter, and the argument that the host passes for it.
///
/// ```
/// use geobacter::prelude::*;
///
/// #[derive(KernelArg)]
/// struct Params<'a> {
///     alpha: f32,
///     x: &'a [f32],
///     y: PerItem<'a, f32>,
/// }
///
/// fn saxpy(item: WorkItem, mut p: Params) {
///     if let Some(y) = p.y.get_mut(&item) {
///         *y += p.alpha * p.x[item.global_id()];
///     }
/// }
///
/// # fn main() -> geobacter::Result<()> {
/// # let device = Device::open("cpu")?;
/// let x = device.buffer_filled(1000, 1.0)?;
/// let mut y = device.buffer_filled(1000, 3.0)?;
/// device.launch(Grid::covering(x.len()), saxpy, (ParamsArgs { alpha: 2.0, x: &x, y: &mut y },))?;
/// # assert_eq!(y.to_vec()?, [5.0; 1000]);
/// # Ok(())
/// # }
/// ```
#[doc(inline)]
pub use geobacter_macros::KernelArg;
#[doc(inline)]
pub use geobacter_primitives as primitives;
pub use geobacter_runtime::{
    Buffer, BufferView, BufferViewMut, ChannelSender, Child, ChildArgs, Condition, Device, DeviceInfo, DeviceSignal,
    Download, Error, Fixed, FixedLengths, HeapBytes, HeapMemory, HostBuffer, HostFunction, InTurn, InTurnRead,
    InTurnTiles, Itself, Launch, Mark, MemoryAccess, Origin, Output, Prepared, Queue, RawView, Receiver, RecvError,
    Result, SharedBuffer, Sink, TilesMut, Upload, Writes, args, drivers, signal,
};

pub mod image {
    //! Images: typed texels in up to three dimensions, for kernels to read, write and sample, and for the host to fill,
    //! copy and look at.
    pub use geobacter_core::image::*;
    pub use geobacter_runtime::{Image, ImageLayout, ImageView, ImageViewMut, RawImageView};
}

/// The built-in functions and vector types of OpenCL C that Rust lacks.
pub use geobacter_math as math;
/// The hardware's own approximations of functions of `f32`.
pub use geobacter_math::fast;

#[doc(hidden)]
pub use geobacter_core as core;

/// All that a program with kernels usually needs.
pub mod prelude {
    pub use crate::{
        Buffer, Child, Condition, Device, DeviceCopy, DeviceSignal, Fixed, FixedLengths, Grid, Group, GroupArg,
        HostBuffer, HostFn, Itself, KernelArg, Launcher, Lds, LdsArg, LdsLen, LdsShared, LdsSlots, PerItem,
        PerItemChunks, PerItemStrided, PerItemTile, Platform, Receiver, Sender, SignalRef, Spec, WorkItem, platform,
    };
}
