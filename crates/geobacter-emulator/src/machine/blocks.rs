//! Decoded code: straight runs of instructions, kept by address and checked against the bytes in memory, so that code that
//! replaces other code at its address is noticed from the next dispatch on.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};
use std::sync::Arc;

use parking_lot::{Mutex, RwLock};

use crate::decode::{Decoder, Reach, Unknown};
use crate::op::{Class, Op, Problem, Stop};
use crate::{Access, FaultKind, MemoryMap};

/// A run of instructions of which only the last may go elsewhere than on.
#[derive(Debug)]
pub(crate) struct Block {
    pub(crate) ops: Vec<Op>,
    texts: Vec<String>,
    start: u64,
    /// The code, with what comes after `ops` where that is no instruction.
    bytes: Vec<u8>,
    /// How much of it `ops` are.
    length: u64,
    /// What comes after `ops` is this, and no instruction.
    pub(crate) unknown: Option<Unknown>,
    /// Of each instruction.
    reaches: Vec<Reach>,
    /// Of all instructions.
    pub(crate) reach: Reach,
}

impl Block {
    pub(crate) fn end(&self) -> u64 {
        self.start + self.length
    }

    /// Text of the instruction number `i`, or of what follows the last one.
    pub(crate) fn text(&self, i: usize) -> &str {
        match self.texts.get(i) {
            Some(text) => text,
            None => self.unknown.as_ref().map_or("", |unknown| &unknown.text),
        }
    }

    /// What the instruction number `i` reaches.
    pub(crate) fn reach(&self, i: usize) -> Reach {
        self.reaches[i]
    }

    fn is_in_memory(&self, memory: &dyn MemoryMap) -> bool {
        let mapped = memory.is_mapped(self.start, self.bytes.len() as u64, Access::Execute);
        mapped && code(self.start, self.bytes.len()) == self.bytes
    }
}

/// Longest run: one that ends soon can be shown to be so before much of it is decoded.
const LONGEST: usize = 128;
/// No instruction is longer.
const LONGEST_INSTRUCTION: u64 = 20;

/// Copies code out of memory that is mapped.
fn code(address: u64, bytes: usize) -> Vec<u8> {
    // SAFETY: mapped, as the caller asked, and a program does not write code that runs.
    unsafe { std::slice::from_raw_parts(address as *const u8, bytes) }.to_vec()
}

/// All code that a processor has decoded.
#[derive(Debug)]
pub(crate) struct Code {
    decoder: Mutex<Decoder>,
    blocks: RwLock<HashMap<u64, Arc<Block>>>,
}

impl Code {
    pub(crate) fn new(decoder: Decoder) -> Code {
        Code { decoder: Mutex::new(decoder), blocks: RwLock::default() }
    }

    /// What in `code` cannot be executed.
    pub(crate) fn find_unknown(&self, code: &[u8]) -> Vec<(usize, String, String)> {
        let mut decoder = self.decoder.lock();
        let (mut unknown, mut at) = (Vec::new(), 0);
        while code.len() - at >= 4 {
            match decoder.decode(&code[at..], at as u64) {
                Ok(decoded) => at += decoded.op.bytes as usize,
                Err(error) => {
                    unknown.push((at, error.text, error.why));
                    at += error.bytes;
                }
            }
        }
        unknown
    }

    fn block(&self, address: u64, memory: &dyn MemoryMap) -> Result<Arc<Block>, Stop> {
        if let Some(block) = self.blocks.read().get(&address)
            && block.is_in_memory(memory)
        {
            return Ok(Arc::clone(block));
        }
        let block = Arc::new(self.decode(address, memory)?);
        self.blocks.write().insert(address, Arc::clone(&block));
        Ok(block)
    }

    fn decode(&self, start: u64, memory: &dyn MemoryMap) -> Result<Block, Stop> {
        let fault = |kind| Box::new(Problem { kind, lane: None, address: None });
        if !start.is_multiple_of(4) {
            return Err(fault(FaultKind::Misaligned(4)));
        }
        let mut decoder = self.decoder.lock();
        let mut block = Block {
            ops: Vec::new(),
            texts: Vec::new(),
            start,
            bytes: Vec::new(),
            length: 0,
            unknown: None,
            reaches: Vec::new(),
            reach: Reach::default(),
        };
        while block.ops.len() < LONGEST {
            let at = block.end();
            let mapped = |bytes: &u64| memory.is_mapped(at, *bytes, Access::Execute);
            let Some(available) = (4..=LONGEST_INSTRUCTION).rev().step_by(4).find(mapped) else {
                if block.ops.is_empty() {
                    return Err(fault(FaultKind::Memory(Access::Execute)));
                }
                break;
            };
            let bytes = code(at, available as usize);
            match decoder.decode(&bytes, at) {
                Ok(decoded) => {
                    block.bytes.extend_from_slice(&bytes[..decoded.op.bytes as usize]);
                    block.length += u64::from(decoded.op.bytes);
                    block.reach.vectors = block.reach.vectors.max(decoded.reach.vectors);
                    block.reach.accumulators = block.reach.accumulators.max(decoded.reach.accumulators);
                    block.reaches.push(decoded.reach);
                    block.texts.push(decoded.text);
                    let ends = decoded.op.class == Class::Branch;
                    block.ops.push(decoded.op);
                    if ends {
                        break;
                    }
                }
                Err(unknown) => {
                    block.bytes.extend_from_slice(&bytes[..unknown.bytes]);
                    block.unknown = Some(unknown);
                    break;
                }
            }
        }
        Ok(block)
    }
}

/// One thread's view of the code during one dispatch: each block is checked against memory once.
pub(crate) struct Blocks<'a> {
    code: &'a Code,
    memory: &'a dyn MemoryMap,
    seen: HashMap<u64, Arc<Block>, BuildHasherDefault<AddressHasher>>,
}

impl<'a> Blocks<'a> {
    pub(crate) fn new(code: &'a Code, memory: &'a dyn MemoryMap) -> Blocks<'a> {
        Blocks { code, memory, seen: HashMap::default() }
    }

    /// The run of instructions at `address`.
    pub(crate) fn at(&mut self, address: u64) -> Result<&Block, Stop> {
        use std::collections::hash_map::Entry;
        match self.seen.entry(address) {
            Entry::Occupied(entry) => Ok(entry.into_mut()),
            Entry::Vacant(entry) => Ok(entry.insert(self.code.block(address, self.memory)?)),
        }
    }
}

/// Addresses are well spread already; looking them up is in the way of every branch.
#[derive(Default)]
pub(crate) struct AddressHasher(u64);

impl Hasher for AddressHasher {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.write_u64(u64::from(*byte) ^ self.0);
        }
    }

    fn write_u64(&mut self, value: u64) {
        // Fibonacci hashing: 2^64 divided by the golden ratio.
        const FACTOR: u64 = 0x9e37_79b9_7f4a_7c15;
        self.0 = value.wrapping_mul(FACTOR).rotate_left(26);
    }
}
