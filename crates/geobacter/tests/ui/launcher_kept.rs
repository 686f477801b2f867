//! The right to launch ends with the kernel, and what comes with a launch is plain data.

use geobacter::prelude::*;

fn keeps(_: WorkItem, _: Launcher<'static, u32>) {}

fn parent<'a>(_: WorkItem, launcher: Launcher<Launcher<'a, u32>>, other: Launcher<'a, u32>) {
    launcher.launch(Grid::covering(1), other);
}

fn child(_: WorkItem, _: u32) {}

fn main() {
    let device = Device::best().unwrap();
    let _ = device.launch(Grid::covering(4), keeps, (Child::of(child, ()),));
}
