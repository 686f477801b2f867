//! `&mut [T]` would be shared by all work-items.

use geobacter::prelude::*;

fn write(_: WorkItem, _: &mut [f32]) {}

fn main() -> geobacter::Result<()> {
    let device = Device::best()?;
    let mut y = device.buffer::<f32>(4)?;
    device.launch(Grid::covering(4), write, (&mut y,))?;
    Ok(())
}
