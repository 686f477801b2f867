//! Numbers of `hsa.h` and `hsa_ext_amd.h`, under the names they have there without `HSA_` and `AMD_` in front.

use super::Status;

/// Success.
pub const SUCCESS: Status = Status(0);
/// Stops an iteration early; no error.
pub const INFO_BREAK: Status = Status(1);
/// Any failure without a number of its own.
pub const ERROR: Status = Status(0x1000);
/// An argument that the function does not take.
pub const ERROR_INVALID_ARGUMENT: Status = Status(0x1001);
/// More memory than one allocation may have.
pub const ERROR_INVALID_ALLOCATION: Status = Status(0x1003);
/// No memory, queue or signal left; what `hsa_init` answers where there is no kernel driver.
pub const ERROR_OUT_OF_RESOURCES: Status = Status(0x1008);
/// A packet of no known type.
pub const ERROR_INVALID_PACKET_FORMAT: Status = Status(0x1009);
/// A grid of an impossible shape.
pub const ERROR_INCOMPATIBLE_ARGUMENTS: Status = Status(0x100D);
/// More registers than there are.
pub const ERROR_INVALID_ISA: Status = Status(0x100F);
/// Code for another processor, or no code at all.
pub const ERROR_INVALID_CODE_OBJECT: Status = Status(0x1010);
/// A wave trapped.
pub const ERROR_EXCEPTION: Status = Status(0x1016);
/// A wave reached outside of its apertures.
pub const ERROR_MEMORY_APERTURE_VIOLATION: Status = Status(41);
/// An instruction that the device does not have.
pub const ERROR_ILLEGAL_INSTRUCTION: Status = Status(42);
/// A page that is not there, or not for this access.
pub const ERROR_MEMORY_FAULT: Status = Status(43);

/// `hsa_system_get_info`: `u16`.
pub const SYSTEM_INFO_VERSION_MAJOR: u32 = 0;
/// `hsa_system_get_info`: `u16`.
pub const SYSTEM_INFO_VERSION_MINOR: u32 = 1;
/// `hsa_system_get_info`: ticks a second of profiling times; `u64`.
pub const SYSTEM_INFO_TIMESTAMP_FREQUENCY: u32 = 3;

/// `hsa_agent_get_info`: `[u8; 64]`.
pub const AGENT_INFO_NAME: u32 = 0;
/// `hsa_agent_get_info`: bits of `AGENT_FEATURE_*`; `u32`.
pub const AGENT_INFO_FEATURE: u32 = 2;
/// `hsa_agent_get_info`: work-items of a wavefront; `u32`.
pub const AGENT_INFO_WAVEFRONT_SIZE: u32 = 6;
/// `hsa_agent_get_info`: work-items of a work-group along each axis; `[u16; 3]`.
pub const AGENT_INFO_WORKGROUP_MAX_DIM: u32 = 7;
/// `hsa_agent_get_info`: work-items of a work-group; `u32`.
pub const AGENT_INFO_WORKGROUP_MAX_SIZE: u32 = 8;
/// `hsa_agent_get_info`: work-items along each axis; `[u32; 3]`.
pub const AGENT_INFO_GRID_MAX_DIM: u32 = 9;
/// `hsa_agent_get_info`: packets of the largest queue; `u32`.
pub const AGENT_INFO_QUEUE_MAX_SIZE: u32 = 14;
/// `hsa_agent_get_info`: number of the node; `u32`.
pub const AGENT_INFO_NODE: u32 = 16;
/// `hsa_agent_get_info`: one of `DEVICE_TYPE_*`; `u32`.
pub const AGENT_INFO_DEVICE: u32 = 17;
/// `hsa_agent_get_info`: `u32`.
pub const AGENT_INFO_COMPUTE_UNIT_COUNT: u32 = 0xA002;
/// `hsa_agent_get_info`: what AMD sells it as; `[u8; 64]`.
pub const AGENT_INFO_PRODUCT_NAME: u32 = 0xA009;

/// The agent runs kernels.
pub const AGENT_FEATURE_KERNEL_DISPATCH: u32 = 1;
/// `AGENT_INFO_DEVICE` of host processors.
pub const DEVICE_TYPE_CPU: u32 = 0;
/// `AGENT_INFO_DEVICE` of GPUs.
pub const DEVICE_TYPE_GPU: u32 = 1;

/// `hsa_isa_get_info_alt`: length of the name; `u32`.
pub const ISA_INFO_NAME_LENGTH: u32 = 0;
/// `hsa_isa_get_info_alt`: the name, perhaps without NUL.
pub const ISA_INFO_NAME: u32 = 1;

/// `hsa_amd_memory_pool_get_info`: one of `SEGMENT_*`; `u32`.
pub const MEMORY_POOL_INFO_SEGMENT: u32 = 0;
/// `hsa_amd_memory_pool_get_info`: bits of `MEMORY_POOL_FLAG_*`; `u32`.
pub const MEMORY_POOL_INFO_GLOBAL_FLAGS: u32 = 1;
/// `hsa_amd_memory_pool_get_info`: bytes; `usize`.
pub const MEMORY_POOL_INFO_SIZE: u32 = 2;
/// `hsa_amd_memory_pool_get_info`: `bool`.
pub const MEMORY_POOL_INFO_RUNTIME_ALLOC_ALLOWED: u32 = 5;
/// A pool of global memory.
pub const SEGMENT_GLOBAL: u32 = 0;
/// The pool that stands for work-group memory.
pub const SEGMENT_GROUP: u32 = 3;
/// Kernel arguments may be put there.
pub const MEMORY_POOL_FLAG_KERNARG: u32 = 1;
/// Every access is seen by every agent at once.
pub const MEMORY_POOL_FLAG_FINE_GRAINED: u32 = 2;
/// Accesses are seen where kernels begin and end.
pub const MEMORY_POOL_FLAG_COARSE_GRAINED: u32 = 4;

/// `hsa_amd_agent_memory_pool_get_info`: one of the answers below; `u32`.
pub const AGENT_MEMORY_POOL_INFO_ACCESS: u32 = 0;
/// `hsa_amd_agent_memory_pool_get_info`: links between the two; `u32`.
pub const AGENT_MEMORY_POOL_INFO_NUM_LINK_HOPS: u32 = 1;
/// The agent can never reach the pool.
pub const MEMORY_POOL_ACCESS_NEVER_ALLOWED: u32 = 0;

/// `hsa_queue_create`: one thread at a time writes packets.
pub const QUEUE_TYPE_SINGLE: u32 = 1;

/// `hsa_amd_signal_create`: no interrupt, and no kernel event, of which a process has 4096.
pub const SIGNAL_AMD_GPU_ONLY: u64 = 1;

/// `hsa_signal_wait_scacquire`: until the value is equal.
pub const SIGNAL_CONDITION_EQ: u32 = 0;
/// `hsa_signal_wait_scacquire`: until it is not.
pub const SIGNAL_CONDITION_NE: u32 = 1;
/// `hsa_signal_wait_scacquire`: until it is less.
pub const SIGNAL_CONDITION_LT: u32 = 2;
/// `hsa_signal_wait_scacquire`: until it is as much, or more.
pub const SIGNAL_CONDITION_GTE: u32 = 3;
/// `hsa_signal_wait_scacquire`: the thread may sleep.
pub const WAIT_STATE_BLOCKED: u32 = 0;

/// `hsa_executable_create_alt`: `HSA_PROFILE_FULL`, what AMD's code objects are for.
pub const PROFILE_FULL: u32 = 1;
/// `hsa_executable_create_alt`: whatever the code asks for.
pub const DEFAULT_FLOAT_ROUNDING_MODE_DEFAULT: u32 = 0;

/// `hsa_executable_symbol_get_info`: what a packet names; `u64`.
pub const SYMBOL_INFO_KERNEL_OBJECT: u32 = 22;
/// `hsa_executable_symbol_get_info`: bytes; `u32`.
pub const SYMBOL_INFO_KERNARG_SEGMENT_SIZE: u32 = 11;
/// `hsa_executable_symbol_get_info`: bytes; `u32`.
pub const SYMBOL_INFO_GROUP_SEGMENT_SIZE: u32 = 13;
/// `hsa_executable_symbol_get_info`: bytes of each work-item; `u32`.
pub const SYMBOL_INFO_PRIVATE_SEGMENT_SIZE: u32 = 14;

/// Event type of memory faults.
pub const GPU_MEMORY_FAULT_EVENT: u32 = 0;
/// Reasons of a memory fault, by bit, and what to call them.
pub const MEMORY_FAULT_REASONS: [(u32, &str); 8] = [
    (1 << 0, "the page is not there"),
    (1 << 1, "a write to a page that may only be read"),
    (1 << 2, "a jump to a page without code"),
    (1 << 3, "the page is for the host alone"),
    (1 << 4, "an uncorrectable error of the memory"),
    (1 << 5, "the address is not exact"),
    (1 << 6, "an uncorrectable error of the chip's own memory"),
    (1 << 31, "the device hung and was reset"),
];
