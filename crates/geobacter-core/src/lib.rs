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
mod grid;
pub mod image;
mod item;
pub mod kernel;
mod param;
mod platform;
#[doc(hidden)]
pub mod rt;
mod status;
mod views;

pub use grid::{Grid, GridIndex};
pub use item::WorkItem;
pub use kernel::Kernel;
pub use param::{ArgKind, DeviceCopy, KernelParam, SliceArg};
pub use platform::{Platform, platform};
pub use status::LaunchStatus;
pub use views::{PerItem, PerItemChunks, PerItemStrided, PerItemTile, RawSlice, Tile, TileArg};
