//! An emulated AMD GPU for AMD's own runtime: a `libhsakmt.so.1` that needs neither driver nor hardware.
//!
//! AMD's `libhsa-runtime64.so.1` reaches the kernel's driver through `libhsakmt.so.1` and nothing else. This library takes
//! that place: it is found first on the library path, and the runtime above it runs unchanged.
//!
//! | file | its one job |
//! |---|---|
//! | `abi` | the interface's types |
//! | `export` | the interface's functions |
//! | `driver` | the one device of the process |
//! | `config` | what the environment asks for |
//! | `topology` | the nodes; one file for each GPU that can be emulated |
//! | `memory` | what the device may touch |
//! | `events` | what the host sleeps on |
//! | `amd` | the runtime's signals and queues, which the device works on |
//! | `queues` | rings of packets, the packet processor, the copy engine, and what becomes of faults |
//! | `clock` | the clocks |
//! | `report`, `statistics` | what the emulated device says |
//!
//! Kernels are executed by `geobacter-emulator`, which knows nothing of drivers.

mod abi;
mod amd;
mod clock;
mod config;
mod driver;
mod events;
mod export;
mod memory;
mod queues;
mod report;
mod statistics;
mod topology;
