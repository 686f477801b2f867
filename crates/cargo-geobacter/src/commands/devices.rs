//! `devices`: what kernels can run on here.

use std::process::ExitCode;

use anyhow::Result;
use geobacter_runtime::{Device, DeviceInfo, drivers};

pub(crate) fn devices() -> Result<ExitCode> {
    let best = Device::best().ok();
    let mut reasons = Vec::new();
    for driver in drivers::all() {
        match driver.devices() {
            Ok(devices) => {
                devices.iter().for_each(|d| print(d.info(), best.as_ref().is_some_and(|b| b.id() == d.id())))
            }
            Err(unavailable) => reasons.push(format!("no `{}` devices: {unavailable}", driver.kind())),
        }
    }
    for reason in reasons {
        println!("\n{reason}");
    }
    Ok(ExitCode::SUCCESS)
}

fn print(info: &DeviceInfo, is_best: bool) {
    println!("{:<10} {}{}", info.id, info.name, if is_best { "  (the default)" } else { "" });
    println!("{:<10} code for {}, driver {}", "", info.target, info.driver_version);
    println!(
        "{:<10} {} memory, {} compute units, sub-groups of {}",
        "",
        memory(info.memory),
        info.compute_units,
        info.subgroup_size
    );
    println!(
        "{:<10} work-groups of up to {} work-items with {} of memory",
        "",
        info.max_group_size,
        memory(u64::from(info.max_group_memory))
    );
    if let Some(place) = place(info) {
        println!("{:<10} {place}", "");
    }
}

/// Where a GPU is, as seen from the host.
fn place(info: &DeviceInfo) -> Option<String> {
    let node = info.numa_node.map(|node| format!("nearest to NUMA node {node}"));
    let visible =
        (info.is_gpu && info.host_visible_memory).then(|| "the host can address all of its memory".to_owned());
    let parts: Vec<String> = node.into_iter().chain(visible).collect();
    (!parts.is_empty()).then(|| parts.join("; "))
}

fn memory(bytes: u64) -> String {
    const KIB: u64 = 1 << 10;
    const MIB: u64 = 1 << 20;
    const GIB: u64 = 1 << 30;
    match bytes {
        0 => "unknown".to_owned(),
        b if b >= GIB => format!("{:.1} GiB", b as f64 / GIB as f64),
        b if b >= MIB => format!("{} MiB", b / MIB),
        b => format!("{} KiB", b / KIB),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_is_in_units_that_people_read() {
        assert_eq!(memory(139 << 30), "139.0 GiB");
        assert_eq!(memory(64 << 10), "64 KiB");
    }
}
