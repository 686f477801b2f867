use std::collections::HashMap;

use parking_lot::Mutex;

use crate::abi::{NodeId, Result, Status};
use crate::topology::{FIRST_GPU, MOST_GPUS};

/// A set of GPUs, by their nodes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct Gpus(u8);

const _: () = assert!(MOST_GPUS as u32 <= u8::BITS);

impl Gpus {
    pub(crate) const NONE: Gpus = Gpus(0);

    /// One GPU.
    pub(crate) fn only(node: NodeId) -> Gpus {
        Gpus(1 << (node - FIRST_GPU))
    }

    /// The first `count` GPUs.
    pub(crate) fn first(count: usize) -> Gpus {
        debug_assert!(count <= MOST_GPUS);
        Gpus(((1u32 << count) - 1) as u8)
    }

    /// These nodes, of which each must be in `all`.
    pub(crate) fn of(nodes: &[NodeId], all: Gpus) -> Result<Gpus> {
        nodes.iter().try_fold(Gpus::NONE, |set, &node| {
            if all.has(node) { Ok(Gpus(set.0 | Gpus::only(node).0)) } else { Err(Status::InvalidNodeUnit) }
        })
    }

    /// Whether `node` is a GPU in this set.
    pub(crate) fn has(self, node: NodeId) -> bool {
        (FIRST_GPU..FIRST_GPU + MOST_GPUS as u32).contains(&node) && self.0 & Gpus::only(node).0 != 0
    }

    /// Their nodes.
    pub(crate) fn nodes(self) -> impl Iterator<Item = NodeId> {
        (FIRST_GPU..FIRST_GPU + MOST_GPUS as u32).filter(move |node| self.has(*node))
    }

    /// The same as a list that lives for good, as the interface hands it out. There are few sets.
    pub(crate) fn list(self) -> &'static [NodeId] {
        static LISTS: Mutex<Option<HashMap<Gpus, &'static [NodeId]>>> = Mutex::new(None);
        LISTS.lock().get_or_insert_default().entry(self).or_insert_with(|| self.nodes().collect::<Vec<_>>().leak())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_set_holds_the_gpus_that_it_was_made_of() {
        let all = Gpus::first(3);
        assert_eq!(all.list(), [1, 2, 3]);
        assert_eq!(Gpus::of(&[3, 1], all).unwrap().list(), [1, 3]);
        assert_eq!(Gpus::of(&[2], all), Ok(Gpus::only(2)));
        assert_eq!(Gpus::of(&[], all), Ok(Gpus::NONE));
        assert_eq!(Gpus::first(8).nodes().count(), 8);
    }

    #[test]
    fn the_host_and_nodes_that_are_not_there_are_no_gpus() {
        let all = Gpus::first(2);
        for node in [0, 3, 9, u32::MAX] {
            assert!(!all.has(node));
            assert_eq!(Gpus::of(&[1, node], all), Err(Status::InvalidNodeUnit));
        }
    }
}
