//! Host memory that was registered, to be mapped to devices.
//!
//! Ranges may overlap, and devices map whole pages. So what one sees is the union of the pages of all that is mapped to
//! it.

use std::collections::{BTreeMap, HashMap};

use geobacter_emulator::Access;

use super::gpus::Gpus;
use super::lookup::Visible;
use super::pages;
use crate::abi::NodeId;

/// One range.
#[derive(Debug, Default)]
pub(super) struct Registration {
    /// How often it was registered.
    count: u32,
    pub(super) mapped: Gpus,
    pub(super) user_data: usize,
}

/// All of them, by address and size.
#[derive(Debug, Default)]
pub(super) struct Registrations {
    by_range: BTreeMap<(u64, u64), Registration>,
    /// For each GPU the pages of those that are mapped to it: first byte, and the byte after the last. Neither overlapping
    /// nor touching.
    pages: HashMap<NodeId, BTreeMap<u64, u64>>,
}

impl Registrations {
    pub(super) fn add(&mut self, address: u64, bytes: u64) {
        self.by_range.entry((address, bytes)).or_default().count += 1;
    }

    /// Undoes one `add` of a range at this address; says whether there was one.
    pub(super) fn remove(&mut self, address: u64) -> bool {
        let Some((key, registration)) = self.at_mut(address) else {
            return false;
        };
        registration.count -= 1;
        if registration.count == 0 {
            self.by_range.remove(&key);
            self.merge();
        }
        true
    }

    /// Lets these GPUs, and no others, see a range; says whether it is registered.
    pub(super) fn map(&mut self, address: u64, bytes: u64, gpus: Gpus) -> bool {
        let exact = self.by_range.contains_key(&(address, bytes)).then_some((address, bytes));
        let Some(key) = exact.or_else(|| self.at_mut(address).map(|(key, _)| key)) else {
            return false;
        };
        self.by_range.get_mut(&key).expect("it was just found").mapped = gpus;
        self.merge();
        true
    }

    /// Ends that for all ranges at this address.
    pub(super) fn unmap(&mut self, address: u64) -> bool {
        let mut known = false;
        for (_, registration) in self.by_range.range_mut((address, 0)..=(address, u64::MAX)) {
            registration.mapped = Gpus::NONE;
            known = true;
        }
        self.merge();
        known
    }

    /// A range that holds this address: its own address, its size, and what is known of it.
    pub(super) fn containing(&self, address: u64) -> Option<(u64, u64, &Registration)> {
        let holds = |(start, bytes): (u64, u64)| address - start < bytes;
        let before = self.by_range.range(..=(address, u64::MAX)).rev();
        before.map(|(&key, r)| (key.0, key.1, r)).find(|&(start, bytes, _)| holds((start, bytes)))
    }

    pub(super) fn user_data_mut(&mut self, address: u64) -> Option<&mut usize> {
        let (start, bytes, _) = self.containing(address)?;
        self.by_range.get_mut(&(start, bytes)).map(|r| &mut r.user_data)
    }

    /// The range around an access that this GPU may make.
    pub(super) fn visible(&self, gpu: NodeId, address: u64, bytes: u64, access: Access) -> Option<Visible> {
        let (&start, &end) = self.pages.get(&gpu)?.range(..=address).next_back()?;
        let whole = address.checked_add(bytes).is_some_and(|after| after <= end);
        whole.then_some(Visible { start, end, write: true, execute: false })?.allowing(access)
    }

    fn at_mut(&mut self, address: u64) -> Option<((u64, u64), &mut Registration)> {
        self.by_range.range_mut((address, 0)..=(address, u64::MAX)).next().map(|(&key, r)| (key, r))
    }

    fn merge(&mut self) {
        self.pages.clear();
        // The ranges come in the order of their addresses, so each either continues the last run of pages or begins one.
        for (&(address, bytes), registration) in &self.by_range {
            let (start, end) = pages::around(address, bytes);
            for gpu in registration.mapped.nodes() {
                let merged = self.pages.entry(gpu).or_default();
                match merged.last_entry() {
                    Some(mut last) if *last.get() >= start => *last.get_mut() = end.max(*last.get()),
                    _ => {
                        merged.insert(start, end);
                    }
                }
            }
        }
    }
}
