//! The state that a wavefront starts with (LLVM, AMDGPUUsage, "Initial Kernel Execution State").

use crate::generation::Generation;
use crate::op::scalar;
use crate::semantics::check_mode;
use crate::{Access, Dispatch, FaultKind, MemoryMap, Processor};

use super::descriptor::{BYTES, Descriptor};
use super::wave::{Indexing, State, Vector, Wave};

/// Everything about a dispatch that its work-groups share.
#[derive(Debug)]
pub(crate) struct Launch {
    pub(crate) dispatch: Dispatch,
    descriptor: Descriptor,
    generation: Generation,
    pub(crate) entry: u64,
    /// Work-groups: x, y, z.
    groups: [u32; 3],
    lanes: u32,
}

/// The most work-items of a work-group.
const LARGEST_GROUP: u32 = 1024;

/// Registers hold this before anything is written there: on hardware whatever a wavefront before left.
const POISON: u32 = 0xcbcb_cbcb;

impl Launch {
    /// Checks a dispatch, and reads its kernel's descriptor.
    pub(crate) fn new(
        dispatch: &Dispatch,
        generation: Generation,
        memory: &dyn MemoryMap,
    ) -> Result<Launch, FaultKind> {
        let bad = |what: String| Err(FaultKind::BadDispatch(what));
        let group = dispatch.group_size.map(u32::from);
        let items = group.iter().try_fold(1_u32, |items, size| items.checked_mul(*size)).unwrap_or(u32::MAX);
        if items == 0 || items > LARGEST_GROUP {
            return bad(format!("a work-group of {group:?} work-items; it must be 1 to {LARGEST_GROUP} in all"));
        }
        if dispatch.grid_size.contains(&0) {
            return bad(format!("a grid of {:?} work-items", dispatch.grid_size));
        }
        if !dispatch.kernel_object.is_multiple_of(64)
            || !memory.is_mapped(dispatch.kernel_object, BYTES as u64, Access::Read)
        {
            return bad(format!("no kernel descriptor at {:#x}", dispatch.kernel_object));
        }
        // SAFETY: mapped, and a kernel descriptor is never written while its kernel runs.
        let bytes = unsafe { &*(dispatch.kernel_object as *const [u8; BYTES]) };
        let descriptor = Descriptor::read(bytes, generation);
        if dispatch.group_segment_size > Processor::GROUP_MEMORY {
            return bad(format!("{} bytes of work-group memory", dispatch.group_segment_size));
        }
        for (what, asked, needed) in [
            ("work-group", dispatch.group_segment_size, descriptor.group_segment),
            ("private", dispatch.private_segment_size, descriptor.private_segment),
        ] {
            if asked < needed {
                return bad(format!("the kernel needs {needed} bytes of {what} memory, and the packet has {asked}"));
            }
        }
        check_mode(descriptor.mode).map_err(FaultKind::Unsupported)?;
        let lanes = if descriptor.properties.wave32 { 32 } else { 64 };
        Ok(Launch {
            dispatch: *dispatch,
            generation,
            entry: dispatch.kernel_object.wrapping_add_signed(descriptor.entry_offset),
            groups: std::array::from_fn(|i| dispatch.grid_size[i].div_ceil(group[i])),
            lanes,
            descriptor,
        })
    }

    /// How many work-groups there are.
    pub(crate) fn groups(&self) -> u64 {
        self.groups.iter().map(|n| u64::from(*n)).product()
    }

    /// Place of the work-group number `index` in the grid, x running first.
    pub(crate) fn group_id(&self, index: u64) -> [u32; 3] {
        let [x, y, _] = self.groups.map(u64::from);
        [(index % x) as u32, (index / x % y) as u32, (index / x / y) as u32]
    }

    /// Work-items of a work-group: fewer at the grid's far edges.
    fn group_size(&self, id: [u32; 3]) -> [u32; 3] {
        std::array::from_fn(|i| {
            let size = u32::from(self.dispatch.group_size[i]);
            size.min(self.dispatch.grid_size[i] - id[i] * size)
        })
    }

    /// Wavefronts of a work-group.
    pub(crate) fn waves(&self, id: [u32; 3]) -> u32 {
        self.group_size(id).iter().product::<u32>().div_ceil(self.lanes)
    }

    /// Private memory of one work-item, in whole dwords.
    fn private_bytes(&self) -> u32 {
        self.dispatch.private_segment_size.next_multiple_of(4)
    }

    /// Bytes of private memory of one wavefront.
    pub(crate) fn wave_private_bytes(&self) -> u64 {
        u64::from(self.private_bytes()) * u64::from(self.lanes)
    }

    /// A wavefront as it starts. `scratch` is where its private memory is; `registers` is room for its vector registers.
    pub(crate) fn wave(&self, id: [u32; 3], number: u32, scratch: u64, mut registers: Vec<Vector>) -> Wave {
        registers.clear();
        registers.resize(self.descriptor.vectors + self.descriptor.accumulators, Vector([POISON; super::LANES]));
        let mut wave = Wave {
            vectors: registers,
            accumulators: self.descriptor.vectors,
            scalars: [POISON; scalar::COUNT],
            scc: false,
            mode: self.descriptor.mode,
            pc: self.entry,
            lanes: self.lanes,
            write_mask: 0,
            indexing: Indexing::default(),
            scratch: (scratch, self.wave_private_bytes()),
            scratch_per_lane: self.private_bytes(),
            scratch_is_set: self.generation.sets_flat_scratch(),
            number,
            barriers: 0,
            state: State::Running,
        };
        self.set_scalars(&mut wave, id);
        self.set_work_items(&mut wave, id);
        wave
    }

    /// User SGPRs in their fixed order, then system SGPRs.
    fn set_scalars(&self, wave: &mut Wave, id: [u32; 3]) {
        let descriptor = &self.descriptor;
        let wanted = descriptor.properties;
        let mut next = 0;
        let mut put = |wave: &mut Wave, wanted: bool, values: &[u32]| {
            for value in values.iter().filter(|_| wanted) {
                wave.scalars[next] = *value;
                next += 1;
            }
        };
        let halves = |value: u64| [value as u32, (value >> 32) as u32];
        put(wave, wanted.private_buffer, &private_buffer(wave.scratch.0, wave.scratch.1));
        put(wave, wanted.dispatch_pointer, &halves(self.dispatch.packet_address));
        put(wave, wanted.queue_pointer, &halves(self.dispatch.queue_address));
        put(wave, wanted.kernarg_pointer, &halves(self.dispatch.kernarg_address));
        put(wave, wanted.dispatch_id, &halves(self.dispatch.dispatch_id));
        // The wavefront's own block, so that its offset in it is 0.
        put(wave, wanted.flat_scratch, &halves(wave.scratch.0));
        put(wave, wanted.private_size, &[self.private_bytes()]);
        next = usize::from(descriptor.user_scalars);
        let mut put = |wave: &mut Wave, wanted: bool, value: u32| {
            if wanted {
                wave.scalars[next] = value;
                next += 1;
            }
        };
        for (wanted, id) in descriptor.group_ids.into_iter().zip(id) {
            put(wave, wanted, id);
        }
        put(wave, descriptor.group_info, self.waves(id));
        let has_offset = descriptor.private_offset && !wave.scratch_is_set;
        put(wave, has_offset, 0);
    }

    /// EXEC, and the work-items' ids, of ten bits for each axis in one register.
    fn set_work_items(&self, wave: &mut Wave, id: [u32; 3]) {
        let [x, y, z] = self.group_size(id);
        let first = wave.number * self.lanes;
        let lanes = (x * y * z - first).min(self.lanes);
        wave.set_scalar64(scalar::EXEC, if lanes == 64 { u64::MAX } else { (1 << lanes) - 1 });
        for lane in 0..lanes {
            let item = first + lane;
            let ids = [item % x, item / x % y, item / x / y];
            wave.vectors[0].0[lane as usize] = ids[0] | ids[1] << 10 | ids[2] << 20;
        }
    }
}

/// A buffer descriptor for private memory, whose dwords are interleaved over 64 lanes (MI200 ISA, 8.1.8; what ROCr writes
/// into `amd_queue_t::scratch_resource_descriptor`).
fn private_buffer(address: u64, bytes: u64) -> [u32; 4] {
    const SWIZZLE: u32 = 1 << 31;
    const INDEX_STRIDE_64: u32 = 3 << 21;
    const ADD_LANE: u32 = 1 << 23;
    [address as u32, (address >> 32) as u32 & 0xffff | SWIZZLE, bytes as u32, INDEX_STRIDE_64 | ADD_LANE]
}
