//! The emulated driver, built when it is asked for.

use std::env;
use std::ffi::{CStr, OsStr, c_char};
use std::fs;
use std::io::BufReader;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail, ensure};
use cargo_metadata::{Message, TargetKind};
use libloading::Library;

use crate::tool;

/// The package that the driver is.
const PACKAGE: &str = "geobacter-hsakmt";
/// The name that AMD's runtime asks for.
const NAME: &str = "libhsakmt.so.1";
/// Says where the sources are, when they are not where they were as this tool was built.
const SOURCES: &str = "GEOBACTER_EMULATOR_SOURCES";

/// Builds the driver in a folder of its own below `target_dir`, or finds that it is there. Returns the library's path: its
/// folder holds nothing else.
pub(super) fn build(target_dir: &Path) -> Result<PathBuf> {
    let sources = sources()?;
    let own = target_dir.join("geobacter").join("emulator");
    let place = own.join("driver").join(NAME);
    let first = !place.exists();
    if first {
        eprintln!("building the emulated AMD GPU; this is done once");
    }
    let built = cargo_build(&sources, &own, first)?;
    link(&built, &place).with_context(|| format!("cannot write {}", place.display()))?;
    Ok(place)
}

/// The package's folder.
fn sources() -> Result<PathBuf> {
    let folder = match env::var_os(SOURCES).filter(|value| !value.is_empty()) {
        Some(folder) => PathBuf::from(folder),
        None => Path::new(env!("CARGO_MANIFEST_DIR")).with_file_name(PACKAGE),
    };
    ensure!(
        folder.join("Cargo.toml").is_file(),
        "the emulated GPU is built from its sources, and they are not at {}: set {SOURCES} to the folder `crates/{PACKAGE}` \
         of a checkout of Geobacter, version {}, or install this tool from one: `cargo install --path \
         crates/cargo-geobacter`",
        folder.display(),
        env!("CARGO_PKG_VERSION"),
    );
    Ok(folder)
}

/// Runs cargo, and returns the file that it says it made. Once there is a driver, it speaks up only when something is wrong.
fn cargo_build(sources: &Path, target_dir: &Path, first: bool) -> Result<PathBuf> {
    let mut cargo = Command::new(tool::cargo());
    // Run in the sources' folder: what this project has configured for itself is not for the driver.
    cargo.current_dir(sources).args(["build", "--release", "--lib", "--message-format=json-render-diagnostics"]);
    cargo.arg("--target-dir").arg(target_dir);
    if !first {
        cargo.arg("--quiet");
    }
    for (name, _) in env::vars_os() {
        // Flags, wrappers and targets of the program's build; and what the cargo above this tool set for it.
        let name_text = name.to_string_lossy();
        let of_programs = name_text.ends_with("RUSTFLAGS") || name_text.contains("RUSTC_W");
        if of_programs || name_text.starts_with("CARGO_BUILD_") || name_text.starts_with("CARGO_TARGET_") {
            cargo.env_remove(&name);
        }
    }
    let mut child = cargo.stdout(Stdio::piped()).spawn().context("cannot run cargo")?;
    let messages = BufReader::new(child.stdout.take().expect("it was asked to be piped"));
    let mut built = None;
    for message in Message::parse_stream(messages) {
        if let Message::CompilerArtifact(artifact) = message.context("cannot read what cargo says")?
            && artifact.target.kind.contains(&TargetKind::CDyLib)
        {
            built = artifact.filenames.into_iter().find(|file| file.extension() == Some("so"));
        }
    }
    let status = child.wait().context("cannot wait for cargo")?;
    ensure!(status.success(), "cannot build the emulated GPU from {}", sources.display());
    Ok(built.context("cargo built the emulated GPU, and did not say where")?.into_std_path_buf())
}

/// Makes `place` lead to `built`, at once as far as any other process can see.
fn link(built: &Path, place: &Path) -> Result<()> {
    if fs::read_link(place).is_ok_and(|target| target == built) {
        return Ok(());
    }
    let folder = place.parent().expect("it was joined from a folder and a name");
    fs::create_dir_all(folder)?;
    let new =
        tempfile::Builder::new().prefix(".new").make_in(folder, |path| std::os::unix::fs::symlink(built, path))?;
    new.into_temp_path().persist(place)?;
    Ok(())
}

/// The processors of a list with commas, if the driver knows each.
pub(super) fn check_processors(library: &Path, list: &OsStr) -> Result<Vec<String>> {
    let known = processors(library).with_context(|| format!("cannot ask {}", library.display()))?;
    let list = list.to_string_lossy();
    let wanted: Vec<&str> = list.split(',').map(str::trim).collect();
    if let Some(unknown) = wanted.iter().find(|wanted| !known.split(',').any(|name| name == **wanted)) {
        bail!("`{unknown}` cannot be emulated; what can be is: {}", known.replace(',', ", "))
    }
    Ok(wanted.into_iter().map(str::to_owned).collect())
}

fn processors(library: &Path) -> Result<String, libloading::Error> {
    // SAFETY: our own library, which does nothing when it is loaded; the function takes nothing and returns a constant.
    unsafe {
        let library = Library::new(library)?;
        let names = library.get::<extern "C" fn() -> *const c_char>(b"geobacter_emulated_processors\0")?();
        Ok(CStr::from_ptr(names).to_string_lossy().into_owned())
    }
}
