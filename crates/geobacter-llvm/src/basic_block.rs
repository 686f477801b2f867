use std::fmt;
use std::hash::{Hash, Hasher};

use crate::context::c_string;
use crate::sys::BasicBlockRef;
use crate::{Builder, Context, Function, Instruction, Opcode, Value};

/// Instructions that run one after another.
#[derive(Clone, Copy)]
pub struct BasicBlock<'m> {
    raw: BasicBlockRef,
    context: &'m Context,
}

impl PartialEq for BasicBlock<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.raw == other.raw
    }
}
impl Eq for BasicBlock<'_> {}
impl Hash for BasicBlock<'_> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.raw.hash(state);
    }
}

impl fmt::Debug for BasicBlock<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.as_value(), f)
    }
}

impl<'m> BasicBlock<'m> {
    /// # Safety
    /// `raw` must be a block of `context`, alive for `'m`.
    pub(crate) unsafe fn from_raw(context: &'m Context, raw: BasicBlockRef) -> Self {
        BasicBlock { raw, context }
    }

    pub(crate) fn raw(self) -> BasicBlockRef {
        self.raw
    }

    pub(crate) fn context(self) -> &'m Context {
        self.context
    }

    /// As any other value: what a branch has as its operand.
    pub fn as_value(self) -> Value<'m> {
        // SAFETY: a live block.
        unsafe { Value::from_raw(self.context, (self.context.api().BasicBlockAsValue)(self.raw)) }
    }

    /// Its instructions, as they are now: erasing or adding some does not disturb the iterator.
    pub fn instructions(self) -> impl Iterator<Item = Instruction<'m>> {
        let api = self.context.api();
        let mut all = Vec::new();
        // SAFETY: a live block and its instructions, none of which changes during the walk; the list ends with null.
        unsafe {
            let mut next = (api.GetFirstInstruction)(self.raw);
            while !next.is_null() {
                all.push(Instruction::from_value(Value::from_raw(self.context, next)));
                next = (api.GetNextInstruction)(next);
            }
        }
        all.into_iter()
    }

    /// Its last instruction, where it is complete.
    pub fn terminator(self) -> Option<Instruction<'m>> {
        // SAFETY: a live block; null where it has none.
        unsafe {
            let raw = (self.context.api().GetBasicBlockTerminator)(self.raw);
            Value::from_nullable(self.context, raw).map(|v| Instruction::from_value(v))
        }
    }

    /// The blocks control may go to from here.
    pub fn successors(self) -> Vec<BasicBlock<'m>> {
        self.terminator().map_or(Vec::new(), Instruction::successors)
    }

    /// The function it is in.
    ///
    /// # Panics
    /// When it is in none, which only happens to blocks that were never given to one.
    pub fn function(self) -> Function<'m> {
        // SAFETY: a live block.
        let parent = unsafe { Value::from_nullable(self.context, (self.context.api().GetBasicBlockParent)(self.raw)) };
        parent.and_then(Value::as_function).expect("a block in a function")
    }

    /// Moves what comes behind `instruction` to a new block of the same function, which takes over the successors. This
    /// block is left without a terminator, and nothing leads to the new one yet.
    ///
    /// # Panics
    /// When `instruction` is not in this block, or nothing comes behind it.
    pub fn split_behind(self, instruction: Instruction<'m>) -> BasicBlock<'m> {
        assert_eq!(instruction.block(), Some(self), "an instruction of this block");
        let rest: Vec<_> = std::iter::successors(instruction.next(), |i| i.next()).collect();
        assert!(!rest.is_empty(), "an instruction that is not the block's last");
        let new = self.function().append_block("");
        let end = Builder::at_end(new);
        rest.into_iter().for_each(|instruction| end.take(instruction));
        let mut successors = new.successors();
        successors.sort_by_key(|block| block.raw() as usize);
        successors.dedup();
        successors.into_iter().for_each(|block| block.rename_incoming(self, new));
        new
    }

    /// What this block's phis had from `old` they have from `new`. LLVM's C API cannot change a phi's block: each is built
    /// anew.
    fn rename_incoming(self, old: BasicBlock<'m>, new: BasicBlock<'m>) {
        for phi in self.instructions().take_while(|i| i.opcode() == Opcode::Phi) {
            let incoming = phi.incoming();
            if incoming.iter().any(|(_, block)| *block == old) {
                let rename = |(value, block)| (value, if block == old { new } else { block });
                let replacement = Builder::before(phi).phi(phi.as_value().ty());
                replacement.add_incoming(&incoming.into_iter().map(rename).collect::<Vec<_>>());
                phi.replace_all_uses_with(replacement.as_value());
                phi.erase();
            }
        }
    }

    /// Adds a block right before this one.
    pub fn insert_before(self, name: &str) -> BasicBlock<'m> {
        let name = c_string(name);
        // SAFETY: a live block in a function, and a C string.
        unsafe {
            let raw = (self.context.api().InsertBasicBlockInContext)(self.context.raw(), self.raw, name.as_ptr());
            BasicBlock::from_raw(self.context, raw)
        }
    }
}
