//! A library with a kernel of its own, and code for those of others.
use geobacter_core::kernel::launch;
use std::sync::atomic::{AtomicU32, Ordering};

static SHARED: AtomicU32 = AtomicU32::new(7);

fn hidden(x: u32) -> u32 {
    SHARED.fetch_add(x, Ordering::Relaxed)
}

#[inline(never)]
pub fn first(x: u32) -> u32 {
    hidden(x) + 1
}

#[inline(never)]
pub fn second(x: u32) -> u32 {
    back(hidden(x))
}

#[inline(never)]
fn back(x: u32) -> u32 {
    x.rotate_left(3)
}

pub fn unrelated() -> String {
    format!("{:?}", std::env::args())
}

pub fn own() -> usize {
    launch(|i: u32, y: &mut u32| *y = first(i))
}
