//! What the runtime and the drivers of each kind of device meet at.
//!
//! A driver crate (`geobacter-cpu`, `geobacter-cuda`, ...) implements the traits of [`driver`]; the runtime uses them
//! and knows no vendor.

pub mod compiler;
pub mod driver;
mod error;
pub mod failures;
pub mod rows;

pub use error::{Error, Result};
