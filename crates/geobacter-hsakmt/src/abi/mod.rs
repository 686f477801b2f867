//! The C interface of `libhsakmt.so.1` as ROCm 5.2 and 6.1 declare it (`hsakmttypes.h`), in Rust: what came later uses bytes
//! that were reserved. Every structure there is packed to 4 bytes; the sizes and offsets that are asserted were printed by a C
//! compiler from those headers.

mod events;
mod graphics;
mod memory;
mod queues;
mod topology;

pub(crate) use events::*;
pub(crate) use graphics::*;
pub(crate) use memory::*;
pub(crate) use queues::*;
pub(crate) use topology::*;

/// What every function returns (`HSAKMT_STATUS`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u32)]
pub(crate) enum Status {
    Success = 0,
    Error = 1,
    InvalidParameter = 3,
    InvalidHandle = 4,
    InvalidNodeUnit = 5,
    NoMemory = 6,
    NotSupported = 11,
    OutOfResources = 13,
    KernelIoChannelNotOpened = 20,
    KernelAlreadyOpened = 22,
    WaitTimeout = 31,
    MemoryNotRegistered = 36,
}

/// What the driver's own functions return.
pub(crate) type Result<T = (), E = Status> = std::result::Result<T, E>;

/// A node's number in the topology.
pub(crate) type NodeId = u32;
