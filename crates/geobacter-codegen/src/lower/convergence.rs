//! Convergent operations: barriers, and whatever else all work-items of a group must reach together.
//!
//! While rustc compiles for the host, nobody knows that a barrier is convergent. The device crate hides it in inline
//! assembly that calls it, with the address of the `Location` it was written at for first argument; build flags hold back the
//! passes that copy blocks. What slips through all the same is looked for here, in the code as it was captured: one
//! *site* (one operation, one `Location`) that occurs twice in a function, in places of which neither always comes
//! before or after the other, is a copy that work-items may take different ways to.
//!
//! What this catches: copies made by jump threading, tail duplication and loop unswitching, of operations and of calls that
//! lead to them, within one function of the captured IR. What it cannot tell apart: two calls of one function that leads
//! to a convergent operation, inlined or not, that the *source* has in both branches of a uniform `if`; with debug info
//! these have different places and pass, without they are refused. What it
//! cannot see: a barrier that the source itself puts under a divergent condition, which no GPU language detects.

use std::collections::{HashMap, HashSet};

use geobacter_llvm::{
    AttributePlace, BasicBlock, Builder, Call, DebugLoc, Function, Instruction, Module, Opcode, Type, TypeKind, Value,
};

use super::assembly;
use crate::CompileError;
use crate::session::Session;

const ABI_PREFIX: &str = "__geobacter_";

/// The device function that a piece of inline assembly calls.
fn hidden_callee(call: Call<'_>) -> Option<Function<'_>> {
    call.inline_asm()?;
    call.args().into_iter().find_map(|a| a.as_function().filter(|f| f.name().starts_with(ABI_PREFIX)))
}

fn hidden_calls<'m>(function: Function<'m>) -> impl Iterator<Item = (Call<'m>, Function<'m>)> {
    function.instructions().filter_map(|i| i.as_call()).filter_map(|c| Some((c, hidden_callee(c)?)))
}

/// Those that must not be copied.
fn convergent_calls<'m>(function: Function<'m>) -> impl Iterator<Item = (Call<'m>, Function<'m>)> {
    hidden_calls(function).filter(|(call, callee)| !assembly::is_freely_copied(*callee, &arguments(*call, *callee)))
}

/// What it is called with: the site first. The assembly has them as its operands, and besides them the function itself.
fn arguments<'m>(call: Call<'m>, callee: Function<'m>) -> Vec<Value<'m>> {
    call.args().into_iter().filter(|a| *a != callee.as_value()).collect()
}

/// The functions that lead to a convergent operation, each with the name of one.
fn leading<'m>(module: &'m Module<'_>) -> HashMap<Function<'m>, String> {
    let mut leading = HashMap::new();
    let mut open = Vec::new();
    for function in module.functions().filter(|f| !f.is_declaration()) {
        if let Some((_, callee)) = convergent_calls(function).next() {
            let operation = callee.name().trim_start_matches(ABI_PREFIX).to_owned();
            leading.insert(function, operation.clone());
            open.push((function, operation));
        }
    }
    while let Some((function, operation)) = open.pop() {
        for user in function.users().into_iter().filter_map(Value::as_instruction) {
            if let Some(caller) = user.as_call().and(user.function()).filter(|c| !leading.contains_key(c)) {
                leading.insert(caller, operation.clone());
                open.push((caller, operation.clone()));
            }
        }
    }
    leading
}

/// Refuses a kernel in which one site, or one call to a function that leads to a site, occurs in exclusive branches.
pub(crate) fn check(session: &Session<'_>, module: &Module<'_>) -> Result<(), CompileError> {
    let leading = leading(module);
    for function in leading.keys().copied() {
        check_calls(session, function, &leading)?;
        let mut sites: HashMap<(Value<'_>, Option<Value<'_>>), Vec<Call<'_>>> = HashMap::new();
        for (call, callee) in convergent_calls(function) {
            // Copies of one call may well be given different values: only the place tells.
            sites.entry((callee.as_value(), arguments(call, callee).first().copied())).or_default().push(call);
        }
        for ((callee, site), copies) in sites {
            if let Some((a, _)) = exclusive_pair(&copies) {
                let place = site.and_then(location).or_else(|| Some(format!("{:?}", a.debug_loc()?)));
                return Err(CompileError::DuplicatedConvergent {
                    kernel: session.name.clone(),
                    operation: callee.name().trim_start_matches(ABI_PREFIX).to_owned(),
                    function: geobacter_container::symbols::readable(&function.name()),
                    place,
                });
            }
        }
    }
    Ok(())
}

/// Calls have no site but their place in the source. Two in exclusive branches may well be what the source says, and
/// debug info tells; without any, nothing does.
fn check_calls(
    session: &Session<'_>,
    function: Function<'_>,
    leading: &HashMap<Function<'_>, String>,
) -> Result<(), CompileError> {
    let mut calls: HashMap<(Function<'_>, Option<Value<'_>>), Vec<Call<'_>>> = HashMap::new();
    for call in function.instructions().filter_map(Instruction::as_call) {
        if let Some(callee) = call.called_function().filter(|f| leading.contains_key(f)) {
            // A function that tracks its caller is given the place, as its last argument.
            let place = call.args().last().copied().filter(|a| location(*a).is_some());
            calls.entry((callee, place)).or_default().push(call);
        }
    }
    for ((callee, place), copies) in calls {
        if let Some((a, _)) = exclusive_pair(&copies) {
            let readable = geobacter_container::symbols::readable;
            return Err(CompileError::DuplicatedConvergent {
                kernel: session.name.clone(),
                operation: format!("{}` in a call of `{}", leading[&callee], readable(&callee.name())),
                function: readable(&function.name()),
                place: place.and_then(location).or_else(|| Some(format!("{:?}", a.debug_loc()?))),
            });
        }
    }
    Ok(())
}

/// The `core::panic::Location` that a constant holds: the address and length of the file's name, the line, the column.
fn location(value: Value<'_>) -> Option<String> {
    let fields = value.as_global_variable()?.initializer()?;
    let file = fields.element(0)?.as_global_variable()?.constant_bytes()?;
    let mut rest = Vec::new();
    (1..).map_while(|i| fields.element(i)).all(|field| field.append_bytes(&mut rest)).then_some(())?;
    let number = |at: usize, len: usize| {
        let mut bytes = [0; 8];
        bytes[..len].copy_from_slice(rest.get(at..at + len)?);
        Some(u64::from_le_bytes(bytes))
    };
    let (len, line, column) = (number(0, 8)?, number(8, 4)?, number(12, 4)?);
    let file = String::from_utf8_lossy(file.get(..usize::try_from(len).ok()?)?).into_owned();
    Some(format!("{file}:{line}:{column}"))
}

fn exclusive_pair<'m>(copies: &[Call<'m>]) -> Option<(Call<'m>, Call<'m>)> {
    let pairs = copies.iter().enumerate().flat_map(|(i, a)| copies[i + 1..].iter().map(move |b| (*a, *b)));
    pairs.into_iter().find(|(a, b)| !written_apart(*a, *b) && are_exclusive(*a, *b))
}

/// Whether debug info tells that the source has two calls.
fn written_apart(a: Call<'_>, b: Call<'_>) -> bool {
    match (a.debug_loc(), b.debug_loc()) {
        (Some(a), Some(b)) => chain(a) != chain(b),
        _ => false,
    }
}

fn chain(at: DebugLoc<'_>) -> Vec<(u32, u32)> {
    std::iter::successors(Some(at), |at| at.inlined_at()).map(|at| (at.line(), at.column())).collect()
}

/// Whether neither of two calls always comes before or after the other.
fn are_exclusive(a: Call<'_>, b: Call<'_>) -> bool {
    let (Some(a), Some(b)) = (a.block(), b.block()) else { return false };
    a != b && !precedes(a, b) && !precedes(b, a) && !follows(a, b) && !follows(b, a)
}

/// Whether every way from the function's entry to `b` leads through `a`.
fn precedes(a: BasicBlock<'_>, b: BasicBlock<'_>) -> bool {
    let entry = a.function().blocks().next().expect("a function with blocks has an entry");
    !reachable_without(entry, a).contains(&b)
}

/// Whether every way from `a` to a return leads through `b`. Panics do not count: there, the work-item ends.
fn follows(a: BasicBlock<'_>, b: BasicBlock<'_>) -> bool {
    let returns = |block: &BasicBlock<'_>| block.terminator().is_some_and(|t| t.opcode() == Opcode::Ret);
    !reachable_without(a, b).iter().any(returns)
}

/// The blocks that control reaches from `from` without passing `avoided`.
fn reachable_without<'m>(from: BasicBlock<'m>, avoided: BasicBlock<'m>) -> HashSet<BasicBlock<'m>> {
    let mut seen = HashSet::new();
    let mut open = vec![from];
    while let Some(block) = open.pop() {
        if block != avoided && seen.insert(block) {
            open.extend(block.successors());
        }
    }
    seen
}

/// Puts plain calls in the place of the assembly.
pub(super) fn lower(module: &Module<'_>) {
    for function in module.functions().filter(|f| !f.is_declaration()) {
        let calls: Vec<_> = hidden_calls(function).collect();
        for (call, callee) in calls {
            let b = Builder::before(call.as_instruction());
            let plain = b.call(callee, &arguments(call, callee)).as_value();
            if plain.ty().kind() != TypeKind::Void {
                call.replace_all_uses_with(as_result(&b, plain, call.ty()));
            }
            call.erase();
        }
    }
}

/// What the assembly gives: the function's result, and behind it, as fields of a struct, the registers that it overwrites,
/// which nobody looks at.
fn as_result<'m>(b: &Builder<'m>, value: Value<'m>, ty: Type<'m>) -> Value<'m> {
    if value.ty() == ty { value } else { b.insert_value(ty.poison(), value, 0) }
}

/// From here on every function may be convergent until the optimiser finds that it is not, as in any compiler for GPUs:
/// what calls a barrier must not be copied either, before it is inlined or after.
pub(super) fn assume(module: &Module<'_>) {
    let convergent = module.context().attribute("convergent", 0);
    for function in module.functions().filter(|f| !f.is_declaration()) {
        function.add_attribute(AttributePlace::Function, convergent);
        let calls = function.instructions().filter_map(Instruction::as_call);
        // Assembly says itself whether it is.
        for call in calls.filter(|c| c.called_function().is_none() && c.inline_asm().is_none()) {
            call.add_attribute(AttributePlace::Function, convergent);
        }
    }
}
