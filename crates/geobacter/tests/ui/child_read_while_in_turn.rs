//! Nobody else uses a buffer while kernels take turns with it.

use geobacter::prelude::*;

fn parent(_: WorkItem, _: PerItem<f32>, _: Launcher<u32>) {}

fn child(_: WorkItem, _: u32, _: PerItem<f32>) {}

fn main() -> geobacter::Result<()> {
    let device = Device::best()?;
    let mut y = device.buffer::<f32>(4)?;
    let turns = y.in_turn();
    let before = y.to_vec()?;
    device.launch(Grid::covering(before.len()), parent, (turns, Child::of(child, (turns,))))?;
    Ok(())
}
