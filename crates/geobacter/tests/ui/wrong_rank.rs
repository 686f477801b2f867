//! The grid's axes are the work-item's.

use geobacter::prelude::*;

fn flat(_: WorkItem) {}

fn main() -> geobacter::Result<()> {
    let device = Device::best()?;
    device.launch(Grid::new([4, 4]), flat, ())?;
    Ok(())
}
