//! `y = a * x + y`: the smallest useful kernel.
//!
//! `cargo geobacter run --release --example saxpy`

mod common;

use std::process::ExitCode;

use clap::Parser;
use common::{DeviceArgs, Outcome, Times};
use geobacter::prelude::*;

/// Adds a scaled vector to another on any device, and checks every element on the host.
#[derive(Parser)]
struct Args {
    #[command(flatten)]
    device: DeviceArgs,
    /// Elements of each vector
    #[arg(long, default_value_t = 1 << 24)]
    size: usize,
}

fn saxpy(item: WorkItem, a: f32, x: &[f32], mut y: PerItem<f32>) {
    if let Some(y) = y.get_mut(&item) {
        *y += a * x[item.global_id()];
    }
}

fn main() -> ExitCode {
    common::finish(run(&Args::parse()))
}

fn run(args: &Args) -> Outcome {
    let device = args.device.open()?;
    let times = Times::new(&device);
    let (a, n) = (2.5, args.size);
    let host_x: Vec<f32> = (0..n).map(|i| (i % 1000) as f32 * 0.5).collect();
    let host_y: Vec<f32> = (0..n).map(|i| (i % 77) as f32).collect();
    let megabytes = format!("{:.1} MB", (n * size_of::<f32>()) as f64 / 1e6);

    let grid = Grid::covering(n);
    let x = times.host("copy x in", &megabytes, || Ok(device.buffer_from(&host_x)?))?;
    let mut y = times.host("copy y in", &megabytes, || Ok(device.buffer_from(&host_y)?))?;
    times.compile(&device.prepare(grid, saxpy, (a, &x, &mut y))?);
    let kernel = times.on_device(|device| device.launch(grid, saxpy, (a, &x, &mut y)).map(drop))?;
    let bytes = (3 * n * size_of::<f32>()) as f64;
    times.line("kernel", kernel, format_args!("{:.1} GB/s", bytes / kernel.as_secs_f64() / 1e9));
    let result = times.host("copy y out", &megabytes, || Ok(y.to_vec()?))?;

    check(&result, |i| host_y[i] + a * host_x[i])
}

/// Host and device round each operation alike, so the results are the same to the bit.
fn check(result: &[f32], expected: impl Fn(usize) -> f32) -> Outcome {
    match (0..result.len()).find(|&i| result[i] != expected(i)) {
        None => Ok(()),
        Some(i) => Err(format!("element {i} is {}, and the host computes {}", result[i], expected(i)).into()),
    }
}
