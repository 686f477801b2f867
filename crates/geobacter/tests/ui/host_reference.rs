//! A reference to host memory is no argument: the data must be in a buffer.

use geobacter::prelude::*;

fn read(_: WorkItem, _: &[f32]) {}

fn main() -> geobacter::Result<()> {
    let device = Device::best()?;
    let data = vec![1.0f32; 4];
    device.launch(Grid::covering(4), read, (&data[..],))?;
    device.launch(Grid::covering(4), read, (&data,))?;
    Ok(())
}
