//! The Mandelbrot set as a PNG file, of any size.
//!
//! `cargo geobacter run --release --example mandelbrot -- --size 8192 --output mandelbrot.png`

mod common;

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{Duration, Instant};

use clap::Parser;
use common::{DeviceArgs, Outcome, Times};
use geobacter::prelude::*;
use indicatif::{ProgressBar, ProgressStyle};

/// Draws the Mandelbrot set, and checks sampled pixels on the host.
#[derive(Parser)]
struct Args {
    #[command(flatten)]
    device: DeviceArgs,
    /// Pixels along each side
    #[arg(long, default_value_t = 2048, value_parser = clap::value_parser!(u32).range(1..))]
    size: u32,
    /// PNG file to write
    #[arg(long, value_name = "FILE", default_value = "mandelbrot.png")]
    output: PathBuf,
    /// Steps after which a point counts as inside
    #[arg(long, default_value_t = 1000)]
    iterations: u32,
    /// Centre of the picture: real and imaginary part
    #[arg(long, value_names = ["RE", "IM"], num_args = 2, default_values_t = [-0.6, 0.0], allow_negative_numbers = true)]
    center: Vec<f64>,
    /// Width of the picture in the complex plane
    #[arg(long, default_value_t = 2.6)]
    width: f64,
}

/// Launches that the picture is cut into, so that the progress bar moves.
const BANDS: usize = 64;
/// Pixels checked on the host.
const SAMPLES: usize = 2000;
/// How far a colour may be off: host and device round logarithm and cosine differently.
const TOLERANCE: u8 = 2;

type Rgb = [u8; 3];

/// Which part of the plane is drawn, and how carefully.
#[derive(Clone, Copy, DeviceCopy)]
struct View {
    /// Top left corner.
    corner: [f64; 2],
    /// Side of a pixel.
    pixel: f64,
    iterations: u32,
}

/// Colours one pixel. The grid may start at any row: ids are positions in the whole picture.
fn draw(item: WorkItem<2>, view: View, mut band: PerItem<Rgb>) {
    if let Some(colour) = band.get_mut(&item) {
        *colour = pixel(&view, item.global_id());
    }
}

fn pixel(view: &View, [x, y]: [usize; 2]) -> Rgb {
    let re = view.corner[0] + (x as f64 + 0.5) * view.pixel;
    let im = view.corner[1] - (y as f64 + 0.5) * view.pixel;
    palette(escape_time(re, im, view.iterations))
}

/// Steps until the point escapes, with a fraction that makes the colours continuous; `None` where it does not.
fn escape_time(re: f64, im: f64, iterations: u32) -> Option<f32> {
    /// Far out, where the fraction's formula is accurate.
    const ESCAPED: f64 = 256.0 * 256.0;
    let (mut x, mut y) = (0.0, 0.0);
    for step in 0..iterations {
        let (xx, yy) = (x * x, y * y);
        if xx + yy > ESCAPED {
            let distance = ((xx + yy) as f32).ln() * 0.5;
            return Some(step as f32 + 1.0 - (distance / std::f32::consts::LN_2).log2());
        }
        y = 2.0 * x * y + im;
        x = xx - yy + re;
    }
    None
}

/// Blue through white to gold and back, as cosines; black inside the set.
fn palette(escape_time: Option<f32>) -> Rgb {
    let Some(time) = escape_time else { return [0; 3] };
    // The square root spreads the colours near the set, where times grow fast.
    let turn = time.max(0.0).sqrt() * 0.23;
    [0.62, 0.55, 0.42].map(|phase| {
        let wave = (std::f32::consts::TAU * (turn + phase)).cos();
        (255.0 * (0.5 - 0.5 * wave)) as u8
    })
}

fn main() -> ExitCode {
    common::finish(run(&Args::parse()))
}

fn run(args: &Args) -> Outcome {
    let device = args.device.open()?;
    let times = Times::new(&device);
    let size = args.size as usize;
    let pixel = args.width / f64::from(args.size);
    let corner = [args.center[0] - args.width / 2.0, args.center[1] + args.width / 2.0];
    let view = View { corner, pixel, iterations: args.iterations };

    let mut band = device.buffer(size * size.div_ceil(BANDS))?;
    times.compile(&device.prepare(Grid::new([size, size.div_ceil(BANDS)]), draw, (view, &mut band))?);
    let start = Instant::now();
    let (picture, kernel) = draw_bands(&times, view, size, band)?;
    let rate = (size * size) as f64 / kernel.as_secs_f64() / 1e6;
    times.line("kernel", kernel, format_args!("{rate:.1} M pixels/s"));
    times.line("copy out", start.elapsed().saturating_sub(kernel), "with the gaps between kernels");

    check(&picture, view, size)?;
    let file = args.output.display();
    times.host("write", file, || write_png(&picture, args.size, &args.output))?;
    check_file(&args.output, args.size)
}

/// Draws the picture a band of rows at a time, through a buffer of one band. Also gives the time that the kernels took.
fn draw_bands(times: &Times, view: View, size: usize, mut band: Buffer<Rgb>) -> Outcome<(Vec<Rgb>, Duration)> {
    let mut picture = vec![[0; 3]; size * size];
    let bar = progress_bar("drawing", size)?;
    let mut kernel = Duration::ZERO;
    let mut first_row = 0;
    for part in picture.chunks_mut(band.len()) {
        let grid = Grid::new([size, part.len() / size]).starting_at([0, first_row]);
        if part.len() < band.len() {
            band = band.device().buffer(part.len())?;
        }
        kernel += times.on_device(|device| device.launch(grid, draw, (view, &mut band)).map(drop))?;
        band.read_into(part)?;
        first_row += part.len() / size;
        bar.set_position(first_row as u64);
    }
    bar.finish_and_clear();
    Ok((picture, kernel))
}

fn progress_bar(what: &'static str, rows: usize) -> Outcome<ProgressBar> {
    let style = ProgressStyle::with_template("{msg:<12} [{bar:40}] {pos}/{len} rows, {eta} left")?;
    Ok(ProgressBar::new(rows as u64).with_style(style.progress_chars("=> ")).with_message(what))
}

/// Colours sampled pixels on the host.
fn check(picture: &[Rgb], view: View, size: usize) -> Outcome {
    // A stride without common factors with usual sizes spreads the samples over rows and columns.
    let stride = (picture.len() / SAMPLES).max(1) | 1;
    for at in (0..picture.len()).step_by(stride) {
        let (actual, expected) = (picture[at], pixel(&view, [at % size, at / size]));
        if (0..3).any(|i| actual[i].abs_diff(expected[i]) > TOLERANCE) {
            let [x, y] = [at % size, at / size];
            return Err(format!("pixel ({x}, {y}) is {actual:?}, and the host computes {expected:?}").into());
        }
    }
    Ok(())
}

/// Writes the file row by row.
fn write_png(picture: &[Rgb], size: u32, path: &Path) -> Outcome {
    let name = |error: std::io::Error| format!("{}: {error}", path.display());
    let file = BufWriter::new(File::create(path).map_err(name)?);
    let mut encoder = png::Encoder::new(file, size, size);
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_depth(png::BitDepth::Eight);
    encoder.set_compression(png::Compression::Fast);
    let mut writer = encoder.write_header()?;
    let mut rows = writer.stream_writer()?;
    let bar = progress_bar("writing", size as usize)?;
    for row in picture.chunks(size as usize) {
        rows.write_all(row.as_flattened()).map_err(name)?;
        bar.inc(1);
    }
    rows.finish()?;
    writer.finish()?;
    bar.finish_and_clear();
    Ok(())
}

/// Opens the file as any program would.
fn check_file(path: &Path, size: u32) -> Outcome {
    match image::image_dimensions(path)? {
        dimensions if dimensions == (size, size) => Ok(()),
        (w, h) => Err(format!("{} has {w} x {h} pixels, not {size} x {size}", path.display()).into()),
    }
}
