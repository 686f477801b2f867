//! NVIDIA GPUs through the CUDA driver API, loaded at run time.
//!
//! | file | its one job |
//! |---|---|
//! | `sys` | the functions of `libcuda.so.1`, found by name |
//! | `driver` | finds the devices, or says why there are none |
//! | `info` | what a device can do |
//! | `context` | a device's context: current on this thread, or lost to a fault |
//! | `device`, `memory`, `peer` | a device: its memory, queues and kernels; copies between two |
//! | `kernel` | code loaded into a device |
//! | `queue` | the order of submission: numbers, launches, copies, fills |
//! | `fill` | which memset calls make a pattern |
//! | `rows` | which call copies rows that do not follow each other |
//! | `checkpoint`, `pacer` | events that tell how far a queue has come, and when one is worth its cost |
//! | `event` | one event, and how to wait for it |
//! | `status` | where the panic records are |
//! | `signal` | values that kernels change and the host waits for |
//! | `mark` | the device's clock |
//! | `raw` | the driver API with nothing around it, to measure against |

#[macro_use]
mod context;
mod checkpoint;
mod device;
mod driver;
mod event;
mod fill;
mod info;
mod kernel;
mod mark;
mod memory;
mod pacer;
mod peer;
mod places;
mod queue;
mod raw;
mod rows;
mod signal;
mod stack;
mod status;
#[doc(hidden)]
pub mod sys;

pub use device::CudaDevice;
pub use driver::CudaDriver;
pub use kernel::CudaKernel;
pub use mark::CudaMark;
pub use queue::CudaQueue;
#[doc(hidden)]
pub use raw::raw_launch_micros;
