//! The CPU as a device: kernels run as the host code they also are.
