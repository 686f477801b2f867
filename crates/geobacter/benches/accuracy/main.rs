//! How far from the exact result each floating-point function is in a kernel, in units in the last place.
//!
//! `cargo geobacter bench --bench accuracy -- --device cuda:0 --output docs/results/math`
//!
//! - Points: every exponent, subnormal numbers, huge arguments, and the neighbours of where a function does something special
//!   (`points.rs`).
//! - The exact result: for `f64`, multi-precision arithmetic at 128 bits (`exact.rs`). For `f32`, functions of `f64` on the
//!   host, whose own error is compared with the multi-precision ones first and printed.
//! - Special values (NaN, infinities, signed zeros, and what is next to them): the same as on the host, sign and all.

mod exact;
mod functions;
mod library;
mod measure;
mod points;
mod report;
mod single;
mod ulp;

use std::error::Error;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;
use geobacter::prelude::*;
use measure::Place;
use report::Report;

/// Measures the error of floating-point functions in kernels.
#[derive(Parser)]
#[command(args_override_self = true)]
struct Args {
    /// Device to measure, such as `cpu` or `cuda:0` [default: the best one]
    #[arg(long, value_name = "NAME")]
    device: Option<String>,
    /// Measure the device library as host code: what GPUs run where they have no instruction
    #[arg(long, conflicts_with = "device")]
    library: bool,
    /// Points for each function of `f32`
    #[arg(long, value_name = "N", default_value_t = 1 << 22)]
    points: usize,
    /// Points for each function of `f64`
    #[arg(long, value_name = "N", default_value_t = 1 << 20)]
    points_f64: usize,
    /// Folder for `accuracy-DEVICE.json` and `accuracy-DEVICE.md`; nothing is written without it
    #[arg(long, value_name = "DIR")]
    output: Option<PathBuf>,
    /// Name of the written files [default: after the device]
    #[arg(long)]
    name: Option<String>,
    /// Only functions whose name contains this
    filter: Option<String>,
    /// Given by `cargo bench`
    #[arg(long, hide = true)]
    bench: bool,
}

fn main() -> ExitCode {
    match run(&Args::parse()) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => {
            eprintln!("error: functions in the table are farther off than their bound");
            ExitCode::FAILURE
        }
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Whether every function is within its bound.
fn run(args: &Args) -> Result<bool, Box<dyn Error>> {
    let place = match &args.device {
        _ if args.library => Place::Library,
        Some(name) => Place::Device(Device::open(name)?),
        None => Place::Device(Device::best()?),
    };
    let wanted = |name: &str| args.filter.as_ref().is_none_or(|filter| name.contains(filter.as_str()));
    let in_library = |f: &functions::Function| f.single.library.is_some() || !args.library;
    let mut report = Report::new(&place, args.points, args.points_f64);
    let all = functions::all().into_iter().chain(functions::of_math());
    for function in all.filter(|f| wanted(f.name) && in_library(f)) {
        eprintln!("measuring {} ...", function.name);
        report.add(measure::reference(&function));
        report.add_row(measure::single(&place, &function, args.points)?);
        report.add_row(measure::double(&place, &function, args.points_f64)?);
    }
    if let Place::Device(device) = &place {
        for function in single::all().into_iter().filter(|f| wanted(f.name)) {
            eprintln!("measuring {} ...", function.name);
            report.add_row(measure::approximate(device, &function, args.points)?);
        }
    }
    print!("{}", report.markdown());
    if let Some(folder) = &args.output {
        report.write(folder, args.name.as_deref())?;
    }
    Ok(report.all_within())
}
