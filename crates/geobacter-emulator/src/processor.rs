use geobacter_llvm::Llvm;

use crate::{Dispatch, Error, Fault, FaultKind, MemoryMap, Options, Statistics};

/// One emulated GPU.
#[derive(Debug)]
pub struct Processor {
    options: Options,
}

impl Processor {
    /// Base of the flat addresses that mean work-group memory (`SH_MEM_BASES.SHARED_BASE`): the driver library must report
    /// it as the aperture of the LDS bank. Not an address that a process can have.
    pub const GROUP_APERTURE: u64 = 0x0001_0000_0000_0000;
    /// Base of the flat addresses that mean private memory (`SH_MEM_BASES.PRIVATE_BASE`).
    pub const PRIVATE_APERTURE: u64 = 0x0002_0000_0000_0000;
    /// Bytes of each aperture.
    pub const APERTURE_BYTES: u64 = 1 << 32;
    /// Bytes of work-group memory that a work-group can have.
    pub const GROUP_MEMORY: u32 = 64 * 1024;

    /// A processor of the kind that `target` names: `gfx90a`, or with features, `gfx90a:sramecc+:xnack-`.
    ///
    /// # Errors
    /// A target that is not emulated; an LLVM without the AMDGPU back end.
    pub fn new(target: &str, llvm: &Llvm, options: Options) -> Result<Processor, Error> {
        let _ = (target, llvm);
        Ok(Processor { options })
    }

    /// Lanes of a wavefront, where the kernel does not say otherwise: 64 on gfx90a.
    pub fn wavefront_size(&self) -> u32 {
        64
    }

    /// Runs one dispatch to its end. May be called from several threads at once.
    ///
    /// # Errors
    /// What stopped it. Memory holds what the kernel had written by then.
    pub fn dispatch(&self, dispatch: &Dispatch, memory: &dyn MemoryMap) -> Result<(), Fault> {
        let _ = (memory, self.options);
        Err(Fault {
            kind: FaultKind::Unsupported("anything yet".into()),
            instruction: String::new(),
            address: dispatch.kernel_object,
            offset: 0,
            group: [0; 3],
            wave: 0,
            lane: None,
            data_address: None,
        })
    }

    /// What it has done since it was made.
    pub fn statistics(&self) -> Statistics {
        Statistics::default()
    }
}
