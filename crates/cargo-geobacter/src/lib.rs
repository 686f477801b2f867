//! cargo geobacter: build, run, inspect and diagnose programs with kernels.
