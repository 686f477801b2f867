use super::model::{Cache, Model};
use crate::abi::{Capability, EngineId};

/// A Navi 31 (Radeon RX 7900 XTX), with 8 of its 96 compute units. Two compute units are one work-group processor.
pub(super) static MODEL: Model = Model {
    name: "gfx1100",
    target: "gfx1100",
    marketing_name: "Emulated gfx1100 (Geobacter)",
    device_id: 0x744c,
    family: 145,
    engine: EngineId::new(202, 11, 0, 0),
    sdma_microcode: 20,
    capability: Capability::DOORBELL_64,
    wavefront_size: 32,
    shader_engines: 1,
    compute_units: 8,
    simds_per_compute_unit: 2,
    waves_per_simd: 16,
    lds_kilobytes: 64,
    scratch_slots_per_compute_unit: 32,
    vgpr_bytes_per_compute_unit: 384 << 10,
    sgpr_bytes_per_compute_unit: 16 << 10,
    clock_mhz: 2500,
    memory_clock_mhz: 1249,
    memory_bus_bits: 384,
    caches: &[Cache { level: 1, kilobytes: 32, line_bytes: 128 }, Cache { level: 2, kilobytes: 6144, line_bytes: 128 }],
};
