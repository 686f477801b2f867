//! The texels of a 2D image belong to the work-items of a 2D grid.

use geobacter::image::{PerItemTexel, R32Float};
use geobacter::prelude::*;

pub fn zero(item: WorkItem, mut image: PerItemTexel<R32Float>) {
    if let Some(mut texel) = image.get_mut(&item) {
        texel.store([0.0; 4]);
    }
}

fn main() {}
