//! What follows an instruction's operands.

use crate::generation::Generation;
use crate::op::{Class, Dpp, DppControl, Kind, Modifiers, Omod, Operand, Part, Sdwa, Unused};

use super::Semantics;
use super::text::{Form, integer};

/// Reads the modifiers of the instruction `name`.
pub(crate) fn parse(name: &str, words: &[&str]) -> Result<Modifiers, String> {
    let mut mods = Modifiers { op_sel_hi: 0xff, ..Modifiers::default() };
    let mut sdwa = Sdwa::default();
    let mut dpp = None;
    let (mut row_mask, mut bank_mask, mut bound_ctrl, mut fetch_inactive) = (0xf, 0xf, false, false);
    for word in words {
        let (key, value) = word.split_once(':').unwrap_or((word, ""));
        let bad = || format!("cannot read the modifier `{word}`");
        let number = || integer(value).ok_or_else(bad);
        let byte = || number().and_then(|n| u8::try_from(n).map_err(|_| bad()));
        match key {
            "clamp" => mods.clamp = true,
            "mul" if value == "2" => mods.omod = Omod::Mul2,
            "mul" if value == "4" => mods.omod = Omod::Mul4,
            "div" if value == "2" => mods.omod = Omod::Div2,
            "op_sel" => mods.op_sel = bits(value).ok_or_else(bad)?,
            "op_sel_hi" => mods.op_sel_hi = bits(value).ok_or_else(bad)?,
            "neg_lo" => mods.neg_lo = bits(value).ok_or_else(bad)?,
            "neg_hi" => mods.neg_hi = bits(value).ok_or_else(bad)?,
            // The offset of a swizzle is printed in words; its handler reads the encoding.
            "offset" if name == "ds_swizzle_b32" => {}
            "offset" => mods.offset = i32::try_from(number()?).map_err(|_| bad())?,
            "offset0" => mods.offset0 = byte()?,
            "offset1" => mods.offset1 = byte()?,
            "glc" => mods.glc = true,
            // How long caches keep a line.
            "slc" | "dlc" | "scc" | "nv" => {}
            "offen" => mods.offen = true,
            "idxen" => mods.idxen = true,
            "dst_sel" => sdwa.dst = part(value).ok_or_else(bad)?,
            "src0_sel" => sdwa.src[0] = part(value).ok_or_else(bad)?,
            "src1_sel" => sdwa.src[1] = part(value).ok_or_else(bad)?,
            "dst_unused" => {
                sdwa.unused = match value {
                    "UNUSED_PAD" => Unused::Pad,
                    "UNUSED_SEXT" => Unused::Sext,
                    "UNUSED_PRESERVE" => Unused::Preserve,
                    _ => return Err(bad()),
                }
            }
            "row_mask" => row_mask = byte()?,
            "bank_mask" => bank_mask = byte()?,
            "bound_ctrl" => bound_ctrl = true,
            "fi" => fetch_inactive = number()? != 0,
            _ => dpp = Some(control(key, value).ok_or_else(|| format!("the modifier `{word}` is not known"))?),
        }
    }
    if words.iter().any(|w| w.contains("_sel:") && !w.starts_with("op_sel")) {
        mods.sdwa = Some(sdwa);
    }
    mods.dpp = dpp.map(|control| Dpp { control, row_mask, bank_mask, bound_ctrl, fetch_inactive });
    Ok(mods)
}

/// `[1,0,1]` as bits, the first one lowest.
fn bits(value: &str) -> Option<u8> {
    list(value)?.iter().enumerate().try_fold(0, |bits, (i, bit)| (*bit < 2 && i < 8).then(|| bits | bit << i))
}

fn list(value: &str) -> Option<Vec<u8>> {
    let inner = value.strip_prefix('[')?.strip_suffix(']')?;
    inner.split(',').map(|n| n.trim().parse().ok()).collect()
}

fn part(value: &str) -> Option<Part> {
    Some(match value {
        "DWORD" => Part::Dword,
        "WORD_0" => Part::Word(0),
        "WORD_1" => Part::Word(1),
        "BYTE_0" => Part::Byte(0),
        "BYTE_1" => Part::Byte(1),
        "BYTE_2" => Part::Byte(2),
        "BYTE_3" => Part::Byte(3),
        _ => return None,
    })
}

fn control(key: &str, value: &str) -> Option<DppControl> {
    let number = || integer(value).and_then(|n| u8::try_from(n).ok());
    let below_16 = || number().filter(|n| *n < 16);
    Some(match (key, value) {
        ("quad_perm", _) => {
            DppControl::QuadPerm(list(value)?.try_into().ok().filter(|p: &[u8; 4]| p.iter().all(|l| *l < 4))?)
        }
        ("dpp8", _) => DppControl::Dpp8(list(value)?.try_into().ok().filter(|p: &[u8; 8]| p.iter().all(|l| *l < 8))?),
        ("row_shl", _) => DppControl::RowShl(below_16()?),
        ("row_shr", _) => DppControl::RowShr(below_16()?),
        ("row_ror", _) => DppControl::RowRor(below_16()?),
        ("wave_shl", "1") => DppControl::WaveShl,
        ("wave_rol", "1") => DppControl::WaveRol,
        ("wave_shr", "1") => DppControl::WaveShr,
        ("wave_ror", "1") => DppControl::WaveRor,
        ("row_mirror", "") => DppControl::RowMirror,
        ("row_half_mirror", "") => DppControl::RowHalfMirror,
        ("row_bcast", "15") => DppControl::RowBcast15,
        ("row_bcast", "31") => DppControl::RowBcast31,
        // One instruction under two names.
        ("row_newbcast" | "row_share", _) => DppControl::RowNewbcast(below_16()?),
        ("row_xmask", _) => DppControl::RowXmask(below_16()?),
        _ => return None,
    })
}

/// Whether instructions of this class have such modifiers.
pub(crate) fn check(words: &[&str], class: Class) -> Result<(), String> {
    const MEMORY: [&str; 11] =
        ["offset", "offset0", "offset1", "glc", "slc", "dlc", "scc", "nv", "offen", "idxen", "gds"];
    for word in words {
        let key = word.split_once(':').map_or(*word, |(key, _)| key);
        let is_memory = MEMORY.contains(&key);
        let fits = match class {
            Class::Scalar => matches!(key, "offset" | "glc" | "dlc" | "nv"),
            Class::Branch => false,
            Class::Memory => is_memory,
            Class::Vector => !is_memory,
        };
        if !fits {
            return Err(format!("the modifier `{word}` is not known for this instruction"));
        }
    }
    Ok(())
}

/// Instructions on whole numbers for which `clamp` means saturation.
const SATURATING: [&str; 19] = [
    "v_add_u32",
    "v_sub_u32",
    "v_subrev_u32",
    "v_add_i32",
    "v_sub_i32",
    "v_add_u16",
    "v_sub_u16",
    "v_subrev_u16",
    "v_add_i16",
    "v_sub_i16",
    "v_pk_add_u16",
    "v_pk_sub_u16",
    "v_pk_add_i16",
    "v_pk_sub_i16",
    "v_dot2_i32_i16",
    "v_dot2_u32_u16",
    "v_dot4_i32_i8",
    "v_dot4_u32_u8",
    "v_dot8_i32_i4",
];

/// Completes the modifiers with what the name, the encoding and the operands say; refuses what cannot be meant.
pub(crate) fn finish(
    mods: &mut Modifiers,
    name: &str,
    form: Form,
    semantics: &Semantics,
    src: &[Operand],
    generation: Generation,
) -> Result<(), String> {
    // An SDWA instruction with every field at its default is printed with all of them, so nothing is missing here.
    if (form == Form::Sdwa) != mods.sdwa.is_some() || (form == Form::Dpp) != mods.dpp.is_some() {
        return Err("the ending of the mnemonic and the modifiers do not agree".into());
    }
    if name == "v_fma_mixhi_f16" {
        mods.op_sel |= 8;
    }
    if mods.clamp && !semantics.outs.first().is_some_and(|out| out.is_float()) && !SATURATING.contains(&name) {
        return Err("`clamp` is not known for this instruction".into());
    }
    for (i, kind) in semantics.ins.iter().enumerate() {
        let takes_one_half = mods.op_sel >> i & 1 == 0 && (mods.op_sel_hi >> i & 1 == 0 || name == "v_pk_mov_b32");
        // Zero is zero in both halves, whichever way the constant is put there.
        let is_unclear = matches!(src[i], Operand::Constant(bits) if bits != 0);
        if *kind == Kind::PkF32 && is_unclear && !takes_one_half {
            return Err("a constant whose high half is asked for".into());
        }
    }
    mods.keep_high = generation.keeps_high_half(name);
    mods.any = (mods.neg | mods.abs | mods.sext | mods.op_sel) != 0
        || mods.clamp
        || mods.omod != Omod::None
        || mods.sdwa.is_some()
        || mods.dpp.is_some();
    Ok(())
}
