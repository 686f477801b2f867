//! What the others have written cannot be read before a barrier.

use geobacter::prelude::*;

fn early(item: WorkItem, _: Group, lds: Lds<[u32; 64]>) -> u32 {
    let mine = lds.init(&item, |i| i as u32);
    mine[3]
}

fn main() {}
