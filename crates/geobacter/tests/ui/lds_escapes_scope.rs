//! What a scope lends does not leave it.

use geobacter::prelude::*;

fn escapes(item: WorkItem, group: Group, mut lds: Lds<[f32; 64]>) {
    let all = lds.scope(group, |lds| lds.init(&item, |_| 0.0).share(group));
    drop(all);
}

fn main() {}
