//! From machine code to [`Op`]s: LLVM's disassembler gives the text of an instruction, and the text says what it is.
//!
//! Whatever part of a text is not understood makes the instruction unknown. Nothing is skipped.

mod modifiers;
mod operand;
mod text;

use geobacter_llvm::{Arch, Disassembler, Llvm, OptLevel, TargetSpec};

use crate::Error;
use crate::generation::Generation;
use crate::op::{Class, Handler, Kind, MemoryForm, Op, Operand};
use crate::semantics;

/// What a mnemonic means.
#[derive(Clone, Copy)]
pub(crate) struct Semantics {
    pub(crate) run: Handler,
    pub(crate) class: Class,
    /// The operands that the text starts with.
    pub(crate) outs: &'static [Kind],
    /// The operands after those.
    pub(crate) ins: &'static [Kind],
    /// The last of `ins` is not in the text: it is the destination's old value.
    pub(crate) tied: bool,
    /// The operands are read from the encoding, not from the text.
    pub(crate) raw: bool,
    pub(crate) memory: MemoryForm,
    pub(crate) predicate: u8,
}

impl Semantics {
    pub(crate) const fn new(class: Class, run: Handler, outs: &'static [Kind], ins: &'static [Kind]) -> Semantics {
        let memory = MemoryForm {
            space: crate::op::Space::Flat,
            bytes: 0,
            signed: false,
            d16: crate::op::D16::No,
            atomic: None,
            returns: false,
        };
        Semantics { run, class, outs, ins, tied: false, raw: false, memory, predicate: 0 }
    }

    pub(crate) const fn tied(self) -> Semantics {
        Semantics { tied: true, ..self }
    }

    /// An instruction whose handler reads its operands, if any, from the encoding.
    pub(crate) const fn raw(class: Class, run: Handler) -> Semantics {
        Semantics { raw: true, ..Semantics::new(class, run, &[], &[]) }
    }
}

/// An instruction and its text, for faults.
#[derive(Debug)]
pub(crate) struct Decoded {
    pub(crate) op: Op,
    pub(crate) text: String,
    pub(crate) reach: Reach,
}

/// How many vector and accumulation registers there have to be for an instruction.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Reach {
    pub(crate) vectors: usize,
    pub(crate) accumulators: usize,
}

impl Reach {
    fn include(&mut self, operand: Operand, dwords: u8) {
        match operand {
            Operand::Vector(n) => self.vectors = self.vectors.max(usize::from(n) + usize::from(dwords)),
            Operand::Accumulator(n) => self.accumulators = self.accumulators.max(usize::from(n) + usize::from(dwords)),
            _ => {}
        }
    }
}

/// Why bytes are not an instruction that can be executed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Unknown {
    /// Empty where LLVM does not know it either.
    pub(crate) text: String,
    pub(crate) why: String,
    /// Length of the encoding; of one that LLVM does not know, one dword.
    pub(crate) bytes: usize,
}

#[derive(Debug)]
pub(crate) struct Decoder {
    disassembler: Disassembler,
    generation: Generation,
}

impl Decoder {
    pub(crate) fn new(llvm: Llvm, generation: Generation, cpu: &str, features: &str) -> Result<Decoder, Error> {
        let spec = TargetSpec {
            arch: Arch::Amdgpu,
            triple: "amdgcn-amd-amdhsa",
            cpu,
            features,
            // Only code generation optimises.
            level: OptLevel::None,
        };
        Ok(Decoder { disassembler: Disassembler::new(llvm, &spec)?, generation })
    }

    /// The instruction at the start of `code`, which is at `address`.
    pub(crate) fn decode(&mut self, code: &[u8], address: u64) -> Result<Decoded, Unknown> {
        let Some((text, bytes)) = self.disassembler.decode(code, address) else {
            let word = code.iter().take(4).rev().fold(0, |word, byte| word << 8 | u32::from(*byte));
            return Err(Unknown {
                text: String::new(),
                why: format!("LLVM does not know the encoding {word:#010x}"),
                bytes: 4,
            });
        };
        let word = code[..4].iter().rev().fold(0, |word, byte| word << 8 | u32::from(*byte));
        match interpret(&text, self.generation) {
            Ok((op, reach)) => Ok(Decoded { op: Op { address, bytes: bytes as u32, word, ..op }, text, reach }),
            Err(why) => Err(Unknown { text, why, bytes }),
        }
    }
}

/// From text to everything but where it is.
fn interpret(text: &str, generation: Generation) -> Result<(Op, Reach), String> {
    let Some((first, second)) = text.split_once(" :: ") else { return single(text, generation) };
    let half = |text: &str| {
        let name = text.trim().strip_prefix("v_dual_").ok_or("half of an instruction that is not `v_dual_`")?;
        // Its mask is always VCC, and is not printed.
        let mask = if name.starts_with("cndmask") { ", vcc_lo" } else { "" };
        single(&format!("v_{name}{mask}"), generation)
    };
    let ((first, mut reach), (second, other)) = (half(first)?, half(second)?);
    reach.vectors = reach.vectors.max(other.vectors);
    let op = Op { run: semantics::dual, pair: None, ..first.clone() };
    Ok((Op { pair: Some(Box::new([first, second])), ..op }, reach))
}

/// One instruction, or half of a dual-issue one.
fn single(text: &str, generation: Generation) -> Result<(Op, Reach), String> {
    let mut reach = Reach::default();
    let mut line = text::split(text);
    if ["s_waitcnt", "s_delay_alu", "s_clause"].iter().any(|prefix| line.mnemonic.starts_with(prefix)) {
        // Nothing here is late, so what to wait for does not matter.
        line.modifiers.clear();
    }
    let (name, form) = text::strip_encoding(line.mnemonic);
    let name = &*generation.canonical(name);
    let mut mods = modifiers::parse(name, &line.modifiers)?;
    let semantics = semantics::find(name, &mods, generation).ok_or("no semantics for this mnemonic")?;
    modifiers::check(&line.modifiers, semantics.class)?;
    let (mut dst, mut src) = ([Operand::None; 2], [Operand::None; 4]);
    if !semantics.raw {
        let written = semantics.outs.len() + semantics.ins.len() - usize::from(semantics.tied);
        if line.operands.len() != written {
            return Err(format!("{} operands where {written} are expected", line.operands.len()));
        }
        for (i, kind) in semantics.outs.iter().enumerate() {
            let (operand, input) = operand::parse(line.operands[i], *kind)?;
            if input.neg || input.abs || input.sext {
                return Err(format!("a modified destination, `{}`", line.operands[i]));
            }
            mods.op_sel |= u8::from(input.high) << 3;
            reach.include(operand, input.dwords);
            dst[i] = operand;
        }
        for (i, text) in line.operands[semantics.outs.len()..].iter().enumerate() {
            let (operand, input) = operand::parse(text, semantics.ins[i])?;
            mods.neg |= u8::from(input.neg) << i;
            mods.abs |= u8::from(input.abs) << i;
            mods.sext |= u8::from(input.sext) << i;
            mods.op_sel |= u8::from(input.high) << i;
            reach.include(operand, input.dwords);
            src[i] = operand;
        }
        if semantics.tied {
            src[semantics.ins.len() - 1] = dst[0];
        }
    }
    modifiers::finish(&mut mods, name, form, &semantics, &src, generation)?;
    let op = Op {
        run: semantics.run,
        address: 0,
        bytes: 0,
        word: 0,
        class: semantics.class,
        dst,
        src,
        mods,
        memory: semantics.memory,
        predicate: semantics.predicate,
        pair: None,
    };
    Ok((op, reach))
}
