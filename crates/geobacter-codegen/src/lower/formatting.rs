//! Who formats the values in messages: the host, wherever it can.
//!
//! The standard library's formatting is large, and called through pointers, which costs every kernel that has it stack and
//! registers. So the device library copies values whose formatter it knows, and the host formats them. Formatters are known
//! by their symbol, which names the type and the trait.
//!
//! - Where all formatters that the kernel refers to are known, and nothing but messages formats, none is ever called: each
//!   gets a number in the place of its address, and no formatting code is left.
//! - Where there are others (a `Display` of the user's), addresses stay, known formatters are told by comparison, and the
//!   device library's `format_any` calls the others. The formatters of floats, the largest by far, write what the host
//!   needs into the text.
//! - Where the kernel formats into memory of its own, those of floats stay, too.

use std::collections::HashSet;

use geobacter_container::symbols::{RT_PREFIX, readable};
use geobacter_core::message::{Kind, TRAITS, TYPES};
use geobacter_llvm::{AttributePlace, Builder, CastOp, Function, IntPredicate, Linkage, Module, Value, ValueKind};

use super::supplant;
use crate::session::Session;

const KIND: &str = "__geobacter_formatter_kind";
/// The function that answers it.
const ANSWER: &str = "geobacter.formatter_kind";
const ANY: &str = "__geobacter_format_any";

/// Numbers of the types that are floats.
const FLOATS: [u16; 2] = [0o22, 0o23];

/// What messages are written through: the device library's text, and the standard library's indentation around it.
const WRITERS: [&str; 2] = ["<geobacter_core::rt::text::Text", "<core::fmt::builders::PadAdapter"];

/// What formats in a kernel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Formatting {
    /// The host alone.
    OnTheHost,
    /// The device too, into messages for the host.
    IntoMessages,
    /// The device, into what the kernel gives it.
    IntoMemory,
}

/// Gives the device library's questions about formatters their answers, once it asks them.
pub(super) fn settle(session: &Session<'_>, module: &Module<'_>) {
    let Some(question) = module.function(KIND).filter(|f| f.is_used()) else { return };
    let known = known_formatters(module);
    let kernel = module.function(session.job.kernel);
    let formatting = kernel.map_or(Formatting::IntoMemory, |kernel| formatting(kernel, &known));
    let answer = supplant(module, question, ANSWER);
    answer.set_linkage(Linkage::Internal);
    if formatting == Formatting::OnTheHost {
        number(answer, &known);
    } else {
        if formatting == Formatting::IntoMessages {
            leave_floats_to_the_host(module, &known);
        }
        // Once more, as those of floats are others now.
        compare(answer, &known_formatters(module));
    }
    if let Some(any) = module.function(ANY) {
        if formatting == Formatting::OnTheHost {
            let nothing = supplant(module, any, "geobacter.format_any");
            nothing.set_linkage(Linkage::Internal);
            Builder::at_end(nothing.append_block("")).ret_void();
        } else {
            let library = module.get_or_add_function(&format!("{RT_PREFIX}format_any"), any.value_type());
            any.replace_all_uses_with(library.as_value());
        }
    }
}

/// Formatting for messages alone is to take neither time to compile nor instructions where they are not needed: the optimiser
/// would copy it into each place that formats.
pub(super) fn keep_small(module: &Module<'_>) {
    if module.function(ANSWER).is_none() {
        return;
    }
    let context = module.context();
    let defined = module.functions().filter(|f| !f.is_declaration());
    let (of_formatting, roles): (Vec<_>, Vec<_>) =
        defined.map(|f| (f, role(&f.name()))).filter(|(_, role)| *role != Formatting::OnTheHost).unzip();
    if roles.contains(&Formatting::IntoMemory) {
        return;
    }
    for function in of_formatting {
        function.remove_attribute(AttributePlace::Function, "alwaysinline");
        function.remove_attribute(AttributePlace::Function, "inlinehint");
        for name in ["cold", "minsize", "optsize", "noinline"] {
            function.add_attribute(AttributePlace::Function, context.attribute(name, 0));
        }
    }
}

/// Gives the formatters of floats bodies that call the device library's.
fn leave_floats_to_the_host<'m>(module: &'m Module<'_>, known: &[(Value<'m>, Kind)]) {
    let context = module.context();
    let (word, pointer) = (context.int_type(32), context.pointer_type(0));
    for (formatter, kind) in known.iter().filter(|(_, kind)| FLOATS.contains(&kind.ty()) && kind.references() == 0) {
        let Some(function) = formatter.as_function() else { continue };
        let name = function.name();
        let new = supplant(module, function, &name);
        new.set_linkage(Linkage::Internal);
        let b = Builder::at_end(new.append_block(""));
        let bit = context.int_type(1);
        let signature = context.function_type(bit, &[word, pointer, pointer]);
        let later = module.get_or_add_function(&format!("{RT_PREFIX}format_later"), signature);
        let mut args = vec![word.int(u64::from(kind.0))];
        args.extend(new.params());
        b.ret(b.call_pointer(signature, later.as_value(), &args).as_instruction().as_value());
    }
}

/// Addresses are numbers: the number is the answer.
fn number<'m>(answer: Function<'m>, known: &[(Value<'m>, Kind)]) {
    let context = answer.context();
    for (formatter, kind) in known {
        let number = context.int_type(64).int(u64::from(kind.0));
        formatter.replace_all_uses_with(number.const_pointer(formatter.ty()));
    }
    let b = Builder::at_end(answer.append_block(""));
    let address = answer.params().next().expect("declared with one parameter");
    b.ret(b.cast(CastOp::PtrToInt, address, context.int_type(32)));
}

/// Addresses are those of functions: compared with each that is known.
fn compare<'m>(answer: Function<'m>, known: &[(Value<'m>, Kind)]) {
    let word = answer.context().int_type(32);
    let b = Builder::at_end(answer.append_block(""));
    let address = answer.params().next().expect("declared with one parameter");
    let kind = known.iter().fold(word.zero(), |kind, (formatter, k)| {
        b.select(b.compare(IntPredicate::Eq, address, *formatter), word.int(u64::from(k.0)), kind)
    });
    b.ret(kind);
}

/// The known formatters that a module uses: functions, and aliases where LLVM has found two to be the same.
fn known_formatters<'m>(module: &'m Module<'_>) -> Vec<(Value<'m>, Kind)> {
    let functions = module.functions().map(|f| (f.name(), f.as_value()));
    let aliases = module.aliases().map(|a| (a.name(), a.as_global().as_value()));
    let used = functions.chain(aliases).filter(|(_, value)| value.is_used());
    used.filter_map(|(name, value)| Some((value, kind_of(&name)?))).collect()
}

/// What formats in the kernel, besides the formatters that are known.
fn formatting<'m>(kernel: Function<'m>, known: &[(Value<'m>, Kind)]) -> Formatting {
    let mut seen: HashSet<Value<'m>> = known.iter().map(|(formatter, _)| *formatter).collect();
    let mut open = vec![kernel];
    let mut found = Formatting::OnTheHost;
    while let Some(function) = open.pop() {
        for instruction in function.instructions() {
            let mut operands: Vec<_> = instruction.operands().filter(|o| o.is_constant()).collect();
            while let Some(value) = operands.pop() {
                if value.kind() == ValueKind::BasicBlock || !seen.insert(value) {
                    continue;
                }
                match value.as_function() {
                    Some(function) => {
                        found = found.max(role(&function.name()));
                        open.push(function);
                    }
                    None => operands.extend(value.operands()),
                }
            }
        }
    }
    found
}

/// What a kernel that reaches this function formats.
fn role(symbol: &str) -> Formatting {
    // Demangling is slow next to this test, and a module's path stands in its symbol as it is written.
    if !symbol.contains("3fmt") {
        return Formatting::OnTheHost;
    }
    let name = readable(symbol);
    match name.split_once(" as core::fmt::") {
        Some((writer, method)) if method.starts_with("Write>") && !WRITERS.contains(&writer) => Formatting::IntoMemory,
        Some(_) => Formatting::IntoMessages,
        None if name.starts_with("core::fmt::") => Formatting::IntoMessages,
        None => Formatting::OnTheHost,
    }
}

/// The kind of a known formatter.
fn kind_of(symbol: &str) -> Option<Kind> {
    if symbol.contains("3fmt") { kind_of_name(&readable(symbol)) } else { None }
}

/// By its readable name: `<&u32 as core::fmt::Debug>::fmt`.
fn kind_of_name(name: &str) -> Option<Kind> {
    let (ty, tr) = name.strip_prefix('<')?.strip_suffix(">::fmt")?.split_once(" as core::fmt::")?;
    let number = TRAITS.iter().position(|t| *t == tr)? as u16;
    if tr == "Pointer" {
        return ty.starts_with(['&', '*']).then_some(Kind::new(Kind::POINTER, number, 0));
    }
    let (mut target, mut references) = (ty, 0);
    while let Some(behind) = target.strip_prefix('&') {
        target = behind.strip_prefix("mut ").unwrap_or(behind);
        references += 1;
    }
    let (_, ty) = TYPES.iter().find(|(name, _)| *name == target)?;
    // Text that is behind no reference cannot be an argument.
    let is_possible = references <= Kind::MOST_REFERENCES && (*ty != Kind::STR || references > 0);
    is_possible.then_some(Kind::new(*ty, number, references))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind(name: &str) -> Option<(u16, u16, u16)> {
        kind_of_name(name).map(|k| (k.ty(), k.tr(), k.references()))
    }

    #[test]
    fn formatters_are_known_by_type_and_trait() {
        assert_eq!(kind("<u32 as core::fmt::Display>::fmt"), Some((0o02, 0, 0)));
        assert_eq!(kind("<&&mut f64 as core::fmt::Debug>::fmt"), Some((0o23, 1, 2)));
        assert_eq!(kind("<&str as core::fmt::Display>::fmt"), Some((Kind::STR, 0, 1)));
        assert_eq!(kind("<i128 as core::fmt::UpperHex>::fmt"), Some((0o14, 3, 0)));
        assert_eq!(kind("<*const f32 as core::fmt::Pointer>::fmt"), Some((Kind::POINTER, 8, 0)));
        assert_eq!(kind("<() as core::fmt::Debug>::fmt"), Some((Kind::UNIT, 1, 0)));
    }

    #[test]
    fn writers_of_the_kernels_own_are_told_from_those_of_messages() {
        // core::fmt::write, and <u32 as core::fmt::Write>::write_str
        assert_eq!(role("_RNvNtCsgEmfK2I1SDS_4core3fmt5write"), Formatting::IntoMessages);
        assert_eq!(
            role("_RNvXs_CsgEmfK2I1SDS_3appmNtNtCsgEmfK2I1SDS_4core3fmt5Write9write_str"),
            Formatting::IntoMemory
        );
        assert_eq!(role("_RNvCs_3app4main"), Formatting::OnTheHost);
    }

    #[test]
    fn all_others_are_not() {
        for name in [
            "<str as core::fmt::Display>::fmt",
            "<app::u32 as core::fmt::Display>::fmt",
            "<u32 as app::Display>::fmt",
            "<[u32] as core::fmt::Debug>::fmt",
            "<u32 as core::fmt::Display>::fmt::inner",
            "<&&&&&&&&u32 as core::fmt::Display>::fmt",
            "core::fmt::write",
        ] {
            assert_eq!(kind(name), None, "{name}");
        }
    }
}
