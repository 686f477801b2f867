//! The suite on the NVIDIA GPUs of this machine, where it has any.

use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use geobacter_cuda::{CudaDevice, CudaDriver};

#[macro_use]
mod common;

fn with_devices(name: &str, test: fn(&[Arc<CudaDevice>])) {
    static DRIVER: OnceLock<CudaDriver> = OnceLock::new();
    // One at a time: some tests look at the clock, and freeing memory waits for the whole device.
    static TURN: Mutex<()> = Mutex::new(());
    let _turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
    match DRIVER.get_or_init(CudaDriver::new).cuda_devices() {
        Ok(devices) => test(&devices),
        Err(why) => eprintln!("{name} skipped: no CUDA device ({why})"),
    }
}

instantiate!(with_devices);
