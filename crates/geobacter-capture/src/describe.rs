//! Reads what each kernel says about itself.
//!
//! The first thing that a device entry does is to pass its descriptor, a constant of `u32`s, to a function of the device
//! ABI that exists for this alone.

use geobacter_container::symbols::canonical;
use geobacter_container::{ArgRecord, KERNEL_SECTION, KernelRecord, kernel_name};
use geobacter_llvm::{Call, Function, Module};

use crate::CaptureError;

const DESCRIBE: &str = "__geobacter_describe";
/// `KernelDesc` of the core crate: eight words, then four for each argument.
const MAGIC: u32 = u32::from_le_bytes(*b"GBKD");
const HEADER_WORDS: usize = 8;
const ARG_WORDS: usize = 4;

/// A kernel, as its entry describes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kernel {
    /// Mangled name of the device entry instance.
    pub symbol: String,
    /// The demangled name of the user's function.
    pub name: String,
    /// Version of the device ABI that it was compiled against.
    pub abi_version: u32,
    /// Grid axes.
    pub dimensions: u32,
    /// Size of the kernarg block in bytes, header included.
    pub block_size: u32,
    /// Alignment of the kernarg block in bytes.
    pub block_align: u32,
    /// Bytes of work-group memory that the arguments' types ask for.
    pub group_bytes: u32,
    /// Whether the work-items of a group can wait for each other.
    pub cooperative: bool,
    /// The user's arguments.
    pub args: Vec<ArgRecord>,
}

impl Kernel {
    /// It, as a container holds it.
    pub fn record(&self) -> KernelRecord<'_> {
        KernelRecord {
            symbol: &self.symbol,
            name: &self.name,
            dimensions: self.dimensions,
            block_size: self.block_size,
            block_align: self.block_align,
            group_bytes: self.group_bytes,
            cooperative: self.cooperative,
            args: self.args.clone(),
        }
    }
}

/// Every kernel in `module`, sorted by symbol.
pub(crate) fn kernels(module: &Module<'_>) -> Result<Vec<Kernel>, CaptureError> {
    let entries = module.functions().filter(|f| !f.is_declaration() && f.section() == KERNEL_SECTION);
    let mut kernels = entries
        .map(|entry| {
            let symbol = entry.name();
            let words = descriptor(entry, MERGED_DEPTH);
            words.and_then(|w| parse(&symbol, &w)).ok_or(CaptureError::NoDescriptor { kernel: kernel_name(&symbol) })
        })
        .collect::<Result<Vec<_>, _>>()?;
    kernels.sort_by(|a, b| a.symbol.cmp(&b.symbol));
    Ok(kernels)
}

/// How many entries may call one another: LLVM makes one of two equal functions call the other.
const MERGED_DEPTH: usize = 4;

/// The words that an entry passes to the describing function.
fn descriptor(entry: Function<'_>, depth: usize) -> Option<Vec<u32>> {
    let calls: Vec<Call<'_>> = entry.instructions().filter_map(|i| i.as_call()).collect();
    if let Some(call) = calls.iter().find(|c| c.called_function().is_some_and(|f| f.name() == DESCRIBE)) {
        let bytes = call.args().first()?.as_global_variable()?.constant_bytes()?;
        return Some(bytes.chunks_exact(4).map(|w| u32::from_le_bytes(w.try_into().expect("four bytes"))).collect());
    }
    let others = calls.iter().filter_map(|c| c.called_function()).filter(|f| f.section() == KERNEL_SECTION);
    others.take(depth).find_map(|other| descriptor(other, depth - 1))
}

fn parse(symbol: &str, words: &[u32]) -> Option<Kernel> {
    let &[magic, abi_version, block_size, block_align, dimensions, arg_count, group_bytes, cooperative] =
        words.get(..HEADER_WORDS)?
    else {
        return None;
    };
    let args = words.get(HEADER_WORDS..)?.get(..arg_count as usize * ARG_WORDS)?;
    let arg = |w: &[u32]| ArgRecord { offset: w[0], size: w[1], align: w[2], kind: w[3] };
    (magic == MAGIC).then(|| Kernel {
        symbol: canonical(symbol).to_owned(),
        name: kernel_name(symbol),
        abi_version,
        dimensions,
        block_size,
        block_align,
        group_bytes,
        cooperative: cooperative != 0,
        args: args.chunks_exact(ARG_WORDS).map(arg).collect(),
    })
}
