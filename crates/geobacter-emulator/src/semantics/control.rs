//! Where a wavefront goes: branches, calls, barriers, messages, the end (MI200 ISA, 12.4 and 12.5).

use crate::FaultKind;
use crate::decode::Semantics;
use crate::generation::Generation;
use crate::machine::{Cx, Wave};
use crate::op::{Class, Flow, Handler, Kind, Op, Operand, Problem, Stop};

pub(crate) fn find(name: &str, generation: Generation) -> Option<Semantics> {
    let branch = |run: Handler| Some(Semantics::raw(Class::Branch, run));
    let scalar = |run: Handler| Some(Semantics::raw(Class::Scalar, run));
    match name {
        "s_branch" => branch(|_, _, op| Ok(Flow::Jump(target(op)))),
        "s_cbranch_scc0" => branch(|wave, _, op| jump_if(!wave.scc, op)),
        "s_cbranch_scc1" => branch(|wave, _, op| jump_if(wave.scc, op)),
        "s_cbranch_vccz" => branch(|wave, _, op| jump_if(wave.vcc() == 0, op)),
        "s_cbranch_vccnz" => branch(|wave, _, op| jump_if(wave.vcc() != 0, op)),
        "s_cbranch_execz" => branch(|wave, _, op| jump_if(wave.exec() & wave.all_lanes() == 0, op)),
        "s_cbranch_execnz" => branch(|wave, _, op| jump_if(wave.exec() & wave.all_lanes() != 0, op)),
        // No debugger is attached.
        "s_cbranch_cdbgsys" | "s_cbranch_cdbguser" | "s_cbranch_cdbgsys_or_user" | "s_cbranch_cdbgsys_and_user" => {
            branch(|_, _, _| Ok(Flow::Next))
        }
        "s_endpgm" => branch(|_, _, _| Ok(Flow::End)),
        "s_barrier" => branch(|_, _, _| Ok(Flow::Barrier)),
        "s_trap" => branch(trap),
        "s_getpc_b64" => Some(Semantics::new(Class::Scalar, get_pc, &[Kind::S64], &[])),
        "s_setpc_b64" => Some(Semantics::new(Class::Branch, set_pc, &[], &[Kind::S64])),
        "s_swappc_b64" => Some(Semantics::new(Class::Branch, swap_pc, &[Kind::S64], &[Kind::S64])),
        "s_call_b64" => Some(Semantics::new(Class::Branch, call, &[Kind::S64], &[Kind::Ignored])),
        "s_sleep" => branch(|_, _, _| Ok(Flow::Yield)),
        "s_sendmsg" => scalar(match generation {
            Generation::Cdna2 => |wave, cx, op| send_message(wave, cx, op, Generation::Cdna2),
            Generation::Rdna3 => |wave, cx, op| send_message(wave, cx, op, Generation::Rdna3),
        }),
        "s_memtime" => Some(Semantics::new(Class::Scalar, time, &[Kind::S64], &[])),
        "s_memrealtime" => Some(Semantics::new(Class::Scalar, real_time, &[Kind::S64], &[])),
        "s_set_gpr_idx_on" => Some(Semantics::new(Class::Scalar, index_on, &[], &[Kind::S32, Kind::Ignored])),
        "s_set_gpr_idx_idx" => Some(Semantics::new(Class::Scalar, index, &[], &[Kind::S32])),
        "s_set_gpr_idx_mode" => scalar(|wave, _, op| {
            wave.indexing.operands = (op.word & 0xf) as u8;
            Ok(Flow::Next)
        }),
        "s_set_gpr_idx_off" => scalar(|wave, _, _| {
            wave.indexing.on = false;
            Ok(Flow::Next)
        }),
        _ => NOTHING.contains(&name).then(|| Semantics::raw(Class::Scalar, |_, _, _| Ok(Flow::Next))),
    }
}

/// What orders memory accesses, fills caches or spends time: every access here is done, and seen by all, before the next
/// instruction.
const NOTHING: [&str; 18] = [
    "s_nop",
    "s_waitcnt",
    "s_waitcnt_vscnt",
    "s_waitcnt_vmcnt",
    "s_waitcnt_expcnt",
    "s_waitcnt_lgkmcnt",
    "s_setprio",
    "s_icache_inv",
    "s_dcache_inv",
    "s_dcache_inv_vol",
    "s_dcache_wb",
    "s_dcache_wb_vol",
    "s_incperflevel",
    "s_decperflevel",
    "buffer_wbl2",
    "buffer_invl2",
    "buffer_wbinvl1",
    "buffer_wbinvl1_vol",
];

/// The offset in the encoding counts dwords from the next instruction.
fn target(op: &Op) -> u64 {
    op.address.wrapping_add(4).wrapping_add_signed(4 * i64::from(op.word as u16 as i16))
}

fn jump_if(condition: bool, op: &Op) -> Result<Flow, Stop> {
    Ok(if condition { Flow::Jump(target(op)) } else { Flow::Next })
}

fn next(op: &Op) -> u64 {
    op.address + u64::from(op.bytes)
}

fn get_pc(wave: &mut Wave, _: &mut Cx<'_>, op: &Op) -> Result<Flow, Stop> {
    wave.write64(op.dst[0], next(op));
    Ok(Flow::Next)
}

fn set_pc(wave: &mut Wave, _: &mut Cx<'_>, op: &Op) -> Result<Flow, Stop> {
    Ok(Flow::Jump(wave.read64(op.src[0])))
}

fn swap_pc(wave: &mut Wave, _: &mut Cx<'_>, op: &Op) -> Result<Flow, Stop> {
    let to = wave.read64(op.src[0]);
    wave.write64(op.dst[0], next(op));
    Ok(Flow::Jump(to))
}

fn call(wave: &mut Wave, _: &mut Cx<'_>, op: &Op) -> Result<Flow, Stop> {
    wave.write64(op.dst[0], next(op));
    Ok(Flow::Jump(target(op)))
}

/// `llvm.debugtrap`: goes on where no debugger is attached (LLVM, AMDGPUUsage, "Trap Handler ABI").
const DEBUG_TRAP: u32 = 3;

fn trap(_: &mut Wave, _: &mut Cx<'_>, op: &Op) -> Result<Flow, Stop> {
    match op.word & 0xff {
        DEBUG_TRAP => Ok(Flow::Next),
        number => Err(Box::new(Problem { kind: FaultKind::Trap(number), lane: None, address: None })),
    }
}

const MSG_INTERRUPT: u32 = 1;

fn send_message(wave: &mut Wave, cx: &mut Cx<'_>, op: &Op, generation: Generation) -> Result<Flow, Stop> {
    match op.word & 0xffff {
        MSG_INTERRUPT => cx.memory.interrupt(wave.m0()),
        message if generation.ignores_message(message) => {}
        message => return Err(Problem::unsupported(format!("the message {message:#x}"))),
    }
    Ok(Flow::Next)
}

/// Nanoseconds, for want of a clock of the processor.
fn time(wave: &mut Wave, cx: &mut Cx<'_>, op: &Op) -> Result<Flow, Stop> {
    wave.write64(op.dst[0], cx.nanoseconds());
    Ok(Flow::Next)
}

/// The constant clock, of 100 MHz.
fn real_time(wave: &mut Wave, cx: &mut Cx<'_>, op: &Op) -> Result<Flow, Stop> {
    const NANOSECONDS: u64 = 10;
    wave.write64(op.dst[0], cx.nanoseconds() / NANOSECONDS);
    Ok(Flow::Next)
}

/// M0: the index in the low byte, the operands it is for in bits 12 to 15.
fn set_index(wave: &mut Wave, value: u32, operands: Option<u32>) {
    let m0 = wave.m0();
    let high = operands.map_or(m0 & 0xf000, |o| o << 12);
    wave.write32(Operand::Scalar(crate::op::scalar::M0), m0 & !0xf0ff | high | value & 0xff);
}

fn index_on(wave: &mut Wave, _: &mut Cx<'_>, op: &Op) -> Result<Flow, Stop> {
    // SOPC: the first source in the lowest byte, the operands where the second one would be.
    let operands = op.word >> 8 & 0xf;
    let value = wave.read32(op.src[0]);
    set_index(wave, value, Some(operands));
    wave.indexing = crate::machine::Indexing { on: true, operands: operands as u8 };
    Ok(Flow::Next)
}

fn index(wave: &mut Wave, _: &mut Cx<'_>, op: &Op) -> Result<Flow, Stop> {
    let value = wave.read32(op.src[0]);
    set_index(wave, value, None);
    Ok(Flow::Next)
}
