//! The device library: Rust functions that lowering calls by name, captured like any other code.
//!
//! They exist for calls that rustc leaves to the platform's C library (`memcmp`, `sinf`, ...), for panics, and for the global
//! allocator.

mod heap;
mod math;
mod memory;
mod panic;
mod wide;
