//! One launch cannot read a buffer and write it through another argument.

use geobacter::prelude::*;

fn double(item: WorkItem, x: &[f32], mut y: PerItem<f32>) {
    if let Some(y) = y.get_mut(&item) {
        *y = 2.0 * x[item.global_id()];
    }
}

fn main() -> geobacter::Result<()> {
    let device = Device::best()?;
    let mut x = device.buffer::<f32>(4)?;
    device.launch(Grid::covering(4), double, (&x, &mut x))?;
    Ok(())
}
