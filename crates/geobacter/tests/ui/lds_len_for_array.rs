//! The size of an array is its type's, not the launch's.

use geobacter::prelude::*;

fn sized(_: WorkItem, _: Lds<[f32; 64]>) {}

fn main() {
    let device = Device::best().unwrap();
    let _ = device.launch(Grid::covering(4), sized, (LdsLen(32),));
}
