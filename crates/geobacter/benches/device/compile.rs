//! How long kernels take to become ready, in new processes: compiled with an empty cache, and read from a full one; and
//! what part of a compile is ours, up to what the device's driver is given.

use std::error::Error;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use geobacter::prelude::*;

use crate::kernels::{self, Body};
use crate::measure::Samples;
use crate::report::Report;

type Outcome<T = ()> = Result<T, Box<dyn Error>>;

/// In the new process: prepares an empty kernel, which also loads LLVM where that is needed, and then two real ones.
/// Prints a line for each: name, where its code came from, nanoseconds.
pub(crate) fn probe(device: &Device) -> Outcome {
    let print = |name: &str, origin: geobacter::Origin, time: Duration| {
        println!("{name}\t{origin}\t{}", time.as_nanos());
    };
    // Opening the device is no part of a compile.
    device.buffer::<u8>(1)?.to_vec()?;
    let grid = Grid::covering(1);
    let first = device.prepare(grid, kernels::empty, ())?;
    print("first kernel", first.origin(), first.compile_time());
    let bodies = device.buffer::<Body>(1)?;
    let mut out = device.buffer::<Body>(1)?;
    let second = device.prepare(grid, kernels::nbody, (&bodies, &mut out))?;
    print("n-body", second.origin(), second.compile_time());
    let header = device.buffer::<u8>(1)?;
    let mut out = device.buffer::<u32>(1)?;
    let third = device.prepare(grid, kernels::hash, (&header, &mut out))?;
    print("SHA-256", third.origin(), third.compile_time());
    Ok(())
}

/// Starts the new processes.
pub(crate) fn measure(device: &Device, report: &mut Report) -> Outcome {
    if !report.wants("ready") {
        return Ok(());
    }
    let count = if report.quick { 2 } else { 9 };
    // A device that compiles for the same target, and has no driver behind it.
    let offline = format!("offline:{}", device.info().target);
    let (mut ours, mut cold, mut cached) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..count {
        let cache = tempfile::tempdir()?;
        cold.push(run_probe(device.id(), cache.path())?);
        cached.push(run_probe(device.id(), cache.path())?);
        if device.info().is_gpu {
            ours.push(run_probe(&offline, tempfile::tempdir()?.path())?);
        }
    }
    for (state, runs) in [("without the driver's part", ours), ("empty cache", cold), ("full cache", cached)] {
        if runs.is_empty() {
            continue;
        }
        for at in 0..runs[0].len() {
            let (name, origin, _) = &runs[0][at];
            let times = Samples::from(runs.iter().map(|run| run[at].2).collect());
            report.time(&format!("{name} ready, {state}"), &times, format!("{origin}, new process"));
        }
    }
    Ok(())
}

type Line = (String, String, Duration);

fn run_probe(device: &str, cache: &Path) -> Outcome<Vec<Line>> {
    let output = Command::new(std::env::current_exe()?)
        .args(["--probe-compile", "--device", device])
        .env("GEOBACTER_CACHE_DIR", cache)
        // A driver may keep machine code too; where it does, that is empty or full at the same times.
        .env("CUDA_CACHE_PATH", cache.join("driver"))
        .output()?;
    if !output.status.success() {
        return Err(format!("the compile's process failed: {}", String::from_utf8_lossy(&output.stderr)).into());
    }
    String::from_utf8(output.stdout)?.lines().map(parse).collect()
}

fn parse(line: &str) -> Outcome<Line> {
    let [name, origin, nanoseconds] = line.split('\t').collect::<Vec<_>>()[..] else {
        return Err(format!("unexpected line `{line}`").into());
    };
    Ok((name.to_owned(), origin.to_owned(), Duration::from_nanos(nanoseconds.parse()?)))
}
