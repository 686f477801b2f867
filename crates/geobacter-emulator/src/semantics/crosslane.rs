//! Values that move between lanes and scalar registers (MI200 ISA, `V_READLANE_B32` and its siblings).

use crate::FaultKind;
use crate::decode::Semantics;
use crate::machine::{Cx, LANES, Wave};
use crate::op::{Class, Flow, Kind, Op, Operand, Problem, Stop};

pub(crate) fn find(name: &str) -> Option<Semantics> {
    use Kind::{B32, S32};
    Some(match name {
        "v_readfirstlane_b32" => Semantics::new(Class::Vector, read_first_lane, &[S32], &[B32]),
        "v_readlane_b32" => Semantics::new(Class::Vector, read_lane, &[S32], &[B32, S32]),
        "v_writelane_b32" => Semantics::new(Class::Vector, write_lane, &[B32], &[S32, S32]),
        "v_swap_b32" => Semantics::new(Class::Vector, swap, &[B32], &[B32]),
        // gfx11
        "v_movrels_b32" => Semantics::new(Class::Vector, move_from_relative, &[B32], &[B32]),
        "v_movreld_b32" => Semantics::new(Class::Vector, move_to_relative, &[B32], &[B32]),
        "v_permlane16_b32" => Semantics::new(Class::Vector, permute_row::<0>, &[B32], &[B32, S32, S32]),
        "v_permlanex16_b32" => Semantics::new(Class::Vector, permute_row::<16>, &[B32], &[B32, S32, S32]),
        "v_permlane64_b32" => Semantics::new(Class::Vector, swap_halves, &[B32], &[B32]),
        _ => return None,
    })
}

/// A vector register, so many registers further on.
fn relative(wave: &Wave, operand: Operand) -> Result<Operand, Stop> {
    let Operand::Vector(number) = operand else { return Ok(operand) };
    let number = u64::from(number) + u64::from(wave.m0());
    if number >= wave.accumulators as u64 {
        return Err(Box::new(Problem { kind: FaultKind::RegisterOutOfRange, lane: None, address: None }));
    }
    Ok(Operand::Vector(number as u16))
}

/// From the register that M0 is added to.
fn move_from_relative(wave: &mut Wave, _: &mut Cx<'_>, op: &Op) -> Result<Flow, Stop> {
    let values = wave.dwords(relative(wave, op.src[0])?, 0);
    let mask = wave.write_mask;
    wave.set_dwords(op.dst[0], 0, &values, mask);
    Ok(Flow::Next)
}

/// To the register that M0 is added to.
fn move_to_relative(wave: &mut Wave, _: &mut Cx<'_>, op: &Op) -> Result<Flow, Stop> {
    let values = wave.dwords(op.src[0], 0);
    let to = relative(wave, op.dst[0])?;
    let mask = wave.write_mask;
    wave.set_dwords(to, 0, &values, mask);
    Ok(Flow::Next)
}

/// Any lane of the same row of 16, or with `FLIP` 16 of the row beside it, by four bits for each lane. `op_sel` has the bits
/// for reading inactive lanes and for reading 0 from them (RDNA3 ISA, `V_PERMLANE16_B32`).
fn permute_row<const FLIP: usize>(wave: &mut Wave, _: &mut Cx<'_>, op: &Op) -> Result<Flow, Stop> {
    let select = u64::from(wave.read32(op.src[1])) | u64::from(wave.read32(op.src[2])) << 32;
    let (fetch_inactive, bound_ctrl) = (op.mods.op_sel & 1 != 0, op.mods.op_sel & 2 != 0);
    let values = wave.dwords(op.src[0], 0);
    let exec = wave.exec();
    let (mut out, mut mask) = ([0; LANES], 0);
    for (lane, to) in out.iter_mut().enumerate().take(wave.lanes as usize) {
        let from = (lane & !15 ^ FLIP) | (select >> (4 * (lane & 15)) & 15) as usize;
        let readable = fetch_inactive || exec >> from & 1 != 0;
        *to = if readable { values[from] } else { 0 };
        mask |= u64::from(readable || bound_ctrl) << lane;
    }
    wave.set_dwords(op.dst[0], 0, &out, mask & wave.write_mask);
    Ok(Flow::Next)
}

/// The lower half of 64 lanes with the upper one; inactive lanes are read too.
fn swap_halves(wave: &mut Wave, _: &mut Cx<'_>, op: &Op) -> Result<Flow, Stop> {
    if wave.lanes == 64 {
        let values = wave.dwords(op.src[0], 0);
        let out = std::array::from_fn(|lane| values[lane ^ 32]);
        let mask = wave.write_mask;
        wave.set_dwords(op.dst[0], 0, &out, mask);
    }
    Ok(Flow::Next)
}

/// From the first active lane; from lane 0 where none is active.
fn read_first_lane(wave: &mut Wave, _: &mut Cx<'_>, op: &Op) -> Result<Flow, Stop> {
    let exec = wave.exec() & wave.all_lanes();
    let lane = if exec == 0 { 0 } else { exec.trailing_zeros() as usize };
    let value = wave.dwords(op.src[0], 0)[lane];
    wave.write32(op.dst[0], value);
    Ok(Flow::Next)
}

/// Whether the lane is active does not matter.
fn read_lane(wave: &mut Wave, _: &mut Cx<'_>, op: &Op) -> Result<Flow, Stop> {
    let lane = wave.read32(op.src[1]) & (wave.lanes - 1);
    let value = wave.dwords(op.src[0], 0)[lane as usize];
    wave.write32(op.dst[0], value);
    Ok(Flow::Next)
}

/// Whether the lane is active does not matter.
fn write_lane(wave: &mut Wave, _: &mut Cx<'_>, op: &Op) -> Result<Flow, Stop> {
    let lane = wave.read32(op.src[1]) & (wave.lanes - 1);
    let value = wave.read32(op.src[0]);
    let slot = wave.slot(op.dst[0], 0);
    wave.vectors[slot].0[lane as usize] = value;
    Ok(Flow::Next)
}

fn swap(wave: &mut Wave, _: &mut Cx<'_>, op: &Op) -> Result<Flow, Stop> {
    let (first, second) = (wave.dwords(op.dst[0], 0), wave.dwords(op.src[0], 0));
    let mask = wave.write_mask;
    wave.set_dwords(op.dst[0], 0, &second, mask);
    wave.set_dwords(op.src[0], 0, &first, mask);
    Ok(Flow::Next)
}
