//! From the user's grid to work-groups, checked against the device's limits.

use geobacter_core::Grid;
use geobacter_driver::driver::{DeviceInfo, Fences, LaunchShape};

use crate::{Error, Result};

/// Extends `values` to three axes.
fn axes<const D: usize, T: Copy>(values: [T; D], beyond: T) -> [T; 3] {
    std::array::from_fn(|axis| values.get(axis).copied().unwrap_or(beyond))
}

/// The launch's work-groups, and the grid's extent and start on three axes.
#[derive(Debug)]
pub(crate) struct Shape {
    pub(crate) launch: LaunchShape,
    pub(crate) extent: [u64; 3],
    pub(crate) start: [u64; 3],
}

impl Shape {
    /// Work-items of a work-group.
    pub(crate) fn group_items(&self) -> u32 {
        self.launch.group_size.iter().product()
    }

    /// Lets everybody see what the launch writes, whatever fences the grid has: the host looks at what its kernels ask for.
    pub(crate) fn fence_all(&mut self) {
        self.launch.fences = Fences::default();
    }

    /// Asks for `bytes` of work-group memory, besides what the kernel's code `declared`.
    pub(crate) fn ask_for_group_memory(&mut self, bytes: usize, declared: u32, device: &DeviceInfo) -> Result<()> {
        let (all, limit) = (bytes as u128 + u128::from(declared), u128::from(device.max_group_memory));
        // What a kernel declares without being asked for any must fit: the compiler sees to that.
        if bytes > 0 && all > limit {
            return Err(limit_error(device, "bytes of work-group memory".to_owned(), all, limit));
        }
        self.launch.group_memory = u32::try_from(bytes).expect("within a limit of 32 bits");
        Ok(())
    }
}

/// Checks `grid` for `device`, and chooses the work-group size where the user did not.
pub(crate) fn shape<const D: usize>(grid: &Grid<D>, device: &DeviceInfo) -> Result<Shape> {
    let extent = grid.extent();
    no_zero_axis("grid", &extent)?;
    no_overflow(&extent, &grid.start())?;
    let extent = axes(extent.map(|n| n as u64), 1);
    let group_size = match grid.requested_group_size() {
        Some(size) => checked_group_size(axes(size, 1), D, device)?,
        None => default_group_size(D, extent, device),
    };
    let mut groups = [1; 3];
    for axis in 0..3 {
        let n = extent[axis].div_ceil(u64::from(group_size[axis]));
        let limit = device.max_groups[axis].min(u64::from(u32::MAX));
        if n > limit {
            return Err(limit_error(device, format!("work-groups along axis {axis}"), n.into(), limit.into()));
        }
        let items = u128::from(n) * u128::from(group_size[axis]);
        if items > device.max_grid[axis].into() {
            let what = format!("work-items along axis {axis}, whole work-groups counted,");
            return Err(limit_error(device, what, items, device.max_grid[axis].into()));
        }
        groups[axis] = n as u32;
    }
    Ok(Shape {
        launch: LaunchShape { group_size, groups, group_memory: 0, fences: grid.fences() },
        extent,
        start: axes(grid.start().map(|n| n as u64), 0),
    })
}

fn no_zero_axis(what: &'static str, sizes: &[usize]) -> Result<()> {
    match sizes.iter().position(|&n| n == 0) {
        None => Ok(()),
        Some(axis) => Err(Error::ZeroAxis { what, unit: "work-items", axis, sizes: sizes.to_vec() }),
    }
}

/// Work-items are numbered in one word, and so are global ids.
fn no_overflow(extent: &[usize], start: &[usize]) -> Result<()> {
    extent.iter().try_fold(1usize, |n, &e| n.checked_mul(e)).ok_or_else(|| Error::Overflow {
        what: "the grid's number of work-items",
        numbers: extent.iter().map(ToString::to_string).collect::<Vec<_>>().join(" x "),
    })?;
    for (&n, &first) in extent.iter().zip(start) {
        first
            .checked_add(n)
            .ok_or_else(|| Error::Overflow { what: "the grid's last global id", numbers: format!("{first} + {n}") })?;
    }
    Ok(())
}

fn checked_group_size(size: [u32; 3], dimensions: usize, device: &DeviceInfo) -> Result<[u32; 3]> {
    no_zero_axis("work-group", &size[..dimensions].iter().map(|&n| n as usize).collect::<Vec<_>>())?;
    for (axis, (n, limit)) in size.into_iter().zip(device.max_group_axes).enumerate() {
        if n > limit {
            let what = format!("work-items in a work-group along axis {axis}");
            return Err(limit_error(device, what, n.into(), limit.into()));
        }
    }
    let items = size.iter().map(|&n| u128::from(n)).product::<u128>();
    if items > u128::from(device.max_group_size) {
        let what = "work-items in a work-group".to_owned();
        return Err(limit_error(device, what, items, device.max_group_size.into()));
    }
    Ok(size)
}

fn limit_error(device: &DeviceInfo, what: String, actual: u128, limit: u128) -> Error {
    Error::DeviceLimit { device: device.id.clone(), what, actual, limit }
}

/// The device's own choice, with an axis that is longer than the grid's given to the others.
fn default_group_size(dimensions: usize, extent: [u64; 3], device: &DeviceInfo) -> [u32; 3] {
    let mut size = device.default_group_size[dimensions - 1];
    for axis in 0..3 {
        while u64::from(size[axis]) / 2 >= extent[axis] && size[axis] > 1 {
            size[axis] /= 2;
            // Only to an axis that has the work for it, so that small grids get small groups.
            if let Some(other) = (0..dimensions).find(|&other| {
                other != axis
                    && u64::from(size[other]) < extent[other]
                    && size[other] * 2 <= device.max_group_axes[other]
            }) {
                size[other] *= 2;
            }
        }
    }
    size
}

#[cfg(test)]
mod tests {
    use super::*;

    fn device() -> DeviceInfo {
        DeviceInfo {
            id: "test:0".to_owned(),
            name: String::new(),
            target: String::new(),
            driver_version: String::new(),
            memory: 0,
            compute_units: 1,
            subgroup_size: 32,
            max_group_size: 1024,
            max_group_axes: [1024, 1024, 64],
            max_groups: [0x7fff_ffff, 65535, 65535],
            max_grid: [0xffff_ffff; 3],
            max_group_memory: 1024,
            default_group_size: [[256, 1, 1], [32, 8, 1], [32, 4, 2]],
            is_gpu: true,
            host_visible_memory: false,
            numa_node: None,
        }
    }

    #[test]
    fn a_grid_is_rounded_up_to_whole_groups() {
        let s = shape(&Grid::covering(1000), &device()).unwrap();
        assert_eq!((s.launch.group_size, s.launch.groups, s.extent), ([256, 1, 1], [4, 1, 1], [1000, 1, 1]));
    }

    #[test]
    fn a_thin_grid_gets_a_thin_group() {
        let s = shape(&Grid::new([3, 5000]), &device()).unwrap();
        assert_eq!(s.launch.group_size, [4, 64, 1]);
        assert_eq!(s.launch.groups, [1, 79, 1]);
    }

    #[test]
    fn zero_axes_are_named() {
        let error = shape(&Grid::new([4, 0]), &device()).unwrap_err().to_string();
        assert_eq!(error, "the grid has no work-items along axis 1: [4, 0]");
        let error = shape(&Grid::new([4, 4]).group_size([0, 1]), &device()).unwrap_err().to_string();
        assert_eq!(error, "the work-group has no work-items along axis 0: [0, 1]");
    }

    #[test]
    fn limits_are_named_with_both_numbers() {
        let error = shape(&Grid::new([1, 100_000_000]), &device()).unwrap_err().to_string();
        assert_eq!(error, "test:0 takes at most 65535 work-groups along axis 1, and the launch has 390625");
        let error = shape(&Grid::covering(10).group_size([2000]), &device()).unwrap_err().to_string();
        assert!(error.contains("1024") && error.contains("2000"), "{error}");
        let error = shape(&Grid::new([8, 8]).group_size([64, 64]), &device()).unwrap_err().to_string();
        assert!(error.contains("1024") && error.contains("4096"), "{error}");
    }

    #[test]
    fn work_items_along_an_axis_are_limited_too() {
        let most = 0xffff_ffff / 256 * 256;
        assert!(shape(&Grid::covering(most), &device()).is_ok());
        let error = shape(&Grid::covering(most + 1), &device()).unwrap_err().to_string();
        assert!(error.contains("at most 4294967295 work-items along axis 0"), "{error}");
        assert!(error.ends_with("and the launch has 4294967296"), "{error}");
    }

    #[test]
    fn fences_are_the_grids() {
        use geobacter_core::{FenceScope, Fences};
        // SAFETY: nothing is launched.
        let grid = unsafe { Grid::covering(5).release(FenceScope::Device) };
        let fences = shape(&grid, &device()).unwrap().launch.fences;
        assert_eq!(fences, Fences { acquire: FenceScope::System, release: FenceScope::Device });
    }

    #[test]
    fn work_group_memory_is_checked_with_what_the_code_declares() {
        let mut s = shape(&Grid::covering(1), &device()).unwrap();
        s.ask_for_group_memory(1000, 24, &device()).unwrap();
        assert_eq!(s.launch.group_memory, 1000);
        let error = s.ask_for_group_memory(1008, 24, &device()).unwrap_err().to_string();
        assert_eq!(error, "test:0 takes at most 1024 bytes of work-group memory, and the launch has 1032");
    }

    #[test]
    fn overflow_is_an_error() {
        assert!(matches!(shape(&Grid::new([usize::MAX, 2]), &device()), Err(Error::Overflow { .. })));
        assert!(matches!(shape(&Grid::covering(2).starting_at([usize::MAX]), &device()), Err(Error::Overflow { .. })));
    }
}
