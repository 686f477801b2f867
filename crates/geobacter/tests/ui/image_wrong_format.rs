//! A kernel takes images of its own format; integers are not interpolated; sRGB is of bytes.

use geobacter::image::{D2, Float, Image, ImageRef, Pixel, R8Uint, R32Float, Sampler, Srgba};
use geobacter::prelude::*;

fn read(_: WorkItem<2>, _: ImageRef<R32Float>) {}

fn smooth(_: WorkItem<2>, image: ImageRef<R8Uint>) {
    let _ = image.sample(&Sampler::linear(), [0.5, 0.5]);
}

fn main() -> geobacter::Result<()> {
    let device = Device::best()?;
    let bytes: Image<R8Uint, D2> = device.image([4, 4])?;
    device.launch(Grid::new([4, 4]), read, (&bytes,))?;
    let _ = device.image::<Pixel<Srgba, Float>, D2>([4, 4])?;
    Ok(())
}
