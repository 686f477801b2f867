//! Flat, global and scratch instructions (MI200 ISA, 12.16 "FLAT, Scratch, Global").

use crate::decode::Semantics;
use crate::machine::{Cx, LANES, Place, Wave, offset};
use crate::op::{Class, D16, Flow, Kind, MemoryForm, Op, Operand, Problem, Space, Stop, scalar};
use crate::{Access, Processor};

use super::atomics;

pub(crate) fn find(name: &str, glc: bool) -> Option<Semantics> {
    let (space, rest) = name.split_once('_')?;
    let space = match space {
        "flat" => Space::Flat,
        "global" => Space::Global,
        _ => Space::Scratch,
    };
    let flat = space == Space::Flat;
    let (kind, what) = rest.split_once('_')?;
    let mut semantics = match kind {
        "load" => {
            let form = element(what)?;
            let outs = data(dwords(form))?;
            let ins: &'static [Kind] = if flat { &[Kind::VAddr] } else { &[Kind::VAddr, Kind::SAddr] };
            Semantics { memory: form, ..Semantics::new(Class::Memory, load, outs, ins) }
        }
        "store" => {
            let form = element(what)?;
            let ins: &'static [Kind] = match (dwords(form), flat) {
                (1, true) => &[Kind::VAddr, Kind::Data(1)],
                (2, true) => &[Kind::VAddr, Kind::Data(2)],
                (3, true) => &[Kind::VAddr, Kind::Data(3)],
                (_, true) => &[Kind::VAddr, Kind::Data(4)],
                (1, _) => &[Kind::VAddr, Kind::Data(1), Kind::SAddr],
                (2, _) => &[Kind::VAddr, Kind::Data(2), Kind::SAddr],
                (3, _) => &[Kind::VAddr, Kind::Data(3), Kind::SAddr],
                (_, _) => &[Kind::VAddr, Kind::Data(4), Kind::SAddr],
            };
            Semantics { memory: form, ..Semantics::new(Class::Memory, store, &[], ins) }
        }
        "atomic" => {
            let (atomic, wide) = atomics::memory(what)?;
            let sources = if atomic == crate::op::Atomic::CompareSwap { 2 } else { 1 };
            let ins: &'static [Kind] = match (sources * if wide { 2 } else { 1 }, flat) {
                (1, true) => &[Kind::VAddr, Kind::Data(1)],
                (2, true) => &[Kind::VAddr, Kind::Data(2)],
                (_, true) => &[Kind::VAddr, Kind::Data(4)],
                (1, _) => &[Kind::VAddr, Kind::Data(1), Kind::SAddr],
                (2, _) => &[Kind::VAddr, Kind::Data(2), Kind::SAddr],
                (_, _) => &[Kind::VAddr, Kind::Data(4), Kind::SAddr],
            };
            let outs: &'static [Kind] = match (glc, wide) {
                (false, _) => &[],
                (true, false) => &[Kind::Data(1)],
                (true, true) => &[Kind::Data(2)],
            };
            let mut semantics = Semantics::new(Class::Memory, atomic_op, outs, ins);
            semantics.memory.atomic = Some(atomic);
            semantics.memory.bytes = if wide { 8 } else { 4 };
            semantics.memory.returns = glc;
            semantics
        }
        _ => return None,
    };
    semantics.memory.space = space;
    Some(semantics)
}

/// What the end of a load's or store's mnemonic says about its data.
pub(crate) fn element(name: &str) -> Option<MemoryForm> {
    let (name, d16) = match (name.strip_suffix("_d16_hi"), name.strip_suffix("_d16")) {
        (Some(name), _) => (name, D16::High),
        (_, Some(name)) => (name, D16::Low),
        _ => (name, D16::No),
    };
    let (bytes, signed) = match name {
        "ubyte" | "byte" => (1, false),
        "sbyte" => (1, true),
        "ushort" | "short" => (2, false),
        "sshort" => (2, true),
        "dword" => (4, false),
        "dwordx2" => (8, false),
        "dwordx3" => (12, false),
        "dwordx4" => (16, false),
        _ => return None,
    };
    Some(MemoryForm { bytes, signed, d16, ..MemoryForm::default() }).filter(|f| f.d16 == D16::No || f.bytes <= 2)
}

/// Registers of one lane's data.
pub(crate) fn dwords(form: MemoryForm) -> u8 {
    form.bytes.div_ceil(4)
}

/// So many dwords of vector registers.
pub(crate) fn data(dwords: u8) -> Option<&'static [Kind]> {
    Some(match dwords {
        1 => &[Kind::Data(1)],
        2 => &[Kind::Data(2)],
        3 => &[Kind::Data(3)],
        4 => &[Kind::Data(4)],
        _ => return None,
    })
}

/// Where the lanes' data is, checked as far as it is in process memory.
fn places(wave: &Wave, cx: &Cx<'_>, op: &Op, saddr: Operand, access: Access) -> Result<[Place; LANES], Stop> {
    let mut places = [Place::Nowhere; LANES];
    let exec = wave.exec() & wave.all_lanes();
    let active = (0..LANES).filter(|lane| exec >> lane & 1 != 0);
    let vaddr = op.src[0];
    let fixed = i64::from(op.mods.offset);
    if op.memory.space == Space::Scratch {
        let lanes = wave.dwords(vaddr, 0);
        let base = wave.read32(saddr);
        for lane in active {
            // 32 bits: a negative sum is far beyond the end.
            places[lane] = Place::Private(u64::from(lanes[lane].wrapping_add(base).wrapping_add(fixed as u32)));
        }
        return Ok(places);
    }
    let low = wave.dwords(vaddr, 0);
    let (mut first, mut last) = (u64::MAX, 0);
    let high = match saddr {
        // A 64-bit address in vector registers.
        Operand::None => wave.dwords(vaddr, 1),
        _ => [0; LANES],
    };
    let base = if saddr == Operand::None { 0 } else { wave.read64(saddr) };
    for lane in active.clone() {
        let address = u64::from(low[lane]) | u64::from(high[lane]) << 32;
        let address = base.wrapping_add(address).wrapping_add_signed(fixed);
        places[lane] = Place::Process(address);
        if op.memory.space == Space::Flat
            && address >= Processor::GROUP_APERTURE
            && let Some(place) = in_aperture(wave, address)?
        {
            places[lane] = place;
            continue;
        }
        first = first.min(address);
        last = last.max(address);
    }
    let bytes = u64::from(op.memory.bytes);
    if first > last {
        return Ok(places);
    }
    // One question for all lanes; where the range between them is not all mapped, one for each.
    if last.checked_add(bytes).is_some() && cx.memory.is_mapped(first, last - first + bytes, access) {
        return Ok(places);
    }
    for lane in active {
        if let Place::Process(address) = places[lane] {
            cx.check(address, bytes, Some(lane as u32), access)?;
        }
    }
    Ok(places)
}

/// Work-group or private memory, where a flat address is in one of their apertures.
fn in_aperture(wave: &Wave, address: u64) -> Result<Option<Place>, Stop> {
    let offset = address % Processor::APERTURE_BYTES;
    Ok(match address - offset {
        Processor::GROUP_APERTURE => Some(Place::Group(offset)),
        Processor::PRIVATE_APERTURE => {
            // The kernel sets the base of its private memory up itself; a wrong one must not go unnoticed.
            if !wave.scratch_is_set && wave.scalar64(scalar::FLAT_SCRATCH) != wave.scratch.0 {
                return Err(Problem::unsupported("FLAT_SCRATCH that is not the wavefront's private memory"));
            }
            Some(Place::Private(offset))
        }
        _ => None,
    })
}

fn saddr(op: &Op, at: usize) -> Operand {
    if op.memory.space == Space::Flat { Operand::None } else { op.src[at] }
}

fn load(wave: &mut Wave, cx: &mut Cx<'_>, op: &Op) -> Result<Flow, Stop> {
    let places = places(wave, cx, op, saddr(op, 1), Access::Read)?;
    load_all(wave, cx, op, &places)?;
    Ok(Flow::Next)
}

fn store(wave: &mut Wave, cx: &mut Cx<'_>, op: &Op) -> Result<Flow, Stop> {
    let places = places(wave, cx, op, saddr(op, 2), Access::Write)?;
    store_all(wave, cx, op, op.src[1], &places)?;
    Ok(Flow::Next)
}

fn atomic_op(wave: &mut Wave, cx: &mut Cx<'_>, op: &Op) -> Result<Flow, Stop> {
    let places = places(wave, cx, op, saddr(op, 2), Access::Write)?;
    // The new value comes first, the one to compare with behind it.
    let compares = op.memory.atomic == Some(crate::op::Atomic::CompareSwap);
    let compare = compares.then_some((op.src[1], usize::from(op.memory.bytes / 4)));
    atomics::run(wave, cx, op, &places, (op.src[1], 0), compare)?;
    Ok(Flow::Next)
}

/// One loaded element as it is in its register.
pub(crate) fn extend(value: u32, form: MemoryForm, old: u32) -> u32 {
    let value = match (form.bytes, form.signed) {
        (1, true) => value as u8 as i8 as u32,
        (2, true) => value as u16 as i16 as u32,
        _ => value,
    };
    match form.d16 {
        D16::No => value,
        D16::Low => value & 0xffff | old & 0xffff_0000,
        D16::High => value << 16 | old & 0xffff,
    }
}

/// Loads into the destination. All lanes' addresses are taken before any register is written.
pub(crate) fn load_all(wave: &mut Wave, cx: &Cx<'_>, op: &Op, places: &[Place; LANES]) -> Result<(), Stop> {
    let exec = wave.exec() & wave.all_lanes();
    let bytes = op.memory.bytes.min(4);
    let all = usize::from(dwords(op.memory));
    let pairs = all / 2 * 2;
    for dword in (0..pairs).step_by(2) {
        let mut values = [[0; LANES]; 2];
        for lane in (0..LANES).filter(|lane| exec >> lane & 1 != 0) {
            let pair = load_pair(wave, cx, lane as u32, offset(places[lane], 4 * dword as u64))?;
            (values[0][lane], values[1][lane]) = (pair[0], pair[1]);
        }
        wave.set_dwords(op.dst[0], dword, &values[0], exec);
        wave.set_dwords(op.dst[0], dword + 1, &values[1], exec);
    }
    for dword in pairs..all {
        let mut values = [0; LANES];
        for lane in (0..LANES).filter(|lane| exec >> lane & 1 != 0) {
            values[lane] = cx.load(wave, lane as u32, offset(places[lane], 4 * dword as u64), bytes)?;
        }
        if bytes < 4 {
            let old = wave.dwords(op.dst[0], 0);
            for (value, old) in values.iter_mut().zip(old) {
                *value = extend(*value, op.memory, old);
            }
        }
        wave.set_dwords(op.dst[0], dword, &values, exec);
    }
    Ok(())
}

/// Two dwords at once where they are aligned to their size: programs rely on it that another work-item, which stores them at
/// once, is seen to have stored both or neither.
fn load_pair(wave: &Wave, cx: &Cx<'_>, lane: u32, place: Place) -> Result<[u32; 2], Stop> {
    match place {
        Place::Process(at) if at % 8 == 0 => {
            let pair = cx.read_u64(at);
            Ok([pair as u32, (pair >> 32) as u32])
        }
        place => Ok([cx.load(wave, lane, place, 4)?, cx.load(wave, lane, offset(place, 4), 4)?]),
    }
}

/// As [`load_pair`].
fn store_pair(wave: &Wave, cx: &mut Cx<'_>, lane: u32, place: Place, pair: [u32; 2]) -> Result<(), Stop> {
    match place {
        Place::Process(at) if at % 8 == 0 => {
            cx.write_u64(at, u64::from(pair[1]) << 32 | u64::from(pair[0]));
            Ok(())
        }
        place => {
            cx.store(wave, lane, place, 4, pair[0])?;
            cx.store(wave, lane, offset(place, 4), 4, pair[1])
        }
    }
}

/// Stores `data`.
pub(crate) fn store_all(
    wave: &Wave,
    cx: &mut Cx<'_>,
    op: &Op,
    data: Operand,
    places: &[Place; LANES],
) -> Result<(), Stop> {
    let exec = wave.exec() & wave.all_lanes();
    let bytes = op.memory.bytes.min(4);
    let shift = if op.memory.d16 == D16::High { 16 } else { 0 };
    let all = usize::from(dwords(op.memory));
    let pairs = all / 2 * 2;
    for dword in (0..pairs).step_by(2) {
        let [low, high] = [dword, dword + 1].map(|dword| &wave.vectors[wave.slot(data, dword)].0);
        for lane in (0..LANES).filter(|lane| exec >> lane & 1 != 0) {
            store_pair(wave, cx, lane as u32, offset(places[lane], 4 * dword as u64), [low[lane], high[lane]])?;
        }
    }
    for dword in pairs..all {
        let values = &wave.vectors[wave.slot(data, dword)].0;
        for lane in (0..LANES).filter(|lane| exec >> lane & 1 != 0) {
            cx.store(wave, lane as u32, offset(places[lane], 4 * dword as u64), bytes, values[lane] >> shift)?;
        }
    }
    Ok(())
}
