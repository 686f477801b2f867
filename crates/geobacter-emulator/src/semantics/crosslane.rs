//! Values that move between lanes and scalar registers (MI200 ISA, `V_READLANE_B32` and its siblings).

use crate::decode::Semantics;
use crate::machine::{Cx, Wave};
use crate::op::{Class, Flow, Kind, Op, Stop};

pub(crate) fn find(name: &str) -> Option<Semantics> {
    use Kind::{B32, S32};
    Some(match name {
        "v_readfirstlane_b32" => Semantics::new(Class::Vector, read_first_lane, &[S32], &[B32]),
        "v_readlane_b32" => Semantics::new(Class::Vector, read_lane, &[S32], &[B32, S32]),
        "v_writelane_b32" => Semantics::new(Class::Vector, write_lane, &[B32], &[S32, S32]),
        "v_swap_b32" => Semantics::new(Class::Vector, swap, &[B32], &[B32]),
        _ => return None,
    })
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
