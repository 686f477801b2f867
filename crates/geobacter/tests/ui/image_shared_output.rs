//! An image that is written takes `&mut image`.

use geobacter::image::{D2, Image, PerItemTexel, R32Float};
use geobacter::prelude::*;

fn zero(item: WorkItem<2>, mut image: PerItemTexel<R32Float>) {
    if let Some(mut texel) = image.get_mut(&item) {
        texel.store([0.0; 4]);
    }
}

fn main() -> geobacter::Result<()> {
    let device = Device::best()?;
    let image: Image<R32Float, D2> = device.image([4, 4])?;
    device.launch(Grid::new([4, 4]), zero, (&image,))?;
    Ok(())
}
