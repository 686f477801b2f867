//! The device library: Rust functions that lowering calls by name, captured like any other code.
//!
//! They exist for calls that rustc leaves to the platform's C library (`memcmp`, `sinf`, ...) and for panics.

mod math;
mod memory;
mod panic;
mod refined;
mod wide;
