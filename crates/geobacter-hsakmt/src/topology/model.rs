//! What distinguishes one GPU from another.

use crate::abi::{CacheProperties, Capability, EngineId, GpuInfo, NodeProperties};
use crate::clock;

/// The weight of one hop over PCI Express between the host and a GPU, as Linux' driver reports it.
pub(crate) const HOST_WEIGHT: u32 = 20;
/// And between two GPUs: two such hops.
pub(crate) const PEER_WEIGHT: u32 = 40;
/// AMD's number at the PCI-SIG.
const VENDOR: u16 = 0x1002;
/// Only seen in listings: the first GPU is bus 3, device 0, function 0; the others are on the buses that follow.
const FIRST_BUS: u32 = 3;
/// The minor number of the first GPU's render node. Nothing opens it.
const FIRST_RENDER_NODE: i32 = 128;

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
    /// `AMDGPU_FAMILY_*` of the graphics driver (`amdgpu_drm.h`).
    pub(crate) family: u32,
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
    /// Fills in what does not depend on the size of the memory, for the GPU with this number.
    pub(crate) fn describe(&self, number: u32, node: &mut NodeProperties) {
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
        node.location_id = (FIRST_BUS + number) << 8;
        node.max_compute_clock_mhz = self.clock_mhz;
        node.drm_render_minor = FIRST_RENDER_NODE + number as i32;
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
        node.dies = 1;
        node.kfd_gpu = node.location_id;
        // Different for each, and never 0, which would mean that there is none.
        node.unique_id = u64::from(self.device_id) << 32 | u64::from(number + 1);
        node.family = self.family;
    }

    /// Fills in what the graphics driver tells.
    pub(crate) fn graphics(&self, info: GpuInfo) -> GpuInfo {
        GpuInfo {
            asic_id: self.device_id.into(),
            family: self.family,
            max_engine_clock: u64::from(self.clock_mhz) * 1000,
            max_memory_clock: u64::from(self.memory_clock_mhz) * 1000,
            shader_engines: self.shader_engines,
            arrays_per_engine: 1,
            counter_frequency: (clock::DEVICE_HZ / 1000) as u32,
            compute_units: self.compute_units,
            memory_bus_bits: self.memory_bus_bits,
            ..info
        }
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
