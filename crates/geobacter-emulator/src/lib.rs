//! Runs kernels of AMD GPU code objects, instruction by instruction, in this process' memory.
//!
//! A [`Processor`] is one GPU without a driver: it is given a kernel that is loaded at an address of this process, the
//! shape of a dispatch and the address of its arguments, and runs it to its end or to a [`Fault`]. Addresses on the
//! device are addresses in this process; what may be touched, a [`MemoryMap`] says.

mod decode;
mod dispatch;
mod error;
mod fault;
mod float;
mod generation;
mod machine;
mod memory;
mod op;
mod options;
mod processor;
mod semantics;

pub use dispatch::Dispatch;
pub use error::Error;
pub use fault::{Fault, FaultKind};
pub use memory::{Access, MemoryMap};
pub use options::{Options, Statistics};
pub use processor::Processor;
