//! What does compile: fn items, generic fns, capture-free closures, derived structs, every kind of argument. That this
//! one is built in full has trybuild build the others so too, which finds errors that come with monomorphisation.

use geobacter::prelude::*;

#[derive(Clone, Copy, Debug, Default, PartialEq, DeviceCopy)]
struct Pair<T>(T, T);

#[derive(KernelArg)]
struct Params<'a> {
    alpha: f32,
    x: &'a [Pair<f32>],
    y: PerItem<'a, f32>,
}

fn combine(item: WorkItem, mut p: Params) {
    if let Some(y) = p.y.get_mut(&item) {
        let Pair(a, b) = p.x[item.global_id()];
        *y = p.alpha * a + b;
    }
}

fn set<T: DeviceCopy>(item: WorkItem<2>, value: T, mut y: PerItem<T>) {
    if let Some(y) = y.get_mut(&item) {
        *y = value;
    }
}

fn main() -> geobacter::Result<()> {
    let device = Device::open("cpu")?;
    let x = device.buffer_from(&[Pair(1.0, 2.0), Pair(3.0, 4.0)])?;
    let mut y = device.buffer::<f32>(2)?;
    device.launch(Grid::covering(2), combine, (ParamsArgs { alpha: 10.0, x: &x, y: &mut y },))?;
    assert_eq!(y.to_vec()?, [12.0, 34.0]);

    device.launch(Grid::new([2, 1]), set::<f32>, (5.0, &mut y))?;
    assert_eq!(y.to_vec()?, [5.0, 5.0]);

    let increment = |item: WorkItem, mut y: PerItem<f32>| {
        if let Some(y) = y.get_mut(&item) {
            *y += 1.0;
        }
    };
    device.launch(Grid::covering(2), increment, (&mut y,))?;
    assert_eq!(y.to_vec()?, [6.0, 6.0]);
    Ok(())
}
