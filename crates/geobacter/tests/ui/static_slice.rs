//! Device memory cannot be asked for beyond the kernel's run.

use geobacter::prelude::*;

fn keep(_: WorkItem, _: &'static [f32]) {}

fn main() -> geobacter::Result<()> {
    let device = Device::best()?;
    let x = device.buffer::<f32>(4)?;
    device.launch(Grid::covering(4), keep, (&x,))?;
    Ok(())
}
