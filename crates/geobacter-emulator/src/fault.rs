use std::fmt;

use crate::Access;

/// Why, and where, a dispatch was stopped.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub struct Fault {
    /// What went wrong.
    pub kind: FaultKind,
    /// The instruction as assembly text; empty where none had been decoded yet.
    pub instruction: String,
    /// Address of the instruction.
    pub address: u64,
    /// Its distance in bytes from the kernel's entry point; of a function outside the kernel it may be negative.
    pub offset: i64,
    /// The work-group, in units of work-groups: x, y, z.
    pub group: [u32; 3],
    /// The wavefront's number in its work-group.
    pub wave: u32,
    /// The lane in the wavefront, where one alone is at fault.
    pub lane: Option<u32>,
    /// The data address, where there is one: of process memory, or the offset in work-group or private memory.
    pub data_address: Option<u64>,
}

/// What went wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum FaultKind {
    /// Process memory that the [`MemoryMap`](crate::MemoryMap) does not allow to be touched so.
    Memory(Access),
    /// Work-group memory (LDS) beyond the dispatch's size.
    GroupMemory,
    /// Private memory (scratch) beyond the dispatch's size.
    PrivateMemory,
    /// An address that has to be a multiple of this many bytes, and is not.
    Misaligned(u32),
    /// Work-group memory read before anything wrote it; only with
    /// [`Options::uninitialised`](crate::Options::uninitialised).
    UninitialisedGroupMemory,
    /// `s_trap` with this number. 2 is `llvm.trap`.
    Trap(u32),
    /// A wavefront waits at a barrier that an ended one has not passed; only with
    /// [`Options::strict_barriers`](crate::Options::strict_barriers).
    BarrierNotReached,
    /// The instruction is not known, or in a form that is not.
    UnknownInstruction(String),
    /// Known, but in a mode or with values that are not emulated.
    Unsupported(String),
    /// The instruction names a register that the kernel descriptor does not allocate.
    RegisterOutOfRange,
    /// The dispatch's own fields are wrong.
    BadDispatch(String),
    /// [`MemoryMap::cancelled`](crate::MemoryMap::cancelled) said so.
    Cancelled,
}

impl fmt::Display for FaultKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            FaultKind::Memory(Access::Read) => f.write_str("reads memory that is not mapped for reading"),
            FaultKind::Memory(Access::Write) => f.write_str("writes memory that is not mapped for writing"),
            FaultKind::Memory(Access::Execute) => f.write_str("executes memory that is not mapped for that"),
            FaultKind::GroupMemory => f.write_str("accesses work-group memory beyond its end"),
            FaultKind::PrivateMemory => f.write_str("accesses private memory beyond its end"),
            FaultKind::Misaligned(bytes) => write!(f, "accesses an address that is no multiple of {bytes}"),
            FaultKind::UninitialisedGroupMemory => f.write_str("reads work-group memory that nothing has written"),
            FaultKind::Trap(number) => write!(f, "trap {number}"),
            FaultKind::BarrierNotReached => {
                f.write_str("waits at a barrier that another wavefront of the work-group ended without reaching")
            }
            FaultKind::UnknownInstruction(why) => write!(f, "the emulator does not know this instruction: {why}"),
            FaultKind::Unsupported(what) => write!(f, "the emulator does not support {what}"),
            FaultKind::RegisterOutOfRange => f.write_str("uses a register beyond those that the kernel asked for"),
            FaultKind::BadDispatch(what) => write!(f, "the dispatch cannot run: {what}"),
            FaultKind::Cancelled => f.write_str("the dispatch was cancelled"),
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.kind)?;
        if let Some(address) = self.data_address {
            write!(f, ", data address {address:#x}")?;
        }
        if matches!(self.kind, FaultKind::BadDispatch(_)) {
            return Ok(());
        }
        let [x, y, z] = self.group;
        write!(f, "; at {:#x} (kernel{:+#x})", self.address, self.offset)?;
        if !self.instruction.is_empty() {
            write!(f, " `{}`", self.instruction)?;
        }
        write!(f, ", work-group ({x}, {y}, {z}), wavefront {}", self.wave)?;
        match self.lane {
            Some(lane) => write!(f, ", lane {lane}"),
            None => Ok(()),
        }
    }
}
