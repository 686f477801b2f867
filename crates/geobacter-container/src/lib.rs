//! The format in which captured kernels travel inside an executable.
