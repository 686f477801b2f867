//! What the work-items of a work-group do together, inside a kernel.
//!
//! Each function is *convergent*, as [`Group`](geobacter_core::Group) says: all work-items of the group call it together. Each works in groups of
//! any size, on grids of one to three axes, and where the grid ends inside a group: only work-items that are there count.
//!
//! Most need work-group memory, lent as `&mut Lds<[T; N]>` or `&mut Lds<[T]>`: it is free again when they return, so one
//! block serves any number of calls. It must have at least as many elements as the group has work-items. On GPUs less is touched: one element for each
//! sub-group, unless the grid has several axes and ends inside the group.

mod broadcast;
mod histogram;
mod reduce;
mod scan;
mod sort;
mod transpose;

pub use broadcast::broadcast;
pub use histogram::histogram;
pub use reduce::reduce;
pub use scan::{exclusive_scan, exclusive_scan_and_total, inclusive_scan};
pub use sort::{sort, sort_by};
pub use transpose::transpose;

use geobacter_core::Parts;

/// Checks that `n` elements of work-group memory are enough.
#[inline(always)]
#[track_caller]
fn room(n: usize, parts: &Parts<'_>) {
    assert!(parts.count() <= n, "the work-group memory must have an element for each work-item of the group");
}
