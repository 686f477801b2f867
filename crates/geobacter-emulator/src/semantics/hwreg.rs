//! `s_getreg` and `s_setreg`: the hardware registers that compiled code reads and writes (MI200 ISA, 12.3; LLVM's
//! `AMDGPU::Hwreg`).

use crate::decode::Semantics;
use crate::float::Mode;
use crate::machine::{Cx, Wave};
use crate::op::{Class, Flow, Kind, Op, Problem, Stop};
use crate::{FaultKind, Processor};

const MODE: u32 = 1;
/// Exceptions that occurred. None are recorded.
const TRAPSTS: u32 = 3;
/// The high 16 bits of the apertures: those of private memory below those of work-group memory.
const SH_MEM_BASES: u32 = 15;

pub(crate) fn find(name: &str) -> Option<Semantics> {
    Some(match name {
        "s_getreg_b32" => Semantics::new(Class::Scalar, get, &[Kind::S32], &[Kind::Ignored]),
        "s_setreg_b32" | "s_setreg_imm32_b32" => Semantics::new(Class::Scalar, set, &[], &[Kind::Ignored, Kind::S32]),
        // gfx11
        "s_denorm_mode" => Semantics::raw(Class::Scalar, set_denormals),
        "s_round_mode" => Semantics::raw(Class::Scalar, set_rounding),
        _ => return None,
    })
}

/// Number, first bit and mask of the field that the encoding names.
fn field(op: &Op) -> (u32, u32, u32) {
    let bits = (op.word >> 11 & 0x1f) + 1;
    (op.word & 0x3f, op.word >> 6 & 0x1f, ((1_u64 << bits) - 1) as u32)
}

fn unsupported(register: u32) -> Stop {
    Problem::unsupported(format!("hardware register {register}"))
}

fn get(wave: &mut Wave, _: &mut Cx<'_>, op: &Op) -> Result<Flow, Stop> {
    let (register, first, mask) = field(op);
    let value = match register {
        MODE => wave.mode.to_register(),
        TRAPSTS => 0,
        SH_MEM_BASES => (Processor::PRIVATE_APERTURE >> 48) as u32 | ((Processor::GROUP_APERTURE >> 48) as u32) << 16,
        _ => return Err(unsupported(register)),
    };
    wave.write32(op.dst[0], value >> first & mask);
    Ok(Flow::Next)
}

fn set(wave: &mut Wave, _: &mut Cx<'_>, op: &Op) -> Result<Flow, Stop> {
    let (register, first, mask) = field(op);
    if register != MODE {
        return Err(unsupported(register));
    }
    let old = wave.mode.to_register();
    let value = wave.read32(op.src[1]);
    set_mode(wave, Mode::from_register(old & !(mask << first) | (value & mask) << first))
}

/// Four bits, as in the MODE register.
fn set_denormals(wave: &mut Wave, _: &mut Cx<'_>, op: &Op) -> Result<Flow, Stop> {
    let mode = Mode { denormals: (op.word & 0xf) as u8, ..wave.mode };
    set_mode(wave, mode)
}

/// Four bits, as in the MODE register.
fn set_rounding(wave: &mut Wave, _: &mut Cx<'_>, op: &Op) -> Result<Flow, Stop> {
    let mode = Mode { round: (op.word & 0xf) as u8, ..wave.mode };
    set_mode(wave, mode)
}

fn set_mode(wave: &mut Wave, mode: Mode) -> Result<Flow, Stop> {
    check_mode(mode).map_err(|what| Problem { kind: FaultKind::Unsupported(what), lane: None, address: None })?;
    wave.mode = mode;
    Ok(Flow::Next)
}

/// Modes that would change results, and are not emulated.
pub(crate) fn check_mode(mode: Mode) -> Result<(), String> {
    match mode.round {
        0 => Ok(()),
        round => Err(format!("rounding other than to nearest even (mode {round:#06b})")),
    }
}
