//! The suite on a simulated driver, so that it runs on every machine.

use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use geobacter_cuda::{CudaDevice, CudaDriver};

#[macro_use]
#[path = "../common/mod.rs"]
mod common;
mod fake;
mod missing;

fn with_devices(_: &str, test: fn(&[Arc<CudaDevice>])) {
    static DRIVER: OnceLock<CudaDriver> = OnceLock::new();
    // One at a time: some tests look at the clock, and freeing memory waits for the whole device.
    static TURN: Mutex<()> = Mutex::new(());
    let _turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
    let driver = DRIVER.get_or_init(|| CudaDriver::with_api(fake::api()));
    test(&driver.cuda_devices().expect("the simulated devices"));
}

instantiate!(with_devices);
