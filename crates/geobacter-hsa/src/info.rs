//! What a device can do, and the memory it has.

use geobacter_driver::driver::DeviceInfo;

use crate::query::{Refused, text};
use crate::runtime::Runtime;
use crate::sys::{self, Agent, Api, MemoryPool};

/// Work-group sizes when the user does not choose: 256 work-items are whole wavefronts of 32 and of 64, and enough of them
/// to hide latency on every compute unit; the first axis is long, so that neighbours load neighbouring addresses.
const DEFAULT_GROUP_SIZE: [[u32; 3]; 3] = [[256, 1, 1], [32, 8, 1], [32, 4, 2]];

/// What stands before the processor in the name of an instruction set.
const TRIPLE: &str = "amdgcn-amd-amdhsa--";

/// Where memory for a device comes from.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Pools {
    /// The host processor that is nearest.
    pub(crate) host_agent: Agent,
    /// The device's own memory.
    pub(crate) device: MemoryPool,
    /// Host memory that both sides see alike at any time.
    pub(crate) host: MemoryPool,
    /// Host memory for kernel arguments.
    pub(crate) kernarg: MemoryPool,
    /// Packets of the longest queue.
    pub(crate) max_queue: u32,
}

/// Looks at `agent`, the GPU with this number.
pub(crate) fn query(runtime: &Runtime, agent: Agent, number: usize) -> Result<(DeviceInfo, Pools), Refused> {
    let api = runtime.api();
    let missing = |call| (call, sys::ERROR);
    let own = Pool::all(api, agent)?;
    let device = own.iter().find(|p| p.is_global(sys::MEMORY_POOL_FLAG_COARSE_GRAINED));
    let device = *device.ok_or(missing("finding the device's memory pool"))?;
    let host_agent = nearest_host(runtime, agent).ok_or(missing("finding a host agent"))?;
    let of_host = Pool::all(api, host_agent)?;
    let fine = |p: &&Pool| p.is_global(sys::MEMORY_POOL_FLAG_FINE_GRAINED);
    let is_kernarg = |p: &&Pool| p.flags & sys::MEMORY_POOL_FLAG_KERNARG != 0;
    let host = of_host.iter().filter(fine).find(|p| !is_kernarg(p)).or_else(|| of_host.iter().find(fine));
    let host = *host.ok_or(missing("finding fine-grained host memory"))?;
    let kernarg =
        *of_host.iter().filter(fine).find(is_kernarg).ok_or(missing("finding memory for kernel arguments"))?;
    let group_memory = own.iter().find(|p| p.segment == sys::SEGMENT_GROUP).map_or(0, |p| p.size);
    let axes: [u16; 3] = api.agent(agent, sys::AGENT_INFO_WORKGROUP_MAX_DIM)?;
    let grid: [u32; 3] = api.agent(agent, sys::AGENT_INFO_GRID_MAX_DIM)?;
    let access: u32 = api.reach(host_agent, device.pool, sys::AGENT_MEMORY_POOL_INFO_ACCESS)?;
    let info = DeviceInfo {
        id: format!("hsa:{number}"),
        name: name(api, agent)?,
        target: target(api, agent)?,
        driver_version: runtime.version().to_owned(),
        memory: device.size as u64,
        compute_units: api.agent(agent, sys::AGENT_INFO_COMPUTE_UNIT_COUNT)?,
        subgroup_size: api.agent(agent, sys::AGENT_INFO_WAVEFRONT_SIZE)?,
        max_group_size: api.agent(agent, sys::AGENT_INFO_WORKGROUP_MAX_SIZE)?,
        max_group_axes: axes.map(u32::from),
        max_groups: grid.map(u64::from),
        max_grid: grid.map(u64::from),
        max_group_memory: u32::try_from(group_memory).unwrap_or(u32::MAX),
        default_group_size: DEFAULT_GROUP_SIZE,
        is_gpu: true,
        host_visible_memory: access != sys::MEMORY_POOL_ACCESS_NEVER_ALLOWED,
        numa_node: Some(api.agent(host_agent, sys::AGENT_INFO_NODE)?),
    };
    let max_queue = api.agent(agent, sys::AGENT_INFO_QUEUE_MAX_SIZE)?;
    let pools = Pools { host_agent, device: device.pool, host: host.pool, kernarg: kernarg.pool, max_queue };
    Ok((info, pools))
}

#[derive(Clone, Copy)]
struct Pool {
    pool: MemoryPool,
    segment: u32,
    flags: u32,
    size: usize,
    can_allocate: bool,
}

impl Pool {
    fn all(api: &Api, agent: Agent) -> Result<Vec<Self>, Refused> {
        api.pools(agent)?.into_iter().map(|pool| Self::query(api, pool)).collect()
    }

    fn query(api: &Api, pool: MemoryPool) -> Result<Self, Refused> {
        let segment = api.pool(pool, sys::MEMORY_POOL_INFO_SEGMENT)?;
        let is_global = segment == sys::SEGMENT_GLOBAL;
        Ok(Self {
            pool,
            segment,
            flags: if is_global { api.pool(pool, sys::MEMORY_POOL_INFO_GLOBAL_FLAGS)? } else { 0 },
            size: api.pool(pool, sys::MEMORY_POOL_INFO_SIZE)?,
            can_allocate: is_global && api.pool::<u8>(pool, sys::MEMORY_POOL_INFO_RUNTIME_ALLOC_ALLOWED)? != 0,
        })
    }

    /// Whether memory of this kind can be allocated from it.
    fn is_global(&self, flag: u32) -> bool {
        self.can_allocate && self.flags & flag != 0
    }
}

/// The host processor with the fewest links between it and the GPU.
fn nearest_host(runtime: &Runtime, gpu: Agent) -> Option<Agent> {
    let api = runtime.api();
    let hops = |&host: &Agent| {
        let pools = Pool::all(api, host).unwrap_or_default();
        let pool = pools.iter().find(|p| p.is_global(sys::MEMORY_POOL_FLAG_FINE_GRAINED))?;
        api.reach::<u32>(gpu, pool.pool, sys::AGENT_MEMORY_POOL_INFO_NUM_LINK_HOPS).ok()
    };
    runtime.hosts.iter().copied().min_by_key(|host| hops(host).unwrap_or(u32::MAX))
}

/// What AMD sells it as; the processor's name where the kernel driver does not know.
fn name(api: &Api, agent: Agent) -> Result<String, Refused> {
    let product = api.agent::<[u8; 64]>(agent, sys::AGENT_INFO_PRODUCT_NAME).map(|bytes| text(&bytes));
    match product {
        Ok(product) if !product.is_empty() => Ok(product),
        _ => api.agent::<[u8; 64]>(agent, sys::AGENT_INFO_NAME).map(|bytes| format!("AMD {}", text(&bytes))),
    }
}

/// The exact instruction set: `gfx90a:sramecc+:xnack-`.
fn target(api: &Api, agent: Agent) -> Result<String, Refused> {
    const CALL: &str = "hsa_isa_get_info_alt";
    // The first is the most specific; newer runtimes list generic ones behind it.
    let isa = *api.isas(agent)?.first().ok_or((CALL, sys::ERROR_INVALID_ISA))?;
    let mut length = 0u32;
    // SAFETY: writes one number.
    let status = unsafe { (api.hsa_isa_get_info_alt)(isa, sys::ISA_INFO_NAME_LENGTH, (&raw mut length).cast()) };
    crate::query::answer(CALL, status)?;
    let mut name = vec![0u8; length as usize + 1];
    // SAFETY: writes as many bytes as it said, and there is one more.
    let status = unsafe { (api.hsa_isa_get_info_alt)(isa, sys::ISA_INFO_NAME, name.as_mut_ptr().cast()) };
    crate::query::answer(CALL, status)?;
    Ok(processor(&text(&name)).to_owned())
}

fn processor(isa: &str) -> &str {
    isa.strip_prefix(TRIPLE).unwrap_or(isa)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_instruction_set_is_named_by_its_processor_and_features() {
        assert_eq!(processor("amdgcn-amd-amdhsa--gfx90a:sramecc+:xnack-"), "gfx90a:sramecc+:xnack-");
        assert_eq!(processor("amdgcn-amd-amdhsa--gfx1100"), "gfx1100");
    }

    #[test]
    fn default_groups_are_256_work_items() {
        for size in DEFAULT_GROUP_SIZE {
            assert_eq!(size.iter().product::<u32>(), 256);
        }
    }
}
