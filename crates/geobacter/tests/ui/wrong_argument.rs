//! Arguments have the types of the kernel's parameters.

use geobacter::prelude::*;

fn scale(_: WorkItem, _: f32, _: &[f32]) {}

fn main() -> geobacter::Result<()> {
    let device = Device::best()?;
    let doubles = device.buffer::<f64>(4)?;
    let floats = device.buffer::<f32>(4)?;
    device.launch(Grid::covering(4), scale, (2.0, &doubles))?;
    device.launch(Grid::covering(4), scale, ("2.0", &floats))?;
    device.launch(Grid::covering(4), scale, (2.0,))?;
    Ok(())
}
