//! A work-item cannot be given to another thread: it is the right to its own element.

use geobacter::prelude::*;

fn send(item: WorkItem) {
    std::thread::scope(|scope| {
        scope.spawn(|| item.global_id());
    });
}

fn main() {}
