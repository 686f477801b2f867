//! How fast kernels, copies and launches are on a device, as a table and as JSON.
//!
//! `cargo geobacter bench --bench device -- --device cuda:0`; with `benches/cuda/run.sh`, side by side with the same
//! algorithms in CUDA C++.

mod compile;
mod kernels;
mod launches;
mod measure;
mod panics;
mod report;
mod throughput;

use std::error::Error;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;
use geobacter::prelude::*;
use report::Report;

/// Measures throughput, launches and compiles on one device, and prints medians.
#[derive(Parser)]
#[command(args_override_self = true)]
struct Args {
    /// Device to measure, such as `cpu` or `cuda:0` [default: the best one]
    #[arg(long, value_name = "NAME")]
    device: Option<String>,
    /// Small sizes and few repetitions: to see that everything runs, not to report
    #[arg(long)]
    quick: bool,
    /// Folder for `device-KIND.json` and `device-KIND.md`; nothing is written without it
    #[arg(long, value_name = "DIR", env = "GEOBACTER_BENCH_OUTPUT")]
    output: Option<PathBuf>,
    /// Measurements to set these beside: lines of name, value and unit, separated by tabs
    #[arg(long, value_name = "FILE")]
    compare: Option<PathBuf>,
    /// Only measurements whose name contains this
    filter: Option<String>,
    /// What this program is started with in a process of its own, to time compiles there
    #[arg(long, hide = true)]
    probe_compile: bool,
    /// Given by `cargo bench`
    #[arg(long, hide = true)]
    bench: bool,
}

fn main() -> ExitCode {
    match run(&Args::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(args: &Args) -> Result<(), Box<dyn Error>> {
    let device = match &args.device {
        Some(name) => Device::open(name)?,
        None => Device::best()?,
    };
    if args.probe_compile {
        return compile::probe(&device);
    }
    let mut report = Report::new(&device, args.quick, args.filter.as_deref());
    if let Some(path) = &args.compare {
        report.compare_with(path)?;
    }
    // First, as the reference does: after long kernels and pauses the device's clocks are elsewhere.
    launches::measure(&device, &mut report)?;
    throughput::measure(&device, &mut report)?;
    panics::measure(&device, &mut report)?;
    compile::measure(&device, &mut report)?;
    throughput::measure_cpu(&mut report)?;
    print!("{}", report.markdown());
    if let Some(folder) = &args.output {
        report.write(folder)?;
    }
    Ok(())
}
