//! Work-group memory instructions (MI200 ISA, 12.12 "DS").

use crate::decode::Semantics;
use crate::machine::{Cx, LANES, Place, Wave, offset};
use crate::op::{Atomic, Class, D16, Flow, Handler, Kind, MemoryForm, Op, Problem, Stop};

use super::atomics;
use super::flat::{data, dwords, load_all, store_all};

pub(crate) fn find(name: &str) -> Option<Semantics> {
    let name = name.strip_prefix("ds_")?;
    let new = |run: Handler, outs: &'static [Kind], ins: &'static [Kind], memory: MemoryForm| {
        Some(Semantics { memory, ..Semantics::new(Class::Memory, run, outs, ins) })
    };
    let none = MemoryForm::default();
    match name {
        "bpermute_b32" => return new(bpermute, &[Kind::B32], &[Kind::B32, Kind::B32], none),
        "permute_b32" => return new(permute, &[Kind::B32], &[Kind::B32, Kind::B32], none),
        "swizzle_b32" => return new(swizzle, &[Kind::B32], &[Kind::B32], none),
        "nop" => return new(|_, _, _| Ok(Flow::Next), &[], &[], none),
        "read_addtid_b32" => return new(read_add_lane, &[Kind::Data(1)], &[], sized(4)),
        "write_addtid_b32" => return new(write_add_lane, &[], &[Kind::Data(1)], sized(4)),
        _ => {}
    }
    if let Some(form) = name.strip_prefix("read_").and_then(element) {
        return new(read, data(dwords(form))?, &[Kind::B32], form);
    }
    if let Some(form) = name.strip_prefix("write_").and_then(element) {
        return new(write, &[], one_address(dwords(form))?, form);
    }
    for (prefix, step) in [("2st64_", 64), ("2_", 1)] {
        let wide = |ty: &str| match ty {
            "b32" => Some(4),
            "b64" => Some(8),
            _ => None,
        };
        if let Some(bytes) = name.strip_prefix("read").and_then(|n| n.strip_prefix(prefix)).and_then(wide) {
            let run: Handler = if step == 1 { read2::<1> } else { read2::<64> };
            return new(run, data(bytes / 2)?, &[Kind::B32], sized(bytes));
        }
        if let Some(bytes) = name.strip_prefix("write").and_then(|n| n.strip_prefix(prefix)).and_then(wide) {
            let run: Handler = if step == 1 { write2::<1> } else { write2::<64> };
            let ins: &'static [Kind] = match bytes {
                4 => &[Kind::B32, Kind::Data(1), Kind::Data(1)],
                _ => &[Kind::B32, Kind::Data(2), Kind::Data(2)],
            };
            return new(run, &[], ins, sized(bytes));
        }
    }
    find_atomic(name)
}

fn find_atomic(name: &str) -> Option<Semantics> {
    let (name, returns) = match name.find("_rtn") {
        Some(at) => (format!("{}{}", &name[..at], &name[at + 4..]), true),
        None => (name.to_owned(), false),
    };
    let (atomic, wide) = atomics::group(&name)?;
    let two = matches!(atomic, Atomic::CompareSwap | Atomic::CompareSwapF | Atomic::MaskOr);
    let ins: &'static [Kind] = match (wide, two) {
        (false, false) => &[Kind::B32, Kind::Data(1)],
        (false, true) => &[Kind::B32, Kind::Data(1), Kind::Data(1)],
        (true, false) => &[Kind::B32, Kind::Data(2)],
        (true, true) => &[Kind::B32, Kind::Data(2), Kind::Data(2)],
    };
    // gfx11 has the new value first.
    let run: Handler = if name.starts_with("cmpstore") { compare_store } else { atomic_op };
    let outs: &'static [Kind] = match (returns, wide) {
        (false, _) => &[],
        (true, false) => &[Kind::Data(1)],
        (true, true) => &[Kind::Data(2)],
    };
    let memory = MemoryForm { atomic: Some(atomic), returns, ..sized(if wide { 8 } else { 4 }) };
    Some(Semantics { memory, ..Semantics::new(Class::Memory, run, outs, ins) })
}

fn sized(bytes: u8) -> MemoryForm {
    MemoryForm { bytes, ..MemoryForm::default() }
}

fn element(name: &str) -> Option<MemoryForm> {
    let (name, d16) = match (name.strip_suffix("_d16_hi"), name.strip_suffix("_d16")) {
        (Some(name), _) => (name, D16::High),
        (_, Some(name)) => (name, D16::Low),
        _ => (name, D16::No),
    };
    let (bytes, signed) = match name {
        "u8" | "b8" => (1, false),
        "i8" => (1, true),
        "u16" | "b16" => (2, false),
        "i16" => (2, true),
        "b32" => (4, false),
        "b64" => (8, false),
        "b96" => (12, false),
        "b128" => (16, false),
        _ => return None,
    };
    Some(MemoryForm { signed, d16, ..sized(bytes) }).filter(|f| d16 == D16::No || f.bytes <= 2)
}

fn one_address(dwords: u8) -> Option<&'static [Kind]> {
    Some(match dwords {
        1 => &[Kind::B32, Kind::Data(1)],
        2 => &[Kind::B32, Kind::Data(2)],
        3 => &[Kind::B32, Kind::Data(3)],
        4 => &[Kind::B32, Kind::Data(4)],
        _ => return None,
    })
}

/// The lanes' addresses: the first source and an offset. Their sum has 32 bits: compilers put negative indices into the
/// register, and what makes the sum positive into the offset.
fn places(wave: &Wave, op: &Op, plus: u32) -> [Place; LANES] {
    wave.dwords(op.src[0], 0).map(|address| Place::Group(address.wrapping_add(plus).into()))
}

fn read(wave: &mut Wave, cx: &mut Cx<'_>, op: &Op) -> Result<Flow, Stop> {
    let places = places(wave, op, op.mods.offset as u32);
    load_all(wave, cx, op, &places)?;
    Ok(Flow::Next)
}

fn write(wave: &mut Wave, cx: &mut Cx<'_>, op: &Op) -> Result<Flow, Stop> {
    let places = places(wave, op, op.mods.offset as u32);
    store_all(wave, cx, op, op.src[1], &places)?;
    Ok(Flow::Next)
}

/// The two offsets count elements, or 64 elements.
fn offsets<const STEP: u32>(op: &Op) -> [u32; 2] {
    [op.mods.offset0, op.mods.offset1].map(|n| u32::from(n) * u32::from(op.memory.bytes) * STEP)
}

fn read2<const STEP: u32>(wave: &mut Wave, cx: &mut Cx<'_>, op: &Op) -> Result<Flow, Stop> {
    let exec = wave.exec() & wave.all_lanes();
    let each = usize::from(op.memory.bytes / 4);
    // The address may be in a register that is written.
    let places = offsets::<STEP>(op).map(|plus| places(wave, op, plus));
    for (which, places) in places.iter().enumerate() {
        for dword in 0..each {
            let mut values = [0; LANES];
            for lane in (0..LANES).filter(|lane| exec >> lane & 1 != 0) {
                values[lane] = cx.load(wave, lane as u32, offset(places[lane], 4 * dword as u64), 4)?;
            }
            wave.set_dwords(op.dst[0], which * each + dword, &values, exec);
        }
    }
    Ok(Flow::Next)
}

fn write2<const STEP: u32>(wave: &mut Wave, cx: &mut Cx<'_>, op: &Op) -> Result<Flow, Stop> {
    for (which, plus) in offsets::<STEP>(op).into_iter().enumerate() {
        let places = places(wave, op, plus);
        store_all(wave, cx, op, op.src[1 + which], &places)?;
    }
    Ok(Flow::Next)
}

fn atomic_op(wave: &mut Wave, cx: &mut Cx<'_>, op: &Op) -> Result<Flow, Stop> {
    let places = places(wave, op, op.mods.offset as u32);
    let first = (op.src[1], 0);
    let second = (op.src[2], 0);
    match op.memory.atomic {
        // What to compare with comes first, the new value second.
        Some(Atomic::CompareSwap | Atomic::CompareSwapF) => {
            atomics::run(wave, cx, op, &places, second, Some(first))?;
        }
        Some(Atomic::MaskOr) => atomics::run(wave, cx, op, &places, first, Some(second))?,
        _ => atomics::run(wave, cx, op, &places, first, None)?,
    }
    Ok(Flow::Next)
}

/// The new value first, what to compare with second.
fn compare_store(wave: &mut Wave, cx: &mut Cx<'_>, op: &Op) -> Result<Flow, Stop> {
    let places = places(wave, op, op.mods.offset as u32);
    atomics::run(wave, cx, op, &places, (op.src[1], 0), Some((op.src[2], 0)))?;
    Ok(Flow::Next)
}

/// Address without a register: M0's low half, the offset, and 4 bytes for each lane.
fn lane_places(wave: &Wave, op: &Op) -> [Place; LANES] {
    let base = u64::from(wave.m0() & 0xffff) + op.mods.offset as u64;
    std::array::from_fn(|lane| Place::Group(base + 4 * lane as u64))
}

fn read_add_lane(wave: &mut Wave, cx: &mut Cx<'_>, op: &Op) -> Result<Flow, Stop> {
    let places = lane_places(wave, op);
    load_all(wave, cx, op, &places)?;
    Ok(Flow::Next)
}

fn write_add_lane(wave: &mut Wave, cx: &mut Cx<'_>, op: &Op) -> Result<Flow, Stop> {
    let places = lane_places(wave, op);
    store_all(wave, cx, op, op.src[0], &places)?;
    Ok(Flow::Next)
}

/// Lane numbers are given in bytes, of 4 for each.
fn lane_of(address: u32, op: &Op, wave: &Wave) -> usize {
    ((address.wrapping_add(op.mods.offset as u32) / 4) & (wave.lanes - 1)) as usize
}

/// Each lane reads another one's value; inactive lanes' are 0.
fn bpermute(wave: &mut Wave, _: &mut Cx<'_>, op: &Op) -> Result<Flow, Stop> {
    let (addresses, values) = (wave.dwords(op.src[0], 0), wave.dwords(op.src[1], 0));
    let exec = wave.exec();
    let mut out = [0; LANES];
    for lane in 0..wave.lanes as usize {
        let from = lane_of(addresses[lane], op, wave);
        out[lane] = if exec >> from & 1 != 0 { values[from] } else { 0 };
    }
    wave.set_dwords(op.dst[0], 0, &out, exec & wave.all_lanes());
    Ok(Flow::Next)
}

/// Each active lane sends its value to another one; of several senders the highest lane's arrives, and lanes without one get 0.
fn permute(wave: &mut Wave, _: &mut Cx<'_>, op: &Op) -> Result<Flow, Stop> {
    let (addresses, values) = (wave.dwords(op.src[0], 0), wave.dwords(op.src[1], 0));
    let exec = wave.exec() & wave.all_lanes();
    let mut out = [0; LANES];
    for lane in (0..LANES).filter(|lane| exec >> lane & 1 != 0) {
        out[lane_of(addresses[lane], op, wave)] = values[lane];
    }
    wave.set_dwords(op.dst[0], 0, &out, exec);
    Ok(Flow::Next)
}

/// A fixed pattern of lanes, in the encoding's offset; inactive lanes' values are 0.
fn swizzle(wave: &mut Wave, _: &mut Cx<'_>, op: &Op) -> Result<Flow, Stop> {
    let pattern = op.word & 0xffff;
    let values = wave.dwords(op.src[0], 0);
    let exec = wave.exec() & wave.all_lanes();
    let mut out = [0; LANES];
    for lane in 0..wave.lanes {
        let from = match swizzled(pattern, lane) {
            Some(from) => from as usize,
            None => return Err(Problem::unsupported("this swizzle pattern")),
        };
        out[lane as usize] = if exec >> from & 1 != 0 { values[from] } else { 0 };
    }
    wave.set_dwords(op.dst[0], 0, &out, exec);
    Ok(Flow::Next)
}

/// The lane that `lane` reads (MI200 ISA, `DS_SWIZZLE_B32`).
fn swizzled(pattern: u32, lane: u32) -> Option<u32> {
    let half = lane & !31;
    match pattern {
        // FFT and rotation modes.
        0xc000.. => {
            // Rotation: bit 10 is the direction, bits 5 to 9 the distance, bits 0 to 4 the lane's bits that stay.
            if pattern >= 0xe000 {
                return None;
            }
            let (keep, distance) = (pattern & 0x1f, pattern >> 5 & 0x1f);
            let within = lane & 31;
            let rotated = if pattern >> 10 & 1 != 0 { within.wrapping_sub(distance) } else { within + distance };
            Some(half | within & keep | rotated & !keep & 31)
        }
        // Quads.
        0x8000.. => Some(lane & !3 | pattern >> (2 * (lane & 3)) & 3),
        // Bit masks.
        _ => {
            let (and, or, xor) = (pattern & 0x1f, pattern >> 5 & 0x1f, pattern >> 10 & 0x1f);
            Some(half | ((lane & 31 & and) | or) ^ xor)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn swizzle_patterns_are_the_assemblers() {
        // swizzle(SWAP,16), swizzle(BROADCAST,32,3), swizzle(REVERSE,32), swizzle(QUAD_PERM,3,2,1,0)
        assert_eq!(swizzled(0x401f, 3), Some(19));
        assert_eq!(swizzled(0x0060, 40), Some(35));
        assert_eq!(swizzled(0x7c1f, 33), Some(62));
        assert_eq!(swizzled(0x801b, 5), Some(6));
    }
}
