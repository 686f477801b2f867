//! Buffer instructions (MI200 ISA, chapter 8): addresses by a descriptor in four scalar registers. Compiled code for
//! gfx90a reaches its private memory through them.

use crate::Access;
use crate::decode::Semantics;
use crate::machine::{Cx, LANES, Place, Wave};
use crate::op::{Atomic, Class, D16, Flow, Kind, Modifiers, Op, Operand, Problem, Stop};

use super::atomics;
use super::flat::{dwords, element, load_all, store_all};

const RSRC: Kind = Kind::Scalars(4);

pub(crate) fn find(name: &str, mods: &Modifiers) -> Option<Semantics> {
    let (kind, what) = name.strip_prefix("buffer_")?.split_once('_')?;
    match kind {
        "load" => {
            let form = element(what)?;
            let outs: &'static [Kind] = match (form.d16, dwords(form)) {
                (D16::No, n) => super::flat::data(n)?,
                _ => &[Kind::Data(1)],
            };
            let semantics = Semantics::new(Class::Memory, load, outs, &[Kind::VAddr, RSRC, Kind::SAddr]);
            Some(Semantics { memory: form, ..semantics })
        }
        "store" => {
            let form = element(what)?;
            let ins: &'static [Kind] = match dwords(form) {
                1 => &[Kind::Data(1), Kind::VAddr, RSRC, Kind::SAddr],
                2 => &[Kind::Data(2), Kind::VAddr, RSRC, Kind::SAddr],
                3 => &[Kind::Data(3), Kind::VAddr, RSRC, Kind::SAddr],
                _ => &[Kind::Data(4), Kind::VAddr, RSRC, Kind::SAddr],
            };
            Some(Semantics { memory: form, ..Semantics::new(Class::Memory, store, &[], ins) })
        }
        "atomic" => {
            let (atomic, wide) = atomics::memory(what)?;
            let sources = if atomic == Atomic::CompareSwap { 2 } else { 1 };
            // The data register is the destination too.
            let ins: &'static [Kind] = match sources * if wide { 2 } else { 1 } {
                1 => &[Kind::Data(1), Kind::VAddr, RSRC, Kind::SAddr],
                2 => &[Kind::Data(2), Kind::VAddr, RSRC, Kind::SAddr],
                _ => &[Kind::Data(4), Kind::VAddr, RSRC, Kind::SAddr],
            };
            let mut semantics = Semantics::new(Class::Memory, atomic_op, &[], ins);
            semantics.memory.atomic = Some(atomic);
            semantics.memory.bytes = if wide { 8 } else { 4 };
            semantics.memory.returns = mods.glc;
            Some(semantics)
        }
        _ => None,
    }
}

/// A buffer resource descriptor (MI200 ISA, 8.1.8).
struct Descriptor {
    base: u64,
    stride: u64,
    swizzled: bool,
    records: u64,
    /// Lanes whose elements are interleaved.
    index_stride: u64,
    adds_lane: bool,
}

impl Descriptor {
    fn read(wave: &Wave, operand: Operand) -> Result<Descriptor, Stop> {
        let Operand::Scalar(at) = operand else {
            return Err(Problem::unsupported("a buffer descriptor that is no register"));
        };
        let (low, high) = (wave.scalar64(at), wave.scalar64(at + 2));
        let word3 = high >> 32;
        Ok(Descriptor {
            base: low & 0xffff_ffff_ffff,
            stride: low >> 48 & 0x3fff,
            swizzled: low >> 63 != 0,
            records: high & 0xffff_ffff,
            index_stride: 8 << (word3 >> 21 & 3),
            adds_lane: word3 >> 23 & 1 != 0,
        })
    }
}

/// Where the lanes' data is.
fn places(wave: &Wave, cx: &Cx<'_>, op: &Op, first: usize, access: Access) -> Result<[Place; LANES], Stop> {
    let descriptor = Descriptor::read(wave, op.src[first + 1])?;
    let vaddr = op.src[first];
    let scalar_offset = u64::from(wave.read32(op.src[first + 2]));
    let (index, offset) = match (op.mods.idxen, op.mods.offen) {
        (true, true) => (wave.dwords(vaddr, 0), wave.dwords(vaddr, 1)),
        (true, false) => (wave.dwords(vaddr, 0), [0; LANES]),
        (false, true) => ([0; LANES], wave.dwords(vaddr, 0)),
        (false, false) => ([0; LANES], [0; LANES]),
    };
    let bytes = u64::from(op.memory.bytes);
    let exec = wave.exec() & wave.all_lanes();
    let mut places = [Place::Nowhere; LANES];
    for lane in (0..LANES).filter(|lane| exec >> lane & 1 != 0) {
        let index = u64::from(index[lane]) + if descriptor.adds_lane { lane as u64 } else { 0 };
        let offset = u64::from(offset[lane].wrapping_add(op.mods.offset as u32));
        places[lane] = if descriptor.swizzled && descriptor.adds_lane {
            private(wave, &descriptor, scalar_offset, index, offset)?
        } else if descriptor.swizzled {
            return Err(Problem::unsupported("a swizzled buffer that is not the wavefront's private memory"));
        } else {
            // Beyond the end, loads give 0 and stores do nothing (MI200 ISA, 8.1.5.1 "Range checking").
            let beyond = match descriptor.stride {
                0 => offset + bytes > descriptor.records.saturating_sub(scalar_offset),
                stride => index >= descriptor.records || (op.mods.idxen && offset + bytes > stride),
            };
            if beyond {
                continue;
            }
            let address = descriptor.base + scalar_offset + index * descriptor.stride + offset;
            cx.check(address, bytes, Some(lane as u32), access)?;
            Place::Process(address)
        };
    }
    Ok(places)
}

/// Private memory, as its descriptor interleaves it: the descriptor's base, moved by the scalar offset, must be in the
/// wavefront's block.
fn private(wave: &Wave, descriptor: &Descriptor, scalar_offset: u64, index: u64, offset: u64) -> Result<Place, Stop> {
    let lanes = u64::from(wave.lanes);
    let start = (descriptor.base + scalar_offset).wrapping_sub(wave.scratch.0);
    if descriptor.index_stride != lanes || index >= lanes || !start.is_multiple_of(4 * lanes) {
        return Err(Problem::unsupported("a swizzled buffer that is not the wavefront's private memory"));
    }
    // A start before the block is a huge number, which is beyond the end.
    Ok(Place::Private((start / lanes).wrapping_add(offset)))
}

fn load(wave: &mut Wave, cx: &mut Cx<'_>, op: &Op) -> Result<Flow, Stop> {
    let places = places(wave, cx, op, 0, Access::Read)?;
    load_all(wave, cx, op, &places)?;
    Ok(Flow::Next)
}

fn store(wave: &mut Wave, cx: &mut Cx<'_>, op: &Op) -> Result<Flow, Stop> {
    let places = places(wave, cx, op, 1, Access::Write)?;
    store_all(wave, cx, op, op.src[0], &places)?;
    Ok(Flow::Next)
}

fn atomic_op(wave: &mut Wave, cx: &mut Cx<'_>, op: &Op) -> Result<Flow, Stop> {
    let places = places(wave, cx, op, 1, Access::Write)?;
    let compares = op.memory.atomic == Some(Atomic::CompareSwap);
    let compare = compares.then_some((op.src[0], usize::from(op.memory.bytes / 4)));
    let op = Op { dst: [op.src[0], Operand::None], ..op.clone() };
    atomics::run(wave, cx, &op, &places, (op.src[0], 0), compare)?;
    Ok(Flow::Next)
}
