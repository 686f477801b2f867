#![allow(clippy::too_many_arguments, reason = "kernels take what they need one by one")]

use std::sync::atomic::{AtomicU32, Ordering};

use geobacter_core::{DeviceCopy, Grid, Group, GroupArg, Lds, LdsArg, RawSlice, Subgroup, WorkItem, scope};
use geobacter_runtime::{Buffer, Error, Result};

use super::scratch::Use;
use super::{CHUNKS_PER_UNIT, Primitives, SortKey};

/// Bits of a key that one pass sorts by.
const DIGIT_BITS: u32 = 8;
/// How many digits there are.
const RADIX: usize = 1 << DIGIT_BITS;
/// Sub-groups of a group, where these have several work-items: the work-group memory has counters for each.
const SUB_GROUPS: usize = 8;
/// Keys of each work-item of a tile: the more, the fewer counters there are for as many keys.
const ROWS: usize = 32;

/// How the keys are divided.
#[derive(Clone, Copy)]
struct Tiles {
    /// How many there are: one for each group.
    count: usize,
    /// Keys of each work-item of a tile.
    rows: usize,
    group: usize,
}

impl Tiles {
    fn grid(&self) -> Grid {
        Grid::covering(self.count * self.group).group_size([self.group as u32])
    }
}

impl Primitives {
    /// Sorts `keys`: integers by value, floating-point numbers in the order of `total_cmp`.
    ///
    /// ```
    /// use geobacter::prelude::*;
    /// use geobacter::primitives::Primitives;
    /// # fn main() -> geobacter::Result<()> {
    /// let device = Device::open("cpu")?;
    /// let mut keys = device.buffer_from(&[5, -3, 0, i32::MIN])?;
    /// Primitives::new(&device).sort(&mut keys)?;
    /// assert_eq!(keys.to_vec()?, [i32::MIN, -3, 0, 5]);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// As [`Device::launch`](geobacter_runtime::Device::launch).
    pub fn sort<K: SortKey>(&mut self, keys: &mut Buffer<K>) -> Result<()> {
        let Some(tiles) = self.tiles(keys.len()) else { return Ok(()) };
        let other = self.scratch.take(&self.device, Use::Keys, keys.len(), K::zeroed())?;
        let mut flipped = false;
        for shift in (0..K::BITS).step_by(DIGIT_BITS as usize) {
            let (from, to) = if flipped { (&other, &*keys) } else { (&*keys, &other) };
            let offsets = self.places(from, keys.len(), tiles, shift)?;
            // SAFETY: each key goes to a place of its own.
            let args = (GroupArg, LdsArg, tiles.rows, shift, from.slice(..keys.len()), &offsets, unsafe { to.raw() });
            self.device.launch(tiles.grid(), scatter_keys::<K>, args)?;
            self.scratch.put(Use::Offsets, offsets);
            flipped = !flipped;
        }
        if flipped {
            self.copy(&other, keys)?;
        }
        self.scratch.put(Use::Keys, other);
        Ok(())
    }

    /// Sorts `keys`, and `values` with them. Values of equal keys stay in order.
    ///
    /// ```
    /// use geobacter::prelude::*;
    /// use geobacter::primitives::Primitives;
    /// # fn main() -> geobacter::Result<()> {
    /// let device = Device::open("cpu")?;
    /// let mut keys = device.buffer_from(&[2.5f32, -1.0, 2.5])?;
    /// let mut values = device.buffer_from(&[0u32, 1, 2])?;
    /// Primitives::new(&device).sort_by_key(&mut keys, &mut values)?;
    /// assert_eq!(values.to_vec()?, [1, 0, 2]);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`Error::LengthMismatch`], and as [`Device::launch`](geobacter_runtime::Device::launch).
    pub fn sort_by_key<K: SortKey, V: DeviceCopy + bytemuck::Zeroable>(
        &mut self,
        keys: &mut Buffer<K>,
        values: &mut Buffer<V>,
    ) -> Result<()> {
        let n = keys.len();
        if n != values.len() {
            return Err(Error::LengthMismatch { what: "the values to sort", left: values.len(), right: n });
        }
        let Some(tiles) = self.tiles(n) else { return Ok(()) };
        let other = self.scratch.take(&self.device, Use::Keys, n, K::zeroed())?;
        let other_values = self.scratch.take(&self.device, Use::Values, n, V::zeroed())?;
        let mut flipped = false;
        for shift in (0..K::BITS).step_by(DIGIT_BITS as usize) {
            let (from, to) = if flipped { (&other, &*keys) } else { (&*keys, &other) };
            let (from_values, to_values) = if flipped { (&other_values, &*values) } else { (&*values, &other_values) };
            let offsets = self.places(from, n, tiles, shift)?;
            // SAFETY: each key goes to a place of its own, and its value to the same.
            let (to, to_values) = unsafe { (to.raw(), to_values.raw()) };
            let (from, from_values) = (from.slice(..n), from_values.slice(..n));
            let args = (GroupArg, LdsArg, tiles.rows, shift, from, from_values, &offsets, to, to_values);
            self.device.launch(tiles.grid(), scatter_pairs::<K, V>, args)?;
            self.scratch.put(Use::Offsets, offsets);
            flipped = !flipped;
        }
        if flipped {
            self.copy(&other, keys)?;
            self.copy(&other_values, values)?;
        }
        self.scratch.put(Use::Keys, other);
        self.scratch.put(Use::Values, other_values);
        Ok(())
    }

    /// `None` where there is nothing to sort.
    fn tiles(&self, len: usize) -> Option<Tiles> {
        if len < 2 {
            return None;
        }
        let size = self.device.info().subgroup_size as usize;
        let (group, rows) = if self.is_of_lone_work_items() {
            // One work-item each, with as many keys as make good use of its counters.
            let parts = self.device.info().compute_units.max(1) as usize * CHUNKS_PER_UNIT;
            (1, len.div_ceil(parts).max(RADIX))
        } else {
            (SUB_GROUPS * size, ROWS)
        };
        Some(Tiles { count: len.div_ceil(group * rows), rows, group })
    }

    /// Where the keys of each digit go, for each tile: digit by digit, and tile by tile in each.
    fn places<K: SortKey>(&mut self, keys: &Buffer<K>, len: usize, tiles: Tiles, shift: u32) -> Result<Buffer<u32>> {
        let counters = tiles.count * RADIX;
        let mut counts = self.scratch.take(&self.device, Use::Counts, counters, 0u32)?;
        let mut offsets = self.scratch.take(&self.device, Use::Offsets, counters, 0u32)?;
        let args = (GroupArg, LdsArg, tiles.rows, shift, keys.slice(..len), &mut counts);
        self.device.launch(tiles.grid(), count_digits::<K>, args)?;
        self.exclusive_scan(&counts, &mut offsets, 0, u32::wrapping_add)?;
        self.scratch.put(Use::Counts, counts);
        Ok(offsets)
    }

    /// Copies as many elements as `to` has.
    fn copy<T: DeviceCopy>(&self, from: &Buffer<T>, to: &mut Buffer<T>) -> Result<()> {
        fn copy<T: DeviceCopy>(item: WorkItem, from: &[T], mut to: geobacter_core::PerItem<T>) {
            if let (Some(from), Some(to)) = (from.get(item.global_id()), to.get_mut(&item)) {
                *to = *from;
            }
        }
        self.device.launch(Grid::covering(to.len()), copy::<T>, (from, to)).map(drop)
    }
}

/// The keys of this work-item's sub-group, row by row: their indices. Those of a sub-group follow each other.
#[inline(always)]
fn row_starts(item: &WorkItem, subgroup: Subgroup, rows: usize) -> impl Iterator<Item = usize> {
    let size = subgroup.size();
    let first = (item.group_id() * (item.group_size() / size) + item.local_id() / size) * rows * size;
    (0..rows).map(move |row| first + row * size)
}

/// How often each digit comes up in this group's tile.
fn count_digits<K: SortKey>(
    item: WorkItem,
    group: Group,
    counters: Lds<[AtomicU32; RADIX]>,
    rows: usize,
    shift: u32,
    keys: &[K],
    counts: &[AtomicU32],
) {
    let subgroup = group.subgroup();
    let digits = row_starts(&item, subgroup, rows)
        .filter_map(|start| keys.get(start + subgroup.lane()))
        .map(|key| key.digit(shift));
    let counters = crate::group::histogram(&item, group, counters, digits);
    let tiles = item.work_items() / item.group_size();
    for digit in (item.local_id()..RADIX).step_by(item.group_size()) {
        if let Some(count) = counts.get(digit * tiles + item.group_id()) {
            count.store(counters[digit].load(Ordering::Relaxed), Ordering::Relaxed);
        }
    }
}

/// Calls `put` for each of this work-item's keys, with its index and where it goes.
#[inline(always)]
fn scatter<K: SortKey>(
    item: &WorkItem,
    group: Group,
    counters: Lds<[AtomicU32; SUB_GROUPS * RADIX]>,
    rows: usize,
    shift: u32,
    keys: &[K],
    offsets: &[u32],
    mut put: impl FnMut(usize, usize, K),
) {
    let subgroup = group.subgroup();
    let (lane, size) = (subgroup.lane(), subgroup.size());
    let (index, sub_groups) = (item.local_id() / size, item.group_size() / size);
    let tiles = item.work_items() / item.group_size();
    let counters = counters.first(sub_groups * RADIX).init(item, |_| AtomicU32::new(0)).share(group);
    let own = |digit: usize| &counters[(index * RADIX + digit) % (SUB_GROUPS * RADIX)];

    // How often each digit comes up in each sub-group's part.
    for start in row_starts(item, subgroup, rows) {
        if let Some(key) = keys.get(start + lane) {
            let counter = own(key.digit(shift));
            scope::work_group(|| counter.fetch_add(1, Ordering::Relaxed));
        }
    }
    group.barrier();
    // Where each sub-group's part of each digit begins.
    for digit in (item.local_id()..RADIX).step_by(item.group_size()) {
        let mut place = offsets.get(digit * tiles + item.group_id()).copied().unwrap_or(0);
        for part in 0..sub_groups {
            let counter = &counters[part * RADIX + digit];
            let count = counter.load(Ordering::Relaxed);
            counter.store(place, Ordering::Relaxed);
            place += count;
        }
    }
    group.barrier();
    // Row by row, so that equal digits stay in order: the first lane of each digit takes places for all of them.
    for start in row_starts(item, subgroup, rows) {
        let key = keys.get(start + lane);
        let digit = key.map_or(0, |key| key.digit(shift));
        let same = subgroup.match_bits(digit as u32, DIGIT_BITS) & subgroup.ballot(key.is_some());
        let first = same.trailing_zeros() as usize % 64;
        let mut place = 0;
        if key.is_some() && first == lane {
            let counter = own(digit);
            place = scope::work_group(|| counter.fetch_add(same.count_ones(), Ordering::Relaxed));
        }
        let place = subgroup.shuffle(place, first) + (same & ((1 << lane) - 1)).count_ones();
        if let Some(key) = key {
            put(start + lane, place as usize, *key);
        }
    }
}

/// Puts the keys of this group's tile where they go.
fn scatter_keys<K: SortKey>(
    item: WorkItem,
    group: Group,
    counters: Lds<[AtomicU32; SUB_GROUPS * RADIX]>,
    rows: usize,
    shift: u32,
    keys: &[K],
    offsets: &[u32],
    to: RawSlice<K>,
) {
    scatter(&item, group, counters, rows, shift, keys, offsets, |_, place, key| {
        if place < to.len() {
            // SAFETY: inside; places are all different.
            unsafe { to.as_ptr().add(place).write(key) };
        }
    });
}

/// Puts the keys of this group's tile and their values where they go.
fn scatter_pairs<K: SortKey, V: DeviceCopy>(
    item: WorkItem,
    group: Group,
    counters: Lds<[AtomicU32; SUB_GROUPS * RADIX]>,
    rows: usize,
    shift: u32,
    keys: &[K],
    values: &[V],
    offsets: &[u32],
    to: RawSlice<K>,
    to_values: RawSlice<V>,
) {
    scatter(&item, group, counters, rows, shift, keys, offsets, |from, place, key| {
        if let Some(value) = values.get(from)
            && place < to.len().min(to_values.len())
        {
            // SAFETY: inside; places are all different.
            unsafe {
                to.as_ptr().add(place).write(key);
                to_values.as_ptr().add(place).write(*value);
            }
        }
    });
}
