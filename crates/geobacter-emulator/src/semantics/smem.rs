//! Scalar memory instructions (MI200 ISA, 12.6 "SMEM").

use crate::decode::Semantics;
use crate::machine::{Cx, Wave};
use crate::op::{Class, Flow, Handler, Kind, Op, Operand, Problem, Stop};

pub(crate) fn find(name: &str) -> Option<Semantics> {
    let (outs, dwords): (&'static [Kind], u8) = match name.rsplit_once('_')?.1 {
        "dword" | "b32" => (&[Kind::S32], 1),
        "dwordx2" | "b64" => (&[Kind::S64], 2),
        "dwordx4" | "b128" => (&[Kind::Scalars(4)], 4),
        "dwordx8" | "b256" => (&[Kind::Scalars(8)], 8),
        "dwordx16" | "b512" => (&[Kind::Scalars(16)], 16),
        _ => return None,
    };
    let (run, ins): (Handler, &'static [Kind]) = match name.rsplit_once('_')?.0 {
        "s_load" => (load, &[Kind::S64, Kind::SAddr]),
        "s_buffer_load" => (buffer_load, &[Kind::Scalars(4), Kind::SAddr]),
        _ => return None,
    };
    let mut semantics = Semantics::new(Class::Scalar, run, outs, ins);
    semantics.memory.bytes = 4 * dwords;
    Some(semantics)
}

/// The offset: a constant or a register, and perhaps a constant besides.
fn offset(wave: &Wave, op: &Op) -> i64 {
    let first = match op.src[1] {
        Operand::Constant(value) => value as i64,
        register => i64::from(wave.read32(register)),
    };
    first + i64::from(op.mods.offset)
}

fn load(wave: &mut Wave, cx: &mut Cx<'_>, op: &Op) -> Result<Flow, Stop> {
    let address = wave.read64(op.src[0]).wrapping_add_signed(offset(wave, op));
    read(wave, cx, op, address)
}

/// Through a buffer descriptor (MI200 ISA, 8.1.8 "Buffer resource descriptor").
fn buffer_load(wave: &mut Wave, cx: &mut Cx<'_>, op: &Op) -> Result<Flow, Stop> {
    let Operand::Scalar(at) = op.src[0] else { return Err(Problem::unsupported("a descriptor that is no register")) };
    let (base, words) = (wave.scalar64(at), wave.scalar64(at + 2));
    let stride = base >> 48 & 0x3fff;
    let records = words & 0xffff_ffff;
    let bytes = if stride == 0 { records } else { records * stride };
    let offset = offset(wave, op);
    if offset < 0 || offset as u64 + u64::from(op.memory.bytes) > bytes {
        return Err(Problem::unsupported("a scalar load beyond the end of its buffer"));
    }
    read(wave, cx, op, (base & 0xffff_ffff_ffff) + offset as u64)
}

fn read(wave: &mut Wave, cx: &mut Cx<'_>, op: &Op, address: u64) -> Result<Flow, Stop> {
    // The lowest two bits are ignored (MI200 ISA, 7.2).
    let address = address & !3;
    let bytes = u64::from(op.memory.bytes);
    cx.check_read(address, bytes, None)?;
    let Operand::Scalar(to) = op.dst[0] else { return Ok(Flow::Next) };
    for i in 0..bytes / 4 {
        wave.scalars[usize::from(to) + i as usize] = cx.read_u32(address + 4 * i);
    }
    Ok(Flow::Next)
}
