//! ROCr, started: its agents, its clock, and what it tells of faults.

use std::ffi::c_void;
use std::sync::Arc;

use parking_lot::Mutex;

use crate::context::Context;
use crate::query::{Refused, answer};
use crate::ranges::Ranges;
use crate::sys::{self, Agent, Api, Event, SUCCESS, Status};

/// The runtime of this process. Started once, and never shut down: other code may use it too.
pub(crate) struct Runtime {
    api: &'static Api,
    version: String,
    /// Ticks a second of profiling times.
    frequency: u64,
    /// Agents that are host processors.
    pub(crate) hosts: Vec<Agent>,
    /// Agents that run kernels, in the runtime's order.
    pub(crate) gpus: Vec<Agent>,
    /// Host memory that every GPU reaches.
    pub(crate) pinned: Ranges,
    /// The user's memory, locked for a copy under way.
    pub(crate) locked: Ranges,
    /// Where faults are reported.
    contexts: Mutex<Vec<Arc<Context>>>,
}

impl Runtime {
    /// Starts it.
    pub(crate) fn start(api: &'static Api) -> Result<Arc<Self>, Refused> {
        // SAFETY: the first call of the runtime; it counts how often it is made.
        answer("hsa_init", unsafe { (api.hsa_init)() })?;
        let agents = api.agents()?;
        let of_kind = |kind: u32| agents.iter().copied().filter(move |&agent| is_kind(api, agent, kind));
        let runtime = Arc::new(Self {
            api,
            version: version(api)?,
            frequency: api.system::<u64>(sys::SYSTEM_INFO_TIMESTAMP_FREQUENCY)?.max(1),
            hosts: of_kind(sys::DEVICE_TYPE_CPU).collect(),
            gpus: of_kind(sys::DEVICE_TYPE_GPU).filter(|&agent| runs_kernels(api, agent)).collect(),
            pinned: Ranges::default(),
            locked: Ranges::default(),
            contexts: Mutex::default(),
        });
        runtime.listen();
        Ok(runtime)
    }

    /// The functions.
    pub(crate) fn api(&self) -> &'static Api {
        self.api
    }

    /// Its own version, and the kernel driver's where the system tells.
    pub(crate) fn version(&self) -> &str {
        &self.version
    }

    /// A duration in the runtime's ticks, of which wait hints are too.
    pub(crate) fn ticks(&self, duration: std::time::Duration) -> u64 {
        let ticks = duration.as_nanos() * u128::from(self.frequency) / 1_000_000_000;
        u64::try_from(ticks).unwrap_or(u64::MAX)
    }

    /// The runtime's ticks as a duration.
    pub(crate) fn duration(&self, ticks: u64) -> std::time::Duration {
        let nanos = u128::from(ticks) * 1_000_000_000 / u128::from(self.frequency);
        std::time::Duration::from_nanos(u64::try_from(nanos).unwrap_or(u64::MAX))
    }

    /// Lets faults of one more device be told to it.
    pub(crate) fn watch(&self, context: &Arc<Context>) {
        self.contexts.lock().push(Arc::clone(context));
    }

    /// Asks for faults to be told. Without a handler the runtime aborts the process on them.
    fn listen(self: &Arc<Self>) {
        // Never given back: the runtime has no way to take a handler back.
        let data = Arc::into_raw(Arc::clone(self)).cast_mut().cast::<c_void>();
        // SAFETY: the handler is given a runtime that lives for good.
        let status = unsafe { (self.api.hsa_amd_register_system_event_handler)(on_event, data) };
        if status != SUCCESS {
            // Another library of this process was first; its handler decides then.
            tracing::warn!("memory faults of AMD GPUs are told to other code: {}", self.api.describe(status));
        }
    }
}

unsafe extern "C" fn on_event(event: *const Event, data: *mut c_void) -> Status {
    // SAFETY: the runtime passes an event, and `listen` a runtime that lives for good.
    let (event, runtime) = unsafe { (&*event, &*data.cast::<Runtime>()) };
    if event.kind != sys::GPU_MEMORY_FAULT_EVENT {
        return sys::ERROR;
    }
    let reason = fault_reason(event.virtual_address, event.reasons);
    let contexts = runtime.contexts.lock().clone();
    for context in contexts.into_iter().filter(|context| context.agent() == event.agent) {
        context.memory_fault(reason.clone());
    }
    SUCCESS
}

fn fault_reason(address: u64, reasons: u32) -> String {
    let named = sys::MEMORY_FAULT_REASONS.iter().filter(|(bit, _)| reasons & bit != 0).map(|(_, name)| *name);
    match named.collect::<Vec<_>>() {
        names if names.is_empty() => format!("memory fault at address {address:#x}"),
        names => format!("memory fault at address {address:#x}: {}", names.join(", ")),
    }
}

fn is_kind(api: &Api, agent: Agent, kind: u32) -> bool {
    api.agent::<u32>(agent, sys::AGENT_INFO_DEVICE) == Ok(kind)
}

fn runs_kernels(api: &Api, agent: Agent) -> bool {
    let features = api.agent::<u32>(agent, sys::AGENT_INFO_FEATURE).unwrap_or(0);
    features & sys::AGENT_FEATURE_KERNEL_DISPATCH != 0
}

/// `HSA 1.1, amdgpu 6.8.5`. The code that reaches a device is ours alone, down to the last byte, so the runtime's version
/// says little; it is what there is.
fn version(api: &Api) -> Result<String, Refused> {
    let major = api.system::<u16>(sys::SYSTEM_INFO_VERSION_MAJOR)?;
    let minor = api.system::<u16>(sys::SYSTEM_INFO_VERSION_MINOR)?;
    let module = std::fs::read_to_string("/sys/module/amdgpu/version").ok();
    Ok(version_text(major, minor, module.as_deref()))
}

fn version_text(major: u16, minor: u16, module: Option<&str>) -> String {
    match module.map(str::trim) {
        Some(module) if !module.is_empty() => format!("HSA {major}.{minor}, amdgpu {module}"),
        _ => format!("HSA {major}.{minor}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_those_of_the_runtime_and_the_kernel_module() {
        assert_eq!(version_text(1, 1, None), "HSA 1.1");
        assert_eq!(version_text(1, 14, Some("6.8.5\n")), "HSA 1.14, amdgpu 6.8.5");
    }

    #[test]
    fn faults_say_where_and_why() {
        assert_eq!(fault_reason(0x10, 0), "memory fault at address 0x10");
        let text = fault_reason(0x7f00, 1 | 1 << 5);
        assert_eq!(text, "memory fault at address 0x7f00: the page is not there, the address is not exact");
    }
}
