//! This program's own file: copies of it under the other names, and becoming another process.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, ExitStatus};

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
    folder: PathBuf,
    /// Tells this build of them from any other.
    pub(crate) identity: String,
}

/// Places copies of this program in `target_dir`. Their names are part of what cargo knows of every crate, so they stay
/// the same: a new tool links programs again, and rebuilds no library.
pub(crate) fn place(target_dir: &Path) -> Result<Helpers> {
    let tool = std::env::current_exe().context("cannot find this program's own file")?;
    let bytes = fs::read(&tool).with_context(|| format!("cannot read {}", tool.display()))?;
    let folder = target_dir.join("geobacter").join("bin");
    place_copy(&bytes, &folder.join(SHIM))?;
    place_copy(&bytes, &folder.join(WRAPPER))?;
    Ok(Helpers { folder, identity: short_hex(&hash(&bytes)) })
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

/// Enough of a hash to tell apart the builds of a tool.
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

/// The exit code of a process that this one stood in for.
pub(crate) fn exit_code(status: ExitStatus) -> ExitCode {
    status.code().and_then(|code| u8::try_from(code).ok()).map_or(ExitCode::FAILURE, ExitCode::from)
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
