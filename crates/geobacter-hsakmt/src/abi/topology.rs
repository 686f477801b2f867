use std::mem::{offset_of, size_of};

/// `HsaVersionInfo`.
#[derive(Clone, Copy, Debug)]
#[repr(C, packed(4))]
pub(crate) struct VersionInfo {
    pub(crate) major: u32,
    pub(crate) minor: u32,
}

/// `HsaSystemProperties`.
#[derive(Clone, Copy, Debug, Default)]
#[repr(C, packed(4))]
pub(crate) struct SystemProperties {
    pub(crate) nodes: u32,
    pub(crate) platform_oem: u32,
    pub(crate) platform_id: u32,
    pub(crate) platform_revision: u32,
}

/// `HsaNodeProperties`.
#[derive(Clone, Copy, Debug)]
#[repr(C, packed(4))]
pub(crate) struct NodeProperties {
    pub(crate) cpu_cores: u32,
    /// SIMDs of a GPU, all compute units taken together.
    pub(crate) compute_cores: u32,
    pub(crate) memory_banks: u32,
    pub(crate) caches: u32,
    pub(crate) io_links: u32,
    pub(crate) first_cpu_core: u32,
    pub(crate) first_compute_core: u32,
    pub(crate) capability: Capability,
    pub(crate) waves_per_simd: u32,
    pub(crate) lds_kilobytes: u32,
    pub(crate) gds_kilobytes: u32,
    pub(crate) wavefront_size: u32,
    /// Shader engines.
    pub(crate) shader_banks: u32,
    pub(crate) arrays: u32,
    pub(crate) compute_units_per_array: u32,
    pub(crate) simds_per_compute_unit: u32,
    pub(crate) scratch_slots_per_compute_unit: u32,
    pub(crate) engine_id: EngineId,
    pub(crate) vendor_id: u16,
    pub(crate) device_id: u16,
    pub(crate) location_id: u32,
    pub(crate) local_memory_bytes: u64,
    pub(crate) max_compute_clock_mhz: u32,
    pub(crate) max_cpu_clock_mhz: u32,
    pub(crate) drm_render_minor: i32,
    /// UTF-16.
    pub(crate) marketing_name: [u16; 64],
    /// ASCII.
    pub(crate) amd_name: [u8; 64],
    /// The copy engines' microcode, in the low 10 bits.
    pub(crate) engine_versions: u32,
    pub(crate) debug_properties: u64,
    pub(crate) hive_id: u64,
    pub(crate) sdma_engines: u32,
    pub(crate) sdma_xgmi_engines: u32,
    pub(crate) sdma_queues_per_engine: u8,
    pub(crate) compute_queues: u8,
    pub(crate) global_wave_sync: u8,
    /// Whether the GPU is part of the host's processor (reserved before ROCm 5.7).
    pub(crate) integrated: u8,
    pub(crate) domain: u32,
    pub(crate) unique_id: u64,
    pub(crate) vgpr_bytes_per_compute_unit: u32,
    pub(crate) sgpr_bytes_per_compute_unit: u32,
    /// Accelerator dies that work as one GPU; this and what follows were reserved before ROCm 5.7.
    pub(crate) dies: u32,
    /// The kernel driver's own number of the GPU.
    pub(crate) kfd_gpu: u32,
    /// `AMDGPU_FAMILY_*` of the graphics driver.
    pub(crate) family: u32,
}

/// `HSA_CAPABILITY`: bits of a node.
#[derive(Clone, Copy, Debug, Default)]
#[repr(transparent)]
pub(crate) struct Capability(pub(crate) u32);

impl Capability {
    /// Doorbells are 64 bits wide and take packet numbers (`DoorbellType` 2, GFX9 and later).
    pub(crate) const DOORBELL_64: Capability = Capability(2 << 12);
    /// `SRAM_EDCSupport`: the on-chip memories correct errors, which makes the ISA's name end in `sramecc+`.
    pub(crate) const SRAM_ECC: Capability = Capability(1 << 26);

    pub(crate) const fn and(self, other: Capability) -> Capability {
        Capability(self.0 | other.0)
    }
}

/// `HSA_ENGINE_ID`: the processor.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[repr(transparent)]
pub(crate) struct EngineId(pub(crate) u32);

impl EngineId {
    /// The microcode's version, and the processor's: 9, 0, 10 is gfx90a.
    pub(crate) const fn new(microcode: u32, major: u32, minor: u32, stepping: u32) -> EngineId {
        EngineId((microcode & 0x3ff) | (major & 0x3f) << 10 | (minor & 0xff) << 16 | (stepping & 0xff) << 24)
    }
}

/// `HsaMemoryProperties`: a bank.
#[derive(Clone, Copy, Debug, Default)]
#[repr(C, packed(4))]
pub(crate) struct MemoryProperties {
    pub(crate) heap: u32,
    pub(crate) bytes: u64,
    pub(crate) flags: u32,
    pub(crate) width: u32,
    pub(crate) max_clock_mhz: u32,
    pub(crate) base: u64,
}

/// Kinds of banks (`HSA_HEAPTYPE`).
pub(crate) mod heap {
    pub(crate) const SYSTEM: u32 = 0;
    pub(crate) const FRAME_BUFFER_PUBLIC: u32 = 1;
    pub(crate) const GPU_LDS: u32 = 4;
    pub(crate) const GPU_SCRATCH: u32 = 5;
}

/// `HsaCacheProperties`.
#[derive(Clone, Copy, Debug)]
#[repr(C, packed(4))]
pub(crate) struct CacheProperties {
    pub(crate) first_processor: u32,
    pub(crate) level: u32,
    pub(crate) kilobytes: u32,
    pub(crate) line_bytes: u32,
    pub(crate) lines_per_tag: u32,
    pub(crate) associativity: u32,
    pub(crate) latency_ns: u32,
    /// `HsaCacheType`.
    pub(crate) kind: u32,
    pub(crate) siblings: [u32; 256],
}

/// `HsaIoLinkProperties`.
#[derive(Clone, Copy, Debug, Default)]
#[repr(C, packed(4))]
pub(crate) struct IoLinkProperties {
    pub(crate) kind: u32,
    pub(crate) version_major: u32,
    pub(crate) version_minor: u32,
    pub(crate) from: u32,
    pub(crate) to: u32,
    pub(crate) weight: u32,
    pub(crate) min_latency_ns: u32,
    pub(crate) max_latency_ns: u32,
    pub(crate) min_bandwidth_mbps: u32,
    pub(crate) max_bandwidth_mbps: u32,
    pub(crate) transfer_bytes: u32,
    pub(crate) flags: u32,
}

/// `HSA_IOLINKTYPE_PCIEXPRESS`.
pub(crate) const LINK_PCI_EXPRESS: u32 = 2;

/// `HsaGpuTileConfig`.
#[derive(Clone, Copy, Debug)]
#[repr(C, packed(4))]
pub(crate) struct TileConfig {
    pub(crate) tile_config: *mut u32,
    pub(crate) macro_tile_config: *mut u32,
    pub(crate) tile_configs: u32,
    pub(crate) macro_tile_configs: u32,
    pub(crate) address_config: u32,
    pub(crate) banks: u32,
    pub(crate) ranks: u32,
    pub(crate) reserved: [u32; 7],
}

/// `HsaClockCounters`.
#[derive(Clone, Copy, Debug)]
#[repr(C, packed(4))]
pub(crate) struct ClockCounters {
    pub(crate) gpu: u64,
    pub(crate) cpu: u64,
    pub(crate) system: u64,
    pub(crate) system_hz: u64,
}

const _: () = {
    assert!(size_of::<VersionInfo>() == 8);
    assert!(size_of::<SystemProperties>() == 16);
    assert!(size_of::<NodeProperties>() == 356);
    assert!(offset_of!(NodeProperties, capability) == 28);
    assert!(offset_of!(NodeProperties, engine_id) == 68);
    assert!(offset_of!(NodeProperties, vendor_id) == 72);
    assert!(offset_of!(NodeProperties, local_memory_bytes) == 80);
    assert!(offset_of!(NodeProperties, drm_render_minor) == 96);
    assert!(offset_of!(NodeProperties, marketing_name) == 100);
    assert!(offset_of!(NodeProperties, amd_name) == 228);
    assert!(offset_of!(NodeProperties, engine_versions) == 292);
    assert!(offset_of!(NodeProperties, debug_properties) == 296);
    assert!(offset_of!(NodeProperties, hive_id) == 304);
    assert!(offset_of!(NodeProperties, sdma_engines) == 312);
    assert!(offset_of!(NodeProperties, sdma_queues_per_engine) == 320);
    assert!(offset_of!(NodeProperties, domain) == 324);
    assert!(offset_of!(NodeProperties, unique_id) == 328);
    assert!(offset_of!(NodeProperties, vgpr_bytes_per_compute_unit) == 336);
    assert!(offset_of!(NodeProperties, dies) == 344);
    assert!(offset_of!(NodeProperties, family) == 352);
    assert!(size_of::<MemoryProperties>() == 32);
    assert!(offset_of!(MemoryProperties, bytes) == 4);
    assert!(offset_of!(MemoryProperties, flags) == 12);
    assert!(offset_of!(MemoryProperties, base) == 24);
    assert!(size_of::<CacheProperties>() == 1056);
    assert!(size_of::<IoLinkProperties>() == 48);
    assert!(size_of::<TileConfig>() == 64);
    assert!(offset_of!(TileConfig, address_config) == 24);
    assert!(size_of::<ClockCounters>() == 32);
};
