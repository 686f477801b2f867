//! Work-group memory holds only what any bits are a value of.

use geobacter::prelude::*;

fn flags(_: WorkItem, _: Lds<[bool; 64]>) {}

fn main() {
    let device = Device::best().unwrap();
    let _ = device.launch(Grid::covering(4), flags, (LdsArg,));
}
