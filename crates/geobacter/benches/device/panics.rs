//! What it costs that a kernel can panic: each kernel beside itself without checks, which cannot.

use std::error::Error;

use geobacter::prelude::*;

use crate::kernels::{Body, acceleration};
use crate::measure::Samples;
use crate::report::Report;

type Outcome = Result<(), Box<dyn Error>>;

/// Names of the two kernels, for the constant that tells them apart.
const PANICS: bool = true;
const CANNOT: bool = false;

/// `x[i]`, and where nothing is to be checked, the same on trust.
#[inline(always)]
#[track_caller]
fn at<const CHECKED: bool, T: Copy>(x: &[T], i: usize) -> T {
    if CHECKED {
        return x[i];
    }
    // SAFETY: the launches below pass slices that hold all that their kernels index.
    unsafe { *x.get_unchecked(i) }
}

fn nbody<const CHECKED: bool>(item: WorkItem, n: usize, bodies: &[Body], mut accelerations: PerItem<Body>) {
    let body = at::<CHECKED, _>(bodies, item.global_id());
    let position = acceleration::<true>(body.position, (0..n).map(|i| at::<CHECKED, _>(bodies, i)));
    if let Some(out) = accelerations.get_mut(&item) {
        *out = Body { position, mass: body.mass };
    }
}

fn sgemm<const CHECKED: bool>(item: WorkItem<2>, n: usize, a: &[f32], b: &[f32], mut c: PerItem<f32>) {
    let [x, y] = item.global_id();
    let sum = (0..n).fold(0.0f32, |sum, k| at::<CHECKED, _>(a, y * n + k).mul_add(at::<CHECKED, _>(b, k * n + x), sum));
    if let Some(c) = c.get_mut(&item) {
        *c = sum;
    }
}

const TILE: usize = 16;
const AREA: usize = TILE * TILE;

/// The same through work-group memory.
fn sgemm_tiled<const CHECKED: bool>(
    item: WorkItem<2>,
    group: Group,
    mut tiles: Lds<[f32; 2 * AREA]>,
    n: usize,
    a: &[f32],
    b: &[f32],
    mut c: PerItem<f32>,
) {
    let [x, y] = item.local_id();
    let [first_column, first_row] = item.group_id().map(|group| group * TILE);
    let mut sum = 0.0f32;
    for first in (0..n).step_by(TILE) {
        tiles.scope(group, |tiles| {
            let tiles = tiles.init(&item.linear(), |i| {
                let (i, j) = (i % TILE, i / TILE);
                match j {
                    0..TILE => at::<CHECKED, _>(a, (first_row + j) * n + first + i),
                    _ => at::<CHECKED, _>(b, (first + j - TILE) * n + first_column + i),
                }
            });
            let tiles = &tiles.share(group)[..];
            for k in 0..TILE {
                sum = at::<CHECKED, _>(tiles, y * TILE + k).mul_add(at::<CHECKED, _>(tiles, AREA + k * TILE + x), sum);
            }
        });
    }
    if let Some(c) = c.get_mut(&item) {
        *c = sum;
    }
}

/// Measures both kernels in turns, so that neither has the quieter or the colder device.
fn both(
    device: &Device,
    count: usize,
    mut with: impl FnMut() -> geobacter::Result<()>,
    mut without: impl FnMut() -> geobacter::Result<()>,
) -> geobacter::Result<[Samples; 2]> {
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    for _ in 0..count {
        ours.push(Samples::on_device(device, 1, &mut with)?);
        theirs.push(Samples::on_device(device, 1, &mut without)?);
    }
    Ok([ours, theirs].map(Samples::merge))
}

pub(crate) fn measure(device: &Device, report: &mut Report) -> Outcome {
    if !device.info().is_gpu {
        return Ok(());
    }
    let (bodies, n, samples) = if report.quick { (1 << 12, 256, 3) } else { (1 << 16, 4096, 21) };
    if report.wants("n-body with checks") {
        let all = (0..bodies).map(|i| Body { position: [1, 3, 7].map(|k| (i * k % 1009) as f32), mass: 1.0 });
        let x = device.buffer_from(&all.collect::<Vec<_>>())?;
        let (mut with, mut without) = (device.buffer::<Body>(bodies)?, device.buffer::<Body>(bodies)?);
        let grid = Grid::covering(bodies);
        let times = both(
            device,
            samples,
            || device.launch(grid, nbody::<PANICS>, (bodies, &x, &mut with)).map(drop),
            || device.launch(grid, nbody::<CANNOT>, (bodies, &x, &mut without)).map(drop),
        )?;
        let same = with.to_vec()?.iter().zip(&without.to_vec()?).all(|(a, b)| a.position == b.position);
        let interactions = (bodies * bodies) as f64 / 1e9;
        beside(report, "n-body with checks", times, interactions, "G interactions/s", same)?;
    }
    let a: Vec<f32> = (0..n * n).map(|i| (i % 1013) as f32 / 1013.0).collect();
    let x = device.buffer_from(&a)?;
    let (mut with, mut without) = (device.buffer::<f32>(n * n)?, device.buffer::<f32>(n * n)?);
    let grid = Grid::new([n, n]).group_size([TILE as u32; 2]);
    let work = 2.0 * (n as f64).powi(3) / 1e9;
    if report.wants("SGEMM with checks") {
        let times = both(
            device,
            samples,
            || device.launch(grid, sgemm::<PANICS>, (n, &x, &x, &mut with)).map(drop),
            || device.launch(grid, sgemm::<CANNOT>, (n, &x, &x, &mut without)).map(drop),
        )?;
        let same = with.to_vec()? == without.to_vec()?;
        beside(report, "SGEMM with checks", times, work, "GFLOP/s", same)?;
    }
    if report.wants("SGEMM in tiles, with checks") {
        let times = both(
            device,
            samples,
            || device.launch(grid, sgemm_tiled::<PANICS>, (GroupArg, LdsArg, n, &x, &x, &mut with)).map(drop),
            || device.launch(grid, sgemm_tiled::<CANNOT>, (GroupArg, LdsArg, n, &x, &x, &mut without)).map(drop),
        )?;
        let same = with.to_vec()? == without.to_vec()?;
        beside(report, "SGEMM in tiles, with checks", times, work, "GFLOP/s", same)?;
    }
    Ok(())
}

/// A row with the kernel that cannot panic as its reference.
fn beside(
    report: &mut Report,
    name: &str,
    [with, without]: [Samples; 2],
    amount: f64,
    unit: &'static str,
    same: bool,
) -> Outcome {
    if !same {
        return Err(format!("{name}: results differ without checks").into());
    }
    report.refer(name, amount / without.median().as_secs_f64());
    report.rate(name, &with, amount, unit, "reference: the same without checks".to_owned());
    Ok(())
}
