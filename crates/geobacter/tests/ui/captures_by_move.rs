//! A closure that owns data of the host is no kernel either: found when the launch is compiled for it.

use geobacter::prelude::*;

fn main() -> geobacter::Result<()> {
    let device = Device::best()?;
    let mut y = device.buffer::<f32>(4)?;
    let factor = 2.0;
    let kernel = move |item: WorkItem, mut y: PerItem<f32>| {
        if let Some(y) = y.get_mut(&item) {
            *y = factor;
        }
    };
    device.launch(Grid::covering(4), kernel, (&mut y,))?;
    Ok(())
}
