//! The nodes that there are: the host's processors, and the emulated GPUs.

mod gfx1100;
mod gfx90a;
mod host;
mod model;

use std::mem::zeroed;

use geobacter_emulator::Processor;

use crate::abi::{
    CacheProperties, IoLinkProperties, LINK_PCI_EXPRESS, MemoryProperties, NodeId, NodeProperties, Result, Status, heap,
};
pub(crate) use host::memory_bytes as host_memory_bytes;
pub(crate) use model::Model;

/// The host's node.
pub(crate) const HOST: NodeId = 0;
/// The first GPU's; the others follow.
pub(crate) const FIRST_GPU: NodeId = 1;
/// How many GPUs a machine can have. Each reserves addresses for its scratch.
pub(crate) const MOST_GPUS: usize = 8;

/// Everything that can be emulated. gfx90a is known to AMD's runtime from 5.2.3 on, gfx1100 from 5.4 on.
static MODELS: &[&Model] = &[&gfx90a::MODEL, &gfx1100::MODEL];

pub(crate) fn default_model() -> &'static Model {
    MODELS[0]
}

/// The model of this processor: `gfx90a`, or an ISA's whole name with exactly the features that it has.
pub(crate) fn model(name: &str) -> Option<&'static Model> {
    MODELS.iter().find(|m| m.name == name || m.target == name).copied()
}

/// The processors' names.
pub(crate) fn names(separator: &str) -> String {
    MODELS.iter().map(|m| m.name).collect::<Vec<_>>().join(separator)
}

/// The nodes.
#[derive(Clone, Debug)]
pub(crate) struct Topology {
    /// The GPUs, in the order of their nodes.
    pub(crate) gpus: Vec<&'static Model>,
    /// Bytes of memory that each of them has.
    pub(crate) memory: u64,
}

impl Topology {
    /// How many nodes there are.
    pub(crate) fn nodes(&self) -> u32 {
        FIRST_GPU + self.gpus.len() as u32
    }

    /// The number of the GPU that a node is, and its model; `None` is the host.
    pub(crate) fn gpu(&self, node: NodeId) -> Result<Option<(u32, &'static Model)>> {
        let Some(number) = node.checked_sub(FIRST_GPU) else { return Ok(None) };
        let model = *self.gpus.get(number as usize).ok_or(Status::InvalidNodeUnit)?;
        Ok(Some((number, model)))
    }

    pub(crate) fn node(&self, node: NodeId) -> Result<NodeProperties> {
        // SAFETY: a structure of numbers, for which zero is a value.
        let mut properties: NodeProperties = unsafe { zeroed() };
        match self.gpu(node)? {
            None => host::describe(&mut properties),
            Some((number, model)) => model.describe(number, &mut properties),
        }
        properties.memory_banks = self.banks(node)?.len() as u32;
        properties.io_links = self.links(node)?.len() as u32;
        Ok(properties)
    }

    pub(crate) fn banks(&self, node: NodeId) -> Result<Vec<MemoryProperties>> {
        let bank = |heap, bytes, base| MemoryProperties { heap, bytes, base, ..MemoryProperties::default() };
        let Some((_, model)) = self.gpu(node)? else {
            return Ok(vec![bank(heap::SYSTEM, host::memory_bytes(), 0)]);
        };
        Ok(vec![
            MemoryProperties {
                width: model.memory_bus_bits,
                max_clock_mhz: model.memory_clock_mhz,
                ..bank(heap::FRAME_BUFFER_PUBLIC, self.memory, 0)
            },
            // The runtime copies the upper halves of these two bases into each queue, where kernels find them.
            bank(heap::GPU_LDS, u64::from(model.lds_kilobytes) << 10, Processor::GROUP_APERTURE),
            bank(heap::GPU_SCRATCH, Processor::APERTURE_BYTES, Processor::PRIVATE_APERTURE),
        ])
    }

    pub(crate) fn caches(&self, node: NodeId) -> Result<Vec<CacheProperties>> {
        Ok(self.gpu(node)?.map_or_else(Vec::new, |(_, model)| model.cache_properties()))
    }

    /// Every node has a link to every other.
    pub(crate) fn links(&self, node: NodeId) -> Result<Vec<IoLinkProperties>> {
        self.gpu(node)?;
        let link = |to| IoLinkProperties {
            kind: LINK_PCI_EXPRESS,
            from: node,
            to,
            weight: if node == HOST || to == HOST { model::HOST_WEIGHT } else { model::PEER_WEIGHT },
            // No flag is set: accesses across are coherent, and atomic ones of 32 and 64 bits work.
            ..IoLinkProperties::default()
        };
        Ok((HOST..self.nodes()).filter(|to| *to != node).map(link).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn topology() -> Topology {
        Topology { gpus: vec![&gfx90a::MODEL, &gfx1100::MODEL], memory: 1 << 30 }
    }

    #[test]
    fn each_gpu_has_the_memory_that_was_asked_for() {
        for gpu in [1, 2] {
            let banks = topology().banks(gpu).unwrap();
            let bytes = banks.iter().find(|b| b.heap == heap::FRAME_BUFFER_PUBLIC).map(|b| b.bytes);
            assert_eq!(bytes, Some(1 << 30));
            assert_eq!({ topology().node(gpu).unwrap().memory_banks }, 3);
        }
    }

    #[test]
    fn gpus_come_in_order_and_are_told_apart() {
        let [first, second] = [1, 2].map(|gpu| topology().node(gpu).unwrap());
        assert_eq!(({ first.wavefront_size }, { second.wavefront_size }), (64, 32));
        assert_ne!({ first.unique_id }, { second.unique_id });
        assert_ne!({ first.location_id }, { second.location_id });
    }

    #[test]
    fn every_node_is_linked_to_every_other() {
        let ends = |node| topology().links(node).unwrap().iter().map(|l| (l.from, l.to)).collect::<Vec<_>>();
        assert_eq!(ends(0), [(0, 1), (0, 2)]);
        assert_eq!(ends(1), [(1, 0), (1, 2)]);
        assert_eq!(ends(2), [(2, 0), (2, 1)]);
        assert_eq!({ topology().node(2).unwrap().io_links }, 2);
    }

    #[test]
    fn there_are_no_other_nodes() {
        let topology = topology();
        assert_eq!(topology.nodes(), 3);
        assert_eq!(topology.node(3).err(), Some(Status::InvalidNodeUnit));
        assert_eq!(topology.banks(3).err(), Some(Status::InvalidNodeUnit));
        assert_eq!(topology.links(3).err(), Some(Status::InvalidNodeUnit));
    }

    #[test]
    fn a_whole_isa_name_must_match_in_its_features() {
        assert!(model("gfx90a:sramecc+:xnack-").is_some());
        assert!(model("gfx90a:sramecc-:xnack-").is_none());
        assert!(model("gfx90").is_none());
    }
}
