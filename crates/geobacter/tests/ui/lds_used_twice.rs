//! One block cannot be in two phases.

use geobacter::prelude::*;

fn twice(item: WorkItem, lds: Lds<[u32; 64]>) {
    let first = lds.init(&item, |_| 1);
    let second = lds.init(&item, |_| 2);
    drop((first, second));
}

fn main() {}
