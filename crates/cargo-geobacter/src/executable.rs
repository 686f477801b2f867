//! Executables and the kernels they carry: finding one, reading its container.
//!
//! The container is found by its section, so stripped executables and those for other machines are read, too.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};
use cargo_metadata::{Message, TargetKind};
use geobacter_container::SECTION;
use object::{Object, ObjectSection};

/// The bytes of an executable's container.
pub(crate) fn container_bytes(path: &Path) -> Result<Vec<u8>> {
    let bytes = std::fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
    let file = object::File::parse(&*bytes)
        .with_context(|| format!("{} is neither an executable nor a shared library", path.display()))?;
    let Some(section) = file.section_by_name(SECTION) else {
        bail!(
            "{} carries no kernels: it has none, or was not built with `cargo geobacter build` (or, after \
             `cargo geobacter init`, with plain `cargo build`)",
            path.display()
        );
    };
    Ok(section.data().with_context(|| format!("cannot read section {SECTION} of {}", path.display()))?.to_vec())
}

/// Runs a cargo command that builds, and returns the executables and shared libraries that it made.
pub(crate) fn build(mut cargo: Command) -> Result<Vec<PathBuf>> {
    cargo.arg("--message-format=json-render-diagnostics").stdout(Stdio::piped());
    let mut child = cargo.spawn().context("cannot run cargo")?;
    let output = std::io::BufReader::new(child.stdout.take().expect("standard output was asked for"));
    let mut made = Vec::new();
    for message in Message::parse_stream(output) {
        if let Message::CompilerArtifact(artifact) = message.context("cannot read cargo's messages")? {
            made.extend(linked_file(&artifact));
        }
    }
    if !child.wait().context("cannot wait for cargo")?.success() {
        bail!("the build failed");
    }
    Ok(made)
}

fn linked_file(artifact: &cargo_metadata::Artifact) -> Option<PathBuf> {
    if artifact.target.kind.contains(&TargetKind::CustomBuild) {
        return None;
    }
    if let Some(executable) = &artifact.executable {
        return Some(executable.clone().into_std_path_buf());
    }
    let shared = artifact.target.kind.iter().any(|k| matches!(k, TargetKind::CDyLib | TargetKind::DyLib));
    let mut files = artifact.filenames.iter().filter(|_| shared);
    files.find(|f| f.extension() == Some("so")).map(|f| f.clone().into_std_path_buf())
}
