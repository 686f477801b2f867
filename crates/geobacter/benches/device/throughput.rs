//! Memory bandwidth, arithmetic and hashing.

use std::error::Error;
use std::hint::black_box;

use geobacter::prelude::*;
use rayon::prelude::*;

use crate::kernels::{self, Body, TRIES};
use crate::measure::Samples;
use crate::report::Report;

type Outcome = Result<(), Box<dyn Error>>;

/// How much there is to do: enough that a launch's own cost is lost in it.
struct Sizes {
    /// Elements of the triad's arrays: 1 GiB each on a GPU, far beyond its caches.
    triad: usize,
    bodies: usize,
    hashes: usize,
    samples: usize,
}

impl Sizes {
    fn of(device: &Device, quick: bool) -> Self {
        match (device.info().is_gpu, quick) {
            (true, false) => Sizes { triad: 1 << 27, bodies: 1 << 16, hashes: 1 << 26, samples: 51 },
            (true, true) => Sizes { triad: 1 << 24, bodies: 1 << 13, hashes: 1 << 22, samples: 5 },
            (false, false) => Sizes { triad: 1 << 23, bodies: 1 << 13, hashes: 1 << 20, samples: 15 },
            (false, true) => Sizes { triad: 1 << 18, bodies: 1 << 10, hashes: 1 << 16, samples: 3 },
        }
    }
}

/// What is measured on the chosen device.
pub(crate) fn measure(device: &Device, report: &mut Report) -> Outcome {
    let sizes = Sizes::of(device, report.quick);
    if report.wants("f64 triad") {
        triad(device, &sizes, report)?;
    }
    if report.wants("device copy") {
        copy(device, &sizes, report)?;
    }
    if report.wants("f32 n-body") {
        nbody(device, &sizes, report)?;
    }
    if report.wants("SHA-256") {
        hash(device, &sizes, "SHA-256", report)?;
    }
    // How far ahead of the host's own processor the device is.
    if device.info().is_gpu && report.wants("CPU SHA-256") {
        let cpu = Device::open("cpu")?;
        hash(&cpu, &Sizes::of(&cpu, report.quick), "CPU SHA-256", report)?;
    }
    Ok(())
}

const SCALE: f64 = 3.0;

fn triad(device: &Device, sizes: &Sizes, report: &mut Report) -> Outcome {
    let n = sizes.triad;
    let (b, c) = (device.buffer_filled(n, 1.0)?, device.buffer_filled(n, 2.0)?);
    let mut a = device.buffer::<f64>(n)?;
    let samples = Samples::on_device(device, sizes.samples, || {
        device.launch(Grid::covering(n), kernels::triad, (SCALE, &b, &c, &mut a)).map(drop)
    })?;
    let wrong = a.to_vec()?.into_iter().position(|a| a != 1.0 + SCALE * 2.0);
    if let Some(at) = wrong {
        return Err(format!("the triad's element {at} is wrong").into());
    }
    let bytes = (3 * n * size_of::<f64>()) as f64;
    report.rate("f64 triad", &samples, bytes / 1e9, "GB/s", megabytes("3 x", n * size_of::<f64>()));
    Ok(())
}

fn copy(device: &Device, sizes: &Sizes, report: &mut Report) -> Outcome {
    let n = sizes.triad;
    let from = device.buffer_filled(n, 1.0)?;
    let mut to = device.buffer::<f64>(n)?;
    let samples = Samples::on_device(device, sizes.samples, || to.copy_from(&from))?;
    let bytes = (2 * n * size_of::<f64>()) as f64;
    report.rate("device copy", &samples, bytes / 1e9, "GB/s", megabytes("2 x", n * size_of::<f64>()));
    Ok(())
}

fn nbody(device: &Device, sizes: &Sizes, report: &mut Report) -> Outcome {
    let n = sizes.bodies;
    let body = |i: usize| Body { position: [1, 3, 7].map(|k| (i * k % 1009) as f32 / 1009.0), mass: 1.0 / n as f32 };
    let bodies = device.buffer_from(&(0..n).map(body).collect::<Vec<_>>())?;
    let mut accelerations = device.buffer::<Body>(n)?;
    let samples = Samples::on_device(device, sizes.samples.min(21), || {
        device.launch(Grid::covering(n), kernels::nbody, (&bodies, &mut accelerations)).map(drop)
    })?;
    if !accelerations.to_vec()?.iter().all(|a| a.position.iter().all(|x| x.is_finite())) {
        return Err("the n-body accelerations are not finite".into());
    }
    report.rate("f32 n-body", &samples, (n * n) as f64 / 1e9, "G interactions/s", format!("{n} bodies"));
    Ok(())
}

fn hash(device: &Device, sizes: &Sizes, name: &str, report: &mut Report) -> Outcome {
    let header = device.buffer_from(&[0x5a_u8; 40])?;
    let grid = Grid::covering(sizes.hashes / TRIES);
    let mut best = device.buffer::<u32>(grid.extent()[0])?;
    let samples = Samples::on_device(device, sizes.samples.min(11), || {
        device.launch(grid, kernels::hash, (&header, &mut best)).map(drop)
    })?;
    let expected = (0..TRIES).map(|i| kernels::leading_zeros(&[0x5a; 40], (i * grid.extent()[0]) as u64)).max();
    if best.to_vec()?.first().copied() != expected {
        return Err("the hashes are wrong".into());
    }
    report.rate(name, &samples, sizes.hashes as f64 / 1e6, "MH/s", format!("{} nonces, 48 bytes", sizes.hashes));
    Ok(())
}

/// The CPU device beside a plain loop under rayon.
pub(crate) fn measure_cpu(report: &mut Report) -> Outcome {
    let cpu = Device::open("cpu")?;
    if report.wants("CPU triad") {
        cpu_triad(&cpu, &Sizes::of(&cpu, report.quick), report)?;
    }
    Ok(())
}

/// Both by the host's clock, and in turns, so that neither has the quieter machine.
fn cpu_triad(cpu: &Device, sizes: &Sizes, report: &mut Report) -> Outcome {
    let n = sizes.triad;
    let (b, c) = (cpu.buffer_filled(n, 1.0)?, cpu.buffer_filled(n, 2.0)?);
    let mut a = cpu.buffer::<f64>(n)?;
    let (host_b, host_c, mut host_a) = (vec![1.0; n], vec![2.0; n], vec![0.0; n]);

    let (mut ours, mut rayons) = (Vec::new(), Vec::new());
    for _ in 0..sizes.samples {
        ours.push(Samples::on_host(
            1,
            1,
            || cpu.launch(Grid::covering(n), kernels::triad, (SCALE, &b, &c, &mut a))?.wait(),
            || Ok(()),
        )?);
        rayons.push(Samples::on_host(
            1,
            1,
            || {
                let inputs = host_b.par_iter().zip(&host_c);
                host_a.par_iter_mut().zip(inputs).for_each(|(a, (b, c))| *a = b + SCALE * c);
                black_box(&mut host_a);
                Ok(())
            },
            || Ok(()),
        )?);
    }
    let bytes = (3 * n * size_of::<f64>()) as f64;
    let note = megabytes("3 x", n * size_of::<f64>());
    report.rate("CPU triad", &Samples::merge(ours), bytes / 1e9, "GB/s", note.clone());
    report.rate("CPU triad, rayon", &Samples::merge(rayons), bytes / 1e9, "GB/s", note);
    Ok(())
}

fn megabytes(times: &str, bytes: usize) -> String {
    format!("{times} {} MiB", bytes >> 20)
}
