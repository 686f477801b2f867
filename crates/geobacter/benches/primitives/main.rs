//! How fast `primitives` are: reduce, scan, sort and histogram of 2^28 elements on a GPU.
//!
//! `cargo geobacter bench --bench primitives -- --device cuda:0`; with `benches/primitives/run.sh`, side by side with CUB.

#[allow(dead_code, reason = "what the other benchmark measures too")]
#[path = "../device/measure.rs"]
mod measure;
#[allow(dead_code, reason = "what the other benchmark measures too")]
#[path = "../device/report.rs"]
mod report;

use std::error::Error;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;
use geobacter::prelude::*;
use geobacter::primitives::Primitives;
use measure::Samples;
use report::Report;

/// Measures the building blocks of `geobacter::primitives` on one device, and prints medians.
#[derive(Parser)]
#[command(args_override_self = true)]
struct Args {
    /// Device to measure, such as `cpu` or `cuda:0` [default: the best one]
    #[arg(long, value_name = "NAME")]
    device: Option<String>,
    /// Small sizes and few repetitions: to see that everything runs, not to report
    #[arg(long)]
    quick: bool,
    /// Measurements to set these beside: lines of name, value and unit, separated by tabs
    #[arg(long, value_name = "FILE")]
    compare: Option<PathBuf>,
    /// Only measurements whose name contains this
    filter: Option<String>,
    /// Given by `cargo bench`
    #[arg(long, hide = true)]
    bench: bool,
}

type Outcome = Result<(), Box<dyn Error>>;

fn main() -> ExitCode {
    match run(&Args::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(args: &Args) -> Outcome {
    let device = match &args.device {
        Some(name) => Device::open(name)?,
        None => Device::best()?,
    };
    let mut report = Report::new(&device, args.quick, args.filter.as_deref());
    if let Some(path) = &args.compare {
        report.compare_with(path)?;
    }
    let n = match (device.info().is_gpu, args.quick) {
        (true, false) => 1 << 28,
        (true, true) => 1 << 14,
        (false, false) => 1 << 24,
        (false, true) => 1 << 12,
    };
    let work = Work { device: &device, n, samples: if args.quick { 3 } else { 21 } };
    let mut primitives = Primitives::new(&device);
    work.sums(&mut primitives, &mut report)?;
    work.counts(&mut primitives, &mut report)?;
    work.sorts(&mut primitives, &mut report)?;
    work.transposes(&mut primitives, &mut report)?;
    print!("{}", report.markdown());
    Ok(())
}

struct Work<'a> {
    device: &'a Device,
    n: usize,
    samples: usize,
}

/// A number that looks random.
fn hashed(i: usize) -> u32 {
    let x = (i as u32).wrapping_mul(0x9e37_79b9);
    let x = (x ^ x >> 15).wrapping_mul(0x85eb_ca6b);
    x ^ x >> 13
}

impl Work<'_> {
    fn note(&self) -> String {
        format!("{} elements", self.n)
    }

    fn sums(&self, primitives: &mut Primitives, report: &mut Report) -> Outcome {
        let values: Vec<f32> = (0..self.n).map(|i| (hashed(i) % 3) as f32).collect();
        let exact: f64 = values.iter().map(|x| f64::from(*x)).sum();
        let x = self.device.buffer_from(&values)?;
        let bytes = (self.n * size_of::<f32>()) as f64;
        let near = |what: &str, sum: f32| {
            let off = (f64::from(sum) / exact - 1.0).abs();
            if off < 1e-3 { Ok(()) } else { Err(format!("the {what} is {sum}, not {exact}")) }
        };
        if report.wants("f32 reduce") {
            let mut sum = self.device.buffer::<f32>(1)?;
            let samples = Samples::on_device(self.device, self.samples, || {
                primitives.reduce_into(&x, &mut sum, 0.0, |a, b| a + b)
            })?;
            near("sum", sum.to_vec()?[0])?;
            report.rate("f32 reduce", &samples, bytes / 1e9, "GB/s", self.note());
        }
        let mut y = self.device.buffer::<f32>(self.n)?;
        if report.wants("f32 scan") {
            let samples = Samples::on_device(self.device, self.samples, || {
                primitives.inclusive_scan(&x, &mut y, 0.0, |a, b| a + b)
            })?;
            near("scan's last element", y.to_vec()?[self.n - 1])?;
            report.rate("f32 scan", &samples, 2.0 * bytes / 1e9, "GB/s", self.note());
        }
        if report.wants("f32 scan, reproducible") {
            let samples = Samples::on_device(self.device, self.samples, || {
                primitives.reproducible_inclusive_scan(&x, &mut y, 0.0, |a, b| a + b)
            })?;
            near("reproducible scan's last element", y.to_vec()?[self.n - 1])?;
            report.rate("f32 scan, reproducible", &samples, 2.0 * bytes / 1e9, "GB/s", self.note());
        }
        Ok(())
    }

    fn counts(&self, primitives: &mut Primitives, report: &mut Report) -> Outcome {
        if !report.wants("u32 histogram") {
            return Ok(());
        }
        let values: Vec<u32> = (0..self.n).map(|i| hashed(i) % 256).collect();
        let x = self.device.buffer_from(&values)?;
        let mut counts = self.device.buffer::<u32>(256)?;
        let samples =
            Samples::on_device(self.device, self.samples, || primitives.histogram(&x, &mut counts, |x| x as usize))?;
        let mut expected = vec![0; 256];
        values.iter().for_each(|x| expected[*x as usize] += 1);
        if counts.to_vec()? != expected {
            return Err("the histogram is wrong".into());
        }
        let bytes = (self.n * size_of::<u32>()) as f64;
        report.rate("u32 histogram", &samples, bytes / 1e9, "GB/s", format!("256 bins, {}", self.note()));
        Ok(())
    }

    fn sorts(&self, primitives: &mut Primitives, report: &mut Report) -> Outcome {
        if !report.wants("u32 sort") {
            return Ok(());
        }
        let values: Vec<u32> = (0..self.n).map(hashed).collect();
        let unsorted = self.device.buffer_from(&values)?;
        let mut keys = self.device.buffer::<u32>(self.n)?;
        let samples = Samples::take(self.samples.min(11), || {
            keys.copy_from(&unsorted)?;
            let start = self.device.mark()?;
            primitives.sort(&mut keys)?;
            self.device.mark()?.since(&start)
        })?;
        if !keys.to_vec()?.is_sorted() {
            return Err("the keys are not sorted".into());
        }
        report.rate("u32 sort", &samples, self.n as f64 / 1e9, "G keys/s", self.note());
        Ok(())
    }

    fn transposes(&self, primitives: &mut Primitives, report: &mut Report) -> Outcome {
        if !report.wants("f32 transpose") {
            return Ok(());
        }
        let side = 1 << (self.n.ilog2() / 2);
        let x = self.device.buffer_filled(side * side, 1.0f32)?;
        let mut y = self.device.buffer::<f32>(side * side)?;
        let samples = Samples::on_device(self.device, self.samples, || primitives.transpose(&x, side, &mut y))?;
        let bytes = (2 * side * side * size_of::<f32>()) as f64;
        report.rate("f32 transpose", &samples, bytes / 1e9, "GB/s", format!("{side} x {side}"));
        if report.wants("f32 copy") {
            let samples = Samples::on_device(self.device, self.samples, || y.copy_from(&x))?;
            report.rate("f32 copy", &samples, bytes / 1e9, "GB/s", format!("{side} x {side}"));
        }
        Ok(())
    }
}
