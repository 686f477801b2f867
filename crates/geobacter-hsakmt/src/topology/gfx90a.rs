use super::model::{Cache, Model};
use crate::abi::{Capability, EngineId};

/// One die of an MI250X, with 8 of its 110 compute units. Error correction is on, as it always is on these cards.
pub(super) static MODEL: Model = Model {
    name: "gfx90a",
    target: "gfx90a:sramecc+:xnack-",
    marketing_name: "Emulated gfx90a (Geobacter)",
    device_id: 0x7408,
    family: 141,
    engine: EngineId::new(71, 9, 0, 10),
    sdma_microcode: 8,
    capability: Capability::DOORBELL_64.and(Capability::SRAM_ECC),
    wavefront_size: 64,
    shader_engines: 1,
    compute_units: 8,
    simds_per_compute_unit: 4,
    waves_per_simd: 8,
    lds_kilobytes: 64,
    scratch_slots_per_compute_unit: 32,
    vgpr_bytes_per_compute_unit: 512 << 10,
    sgpr_bytes_per_compute_unit: 12_800,
    clock_mhz: 1700,
    memory_clock_mhz: 1600,
    memory_bus_bits: 4096,
    caches: &[Cache { level: 1, kilobytes: 16, line_bytes: 64 }, Cache { level: 2, kilobytes: 8192, line_bytes: 128 }],
};
