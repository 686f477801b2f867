//! What it costs that a kernel can panic: each kernel beside itself with checks that tell nothing, where a work-item just ends;
//! and without checks.

use std::error::Error;

use geobacter::prelude::*;

use crate::kernels::{Body, with_pull};
use crate::measure::Samples;
use crate::report::Report;

type Outcome = Result<(), Box<dyn Error>>;

/// What a kernel does about an index: checks it and panics, checks it and ends the work-item, or takes it on trust.
const PANICS: u8 = 0;
const ENDS: u8 = 1;
const TRUSTS: u8 = 2;

/// `x[i]`.
#[inline(always)]
#[track_caller]
fn at<const CHECKS: u8, T: Copy + Default>(x: &[T], i: usize) -> T {
    match CHECKS {
        PANICS => x[i],
        ENDS if i >= x.len() => {
            geobacter::core::abi::__geobacter_exit();
            T::default()
        }
        // SAFETY: checked, or as the launches below promise.
        _ => unsafe { *x.get_unchecked(i) },
    }
}

fn nbody<const CHECKS: u8>(item: WorkItem, n: usize, bodies: &[Body], mut accelerations: PerItem<Body>) {
    let body = at::<CHECKS, _>(bodies, item.global_id());
    let mut position = [0.0; 3];
    for i in 0..n {
        position = with_pull::<true>(position, body.position, at::<CHECKS, _>(bodies, i));
    }
    if let Some(out) = accelerations.get_mut(&item) {
        *out = Body { position, mass: body.mass };
    }
}

fn sgemm<const CHECKS: u8>(item: WorkItem<2>, n: usize, a: &[f32], b: &[f32], mut c: PerItem<f32>) {
    let [x, y] = item.global_id();
    let sum = (0..n).fold(0.0f32, |sum, k| at::<CHECKS, _>(a, y * n + k).mul_add(at::<CHECKS, _>(b, k * n + x), sum));
    if let Some(c) = c.get_mut(&item) {
        *c = sum;
    }
}

const TILE: usize = 16;
const AREA: usize = TILE * TILE;

/// The same through work-group memory.
fn sgemm_tiled<const CHECKS: u8>(
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
                    0..TILE => at::<CHECKS, _>(a, (first_row + j) * n + first + i),
                    _ => at::<CHECKS, _>(b, (first + j - TILE) * n + first_column + i),
                }
            });
            let tiles = &tiles.share(group)[..];
            for k in 0..TILE {
                sum = at::<CHECKS, _>(tiles, y * TILE + k).mul_add(at::<CHECKS, _>(tiles, AREA + k * TILE + x), sum);
            }
        });
    }
    if let Some(c) = c.get_mut(&item) {
        *c = sum;
    }
}

/// The same work with each way of checking.
type Ways<'a> = [&'a mut dyn FnMut() -> geobacter::Result<()>; 3];

/// Measures all ways in turns, so that none has the quieter or the colder device.
fn in_turns(device: &Device, count: usize, mut ways: Ways<'_>) -> geobacter::Result<[Samples; 3]> {
    let mut samples = [const { Vec::new() }; 3];
    for _ in 0..count {
        for (way, samples) in ways.iter_mut().zip(&mut samples) {
            samples.push(Samples::on_device(device, 1, &mut **way)?);
        }
    }
    Ok(samples.map(Samples::merge))
}

pub(crate) fn measure(device: &Device, report: &mut Report) -> Outcome {
    if !device.info().is_gpu {
        return Ok(());
    }
    nbodies(device, report)?;
    products(device, report)
}

fn nbodies(device: &Device, report: &mut Report) -> Outcome {
    let name = "n-body that can panic";
    if !report.wants(name) {
        return Ok(());
    }
    let (n, count) = if report.quick { (1 << 12, 3) } else { (1 << 16, 21) };
    let all = (0..n).map(|i| Body { position: [1, 3, 7].map(|k| (i * k % 1009) as f32), mass: 1.0 });
    let x = device.buffer_from(&all.collect::<Vec<_>>())?;
    let (mut a, mut b, mut c) = (device.buffer::<Body>(n)?, device.buffer::<Body>(n)?, device.buffer::<Body>(n)?);
    let grid = Grid::covering(n);
    let ways: Ways<'_> = [
        &mut || device.launch(grid, nbody::<PANICS>, (n, &x, &mut a)).map(drop),
        &mut || device.launch(grid, nbody::<ENDS>, (n, &x, &mut b)).map(drop),
        &mut || device.launch(grid, nbody::<TRUSTS>, (n, &x, &mut c)).map(drop),
    ];
    let times = in_turns(device, count, ways)?;
    let positions =
        |x: Buffer<Body>| Ok::<_, geobacter::Error>(x.to_vec()?.iter().map(|b| b.position).collect::<Vec<_>>());
    let (a, b, c) = (positions(a)?, positions(b)?, positions(c)?);
    beside(report, name, times, (n * n) as f64 / 1e9, "G interactions/s", a == b && b == c)
}

fn products(device: &Device, report: &mut Report) -> Outcome {
    let (n, count) = if report.quick { (256, 3) } else { (4096, 21) };
    let x: Vec<f32> = (0..n * n).map(|i| (i % 1013) as f32 / 1013.0).collect();
    let x = device.buffer_from(&x)?;
    let (mut a, mut b, mut c) =
        (device.buffer::<f32>(n * n)?, device.buffer::<f32>(n * n)?, device.buffer::<f32>(n * n)?);
    let grid = Grid::new([n, n]).group_size([TILE as u32; 2]);
    let work = 2.0 * (n as f64).powi(3) / 1e9;
    let name = "SGEMM that can panic";
    if report.wants(name) {
        let ways: Ways<'_> = [
            &mut || device.launch(grid, sgemm::<PANICS>, (n, &x, &x, &mut a)).map(drop),
            &mut || device.launch(grid, sgemm::<ENDS>, (n, &x, &x, &mut b)).map(drop),
            &mut || device.launch(grid, sgemm::<TRUSTS>, (n, &x, &x, &mut c)).map(drop),
        ];
        let times = in_turns(device, count, ways)?;
        let (a, b, c) = (a.to_vec()?, b.to_vec()?, c.to_vec()?);
        beside(report, name, times, work, "GFLOP/s", a == b && b == c)?;
    }
    let name = "SGEMM in tiles that can panic";
    if report.wants(name) {
        let ways: Ways<'_> = [
            &mut || device.launch(grid, sgemm_tiled::<PANICS>, (GroupArg, LdsArg, n, &x, &x, &mut a)).map(drop),
            &mut || device.launch(grid, sgemm_tiled::<ENDS>, (GroupArg, LdsArg, n, &x, &x, &mut b)).map(drop),
            &mut || device.launch(grid, sgemm_tiled::<TRUSTS>, (GroupArg, LdsArg, n, &x, &x, &mut c)).map(drop),
        ];
        let times = in_turns(device, count, ways)?;
        let (a, b, c) = (a.to_vec()?, b.to_vec()?, c.to_vec()?);
        beside(report, name, times, work, "GFLOP/s", a == b && b == c)?;
    }
    Ok(())
}

/// A row with the checks that tell nothing as its reference; what no checks at all give is its note.
fn beside(
    report: &mut Report,
    name: &str,
    [panics, ends, trusts]: [Samples; 3],
    amount: f64,
    unit: &'static str,
    same: bool,
) -> Outcome {
    if !same {
        return Err(format!("{name}: the results of the three kernels differ").into());
    }
    let rate = |samples: &Samples| amount / samples.median().as_secs_f64();
    report.refer(name, rate(&ends));
    let note = format!("beside checks that tell nothing; without checks {:.0}", rate(&trusts));
    report.rate(name, &panics, amount, unit, note);
    Ok(())
}
