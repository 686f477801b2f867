//! The kernel function: takes the kernarg block by value, and runs the device entry, which is inlined into it.

use geobacter_core::abi::{ABI_VERSION, DESC_MAGIC};
use geobacter_llvm::{AttributePlace, Builder, CastOp, Function, Linkage, Module};

use crate::CompileError;
use crate::session::Session;

const DESCRIBE: &str = "__geobacter_describe";

/// What a kernel says about itself: `abi::KernelDesc`, as far as it matters here.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Description {
    /// Bytes of the kernarg block.
    pub(super) size: u64,
    /// Alignment of the kernarg block.
    pub(super) align: u64,
    /// Axes of the grid. Launches have one work-group of one work-item along the others.
    pub(super) dimensions: usize,
    /// The arguments in it.
    pub(super) args: Vec<Argument>,
}

/// One argument: `abi::ArgDesc`.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Argument {
    /// Bytes from the start of the block.
    pub(super) offset: u32,
    /// An `ArgKind`.
    pub(super) kind: u32,
}

/// Words of `KernelDesc` before its arguments, and of each argument.
const HEADER_WORDS: usize = 8;
const ARGUMENT_WORDS: usize = 4;

pub(super) fn make_kernel(session: &Session<'_>, module: &Module<'_>) -> Result<Description, CompileError> {
    let entry = module
        .function(session.job.kernel)
        .ok_or_else(|| CompileError::KernelMissing { kernel: session.name.clone() })?;
    let description = take_description(session, module, entry)?;
    let kernel = declare(session, module, &description)?;
    call_entry(module, kernel, entry);
    inline(entry);
    Ok(description)
}

fn declare<'m>(
    session: &Session<'_>,
    module: &'m Module<'_>,
    block: &Description,
) -> Result<Function<'m>, CompileError> {
    let (context, target) = (module.context(), session.target);
    let pointer = context.pointer_type(target.block_address_space());
    let kernel = module.add_function(&session.symbol, context.function_type(context.void_type(), &[pointer]));
    kernel.set_call_conv(target.kernel_convention());
    let bytes = context.int_type(8).array(block.size);
    for attribute in [
        context.type_attribute(target.block_attribute(), bytes),
        context.attribute("align", block.align),
        context.attribute("noundef", 0),
    ] {
        kernel.add_attribute(AttributePlace::Param(0), attribute);
    }
    kernel.add_attribute(AttributePlace::Function, context.attribute("nounwind", 0));
    let impossible =
        |what| CompileError::LaunchBounds { kernel: session.name.clone(), target: session.job.target.to_owned(), what };
    target.bound_launch(kernel, session.job.max_group_size.max(1), &session.job.bounds).map_err(impossible)?;
    Ok(kernel)
}

fn call_entry<'m>(module: &'m Module<'_>, kernel: Function<'m>, entry: Function<'m>) {
    let generic = module.context().pointer_type(0);
    let b = Builder::at_end(kernel.append_block(""));
    let block = kernel.params().next().expect("declared with one parameter");
    let block = if block.ty() == generic { block } else { b.cast(CastOp::AddrSpaceCast, block, generic) };
    b.call(entry, &[block]);
    b.ret_void();
}

fn inline(entry: Function<'_>) {
    entry.set_linkage(Linkage::Internal);
    entry.remove_attribute(AttributePlace::Function, "noinline");
    entry.add_attribute(AttributePlace::Function, entry.context().attribute("alwaysinline", 0));
}

/// Reads what the entry says about itself, and erases it.
fn take_description(
    session: &Session<'_>,
    module: &Module<'_>,
    entry: Function<'_>,
) -> Result<Description, CompileError> {
    let wrong = |reason: &str| CompileError::Description { kernel: session.name.clone(), reason: reason.to_owned() };
    let describes = |name: String| name == DESCRIBE;
    let call = entry
        .instructions()
        .filter_map(|i| i.as_call())
        .find(|c| c.called_function().is_some_and(|f| describes(f.name())))
        .ok_or_else(|| wrong("it does not describe itself"))?;
    let bytes = call.args().first().and_then(|a| a.as_global_variable()).and_then(|g| g.constant_bytes());
    let words: Vec<u32> = bytes
        .ok_or_else(|| wrong("its description is not constant"))?
        .chunks_exact(4)
        .map(|w| u32::from_le_bytes(w.try_into().expect("four bytes")))
        .collect();
    for call in module.function(DESCRIBE).map_or(Vec::new(), |f| f.users()) {
        if let Some(call) = call.as_instruction() {
            call.erase();
        }
    }
    parse(&words).map_err(|reason| wrong(&reason))
}

fn parse(words: &[u32]) -> Result<Description, String> {
    match *words {
        [DESC_MAGIC, ABI_VERSION, size, align, dimensions, count, _, _, ..] if align.is_power_of_two() => {
            let args = words[HEADER_WORDS..].chunks_exact(ARGUMENT_WORDS).take(count as usize);
            let args = args.map(|a| Argument { offset: a[0], kind: a[3] }).collect();
            let dimensions = dimensions as usize;
            Ok(Description { size: u64::from(size), align: u64::from(align), dimensions, args })
        }
        [DESC_MAGIC, version, ..] if version != ABI_VERSION => {
            Err(format!("it is of version {version} of the device ABI, and this compiler speaks {ABI_VERSION}"))
        }
        _ => Err("its description is damaged".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn descriptions_of_another_version_are_named() {
        let args = vec![Argument { offset: 56, kind: 1 }];
        assert_eq!(
            parse(&[DESC_MAGIC, ABI_VERSION, 96, 8, 1, 1, 0, 0, 56, 16, 8, 1, 0, 0, 0, 0]),
            Ok(Description { size: 96, align: 8, dimensions: 1, args })
        );
        assert!(parse(&[DESC_MAGIC, ABI_VERSION + 1, 96, 8]).unwrap_err().contains("version"));
        assert!(parse(&[1, 2, 3]).unwrap_err().contains("damaged"));
        assert!(parse(&[DESC_MAGIC, ABI_VERSION, 96, 3]).unwrap_err().contains("damaged"));
    }
}
