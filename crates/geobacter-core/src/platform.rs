use crate::abi;

/// Where a kernel's code is running.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Platform {
    /// Host code: the CPU device, or an ordinary call.
    Host,
    /// An NVIDIA GPU.
    Nvptx,
    /// An AMD GPU.
    Amdgpu,
}

/// Where this code is running.
///
/// A plain `if platform() == Platform::Nvptx { .. }` is the way to write device-specific code: on a GPU the answer is a
/// constant and the other branch is removed. `#[cfg]` cannot do this, because host and device share one compile.
///
/// ```
/// use geobacter_core::{Platform, platform};
/// assert_eq!(platform(), Platform::Host);
/// ```
#[inline]
pub fn platform() -> Platform {
    match abi::__geobacter_platform() {
        abi::PLATFORM_NVPTX => Platform::Nvptx,
        abi::PLATFORM_AMDGPU => Platform::Amdgpu,
        _ => Platform::Host,
    }
}
