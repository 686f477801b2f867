//! Panics by the number of their site.
//!
//! A call of the function that reports a panic costs a kernel the registers of the calling convention and of that function,
//! although hardly any kernel panics. Where message and place are constants, which they nearly always are once callers are
//! inlined, the work-item writes a number instead, in a few instructions of the kernel's own, and the code lists what its
//! numbers stand for, outside of what is loaded into the device. The host puts it into words.
//!
//! What is constant is known only after optimisation: until then each report is a call of an opaque function, which is also
//! given the function that it stands for. Messages that hold formatted values, and places that a caller hands on, are
//! reported by that.

use std::collections::HashMap;
use std::mem::offset_of;

use geobacter_container::PanicSite;
use geobacter_container::symbols::RT_PREFIX;
use geobacter_core::{HostWords, LaunchStatus, PanicRecord};
use geobacter_llvm::{
    AtomicOp, AttributePlace, Builder, Call, CastOp, Function, GlobalVariable, Instruction, IntPredicate, IrError,
    Module, Opcode, Ordering, Value,
};

use super::entry::Description;
use super::{ids, status};
use crate::session::Session;
use crate::targets::Scope;

/// The opaque functions: this, and what the device library's function is called.
const REPORT: &str = "geobacter.report.";

/// Whether `name` is one of the functions that only exist between lowering and finishing.
pub(super) fn is_placeholder(name: &str) -> bool {
    name.starts_with(REPORT)
}

/// A report that is decided on later: by `report`, a function of the device library, or by number.
pub(super) fn announce<'m>(module: &'m Module<'_>, b: &Builder<'m>, report: Function<'m>, args: &[Value<'m>]) {
    let context = module.context();
    let all: Vec<_> = std::iter::once(report.as_value()).chain(args.iter().copied()).collect();
    let types: Vec<_> = all.iter().map(|a| a.ty()).collect();
    let name = report.name();
    let name = format!("{REPORT}{}", name.strip_prefix(RT_PREFIX).unwrap_or(&name));
    let opaque = module.get_or_add_function(&name, context.function_type(context.void_type(), &types));
    for attribute in ["cold", "nounwind"] {
        opaque.add_attribute(AttributePlace::Function, context.attribute(attribute, 0));
    }
    b.call(opaque, &all);
}

/// Decides each report.
pub(super) fn lower(session: &Session<'_>, module: &Module<'_>, description: &Description) -> Result<(), IrError> {
    let mut list = List::default();
    let opaque: Vec<_> = module.functions().filter(|f| is_placeholder(&f.name())).collect();
    for function in opaque {
        let name = function.name();
        let calls = function.users().into_iter().filter_map(|u| u.as_instruction()?.as_call());
        for call in calls.collect::<Vec<_>>() {
            let args = call.args();
            match Site::of(&name[REPORT.len()..], &args[1..]) {
                Some(site) => write(session, module, description, call, list.number(&site), &site.numbers)?,
                None => report(module, call, &args),
            }
            call.as_instruction().erase();
        }
    }
    if !list.sites.is_empty() {
        session.target.keep_panic_sites(module, &list.to_bytes());
    }
    Ok(())
}

/// By the function of the device library.
fn report<'m>(module: &'m Module<'_>, call: Call<'m>, args: &[Value<'m>]) {
    let context = module.context();
    let types: Vec<_> = args[1..].iter().map(|a| a.ty()).collect();
    let signature = context.function_type(context.void_type(), &types);
    Builder::before(call.as_instruction()).call_pointer(signature, args[0], &args[1..]);
}

/// What is written of a site, and what its number stands for.
struct Site<'m> {
    message: String,
    file: String,
    line: u32,
    column: u32,
    numbers: Vec<Value<'m>>,
}

impl<'m> Site<'m> {
    /// `None` where not all of it is known. `args`: those of the device library's function `report`.
    fn of(report: &str, args: &[Value<'m>]) -> Option<Self> {
        let (message, numbers, location) = match (report, args) {
            ("panic", &[message, len, location]) => (text(message, len.as_const_int()?)?, vec![], location),
            ("panic_numbers", &[message, len, a, b, c, location]) => {
                (text(message, len.as_const_int()?)?, vec![a, b, c], location)
            }
            ("panic_fmt", &[message, words, location]) => (text(message, literal_len(words)?)?, vec![], location),
            _ => return None,
        };
        let (file, line, column) = place(location)?;
        Some(Site { message, file, line, column, numbers })
    }
}

/// The length of the text that a `fmt::Arguments` without values has in the place of its arguments' address: with the lowest
/// bit set.
fn literal_len(words: Value<'_>) -> Option<u64> {
    let number = words.operand(0).filter(|_| words.const_opcode() == Some(Opcode::IntToPtr))?.as_const_int()?;
    (number & 1 == 1).then_some(number >> 1)
}

fn text(address: Value<'_>, len: u64) -> Option<String> {
    if address.is_null() {
        return Some(String::new());
    }
    let bytes = constant(address)?.constant_bytes()?;
    String::from_utf8(bytes.get(..usize::try_from(len).ok()?)?.to_vec()).ok()
}

/// A `&'static Location`: file, line and column, the file empty where there is none.
fn place(location: Value<'_>) -> Option<(String, u32, u32)> {
    if location.is_null() {
        return Some((String::new(), 0, 0));
    }
    let fields = constant(location)?.initializer()?;
    let mut numbers = Vec::new();
    if !(1..).map_while(|i| fields.element(i)).all(|field| field.append_bytes(&mut numbers)) {
        return None;
    }
    let [ref len @ .., l0, l1, l2, l3, c0, c1, c2, c3] = numbers[..] else { return None };
    let file = text(fields.element(0)?, u64::from_le_bytes(<[u8; 8]>::try_from(len).ok()?))?;
    Some((file, u32::from_le_bytes([l0, l1, l2, l3]), u32::from_le_bytes([c0, c1, c2, c3])))
}

/// The constant that is at an address.
fn constant(mut address: Value<'_>) -> Option<GlobalVariable<'_>> {
    while address.const_opcode() == Some(Opcode::AddrSpaceCast) {
        address = address.operand(0)?;
    }
    address.as_global_variable().filter(|g| g.is_constant_memory())
}

/// The sites of a kernel, each once.
#[derive(Default)]
struct List {
    sites: Vec<Key>,
    numbers: HashMap<Key, u32>,
}

/// Message, file, line and column.
type Key = (String, String, u32, u32);

impl List {
    fn number(&mut self, site: &Site<'_>) -> u32 {
        let key = (site.message.clone(), site.file.clone(), site.line, site.column);
        *self.numbers.entry(key).or_insert_with_key(|key| {
            self.sites.push(key.clone());
            self.sites.len() as u32 - 1
        })
    }

    fn to_bytes(&self) -> Vec<u8> {
        fn site((message, file, line, column): &Key) -> PanicSite<'_> {
            PanicSite { message, file, line: *line, column: *column }
        }
        PanicSite::list_to_bytes(&self.sites.iter().map(site).collect::<Vec<_>>())
    }
}

const FIRST: usize = offset_of!(LaunchStatus, first);
const OTHERS: usize = offset_of!(LaunchStatus, others);

/// Counts the panic, and writes it, to where nobody reads it if it is not the first. It ends with a flag for the host, where
/// there is one. No step of this depends on another work-item's, so that it is one block.
fn write<'m>(
    session: &Session<'_>,
    module: &'m Module<'_>,
    description: &Description,
    call: Call<'m>,
    site: u32,
    numbers: &[Value<'m>],
) -> Result<(), IrError> {
    let (Some(block), Some(function)) = (call.block(), call.function()) else { return Ok(()) };
    let context = module.context();
    let (word, generic) = (context.int_type(32), context.pointer_type(0));
    let b = Builder::before(call.as_instruction());
    let status = b.call(status::getter(module), &[]).as_value();
    let is_null = b.compare(IntPredicate::Eq, status, generic.zero());
    let rest = block.split_behind(call.as_instruction());
    let there = function.append_block("");
    Builder::at_end(block).cond_br(is_null, rest, there);

    let b = Builder::at_end(there);
    let space = context.pointer_type(session.target.global_address_space(false));
    let global = |pointer: Value<'m>| match pointer.ty() == space {
        true => pointer,
        false => b.cast(CastOp::AddrSpaceCast, pointer, space),
    };
    let status = global(status);
    let panics = b.offset(status, offset_of!(LaunchStatus, panics) as u64);
    let scope = session.target.scope(Scope::Device);
    let count = b.atomic(AtomicOp::Add, panics, word.int(1), Ordering::Monotonic, scope);
    session.target.narrowed(count);
    let is_first = b.compare(IntPredicate::Eq, count.as_value(), word.zero());
    // An offset rather than an address, because instructions take one of 32 bits beside an address that all work-items share.
    let record = b.select(is_first, word.int(FIRST as u64), word.int(OTHERS as u64));
    let record = b.offset_by(status, b.cast(CastOp::ZExt, record, context.int_type(64)));

    let put = |value: Value<'m>, at: usize, bytes: u32| {
        b.store(value, b.offset(record, at as u64), bytes);
    };
    put(word.int(1), offset_of!(PanicRecord, recorded), 4);
    put(word.int(site.into()), offset_of!(PanicRecord, site), 4);
    for axis in 0..3 {
        let at = offset_of!(PanicRecord, place) + axis * size_of::<[u32; 2]>();
        let ids = [
            ids::work_item(session, description, &b, module, axis)?,
            ids::work_group(session, description, &b, module, axis)?,
        ];
        for (id, at) in ids.into_iter().zip([at, at + 4]).filter(|(id, _)| !id.is_null()) {
            put(id, at, 4);
        }
    }
    for (i, number) in numbers.iter().enumerate().filter(|(_, number)| !number.is_null()) {
        put(*number, offset_of!(PanicRecord, numbers) + i * size_of::<u64>(), 8);
    }
    // The same for all work-items, and for as long as the kernel runs: it needs no vector registers.
    let host = b.load(generic, b.offset(status, offset_of!(LaunchStatus, host) as u64), 8);
    host.set_metadata("invariant.load", &[]);
    let no_host = b.compare(IntPredicate::Eq, host.as_value(), generic.zero());
    let nowhere = b.offset(status, (OTHERS + offset_of!(PanicRecord, recorded)) as u64);
    let flag = b.offset(global(host.as_value()), offset_of!(HostWords, panicked) as u64);
    let flag: Value<'m> = b.select(no_host, nowhere, flag);
    let store: Instruction<'m> = b.store(word.int(1), flag, 4);
    store.set_volatile();
    b.br(rest);
    Ok(())
}
