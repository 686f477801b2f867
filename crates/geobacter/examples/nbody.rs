//! Bodies that attract each other, all pairs: the classic compute-bound kernel.
//!
//! `cargo geobacter run --release --example nbody -- --size 65536`

mod common;

use std::process::ExitCode;

use clap::Parser;
use common::{DeviceArgs, Outcome, Times};
use geobacter::prelude::*;

/// Simulates gravity between all pairs of bodies, and checks sampled bodies against f64 on the host.
#[derive(Parser)]
struct Args {
    #[command(flatten)]
    device: DeviceArgs,
    /// Bodies [default: 65536 on a GPU, 8192 on the CPU]
    #[arg(long)]
    size: Option<usize>,
    /// Time steps
    #[arg(long, default_value_t = 10, value_parser = clap::value_parser!(u32).range(1..))]
    steps: u32,
}

/// Seconds in a time step.
const STEP: f32 = 1e-3;
/// Keeps the force finite between bodies that meet (and between a body and itself).
const SOFTENING: f32 = 1e-4;
/// Bodies whose last step is repeated on the host.
const SAMPLES: usize = 64;
/// Largest relative error of a sampled velocity change: f32 sums of many thousand terms against f64.
const TOLERANCE: f64 = 2e-3;

/// 16-byte alignment lets a device load a whole body with one instruction.
#[derive(Clone, Copy, Debug, Default, DeviceCopy)]
#[repr(C, align(16))]
struct Body {
    position: [f32; 3],
    mass: f32,
}

/// One time step for one body: all others pull at it.
fn step(item: WorkItem, bodies: &[Body], mut velocities: PerItem<[f32; 3]>, mut next: PerItem<Body>) {
    // A constant on each platform, so only one of the two loops is left there.
    let pull = match platform() {
        Platform::Host => acceleration::<HOST_FUSES>,
        _ => acceleration::<true>,
    };
    if let (Some(velocity), Some(next)) = (velocities.get_mut(&item), next.get_mut(&item)) {
        let body = bodies[item.global_id()];
        let acceleration = pull(body.position, bodies);
        *next = body;
        for axis in 0..3 {
            velocity[axis] += acceleration[axis] * STEP;
            next.position[axis] += velocity[axis] * STEP;
        }
    }
}

/// Whether the host has an instruction for `mul_add`: without one it is a slow call.
const HOST_FUSES: bool = cfg!(any(target_feature = "fma", target_arch = "aarch64"));

/// What all `bodies` together do to one at `position`. Iterating over the slice leaves no bounds check in the loop.
#[inline(always)]
fn acceleration<const FUSED: bool>(position: [f32; 3], bodies: &[Body]) -> [f32; 3] {
    let mul_add = |a: f32, b: f32, c: f32| if FUSED { a.mul_add(b, c) } else { a * b + c };
    let mut sum = [0.0; 3];
    // A copy of the whole body: that is one 16-byte load, where reading its fields one by one is four.
    for &other in bodies {
        let [x, y, z] = [0, 1, 2].map(|axis| other.position[axis] - position[axis]);
        let distance_squared = mul_add(x, x, mul_add(y, y, mul_add(z, z, SOFTENING)));
        let inverse = 1.0 / distance_squared.sqrt();
        let pull = other.mass * inverse * inverse * inverse;
        sum = [mul_add(x, pull, sum[0]), mul_add(y, pull, sum[1]), mul_add(z, pull, sum[2])];
    }
    sum
}

fn main() -> ExitCode {
    common::finish(run(&Args::parse()))
}

fn run(args: &Args) -> Outcome {
    let device = args.device.open()?;
    let times = Times::new(&device);
    let n = args.size.unwrap_or(if device.info().is_gpu { 1 << 16 } else { 1 << 13 });

    let grid = Grid::covering(n);
    let (mut bodies, mut next, mut velocities) = times.host("copy in", format_args!("{n} bodies"), || {
        let bodies = cube_of_bodies(n);
        Ok((device.buffer_from(&bodies)?, device.buffer::<Body>(n)?, device.buffer::<[f32; 3]>(n)?))
    })?;
    times.compile(&device.prepare(grid, step, (&bodies, &mut velocities, &mut next))?);
    let advance = |from: &Buffer<Body>, velocities: &mut Buffer<[f32; 3]>, to: &mut Buffer<Body>| {
        device.launch(grid, step, (from, velocities, to)).map(drop)
    };

    let warm_up = times.on_device(|_| {
        (1..args.steps).try_for_each(|_| {
            advance(&bodies, &mut velocities, &mut next)?;
            std::mem::swap(&mut bodies, &mut next);
            Ok(())
        })
    })?;
    // The state before the last step is what the host checks that step from.
    let before = (bodies.to_vec()?, velocities.to_vec()?);
    let last = times.on_device(|_| advance(&bodies, &mut velocities, &mut next))?;
    let kernel = warm_up + last;
    let interactions = n as f64 * n as f64 * f64::from(args.steps) / kernel.as_secs_f64();
    times.line("kernel", kernel, format_args!("{} steps, {:.3} G interactions/s", args.steps, interactions / 1e9));
    let after = times.host("copy out", "", || Ok((next.to_vec()?, velocities.to_vec()?)))?;

    check(&before.0, &before.1, &after.0, &after.1)
}

/// Bodies of random mass at random places in a cube, the same ones in each run.
fn cube_of_bodies(n: usize) -> Vec<Body> {
    let mut state = 1u32;
    let mut random = || {
        // The 32-bit generator of Numerical Recipes.
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 8) as f32 / (1 << 24) as f32
    };
    let mut body = || Body { position: [0; 3].map(|_| random() * 2.0 - 1.0), mass: (random() + 0.5) / n as f32 };
    (0..n).map(|_| body()).collect()
}

/// Repeats the last step for some bodies, in f64.
fn check(from: &[Body], velocities: &[[f32; 3]], to: &[Body], new_velocities: &[[f32; 3]]) -> Outcome {
    for i in (0..from.len()).step_by((from.len() / SAMPLES).max(1)) {
        let expected = acceleration_f64(from[i].position, from);
        let size = expected.iter().map(|a| a * a).sum::<f64>().sqrt();
        for axis in 0..3 {
            let velocity = f64::from(velocities[i][axis]) + expected[axis] * f64::from(STEP);
            let position = f64::from(from[i].position[axis]) + velocity * f64::from(STEP);
            // The change, and what rounding the sum to f32 adds.
            let allowed = TOLERANCE * size * f64::from(STEP) + velocity.abs() * f64::from(f32::EPSILON);
            close(i, "velocity", new_velocities[i][axis], velocity, allowed)?;
            let allowed = allowed * f64::from(STEP) + position.abs() * f64::from(f32::EPSILON);
            close(i, "position", to[i].position[axis], position, allowed)?;
        }
    }
    Ok(())
}

fn acceleration_f64(position: [f32; 3], bodies: &[Body]) -> [f64; 3] {
    let mut sum = [0.0; 3];
    for other in bodies {
        let away = [0, 1, 2].map(|axis| f64::from(other.position[axis]) - f64::from(position[axis]));
        let squared = away.iter().map(|d| d * d).sum::<f64>() + f64::from(SOFTENING);
        for axis in 0..3 {
            sum[axis] += away[axis] * f64::from(other.mass) / (squared * squared.sqrt());
        }
    }
    sum
}

fn close(body: usize, what: &str, actual: f32, expected: f64, allowed: f64) -> Outcome {
    // Written so that a NaN is an error too.
    if (f64::from(actual) - expected).abs() <= allowed {
        return Ok(());
    }
    Err(format!(
        "the {what} of body {body} is {actual}, and the host computes {expected} (allowed error {allowed:.1e})"
    )
    .into())
}
