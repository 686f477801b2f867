//! `init`: settings in `.cargo/config.toml`, so that plain cargo commands and rust-analyzer build kernels.

use std::fs;
use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context, Result};
use cargo_config2::{Config, ResolveOptions, TargetTripleRef};

use crate::project::{self, Project};
use crate::settings::{self, Places};
use crate::{SHIM, WRAPPER, tool};

/// How to do it.
#[derive(clap::Args)]
pub(crate) struct InitArgs {
    /// Only say what would change; exits with 1 where something would
    #[arg(long)]
    check: bool,
}

/// Where cargo looks for a project's settings.
pub(crate) const CONFIG: &str = ".cargo/config.toml";

pub(crate) fn init(args: &InitArgs) -> Result<ExitCode> {
    let project = Project::find(&[])?;
    let path = project.workspace_root.join(CONFIG);
    let old = read(&path)?;
    let places = places(&project)?;
    let (new, changes) =
        settings::merge(&old, &places).with_context(|| format!("cannot merge into {}", path.display()))?;
    if changes.is_empty() {
        println!("{} has all settings", path.display());
        warn_of_missing_helpers();
        return Ok(ExitCode::SUCCESS);
    }
    if args.check {
        println!("{} would change:", path.display());
    } else {
        write(&path, &new)?;
        println!("{}:", path.display());
    }
    changes.iter().for_each(|change| println!("  {change}"));
    if args.check {
        return Ok(ExitCode::FAILURE);
    }
    println!("Plain `cargo run`, `cargo test` and rust-analyzer now build kernels.");
    warn_of_missing_helpers();
    Ok(ExitCode::SUCCESS)
}

pub(crate) fn read(path: &Path) -> Result<String> {
    match fs::read_to_string(path) {
        Ok(text) => Ok(text),
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => Ok(String::new()),
        Err(e) => Err(e).with_context(|| format!("cannot read {}", path.display())),
    }
}

fn write(path: &Path, text: &str) -> Result<()> {
    let folder = path.parent().expect("a file in a folder");
    fs::create_dir_all(folder)
        .and_then(|()| fs::write(path, text))
        .with_context(|| format!("cannot write {}", path.display()))
}

const FLAG_VARIABLES: &[&str] = &["CARGO_ENCODED_RUSTFLAGS", "RUSTFLAGS", "CARGO_ENCODED_RUSTDOCFLAGS", "RUSTDOCFLAGS"];

/// Where the project's settings must go, by what is configured for it now, in this file or any other.
pub(crate) fn places(project: &Project) -> Result<Places> {
    // Flags in the environment are this shell's, and hide those of the files.
    let environment = std::env::vars_os().filter(|(name, _)| !FLAG_VARIABLES.iter().any(|v| name == v));
    let options = ResolveOptions::default().env(environment);
    let config = Config::load_with_options(&project.workspace_root, options)
        .context("cannot read cargo's configuration files")?;
    let triple = project::build_triple(&config, &[])?;
    let target = config.target(TargetTripleRef::from(triple.as_str()))?;
    let build = &config.build;
    // The library falls back to `build` for what a target does not set.
    let of_target = |target: &Option<cargo_config2::Flags>, build: &Option<cargo_config2::Flags>| {
        let own = target.as_ref().map(|f| &f.flags).filter(|f| Some(*f) != build.as_ref().map(|b| &b.flags));
        own.map(|_| triple.clone())
    };
    let name = |path: &Path, ours: &str| {
        (path.file_name() != Some(ours.as_ref())).then(|| path.to_string_lossy().into_owned())
    };
    Ok(Places {
        rustflags_target: of_target(&target.rustflags, &build.rustflags),
        rustdocflags_target: of_target(&target.rustdocflags, &build.rustdocflags),
        wrapper: build.rustc_workspace_wrapper.as_deref().and_then(|w| name(w, WRAPPER)),
        linker: target.linker.as_deref().and_then(|l| name(l, SHIM)),
    })
}

/// The settings name the helpers alone, so that they hold on any machine; there they must be on `PATH`.
fn warn_of_missing_helpers() {
    let missing: Vec<&str> = [SHIM, WRAPPER].into_iter().filter(|name| !tool::is_on_path(name)).collect();
    if !missing.is_empty() {
        eprintln!(
            "warning: {} not on PATH, and the settings need {}: install with `cargo install --path crates/cargo-geobacter`, \
             from a checkout of Geobacter",
            match missing.as_slice() {
                [one] => format!("`{one}` is"),
                several => format!("`{}` are", several.join("` and `")),
            },
            if missing.len() == 1 { "it" } else { "them" }
        );
    }
}
