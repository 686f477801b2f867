//! What others may read cannot be written.

use geobacter::prelude::*;

fn late(item: WorkItem, group: Group, lds: Lds<[u32; 64]>) {
    let mut all = lds.init(&item, |i| i as u32).share(group);
    all[3] = 5;
}

fn main() {}
