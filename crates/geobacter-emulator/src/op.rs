//! Decoded instructions.

use crate::machine::{Cx, Wave};

/// One decoded instruction: what to call, and everything that its text said.
#[derive(Clone, Debug)]
pub(crate) struct Op {
    pub(crate) run: Handler,
    pub(crate) address: u64,
    /// Length of its encoding in bytes.
    pub(crate) bytes: u32,
    /// The first dword of its encoding, for the fields that the text gives in words.
    pub(crate) word: u32,
    /// What executing it counts as, and what may follow.
    pub(crate) class: Class,
    pub(crate) dst: [Operand; 2],
    pub(crate) src: [Operand; 4],
    pub(crate) mods: Modifiers,
    pub(crate) memory: MemoryForm,
    /// Which outcomes of a comparison count: less 1, equal 2, greater 4, unordered 8.
    pub(crate) predicate: u8,
    /// The two halves of a dual-issue instruction, which is executed by them.
    pub(crate) pair: Option<Box<[Op; 2]>>,
}

/// Executes an instruction for a wave.
pub(crate) type Handler = fn(&mut Wave, &mut Cx<'_>, &Op) -> Result<Flow, Stop>;

/// Where a wave goes after an instruction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Flow {
    Next,
    Jump(u64),
    /// On to the next instruction, after the others of the work-group have arrived.
    Barrier,
    /// On to the next instruction, after others had their turn.
    Yield,
    End,
}

/// Why an instruction cannot be executed. Boxed, since it is rare and every handler returns it.
pub(crate) type Stop = Box<Problem>;

#[derive(Debug)]
pub(crate) struct Problem {
    pub(crate) kind: crate::FaultKind,
    pub(crate) lane: Option<u32>,
    pub(crate) address: Option<u64>,
}

impl Problem {
    pub(crate) fn unsupported(what: impl Into<String>) -> Stop {
        Box::new(Problem { kind: crate::FaultKind::Unsupported(what.into()), lane: None, address: None })
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Class {
    /// Counts once.
    Scalar,
    /// Counts once for each active lane; M0 may index its vector registers.
    Vector,
    /// Counts once for each active lane.
    Memory,
    /// A scalar instruction that may go elsewhere than on: ends a block.
    Branch,
}

/// Where a value is. Vector registers of more than one dword are named by their first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub(crate) enum Operand {
    /// `off`, `null`, or no operand.
    #[default]
    None,
    Vector(u16),
    /// An accumulation register, `a0` and on.
    Accumulator(u16),
    /// A scalar register by its number in encodings, VCC, M0 and EXEC among them.
    Scalar(u8),
    /// The bits as the operand's type has them.
    Constant(u64),
    Special(Special),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Special {
    SharedBase,
    SharedLimit,
    PrivateBase,
    PrivateLimit,
    Vccz,
    Execz,
    Scc,
}

/// Numbers of special scalar registers. Those of gfx9, whatever the processor: decoding goes by names.
pub(crate) mod scalar {
    pub(crate) const FLAT_SCRATCH: u8 = 102;
    pub(crate) const XNACK_MASK: u8 = 104;
    pub(crate) const VCC: u8 = 106;
    pub(crate) const TTMP: u8 = 108;
    pub(crate) const M0: u8 = 124;
    pub(crate) const EXEC: u8 = 126;
    pub(crate) const COUNT: usize = 128;
}

/// What an operand is read or written as. Decides its width in registers and what a constant in its place means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    B32,
    B64,
    F32,
    F64,
    /// The low (or, by `op_sel`, the high) half of a dword.
    B16,
    F16,
    /// Two halves of a dword.
    PkB16,
    PkF16,
    /// Two dwords.
    PkF32,
    /// `f32`, or by `op_sel_hi` one half of a dword as `f16`.
    Mix,
    /// A bit for each lane, in scalar registers.
    Mask,
    /// Any scalar source of 32 bits.
    S32,
    /// Any scalar source of 64 bits.
    S64,
    /// So many dwords of vector registers.
    Data(u8),
    /// So many scalar registers.
    Scalars(u8),
    /// An address in vector registers, of either width, or `off`.
    VAddr,
    /// An address or offset in scalar registers, of either width, a constant, or `off`.
    SAddr,
    /// What the handler reads from the encoding.
    Ignored,
}

impl Kind {
    pub(crate) fn is_float(self) -> bool {
        matches!(self, Kind::F32 | Kind::F64 | Kind::F16 | Kind::PkF16 | Kind::PkF32 | Kind::Mix)
    }

    /// Width in dwords; `None` where several widths do.
    pub(crate) fn dwords(self) -> Option<u8> {
        match self {
            Kind::B32 | Kind::F32 | Kind::B16 | Kind::F16 | Kind::PkB16 | Kind::PkF16 | Kind::Mix | Kind::S32 => {
                Some(1)
            }
            Kind::B64 | Kind::F64 | Kind::PkF32 | Kind::S64 => Some(2),
            Kind::Data(n) | Kind::Scalars(n) => Some(n),
            Kind::Mask | Kind::VAddr | Kind::SAddr | Kind::Ignored => None,
        }
    }
}

/// Everything that may follow the operands.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Modifiers {
    /// One bit for each source.
    pub(crate) neg: u8,
    pub(crate) abs: u8,
    pub(crate) sext: u8,
    /// Sources take their high half; bit 3 is the destination's.
    pub(crate) op_sel: u8,
    /// Where the high halves of packed sources come from.
    pub(crate) op_sel_hi: u8,
    pub(crate) neg_lo: u8,
    pub(crate) neg_hi: u8,
    pub(crate) clamp: bool,
    pub(crate) omod: Omod,
    /// Reads or writes need a second look: set where any of the above, SDWA or DPP is.
    pub(crate) any: bool,
    /// A 16-bit result leaves the other half of its register as it is, instead of clearing it.
    pub(crate) keep_high: bool,
    pub(crate) sdwa: Option<Sdwa>,
    pub(crate) dpp: Option<Dpp>,
    pub(crate) offset: i32,
    pub(crate) offset0: u8,
    pub(crate) offset1: u8,
    pub(crate) glc: bool,
    pub(crate) offen: bool,
    pub(crate) idxen: bool,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Omod {
    #[default]
    None,
    Mul2,
    Mul4,
    Div2,
}

/// Which part of a dword an SDWA operand is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Part {
    Byte(u8),
    Word(u8),
    #[default]
    Dword,
}

/// What becomes of the other parts of an SDWA destination.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Unused {
    #[default]
    Pad,
    Sext,
    Preserve,
}

#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Sdwa {
    pub(crate) dst: Part,
    pub(crate) unused: Unused,
    pub(crate) src: [Part; 2],
}

/// Data-parallel primitives: the first source comes from other lanes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Dpp {
    pub(crate) control: DppControl,
    pub(crate) row_mask: u8,
    pub(crate) bank_mask: u8,
    /// Lanes without a source read zero, instead of keeping their destination.
    pub(crate) bound_ctrl: bool,
    /// Inactive lanes can be read.
    pub(crate) fetch_inactive: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum DppControl {
    QuadPerm([u8; 4]),
    RowShl(u8),
    RowShr(u8),
    RowRor(u8),
    WaveShl,
    WaveRol,
    WaveShr,
    WaveRor,
    RowMirror,
    RowHalfMirror,
    RowBcast15,
    RowBcast31,
    RowNewbcast(u8),
    RowXmask(u8),
    Dpp8([u8; 8]),
}

/// What a memory instruction moves.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct MemoryForm {
    pub(crate) space: Space,
    /// Bytes of one element in memory.
    pub(crate) bytes: u8,
    pub(crate) signed: bool,
    /// 16 bits of a register, the rest of which stays.
    pub(crate) d16: D16,
    pub(crate) atomic: Option<Atomic>,
    /// The atomic operation returns the value from before.
    pub(crate) returns: bool,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum D16 {
    #[default]
    No,
    Low,
    High,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Space {
    #[default]
    Flat,
    Global,
    Scratch,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Atomic {
    Swap,
    CompareSwap,
    Add,
    Sub,
    ReverseSub,
    MinI,
    MaxI,
    MinU,
    MaxU,
    And,
    Or,
    Xor,
    /// `old >= data ? 0 : old + 1`
    Inc,
    /// `old == 0 || old > data ? data : old - 1`
    Dec,
    AddF,
    MinF,
    MaxF,
    /// `ds_cmpst_f*`
    CompareSwapF,
    AddPkF16,
    /// `(old & !mask) | data`
    MaskOr,
}
