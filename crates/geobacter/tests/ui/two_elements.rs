//! A work-item cannot hold its element twice.

use geobacter::prelude::*;

fn twice(item: WorkItem, mut y: PerItem<f32>) {
    let first = y.get_mut(&item);
    let second = y.get_mut(&item);
    drop((first, second));
}

fn main() {}
