//! The driver API with nothing around it, to measure against.

use std::sync::Arc;
use std::time::Instant;

use geobacter_driver::Error;
use geobacter_driver::compiler::DeviceCode;
use geobacter_driver::driver::DriverDevice;

use crate::context::Context;
use crate::{CudaDevice, CudaKernel};

/// An empty kernel without parameters, for every device since compute capability 5.0.
const EMPTY: &str = ".version 6.4\n.target sm_50\n.address_size 64\n.visible .entry empty() { ret; }\n";

/// Launches between two waits: fewer than the queue in the hardware holds, so that no launch blocks on it.
const BATCH: usize = 500;

/// Microseconds of host time that one raw `cuLaunchKernel` of an empty kernel takes, on average over `launches` of them,
/// on a stream of its own.
///
/// # Errors
/// Where `device` is not an NVIDIA GPU, or the driver refuses.
pub fn raw_launch_micros(device: &dyn DriverDevice, launches: usize) -> Result<f64, Error> {
    let Some(device) = device.as_any().downcast_ref::<CudaDevice>() else {
        let device = device.info().id.clone();
        return Err(Error::DriverCall { device, call: "cuLaunchKernel", reason: "it is no NVIDIA GPU".to_owned() });
    };
    let context = device.context()?;
    context.enter()?;
    let code = DeviceCode { code: EMPTY.into(), symbol: "empty".to_owned(), group_memory: 0 };
    let kernel = CudaKernel::load(context, code, "empty".to_owned())?;
    let stream = context.create_stream()?;
    let measured = measure(context, stream, &kernel, launches);
    // SAFETY: made above, destroyed once.
    unsafe { (context.api().cuStreamDestroy_v2)(stream) };
    measured
}

fn measure(
    context: &Arc<Context>,
    stream: crate::sys::CUstream,
    kernel: &CudaKernel,
    launches: usize,
) -> Result<f64, Error> {
    let function = kernel.loaded().function();
    let none = std::ptr::null_mut();
    let run = |count: usize| -> Result<f64, Error> {
        let begin = Instant::now();
        for _ in 0..count {
            // SAFETY: a kernel without parameters, on a stream of the current context.
            unsafe { cuda!(context, cuLaunchKernel(function, 1, 1, 1, 1, 1, 1, 0, stream, none, none)) }?;
        }
        let spent = begin.elapsed().as_secs_f64() * 1e6;
        // SAFETY: the stream lives.
        unsafe { cuda!(context, cuStreamSynchronize(stream)) }?;
        Ok(spent)
    };
    run(BATCH)?; // the first launches load the code
    let mut spent = 0.0;
    let mut left = launches.max(1);
    while left != 0 {
        spent += run(left.min(BATCH))?;
        left -= left.min(BATCH);
    }
    Ok(spent / launches.max(1) as f64)
}
