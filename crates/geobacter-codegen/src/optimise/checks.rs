//! Bounds checks leave loops.
//!
//! A loop over `a[y * n + k]` checks an index in each turn. Where neither numbers nor lengths are known, LLVM cannot drop
//! the check; but before the loop it can be told whether it will ever fail, because such an index only grows: it stays in
//! bounds if the last one is, and if nothing wraps around on the way. So before the loop that is computed for all checks,
//! and decides whether the loop without checks is enough. For when one may fail there is a second loop: one that only looks
//! for it (`search.rs`), or, where the loop has effects that must come before a panic, the loop as it was.
//!
//! On a GPU more is at stake than the comparison: each check is a way out of the loop that some work-items of a wave may
//! take and others not, and a loop with several ways out is not unrolled.

use std::collections::HashSet;

use geobacter_llvm::{
    AttributePlace, BasicBlock, BinaryOp, Builder, Call, Instruction, IntPredicate, IrError, Module, Opcode, Value,
};

use super::cold::panics;
use super::loops::Counted;
use super::search::Search;
use super::versions::{self, Copy};
use crate::targets::Target;

/// An index that grows by `step` in each turn, modulo 2^64.
#[derive(Clone, Copy)]
pub(super) struct Linear<'m> {
    /// What it is in the first turn.
    pub(super) first: Value<'m>,
    pub(super) step: Value<'m>,
}

impl<'m> Linear<'m> {
    /// What it is so many turns after the first.
    pub(super) fn after(&self, b: &Builder<'m>, turns: Value<'m>) -> Value<'m> {
        b.binary(BinaryOp::Add, self.first, b.binary(BinaryOp::Mul, self.step, turns))
    }
}

/// How deep the sums and products of an index are looked into.
pub(super) const DEPTH: u32 = 8;

/// The most instructions of a loop that is worth two versions.
const LARGEST: usize = 400;

/// Whether there are innermost loops with checks to be taken out.
pub(super) fn are_in_loops(module: &Module<'_>) -> bool {
    let loops = module.functions().filter(|f| !f.is_declaration()).flat_map(Counted::all);
    loops.into_iter().any(|counted| !checks(&counted).is_empty())
}

/// Takes checks out of innermost loops. These must have the form that [`versions::split`] asks for.
pub(super) fn leave_loops(target: &dyn Target, module: &Module<'_>) -> Result<(), IrError> {
    let mut seen = HashSet::new();
    for function in module.functions().filter(|f| !f.is_declaration()).collect::<Vec<_>>() {
        // After each the function is another one.
        while let Some(counted) = Counted::all(function).into_iter().find(|c| !seen.contains(&c.counter)) {
            seen.insert(counted.counter);
            if let Some(copy) = leave_loop(target, module, &counted)? {
                seen.extend(copy.of(counted.counter.as_value()).as_instruction());
            }
        }
    }
    Ok(())
}

/// The version without checks, where there are any to be taken out.
fn leave_loop<'m>(
    target: &dyn Target,
    module: &'m Module<'_>,
    counted: &Counted<'m>,
) -> Result<Option<Copy<'m>>, IrError> {
    let checks = checks(counted);
    let end = counted.entry.terminator().filter(|end| end.successors().len() == 1);
    let (Some(end), false) = (end, checks.is_empty()) else { return Ok(None) };
    let b = Builder::before(end);
    let last = counted.last(&b);
    let mut all = b.freeze(b.compare(IntPredicate::Ule, counted.start, last));
    let turns = b.binary(BinaryOp::Sub, last, counted.start);
    for check in &checks {
        let index = linear(counted, check.index, DEPTH, &b).expect("what was found to be linear");
        let ok = stays_below(&b, module, index, turns, check.length)?;
        // Frozen one by one: what is poison here is of a check that no turn makes, and says nothing about the others.
        all = b.binary(BinaryOp::And, all, b.freeze(ok));
    }
    let passes = |branch: Value<'m>, check: &Check<'m>| branch.set_operand(0, all.ty().int(check.stays_on.into()));
    if let Some(search) = Search::of(counted, &checks) {
        search.put_before(all);
        checks.iter().for_each(|check| passes(check.branch.as_value(), check));
        return Ok(None);
    }
    let copy = versions::split(counted, target.agree(&b, module, all)?);
    for (copy, check) in copy.iter().flat_map(|copy| checks.iter().map(move |check| (copy, check))) {
        passes(copy.of(check.branch.as_value()), check);
    }
    Ok(copy)
}

/// A branch that leaves the loop for a panic, and does not where `index < length`.
pub(super) struct Check<'m> {
    pub(super) branch: Instruction<'m>,
    /// What the condition is where it does not leave.
    stays_on: bool,
    pub(super) index: Value<'m>,
    pub(super) length: Value<'m>,
    /// Where it leaves for.
    pub(super) panic: BasicBlock<'m>,
}

/// Those of a loop that is worth two versions.
fn checks<'m>(counted: &Counted<'m>) -> Vec<Check<'m>> {
    let size: usize = counted.blocks().iter().map(|block| block.instructions().count()).sum();
    let all: Vec<_> = counted.branches().into_iter().filter_map(|branch| check(counted, branch)).collect();
    let fits = size <= LARGEST && (all.is_empty() || counted.is_innermost() && !has_convergent_call(counted));
    if fits { all } else { Vec::new() }
}

/// What all work-items of a group must come to together must not be in two versions, of which some take one.
fn has_convergent_call(counted: &Counted<'_>) -> bool {
    let calls = counted.blocks().into_iter().flat_map(|block| block.instructions()).filter_map(Instruction::as_call);
    let is_convergent = |call: Call<'_>| {
        let function = call.called_function().map(|f| f.has_attribute(AttributePlace::Function, "convergent"));
        call.has_attribute(AttributePlace::Function, "convergent") || function == Some(true)
    };
    calls.into_iter().any(is_convergent)
}

fn check<'m>(counted: &Counted<'m>, branch: Instruction<'m>) -> Option<Check<'m>> {
    let [on_true, on_false] = branch.successors()[..] else { return None };
    let stays_on = !counted.is_outside(on_true);
    let outside = if stays_on { on_false } else { on_true };
    if stays_on != counted.is_outside(on_false) || !leads_to_panic(outside) {
        return None;
    }
    let compare = branch.operand(0)?.as_instruction()?;
    let (a, b) = (compare.operand(0)?, compare.operand(1)?);
    use IntPredicate::{Eq, Ne, Uge, Ugt, Ule, Ult};
    let (index, length) = match (compare.predicate()?, stays_on) {
        // LLVM also writes that an index, which only grows, is not the length yet.
        (Ult | Ne, true) | (Uge | Eq, false) if !counted.is_invariant(a) => (a, b),
        (Ugt | Ne, true) | (Ule | Eq, false) if !counted.is_invariant(b) => (b, a),
        _ => return None,
    };
    let is_loop_bound = index.ty().int_bits() == Some(64) && counted.is_invariant(length);
    (is_loop_bound && is_linear(counted, index, DEPTH)).then_some(Check {
        branch,
        stays_on,
        index,
        length,
        panic: outside,
    })
}

/// Whether a block that a loop is left for does not come back. Where it panics in a block that others come to, too, the loop
/// has one of its own before that (`loop-simplify`).
fn leads_to_panic(block: BasicBlock<'_>) -> bool {
    panics(block) || matches!(block.successors()[..], [next] if panics(next))
}

/// The parts of a sum, product or shift by a constant that [`linear`] looks into.
fn parts<'m>(value: Value<'m>) -> Option<(Opcode, Value<'m>, Value<'m>)> {
    let i = value.as_instruction()?;
    matches!(i.opcode(), Opcode::Add | Opcode::Mul | Opcode::Shl).then_some((i.opcode(), i.operand(0)?, i.operand(1)?))
}

pub(super) fn is_linear<'m>(counted: &Counted<'m>, value: Value<'m>, depth: u32) -> bool {
    let is_phi = |v: Value<'m>| v.as_instruction().is_some_and(|phi| counted.induction(phi).is_some());
    if counted.is_invariant(value) || is_phi(value) {
        return true;
    }
    match parts(value).filter(|_| depth > 0) {
        Some((Opcode::Add, a, b)) => is_linear(counted, a, depth - 1) && is_linear(counted, b, depth - 1),
        Some((Opcode::Mul, a, b)) if counted.is_invariant(a) => is_linear(counted, b, depth - 1),
        Some((Opcode::Mul, a, b)) if counted.is_invariant(b) => is_linear(counted, a, depth - 1),
        Some((Opcode::Shl, a, b)) => shift(b).is_some() && is_linear(counted, a, depth - 1),
        _ => false,
    }
}

/// The factor that a constant shift stands for.
fn shift(by: Value<'_>) -> Option<u64> {
    by.as_const_int().filter(|bits| *bits < 64).map(|bits| 1 << bits)
}

/// Code before the loop for the first and the step of a value. Sums and products of 64 bits wrap around alike, in whatever order
/// they are done.
pub(super) fn linear<'m>(counted: &Counted<'m>, value: Value<'m>, depth: u32, b: &Builder<'m>) -> Option<Linear<'m>> {
    let word = value.ty();
    if counted.is_invariant(value) {
        return Some(Linear { first: value, step: word.zero() });
    }
    if let Some((first, step)) = value.as_instruction().and_then(|phi| counted.induction(phi)) {
        return Some(Linear { first, step });
    }
    let times = |l: Linear<'m>, factor| Linear {
        first: b.binary(BinaryOp::Mul, l.first, factor),
        step: b.binary(BinaryOp::Mul, l.step, factor),
    };
    match parts(value).filter(|_| depth > 0)? {
        (Opcode::Add, x, y) => {
            let (x, y) = (linear(counted, x, depth - 1, b)?, linear(counted, y, depth - 1, b)?);
            Some(Linear {
                first: b.binary(BinaryOp::Add, x.first, y.first),
                step: b.binary(BinaryOp::Add, x.step, y.step),
            })
        }
        (Opcode::Mul, x, y) if counted.is_invariant(x) => Some(times(linear(counted, y, depth - 1, b)?, x)),
        (Opcode::Mul, x, y) => Some(times(linear(counted, x, depth - 1, b)?, y)),
        (_, x, by) => Some(times(linear(counted, x, depth - 1, b)?, word.int(shift(by)?))),
    }
}

/// Whether an index stays below `length` in the first turn and the `turns` after it, and does not wrap around.
fn stays_below<'m>(
    b: &Builder<'m>,
    module: &'m Module<'_>,
    index: Linear<'m>,
    turns: Value<'m>,
    length: Value<'m>,
) -> Result<Value<'m>, IrError> {
    let word = length.ty();
    let checked = |name: &str, x, y| -> Result<(Value<'m>, Value<'m>), IrError> {
        let both = b.call(module.intrinsic(&format!("llvm.{name}.with.overflow"), &[word])?, &[x, y]).as_value();
        Ok((b.extract_value(both, 0), b.extract_value(both, 1)))
    };
    let (way, wraps) = checked("umul", index.step, turns)?;
    let (end, wraps_too) = checked("uadd", index.first, way)?;
    let wraps = b.binary(BinaryOp::Or, wraps, wraps_too);
    let below = b.compare(IntPredicate::Ult, end, length);
    Ok(b.binary(BinaryOp::And, below, b.compare(IntPredicate::Eq, wraps, wraps.ty().zero())))
}
