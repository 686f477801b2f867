//! What the runtime and the drivers of each kind of device meet at.
//!
//! A driver crate (`geobacter-cpu`, `geobacter-cuda`, ...) implements the traits of [`driver`]; the runtime uses them
//! and knows no vendor. What drivers of several vendors do alike is here too: who has which panic record ([`slots`]) and
//! what it says ([`status`]), call-backs ([`waiter`]), and waiting for what can only be asked about ([`poll`]).

pub mod compiler;
pub mod doubling;
pub mod driver;
mod error;
pub mod failures;
pub mod message;
pub mod poll;
pub mod print;
pub mod rows;
pub mod signal;
pub mod sites;
pub mod slots;
pub mod status;
pub mod waiter;

pub use error::{Error, MemoryAccess, Result};
