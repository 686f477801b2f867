//! Runs kernels of AMD GPU code objects, instruction by instruction, in this process' memory.
//!
//! A [`Processor`] is one GPU without a driver: it is given a kernel that is loaded at an address of this process, the
//! shape of a dispatch and the address of its arguments, and runs it to its end or to a [`Fault`]. Addresses on the
//! device are addresses in this process; what may be touched, a [`MemoryMap`] says.
//!
//! | where | what |
//! |---|---|
//! | `decode/` | machine code to operations: LLVM gives each instruction's text, once, and the text says what it is |
//! | `semantics/` | what instructions do, a file for each class; most are one line of a table |
//! | `float/` | modes, minima, approximations, divisions, half precision |
//! | `machine/` | wavefronts, work-groups, memory, threads, how a dispatch starts |
//! | `generation/` | all that differs between generations of processors |
//!
//! # What is exact, and what is not
//! Results are those of the hardware bit for bit, but for: approximating instructions (`v_rcp_f32`, `v_exp_f32`, ...),
//! which are as good as their documented error allows, and better; and which NaN comes out of an operation on several.
//! Memory is sequential: every access is seen by everyone before the wavefront's next instruction, so missing waits and
//! fences do not show. What is not known, or in a mode that is not emulated (rounding other than to nearest even), stops
//! the dispatch with a [`Fault`] that holds the instruction.
//!
//! # Where the hardware leaves things open
//! Registers and work-group memory start with a pattern of bytes rather than zeros. Private memory is the emulator's own,
//! and is seen by flat addresses in [`Processor::PRIVATE_APERTURE`]. Work-groups start in order, several at a time in turns,
//! so that one may wait for another of the last 64 on each thread.

mod decode;
mod dispatch;
mod error;
mod fault;
mod float;
mod generation;
mod machine;
mod memory;
mod op;
mod options;
mod processor;
mod semantics;

pub use dispatch::Dispatch;
pub use error::Error;
pub use fault::{Fault, FaultKind};
pub use memory::{Access, MemoryMap};
pub use options::{Options, Statistics};
pub use processor::Processor;
