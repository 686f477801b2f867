//! An array of one axis is not divided along two.

use geobacter::prelude::*;

fn flat(item: WorkItem<2>, lds: Lds<[f32; 64]>) {
    lds.init(&item, |_| 0.0);
}

fn main() {}
