//! How tiles tell each other what they come to, in one pass over memory.
//!
//! "Single-pass Parallel Prefix Scan with Decoupled Look-back" (Merrill, Garland, 2016): each tile publishes its own total at
//! once, and what it comes to with all before it as soon as it knows. A tile looks back over totals until it finds one of the
//! latter. Tiles are numbered in the order in which their groups begin, so that one waits only for those that have begun.
//!
//! What is published is words of 64 bits, each with its state and 32 bits of the value. So each is valid by itself, and
//! needs no fence: relaxed atomics do. A value of several words is one where all have the same state, since states only grow.

use std::sync::atomic::{AtomicU64, Ordering};

use geobacter_core::{Subgroup, SubgroupItem, scope};

use super::Operation;
use super::scan_tile::full_scan;

/// Nothing yet. What the memory is cleared to.
const EMPTY: u32 = 0;
/// The tile's own total.
const TOTAL: u32 = 1;
/// What the tile comes to with all before it.
const PREFIX: u32 = 2;

/// Bits of a value in a word.
const VALUE_BITS: u32 = 32;
const VALUE_BYTES: usize = size_of::<u32>();

/// Words for each tile.
pub(super) const fn words<T>() -> usize {
    size_of::<T>().div_ceil(VALUE_BYTES)
}

/// Publishes `value` of `tile`.
#[inline(always)]
fn publish<T: SubgroupItem>(progress: &[AtomicU64], tile: usize, state: u32, value: T) {
    let first = tile * words::<T>();
    let Some(places) = progress.get(first..first + words::<T>()) else { return };
    for (place, part) in places.iter().zip(bytemuck::bytes_of(&value).chunks(VALUE_BYTES)) {
        let mut bytes = [0; VALUE_BYTES];
        bytes[..part.len()].copy_from_slice(part);
        let word = u64::from(state) << VALUE_BITS | u64::from(u32::from_ne_bytes(bytes));
        scope::device(|| place.store(word, Ordering::Relaxed));
    }
}

/// What `tile` has published, and as what: `EMPTY` where not all of it is there yet.
#[inline(always)]
fn read<T: SubgroupItem>(progress: &[AtomicU64], tile: usize) -> (u32, T) {
    let mut value = T::zeroed();
    let first = tile * words::<T>();
    let Some(places) = progress.get(first..first + words::<T>()) else { return (EMPTY, value) };
    let mut states = None;
    for (place, part) in places.iter().zip(bytemuck::bytes_of_mut(&mut value).chunks_mut(VALUE_BYTES)) {
        let word = scope::device(|| place.load(Ordering::Relaxed));
        let state = (word >> VALUE_BITS) as u32;
        part.copy_from_slice(&(word as u32).to_ne_bytes()[..part.len()]);
        states = Some(states.map_or(state, |all| if all == state { all } else { EMPTY }));
    }
    (states.unwrap_or(EMPTY), value)
}

/// Publishes `total`, and gives what all tiles before this one come to. `size_of::<T>()` is not 0.
///
/// Convergent: a whole sub-group calls it, one of each group. Waits for tiles before this one: their groups must have begun,
/// and go on while this one waits.
#[inline(always)]
pub(super) fn look_back<T: SubgroupItem, F: Operation<T>>(
    subgroup: Subgroup,
    progress: &[AtomicU64],
    tile: usize,
    total: T,
    neutral: T,
    f: F,
) -> T {
    let (lane, size) = (subgroup.lane(), subgroup.size());
    if lane == 0 {
        publish(progress, tile, if tile == 0 { PREFIX } else { TOTAL }, total);
    }
    let mut before = neutral;
    // Tiles below `end` are still to be counted: the last of them is the last lane's.
    let mut end = tile;
    while end > 0 {
        let at = (end + lane).checked_sub(size);
        let (mut state, mut value) = (TOTAL, neutral);
        loop {
            if let Some(at) = at {
                (state, value) = read::<T>(progress, at);
            }
            if subgroup.all(state != EMPTY) {
                break;
            }
        }
        let prefixes = subgroup.ballot(state == PREFIX);
        // Everything up to the last one that says what all before it come to is in that one.
        let first = prefixes.checked_ilog2().unwrap_or(0) as usize;
        let counted = full_scan(subgroup, if lane >= first { value } else { neutral }, f);
        before = f(subgroup.read_lane(counted, size - 1), before);
        if prefixes != 0 {
            break;
        }
        end -= size.min(end);
    }
    if lane == 0 && tile > 0 {
        publish(progress, tile, PREFIX, f(before, total));
    }
    before
}
