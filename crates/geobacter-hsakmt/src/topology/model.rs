//! What distinguishes one GPU from another.

use crate::abi::{CacheProperties, Capability, EngineId, NodeProperties};

/// The weight of one hop over PCI Express, as Linux' driver reports it.
pub(crate) const PCI_EXPRESS_WEIGHT: u32 = 20;
/// AMD's number at the PCI-SIG.
const VENDOR: u16 = 0x1002;
/// Only seen in listings: bus 3, device 0, function 0.
const LOCATION: u32 = 3 << 8;

/// One processor, with the numbers that Linux' driver reports for a card that has it.
#[derive(Debug)]
pub(crate) struct Model {
    /// The processor.
    pub(crate) name: &'static str,
    /// The processor with its features, as AMD's runtime will name its ISA.
    pub(crate) target: &'static str,
    /// What listings show.
    pub(crate) marketing_name: &'static str,
    /// The PCI device.
    pub(crate) device_id: u16,
    pub(crate) engine: EngineId,
    /// The copy engines' microcode.
    pub(crate) sdma_microcode: u32,
    pub(crate) capability: Capability,
    pub(crate) wavefront_size: u32,
    /// Shader engines.
    pub(crate) shader_engines: u32,
    /// Compute units, all engines taken together. Kept small: the runtime reserves memory for each, and nothing runs
    /// faster for more.
    pub(crate) compute_units: u32,
    pub(crate) simds_per_compute_unit: u32,
    pub(crate) waves_per_simd: u32,
    pub(crate) lds_kilobytes: u32,
    pub(crate) scratch_slots_per_compute_unit: u32,
    pub(crate) vgpr_bytes_per_compute_unit: u32,
    pub(crate) sgpr_bytes_per_compute_unit: u32,
    pub(crate) clock_mhz: u32,
    pub(crate) memory_clock_mhz: u32,
    pub(crate) memory_bus_bits: u32,
    pub(crate) caches: &'static [Cache],
}

/// One level of cache.
#[derive(Debug)]
pub(crate) struct Cache {
    pub(crate) level: u32,
    pub(crate) kilobytes: u32,
    pub(crate) line_bytes: u32,
}

impl Model {
    /// Fills in what does not depend on the size of the memory.
    pub(crate) fn describe(&self, node: &mut NodeProperties) {
        node.compute_cores = self.compute_units * self.simds_per_compute_unit;
        node.caches = self.caches.len() as u32;
        node.capability = self.capability;
        node.waves_per_simd = self.waves_per_simd;
        node.lds_kilobytes = self.lds_kilobytes;
        node.wavefront_size = self.wavefront_size;
        node.shader_banks = self.shader_engines;
        node.arrays = 1;
        node.compute_units_per_array = self.compute_units / self.shader_engines;
        node.simds_per_compute_unit = self.simds_per_compute_unit;
        node.scratch_slots_per_compute_unit = self.scratch_slots_per_compute_unit;
        node.engine_id = self.engine;
        node.vendor_id = VENDOR;
        node.device_id = self.device_id;
        node.location_id = LOCATION;
        node.max_compute_clock_mhz = self.clock_mhz;
        // The first minor number of render nodes. Nothing opens it.
        node.drm_render_minor = 128;
        let mut name = [0; 64];
        name.iter_mut().zip(self.marketing_name.encode_utf16()).take(63).for_each(|(to, from)| *to = from);
        node.marketing_name = name;
        let mut name = [0; 64];
        name.iter_mut().zip(self.name.bytes()).take(63).for_each(|(to, from)| *to = from);
        node.amd_name = name;
        node.engine_versions = self.sdma_microcode;
        node.sdma_engines = 2;
        node.sdma_queues_per_engine = 8;
        node.compute_queues = 24;
        node.vgpr_bytes_per_compute_unit = self.vgpr_bytes_per_compute_unit;
        node.sgpr_bytes_per_compute_unit = self.sgpr_bytes_per_compute_unit;
    }

    pub(crate) fn cache_properties(&self) -> Vec<CacheProperties> {
        /// `HsaCacheType`: data, of a compute unit.
        const DATA_OF_COMPUTE_UNIT: u32 = 1 << 0 | 1 << 3;
        let properties = |cache: &Cache| CacheProperties {
            first_processor: 0,
            level: cache.level,
            kilobytes: cache.kilobytes,
            line_bytes: cache.line_bytes,
            lines_per_tag: 1,
            associativity: 0,
            latency_ns: 0,
            kind: DATA_OF_COMPUTE_UNIT,
            siblings: [0; 256],
        };
        self.caches.iter().map(properties).collect()
    }
}
