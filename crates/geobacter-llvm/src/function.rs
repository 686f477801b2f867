use std::fmt;
use std::ops::Deref;

use crate::context::c_string;
use crate::debug_loc::Subprogram;
use crate::{BasicBlock, Context, GlobalValue, Instruction, Value};

/// A function, defined or declared.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
#[repr(transparent)]
pub struct Function<'m>(GlobalValue<'m>);

impl<'m> Deref for Function<'m> {
    type Target = GlobalValue<'m>;

    fn deref(&self) -> &GlobalValue<'m> {
        &self.0
    }
}

impl fmt::Debug for Function<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

impl<'m> Function<'m> {
    /// # Safety
    /// `value` must be a function.
    pub(crate) unsafe fn from_value(value: Value<'m>) -> Self {
        // SAFETY: a function is a global value.
        Function(unsafe { GlobalValue::from_value(value) })
    }

    /// As any other global value.
    pub fn as_global(self) -> GlobalValue<'m> {
        self.0
    }

    /// Its parameters.
    pub fn params(self) -> impl Iterator<Item = Value<'m>> {
        let api = self.context().api();
        // SAFETY: a live function.
        let count = unsafe { (api.CountParams)(self.raw()) };
        // SAFETY: an index below the count.
        (0..count).map(move |i| unsafe { Value::from_raw(self.context(), (api.GetParam)(self.raw(), i)) })
    }

    /// Its basic blocks, the entry first. None of a declaration, nor of a function that is not materialised yet.
    pub fn blocks(self) -> impl Iterator<Item = BasicBlock<'m>> {
        let context: &'m Context = self.context();
        let api = context.api();
        // SAFETY: a live function and blocks of it; the list ends with null.
        let first = unsafe { (api.GetFirstBasicBlock)(self.raw()) };
        std::iter::successors((!first.is_null()).then_some(first), move |b| {
            // SAFETY: as above.
            let next = unsafe { (api.GetNextBasicBlock)(*b) };
            (!next.is_null()).then_some(next)
        })
        // SAFETY: live blocks of this function.
        .map(move |b| unsafe { BasicBlock::from_raw(context, b) })
    }

    /// Its instructions, block by block.
    pub fn instructions(self) -> impl Iterator<Item = Instruction<'m>> {
        self.blocks().flat_map(BasicBlock::instructions)
    }

    /// Adds a block at its end.
    pub fn append_block(self, name: &str) -> BasicBlock<'m> {
        let name = c_string(name);
        // SAFETY: a live function of the context, and a C string.
        unsafe {
            let api = self.context().api();
            let raw = (api.AppendBasicBlockInContext)(self.context().raw(), self.raw(), name.as_ptr());
            BasicBlock::from_raw(self.context(), raw)
        }
    }

    /// Its calling convention, by LLVM's number.
    pub fn call_conv(self) -> u32 {
        // SAFETY: a live function.
        unsafe { (self.context().api().GetFunctionCallConv)(self.raw()) }
    }

    /// Sets its calling convention. Calls to it must be given the same.
    pub fn set_call_conv(self, convention: u32) {
        // SAFETY: a live function.
        unsafe { (self.context().api().SetFunctionCallConv)(self.raw(), convention) }
    }

    /// Drops its personality function. Only right once it has no landing pad any more.
    pub fn remove_personality(self) {
        let api = self.context().api();
        // SAFETY: a live function; LLVM takes null for none.
        unsafe {
            if (api.HasPersonalityFn)(self.raw()) != 0 {
                (api.SetPersonalityFn)(self.raw(), std::ptr::null_mut());
            }
        }
    }

    /// Whether it is one of LLVM's own (`llvm.*`).
    pub fn is_intrinsic(self) -> bool {
        // SAFETY: a live function.
        unsafe { (self.context().api().GetIntrinsicID)(self.raw()) != 0 }
    }

    /// What debug info says of it.
    pub fn subprogram(self) -> Option<Subprogram<'m>> {
        // SAFETY: a live function; null where there is none.
        unsafe { Subprogram::from_nullable(self.context(), (self.context().api().GetSubprogram)(self.raw())) }
    }
}
