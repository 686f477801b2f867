//! What was allocated for the device, by address.

use std::collections::{BTreeMap, HashMap};

use geobacter_emulator::Access;

use super::gpus::Gpus;
use super::lookup::Visible;
use super::pages::Pages;
use crate::abi::{MemFlags, NodeId};

/// One allocation.
#[derive(Debug)]
pub(super) struct Allocation {
    pub(super) pages: Pages,
    pub(super) node: NodeId,
    pub(super) flags: MemFlags,
    /// Whether it takes room in its node's bank.
    pub(super) counted: bool,
    /// The GPUs that may touch it.
    pub(super) mapped: Gpus,
    pub(super) user_data: usize,
}

/// All of them, by the address of their first byte. They never overlap.
#[derive(Debug, Default)]
pub(super) struct Allocations {
    by_start: BTreeMap<u64, Allocation>,
    /// Bytes that are taken of each node's bank.
    used: HashMap<NodeId, u64>,
}

impl Allocations {
    pub(super) fn used(&self, node: NodeId) -> u64 {
        self.used.get(&node).copied().unwrap_or(0)
    }

    pub(super) fn insert(&mut self, allocation: Allocation) {
        if allocation.counted {
            *self.used.entry(allocation.node).or_default() += allocation.pages.bytes();
        }
        self.by_start.insert(allocation.pages.start(), allocation);
    }

    /// Takes out the one that starts here.
    pub(super) fn remove(&mut self, start: u64) -> Option<Allocation> {
        let allocation = self.by_start.remove(&start)?;
        if allocation.counted {
            *self.used.entry(allocation.node).or_default() -= allocation.pages.bytes();
        }
        Some(allocation)
    }

    /// The one that all of these bytes are in.
    pub(super) fn containing(&self, address: u64, bytes: u64) -> Option<&Allocation> {
        let (_, allocation) = self.by_start.range(..=address).next_back()?;
        allocation.holds(address, bytes).then_some(allocation)
    }

    pub(super) fn containing_mut(&mut self, address: u64, bytes: u64) -> Option<&mut Allocation> {
        let (_, allocation) = self.by_start.range_mut(..=address).next_back()?;
        allocation.holds(address, bytes).then_some(allocation)
    }

    /// The range around an access that this GPU may make.
    pub(super) fn visible(&self, gpu: NodeId, address: u64, bytes: u64, access: Access) -> Option<Visible> {
        let allocation = self.containing(address, bytes).filter(|a| a.mapped.has(gpu))?;
        let (write, execute) = (!allocation.flags.has(MemFlags::READ_ONLY), allocation.flags.has(MemFlags::EXECUTE));
        let start = allocation.pages.start();
        Visible { start, end: start + allocation.pages.bytes(), write, execute }.allowing(access)
    }
}

impl Allocation {
    fn holds(&self, address: u64, bytes: u64) -> bool {
        let offset = address - self.pages.start();
        offset.checked_add(bytes).is_some_and(|end| end <= self.pages.bytes())
    }
}
