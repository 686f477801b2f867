//! Where the dynamic loader finds libraries.

use std::path::{Path, PathBuf};
use std::process::Command;

/// Where the dynamic loader would find a library.
pub(crate) fn find_library(name: &str) -> Option<PathBuf> {
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
