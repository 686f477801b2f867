//! What code inside a kernel sees, and the device ABI it is lowered through.
//!
//! This crate is `no_std` and is compiled once, by the same rustc that compiles everything else. The functions here run
//! in two places: as host machine code when a kernel runs on the CPU device, and, through the bitcode captured at link
//! time, as device code on a GPU. So nothing here may use `#[cfg]` to tell host from device; what differs goes through
//! [`abi`], the short list of functions that each target's lowering replaces.
//!
//! Users depend on the `geobacter` crate, which re-exports all of this.
#![no_std]

pub mod abi;
pub mod assembly;
mod atomics;
mod bounds;
mod channel;
pub mod device;
mod foreign;
mod grid;
mod group;
mod heap;
#[doc(hidden)]
pub mod host;
mod host_fn;
pub mod image;
mod item;
pub mod kernel;
mod launcher;
mod lds;
#[doc(hidden)]
pub mod message;
mod panic_record;
mod param;
mod parts;
mod per_group;
mod platform;
#[doc(hidden)]
pub mod printing;
pub mod raw;
#[doc(hidden)]
pub mod ring;
#[doc(hidden)]
pub mod rt;
pub mod scope;
mod signal;
pub mod specialise;
mod status;
mod subgroup;
mod views;

pub use atomics::{AtomicF32, AtomicF64, AtomicItem};
pub use bounds::{CodeBounds, LaunchBounds};
pub use channel::{Sender, TrySendError};
pub use foreign::Plain;
pub use grid::{FenceScope, Fences, Grid, GridIndex};
pub use group::{Group, GroupArg};
pub use heap::{Heap, HeapHeader, HeapPlace};
pub use host_fn::{HostCall, HostCallError, HostFn};
pub use item::WorkItem;
pub use kernel::Kernel;
#[doc(hidden)]
pub use launcher::Request;
pub use launcher::{Launcher, LauncherArg};
pub use lds::{
    GroupPosition, Lds, LdsArg, LdsArray, LdsItem, LdsLen, LdsList, LdsPlace, LdsShared, LdsSlots, Linear, Owned,
};
pub use panic_record::PanicRecord;
#[doc(hidden)]
pub use param::write_field;
pub use param::{ArgKind, DeviceCopy, KernelParam, SliceArg};
pub use parts::Parts;
pub use per_group::PerGroup;
pub use platform::{Platform, platform};
pub use signal::{SignalBlock, SignalRef};
pub use specialise::{Constants, Spec};
pub use status::{HostWords, LaunchStatus};
pub use subgroup::{Subgroup, SubgroupItem};
pub use views::{PerItem, PerItemChunks, PerItemStrided, PerItemTile, RawSlice, Tile, TileArg};
