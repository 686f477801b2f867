//! Launches of kernels that take turns are made by one thread: made by two at once, neither would wait for the other.

use geobacter::prelude::*;

fn zero(_: WorkItem, _: PerItem<f32>) {}

fn main() -> geobacter::Result<()> {
    let device = Device::best()?;
    let mut y = device.buffer::<f32>(4)?;
    let turns = y.in_turn();
    std::thread::scope(|scope| {
        scope.spawn(|| device.launch(Grid::covering(4), zero, (turns,)));
    });
    Ok(())
}
