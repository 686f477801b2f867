//! One lane's access to memory, wherever it is.

use crate::op::{Atomic, Problem, Stop};
use crate::{Access, FaultKind};

use super::{Cx, Wave};

/// Where one lane's data is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// An address of this process.
    Process(u64),
    /// An offset in work-group memory.
    Group(u64),
    /// An offset in the lane's own private memory.
    Private(u64),
    /// Nowhere: reads as 0, and writes are dropped (beyond the end of a buffer).
    Nowhere,
}

impl Wave {
    /// Address of the byte at `offset` of a lane's private memory. Consecutive dwords of one lane are as far apart as the
    /// wavefront has lanes, so that lanes that read the same offset read neighbouring dwords (LLVM, AMDGPUUsage,
    /// "Private").
    fn private_address(&self, lane: u32, offset: u64) -> u64 {
        self.scratch.0 + offset / 4 * 4 * u64::from(self.lanes) + u64::from(lane) * 4 + offset % 4
    }

    fn check_private(&self, lane: u32, offset: u64, bytes: u64) -> Result<(), Stop> {
        if offset.checked_add(bytes).is_some_and(|end| end <= self.scratch_per_lane.into()) {
            return Ok(());
        }
        Err(Box::new(Problem { kind: FaultKind::PrivateMemory, lane: Some(lane), address: Some(offset) }))
    }
}

impl Cx<'_> {
    /// One dword or less, zero-extended. Process memory must have been checked.
    #[inline(always)]
    pub(crate) fn load(&self, wave: &Wave, lane: u32, place: Place, bytes: u8) -> Result<u32, Stop> {
        Ok(match (place, bytes) {
            (Place::Process(at), 4) => self.read_u32(at),
            (Place::Process(at), 2) => self.read_u16(at).into(),
            (Place::Process(at), _) => self.read_u8(at).into(),
            (Place::Group(at), 4) => u32::from_le_bytes(self.group.read(at, lane)?),
            (Place::Group(at), 2) => u16::from_le_bytes(self.group.read(at, lane)?).into(),
            (Place::Group(at), _) => self.group.read::<1>(at, lane)?[0].into(),
            (Place::Private(at), bytes) => {
                wave.check_private(lane, at, bytes.into())?;
                if bytes == 4 && at % 4 == 0 {
                    return Ok(self.read_u32(wave.private_address(lane, at)));
                }
                (0..bytes).fold(0, |value, i| {
                    let byte = self.read_u8(wave.private_address(lane, at + u64::from(i)));
                    value | u32::from(byte) << (8 * i)
                })
            }
            (Place::Nowhere, _) => 0,
        })
    }

    /// The low `bytes` of `value`.
    #[inline(always)]
    pub(crate) fn store(&mut self, wave: &Wave, lane: u32, place: Place, bytes: u8, value: u32) -> Result<(), Stop> {
        match (place, bytes) {
            (Place::Process(at), 4) => self.write_u32(at, value),
            (Place::Process(at), 2) => self.write_u16(at, value as u16),
            (Place::Process(at), _) => self.write_u8(at, value as u8),
            (Place::Group(at), 4) => self.group.write(at, value.to_le_bytes(), lane)?,
            (Place::Group(at), 2) => self.group.write(at, (value as u16).to_le_bytes(), lane)?,
            (Place::Group(at), _) => self.group.write(at, [value as u8], lane)?,
            (Place::Private(at), bytes) => {
                wave.check_private(lane, at, bytes.into())?;
                if bytes == 4 && at % 4 == 0 {
                    self.write_u32(wave.private_address(lane, at), value);
                } else {
                    for i in 0..bytes {
                        self.write_u8(wave.private_address(lane, at + u64::from(i)), (value >> (8 * i)) as u8);
                    }
                }
            }
            (Place::Nowhere, _) => {}
        }
        Ok(())
    }

    /// A read-modify-write of 4 or 8 bytes; gives the value from before.
    pub(crate) fn atomic(
        &mut self,
        wave: &Wave,
        lane: u32,
        place: Place,
        wide: bool,
        f: impl Fn(u64) -> u64,
    ) -> Result<u64, Stop> {
        let bytes: u32 = if wide { 8 } else { 4 };
        if let Place::Process(at) | Place::Group(at) | Place::Private(at) = place
            && at % u64::from(bytes) != 0
        {
            let kind = FaultKind::Misaligned(bytes);
            return Err(Box::new(Problem { kind, lane: Some(lane), address: Some(at) }));
        }
        match place {
            Place::Process(at) => {
                self.check(at, bytes.into(), Some(lane), Access::Write)?;
                Ok(if wide { self.update_u64(at, f) } else { self.update_u32(at, |old| f(old.into()) as u32).into() })
            }
            place => {
                let low = self.load(wave, lane, place, 4)?;
                let high = if wide { self.load(wave, lane, offset(place, 4), 4)? } else { 0 };
                let old = u64::from(low) | u64::from(high) << 32;
                let new = f(old);
                self.store(wave, lane, place, 4, new as u32)?;
                if wide {
                    self.store(wave, lane, offset(place, 4), 4, (new >> 32) as u32)?;
                }
                Ok(old)
            }
        }
    }
}

/// So many bytes further on.
#[inline(always)]
pub(crate) fn offset(place: Place, bytes: u64) -> Place {
    match place {
        Place::Process(at) => Place::Process(at.wrapping_add(bytes)),
        Place::Group(at) => Place::Group(at + bytes),
        Place::Private(at) => Place::Private(at + bytes),
        Place::Nowhere => Place::Nowhere,
    }
}

/// What an atomic operation makes of a value (MI200 ISA, 12.12 to 12.16).
pub(crate) fn combine(atomic: Atomic, wide: bool, old: u64, data: u64, compare: u64) -> u64 {
    if wide {
        wide::combine(atomic, old, data, compare)
    } else {
        narrow::combine(atomic, old as u32, data as u32, compare as u32).into()
    }
}

macro_rules! combine {
    ($module:ident $ty:ty, $signed:ty, $float:ty, $min:ident $max:ident) => {
        mod $module {
            use crate::float::numbers::{$max, $min};
            use crate::float::{Mode, f16};
            use crate::op::Atomic;

            pub(super) fn combine(atomic: Atomic, old: $ty, data: $ty, compare: $ty) -> $ty {
                let float = <$float>::from_bits;
                // Atomics have no mode: signalling NaNs stay what they are.
                let mode = Mode::default();
                match atomic {
                    Atomic::Swap => data,
                    Atomic::CompareSwap => {
                        if old == compare {
                            data
                        } else {
                            old
                        }
                    }
                    Atomic::CompareSwapF => {
                        if float(old) == float(compare) {
                            data
                        } else {
                            old
                        }
                    }
                    Atomic::Add => old.wrapping_add(data),
                    Atomic::Sub => old.wrapping_sub(data),
                    Atomic::ReverseSub => data.wrapping_sub(old),
                    Atomic::MinI => (old as $signed).min(data as $signed) as $ty,
                    Atomic::MaxI => (old as $signed).max(data as $signed) as $ty,
                    Atomic::MinU => old.min(data),
                    Atomic::MaxU => old.max(data),
                    Atomic::And => old & data,
                    Atomic::Or => old | data,
                    Atomic::Xor => old ^ data,
                    Atomic::Inc => {
                        if old >= data {
                            0
                        } else {
                            old + 1
                        }
                    }
                    Atomic::Dec => {
                        if old == 0 || old > data {
                            data
                        } else {
                            old - 1
                        }
                    }
                    Atomic::AddF => (float(old) + float(data)).to_bits(),
                    Atomic::MinF => $min(float(old), float(data), mode).to_bits(),
                    Atomic::MaxF => $max(float(old), float(data), mode).to_bits(),
                    // The mask comes first, the data second.
                    Atomic::MaskOr => old & !data | compare,
                    Atomic::AddPkF16 => {
                        let add = |shift: u32| {
                            let half = |v: $ty| f64::from(f16::to_f32((v >> shift) as u16));
                            (f16::from_f64(half(old) + half(data)) as $ty) << shift
                        };
                        add(0) | add(16)
                    }
                }
            }
        }
    };
}
combine!(narrow u32, i32, f32, min32 max32);
combine!(wide u64, i64, f64, min64 max64);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counters_wrap_at_their_data() {
        assert_eq!(combine(Atomic::Inc, false, 3, 5, 0), 4);
        assert_eq!(combine(Atomic::Inc, false, 5, 5, 0), 0);
        assert_eq!(combine(Atomic::Dec, false, 0, 5, 0), 5);
        assert_eq!(combine(Atomic::Dec, false, 9, 5, 0), 5);
        assert_eq!(combine(Atomic::Dec, false, 3, 5, 0), 2);
    }

    #[test]
    fn minima_know_signs_and_widths() {
        assert_eq!(combine(Atomic::MinI, false, 1, u64::from(-1_i32 as u32), 0), 0xffff_ffff);
        assert_eq!(combine(Atomic::MinU, false, 1, 0xffff_ffff, 0), 1);
        assert_eq!(combine(Atomic::MaxI, true, 1, -1_i64 as u64, 0), 1);
        assert_eq!(combine(Atomic::AddF, true, 1.5_f64.to_bits(), 2.0_f64.to_bits(), 0), 3.5_f64.to_bits());
        assert_eq!(combine(Atomic::AddPkF16, false, 0x3c00_4000, 0x3c00_3c00, 0), 0x4000_4200);
    }
}
