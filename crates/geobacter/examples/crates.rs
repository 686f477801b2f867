//! Kernels that call other people's crates, unchanged: random numbers, complex numbers, 3D geometry, special functions.
//!
//! `cargo geobacter run --release --example crates`

mod common;

use std::process::ExitCode;

use clap::Parser;
use common::{DeviceArgs, Outcome, Times};
use geobacter::prelude::*;
use glam::{Mat4, Quat, Vec3};
use num_complex::Complex64;
use rand_core::{Rng, SeedableRng};
use rand_pcg::Pcg32;

/// Runs kernels made of crates from the registry, and compares each with the same code on the host.
#[derive(Parser)]
struct Args {
    #[command(flatten)]
    device: DeviceArgs,
    /// Work-items of each kernel
    #[arg(long, default_value_t = 1 << 16)]
    size: usize,
}

/// Points each work-item throws at the circle.
const DARTS: u32 = 256;

/// `rand_pcg`: how many of a work-item's random points fall inside the unit circle.
fn darts_inside(i: usize) -> u32 {
    let mut rng = Pcg32::seed_from_u64(i as u64);
    let mut coordinate = || f64::from(rng.next_u32()) / f64::from(u32::MAX);
    (0..DARTS).filter(|_| coordinate().powi(2) + coordinate().powi(2) <= 1.0).count() as u32
}

/// `num-complex`: a rational function of a point on a spiral.
fn complex_function(i: usize) -> [f64; 2] {
    let z = Complex64::new(i as f64 * 1e-4, 0.5) * Complex64::i();
    let w = (z * z - 1.0) * (z - Complex64::new(2.0, 1.0)).powi(2) / (z * z + Complex64::new(2.0, 2.0));
    [w.re, w.im]
}

/// `glam`: a point that is turned by a quaternion and then moved by a matrix.
fn moved_point(i: usize) -> [f32; 3] {
    let t = i as f32 * 1e-3;
    let turn = Quat::from_xyzw(0.5, -0.5, 0.25, 1.0 + t).normalize();
    let frame = Mat4::from_cols_array_2d(&[[0., 2., 0., 0.], [-2., 0., 0., 0.], [0., 0., 2., 0.], [5., 6., t, 1.]]);
    frame.transform_point3(turn * Vec3::new(1.0, t, -t).cross(Vec3::Y)).to_array()
}

/// `libm`: the error function and the logarithm of the gamma function, which std does not have.
fn special_functions(i: usize) -> [f64; 2] {
    let x = 1e-3 + i as f64 * 1e-3;
    [libm::erf(x / 10.0), libm::lgamma(x)]
}

fn main() -> ExitCode {
    common::finish(run(&Args::parse()))
}

fn run(args: &Args) -> Outcome {
    let device = args.device.open()?;
    let bench = Bench { device: &device, times: Times::new(&device), size: args.size };
    bench.compare("rand_pcg", darts_inside)?;
    bench.compare("num-complex", complex_function)?;
    bench.compare("glam", moved_point)?;
    bench.compare("libm", special_functions)
}

struct Bench<'a> {
    device: &'a Device,
    times: Times<'a>,
    size: usize,
}

impl Bench<'_> {
    /// Computes `f` of every index on the device and on the host: all bits must agree, as both do the same operations.
    fn compare<T, F>(&self, name: &str, f: F) -> Outcome
    where
        T: DeviceCopy + Default + PartialEq + std::fmt::Debug,
        F: Fn(usize) -> T + Copy + Send + Sync + 'static,
    {
        let kernel = move |item: WorkItem, mut out: PerItem<T>| {
            if let Some(out) = out.get_mut(&item) {
                *out = f(item.global_id());
            }
        };
        let grid = Grid::covering(self.size);
        println!("{name}");
        let mut out = self.device.buffer::<T>(self.size)?;
        self.times.compile(&self.device.prepare(grid, kernel, (&mut out,))?);
        let time = self.times.on_device(|device| device.launch(grid, kernel, (&mut out,)).map(drop))?;
        self.times.line("kernel", time, "");

        let results = self.times.host("copy out", "", || Ok(out.to_vec()?))?;
        let mut differing = results.iter().enumerate().map(|(i, result)| (i, result, f(i)));
        match differing.find(|(_, result, expected)| *result != expected) {
            None => Ok(()),
            Some((i, result, expected)) => {
                Err(format!("{name}: result {i} is {result:?}, and the host computes {expected:?}").into())
            }
        }
    }
}
