use std::fmt;
use std::hash::{Hash, Hasher};

use crate::context::c_string;
use crate::sys::BasicBlockRef;
use crate::{Context, Function, Instruction, Value};

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
