//! What a device can do.

use std::ffi::{CStr, c_char, c_int};

use geobacter_driver::driver::DeviceInfo;

use crate::sys::{self, Api, CUDA_SUCCESS, CUdevice, CUresult};

/// Work-group sizes when the user does not choose: 256 work-items fill a multiprocessor evenly on every compute
/// capability, and the first axis spans whole warps, so that neighbours load neighbouring addresses.
const DEFAULT_GROUP_SIZE: [[u32; 3]; 3] = [[256, 1, 1], [32, 8, 1], [32, 4, 2]];

/// The device with number `ordinal`; or the call that failed, and its answer. Makes no context.
pub(crate) fn query(api: &Api, ordinal: c_int) -> Result<(CUdevice, DeviceInfo), (&'static str, CUresult)> {
    let mut device = 0;
    // SAFETY: writes one int.
    answer("cuDeviceGet", unsafe { (api.cuDeviceGet)(&mut device, ordinal) })?;
    let attribute = |number: c_int| -> Result<u32, (&'static str, CUresult)> {
        let mut value = 0;
        // SAFETY: writes one int.
        answer("cuDeviceGetAttribute", unsafe { (api.cuDeviceGetAttribute)(&mut value, number, device) })?;
        Ok(u32::try_from(value).unwrap_or(0))
    };
    let axes = |first: c_int| Ok([attribute(first)?, attribute(first + 1)?, attribute(first + 2)?]);
    let capability = [attribute(sys::ATTR_COMPUTE_CAPABILITY_MAJOR)?, attribute(sys::ATTR_COMPUTE_CAPABILITY_MINOR)?];
    let info = DeviceInfo {
        id: format!("cuda:{ordinal}"),
        name: name(api, device)?,
        target: format!("sm_{}{}", capability[0], capability[1]),
        driver_version: driver_version(api)?,
        memory: total_memory(api, device)?,
        compute_units: attribute(sys::ATTR_MULTIPROCESSOR_COUNT)?,
        subgroup_size: attribute(sys::ATTR_WARP_SIZE)?,
        max_group_size: attribute(sys::ATTR_MAX_THREADS_PER_BLOCK)?,
        max_group_axes: axes(sys::ATTR_MAX_BLOCK_DIM_X)?,
        max_groups: axes(sys::ATTR_MAX_GRID_DIM_X)?.map(u64::from),
        max_grid: [u64::MAX; 3],
        max_group_memory: attribute(sys::ATTR_MAX_SHARED_MEMORY_PER_BLOCK_OPTIN)?,
        default_group_size: DEFAULT_GROUP_SIZE,
        is_gpu: true,
        // The driver API maps no device memory for the host.
        host_visible_memory: false,
        numa_node: numa_node(api, device),
    };
    Ok((device, info))
}

fn name(api: &Api, device: CUdevice) -> Result<String, (&'static str, CUresult)> {
    let mut name = [0 as c_char; 256];
    // SAFETY: writes at most the given length, with a NUL; the last byte stays 0 in any case.
    answer("cuDeviceGetName", unsafe { (api.cuDeviceGetName)(name.as_mut_ptr(), name.len() as c_int - 1, device) })?;
    // SAFETY: NUL-terminated, as above.
    Ok(unsafe { CStr::from_ptr(name.as_ptr()) }.to_string_lossy().into_owned())
}

fn total_memory(api: &Api, device: CUdevice) -> Result<u64, (&'static str, CUresult)> {
    let mut bytes = 0;
    // SAFETY: writes one size.
    answer("cuDeviceTotalMem_v2", unsafe { (api.cuDeviceTotalMem_v2)(&mut bytes, device) })?;
    Ok(bytes as u64)
}

/// The NUMA node of the slot that it is in, from the kernel's list of devices. The system says -1 where there is but one.
fn numa_node(api: &Api, device: CUdevice) -> Option<u32> {
    let attribute = |number: c_int| {
        let mut value = 0;
        // SAFETY: writes one int.
        let result = unsafe { (api.cuDeviceGetAttribute)(&mut value, number, device) };
        (result == CUDA_SUCCESS).then_some(value)
    };
    let domain = attribute(sys::ATTR_PCI_DOMAIN_ID)?;
    let (bus, slot) = (attribute(sys::ATTR_PCI_BUS_ID)?, attribute(sys::ATTR_PCI_DEVICE_ID)?);
    let path = format!("/sys/bus/pci/devices/{domain:04x}:{bus:02x}:{slot:02x}.0/numa_node");
    std::fs::read_to_string(path).ok()?.trim().parse().ok()
}

/// `CUDA 12.4, driver 550.54.15`: the first part says which PTX it takes, the second exactly which ptxas is in it.
fn driver_version(api: &Api) -> Result<String, (&'static str, CUresult)> {
    let mut version = 0;
    // SAFETY: writes one int.
    answer("cuDriverGetVersion", unsafe { (api.cuDriverGetVersion)(&mut version) })?;
    let module = std::fs::read_to_string("/sys/module/nvidia/version").ok();
    Ok(version_text(version, module.as_deref()))
}

fn version_text(version: c_int, module: Option<&str>) -> String {
    let cuda = format!("CUDA {}.{}", version / 1000, version % 1000 / 10);
    match module.map(str::trim) {
        Some(module) if !module.is_empty() => format!("{cuda}, driver {module}"),
        _ => cuda,
    }
}

fn answer(name: &'static str, result: CUresult) -> Result<(), (&'static str, CUresult)> {
    if result == CUDA_SUCCESS { Ok(()) } else { Err((name, result)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_version_is_written_as_nvidia_writes_it() {
        assert_eq!(version_text(12040, Some("550.54.15\n")), "CUDA 12.4, driver 550.54.15");
        assert_eq!(version_text(13010, None), "CUDA 13.1");
    }

    #[test]
    fn default_groups_are_256_work_items() {
        for size in DEFAULT_GROUP_SIZE {
            assert_eq!(size.iter().product::<u32>(), 256);
        }
    }
}
