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
pub mod device;
mod grid;
mod group;
mod heap;
#[doc(hidden)]
pub mod host;
pub mod image;
mod item;
pub mod kernel;
mod lds;
mod param;
mod platform;
#[doc(hidden)]
pub mod rt;
pub mod scope;
mod signal;
pub mod specialise;
mod status;
mod subgroup;
mod views;

pub use atomics::{AtomicF32, AtomicF64, AtomicItem};
pub use grid::{FenceScope, Fences, Grid, GridIndex};
pub use group::{Group, GroupArg};
pub use heap::{Heap, HeapHeader, HeapPlace};
pub use item::WorkItem;
pub use kernel::Kernel;
pub use lds::{GroupPosition, Lds, LdsArg, LdsArray, LdsItem, LdsLen, LdsPlace, LdsShared, LdsSlots, Linear, Owned};
#[doc(hidden)]
pub use param::write_field;
pub use param::{ArgKind, DeviceCopy, KernelParam, SliceArg};
pub use platform::{Platform, platform};
pub use signal::{SignalBlock, SignalRef};
pub use specialise::{Constants, Spec};
pub use status::LaunchStatus;
pub use subgroup::{Subgroup, SubgroupItem};
pub use views::{PerItem, PerItemChunks, PerItemStrided, PerItemTile, RawSlice, Tile, TileArg};
