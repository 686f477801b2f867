//! The bounds that a launch asks for, checked as far as that needs no device.

use std::num::NonZeroU32;

use geobacter_core::{CodeBounds, LaunchBounds};

use crate::{Error, Result};

/// What the code generator is asked for. What a device can keep, it knows.
pub(crate) fn checked(bounds: LaunchBounds, group_size: [u32; 3]) -> Result<CodeBounds> {
    let not_zero = |n: Option<u32>, what: &str| match n.map(NonZeroU32::new) {
        Some(None) => {
            Err(Error::LaunchBounds { what: what.to_owned(), remedy: "ask for at least 1, or leave this bound out" })
        }
        Some(some) => Ok(some),
        None => Ok(None),
    };
    Ok(CodeBounds {
        min_subgroups: not_zero(bounds.requested_min_subgroups(), "at least 0 sub-groups on an execution unit")?,
        max_registers: not_zero(bounds.requested_max_registers(), "at most 0 registers for a work-item")?,
        group_size: bounds.is_group_size_exact().then_some(group_size),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_asked_for_is_no_bound() {
        assert!(checked(LaunchBounds::new(), [64, 1, 1]).unwrap().is_none());
        let exact = checked(LaunchBounds::new().exact_group_size(), [64, 2, 1]).unwrap();
        assert_eq!((exact.group_size, exact.is_none()), (Some([64, 2, 1]), false));
    }

    #[test]
    fn nothing_at_all_is_refused() {
        let error = checked(LaunchBounds::new().min_subgroups(0), [1; 3]).unwrap_err().to_string();
        assert!(error.contains("at least 0 sub-groups"), "{error}");
        let error = checked(LaunchBounds::new().max_registers(0), [1; 3]).unwrap_err().to_string();
        assert!(error.contains("at most 0 registers"), "{error}");
    }
}
