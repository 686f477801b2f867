//! A kernel and its child do not both take `&mut buffer`: they take turns, with `buffer.in_turn()`.

use geobacter::prelude::*;

fn parent(_: WorkItem, _: PerItem<f32>, _: Launcher<u32>) {}

fn child(_: WorkItem, _: u32, _: PerItem<f32>) {}

fn main() -> geobacter::Result<()> {
    let device = Device::best()?;
    let mut y = device.buffer::<f32>(4)?;
    device.launch(Grid::covering(4), parent, (&mut y, Child::of(child, (&mut y,))))?;
    Ok(())
}
