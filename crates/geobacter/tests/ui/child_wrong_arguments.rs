//! A child gets the launcher's value, on the launcher's grid, and the arguments that it takes.

use geobacter::prelude::*;

fn parent(_: WorkItem, _: Launcher<u32>) {}

fn takes_float(_: WorkItem, _: f32, _: &[f32]) {}

fn takes_plane(_: WorkItem<2>, _: u32) {}

fn takes_slice(_: WorkItem, _: u32, _: &[f32]) {}

fn main() -> geobacter::Result<()> {
    let device = Device::best()?;
    let x = device.buffer::<f32>(4)?;
    let grid = Grid::covering(4);
    device.launch(grid, parent, (Child::of(takes_float, (&x,)),))?;
    device.launch(grid, parent, (Child::of(takes_plane, ()),))?;
    device.launch(grid, parent, (Child::of(takes_slice, (1.0,)),))?;
    Ok(())
}
