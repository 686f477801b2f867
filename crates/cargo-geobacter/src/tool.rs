//! This program's own file: copies of it under the other names, and becoming another process.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, ExitStatus};
use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::{Context, Result};

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
    let tool = Tool::find()?;
    let folder = target_dir.join("geobacter").join("bin");
    for name in [SHIM, WRAPPER] {
        let copy = folder.join(name);
        tool.place_copy(&copy).with_context(|| format!("cannot write {}", copy.display()))?;
    }
    Ok(Helpers { folder, identity: tool.identity()? })
}

/// This program's own file. Size and time of the last change tell its builds apart, and a copy gets both: to read it all
/// on every call would take longer than most calls of cargo.
struct Tool {
    path: PathBuf,
    size: u64,
    modified: SystemTime,
}

impl Tool {
    fn find() -> Result<Tool> {
        let path = std::env::current_exe().context("cannot find this program's own file")?;
        let read = || fs::metadata(&path).and_then(|file| Ok((file.len(), file.modified()?)));
        let (size, modified) = read().with_context(|| format!("cannot read {}", path.display()))?;
        Ok(Tool { path, size, modified })
    }

    fn identity(&self) -> Result<String> {
        let since = self.modified.duration_since(UNIX_EPOCH).context("this program's file is older than 1970")?;
        Ok(format!("{}-{:x}-{:x}", env!("CARGO_PKG_VERSION"), self.size, since.as_nanos()))
    }

    /// Makes `path` a copy, at once as far as any other process can see: another cargo may be running the old one.
    fn place_copy(&self, path: &Path) -> std::io::Result<()> {
        let is_copy = |file: fs::Metadata| file.len() == self.size && file.modified().is_ok_and(|m| m == self.modified);
        if fs::metadata(path).is_ok_and(is_copy) {
            return Ok(());
        }
        let folder = path.parent().expect("the path was joined from a folder and a name");
        fs::create_dir_all(folder)?;
        let new = tempfile::NamedTempFile::new_in(folder)?;
        // Takes over the permissions, too.
        fs::copy(&self.path, new.path())?;
        new.as_file().set_modified(self.modified)?;
        // Closed before it is renamed: a file that is open for writing cannot be executed.
        new.into_temp_path().persist(path).map_err(|e| e.error)
    }
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
