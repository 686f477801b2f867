//! The nodes that there are: the host's processors, and one emulated GPU.

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
/// The emulated GPU's.
pub(crate) const GPU: NodeId = 1;
/// How many there are.
pub(crate) const NODES: u32 = 2;

/// Everything that can be emulated. AMD's runtime 5.2.3 knows these too.
static MODELS: &[&Model] = &[&gfx90a::MODEL];

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

/// The nodes, with a GPU of this much memory.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Topology {
    pub(crate) model: &'static Model,
    pub(crate) memory: u64,
}

impl Topology {
    pub(crate) fn node(&self, node: NodeId) -> Result<NodeProperties> {
        // SAFETY: a structure of numbers, for which zero is a value.
        let mut properties: NodeProperties = unsafe { zeroed() };
        match node {
            HOST => host::describe(&mut properties),
            GPU => self.model.describe(&mut properties),
            _ => return Err(Status::InvalidNodeUnit),
        }
        properties.memory_banks = self.banks(node)?.len() as u32;
        properties.io_links = 1;
        Ok(properties)
    }

    pub(crate) fn banks(&self, node: NodeId) -> Result<Vec<MemoryProperties>> {
        let bank = |heap, bytes, base| MemoryProperties { heap, bytes, base, ..MemoryProperties::default() };
        match node {
            HOST => Ok(vec![bank(heap::SYSTEM, host::memory_bytes(), 0)]),
            GPU => Ok(vec![
                MemoryProperties {
                    width: self.model.memory_bus_bits,
                    max_clock_mhz: self.model.memory_clock_mhz,
                    ..bank(heap::FRAME_BUFFER_PUBLIC, self.memory, 0)
                },
                // The runtime copies the upper halves of these two bases into each queue, where kernels find them.
                bank(heap::GPU_LDS, u64::from(self.model.lds_kilobytes) << 10, Processor::GROUP_APERTURE),
                bank(heap::GPU_SCRATCH, Processor::APERTURE_BYTES, Processor::PRIVATE_APERTURE),
            ]),
            _ => Err(Status::InvalidNodeUnit),
        }
    }

    pub(crate) fn caches(&self, node: NodeId) -> Result<Vec<CacheProperties>> {
        match node {
            HOST => Ok(Vec::new()),
            GPU => Ok(self.model.cache_properties()),
            _ => Err(Status::InvalidNodeUnit),
        }
    }

    pub(crate) fn links(&self, node: NodeId) -> Result<Vec<IoLinkProperties>> {
        let to = match node {
            HOST => GPU,
            GPU => HOST,
            _ => return Err(Status::InvalidNodeUnit),
        };
        // No flag is set: accesses across are coherent, and atomic ones of 32 and 64 bits work.
        let link = IoLinkProperties {
            kind: LINK_PCI_EXPRESS,
            from: node,
            to,
            weight: model::PCI_EXPRESS_WEIGHT,
            ..IoLinkProperties::default()
        };
        Ok(vec![link])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TOPOLOGY: Topology = Topology { model: &gfx90a::MODEL, memory: 1 << 30 };

    #[test]
    fn the_gpu_has_the_memory_that_was_asked_for() {
        let banks = TOPOLOGY.banks(GPU).unwrap();
        let bytes = banks.iter().find(|b| b.heap == heap::FRAME_BUFFER_PUBLIC).map(|b| b.bytes);
        assert_eq!(bytes, Some(1 << 30));
        assert_eq!({ TOPOLOGY.node(GPU).unwrap().memory_banks }, 3);
    }

    #[test]
    fn there_are_no_other_nodes() {
        assert_eq!(TOPOLOGY.node(NODES).err(), Some(Status::InvalidNodeUnit));
        assert_eq!(TOPOLOGY.banks(NODES).err(), Some(Status::InvalidNodeUnit));
        assert_eq!(TOPOLOGY.links(NODES).err(), Some(Status::InvalidNodeUnit));
    }

    #[test]
    fn a_whole_isa_name_must_match_in_its_features() {
        assert!(model("gfx90a:sramecc+:xnack-").is_some());
        assert!(model("gfx90a:sramecc-:xnack-").is_none());
        assert!(model("gfx90").is_none());
    }
}
