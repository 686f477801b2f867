//! Bounds of a launch, as directives for ptxas ("PTX ISA", "Performance-Tuning Directives").
//!
//! ptxas ignores what it cannot keep, with a warning that only a driver's log shows. So what it would ignore is an error
//! here.

use geobacter_core::CodeBounds;
use geobacter_llvm::{AttributePlace, Function};

/// What a multiprocessor has room for (CUDA C++ Programming Guide, "Technical Specifications per Compute Capability").
#[derive(Clone, Copy)]
struct Multiprocessor {
    /// Compute capability.
    version: u32,
    warps: u32,
    groups: u32,
}

const fn of(version: u32, warps: u32, groups: u32) -> Multiprocessor {
    Multiprocessor { version, warps, groups }
}

/// In the order of their versions, each for those up to the next.
const MULTIPROCESSORS: &[Multiprocessor] = &[
    of(70, 64, 32),
    of(75, 32, 16),
    of(80, 64, 32),
    of(86, 48, 16),
    of(89, 48, 24),
    of(90, 64, 32),
    of(101, 48, 24),
    of(103, 64, 32),
    of(110, 48, 24),
];

/// Parts of a multiprocessor, each with a warp scheduler of its own, on every capability that is compiled for.
const SCHEDULERS: u32 = 4;
/// Work-items of a warp.
const WARP: u32 = 32;
/// Registers that one thread may have; all capabilities from 3.5 on.
const MOST_REGISTERS: u32 = 255;
/// The fewest registers to which ptxas (13.0) lets a kernel be limited; it says so, and takes this.
const LEAST_REGISTERS: u32 = 24;

pub(super) fn bound(
    kernel: Function<'_>,
    version: u32,
    max_group_size: u32,
    bounds: &CodeBounds,
) -> Result<(), String> {
    let set = |name: &str, value: &str| {
        kernel.add_attribute(AttributePlace::Function, kernel.context().string_attribute(name, value));
    };
    match bounds.group_size {
        Some([x, y, z]) => set("nvvm.reqntid", &format!("{x},{y},{z}")),
        None => set("nvvm.maxntid", &max_group_size.to_string()),
    }
    if let Some(n) = bounds.min_subgroups {
        set("nvvm.minctasm", &min_groups(version, max_group_size, n.get())?.to_string());
    }
    if let Some(n) = bounds.max_registers {
        set("nvvm.maxnreg", &registers(n.get())?.to_string());
    }
    Ok(())
}

/// How many work-groups a multiprocessor must have room for, so that each scheduler has `subgroups` warps.
fn min_groups(version: u32, max_group_size: u32, subgroups: u32) -> Result<u32, String> {
    let known = MULTIPROCESSORS.iter().rev().find(|m| m.version <= version);
    let &Multiprocessor { warps, groups, .. } = known.unwrap_or(&MULTIPROCESSORS[0]);
    let group_warps = max_group_size.div_ceil(WARP);
    let asked = u64::from(subgroups) * u64::from(SCHEDULERS);
    let needed = asked.div_ceil(u64::from(group_warps));
    if needed * u64::from(group_warps) > u64::from(warps) || needed > u64::from(groups) {
        return Err(format!(
            "at least {subgroups} sub-groups on each of {SCHEDULERS} schedulers are {needed} work-group(s) of \
             {max_group_size} work-items, and a multiprocessor has room for {warps} sub-groups in {groups} work-groups"
        ));
    }
    Ok(needed as u32)
}

fn registers(n: u32) -> Result<u32, String> {
    match n {
        LEAST_REGISTERS..=MOST_REGISTERS => Ok(n),
        _ => Err(format!(
            "at most {n} registers for a work-item, where a limit is from {LEAST_REGISTERS} to {MOST_REGISTERS}"
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sub_groups_become_work_groups_of_a_multiprocessor() {
        assert_eq!(min_groups(90, 256, 16), Ok(8));
        assert_eq!(min_groups(90, 1024, 1), Ok(1), "what one group already has is enough");
        assert_eq!(min_groups(90, 100, 4), Ok(4), "a last warp that is not full counts whole");
        assert_eq!(min_groups(121, 128, 12), Ok(12));
    }

    #[test]
    fn what_no_multiprocessor_has_room_for_is_refused_with_the_numbers() {
        let error = min_groups(90, 256, 17).unwrap_err();
        assert!(error.contains("17") && error.contains("9 work-group(s) of 256") && error.contains("64"), "{error}");
        assert!(min_groups(86, 1024, 12).is_err(), "two groups of 1024 are more than 1536");
        assert!(min_groups(86, 768, 12).is_ok());
        assert!(min_groups(75, 256, 9).is_err());
        assert!(min_groups(90, 32, 9).is_err(), "36 groups, of 32");
        assert!(min_groups(90, 32, u32::MAX).is_err());
    }

    #[test]
    fn limits_of_registers_have_limits() {
        for n in [1, 23, 256, u32::MAX] {
            assert!(registers(n).unwrap_err().contains(&format!("at most {n} registers")));
        }
        assert_eq!((registers(24), registers(255)), (Ok(24), Ok(255)));
    }
}
