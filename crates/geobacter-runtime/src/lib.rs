//! Devices, buffers, queues, signals, launches and caches, whatever the device.
//!
//! Users depend on the `geobacter` crate, which re-exports this. The order of things in here follows a launch: the
//! [`Device`] it is for ([`drivers`] lists what there is), the arguments it is given ([`args`]), the memory they lie in
//! ([`Buffer`]), the code it needs (the caches and the compiler), and the [`Signal`](signal::Signal) it leaves behind.

pub mod args;
mod bounds;
mod buffer;
mod cache;
mod channel;
mod child;
mod compiler;
mod device;
mod device_signal;
pub mod drivers;
mod embedded;
mod family;
mod heap;
mod host_buffer;
mod host_fn;
mod image;
mod in_turn;
mod kernels;
mod launch;
mod memory;
mod place;
mod print;
mod queue;
mod shape;
mod shared_buffer;
mod shared_ring;
pub mod signal;
mod spare;
mod specialised;
mod steady;
mod transfer;
mod writes;

pub use args::{Fixed, FixedLengths};
pub use buffer::{Buffer, BufferView, BufferViewMut, RawView, TilesMut};
pub use channel::{ChannelSender, Receiver, RecvError};
pub use child::{Child, ChildArgs, Itself};
pub use compiler::Origin;
pub use device::Device;
pub use device_signal::DeviceSignal;
pub use geobacter_driver::driver::DeviceInfo;
pub use geobacter_driver::signal::Condition;
pub use geobacter_driver::{Error, MemoryAccess, Result};
pub use heap::{HeapBytes, HeapMemory};
pub use host_buffer::HostBuffer;
pub use host_fn::HostFunction;
pub use image::{Image, ImageLayout, ImageView, ImageViewMut, RawImageView};
pub use in_turn::{InTurn, InTurnRead, InTurnTiles};
pub use launch::{Launch, Prepared};
pub use print::{Output, Sink};
pub use queue::{Mark, Queue};
pub use shared_buffer::SharedBuffer;
pub use transfer::{Download, Upload};
pub use writes::Writes;
