//! What a launch costs, without anything in it.

use std::error::Error;

use geobacter::prelude::*;

use crate::kernels::empty;
use crate::measure::Samples;
use crate::report::Report;

/// Launches between two waits; fewer than a driver's queue holds, so that none waits for room.
const BATCH: u32 = 500;

pub(crate) fn measure(device: &Device, report: &mut Report) -> Result<(), Box<dyn Error>> {
    let samples = if report.quick { 5 } else { 101 };
    // One work-item of one work-group: what the device does for it is as small as it gets.
    let grid = Grid::covering(1);
    if report.wants("empty launch") {
        let all = Samples::on_host(samples, 1, || batch(device, grid), || Ok(()))?.divided_by(BATCH);
        report.time("empty launch", &all, format!("of {BATCH} in a row, last one waited for"));
        let submit =
            Samples::on_host(samples, BATCH, || device.launch(grid, empty, ()).map(drop), || device.synchronize())?;
        report.time("empty launch, submitted", &submit, "the host's time only".to_owned());
        let waited = Samples::on_host(samples, 20, || device.launch(grid, empty, ())?.wait(), || Ok(()))?;
        report.time("empty launch, waited for", &waited, String::new());
    }
    if report.wants("kernel look-up") {
        let look_up = || device.prepare(grid, empty, ()).map(|prepared| drop(std::hint::black_box(prepared)));
        let samples = Samples::on_host(samples, BATCH, look_up, || Ok(()))?;
        report.time("kernel look-up", &samples, "checks and finds a loaded kernel".to_owned());
    }
    if report.wants("version look-up") {
        let look_up = || device.prepare(grid, empty, Fixed(())).map(|prepared| drop(std::hint::black_box(prepared)));
        let samples = Samples::on_host(samples, BATCH, look_up, || Ok(()))?;
        report.time("version look-up", &samples, "the same, of the version for a known grid".to_owned());
    }
    Ok(())
}

fn batch(device: &Device, grid: Grid) -> geobacter::Result<()> {
    for _ in 1..BATCH {
        device.launch(grid, empty, ())?;
    }
    device.launch(grid, empty, ())?.wait()
}
