//! AMD GPUs through ROCr, the HSA runtime, loaded at run time.
//!
//! | file | its one job |
//! |---|---|
//! | `sys` | the functions of `libhsa-runtime64.so.1`, found by name |
//! | `driver` | finds the devices, or says why there are none |
//! | `runtime` | the runtime, started once; what it tells of memory faults |
//! | `query`, `info` | asking for one value; what a device can do, and its memory pools |
//! | `context` | what belongs to a device as a whole |
//! | `aftermath` | whether it can still be used after a memory fault |
//! | `aside` | calls that would wait for a dead device for ever |
//! | `device`, `memory`, `ranges` | a device: its memory, queues and kernels; which addresses belong together |
//! | `kernel`, `target` | code loaded into a device; what code is for |
//! | `queue`, `stream` | the driver's queue; the order of submission |
//! | `packet`, `raw`, `ring` | what the device reads, byte by byte; the runtime's queue; and what becomes of it |
//! | `flight` | work that is not known to be done, and what a fault makes of it |
//! | `completion` | signals that tell when work is done |
//! | `signal` | signals that kernels change and the host waits for |
//! | `transfer`, `lock`, `fill` | copies, by engines that are not in order by themselves; fills |
//! | `blocks` | host memory that is used again: kernel arguments, and what copies go through |
//! | `status` | where the panic records are |
//! | `mark` | the device's clock |

#[macro_use]
mod context;
mod aftermath;
mod aside;
mod blocks;
mod completion;
mod device;
mod driver;
mod fill;
mod flight;
mod info;
mod kernel;
mod lock;
mod mark;
mod memory;
mod packet;
mod query;
mod queue;
mod ranges;
mod raw;
mod ring;
mod runtime;
mod signal;
mod status;
mod stream;
#[doc(hidden)]
pub mod sys;
mod target;
mod transfer;

pub use device::HsaDevice;
pub use driver::HsaDriver;
pub use kernel::HsaKernel;
pub use mark::HsaMark;
pub use queue::{Gate, HsaQueue};
