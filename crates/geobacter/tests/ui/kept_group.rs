//! The right to wait for a group ends with the kernel.

use geobacter::prelude::*;

fn keeps(_: WorkItem, _: Group<'static>) {}

fn main() {
    let device = Device::best().unwrap();
    let _ = device.launch(Grid::covering(4), keeps, (GroupArg,));
}
