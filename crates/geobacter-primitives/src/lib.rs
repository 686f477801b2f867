//! Building blocks that most parallel programs need, for any element type and any associative operation.
//!
//! - [`group`]: what the work-items of a work-group do together, inside a kernel.
//! - [`Primitives`]: what a whole device does to buffers, called by the host.
//!
//! All of it is made of what kernels of users have too: sub-group operations, work-group memory, atomics. It works on every
//! device, also where a sub-group has one work-item, as on the CPU.
//!
//! This is a crate of its own because nothing else of Geobacter needs it, and because it meets kernels and host: the device
//! crate knows no buffers, and the runtime has no kernels. Users find it as `geobacter::primitives`.
//!
//! Operations are closures that capture nothing, or functions: `|a, b| a + b`, `f32::max`. *Associative* is demanded of all:
//! what is combined first depends on the device. [`Primitives::reduce`] also wants *commutative*.

mod device;
pub mod group;

pub use device::{Primitives, SortKey};
