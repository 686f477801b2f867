//! The emulated GPU, the host, memory, queues and kernels, in a few lines each.

use std::ffi::{CStr, c_void};
use std::mem::zeroed;
use std::ptr::{null, null_mut};
use std::sync::atomic::{AtomicU16, AtomicU32, Ordering};
use std::sync::{Mutex, OnceLock};

use super::hsa::*;
use super::{code, library};

/// How long anything may take: ten minutes, in nanoseconds.
pub(crate) const LONG: u64 = 600_000_000_000;

/// The runtime, its agents and their pools.
pub(crate) struct Gpu {
    pub(crate) hsa: Hsa,
    /// The first GPU.
    pub(crate) agent: Agent,
    /// The others.
    pub(crate) others: Vec<Agent>,
    pub(crate) host: Agent,
    executable: OnceLock<Executable>,
}

/// A loaded kernel.
#[derive(Clone, Copy)]
pub(crate) struct Kernel {
    pub(crate) object: u64,
    pub(crate) private_bytes: u32,
    pub(crate) group_bytes: u32,
}

pub(crate) fn check(status: Status, what: &str) {
    assert_eq!(status, SUCCESS, "{what}: {status:#x}");
}

impl Gpu {
    pub(super) fn get() -> Option<&'static Gpu> {
        static GPU: OnceLock<Option<Gpu>> = OnceLock::new();
        GPU.get_or_init(Gpu::open).as_ref()
    }

    /// Initialises the runtime. It stays open until `hsa_shut_down` was called as often as this.
    pub(crate) fn open() -> Option<Gpu> {
        let hsa = Hsa::load(library::load()?);
        // SAFETY: as its header says.
        check(unsafe { (hsa.hsa_init)() }, "hsa_init");
        // SAFETY: as its header says.
        let agents = each(|callback, data| unsafe { (hsa.hsa_iterate_agents)(callback, data) });
        let [host, agent, ref others @ ..] = agents[..] else { panic!("a host and a GPU, not {agents:?}") };
        Some(Gpu { hsa, agent, others: others.to_vec(), host, executable: OnceLock::new() })
    }

    pub(crate) fn isas(&self) -> Vec<String> {
        // SAFETY: as its header says.
        let isas = each(|callback, data| unsafe { (self.hsa.hsa_agent_iterate_isas)(self.agent, callback, data) });
        // SAFETY: names are shorter than what `text` has room for.
        let name = |isa| self.text(|to| unsafe { (self.hsa.hsa_isa_get_info_alt)(isa, 1, to) });
        isas.into_iter().map(name).collect()
    }

    pub(crate) fn agent_name(&self) -> String {
        // SAFETY: names are shorter than what `text` has room for.
        self.text(|to| unsafe { (self.hsa.hsa_agent_get_info)(self.agent, 0, to) })
    }

    fn text(&self, get: impl FnOnce(*mut c_void) -> Status) -> String {
        let mut text = [0u8; 256];
        check(get(text.as_mut_ptr().cast()), "a name");
        CStr::from_bytes_until_nul(&text).expect("an end").to_str().expect("ASCII").to_owned()
    }

    /// The pools of an agent that can be allocated from, with their sizes.
    pub(crate) fn pools(&self, agent: Agent) -> Vec<(Pool, u64)> {
        /// `HSA_AMD_MEMORY_POOL_INFO_SIZE`, `.._RUNTIME_ALLOC_ALLOWED`.
        const SIZE: u32 = 2;
        const ALLOWED: u32 = 5;
        // SAFETY: as its header says.
        let pools =
            each(|callback, data| unsafe { (self.hsa.hsa_amd_agent_iterate_memory_pools)(agent, callback, data) });
        let about = |pool| {
            let (mut size, mut allowed) = (0u64, false);
            // SAFETY: the attributes' types are these.
            unsafe {
                check((self.hsa.hsa_amd_memory_pool_get_info)(pool, SIZE, (&raw mut size).cast()), "size");
                check((self.hsa.hsa_amd_memory_pool_get_info)(pool, ALLOWED, (&raw mut allowed).cast()), "allowed");
            }
            allowed.then_some((pool, size))
        };
        pools.into_iter().filter_map(about).collect()
    }

    pub(crate) fn try_allocate(&self, agent: Agent, bytes: usize) -> Result<*mut u8, Status> {
        let (pool, _) = self.pools(agent)[0];
        let mut memory = null_mut();
        // SAFETY: as its header says.
        match unsafe { (self.hsa.hsa_amd_memory_pool_allocate)(pool, bytes, 0, &mut memory) } {
            SUCCESS => Ok(memory),
            status => Err(status),
        }
    }

    /// Device memory.
    pub(crate) fn device(&self, bytes: usize) -> *mut u8 {
        self.try_allocate(self.agent, bytes).expect("device memory")
    }

    /// Host memory that the device sees.
    pub(crate) fn pinned(&self, bytes: usize) -> &'static mut [u8] {
        let memory = self.try_allocate(self.host, bytes).expect("host memory");
        self.allow(&self.gpus(), memory);
        // SAFETY: fresh memory of that size.
        unsafe { std::slice::from_raw_parts_mut(memory, bytes) }
    }

    /// All GPUs.
    pub(crate) fn gpus(&self) -> Vec<Agent> {
        [&[self.agent], &self.others[..]].concat()
    }

    /// Lets these GPUs, and no others, reach an allocation; whoever has it always does.
    pub(crate) fn allow(&self, gpus: &[Agent], memory: *mut u8) {
        let (count, list) = (gpus.len() as u32, gpus.as_ptr());
        // SAFETY: as its header says.
        check(unsafe { (self.hsa.hsa_amd_agents_allow_access)(count, list, null(), memory) }, "access");
    }

    pub(crate) fn free(&self, memory: *mut u8) {
        // SAFETY: allocated so, and no longer used.
        check(unsafe { (self.hsa.hsa_amd_memory_pool_free)(memory) }, "free");
    }

    pub(crate) fn signal(&self, value: i64) -> Signal {
        let mut signal = 0;
        // SAFETY: as its header says.
        check(unsafe { (self.hsa.hsa_signal_create)(value, 0, null(), &mut signal) }, "a signal");
        signal
    }

    pub(crate) fn value(&self, signal: Signal) -> i64 {
        // SAFETY: a signal.
        unsafe { (self.hsa.hsa_signal_load_scacquire)(signal) }
    }

    pub(crate) fn set(&self, signal: Signal, value: i64) {
        // SAFETY: a signal.
        unsafe { (self.hsa.hsa_signal_store_screlease)(signal, value) }
    }

    /// Waits until the value is below 1, destroys the signal, and returns the value.
    pub(crate) fn wait(&self, signal: Signal) -> i64 {
        // SAFETY: a signal.
        let value = unsafe { (self.hsa.hsa_signal_wait_scacquire)(signal, LESS, 1, LONG, 0) };
        assert!(value < 1, "it never came");
        // SAFETY: nothing uses it any more.
        check(unsafe { (self.hsa.hsa_signal_destroy)(signal) }, "a signal's end");
        value
    }

    /// A queue; errors are added to the list.
    pub(crate) fn queue(&self, packets: u32, errors: &'static Mutex<Vec<Status>>) -> *mut Queue {
        self.queue_of(self.agent, packets, errors)
    }

    /// The same, of one of the GPUs.
    pub(crate) fn queue_of(&self, agent: Agent, packets: u32, errors: &'static Mutex<Vec<Status>>) -> *mut Queue {
        unsafe extern "C" fn error(status: Status, _: *mut Queue, data: *mut c_void) {
            // SAFETY: the list that was given.
            unsafe { &*data.cast::<Mutex<Vec<Status>>>() }.lock().unwrap().push(status);
        }
        let mut queue = null_mut();
        let list = std::ptr::from_ref(errors).cast_mut().cast();
        // SAFETY: as its header says.
        let status = unsafe { (self.hsa.hsa_queue_create)(agent, packets, 0, Some(error), list, 0, 0, &mut queue) };
        check(status, "a queue");
        queue
    }

    pub(crate) fn destroy(&self, queue: *mut Queue) {
        // SAFETY: a queue, which nothing uses any more.
        check(unsafe { (self.hsa.hsa_queue_destroy)(queue) }, "a queue's end");
    }

    /// Writes a packet: waits for a place, writes the body, then the header, then rings the doorbell. Returns its number.
    pub(crate) fn submit(&self, queue: *mut Queue, packet: [u8; 64]) -> u64 {
        // SAFETY: a queue; the place is this packet's alone once the read index has passed it.
        unsafe {
            let id = (self.hsa.hsa_queue_add_write_index_scacq_screl)(queue, 1);
            let size = u64::from((*queue).size);
            while id >= (self.hsa.hsa_queue_load_read_index_scacquire)(queue) + size {
                std::thread::yield_now();
            }
            let place = (*queue).base.add((id % size) as usize).cast::<u8>();
            place.add(4).copy_from_nonoverlapping(packet.as_ptr().add(4), 60);
            let head = u32::from_le_bytes(packet[..4].try_into().expect("four bytes"));
            AtomicU32::from_ptr(place.cast()).store(head, Ordering::Release);
            (self.hsa.hsa_signal_store_screlease)((*queue).doorbell, id as i64);
            id
        }
    }

    /// Whether the packet's place holds no packet any more.
    pub(crate) fn is_consumed(&self, queue: *mut Queue, id: u64) -> bool {
        // SAFETY: a queue.
        unsafe {
            let place = (*queue).base.add((id % u64::from((*queue).size)) as usize);
            AtomicU16::from_ptr(place.cast()).load(Ordering::Acquire) & 0xff == 1
        }
    }

    /// A kernel, loaded into the first GPU.
    pub(crate) fn kernel(&self, name: &CStr) -> Kernel {
        self.kernel_in(*self.executable.get_or_init(|| self.load(self.agent)), self.agent, name)
    }

    pub(crate) fn kernel_in(&self, executable: Executable, agent: Agent, name: &CStr) -> Kernel {
        /// `HSA_EXECUTABLE_SYMBOL_INFO_KERNEL_OBJECT`, `.._GROUP_SEGMENT_SIZE`, `.._PRIVATE_SEGMENT_SIZE`.
        const OBJECT: u32 = 22;
        const GROUP: u32 = 13;
        const PRIVATE: u32 = 14;
        let mut kernel = Kernel { object: 0, private_bytes: 0, group_bytes: 0 };
        let mut symbol = 0;
        // SAFETY: as its header says, and the attributes' types are these.
        unsafe {
            let get = self.hsa.hsa_executable_get_symbol_by_name;
            check(get(executable, name.as_ptr(), &agent, &mut symbol), "a symbol");
            let get = self.hsa.hsa_executable_symbol_get_info;
            check(get(symbol, OBJECT, (&raw mut kernel.object).cast()), "its object");
            check(get(symbol, GROUP, (&raw mut kernel.group_bytes).cast()), "its group memory");
            check(get(symbol, PRIVATE, (&raw mut kernel.private_bytes).cast()), "its private memory");
        }
        kernel
    }

    /// The kernels, loaded into one of the GPUs.
    pub(crate) fn load(&self, agent: Agent) -> Executable {
        let code = code::object().leak();
        let (mut reader, mut executable) = (0, 0);
        // SAFETY: as its header says; the code is never freed.
        unsafe {
            let hsa = &self.hsa;
            let read = hsa.hsa_code_object_reader_create_from_memory;
            check(read(code.as_ptr().cast(), code.len(), &mut reader), "a reader");
            check((hsa.hsa_executable_create_alt)(0, 0, null(), &mut executable), "an executable");
            let load = hsa.hsa_executable_load_agent_code_object;
            check(load(executable, agent, reader, null(), null_mut()), "loading");
            check((hsa.hsa_executable_freeze)(executable, null()), "freezing");
        }
        executable
    }

    /// Copies, and waits.
    pub(crate) fn copy(&self, to: *mut u8, to_agent: Agent, from: *const u8, from_agent: Agent, bytes: usize) -> i64 {
        self.wait(self.start_copy(to, to_agent, from, from_agent, bytes, &[]))
    }

    pub(crate) fn start_copy(
        &self,
        to: *mut u8,
        to_agent: Agent,
        from: *const u8,
        from_agent: Agent,
        bytes: usize,
        after: &[Signal],
    ) -> Signal {
        let done = self.signal(1);
        let (count, list) = (after.len() as u32, if after.is_empty() { null() } else { after.as_ptr() });
        // SAFETY: the tests keep both sides until they have waited.
        let status =
            unsafe { (self.hsa.hsa_amd_memory_async_copy)(to, to_agent, from, from_agent, bytes, count, list, done) };
        check(status, "a copy");
        done
    }
}

/// What one of the runtime's iterations goes over.
fn each(iterate: impl FnOnce(unsafe extern "C" fn(u64, *mut c_void) -> Status, *mut c_void) -> Status) -> Vec<u64> {
    unsafe extern "C" fn add(handle: u64, list: *mut c_void) -> Status {
        // SAFETY: the list below.
        unsafe { &mut *list.cast::<Vec<u64>>() }.push(handle);
        SUCCESS
    }
    let mut list: Vec<u64> = Vec::new();
    check(iterate(add, (&raw mut list).cast()), "an iteration");
    list
}

/// Fields of a packet.
pub(crate) fn packet(header: u16, fields: &[(usize, &[u8])]) -> [u8; 64] {
    // SAFETY: bytes.
    let mut packet: [u8; 64] = unsafe { zeroed() };
    // Fences of system scope, before and after.
    packet[..2].copy_from_slice(&(header | 2 << 9 | 2 << 11).to_le_bytes());
    for (offset, bytes) in fields {
        packet[*offset..offset + bytes.len()].copy_from_slice(bytes);
    }
    packet
}

/// A dispatch of a line of work-items.
pub(crate) fn dispatch(kernel: Kernel, items: u32, group: u16, arguments: &[u8], done: Signal) -> [u8; 64] {
    packet(
        2,
        &[
            (2, &1u16.to_le_bytes()),
            (4, &group.to_le_bytes()),
            (6, &1u16.to_le_bytes()),
            (8, &1u16.to_le_bytes()),
            (12, &items.to_le_bytes()),
            (16, &1u32.to_le_bytes()),
            (20, &1u32.to_le_bytes()),
            (24, &kernel.private_bytes.to_le_bytes()),
            (28, &kernel.group_bytes.to_le_bytes()),
            (32, &kernel.object.to_le_bytes()),
            (40, &(arguments.as_ptr() as u64).to_le_bytes()),
            (56, &done.to_le_bytes()),
        ],
    )
}

/// A barrier of type 3 (all) or 5 (any).
pub(crate) fn barrier(kind: u16, after: &[Signal], done: Signal) -> [u8; 64] {
    assert!(after.len() <= 5);
    let handles: Vec<u8> = after.iter().flat_map(|signal| signal.to_le_bytes()).collect();
    packet(kind, &[(8, &handles), (56, &done.to_le_bytes())])
}
