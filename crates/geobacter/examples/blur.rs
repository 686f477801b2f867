//! Turns a picture and blurs it: images, a sampler, stores that convert to sRGB.
//!
//! `cargo geobacter run --release --example blur -- --input photo.png --angle 15 --output blurred.png`

mod common;

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use clap::Parser;
use common::{DeviceArgs, Outcome, Times};
use geobacter::image::{Address, D2, Image, ImageRef, PerItemTexel, Rgba8Srgb, Rgba32Float, Sampler};
use geobacter::prelude::*;
use indicatif::{ProgressBar, ProgressStyle};

/// Turns a picture and blurs it, in linear light, and checks sampled pixels on the host.
#[derive(Parser)]
struct Args {
    #[command(flatten)]
    device: DeviceArgs,
    /// PNG file to read [default: a pattern of rings and squares]
    #[arg(long, value_name = "FILE")]
    input: Option<PathBuf>,
    /// PNG file to write
    #[arg(long, value_name = "FILE", default_value = "blur.png")]
    output: PathBuf,
    /// Pixels along each side of the pattern, where there is no input
    #[arg(long, default_value_t = 1024, value_parser = clap::value_parser!(u32).range(1..=16384))]
    size: u32,
    /// Degrees to turn the picture by
    #[arg(long, default_value_t = 20.0, allow_negative_numbers = true)]
    angle: f32,
    /// Pixels that the blur reaches in each direction
    #[arg(long, default_value_t = 6, value_parser = clap::value_parser!(i32).range(0..=100))]
    radius: i32,
}

/// Launches that each pass over the picture is cut into, so that the progress bar moves.
const BANDS: usize = 16;
/// Pixels checked on the host.
const SAMPLES: usize = 500;
/// How far a byte may be off: the host computes in double precision.
const TOLERANCE: u8 = 1;

/// A turn around the centre of the picture.
#[derive(Clone, Copy, DeviceCopy)]
struct Turn {
    centre: [f32; 2],
    cos: f32,
    sin: f32,
}

impl Turn {
    /// Where a position in the turned picture comes from.
    fn source(&self, [x, y]: [f32; 2]) -> [f32; 2] {
        let (x, y) = (x - self.centre[0], y - self.centre[1]);
        [self.cos * x + self.sin * y + self.centre[0], self.cos * y - self.sin * x + self.centre[1]]
    }
}

/// Takes each pixel from where it was before the turn, between pixels; from outside comes transparent black.
fn turn(item: WorkItem<2>, turn: Turn, from: ImageRef<Rgba8Srgb>, mut to: PerItemTexel<Rgba32Float>) {
    const SMOOTH: Sampler = Sampler::linear().address(Address::Border);
    let [x, y] = item.global_id();
    if let Some(mut texel) = to.get_mut(&item) {
        texel.store(from.sample(&SMOOTH, turn.source([x as f32 + 0.5, y as f32 + 0.5])));
    }
}

/// The weighted mean of the pixels along one direction.
fn mean(at: [usize; 2], step: [i32; 2], weights: &[f32], from: &ImageRef<Rgba32Float>) -> [f32; 4] {
    let (mut sum, radius) = ([0.0; 4], weights.len() as i32 / 2);
    for (weight, i) in weights.iter().zip(-radius..) {
        let near = [at[0] as i32 + i * step[0], at[1] as i32 + i * step[1]];
        let texel = from.fetch(near, Address::ClampToEdge);
        sum = [0, 1, 2, 3].map(|c| sum[c] + weight * texel[c]);
    }
    sum
}

fn blur_rows(item: WorkItem<2>, weights: &[f32], from: ImageRef<Rgba32Float>, mut to: PerItemTexel<Rgba32Float>) {
    if let Some(mut texel) = to.get_mut(&item) {
        texel.store(mean(item.global_id(), [1, 0], weights, &from));
    }
}

fn blur_columns(item: WorkItem<2>, weights: &[f32], from: ImageRef<Rgba32Float>, mut to: PerItemTexel<Rgba8Srgb>) {
    if let Some(mut texel) = to.get_mut(&item) {
        texel.store(mean(item.global_id(), [0, 1], weights, &from));
    }
}

/// A bell curve that ends at `radius`, with sum 1.
fn weights(radius: i32) -> Vec<f32> {
    let deviation = f64::from(radius) / 2.5 + 0.1;
    let bell: Vec<f64> = (-radius..=radius).map(|i| (-0.5 * (f64::from(i) / deviation).powi(2)).exp()).collect();
    let sum: f64 = bell.iter().sum();
    bell.iter().map(|w| (w / sum) as f32).collect()
}

fn main() -> ExitCode {
    common::finish(run(&Args::parse()))
}

fn run(args: &Args) -> Outcome {
    let device = args.device.open()?;
    let times = Times::new(&device);
    let (extent, picture) = match &args.input {
        Some(path) => times.host("read", path.display(), || read_png(path))?,
        None => ([args.size as usize; 2], pattern(args.size as usize)),
    };
    let (sin, cos) = args.angle.to_radians().sin_cos();
    let turn_by = Turn { centre: extent.map(|n| n as f32 / 2.0), cos, sin };
    let weights = weights(args.radius);

    let from: Image<Rgba8Srgb, D2> = times.host("copy in", "", || Ok(device.image_from(extent, &picture)?))?;
    let on_device = device.buffer_from(&weights)?;
    let (mut turned, mut blurred) = (device.image(extent)?, device.image(extent)?);
    let mut result: Image<Rgba8Srgb, D2> = device.image(extent)?;
    times.compile(&device.prepare(Grid::new(extent), turn, (turn_by, &from, &mut turned))?);
    times.compile(&device.prepare(Grid::new(extent), blur_rows, (&on_device, &turned, &mut blurred))?);
    times.compile(&device.prepare(Grid::new(extent), blur_columns, (&on_device, &blurred, &mut result))?);

    let bar = progress_bar(3 * extent[1])?;
    let pass = |launch: &mut dyn FnMut(Grid<2>) -> geobacter::Result<()>| in_bands(&times, extent, &bar, launch);
    let mut kernels = pass(&mut |grid| device.launch(grid, turn, (turn_by, &from, &mut turned)).map(drop))?;
    kernels += pass(&mut |grid| device.launch(grid, blur_rows, (&on_device, &turned, &mut blurred)).map(drop))?;
    kernels += pass(&mut |grid| device.launch(grid, blur_columns, (&on_device, &blurred, &mut result)).map(drop))?;
    bar.finish_and_clear();
    let rate = (extent[0] * extent[1]) as f64 / kernels.as_secs_f64() / 1e6;
    times.line("kernels", kernels, format_args!("{rate:.1} M pixels/s"));

    let pixels = times.host("copy out", "", || Ok(result.to_vec()?))?;
    check(&pixels, &picture, extent, &turn_by, &weights)?;
    times.host("write file", args.output.display(), || write_png(&args.output, extent, &pixels))
}

/// Launches one kernel on a band of rows after the other: a work-item's texel is the one with its global id, wherever the
/// grid starts. Gives the time that took on the device.
fn in_bands(
    times: &Times,
    extent: [usize; 2],
    bar: &ProgressBar,
    launch: &mut dyn FnMut(Grid<2>) -> geobacter::Result<()>,
) -> Outcome<Duration> {
    let [width, height] = extent;
    let mut time = Duration::ZERO;
    for first in (0..height).step_by(height.div_ceil(BANDS)) {
        let rows = height.div_ceil(BANDS).min(height - first);
        time += times.on_device(|_| launch(Grid::new([width, rows]).starting_at([0, first])))?;
        bar.inc(rows as u64);
    }
    Ok(time)
}

fn progress_bar(rows: usize) -> Outcome<ProgressBar> {
    let style = ProgressStyle::with_template("{msg:<12} [{bar:40}] {pos}/{len} rows, {eta} left")?;
    Ok(ProgressBar::new(rows as u64).with_style(style.progress_chars("=> ")).with_message("drawing"))
}

/// Rings on squares, opaque.
fn pattern(size: usize) -> Vec<u8> {
    let at = |i: usize| {
        let (x, y) = (i % size, i / size);
        let square = (x * 16 / size + y * 16 / size) % 2 == 1;
        let [dx, dy] = [x, y].map(|c| c as f64 / size as f64 - 0.5);
        let ring = ((dx * dx + dy * dy).sqrt() * 20.0) as usize % 2 == 1;
        [if ring { 230 } else { 40 }, if square { 200 } else { 60 }, (x * 255 / size) as u8, 255]
    };
    (0..size * size).flat_map(at).collect()
}

/// The same in plain Rust and double precision, for some pixels.
fn check(pixels: &[u8], picture: &[u8], [width, height]: [usize; 2], turn: &Turn, weights: &[f32]) -> Outcome {
    let to_linear = |byte: u8, channel: usize| {
        let x = f64::from(byte) / 255.0;
        if channel == 3 {
            x
        } else if x <= 0.04045 {
            x / 12.92
        } else {
            ((x + 0.055) / 1.055).powf(2.4)
        }
    };
    let texel = |x: f64, y: f64, channel: usize| {
        let inside = x >= 0.0 && y >= 0.0 && x < width as f64 && y < height as f64;
        let at = || (y as usize * width + x as usize) * 4 + channel;
        if inside { to_linear(picture[at()], channel) } else { 0.0 }
    };
    let turned = |x: usize, y: usize, channel: usize| {
        let [cx, cy] = turn.centre.map(f64::from);
        let (cos, sin) = (f64::from(turn.cos), f64::from(turn.sin));
        let (x, y) = (x as f64 + 0.5 - cx, y as f64 + 0.5 - cy);
        let (u, v) = (cos * x + sin * y + cx - 0.5, cos * y - sin * x + cy - 0.5);
        let (a, b) = (u - u.floor(), v - v.floor());
        let row = |y: f64| (1.0 - a) * texel(u.floor(), y, channel) + a * texel(u.floor() + 1.0, y, channel);
        (1.0 - b) * row(v.floor()) + b * row(v.floor() + 1.0)
    };
    let near = |at: usize, i: usize, size: usize| (at + i).saturating_sub(weights.len() / 2).min(size - 1);
    // A stride without common factors with usual sizes spreads the samples over rows and columns.
    let stride = (width * height / SAMPLES).max(1) | 1;
    for at in (0..width * height).step_by(stride) {
        let (x, y) = (at % width, at / width);
        for channel in 0..4 {
            let row = |y: usize| -> f64 {
                weights.iter().enumerate().map(|(i, &w)| f64::from(w) * turned(near(x, i, width), y, channel)).sum()
            };
            let mean: f64 = weights.iter().enumerate().map(|(i, &w)| f64::from(w) * row(near(y, i, height))).sum();
            let curved = match channel {
                3 => mean,
                _ if mean < 0.0031308 => 12.92 * mean,
                _ => 1.055 * mean.powf(1.0 / 2.4) - 0.055,
            };
            let (actual, expected) = (pixels[at * 4 + channel], (255.0 * curved).round() as u8);
            if actual.abs_diff(expected) > TOLERANCE {
                let message =
                    format!("channel {channel} of pixel ({x}, {y}) is {actual}, and the host computes {expected}");
                return Err(message.into());
            }
        }
    }
    Ok(())
}

fn read_png(path: &Path) -> Outcome<([usize; 2], Vec<u8>)> {
    let picture = image::open(path).map_err(|e| format!("{}: {e}", path.display()))?.into_rgba8();
    Ok(([picture.width() as usize, picture.height() as usize], picture.into_raw()))
}

fn write_png(path: &Path, [width, height]: [usize; 2], pixels: &[u8]) -> Outcome {
    image::save_buffer(path, pixels, width as u32, height as u32, image::ColorType::Rgba8)
        .map_err(|e| format!("{}: {e}", path.display()))?;
    // Open the file as any program would.
    match image::image_dimensions(path)? {
        (w, h) if [w as usize, h as usize] == [width, height] => Ok(()),
        (w, h) => Err(format!("{} has {w} x {h} pixels, not {width} x {height}", path.display()).into()),
    }
}
