//! GPUs, and what the system has to drive them. Nothing is loaded: a broken driver must not break the doctor.

use std::fs::OpenOptions;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use super::Check;
use crate::loader::find_library;

/// What it takes to use one vendor's GPUs.
struct Vendor {
    name: &'static str,
    /// The runtime, loaded when a program starts.
    library: &'static str,
    /// Comes with the kernel's driver, once it has found a GPU.
    device_file: &'static str,
    install: &'static str,
    driver_fix: &'static str,
    access_fix: &'static str,
}

const VENDORS: &[Vendor] = &[
    Vendor {
        name: "NVIDIA",
        library: "libcuda.so.1",
        device_file: "/dev/nvidiactl",
        install: "install the NVIDIA driver; in a container, start it with `--gpus all`",
        driver_fix: "load the NVIDIA kernel driver (`nvidia-smi` says more); in a container, start it with `--gpus all`",
        access_fix: "ask whoever runs the machine for access: NVIDIA's driver gives it to everyone by default",
    },
    Vendor {
        name: "AMD",
        library: "libhsa-runtime64.so.1",
        device_file: "/dev/kfd",
        install: "install the ROCm runtime: `apt install libhsa-runtime64-1`, or AMD's `rocm-hip-runtime`",
        driver_fix: "load the `amdgpu` kernel driver; in a container, start it with `--device /dev/kfd --device /dev/dri`",
        access_fix: "join the groups that own it, and log in again: `sudo usermod -aG render,video $USER`; in a \
                     container, start it with `--group-add render`",
    },
];

pub(super) fn checks() -> Vec<Check> {
    VENDORS.iter().map(check).collect()
}

/// What this user can do with the kernel driver's file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Access {
    Opens,
    Denied,
    Missing,
}

fn access(file: &str) -> Access {
    match OpenOptions::new().read(true).write(true).open(file) {
        Ok(_) => Access::Opens,
        Err(error) if error.kind() == ErrorKind::PermissionDenied => Access::Denied,
        // Whatever else is wrong with a file that is there, the driver's own library will say it better.
        Err(_) if Path::new(file).exists() => Access::Opens,
        Err(_) => Access::Missing,
    }
}

fn check(vendor: &Vendor) -> Check {
    verdict(vendor, find_library(vendor.library), access(vendor.device_file))
}

fn verdict(vendor: &Vendor, library: Option<PathBuf>, access: Access) -> Check {
    let &Vendor { name, device_file, .. } = vendor;
    match (library, access) {
        (Some(path), Access::Opens) => Check::good(name, format!("{} and {device_file}", path.display())),
        (Some(path), Access::Denied) => Check::limited(
            name,
            format!("{} is there, and this user may not open {device_file}", path.display()),
            vendor.access_fix,
        ),
        (Some(path), Access::Missing) => Check::limited(
            name,
            format!("{} is there, {device_file} is not: no GPU, or no driver for it", path.display()),
            vendor.driver_fix,
        ),
        (None, Access::Opens | Access::Denied) => {
            Check::limited(name, format!("there is a GPU ({device_file}), and no {}", vendor.library), vendor.install)
        }
        (None, Access::Missing) => Check::limited(
            name,
            format!("neither {} nor {device_file}", vendor.library),
            format!("with an {name} GPU in this machine, {}", vendor.install),
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::super::Verdict;
    use super::*;

    #[test]
    fn each_vendor_has_a_remedy_for_each_lack() {
        for vendor in VENDORS {
            let library = || Some(PathBuf::from("/lib/some.so"));
            let good = verdict(vendor, library(), Access::Opens);
            assert!(good.verdict == Verdict::Good && good.fix.is_none());
            let fix = |library, access| verdict(vendor, library, access).fix.expect("a remedy");
            assert_eq!(fix(library(), Access::Denied), vendor.access_fix);
            assert_eq!(fix(library(), Access::Missing), vendor.driver_fix);
            assert_eq!(fix(None, Access::Denied), vendor.install);
            assert!(fix(None, Access::Missing).ends_with(vendor.install));
        }
    }

    #[test]
    fn a_file_opens_or_is_missing() {
        let file = tempfile::NamedTempFile::new().expect("a file");
        let path = file.path().to_str().expect("a plain name").to_owned();
        assert_eq!(access(&path), Access::Opens);
        drop(file);
        assert_eq!(access(&path), Access::Missing);
    }
}
