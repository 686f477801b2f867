//! An output takes `&mut buffer`.

use geobacter::prelude::*;

fn zero(item: WorkItem, mut y: PerItem<f32>) {
    if let Some(y) = y.get_mut(&item) {
        *y = 0.0;
    }
}

fn main() -> geobacter::Result<()> {
    let device = Device::best()?;
    let y = device.buffer::<f32>(4)?;
    device.launch(Grid::covering(4), zero, (&y,))?;
    Ok(())
}
