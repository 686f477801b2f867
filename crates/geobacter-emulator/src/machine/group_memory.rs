//! Work-group memory (LDS).

use crate::FaultKind;
use crate::op::{Problem, Stop};

/// One work-group's memory. Only this group's wavefronts reach it, and they take turns.
#[derive(Debug, Default)]
pub(crate) struct GroupMemory {
    bytes: Vec<u8>,
    /// Which bytes have been written; empty where nobody asks.
    written: Vec<bool>,
}

/// What is in work-group memory before anything is written there: on hardware whatever the group before left.
const POISON: u8 = 0xcb;

impl GroupMemory {
    /// Of a new work-group.
    pub(crate) fn reset(&mut self, bytes: usize, check_initialised: bool) {
        self.bytes.clear();
        self.bytes.resize(bytes, POISON);
        self.written.clear();
        if check_initialised {
            self.written.resize(bytes, false);
        }
    }

    fn range(&self, at: u64, bytes: usize, lane: u32) -> Result<std::ops::Range<usize>, Stop> {
        match usize::try_from(at) {
            Ok(start) if start.checked_add(bytes).is_some_and(|end| end <= self.bytes.len()) => {
                Ok(start..start + bytes)
            }
            _ => Err(Box::new(Problem { kind: FaultKind::GroupMemory, lane: Some(lane), address: Some(at) })),
        }
    }

    /// Reads `N` bytes.
    #[inline]
    pub(crate) fn read<const N: usize>(&self, at: u64, lane: u32) -> Result<[u8; N], Stop> {
        let range = self.range(at, N, lane)?;
        if !self.written.is_empty() && self.written[range.clone()].contains(&false) {
            let kind = FaultKind::UninitialisedGroupMemory;
            return Err(Box::new(Problem { kind, lane: Some(lane), address: Some(at) }));
        }
        let mut out = [0; N];
        out.copy_from_slice(&self.bytes[range]);
        Ok(out)
    }

    /// Writes `N` bytes.
    #[inline]
    pub(crate) fn write<const N: usize>(&mut self, at: u64, value: [u8; N], lane: u32) -> Result<(), Stop> {
        let range = self.range(at, N, lane)?;
        if !self.written.is_empty() {
            self.written[range.clone()].fill(true);
        }
        self.bytes[range].copy_from_slice(&value);
        Ok(())
    }
}
