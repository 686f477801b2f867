//! Rust functions as kernels on AMD, NVIDIA and the CPU, with the stock compiler.
