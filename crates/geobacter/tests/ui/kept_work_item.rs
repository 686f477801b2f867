//! A work-item cannot be kept beyond the kernel, nor copied: it is the right to its own element.

use std::cell::RefCell;

use geobacter::prelude::*;

thread_local! {
    static KEPT: RefCell<Vec<WorkItem<'static>>> = RefCell::default();
}

fn keep(item: WorkItem) {
    KEPT.with_borrow_mut(|kept| kept.push(item));
}

fn duplicate(item: WorkItem) {
    let _ = (item.clone(), item);
}

fn main() {}
