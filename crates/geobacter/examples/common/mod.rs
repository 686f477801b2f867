//! What the examples share: choosing the device, timing, and how a run ends.

use std::error::Error;
use std::fmt;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use geobacter::prelude::*;
use geobacter::{Prepared, Result};

/// What goes wrong in an example: an error of Geobacter, of a file, or a result that is not what the host computed.
pub(crate) type Outcome<T = ()> = std::result::Result<T, Box<dyn Error>>;

/// The choice of device, for every example's command line.
#[derive(clap::Args)]
pub(crate) struct DeviceArgs {
    /// Device to run on, such as `cpu` or `cuda:0` [default: the best one, or $GEOBACTER_DEVICE]
    #[arg(long, value_name = "NAME")]
    device: Option<String>,
}

impl DeviceArgs {
    /// Opens the device and says which one it is.
    pub(crate) fn open(&self) -> Outcome<Device> {
        let device = match &self.device {
            Some(name) => Device::open(name)?,
            None => Device::best()?,
        };
        println!("{:<12} {} ({})", "device", device.id(), device.name());
        Ok(device)
    }
}

/// Times, printed as they are known: one line each, with what was achieved in that time.
pub(crate) struct Times<'a>(&'a Device);

impl<'a> Times<'a> {
    /// Times of work on `device`.
    pub(crate) fn new(device: &'a Device) -> Self {
        Times(device)
    }

    /// What making a kernel ready took: a line of its own, as it is done once and then cached.
    pub(crate) fn compile<A: Copy + 'static>(&self, prepared: &Prepared<'_, A>) {
        self.line("compile", prepared.compile_time(), prepared.origin());
    }

    /// Does `work` (a copy, say) and prints how long that took by the host's clock.
    pub(crate) fn host<T>(&self, what: &str, note: impl fmt::Display, work: impl FnOnce() -> Outcome<T>) -> Outcome<T> {
        let start = Instant::now();
        let result = work()?;
        self.line(what, start.elapsed(), note);
        Ok(result)
    }

    /// Submits `work` and waits for it; the time is the device's own.
    pub(crate) fn on_device(&self, work: impl FnOnce(&Device) -> Result<()>) -> Outcome<Duration> {
        let start = self.0.mark()?;
        work(self.0)?;
        Ok(self.0.mark()?.since(&start)?)
    }

    pub(crate) fn line(&self, what: &str, time: Duration, note: impl fmt::Display) {
        println!("{what:<12} {:>10.3} ms  {note}", time.as_secs_f64() * 1e3);
    }
}

/// How every example ends: a last line `ok`, or the error and a failing exit code.
pub(crate) fn finish(outcome: Outcome) -> ExitCode {
    match outcome {
        Ok(()) => {
            println!("ok");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}
