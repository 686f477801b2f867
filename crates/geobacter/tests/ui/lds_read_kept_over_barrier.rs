//! What was read cannot be kept until others write again.

use geobacter::prelude::*;

fn kept(item: WorkItem, group: Group, lds: Lds<[u32; 64]>) -> u32 {
    let all = lds.init(&item, |i| i as u32).share(group);
    let third = &all[3];
    let _mine = all.split(group, &item);
    *third
}

fn main() {}
