//! One launch cannot read an image and write it through another argument.

use geobacter::image::{D2, Image, ImageRef, PerItemTexel, R32Float};
use geobacter::prelude::*;

fn double(item: WorkItem<2>, from: ImageRef<R32Float>, mut to: PerItemTexel<R32Float>) {
    if let (Some(value), Some(mut texel)) = (from.get(item.global_id()), to.get_mut(&item)) {
        texel.store(value.map(|x| 2.0 * x));
    }
}

fn main() -> geobacter::Result<()> {
    let device = Device::best()?;
    let mut image: Image<R32Float, D2> = device.image([4, 4])?;
    device.launch(Grid::new([4, 4]), double, (&image, &mut image))?;
    Ok(())
}
