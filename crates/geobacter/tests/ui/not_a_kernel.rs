//! A kernel's first parameter is its work-item.

use geobacter::prelude::*;

fn add(a: f32, b: f32) -> f32 {
    a + b
}

fn main() -> geobacter::Result<()> {
    let device = Device::best()?;
    device.launch(Grid::covering(4), add, (1.0, 2.0))?;
    Ok(())
}
