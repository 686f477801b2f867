//! A work-item has one texel at a time.

use geobacter::image::{PerItemTexel, R32Float};
use geobacter::prelude::*;

pub fn zero(item: WorkItem<2>, mut image: PerItemTexel<R32Float>) {
    let first = image.get_mut(&item);
    let second = image.get_mut(&item);
    drop((first, second));
}

fn main() {}
