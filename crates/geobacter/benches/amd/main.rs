//! Kernels whose AMD code `run.sh` sets beside what clang makes of the same algorithms in OpenCL C.
//!
//! Run by itself it compiles them, and prints the size of each.

use std::error::Error;

use geobacter::prelude::*;

#[path = "../device/kernels.rs"]
#[allow(dead_code, reason = "not all of them are compared")]
mod device;
mod kernels;

use device::Body;

/// The targets that are compared.
const TARGETS: [&str; 2] = ["gfx90a", "gfx1100"];

fn main() -> Result<(), Box<dyn Error>> {
    for target in TARGETS {
        let device = Device::open(&format!("offline:{target}"))?;
        let grid = Grid::covering(1);
        let x = device.buffer::<f32>(1)?;
        let mut y = device.buffer::<f32>(1)?;
        let d = device.buffer::<f64>(1)?;
        let mut e = device.buffer::<f64>(1)?;
        let bodies = device.buffer::<Body>(1)?;
        let mut pulls = device.buffer::<Body>(1)?;
        let print = |name: &str, code: Option<&[u8]>| {
            println!("{name} for {target}: {} bytes", code.map_or(0, <[u8]>::len));
        };
        print("saxpy", device.prepare(grid, kernels::saxpy, (1.0, &x, &mut y))?.code());
        print("triad", device.prepare(grid, device::triad, (1.0, &d, &d, &mut e))?.code());
        print("nbody", device.prepare(grid, device::nbody, (&bodies, &mut pulls))?.code());
        print("sgemm", device.prepare(Grid::new([1, 1]), kernels::sgemm, (1, &x, &x, &mut y))?.code());
        let whole = grid.group_size([kernels::GROUP as u32]);
        print("reduce", device.prepare(whole, kernels::reduce, (GroupArg, LdsArg, &x, &mut y))?.code());
        print("sum", device.prepare(grid, kernels::sum, (&x, &mut y))?.code());
    }
    Ok(())
}
