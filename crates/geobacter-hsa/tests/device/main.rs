//! The driver on the AMD GPUs of this machine, or on the emulated one: AMD's own ROCr over whatever kernel-driver library it
//! is given. `cargo geobacter test --emulate gfx90a -p geobacter-hsa` gives it ours.

mod errors;
mod kernels;
#[path = "../kit/mod.rs"]
mod kit;
mod memory;
mod order;
mod signals;
