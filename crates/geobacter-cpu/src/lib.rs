//! The CPU as a device: kernels run as the host code they also are.
//!
//! Nothing is compiled: the device runs the host copy of a kernel, work-groups spread over all cores. Breakpoints,
//! sanitizers and `cargo test` therefore work on kernels. A panic in a kernel is caught and comes back from the wait.
//!
//! `GEOBACTER_CPU_THREADS=N` sets the number of threads; `GEOBACTER_CPU_DETERMINISTIC=1` runs work-groups one after the
//! other in the order of their ids, on one thread.

mod device;
mod memory;
mod panics;
mod queue;
mod signal;
mod workers;

pub use device::CpuDriver;
