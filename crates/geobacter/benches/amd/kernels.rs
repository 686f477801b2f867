//! The kernels whose code is compared, besides those that the `device` benchmark measures: each as a user would write
//! it, without `unsafe`.

use geobacter::prelude::*;

/// `y = a * x + y`.
pub(crate) fn saxpy(item: WorkItem, a: f32, x: &[f32], mut y: PerItem<f32>) {
    if let (Some(y), Some(x)) = (y.get_mut(&item), x.get(item.global_id())) {
        *y = a.mul_add(*x, *y);
    }
}

/// `c = a * b` for matrices of `n * n`, one element for each work-item.
pub(crate) fn sgemm(item: WorkItem<2>, n: usize, a: &[f32], b: &[f32], mut c: PerItem<f32>) {
    let [x, y] = item.global_id();
    if let Some(c) = c.get_mut(&item) {
        let mut sum = 0.0;
        for k in 0..n {
            sum = a[y * n + k].mul_add(b[k * n + x], sum);
        }
        *c = sum;
    }
}

/// What each work-item has of a sum: elements as far apart as the launch has work-items.
pub(crate) fn sum(item: WorkItem, x: &[f32], mut sums: PerItem<f32>) {
    if let Some(sum) = sums.get_mut(&item) {
        let mut total = 0.0;
        let mut i = item.global_id();
        while i < x.len() {
            total += x[i];
            i += item.work_items();
        }
        *sum = total;
    }
}

/// Work-items of a group of [`reduce`].
pub(crate) const GROUP: usize = 256;

/// The sum of each work-group's elements, for all of its work-items: halves of the group's memory are added until one
/// element is left.
pub(crate) fn reduce(item: WorkItem, group: Group, lds: Lds<[f32; GROUP]>, x: &[f32], mut sums: PerItem<f32>) {
    let first = item.group_id() * GROUP;
    let mut slots = lds.init(&item, |i| x.get(first + i).copied().unwrap_or(0.0));
    for step in [128, 64, 32, 16, 8, 4, 2, 1] {
        let all = slots.share(group);
        let other = if item.local_id() < step { all.get(item.local_id() + step).copied() } else { None };
        slots = all.split(group, &item);
        if let (Some(slot), Some(other)) = (slots.get_mut(), other) {
            *slot += other;
        }
    }
    let all = slots.share(group);
    if let Some(sum) = sums.get_mut(&item) {
        *sum = all[0];
    }
}
