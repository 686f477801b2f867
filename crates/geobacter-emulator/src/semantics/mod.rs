//! What instructions do, a file for each class of them.

mod atomics;
mod buffer;
mod compare;
mod control;
mod crosslane;
mod dpp;
mod ds;
mod flat;
mod hwreg;
mod lane;
mod salu;
mod smem;
mod sopk;
mod valu_convert;
mod valu_float;
mod valu_half;
mod valu_int;
mod valu_packed;
mod valu_rdna3;

pub(crate) use hwreg::check_mode;

use crate::decode::Semantics;
use crate::generation::Generation;
use crate::machine::{Cx, Wave};
use crate::op::{Flow, Modifiers, Op, Stop};

/// What the mnemonic `name`, without the ending for its encoding, means.
pub(crate) fn find(name: &str, mods: &Modifiers, generation: Generation) -> Option<Semantics> {
    let kind = name.split_once('_').map_or(name, |(kind, _)| kind);
    match kind {
        "v" => valu_int::find(name)
            .or_else(|| valu_float::find(name))
            .or_else(|| valu_convert::find(name))
            .or_else(|| valu_half::find(name))
            .or_else(|| valu_packed::find(name))
            .or_else(|| compare::find(name, generation))
            .or_else(|| valu_rdna3::find(name))
            .or_else(|| crosslane::find(name)),
        "s" => salu::find(name)
            .or_else(|| sopk::find(name))
            .or_else(|| smem::find(name))
            .or_else(|| hwreg::find(name))
            .or_else(|| control::find(name, generation)),
        "ds" => ds::find(name),
        "flat" | "global" | "scratch" => flat::find(name, mods.glc),
        "buffer" => buffer::find(name, mods).or_else(|| control::find(name, generation)),
        _ => None,
    }
}

/// The lanes that a vector instruction writes.
pub(crate) fn write_mask(wave: &Wave, op: &Op) -> u64 {
    match &op.mods.dpp {
        Some(dpp) => dpp::write_mask(wave, dpp),
        None => wave.exec(),
    }
}

/// Executes both halves of a dual-issue instruction. Both read their sources before either writes.
pub(crate) fn dual(wave: &mut Wave, cx: &mut Cx<'_>, op: &Op) -> Result<Flow, Stop> {
    let [first, second] = &**op.pair.as_ref().expect("decoded as a pair");
    let slot = wave.slot(first.dst[0], 0);
    let old = wave.vectors[slot];
    (first.run)(wave, cx, first)?;
    let new = std::mem::replace(&mut wave.vectors[slot], old);
    (second.run)(wave, cx, second)?;
    wave.vectors[slot] = new;
    Ok(Flow::Next)
}
