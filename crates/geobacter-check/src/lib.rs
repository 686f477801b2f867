//! The CPU as a device that checks kernels: for data races, barriers that not everyone reaches, and accesses out of bounds.
//!
//! Its name is `cpu:race`; with `GEOBACTER_CHECK=race` set, the CPU device is this one. Kernels are compiled for it as for a GPU,
//! from the same bitcode, with a question before each access to memory that others may reach. So it finds what a kernel does, and
//! not what it happens to break:
//!
//! | what | file |
//! |---|---|
//! | work-items take turns, in an order that a seed decides | `run.rs`, `state.rs`, `group.rs` |
//! | what a work-item knows to have happened before: its barriers, and what it acquired | `clock.rs`, `sync.rs` |
//! | who accessed which byte, so that an access finds those that it races with | `shadow.rs` |
//! | which memory there is, and what it is called | `memory.rs` |
//! | what was found, as an error of the launch | `finding.rs` |
//! | code, and what it calls | `image.rs`, `hooks.rs` |
//!
//! Two accesses race where one writes, not both are atomic (for a scope that has both), and neither *happens before* the other,
//! by barriers, or by a release and an acquire. That does not depend on the order in which they ran here: a race is found even
//! where all went well. What did not run is not looked at.

mod clock;
mod device;
mod driver;
mod finding;
mod group;
mod hooks;
mod image;
mod memory;
mod mode;
mod queue;
mod run;
mod shadow;
mod state;
mod sync;

pub use driver::{CheckDriver, is_asked_for};
