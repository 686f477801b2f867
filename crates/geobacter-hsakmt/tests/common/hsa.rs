//! As much of AMD's runtime as the tests call (`hsa.h`, `hsa_ext_amd.h`).
#![allow(non_camel_case_types, reason = "the interface's names")]

use std::ffi::{c_char, c_void};

use libloading::Library;

pub(crate) type Status = u32;
pub(crate) const SUCCESS: Status = 0;
pub(crate) const OUT_OF_RESOURCES: Status = 0x1008;
pub(crate) const INVALID_ALLOCATION: Status = 0x1003;
pub(crate) const INVALID_PACKET_FORMAT: Status = 0x1009;
pub(crate) const INCOMPATIBLE_ARGUMENTS: Status = 0x100d;
pub(crate) const INVALID_CODE_OBJECT: Status = 0x1010;
pub(crate) const INVALID_ARGUMENT: Status = 0x1001;
pub(crate) const EXCEPTION: Status = 0x1016;
pub(crate) const MEMORY_APERTURE_VIOLATION: Status = 41;
pub(crate) const ILLEGAL_INSTRUCTION: Status = 42;

/// Handles.
pub(crate) type Agent = u64;
pub(crate) type Signal = u64;
pub(crate) type Pool = u64;
pub(crate) type Executable = u64;

/// `hsa_queue_t`.
#[repr(C)]
pub(crate) struct Queue {
    pub(crate) kind: u32,
    pub(crate) features: u32,
    pub(crate) base: *mut [u8; 64],
    pub(crate) doorbell: Signal,
    pub(crate) size: u32,
    pub(crate) reserved: u32,
    pub(crate) id: u64,
}

pub(crate) type QueueCallback = unsafe extern "C" fn(Status, *mut Queue, *mut c_void);
pub(crate) type EventCallback = unsafe extern "C" fn(*const MemoryFaultEvent, *mut c_void) -> Status;

/// `hsa_amd_event_t` of a memory fault.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub(crate) struct MemoryFaultEvent {
    pub(crate) kind: u32,
    pub(crate) agent: Agent,
    pub(crate) address: u64,
    pub(crate) reason: u32,
}

/// `hsa_pitched_ptr_t`.
#[repr(C)]
#[derive(Clone, Copy)]
pub(crate) struct Pitched {
    pub(crate) base: *mut u8,
    pub(crate) pitch: usize,
    pub(crate) slice: usize,
}

/// `hsa_dim3_t`.
#[repr(C)]
#[derive(Clone, Copy)]
pub(crate) struct Dim3 {
    pub(crate) x: u32,
    pub(crate) y: u32,
    pub(crate) z: u32,
}

/// `hsa_signal_condition_t`.
pub(crate) const EQUAL: u32 = 0;
pub(crate) const LESS: u32 = 2;
/// `hsaHostToDevice`, `hsaDeviceToHost`.
pub(crate) const HOST_TO_DEVICE: u32 = 1;
pub(crate) const DEVICE_TO_HOST: u32 = 2;

macro_rules! functions {
    ($($name:ident($($argument:ty),*) -> $result:ty;)*) => {
        /// The functions.
        pub(crate) struct Hsa { $(pub(crate) $name: unsafe extern "C" fn($($argument),*) -> $result,)* }

        impl Hsa {
            pub(super) fn load(library: &Library) -> Hsa {
                // SAFETY: the types are those of AMD's headers.
                unsafe { Hsa { $($name: *library.get(concat!(stringify!($name), "\0").as_bytes())
                    .unwrap_or_else(|e| panic!("{e}")),)* } }
            }
        }
    };
}

type IterateAgents = unsafe extern "C" fn(Agent, *mut c_void) -> Status;

functions! {
    hsa_init() -> Status;
    hsa_shut_down() -> Status;
    hsa_system_get_info(u32, *mut c_void) -> Status;
    hsa_iterate_agents(IterateAgents, *mut c_void) -> Status;
    hsa_agent_get_info(Agent, u32, *mut c_void) -> Status;
    hsa_agent_iterate_isas(Agent, IterateAgents, *mut c_void) -> Status;
    hsa_isa_get_info_alt(u64, u32, *mut c_void) -> Status;
    hsa_amd_agent_iterate_memory_pools(Agent, IterateAgents, *mut c_void) -> Status;
    hsa_amd_memory_pool_get_info(Pool, u32, *mut c_void) -> Status;
    hsa_amd_memory_pool_allocate(Pool, usize, u32, *mut *mut u8) -> Status;
    hsa_amd_memory_pool_free(*mut u8) -> Status;
    hsa_amd_agents_allow_access(u32, *const Agent, *const u32, *const u8) -> Status;
    hsa_amd_memory_lock(*mut u8, usize, *const Agent, i32, *mut *mut u8) -> Status;
    hsa_amd_memory_unlock(*mut u8) -> Status;
    hsa_amd_memory_fill(*mut u8, u32, usize) -> Status;
    hsa_amd_memory_async_copy(*mut u8, Agent, *const u8, Agent, usize, u32, *const Signal, Signal) -> Status;
    hsa_amd_memory_async_copy_rect(
        *const Pitched, *const Dim3, *const Pitched, *const Dim3, *const Dim3, Agent, u32, u32, *const Signal, Signal
    ) -> Status;
    hsa_queue_create(Agent, u32, u32, Option<QueueCallback>, *mut c_void, u32, u32, *mut *mut Queue) -> Status;
    hsa_queue_destroy(*mut Queue) -> Status;
    hsa_queue_add_write_index_scacq_screl(*const Queue, u64) -> u64;
    hsa_queue_load_read_index_scacquire(*const Queue) -> u64;
    hsa_signal_create(i64, u32, *const Agent, *mut Signal) -> Status;
    hsa_signal_destroy(Signal) -> Status;
    hsa_signal_load_scacquire(Signal) -> i64;
    hsa_signal_store_screlease(Signal, i64) -> ();
    hsa_signal_wait_scacquire(Signal, u32, i64, u64, u32) -> i64;
    hsa_amd_profiling_set_profiler_enabled(*mut Queue, i32) -> Status;
    hsa_amd_profiling_get_dispatch_time(Agent, Signal, *mut [u64; 2]) -> Status;
    hsa_amd_register_system_event_handler(EventCallback, *mut c_void) -> Status;
    hsa_code_object_reader_create_from_memory(*const c_void, usize, *mut u64) -> Status;
    hsa_executable_create_alt(u32, u32, *const c_char, *mut Executable) -> Status;
    hsa_executable_load_agent_code_object(Executable, Agent, u64, *const c_char, *mut u64) -> Status;
    hsa_executable_freeze(Executable, *const c_char) -> Status;
    hsa_executable_get_symbol_by_name(Executable, *const c_char, *const Agent, *mut u64) -> Status;
    hsa_executable_symbol_get_info(u64, u32, *mut c_void) -> Status;
}
