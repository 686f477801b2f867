//! Where a device's code comes from: an image compiled ahead of time, a cache, or the code generator.

use std::ffi::CStr;

use geobacter_container::PRINTS;
use geobacter_core::CodeBounds;
pub use geobacter_core::Constants;

use crate::Error;

/// What a driver asks for.
#[derive(Clone, Copy, Debug)]
pub struct CodeRequest<'a> {
    /// Mangled name of the device entry.
    pub symbol: &'a CStr,
    /// The exact target: `sm_90`, `gfx90a:sramecc+:xnack-`.
    pub target: &'a str,
    /// The vendor driver's version.
    pub driver_version: &'a str,
    /// The most work-items a work-group will have.
    pub max_group_size: u32,
    /// What else the launch asks of the code.
    pub bounds: CodeBounds,
    /// What of its kernarg block is the same in each launch, as the [`KernelRequest`](crate::driver::KernelRequest) says.
    pub constants: Constants<'a>,
}

/// Code that a driver can load.
#[derive(Clone, Debug)]
pub struct DeviceCode {
    /// PTX text (NUL-terminated), or a code object.
    pub code: Vec<u8>,
    /// Name of the kernel in it.
    pub symbol: String,
    /// Bytes of work-group memory it declares.
    pub group_memory: u32,
}

impl DeviceCode {
    /// Whether the kernel prints: code that does has a variable of a certain name.
    #[must_use]
    pub fn prints(&self) -> bool {
        memchr::memmem::find(&self.code, PRINTS.as_bytes()).is_some()
    }
}

/// Gives drivers their code.
pub trait KernelCompiler: Send + Sync {
    /// The code for `request`.
    ///
    /// # Errors
    /// No kernels in this binary, no LLVM, or code that cannot run on a device.
    fn device_code(&self, request: &CodeRequest<'_>) -> Result<DeviceCode, Error>;
}

/// Whether code for target `image` runs on a device whose exact target is `device`.
///
/// A target is a processor, and features after colons: `gfx90a:sramecc+:xnack-`. Code that names no feature runs with any;
/// a feature that it does name must be the device's. A feature without a sign (`gfx1100:wave64`) is no property of the
/// processor but a choice of who compiles: both must have made it.
#[must_use]
pub fn target_serves(image: &str, device: &str) -> bool {
    let (mut wanted, mut there) = (image.split(':'), device.split(':'));
    let is_same_processor = wanted.next() == there.next();
    let (wanted, there): (Vec<&str>, Vec<&str>) = (wanted.collect(), there.collect());
    let is_chosen = |feature: &str| !feature.ends_with(['+', '-']);
    is_same_processor
        && wanted.iter().all(|feature| there.contains(feature))
        && there.iter().all(|feature| !is_chosen(feature) || wanted.contains(feature))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_without_features_serves_any() {
        assert!(target_serves("gfx90a", "gfx90a:sramecc+:xnack-"));
        assert!(target_serves("gfx90a", "gfx90a"));
        assert!(target_serves("sm_90", "sm_90"));
    }

    #[test]
    fn each_feature_that_is_named_must_be_there() {
        assert!(target_serves("gfx90a:xnack-", "gfx90a:sramecc+:xnack-"));
        assert!(target_serves("gfx90a:xnack-:sramecc+", "gfx90a:sramecc+:xnack-"), "in any order");
        assert!(!target_serves("gfx90a:xnack+", "gfx90a:sramecc+:xnack-"));
        assert!(!target_serves("gfx90a:sramecc+:xnack+", "gfx90a:sramecc+:xnack-"));
        assert!(!target_serves("gfx1100:xnack-", "gfx1100"), "the device does not say that it has it");
    }

    #[test]
    fn what_is_chosen_must_be_chosen_on_both_sides() {
        assert!(target_serves("gfx1100:wave64", "gfx1100:wave64"));
        assert!(!target_serves("gfx1100:wave64", "gfx1100"));
        assert!(!target_serves("gfx1100", "gfx1100:wave64"));
        assert!(target_serves("gfx1100:wave64", "gfx1100:xnack-:wave64"));
    }

    #[test]
    fn processors_are_compared_whole() {
        assert!(!target_serves("gfx90", "gfx90a"));
        assert!(!target_serves("gfx90a", "gfx90"));
        assert!(!target_serves("sm_9", "sm_90"));
        assert!(!target_serves("", "gfx90a"));
    }
}
