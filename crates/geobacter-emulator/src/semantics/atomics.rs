//! Names of atomic operations, and carrying one out for all lanes.

use crate::machine::{Cx, LANES, Place, Wave, combine};
use crate::op::{Atomic, Op, Operand, Stop};

/// The operation that the end of a `flat`, `global` or `buffer` mnemonic names, and whether it is one of 64 bits.
pub(crate) fn memory(name: &str) -> Option<(Atomic, bool)> {
    Some(match name {
        "add_f32" => (Atomic::AddF, false),
        "add_f64" => (Atomic::AddF, true),
        "min_f32" => (Atomic::MinF, false),
        "max_f32" => (Atomic::MaxF, false),
        "min_f64" => (Atomic::MinF, true),
        "max_f64" => (Atomic::MaxF, true),
        "pk_add_f16" => (Atomic::AddPkF16, false),
        _ => {
            let (name, wide) = match name.strip_suffix("_x2") {
                Some(name) => (name, true),
                None => (name, false),
            };
            let atomic = match name {
                "swap" => Atomic::Swap,
                "cmpswap" => Atomic::CompareSwap,
                "add" => Atomic::Add,
                "sub" => Atomic::Sub,
                "smin" => Atomic::MinI,
                "smax" => Atomic::MaxI,
                "umin" => Atomic::MinU,
                "umax" => Atomic::MaxU,
                "and" => Atomic::And,
                "or" => Atomic::Or,
                "xor" => Atomic::Xor,
                "inc" => Atomic::Inc,
                "dec" => Atomic::Dec,
                _ => return None,
            };
            (atomic, wide)
        }
    })
}

/// The operation that a `ds` mnemonic, without `ds_` and `_rtn`, names.
pub(crate) fn group(name: &str) -> Option<(Atomic, bool)> {
    let (operation, ty) = name.rsplit_once('_')?;
    let atomic = match (operation, ty) {
        ("add", "u32" | "u64") => Atomic::Add,
        ("sub", "u32" | "u64") => Atomic::Sub,
        ("rsub", "u32" | "u64") => Atomic::ReverseSub,
        ("inc", "u32" | "u64") => Atomic::Inc,
        ("dec", "u32" | "u64") => Atomic::Dec,
        ("min", "i32" | "i64") => Atomic::MinI,
        ("max", "i32" | "i64") => Atomic::MaxI,
        ("min", "u32" | "u64") => Atomic::MinU,
        ("max", "u32" | "u64") => Atomic::MaxU,
        ("and", "b32" | "b64") => Atomic::And,
        ("or", "b32" | "b64") => Atomic::Or,
        ("xor", "b32" | "b64") => Atomic::Xor,
        ("mskor", "b32" | "b64") => Atomic::MaskOr,
        ("wrxchg" | "storexchg", "b32" | "b64") => Atomic::Swap,
        ("cmpst" | "cmpstore", "b32" | "b64") => Atomic::CompareSwap,
        ("cmpst" | "cmpstore", "f32" | "f64") => Atomic::CompareSwapF,
        ("min", "f32" | "f64") => Atomic::MinF,
        ("max", "f32" | "f64") => Atomic::MaxF,
        ("add", "f32" | "f64") => Atomic::AddF,
        ("pk_add", "f16") => Atomic::AddPkF16,
        _ => return None,
    };
    Some((atomic, ty.ends_with("64")))
}

/// Carries out the instruction's operation in each active lane, in the lanes' order. `data` and `compare` are where the
/// operands start, the latter in dwords of vector registers.
pub(crate) fn run(
    wave: &mut Wave,
    cx: &mut Cx<'_>,
    op: &Op,
    places: &[Place; LANES],
    data: (Operand, usize),
    compare: Option<(Operand, usize)>,
) -> Result<(), Stop> {
    let atomic = op.memory.atomic.expect("decoded as an atomic operation");
    let wide = op.memory.bytes == 8;
    let value = |wave: &Wave, (operand, plus): (Operand, usize), lane: usize| {
        let low = wave.vectors[wave.slot(operand, plus)].0[lane];
        let high = if wide { wave.vectors[wave.slot(operand, plus + 1)].0[lane] } else { 0 };
        u64::from(low) | u64::from(high) << 32
    };
    let exec = wave.exec() & wave.all_lanes();
    for lane in (0..LANES).filter(|lane| exec >> lane & 1 != 0) {
        let data = value(wave, data, lane);
        let compare = compare.map_or(0, |compare| value(wave, compare, lane));
        let old = match places[lane] {
            Place::Nowhere => 0,
            place => cx.atomic(wave, lane as u32, place, wide, |old| combine(atomic, wide, old, data, compare))?,
        };
        if op.memory.returns {
            let slot = wave.slot(op.dst[0], 0);
            wave.vectors[slot].0[lane] = old as u32;
            if wide {
                wave.vectors[slot + 1].0[lane] = (old >> 32) as u32;
            }
        }
    }
    Ok(())
}
