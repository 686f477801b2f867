//! This program's own file: copies of it under the other names, and becoming another process.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use anyhow::{Context, Result};
use geobacter_container::hash;

use crate::{SHIM, WRAPPER};

/// Replaces this process by `command`. Returns only where that fails.
pub(crate) fn become_command(mut command: Command) -> ExitCode {
    use std::os::unix::process::CommandExt;
    let error = command.exec();
    eprintln!("error: cannot run `{}`: {error}", command.get_program().display());
    ExitCode::from(127)
}

/// The two helpers, placed in a project's target folder and found by name.
pub(crate) struct Helpers {
    /// The folder of both.
    pub(crate) folder: PathBuf,
    /// The wrapper's file name.
    pub(crate) wrapper: String,
}

/// Places copies of this program in `target_dir`.
///
/// The shim's name stays the same, since it is part of the flags of every crate: a new tool must not rebuild all
/// dependencies. The wrapper's name is part of what cargo knows of workspace members alone, so it carries a hash of all
/// that must rebuild and relink those: the tool itself and the ahead-of-time targets.
pub(crate) fn place(target_dir: &Path, targets: &str) -> Result<Helpers> {
    let tool = std::env::current_exe().context("cannot find this program's own file")?;
    let bytes = fs::read(&tool).with_context(|| format!("cannot read {}", tool.display()))?;
    let mut identity = hash(&bytes).to_vec();
    identity.extend_from_slice(targets.as_bytes());
    let folder = target_dir.join("geobacter").join("bin");
    let wrapper = format!("{WRAPPER}-{}", short_hex(&hash(&identity)));
    let shim = folder.join(SHIM);
    place_copy(&bytes, &shim)?;
    place_link(&shim, &folder.join(&wrapper)).or_else(|_| place_copy(&bytes, &folder.join(&wrapper)))?;
    Ok(Helpers { folder, wrapper })
}

impl Helpers {
    /// `PATH` with the helpers' folder in front.
    pub(crate) fn path(&self) -> Result<OsString> {
        let old = std::env::var_os("PATH").unwrap_or_default();
        let folders = std::iter::once(self.folder.clone()).chain(std::env::split_paths(&old));
        std::env::join_paths(folders)
            .with_context(|| format!("{} cannot be in PATH: its name has a colon", self.folder.display()))
    }
}

/// Enough of a hash to tell apart the versions of a tool in one folder.
fn short_hex(hash: &[u8]) -> String {
    hash[..8].iter().map(|b| format!("{b:02x}")).collect()
}

/// Writes `bytes` to `path`, at once as far as any other process can see: another cargo may be running the old one.
fn place_copy(bytes: &[u8], path: &Path) -> Result<()> {
    use std::os::unix::fs::PermissionsExt;
    if fs::read(path).is_ok_and(|old| old == bytes) {
        return Ok(());
    }
    let write = || -> std::io::Result<()> {
        let folder = path.parent().expect("the path was joined from a folder and a name");
        fs::create_dir_all(folder)?;
        let mut new = tempfile::NamedTempFile::new_in(folder)?;
        std::io::Write::write_all(&mut new, bytes)?;
        new.as_file().set_permissions(fs::Permissions::from_mode(0o755))?;
        // Closed before it is renamed: a file that is open for writing cannot be executed.
        new.into_temp_path().persist(path).map_err(|e| e.error)
    };
    write().with_context(|| format!("cannot write {}", path.display()))
}

/// Makes `path` another name of the file `of`, unless it is one.
fn place_link(of: &Path, path: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::MetadataExt;
    let inode = |p: &Path| fs::metadata(p).map(|m| (m.dev(), m.ino()));
    let wanted = inode(of)?;
    match inode(path) {
        Ok(found) if found == wanted => Ok(()),
        Ok(_) => Err(std::io::ErrorKind::AlreadyExists.into()),
        Err(_) => fs::hard_link(of, path),
    }
}

/// The cargo that started this program, or the one on `PATH`.
pub(crate) fn cargo() -> OsString {
    std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into())
}

/// Whether a program of this name would be found.
pub(crate) fn is_on_path(name: &str) -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path).any(|folder| folder.join(name).is_file())
}
