//! GPUs, and what the system has to drive them. Nothing is loaded: a broken driver must not break the doctor.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::Check;

/// What it takes to use one vendor's GPUs.
struct Vendor {
    name: &'static str,
    /// The runtime, loaded when a program starts.
    library: &'static str,
    /// Comes with the kernel's driver, once it has found a GPU.
    device_file: &'static str,
    install: &'static str,
    driver_fix: &'static str,
}

const VENDORS: &[Vendor] = &[
    Vendor {
        name: "NVIDIA",
        library: "libcuda.so.1",
        device_file: "/dev/nvidiactl",
        install: "install the NVIDIA driver; in a container, start it with `--gpus all`",
        driver_fix: "load the NVIDIA kernel driver (`nvidia-smi` says more); in a container, start it with `--gpus all`",
    },
    Vendor {
        name: "AMD",
        library: "libhsa-runtime64.so.1",
        device_file: "/dev/kfd",
        install: "install the ROCm runtime: `apt install libhsa-runtime64-1`, or AMD's `rocm-hip-runtime`",
        driver_fix: "load the `amdgpu` kernel driver; in a container, start it with `--device /dev/kfd --device /dev/dri`",
    },
];

pub(super) fn checks() -> Vec<Check> {
    VENDORS.iter().map(check).collect()
}

fn check(vendor: &Vendor) -> Check {
    let library = find_library(vendor.library);
    let device = Path::new(vendor.device_file).exists();
    match (library, device) {
        (Some(path), true) => Check::good(vendor.name, format!("{} and {}", path.display(), vendor.device_file)),
        (Some(path), false) => Check::limited(
            vendor.name,
            format!("{} is there, {} is not: no GPU, or no driver for it", path.display(), vendor.device_file),
            vendor.driver_fix,
        ),
        (None, true) => Check::limited(
            vendor.name,
            format!("there is a GPU ({}), and no {}", vendor.device_file, vendor.library),
            vendor.install,
        ),
        (None, false) => Check::limited(
            vendor.name,
            format!("neither {} nor {}", vendor.library, vendor.device_file),
            format!("with an {} GPU in this machine, {}", vendor.name, vendor.install),
        ),
    }
}

/// Where the dynamic loader would find a library.
fn find_library(name: &str) -> Option<PathBuf> {
    let configured = std::env::var_os("LD_LIBRARY_PATH").unwrap_or_default();
    let in_path = std::env::split_paths(&configured).map(|folder| folder.join(name)).find(|p| p.is_file());
    in_path.or_else(|| in_loader_cache(name)).or_else(|| in_default_folders(name))
}

fn in_loader_cache(name: &str) -> Option<PathBuf> {
    // Not on every user's PATH.
    let programs = ["ldconfig", "/sbin/ldconfig"];
    let output = programs.iter().find_map(|p| Command::new(p).arg("-p").output().ok())?;
    let text = String::from_utf8_lossy(&output.stdout);
    let line = text.lines().find(|l| l.split_whitespace().next() == Some(name))?;
    line.rsplit_once("=> ").map(|(_, path)| PathBuf::from(path))
}

fn in_default_folders(name: &str) -> Option<PathBuf> {
    let folders =
        ["/usr/lib/x86_64-linux-gnu", "/usr/lib/aarch64-linux-gnu", "/usr/lib64", "/usr/lib", "/opt/rocm/lib"];
    folders.iter().map(|folder| Path::new(folder).join(name)).find(|p| p.is_file())
}
