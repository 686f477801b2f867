//! Loops that count: a number that each turn raises by one, and the most it gets to.

use std::collections::{HashMap, HashSet};

use geobacter_llvm::{BasicBlock, BinaryOp, Builder, Function, Instruction, IntPredicate, Opcode, Value};

/// A loop with one way in and one way back.
pub(super) struct Counted<'m> {
    /// The block before it.
    pub(super) entry: BasicBlock<'m>,
    body: HashSet<BasicBlock<'m>>,
    pub(super) header: BasicBlock<'m>,
    /// The block that ends a turn.
    pub(super) latch: BasicBlock<'m>,
    /// What counts the turns: a 64-bit number that starts at `start` and is one more in each turn.
    pub(super) counter: Instruction<'m>,
    pub(super) start: Value<'m>,
    limit: Limit<'m>,
    /// How the count is compared with the limit where the loop goes on.
    goes_on: IntPredicate,
}

/// Where the counter ends, if nothing else ends the loop before.
#[derive(Clone, Copy)]
enum Limit<'m> {
    /// The last turn is that of this number.
    Last(Value<'m>),
    /// The last turn is that of the number before this one.
    Before(Value<'m>),
}

impl<'m> Counted<'m> {
    /// Every counted loop of a function, outer and inner.
    pub(super) fn all(function: Function<'m>) -> Vec<Counted<'m>> {
        let before = predecessors(function);
        let counters = function.instructions().filter(|i| i.opcode() == Opcode::Phi && i.ty().int_bits() == Some(64));
        counters.filter_map(|counter| Counted::new(counter, &before)).collect()
    }

    fn new(counter: Instruction<'m>, before: &HashMap<BasicBlock<'m>, Vec<BasicBlock<'m>>>) -> Option<Self> {
        let [a, b] = counter.incoming()[..] else { return None };
        let ((start, entry), (step, latch)) = if is_sum(b.0, counter, 1) { (a, b) } else { (b, a) };
        if !is_sum(step, counter, 1) {
            return None;
        }
        let header = counter.block()?;
        let body = blocks_of(header, latch, before)?;
        let (limit, goes_on) = (Limit::Last(start), IntPredicate::Ne);
        let mut counted = Counted { entry, body, header, latch, counter, start, limit, goes_on };
        (counted.limit, counted.goes_on) = counted.limit(step)?;
        (counted.is_outside(entry) && counted.is_invariant(start)).then_some(counted)
    }

    /// From the condition at the end of a turn.
    fn limit(&self, step: Value<'m>) -> Option<(Limit<'m>, IntPredicate)> {
        let branch = self.latch.terminator()?;
        let [on_true, on_false] = branch.successors()[..] else { return None };
        let compare = branch.operand(0)?.as_instruction()?;
        let (a, b) = (compare.operand(0)?, compare.operand(1)?);
        let goes_on_if_true = on_true == self.header;
        if goes_on_if_true == (on_false == self.header) {
            return None;
        }
        use IntPredicate::{Eq, Ne, Uge, Ugt, Ule, Ult};
        let is_count = |value: Value<'m>| value == step || value == self.counter.as_value();
        // As "the count (left) compared with the limit".
        let (count, limit, predicate) = match (compare.predicate()?, is_count(a)) {
            (p, true) => (a, b, p),
            (p, false) => (
                b,
                a,
                match p {
                    Ult => Ugt,
                    Ugt => Ult,
                    Ule => Uge,
                    Uge => Ule,
                    same => same,
                },
            ),
        };
        // The loop goes on while the count is not the limit, or below it.
        let goes_on = match (predicate, goes_on_if_true) {
            (Ne, true) | (Eq, false) => Ne,
            (Ult, true) | (Uge, false) => Ult,
            _ => return None,
        };
        if !is_count(count) || !self.is_invariant(limit) {
            return None;
        }
        Some((if count == step { Limit::Before(limit) } else { Limit::Last(limit) }, goes_on))
    }

    /// The counter in the last turn, as code before the loop. Whoever uses it has to check that the start is not beyond it:
    /// then the counter wraps around on its way, or the loop has one turn.
    pub(super) fn last(&self, b: &Builder<'m>) -> Value<'m> {
        match self.limit {
            Limit::Last(last) => last,
            Limit::Before(end) => b.binary(BinaryOp::Sub, end, end.ty().int(1)),
        }
    }

    /// What the next turn's counter is after that of `count`, and whether there is a next turn, as far as the count decides.
    pub(super) fn next(&self, b: &Builder<'m>, count: Value<'m>) -> (Value<'m>, Value<'m>) {
        let next = b.binary(BinaryOp::Add, count, count.ty().int(1));
        let (compared, limit) = match self.limit {
            Limit::Last(last) => (count, last),
            Limit::Before(end) => (next, end),
        };
        (next, b.compare(self.goes_on, compared, limit))
    }

    /// Whether a value is the same in all turns.
    pub(super) fn is_invariant(&self, value: Value<'m>) -> bool {
        value.as_instruction().is_none_or(|i| i.block().is_some_and(|block| self.is_outside(block)))
    }

    pub(super) fn is_outside(&self, block: BasicBlock<'m>) -> bool {
        !self.body.contains(&block)
    }

    /// Its blocks, in the order of the function.
    pub(super) fn blocks(&self) -> Vec<BasicBlock<'m>> {
        self.header.function().blocks().filter(|block| !self.is_outside(*block)).collect()
    }

    /// The ways out of it: a block of it, and the one outside where that may go on.
    pub(super) fn exits(&self) -> Vec<(BasicBlock<'m>, BasicBlock<'m>)> {
        let edges = |block: BasicBlock<'m>| block.successors().into_iter().map(move |to| (block, to));
        self.blocks().into_iter().flat_map(edges).filter(|(_, to)| self.is_outside(*to)).collect()
    }

    /// How many blocks a turn can come to without passing `block`. `None` where it can end like that.
    pub(super) fn blocks_without(&self, block: BasicBlock<'m>) -> Option<usize> {
        let (mut seen, mut open) = (HashSet::from([block]), vec![self.header]);
        while let Some(next) = open.pop() {
            if !self.is_outside(next) && seen.insert(next) {
                open.extend(next.successors());
            }
        }
        (block == self.latch || !seen.contains(&self.latch)).then_some(seen.len())
    }

    /// The conditional branches in the loop.
    pub(super) fn branches(&self) -> Vec<Instruction<'m>> {
        let branches =
            self.blocks().into_iter().filter_map(BasicBlock::terminator).filter(|b| b.opcode() == Opcode::Br);
        branches.filter(|b| b.successors().len() == 2).collect()
    }

    /// Whether there is no loop inside: nothing but the way back to the header leads to where it came from.
    pub(super) fn is_innermost(&self) -> bool {
        // Blocks are taken away once all before them are; what remains is in a cycle.
        let inside = |block: &BasicBlock<'m>| -> Vec<BasicBlock<'m>> {
            let next = block.successors().into_iter();
            next.filter(|next| !self.is_outside(*next) && *next != self.header).collect()
        };
        let mut open: HashMap<BasicBlock<'m>, usize> = self.body.iter().map(|block| (*block, 0)).collect();
        for next in self.body.iter().flat_map(inside) {
            *open.entry(next).or_default() += 1;
        }
        let mut ready = vec![self.header];
        while let Some(block) = ready.pop() {
            open.remove(&block);
            for next in inside(&block) {
                let before = open.get_mut(&next).expect("a block that was not taken away");
                *before -= 1;
                if *before == 0 {
                    ready.push(next);
                }
            }
        }
        open.is_empty()
    }

    /// What another number of the loop starts at, and what each turn adds, where that is the same in all turns.
    pub(super) fn induction(&self, phi: Instruction<'m>) -> Option<(Value<'m>, Value<'m>)> {
        if phi.opcode() != Opcode::Phi || phi.block()? != self.header {
            return None;
        }
        let incoming = phi.incoming();
        let from = |block| incoming.iter().find(|(_, from)| *from == block).map(|(value, _)| *value);
        let (start, next) = (from(self.entry)?, from(self.latch)?.as_instruction()?);
        if next == self.counter {
            // What the counter was in the turn before: one less, if it begins with that.
            let one_less = start.as_const_int()?.wrapping_add(1) == self.start.as_const_int()?;
            return one_less.then(|| (start, start.ty().int(1)));
        }
        let (a, b) = (next.operand(0)?, next.operand(1)?);
        let added = if a == phi.as_value() { b } else { a };
        let adds = next.opcode() == Opcode::Add && (a == phi.as_value() || b == phi.as_value());
        (adds && self.is_invariant(added)).then_some((start, added))
    }
}

fn is_sum(value: Value<'_>, of: Instruction<'_>, number: u64) -> bool {
    value.as_instruction().is_some_and(|add| {
        add.opcode() == Opcode::Add
            && add.operand(0) == Some(of.as_value())
            && add.operand(1).and_then(Value::as_const_int) == Some(number)
    })
}

fn predecessors(function: Function<'_>) -> HashMap<BasicBlock<'_>, Vec<BasicBlock<'_>>> {
    let mut before: HashMap<_, Vec<_>> = HashMap::new();
    for block in function.blocks() {
        for next in block.successors() {
            before.entry(next).or_default().push(block);
        }
    }
    before
}

/// The blocks from which `latch` is reached without passing `header`, and `header`. `None` where there is a way to them
/// that does not begin with `header`.
fn blocks_of<'m>(
    header: BasicBlock<'m>,
    latch: BasicBlock<'m>,
    before: &HashMap<BasicBlock<'m>, Vec<BasicBlock<'m>>>,
) -> Option<HashSet<BasicBlock<'m>>> {
    let mut body = HashSet::from([header]);
    let mut open = vec![latch];
    while let Some(block) = open.pop() {
        if body.insert(block) {
            open.extend(before.get(&block)?);
        }
    }
    Some(body)
}
