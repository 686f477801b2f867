//! The CPU as a device: kernels run as the host code they also are.
//!
//! Nothing is compiled: the device runs the host copy of a kernel, work-groups spread over all cores. Breakpoints,
//! sanitizers and `cargo test` therefore work on kernels. A panic in a kernel is caught and comes back from the wait.
//!
//! Kernels run on stacks of this crate's own. Recursion without bound that uses one up is an error of the launch, on Linux
//! for x86-64 and aarch64; elsewhere it ends the process.
//!
//! Work-items that can wait for each other (kernels with a `Group` or `Lds` parameter) have stacks of their own, and
//! one thread switches between those of a group. A barrier that they do not all come to is an error of the launch.
//!
//! What it is made of is there for other drivers whose device is the host too: memory, queues, signals.
//!
//! `GEOBACTER_CPU_THREADS=N` sets the number of threads; `GEOBACTER_CPU_DETERMINISTIC=1` runs work-groups one after the
//! other in the order of their ids, on one thread.

mod cooperate;
mod device;
pub mod memory;
mod overflow;
mod panics;
mod print;
mod queue;
mod signal;
mod workers;

pub use device::CpuDriver;
pub use queue::CpuQueue;
pub use signal::interrupt;
pub use workers::Block;
