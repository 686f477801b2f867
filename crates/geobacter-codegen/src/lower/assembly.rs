//! Assembly that a kernel has for this target (`ptx!`, `gcn!`) takes the place of the call that describes it.
//!
//! The description is a constant text ([`block`]), the operands are words in memory. Calls for another target's assembly
//! stay until the optimiser has decided what [`platform()`](geobacter_core::platform) decides; one that is left then is an
//! error.

mod block;

use geobacter_core::abi::ASSEMBLY_MARK;
use geobacter_llvm::{
    AttributePlace, Builder, Call, CastOp, Context, Function, Instruction, Module, Opcode, Type, Value,
};

use block::{Block, Kind};

use super::original_name;
use crate::CompileError;
use crate::session::Session;
use crate::targets::{Dialect, OperandType};

/// The device ABI's function: `(site, description, words)`.
const FUNCTION: &str = "__geobacter_assembly";
const DESCRIPTION: usize = 1;
const WORDS: usize = 2;
const WORD_BYTES: u32 = 8;

/// LLVM's encoding of `memory(..)`: nothing, and `inaccessiblemem: readwrite`, which keeps such text in order.
const NO_MEMORY: u64 = 0;
const HIDDEN_MEMORY: u64 = 3 << 2;

/// Whether a function of the device ABI is the one for assembly, and one of its calls is not to be copied.
pub(super) fn is_freely_copied(callee: Function<'_>, arguments: &[Value<'_>]) -> bool {
    callee.name() == FUNCTION && describe(arguments).is_none_or(|block| !block.convergent)
}

/// Whether this is the text of assembly that [`lower`] has put there.
pub(crate) fn is_ours(text: &str) -> bool {
    text.contains(ASSEMBLY_MARK)
}

/// Puts assembly of this target's dialect in its place.
pub(super) fn lower(session: &Session<'_>, module: &Module<'_>) -> Result<(), CompileError> {
    let dialect = session.target.assembly();
    for call in calls(module) {
        let Some(block) = describe(&call.args()) else {
            return Err(refused(
                session,
                &Block::unknown(),
                "the host's optimiser has merged it with another, so that nobody can tell which is meant: put each in a \
                 function of its own marked `#[inline(never)]`",
            ));
        };
        if block.dialect == dialect.name {
            put(module, call, &block, dialect).map_err(|reason| refused(session, &block, &reason))?;
            call.erase();
        }
    }
    Ok(())
}

/// Refuses what is left of other targets' assembly after optimisation.
pub(super) fn refuse_foreign(session: &Session<'_>, module: &Module<'_>) -> Result<(), CompileError> {
    let left = calls(module).into_iter().next();
    left.map_or(Ok(()), |call| {
        let block = describe(&call.args()).unwrap_or_else(Block::unknown);
        Err(refused(
            session,
            &block,
            "it is assembly of another sort of GPU: put it in a branch for its own platform (`if platform() == \
             Platform::..`)",
        ))
    })
}

/// Makes an error of the back end one that names the place of the assembly it is about.
pub(crate) fn blame(session: &Session<'_>, module_has: &[String], error: CompileError) -> CompileError {
    let CompileError::Llvm { source, .. } = &error else { return error };
    let message = source.to_string();
    let named = message.split_once(ASSEMBLY_MARK).and_then(|(_, rest)| rest.lines().next());
    let is_about_assembly = message.contains("inline as") || message.contains("constraint");
    let place = match (named, module_has) {
        (Some(place), _) => place.trim().to_owned(),
        (None, []) => return error,
        (None, places) if is_about_assembly => places.join(", or "),
        _ => return error,
    };
    let mut block = Block::unknown();
    (block.place, block.dialect) = (place, session.target.assembly().name.to_owned());
    let mark = format!("{} {ASSEMBLY_MARK}{}", session.target.assembly().comment, block.place);
    refused(session, &block, message.replace(&mark, "").trim_end())
}

/// The places of all assembly that [`lower`] has put there.
pub(crate) fn places(module: &Module<'_>) -> Vec<String> {
    let texts = module.functions().flat_map(Function::instructions).filter_map(|i| i.as_call()?.inline_asm());
    let place = |(text, _): (String, String)| {
        Some(text.split_once(ASSEMBLY_MARK)?.1.lines().next()?.replace("$$", "$").trim().to_owned())
    };
    let mut places: Vec<_> = texts.filter_map(place).collect();
    places.sort();
    places.dedup();
    places
}

fn refused(session: &Session<'_>, block: &Block, reason: &str) -> CompileError {
    CompileError::Assembly {
        kernel: session.name.clone(),
        target: session.job.target.to_owned(),
        dialect: block.dialect.as_str().into(),
        place: block.place.as_str().into(),
        reason: reason.to_owned(),
    }
}

fn calls<'m>(module: &'m Module<'_>) -> Vec<Call<'m>> {
    let users = module.functions().filter(|f| original_name(&f.name()) == FUNCTION).flat_map(|f| f.users());
    users.filter_map(|u| u.as_instruction().and_then(Instruction::as_call)).collect()
}

fn describe(arguments: &[Value<'_>]) -> Option<Block> {
    let mut description = *arguments.get(DESCRIPTION)?;
    // Where constants have an address space of their own.
    while description.const_opcode() == Some(Opcode::AddrSpaceCast) {
        description = description.operand(0)?;
    }
    Block::parse(&description.as_global_variable()?.constant_bytes()?)
}

/// The assembly, with its operands from and to the words.
fn put(module: &Module<'_>, call: Call<'_>, block: &Block, dialect: &Dialect) -> Result<(), String> {
    let context = module.context();
    let text = block.text(dialect)?;
    let constraints = block.constraints(dialect)?;
    let b = Builder::before(call.as_instruction());
    let word = |index: usize| b.offset(call.args()[WORDS], index as u64 * u64::from(WORD_BYTES));
    let types = |kinds: &[Kind]| -> Vec<(usize, OperandType)> {
        let all = block.operands.iter().enumerate();
        all.filter(|(_, o)| kinds.contains(&o.kind)).map(|(i, o)| (i, o.ty)).collect()
    };
    let inputs = types(&[Kind::In, Kind::InOut]);
    let outputs = types(&[Kind::Out, Kind::LateOut, Kind::InOut]);

    let arguments: Vec<_> = inputs
        .iter()
        .map(|(i, ty)| from_word(&b, b.load(context.int_type(64), word(*i), WORD_BYTES).as_value(), *ty))
        .collect();
    let parameters: Vec<_> = arguments.iter().map(|a| a.ty()).collect();
    let results: Vec<_> = outputs.iter().map(|(_, ty)| llvm_type(context, *ty)).collect();
    let result = match results[..] {
        [] => context.void_type(),
        [one] => one,
        _ => context.struct_type(&results),
    };
    let signature = context.function_type(result, &parameters);
    let assembly = b.assembly_with(signature, &text, &constraints, &arguments, !block.pure);
    let mut attributes = vec![("nounwind", 0)];
    if block.nomem {
        attributes.push(("memory", if block.pure { NO_MEMORY } else { HIDDEN_MEMORY }));
    }
    if block.convergent {
        attributes.push(("convergent", 0));
    }
    for (name, value) in attributes {
        assembly.add_attribute(AttributePlace::Function, context.attribute(name, value));
    }
    for (n, (i, ty)) in outputs.iter().enumerate() {
        let value = assembly.as_value();
        let value = if outputs.len() > 1 { b.extract_value(value, n as u32) } else { value };
        b.store(into_word(&b, value, *ty), word(*i), WORD_BYTES);
    }
    Ok(())
}

fn llvm_type(context: &Context, ty: OperandType) -> Type<'_> {
    match ty {
        OperandType::Int32 => context.int_type(32),
        OperandType::Int64 => context.int_type(64),
        OperandType::Float32 => context.f32_type(),
        OperandType::Float64 => context.f64_type(),
    }
}

fn from_word<'m>(b: &Builder<'m>, word: Value<'m>, ty: OperandType) -> Value<'m> {
    let context = word.context();
    let number = if ty.is_wide() { word } else { b.cast(CastOp::Trunc, word, context.int_type(32)) };
    if ty.is_float() { b.cast(CastOp::BitCast, number, llvm_type(context, ty)) } else { number }
}

fn into_word<'m>(b: &Builder<'m>, value: Value<'m>, ty: OperandType) -> Value<'m> {
    let context = value.context();
    let bits = context.int_type(if ty.is_wide() { 64 } else { 32 });
    let number = if ty.is_float() { b.cast(CastOp::BitCast, value, bits) } else { value };
    if ty.is_wide() { number } else { b.cast(CastOp::ZExt, number, context.int_type(64)) }
}
