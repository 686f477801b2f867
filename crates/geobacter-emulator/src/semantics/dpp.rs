//! Data-parallel primitives: the first source of a vector instruction taken from other lanes (MI200 ISA, 4.5 "DPP").

use crate::machine::{LANES, Wave};
use crate::op::{Dpp, DppControl};

/// The lane that `lane` reads; `None` where there is none.
fn source_lane(control: DppControl, lane: usize, lanes: usize) -> Option<usize> {
    let (row, in_row) = (lane & !15, lane & 15);
    let within = |at: usize, other: usize| (other < 16).then_some(at + other);
    match control {
        DppControl::QuadPerm(order) => Some(lane & !3 | usize::from(order[lane & 3])),
        DppControl::RowShl(n) => within(row, in_row + usize::from(n)),
        DppControl::RowShr(n) => in_row.checked_sub(n.into()).map(|other| row + other),
        DppControl::RowRor(n) => Some(row | (in_row + 16 - usize::from(n)) & 15),
        DppControl::WaveShl => Some(lane + 1).filter(|l| *l < lanes),
        DppControl::WaveRol => Some((lane + 1) % lanes),
        DppControl::WaveShr => lane.checked_sub(1),
        DppControl::WaveRor => Some((lane + lanes - 1) % lanes),
        DppControl::RowMirror => Some(row | (15 - in_row)),
        DppControl::RowHalfMirror => Some(lane & !7 | (7 - (lane & 7))),
        // The last lane of each row to the whole next one; rows without a source are left alone.
        DppControl::RowBcast15 => row.checked_sub(1),
        // Lane 31 to the rows 2 and 3.
        DppControl::RowBcast31 => (lane >= 32).then_some(31),
        DppControl::RowNewbcast(n) => Some(row | usize::from(n)),
        DppControl::RowXmask(n) => Some(row | (in_row ^ usize::from(n))),
        DppControl::Dpp8(order) => Some(lane & !7 | usize::from(order[lane & 7])),
    }
}

/// Whether a lane without a source is one whose reading is out of bounds, or an inactive one: both count the same.
fn readable(wave: &Wave, dpp: &Dpp, lane: usize) -> Option<usize> {
    source_lane(dpp.control, lane, wave.lanes as usize)
        .filter(|from| dpp.fetch_inactive || wave.exec() >> from & 1 != 0)
}

/// Replaces each lane's value by its source's; 0 where there is none.
pub(crate) fn shuffle(wave: &Wave, dpp: &Dpp, values: &mut [u32; LANES]) {
    let old = *values;
    for (lane, value) in values.iter_mut().enumerate().take(wave.lanes as usize) {
        *value = readable(wave, dpp, lane).map_or(0, |from| old[from]);
    }
}

/// The lanes that a DPP instruction writes: those that its masks select, and unless `bound_ctrl` is set only those that
/// have a source.
pub(crate) fn write_mask(wave: &Wave, dpp: &Dpp) -> u64 {
    let mut mask = 0;
    for lane in 0..wave.lanes as usize {
        let selected = dpp.row_mask >> (lane / 16) & 1 != 0 && dpp.bank_mask >> (lane / 4 % 4) & 1 != 0;
        let has_source = dpp.bound_ctrl || readable(wave, dpp, lane).is_some();
        mask |= u64::from(selected && has_source) << lane;
    }
    mask & wave.exec()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_do_not_reach_into_each_other() {
        assert_eq!(source_lane(DppControl::RowShr(1), 16, 64), None);
        assert_eq!(source_lane(DppControl::RowShr(1), 17, 64), Some(16));
        assert_eq!(source_lane(DppControl::RowShl(1), 15, 64), None);
        assert_eq!(source_lane(DppControl::RowRor(1), 16, 64), Some(31));
        assert_eq!(source_lane(DppControl::RowMirror, 18, 64), Some(29));
        assert_eq!(source_lane(DppControl::RowHalfMirror, 9, 64), Some(14));
    }

    #[test]
    fn broadcasts_come_from_the_row_before() {
        assert_eq!(source_lane(DppControl::RowBcast15, 15, 64), None);
        assert_eq!(source_lane(DppControl::RowBcast15, 16, 64), Some(15));
        assert_eq!(source_lane(DppControl::RowBcast15, 63, 64), Some(47));
        assert_eq!(source_lane(DppControl::RowBcast31, 31, 64), None);
        assert_eq!(source_lane(DppControl::RowBcast31, 40, 64), Some(31));
    }
}
