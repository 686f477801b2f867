use std::mem::{offset_of, size_of};

/// `struct amdgpu_gpu_info` of libdrm (`amdgpu.h`), as far as anything here is filled in.
#[derive(Clone, Copy, Debug)]
#[repr(C)]
pub(crate) struct GpuInfo {
    pub(crate) asic_id: u32,
    pub(crate) chip_revision: [u32; 2],
    pub(crate) family: u32,
    pub(crate) flags: u64,
    /// In kHz, as the next.
    pub(crate) max_engine_clock: u64,
    pub(crate) max_memory_clock: u64,
    pub(crate) shader_engines: u32,
    pub(crate) arrays_per_engine: u32,
    pub(crate) pipes: [u32; 6],
    /// Of the counter that kernels and packets read the time from, in kHz.
    pub(crate) counter_frequency: u32,
    pub(crate) graphics_registers: [u32; 62],
    pub(crate) compute_units: u32,
    pub(crate) compute_unit_masks: [u32; 17],
    pub(crate) memory_type: u32,
    pub(crate) memory_bus_bits: u32,
    pub(crate) other: [u32; 3],
}

const _: () = {
    assert!(size_of::<GpuInfo>() == 416);
    assert!(offset_of!(GpuInfo, family) == 12);
    assert!(offset_of!(GpuInfo, max_engine_clock) == 24);
    assert!(offset_of!(GpuInfo, shader_engines) == 40);
    assert!(offset_of!(GpuInfo, counter_frequency) == 72);
    assert!(offset_of!(GpuInfo, compute_units) == 324);
    assert!(offset_of!(GpuInfo, memory_bus_bits) == 400);
};
