//! Derives for kernel arguments.
