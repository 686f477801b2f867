//! `inspect`: the kernels of one program, and their code for any target.

mod emit;
mod fix;
mod list;

use std::ffi::OsString;
use std::num::NonZeroU32;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Result, bail};
use clap::{Args, ValueEnum};
use geobacter_container::{Container, KernelRecord};

use super::build::{Request, command_for};
use crate::executable;

/// What to inspect, and what to write.
#[derive(Args)]
#[command(after_help = "\
Examples:
  cargo geobacter inspect --example saxpy
  cargo geobacter inspect --bin app --release --target gfx1100 --emit asm -o out
  cargo geobacter inspect target/release/app --target sm_90 --kernel blur
  cargo geobacter inspect --bin app --target sm_90 --kernel gemm --fix 0=4096   (argument 0 is always 4096)")]
pub(crate) struct InspectArgs {
    /// An executable or shared library that is built already; otherwise cargo builds what the options below name
    #[arg(conflicts_with_all = ["example", "bin", "test", "bench", "lib", "release", "profile", "package"])]
    path: Option<PathBuf>,
    /// An example of the package
    #[arg(long, value_name = "NAME", group = "which")]
    example: Option<String>,
    /// A binary of the package
    #[arg(long, value_name = "NAME", group = "which")]
    bin: Option<String>,
    /// An integration test of the package
    #[arg(long, value_name = "NAME", group = "which")]
    test: Option<String>,
    /// A benchmark of the package
    #[arg(long, value_name = "NAME", group = "which")]
    bench: Option<String>,
    /// The library's unit tests
    #[arg(long, group = "which")]
    lib: bool,
    /// Build with optimisations, as for `cargo build --release`
    #[arg(long, short)]
    release: bool,
    /// The profile to build with
    #[arg(long, value_name = "NAME", conflicts_with = "release")]
    profile: Option<String>,
    /// The package that has it
    #[arg(long, short, value_name = "SPEC")]
    package: Option<String>,
    /// Compile the kernels for this target: `gfx90a`, `gfx1100`, `sm_90`, ..; may be given several times
    #[arg(long, value_name = "TARGET", value_delimiter = ',')]
    target: Vec<String>,
    /// What to write for each kernel
    #[arg(long, value_enum, default_value = "asm")]
    emit: EmitKind,
    /// The folder for one file per kernel and `kernels.json`
    #[arg(short, long, value_name = "DIR")]
    output: Option<PathBuf>,
    /// Only kernels whose name contains this
    #[arg(long, value_name = "SUBSTRING")]
    kernel: Option<String>,
    /// The most work-items a work-group may have: the launch bound that the kernels are compiled for
    #[arg(long, value_name = "N", default_value_t = 256, value_parser = clap::value_parser!(u32).range(1..=1024))]
    max_group_size: u32,
    /// Compile for room for at least this many sub-groups on each execution unit, as a launch may ask
    #[arg(long, value_name = "N")]
    min_subgroups: Option<NonZeroU32>,
    /// Let a work-item use at most this many registers, as a launch may ask
    #[arg(long, value_name = "N")]
    max_registers: Option<NonZeroU32>,
    /// Compile for work-groups of exactly this size, as a launch may ask: `256` or `16,16`
    #[arg(long, value_name = "X,Y,Z", value_parser = group_size, conflicts_with = "max_group_size")]
    group_size: Option<[u32; 3]>,
    /// Make argument N a constant, as a launch with `Fixed` does: its value, or the length of a slice; may be given several
    /// times
    #[arg(long, value_name = "N=VALUE")]
    fix: Vec<fix::Fix>,
    /// How many kernels to compile at once; by default, as many as there are processors
    #[arg(long, short, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    jobs: Option<u16>,
    /// More arguments for cargo
    #[arg(last = true, value_name = "CARGO ARGUMENTS")]
    cargo: Vec<OsString>,
}

/// No device takes larger work-groups.
const MOST_WORK_ITEMS: u64 = 1024;

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum EmitKind {
    /// LLVM IR, lowered and optimised
    Llvm,
    /// PTX, or AMD assembly
    Asm,
    /// The target's object, not linked
    Obj,
    /// What a driver loads
    Image,
}

pub(crate) fn inspect(args: &InspectArgs) -> Result<ExitCode> {
    if args.output.is_some() && args.target.is_empty() {
        bail!("`-o` needs a target to compile for: add `--target sm_90` or `--target gfx90a`");
    }
    let executable = executable(args)?;
    let bytes = executable::container_bytes(&executable)?;
    let container = Container::from_bytes(&bytes)?;
    let kernels = selected(&container, args.kernel.as_deref())?;
    if args.target.is_empty() {
        list::print(&executable, &container, &kernels);
    } else {
        emit::emit(args, &container, &kernels)?;
    }
    Ok(ExitCode::SUCCESS)
}

/// One to three sizes; 1 along the axes that are left out.
fn group_size(text: &str) -> Result<[u32; 3], String> {
    let mut size = [1; 3];
    for (axis, part) in text.split(',').enumerate() {
        let along = part.trim().parse().ok().filter(|n| *n > 0);
        *size.get_mut(axis).ok_or("a work-group has at most three axes")? =
            along.ok_or_else(|| format!("`{part}` is not a number of work-items"))?;
    }
    let items = size.iter().map(|n| u64::from(*n)).product::<u64>();
    if items > MOST_WORK_ITEMS { Err(format!("{items} work-items are more than {MOST_WORK_ITEMS}")) } else { Ok(size) }
}

/// The kernels whose names contain `substring`.
fn selected<'c, 'a>(container: &'c Container<'a>, substring: Option<&str>) -> Result<Vec<&'c KernelRecord<'a>>> {
    let wanted = |k: &&KernelRecord<'_>| substring.is_none_or(|s| k.name.contains(s) || k.symbol.contains(s));
    let mut kernels: Vec<_> = container.kernels.iter().filter(wanted).collect();
    if let (Some(substring), true) = (substring, kernels.is_empty()) {
        let names: Vec<&str> = container.kernels.iter().map(|k| k.name).collect();
        bail!("no kernel's name contains `{substring}`; there are: {}", names.join(", "));
    }
    kernels.sort_by_key(|k| (k.name, k.symbol));
    Ok(kernels)
}

/// The program to inspect: the one given, or the one that cargo builds.
fn executable(args: &InspectArgs) -> Result<PathBuf> {
    if let Some(path) = &args.path {
        return Ok(path.clone());
    }
    let request = Request { cargo: cargo_arguments(args), ..Request::default() };
    // Unit tests are built by `cargo test` alone.
    let mut cargo = command_for(if args.lib { "test" } else { "build" }.as_ref(), &request)?;
    if args.lib {
        cargo.arg("--no-run");
    }
    match executable::build(cargo)?.as_slice() {
        [one] => Ok(one.clone()),
        [] => bail!("nothing that runs was built: name one with `--example`, `--bin`, `--test` or `--bench`"),
        several => {
            let names: Vec<_> = several.iter().filter_map(|p| p.file_name()?.to_str()).collect();
            bail!("there are several programs ({}): name one with `--bin NAME`", names.join(", "))
        }
    }
}

fn cargo_arguments(args: &InspectArgs) -> Vec<OsString> {
    let mut cargo: Vec<OsString> = Vec::new();
    let mut option = |name: &str, value: &Option<String>| {
        if let Some(value) = value {
            cargo.extend([name.into(), value.into()]);
        }
    };
    option("--example", &args.example);
    option("--bin", &args.bin);
    option("--test", &args.test);
    option("--bench", &args.bench);
    option("--profile", &args.profile);
    option("--package", &args.package);
    if args.release {
        cargo.push("--release".into());
    }
    if args.lib {
        cargo.push("--lib".into());
    }
    cargo.extend(args.cargo.iter().cloned());
    cargo
}
