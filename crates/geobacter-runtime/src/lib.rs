//! Devices, buffers, queues, signals, launches and caches, whatever the device.

pub mod compiler;
pub mod driver;
mod error;
pub mod failures;

pub use error::{Error, Result};

/// Placeholder.
pub struct Signal;
/// Placeholder.
pub struct Buffer;
/// Placeholder.
pub struct Device;
