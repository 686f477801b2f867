//! Looks for the check that fails, before the loop does anything.
//!
//! Where nothing that a loop does can be seen, and each turn comes to all of its checks, the turns before one with a failing
//! check need not be done: what they compute is lost with the work-item. A small loop before it then counts to that turn. It
//! holds the indices alone, and has one way out, so that it needs fewer registers than the loop with its checks; and a kernel
//! takes up as many registers as the code in it that needs most, even if that hardly ever runs. Where the search finds
//! nothing, all of the loop follows, without checks.

use geobacter_llvm::{
    AttributePlace, BasicBlock, BinaryOp, Builder, Function, Instruction, IntPredicate, Opcode, Value,
};

use super::checks::{Check, DEPTH, Linear, is_linear, linear};
use super::loops::Counted;

/// What is looked for: the checks in the order in which a turn comes to them.
pub(super) struct Search<'a, 'm> {
    counted: &'a Counted<'m>,
    checks: Vec<&'a Check<'m>>,
}

/// A check, as the search makes it.
struct Sought<'m> {
    panic: BasicBlock<'m>,
    index: Linear<'m>,
    length: Value<'m>,
    /// What the panic is told: `phi`s where it begins.
    told: Vec<(Instruction<'m>, Told<'m>)>,
}

/// The last turn of the search.
struct Turn<'m> {
    count: Value<'m>,
    indices: Vec<Value<'m>>,
    /// Whether each check passes.
    passes: Vec<Value<'m>>,
    /// Whether all do.
    passed: Value<'m>,
}

/// A number, in the turn with the check that fails.
enum Told<'m> {
    Always(Value<'m>),
    Index,
    Grows(Linear<'m>),
}

impl<'a, 'm> Search<'a, 'm> {
    /// `None` where the loop must be done up to the check that fails.
    pub(super) fn of(counted: &'a Counted<'m>, checks: &'a [Check<'m>]) -> Option<Self> {
        let is_check = |block: BasicBlock<'m>| checks.iter().any(|check| check.branch.block() == Some(block));
        let ends_otherwise = counted.exits().into_iter().any(|(block, _)| block != counted.latch && !is_check(block));
        let mut instructions = counted.blocks().into_iter().flat_map(|block| block.instructions());
        if ends_otherwise || instructions.any(has_effect) {
            return None;
        }
        let is_known = |value: Value<'m>| {
            counted.is_invariant(value) || value.ty().int_bits() == Some(64) && is_linear(counted, value, DEPTH)
        };
        let mut order = Vec::new();
        for check in checks {
            if !told(check).into_iter().all(|(_, value)| is_known(value)) {
                return None;
            }
            // The later in a turn, the more blocks come before it.
            order.push((counted.blocks_without(check.branch.block()?)?, check));
        }
        order.sort_by_key(|(before, _)| *before);
        Some(Search { counted, checks: order.into_iter().map(|(_, check)| check).collect() })
    }

    /// Puts the search before the loop, for where `all_pass` does not hold.
    pub(super) fn put_before(&self, all_pass: Value<'m>) {
        let Counted { entry, header, .. } = *self.counted;
        let b = Builder::before(entry.terminator().expect("a block that leads to the loop"));
        let sought: Vec<_> = self.checks.iter().map(|check| self.sought(check, &b)).collect();
        let first = b.freeze(self.counted.start);
        let all_pass = b.freeze(all_pass);
        let [search, found, failed] = [(); 3].map(|()| header.insert_before(""));
        let loop_entry = entry.split_behind(all_pass.as_instruction().expect("a freeze"));
        Builder::at_end(entry).cond_br(all_pass, loop_entry, search);
        let last = self.search(&sought, first, (entry, search, found));
        let b = Builder::at_end(found);
        let turns = b.binary(BinaryOp::Sub, last.count, first);
        b.cond_br(last.passed, loop_entry, failed);
        self.panic(&sought, &last, turns, failed);
    }

    /// Fills the block of the search, which turns until a check fails, or the loop would end.
    fn search(
        &self,
        sought: &[Sought<'m>],
        first: Value<'m>,
        (entry, search, found): (BasicBlock<'m>, BasicBlock<'m>, BasicBlock<'m>),
    ) -> Turn<'m> {
        let b = Builder::at_end(search);
        let count = b.phi(first.ty());
        let indices: Vec<_> = sought.iter().map(|_| b.phi(first.ty())).collect();
        let pass =
            |(s, index): (&Sought<'m>, &Instruction<'m>)| b.compare(IntPredicate::Ult, index.as_value(), s.length);
        let passes: Vec<_> = sought.iter().zip(&indices).map(pass).collect();
        let passed = passes.iter().copied().reduce(|x, y| b.binary(BinaryOp::And, x, y)).expect("a check");
        let (next, goes_on) = self.counted.next(&b, count.as_value());
        count.add_incoming(&[(first, entry), (next, search)]);
        for (index, s) in indices.iter().zip(sought) {
            let next = b.binary(BinaryOp::Add, index.as_value(), s.index.step);
            index.add_incoming(&[(s.index.first, entry), (next, search)]);
        }
        // What the count is compared with may be poison where the first turn fails.
        b.cond_br(b.binary(BinaryOp::And, passed, b.freeze(goes_on)), search, found);
        let indices = indices.into_iter().map(Instruction::as_value).collect();
        Turn { count: count.as_value(), indices, passes, passed }
    }

    /// Goes from `block` to the panic of the first check that fails in a turn, so many after the first.
    fn panic(&self, sought: &[Sought<'m>], turn: &Turn<'m>, turns: Value<'m>, mut block: BasicBlock<'m>) {
        for (i, s) in sought.iter().enumerate() {
            let b = Builder::at_end(block);
            for (phi, told) in &s.told {
                let value = match told {
                    Told::Always(value) => *value,
                    Told::Index => turn.indices[i],
                    Told::Grows(number) => number.after(&b, turns),
                };
                phi.add_incoming(&[(value, block)]);
            }
            if i + 1 == sought.len() {
                // None of the others failed.
                b.br(s.panic);
            } else {
                block = self.counted.header.insert_before("");
                b.cond_br(turn.passes[i], block, s.panic);
            }
        }
    }

    fn sought(&self, check: &Check<'m>, b: &Builder<'m>) -> Sought<'m> {
        // Poison here is of a check that no turn comes to. Frozen, it is the same number wherever it is compared.
        let frozen = |value| {
            let Linear { first, step } = linear(self.counted, value, DEPTH, b).expect("what was found to be linear");
            Linear { first: b.freeze(first), step: b.freeze(step) }
        };
        let turn = |value| match value {
            index if index == check.index => Told::Index,
            value if self.counted.is_invariant(value) => Told::Always(value),
            value => Told::Grows(frozen(value)),
        };
        Sought {
            panic: check.panic,
            index: frozen(check.index),
            length: b.freeze(check.length),
            told: told(check).into_iter().map(|(phi, value)| (phi, turn(value))).collect(),
        }
    }
}

/// What a check that fails hands to the panic, with the `phi`s that get it.
fn told<'m>(check: &Check<'m>) -> Vec<(Instruction<'m>, Value<'m>)> {
    let phis = check.panic.instructions().take_while(|i| i.opcode() == Opcode::Phi);
    let value = |phi: Instruction<'m>| {
        let mut incoming = phi.incoming().into_iter();
        incoming.find(|(_, block)| Some(*block) == check.branch.block()).map(|(value, _)| (phi, value))
    };
    phis.filter_map(value).collect()
}

/// Whether it can be seen that an instruction was executed, or how often.
fn has_effect(instruction: Instruction<'_>) -> bool {
    use Opcode::{AtomicCmpXchg, AtomicRmw, Call, Fence, Invoke, Load, Store};
    match instruction.opcode() {
        Load => !instruction.is_plain_access(),
        Call => !instruction.as_call().and_then(|call| call.called_function()).is_some_and(is_silent),
        Store | AtomicRmw | AtomicCmpXchg | Fence | Invoke => true,
        _ => false,
    }
}

/// Functions of LLVM's that only compute something, and those that only tell its optimiser something.
fn is_silent(function: Function<'_>) -> bool {
    let tells = ["llvm.assume", "llvm.experimental.noalias.scope.decl"];
    let computes = function.is_intrinsic() && function.has_attribute(AttributePlace::Function, "speculatable");
    computes || tells.contains(&function.name().as_str())
}
