//! The state of one wavefront.

use crate::float::Mode;
use crate::op::{Op, Operand, Problem, Special, Stop, scalar};
use crate::{FaultKind, Processor};

/// Lanes that a vector register has room for. Wavefronts of 32 use the lower half.
pub(crate) const LANES: usize = 64;

/// One vector register, aligned so that loops over its lanes become vector code.
#[derive(Clone, Copy, Debug)]
#[repr(align(64))]
pub(crate) struct Vector(pub(crate) [u32; LANES]);

/// Everything that the instructions of a wavefront change, but for memory.
#[derive(Debug)]
pub(crate) struct Wave {
    /// The vector registers, and behind them the accumulation registers.
    pub(crate) vectors: Vec<Vector>,
    /// Where in `vectors` `a0` is.
    pub(crate) accumulators: usize,
    pub(crate) scalars: [u32; scalar::COUNT],
    pub(crate) scc: bool,
    pub(crate) mode: Mode,
    pub(crate) pc: u64,
    /// 32 or 64.
    pub(crate) lanes: u32,
    /// Lanes that the current instruction writes: EXEC, but for lanes that DPP leaves alone.
    pub(crate) write_mask: u64,
    /// `s_set_gpr_idx_*`.
    pub(crate) indexing: Indexing,
    /// Address and size in bytes of this wavefront's private memory, and bytes of it for each lane.
    pub(crate) scratch: (u64, u64),
    pub(crate) scratch_per_lane: u32,
    /// Flat addresses find private memory by themselves, instead of by FLAT_SCRATCH.
    pub(crate) scratch_is_set: bool,
    /// Which wavefront of the work-group it is.
    pub(crate) number: u32,
    /// Barriers passed.
    pub(crate) barriers: u64,
    pub(crate) state: State,
}

/// What a wavefront is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum State {
    Running,
    AtBarrier,
    Ended,
}

/// M0 is added to the numbers of vector registers of these operands (MI200 ISA, `S_SET_GPR_IDX_ON`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Indexing {
    pub(crate) on: bool,
    /// Bits 0 to 2: sources; bit 3: the destination.
    pub(crate) operands: u8,
}

impl Wave {
    pub(crate) fn exec(&self) -> u64 {
        self.mask(scalar::EXEC)
    }

    pub(crate) fn set_exec(&mut self, value: u64) {
        self.set_mask(scalar::EXEC, value);
    }

    pub(crate) fn vcc(&self) -> u64 {
        self.mask(scalar::VCC)
    }

    pub(crate) fn m0(&self) -> u32 {
        self.scalars[usize::from(scalar::M0)]
    }

    /// All lanes that the wavefront has.
    pub(crate) fn all_lanes(&self) -> u64 {
        if self.lanes == 64 { u64::MAX } else { 0xffff_ffff }
    }

    pub(crate) fn scalar64(&self, at: u8) -> u64 {
        let at = usize::from(at);
        u64::from(self.scalars[at]) | u64::from(self.scalars[at + 1]) << 32
    }

    pub(crate) fn set_scalar64(&mut self, at: u8, value: u64) {
        let at = usize::from(at);
        self.scalars[at] = value as u32;
        self.scalars[at + 1] = (value >> 32) as u32;
    }

    /// A bit for each lane: one or two scalar registers.
    pub(crate) fn mask(&self, at: u8) -> u64 {
        if self.lanes == 64 { self.scalar64(at) } else { u64::from(self.scalars[usize::from(at)]) }
    }

    pub(crate) fn set_mask(&mut self, at: u8, value: u64) {
        if self.lanes == 64 {
            self.set_scalar64(at, value);
        } else {
            self.scalars[usize::from(at)] = value as u32;
        }
    }

    /// A 32-bit scalar source.
    pub(crate) fn read32(&self, operand: Operand) -> u32 {
        match operand {
            Operand::Scalar(at) => self.scalars[usize::from(at)],
            Operand::Constant(bits) => bits as u32,
            // The high half is what a 32-bit read of a base gives: base and limit are 64-bit addresses whose low halves
            // are zeros and ones (LLVM: `AMDGPULegalizerInfo::getSegmentAperture`).
            Operand::Special(special) => match special {
                Special::Vccz | Special::Execz | Special::Scc => self.special(special) as u32,
                _ => (self.special(special) >> 32) as u32,
            },
            Operand::None => 0,
            Operand::Vector(_) | Operand::Accumulator(_) => unreachable!("decoded as a scalar source"),
        }
    }

    /// A 64-bit scalar source.
    pub(crate) fn read64(&self, operand: Operand) -> u64 {
        match operand {
            Operand::Scalar(at) => self.scalar64(at),
            Operand::Constant(bits) => bits,
            Operand::Special(special) => self.special(special),
            Operand::None => 0,
            Operand::Vector(_) | Operand::Accumulator(_) => unreachable!("decoded as a scalar source"),
        }
    }

    fn special(&self, special: Special) -> u64 {
        const LAST: u64 = Processor::APERTURE_BYTES - 1;
        match special {
            Special::SharedBase => Processor::GROUP_APERTURE,
            Special::SharedLimit => Processor::GROUP_APERTURE | LAST,
            Special::PrivateBase => Processor::PRIVATE_APERTURE,
            Special::PrivateLimit => Processor::PRIVATE_APERTURE | LAST,
            Special::Vccz => u64::from(self.vcc() == 0),
            Special::Execz => u64::from(self.exec() & self.all_lanes() == 0),
            Special::Scc => u64::from(self.scc),
        }
    }

    pub(crate) fn write32(&mut self, operand: Operand, value: u32) {
        if let Operand::Scalar(at) = operand {
            self.scalars[usize::from(at)] = value;
        }
    }

    pub(crate) fn write64(&mut self, operand: Operand, value: u64) {
        if let Operand::Scalar(at) = operand {
            self.set_scalar64(at, value);
        }
    }

    /// Where in `vectors` a register is. Which registers there are was checked when its block was entered.
    pub(crate) fn slot(&self, operand: Operand, plus: usize) -> usize {
        match operand {
            Operand::Vector(number) => usize::from(number) + plus,
            Operand::Accumulator(number) => self.accumulators + usize::from(number) + plus,
            _ => unreachable!("decoded as a vector register"),
        }
    }

    /// Dword `plus` of a source, in every lane.
    #[inline(always)]
    pub(crate) fn dwords(&self, operand: Operand, plus: usize) -> [u32; LANES] {
        match operand {
            Operand::Vector(_) | Operand::Accumulator(_) => self.vectors[self.slot(operand, plus)].0,
            Operand::Scalar(at) => [self.scalars[usize::from(at) + plus]; LANES],
            Operand::Constant(bits) => [(bits >> (32 * plus)) as u32; LANES],
            Operand::Special(_) => [self.read32(operand); LANES],
            Operand::None => [0; LANES],
        }
    }

    /// Writes dword `plus` of a vector destination in the lanes of `mask`.
    #[inline(always)]
    pub(crate) fn set_dwords(&mut self, operand: Operand, plus: usize, values: &[u32; LANES], mask: u64) {
        if operand == Operand::None {
            return;
        }
        let slot = self.slot(operand, plus);
        let register = &mut self.vectors[slot].0;
        if mask == u64::MAX {
            *register = *values;
        } else {
            for (lane, (to, from)) in register.iter_mut().zip(values).enumerate() {
                *to = if mask >> lane & 1 != 0 { *from } else { *to };
            }
        }
    }

    /// The instruction with M0 added to its vector registers, as `s_set_gpr_idx_on` asks for.
    pub(crate) fn indexed(&self, op: &Op) -> Result<Op, Stop> {
        let plus = (self.m0() & 0xff) as u16;
        let mut op = op.clone();
        let shift = |operand: &mut Operand| match operand {
            // Checked for the widest operand, four dwords.
            Operand::Vector(number) if usize::from(*number + plus) + 4 > self.accumulators.max(4) => {
                if usize::from(*number + plus) >= self.accumulators {
                    return Err(Box::new(Problem { kind: FaultKind::RegisterOutOfRange, lane: None, address: None }));
                }
                *number += plus;
                Ok(())
            }
            Operand::Vector(number) => {
                *number += plus;
                Ok(())
            }
            _ => Ok(()),
        };
        for (i, source) in op.src.iter_mut().enumerate().take(3) {
            if self.indexing.operands >> i & 1 != 0 {
                shift(source)?;
            }
        }
        if self.indexing.operands >> 3 & 1 != 0 {
            op.dst.iter_mut().try_for_each(shift)?;
        }
        Ok(op)
    }
}
