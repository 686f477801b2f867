use std::fmt;

use geobacter_llvm::Llvm;
use parking_lot::Mutex;

use crate::decode::Decoder;
use crate::generation::Generation;
use crate::machine::{self, Code};
use crate::{Dispatch, Error, Fault, MemoryMap, Options, Statistics};

/// One emulated GPU.
pub struct Processor {
    generation: Generation,
    options: Options,
    threads: usize,
    code: Code,
    statistics: Mutex<Statistics>,
}

impl Processor {
    /// Base of the flat addresses that mean work-group memory (`SH_MEM_BASES.SHARED_BASE`): the driver library must report
    /// it as the aperture of the LDS bank. Where Linux' driver puts it, too; not an address that a process can have.
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
        let unknown = || Error::UnknownTarget { target: target.to_owned(), known: Generation::KNOWN };
        let mut parts = target.split(':');
        let cpu = parts.next().unwrap_or_default();
        let generation = Generation::of(cpu).ok_or_else(unknown)?;
        let mut features = Vec::new();
        for part in parts {
            let (name, sign) = part.split_at_checked(part.len().saturating_sub(1)).ok_or_else(unknown)?;
            if !matches!((name, sign), ("xnack" | "sramecc", "+" | "-")) {
                return Err(unknown());
            }
            features.push(format!("{sign}{name}"));
        }
        let decoder = Decoder::new(*llvm, generation, cpu, &features.join(","))?;
        let threads = match options.threads {
            0 => std::thread::available_parallelism().map_or(1, |n| n.get()),
            threads => threads,
        };
        Ok(Processor { generation, options, threads, code: Code::new(decoder), statistics: Mutex::default() })
    }

    /// Lanes of a wavefront, where the kernel does not say otherwise: 64 on gfx90a.
    pub fn wavefront_size(&self) -> u32 {
        self.generation.usual_lanes()
    }

    /// Runs one dispatch to its end. May be called from several threads at once.
    ///
    /// # Errors
    /// What stopped it. Memory holds what the kernel had written by then.
    pub fn dispatch(&self, dispatch: &Dispatch, memory: &dyn MemoryMap) -> Result<(), Fault> {
        let run = machine::Run {
            code: &self.code,
            generation: self.generation,
            options: self.options,
            threads: self.threads,
            memory,
        };
        let (done, result) = machine::run(&run, dispatch);
        let mut statistics = self.statistics.lock();
        statistics.dispatches += 1;
        statistics.groups += done.groups;
        statistics.wave_instructions += done.wave_instructions;
        statistics.lane_instructions += done.lane_instructions;
        result
    }

    /// The instructions in `code`, without those around it, that cannot be executed: offset, text (empty where the encoding
    /// is none) and reason. Nothing is executed. For tools that ask before they run.
    pub fn find_unknown(&self, code: &[u8]) -> Vec<(usize, String, String)> {
        self.code.find_unknown(code)
    }

    /// What it has done since it was made. Dispatches that still run are not in it.
    pub fn statistics(&self) -> Statistics {
        *self.statistics.lock()
    }
}

impl fmt::Debug for Processor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut debug = f.debug_struct("Processor");
        debug.field("generation", &self.generation).field("options", &self.options).field("threads", &self.threads);
        debug.finish_non_exhaustive()
    }
}
