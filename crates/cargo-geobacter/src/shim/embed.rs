//! From a link line to the object with its kernels.

use std::path::Path;

use anyhow::{Context, Result};
use geobacter_capture::{Captured, capture, object_file};
use geobacter_codegen::{CodeBounds, Compiled, Constants, Emit, Job, compile};
use geobacter_container::Image;
use geobacter_llvm::{Llvm, Search};

use super::link_line::LinkLine;
use crate::parallel;
use crate::project::{CAPTURE, TARGETS};

/// The work-group sizes for which images are compiled ahead of time. A launch takes the smallest that covers it: the first
/// is what launches use by default, and leaves a work-item more registers; no device takes more than the last, so there
/// is an image for every launch.
const MAX_GROUP_SIZES: [u32; 2] = [256, 1024];

/// The object that carries the kernels of a link; `None` where, on a closer look, it has none.
pub(super) fn object_with_kernels(line: &LinkLine) -> Result<Option<Vec<u8>>> {
    let llvm = toolchain_llvm(line.sysroot())?;
    let Some(captured) = capture(llvm, &line.inputs)? else { return Ok(None) };
    let targets = std::env::var(TARGETS).unwrap_or_default();
    let images = compile_ahead(llvm, &captured, &targets)?;
    let version = llvm.version_string();
    let path = llvm.path().to_string_lossy();
    let records = images.iter().map(AheadOfTime::record).collect();
    let container = captured.container(&version, &path, records).to_bytes();
    Ok(Some(object_file(&container)?))
}

/// The LLVM of the toolchain that compiled the inputs: it reads their bitcode whatever its version.
fn toolchain_llvm(sysroot: Option<&Path>) -> Result<Llvm> {
    let found = match sysroot.map(Llvm::from_sysroot) {
        Some(Ok(llvm)) => Ok(llvm),
        _ => Llvm::find(&Search::default()),
    };
    found.with_context(|| format!("capturing kernels needs a shared LLVM (`{CAPTURE}=off` links without kernels)"))
}

struct AheadOfTime<'a> {
    kernel: &'a str,
    target: &'a str,
    max_group_size: u32,
    compiled: Compiled,
}

impl AheadOfTime<'_> {
    fn record(&self) -> Image<'_> {
        Image {
            kernel: self.kernel,
            target: self.target,
            symbol: &self.compiled.symbol,
            max_group_size: self.max_group_size,
            group_memory: self.compiled.group_memory,
            code: &self.compiled.code,
        }
    }
}

/// Compiles every kernel for each of `targets`, a list with commas.
fn compile_ahead<'a>(llvm: Llvm, captured: &'a Captured, targets: &'a str) -> Result<Vec<AheadOfTime<'a>>> {
    let targets: Vec<&str> = targets.split(',').map(str::trim).filter(|t| !t.is_empty()).collect();
    let jobs = targets.iter().flat_map(|&target| captured.kernels.iter().map(move |kernel| (kernel, target)));
    let jobs = jobs.flat_map(|(kernel, target)| MAX_GROUP_SIZES.map(|size| (kernel, target, size)));
    parallel::map(parallel::available(), jobs.collect(), |(kernel, target, max_group_size)| {
        // Launches with bounds of their own are compiled where they run.
        let (module, bounds, constants, emit) = (&captured.module, CodeBounds::NONE, Constants::NONE, Emit::Image);
        let job = Job { module, kernel: &kernel.symbol, target, max_group_size, bounds, constants, emit };
        let compiled =
            compile(&llvm, &job).with_context(|| format!("`{}`, ahead of time for {target}", kernel.name))?;
        Ok(AheadOfTime { kernel: &kernel.symbol, target, max_group_size, compiled })
    })
}
