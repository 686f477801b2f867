//! The part of the HSA runtime's interface that this crate uses, found by name in ROCr's library.
//!
//! Written by hand: a result of the runtime is a number here, never a Rust `enum`, so that one newer than this code is no
//! undefined behaviour; and a missing library or function is a value, not a panic. Names, signatures and numbers are those
//! of `hsa.h` (HSA Runtime 1.2) and `hsa_ext_amd.h`.
#![allow(non_snake_case)]

mod constants;

use std::ffi::{CStr, c_char, c_int, c_void};

pub use constants::*;

/// What most functions of the runtime answer.
#[repr(transparent)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Status(pub u32);

macro_rules! handles {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[repr(transparent)]
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
        pub struct $name(pub u64);

        impl $name {
            /// No object.
            pub const NULL: Self = Self(0);
        }
    )*};
}

handles! {
    /// A processor: the host's, or a GPU.
    Agent;
    /// An instruction set.
    Isa;
    /// A kind of memory of one agent.
    MemoryPool;
    /// A word that agents count down and wait for.
    Signal;
    /// Access to the bytes of a code object.
    CodeObjectReader;
    /// Code objects loaded for some agents.
    Executable;
    /// One code object in an executable.
    LoadedCodeObject;
    /// A kernel or variable of an executable.
    ExecutableSymbol;
}

/// `hsa_queue_t`: where packets are written.
#[repr(C)]
#[derive(Debug)]
pub struct Queue {
    /// One of `QUEUE_TYPE_*`.
    pub kind: u32,
    /// Which packets it takes.
    pub features: u32,
    /// The ring of packets, 64 bytes each.
    pub base_address: *mut c_void,
    /// Told the index of the newest packet.
    pub doorbell_signal: Signal,
    /// Packets in the ring: a power of two.
    pub size: u32,
    /// Zero.
    pub reserved: u32,
    /// Distinct in the process.
    pub id: u64,
}

/// `hsa_amd_event_t`, as far as memory faults go.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct Event {
    /// [`GPU_MEMORY_FAULT_EVENT`], or something newer.
    pub kind: u32,
    /// Where.
    pub agent: Agent,
    /// What was accessed.
    pub virtual_address: u64,
    /// Bits of [`MEMORY_FAULT_REASONS`].
    pub reasons: u32,
}

/// `hsa_amd_profiling_dispatch_time_t`: ticks of the system's clock.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default)]
pub struct DispatchTime {
    /// When the packet began.
    pub start: u64,
    /// When it ended.
    pub end: u64,
}

/// Told of the error that ended a queue.
pub type QueueCallback = unsafe extern "C" fn(Status, *mut Queue, *mut c_void);
/// Told of faults of a whole device.
pub type EventCallback = unsafe extern "C" fn(*const Event, *mut c_void) -> Status;
/// Told of each agent.
pub type AgentCallback = unsafe extern "C" fn(Agent, *mut c_void) -> Status;
/// Told of each instruction set.
pub type IsaCallback = unsafe extern "C" fn(Isa, *mut c_void) -> Status;
/// Told of each memory pool.
pub type PoolCallback = unsafe extern "C" fn(MemoryPool, *mut c_void) -> Status;

/// Why the runtime's library cannot be used.
#[derive(Debug)]
pub enum LoadError {
    /// There is none.
    Library(libloading::Error),
    /// It lacks a function.
    Function(&'static str),
}

macro_rules! api {
    ($(fn $name:ident($($arg:ident: $ty:ty),*) $(-> $ret:ty)?;)*) => {
        /// The functions, each under its name in the library.
        #[derive(Clone, Debug)]
        pub struct Api {
            $(#[doc = concat!("`", stringify!($name), "`.")] pub $name: unsafe extern "C" fn($($arg: $ty),*) $(-> $ret)?,)*
        }

        impl Api {
            /// Finds every function in `library`, which stays loaded for good: the runtime has threads of its own.
            ///
            /// # Errors
            /// Where the library, or a function of it, is missing.
            pub fn load(library: &str) -> Result<Self, LoadError> {
                // SAFETY: the library's initialisers have no requirements of ours to break.
                let library = unsafe { libloading::Library::new(library) }.map_err(LoadError::Library)?;
                let api = Self {
                    // SAFETY: the types are those of the headers for exactly this name.
                    $($name: *unsafe { library.get(concat!(stringify!($name), "\0").as_bytes()) }
                        .map_err(|_| LoadError::Function(stringify!($name)))?,)*
                };
                std::mem::forget(library);
                Ok(api)
            }
        }
    };
}

api! {
    fn hsa_init() -> Status;
    fn hsa_status_string(status: Status, text: *mut *const c_char) -> Status;
    fn hsa_system_get_info(attribute: u32, value: *mut c_void) -> Status;
    fn hsa_iterate_agents(callback: AgentCallback, data: *mut c_void) -> Status;
    fn hsa_agent_get_info(agent: Agent, attribute: u32, value: *mut c_void) -> Status;
    fn hsa_agent_iterate_isas(agent: Agent, callback: IsaCallback, data: *mut c_void) -> Status;
    fn hsa_isa_get_info_alt(isa: Isa, attribute: u32, value: *mut c_void) -> Status;
    fn hsa_queue_create(
        agent: Agent, size: u32, kind: u32, callback: Option<QueueCallback>, data: *mut c_void,
        private_segment_size: u32, group_segment_size: u32, queue: *mut *mut Queue
    ) -> Status;
    fn hsa_queue_destroy(queue: *mut Queue) -> Status;
    fn hsa_queue_inactivate(queue: *mut Queue) -> Status;
    fn hsa_queue_load_read_index_scacquire(queue: *const Queue) -> u64;
    fn hsa_queue_load_write_index_relaxed(queue: *const Queue) -> u64;
    fn hsa_queue_store_write_index_relaxed(queue: *const Queue, value: u64);
    fn hsa_signal_load_scacquire(signal: Signal) -> i64;
    fn hsa_signal_subtract_screlease(signal: Signal, value: i64);
    fn hsa_signal_store_screlease(signal: Signal, value: i64);
    fn hsa_signal_wait_scacquire(signal: Signal, condition: u32, value: i64, timeout: u64, state: u32) -> i64;
    fn hsa_signal_destroy(signal: Signal) -> Status;
    fn hsa_code_object_reader_create_from_memory(code: *const c_void, size: usize, reader: *mut CodeObjectReader) -> Status;
    fn hsa_code_object_reader_destroy(reader: CodeObjectReader) -> Status;
    fn hsa_executable_create_alt(profile: u32, rounding: u32, options: *const c_char, executable: *mut Executable) -> Status;
    fn hsa_executable_load_agent_code_object(
        executable: Executable, agent: Agent, reader: CodeObjectReader, options: *const c_char, loaded: *mut LoadedCodeObject
    ) -> Status;
    fn hsa_executable_freeze(executable: Executable, options: *const c_char) -> Status;
    fn hsa_executable_destroy(executable: Executable) -> Status;
    fn hsa_executable_get_symbol_by_name(
        executable: Executable, name: *const c_char, agent: *const Agent, symbol: *mut ExecutableSymbol
    ) -> Status;
    fn hsa_executable_symbol_get_info(symbol: ExecutableSymbol, attribute: u32, value: *mut c_void) -> Status;
    fn hsa_amd_signal_create(
        initial: i64, count: u32, consumers: *const Agent, attributes: u64, signal: *mut Signal
    ) -> Status;
    fn hsa_amd_agent_iterate_memory_pools(agent: Agent, callback: PoolCallback, data: *mut c_void) -> Status;
    fn hsa_amd_memory_pool_get_info(pool: MemoryPool, attribute: u32, value: *mut c_void) -> Status;
    fn hsa_amd_agent_memory_pool_get_info(agent: Agent, pool: MemoryPool, attribute: u32, value: *mut c_void) -> Status;
    fn hsa_amd_memory_pool_allocate(pool: MemoryPool, size: usize, flags: u32, ptr: *mut *mut c_void) -> Status;
    fn hsa_amd_memory_pool_free(ptr: *mut c_void) -> Status;
    fn hsa_amd_agents_allow_access(count: u32, agents: *const Agent, flags: *const u32, ptr: *const c_void) -> Status;
    fn hsa_amd_memory_lock(
        host: *mut c_void, size: usize, agents: *const Agent, count: c_int, agent_ptr: *mut *mut c_void
    ) -> Status;
    fn hsa_amd_memory_unlock(host: *mut c_void) -> Status;
    fn hsa_amd_memory_async_copy(
        to: *mut c_void, to_agent: Agent, from: *const c_void, from_agent: Agent, size: usize,
        count: u32, dependencies: *const Signal, completion: Signal
    ) -> Status;
    fn hsa_amd_memory_fill(ptr: *mut c_void, value: u32, count: usize) -> Status;
    fn hsa_amd_profiling_set_profiler_enabled(queue: *mut Queue, enable: c_int) -> Status;
    fn hsa_amd_profiling_get_dispatch_time(agent: Agent, signal: Signal, time: *mut DispatchTime) -> Status;
    fn hsa_amd_register_system_event_handler(callback: EventCallback, data: *mut c_void) -> Status;
}

impl Api {
    /// A result's name: `HSA_STATUS_ERROR_OUT_OF_RESOURCES`.
    #[must_use]
    pub fn name(&self, status: Status) -> String {
        let text = self.describe(status);
        text.split_once(": ").map_or(text.clone(), |(name, _)| name.to_owned())
    }

    /// A result in words: `HSA_STATUS_ERROR_INVALID_AGENT: The agent is invalid. (0x1004)`.
    #[must_use]
    pub fn describe(&self, status: Status) -> String {
        let mut text = std::ptr::null();
        // SAFETY: writes one pointer; the strings are static.
        let answer = unsafe { (self.hsa_status_string)(status, &mut text) };
        if answer != SUCCESS || text.is_null() {
            return format!("unknown HSA status {:#x}", status.0);
        }
        // SAFETY: as above.
        let text = unsafe { CStr::from_ptr(text) }.to_string_lossy();
        format!("{} ({:#x})", text.trim_end(), status.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_library_is_a_value() {
        assert!(matches!(Api::load("libgeobacter-no-such-library.so.1"), Err(LoadError::Library(_))));
    }

    #[test]
    fn a_library_without_the_functions_is_a_value() {
        // Every process has the C library, and it has no `hsa_init`.
        assert!(matches!(Api::load("libc.so.6"), Err(LoadError::Function("hsa_init"))));
    }

    // hsa.h, section "Queues": both are read and written by other code.
    const _: () = assert!(size_of::<Queue>() == 40);
    const _: () = assert!(std::mem::offset_of!(Event, virtual_address) == 16);
}
