//! The kernels of a program compiled for targets: one file for each, and an index of them.

use std::fs;
use std::num::NonZeroU32;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use geobacter_codegen::{CodeBounds, Compiled, Constants, Emit, Job, compile};
use geobacter_container::{Container, KernelRecord};
use geobacter_llvm::{Llvm, Search};
use indicatif::{ProgressBar, ProgressStyle};
use serde::Serialize;

use super::list::kind_name;
use super::{EmitKind, InspectArgs, fix};
use crate::parallel;

/// Where files go when no folder is given.
const DEFAULT_FOLDER: &str = "kernels";
/// With fewer jobs than this, a progress bar is more noise than news.
const BAR_FROM: usize = 8;
/// File names longer than this trouble some file systems.
const MAX_NAME: usize = 100;

/// A line of `kernels.json`.
#[derive(Serialize)]
struct Entry<'a> {
    /// Name of the kernel in the emitted code.
    symbol: String,
    /// Mangled name of the device entry.
    entry: &'a str,
    /// The demangled name of the user's function.
    name: &'a str,
    target: &'a str,
    /// Relative to this file.
    file: PathBuf,
    dimensions: u32,
    /// Of the kernarg block, in bytes.
    block_size: u32,
    block_align: u32,
    args: Vec<Arg>,
    /// Bytes of work-group memory that the kernel declares.
    workgroup_memory: u32,
    /// Bytes of work-group memory that its arguments' types ask for: the least that each launch passes on top.
    argument_workgroup_memory: u32,
    /// Whether the work-items of a group can wait for each other.
    cooperative: bool,
    /// The most work-items a work-group may have.
    max_group_size: u32,
    /// What else it was compiled for; absent where that was not asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    min_subgroups: Option<NonZeroU32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    max_registers: Option<NonZeroU32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    group_size: Option<[u32; 3]>,
}

#[derive(Serialize)]
struct Arg {
    offset: u32,
    size: u32,
    align: u32,
    kind: &'static str,
}

pub(super) fn emit(args: &InspectArgs, container: &Container<'_>, kernels: &[&KernelRecord<'_>]) -> Result<()> {
    let llvm = llvm_for(container)?;
    let folder = args.output.clone().unwrap_or_else(|| DEFAULT_FOLDER.into());
    fs::create_dir_all(&folder).with_context(|| format!("cannot create {}", folder.display()))?;
    let jobs: Vec<_> =
        args.target.iter().flat_map(|t| kernels.iter().enumerate().map(move |(n, k)| (n, *k, t.as_str()))).collect();
    let bar = progress(jobs.len());
    let threads = args.jobs.map_or_else(parallel::available, usize::from);
    let entries = parallel::map(threads, jobs, |(number, kernel, target)| {
        let entry = one(args, &llvm, container, &folder, (number, kernel, target));
        bar.inc(1);
        entry
    });
    bar.finish_and_clear();
    let entries = entries?;
    let index = folder.join("kernels.json");
    let json = serde_json::to_string_pretty(&entries).context("cannot describe the kernels as JSON")?;
    fs::write(&index, json + "\n").with_context(|| format!("cannot write {}", index.display()))?;
    for entry in &entries {
        println!("{}  {}  {}", folder.join(&entry.file).display(), entry.target, entry.name);
    }
    println!("{}", index.display());
    Ok(())
}

fn one<'a>(
    args: &InspectArgs,
    llvm: &Llvm,
    container: &Container<'a>,
    folder: &Path,
    (number, kernel, target): (usize, &KernelRecord<'a>, &'a str),
) -> Result<Entry<'a>> {
    let bounds = args.bounds();
    let constants = fix::constants(&args.fix, kernel)?;
    let job = Job {
        module: container.module,
        kernel: kernel.symbol,
        target,
        max_group_size: args.max_group_size(),
        bounds,
        constants: Constants::new(&constants),
        emit: args.emit.stage(),
    };
    let compiled = compile(llvm, &job).with_context(|| format!("`{}` for {target}", kernel.name))?;
    let several = args.target.len() > 1;
    let mut file = if several { PathBuf::from(target.replace(':', "_")) } else { PathBuf::new() };
    file.push(format!("{}.{}", file_stem(number, kernel.name), args.emit.extension(&compiled)));
    let path = folder.join(&file);
    let parent = path.parent().expect("a file in a folder");
    fs::create_dir_all(parent).with_context(|| format!("cannot create {}", parent.display()))?;
    fs::write(&path, text_without_nul(&compiled.code)).with_context(|| format!("cannot write {}", path.display()))?;
    Ok(Entry {
        symbol: compiled.symbol,
        entry: kernel.symbol,
        name: kernel.name,
        target,
        file,
        dimensions: kernel.dimensions,
        block_size: kernel.block_size,
        block_align: kernel.block_align,
        args: kernel
            .args
            .iter()
            .map(|a| Arg { offset: a.offset, size: a.size, align: a.align, kind: kind_name(a.kind) })
            .collect(),
        workgroup_memory: compiled.group_memory,
        argument_workgroup_memory: kernel.group_bytes,
        cooperative: kernel.cooperative,
        max_group_size: args.max_group_size(),
        min_subgroups: bounds.min_subgroups,
        max_registers: bounds.max_registers,
        group_size: bounds.group_size,
    })
}

/// An LLVM that reads the container's bitcode: its own toolchain's, or one of the same major version.
fn llvm_for(container: &Container<'_>) -> Result<Llvm> {
    let major = container.llvm_version.split('.').next().and_then(|m| m.parse().ok());
    let search = Search { recorded: Some(container.llvm_path.into()), major };
    Llvm::find(&search).context("compiling kernels needs a shared LLVM")
}

fn progress(jobs: usize) -> ProgressBar {
    if jobs < BAR_FROM {
        return ProgressBar::hidden();
    }
    let style = ProgressStyle::with_template("{msg} [{bar:40}] {pos}/{len} {eta}").expect("a valid template");
    ProgressBar::new(jobs as u64).with_style(style.progress_chars("=> ")).with_message("compiling kernels")
}

/// A file name from a kernel's name; the number keeps instances apart whose names come out the same.
fn file_stem(number: usize, name: &str) -> String {
    let plain: String = name.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }).collect();
    let mut words: Vec<&str> = plain.split('_').filter(|w| !w.is_empty()).collect();
    // Of a path, the end says most.
    while words.iter().map(|w| w.len() + 1).sum::<usize>() > MAX_NAME && words.len() > 1 {
        words.remove(0);
    }
    format!("{number:03}-{}", words.join("_"))
}

/// Drivers want text with a NUL at its end, people do not.
fn text_without_nul(code: &[u8]) -> &[u8] {
    if is_elf(code) { code } else { code.strip_suffix(b"\0").unwrap_or(code) }
}

fn is_elf(code: &[u8]) -> bool {
    code.starts_with(b"\x7fELF")
}

impl InspectArgs {
    fn bounds(&self) -> CodeBounds {
        let &InspectArgs { min_subgroups, max_registers, group_size, .. } = self;
        CodeBounds { min_subgroups, max_registers, group_size }
    }

    fn max_group_size(&self) -> u32 {
        self.group_size.map_or(self.max_group_size, |size| size.iter().product())
    }
}

impl EmitKind {
    fn stage(self) -> Emit {
        match self {
            EmitKind::Llvm => Emit::Llvm,
            EmitKind::Asm => Emit::Asm,
            EmitKind::Obj => Emit::Object,
            EmitKind::Image => Emit::Image,
        }
    }

    /// Told from the code: what a stage gives is the target's affair.
    fn extension(self, compiled: &Compiled) -> &'static str {
        let is_ptx = compiled.code.windows(8).take(4096).any(|w| w == b".version");
        match self {
            EmitKind::Llvm => "ll",
            EmitKind::Obj if is_elf(&compiled.code) => "o",
            EmitKind::Image if is_elf(&compiled.code) => "hsaco",
            _ if is_ptx => "ptx",
            _ => "s",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn file_names_are_plain_and_short() {
        assert_eq!(file_stem(3, "app::add::<(u32, &[f32])>"), "003-app_add_u32_f32");
        let long = file_stem(0, &"module::".repeat(50));
        assert!(long.len() <= MAX_NAME + 4, "{long}");
    }
}
