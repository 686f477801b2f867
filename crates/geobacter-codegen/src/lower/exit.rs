//! The end of a work-item that panicked.
//!
//! Where the target has an instruction for it, that is all. Elsewhere the kernel has to return for this work-item: the
//! function that panics returns, to a caller that returns in turn, up to the kernel. Callers of a function that never
//! comes back need nothing for that. A caller that would go on with a result (the function was not inlined, and only one
//! of its paths panics) must learn that there is none: it looks, after the call, at a flag of its work-item in work-group
//! memory. Only kernels with such calls have the flags.

use std::collections::{HashMap, HashSet};

use geobacter_llvm::{
    AttributePlace, BinaryOp, Builder, Call, Function, Instruction, IntPredicate, IrError, Linkage, Module, Opcode,
    Type, TypeKind, Value,
};

use super::entry::Description;
use super::ids;
use super::status::EXIT;
use crate::session::Session;
use crate::targets::Exit;

/// One byte for each work-item of the group: whether it has ended.
const FLAGS: &str = "geobacter.ended";

pub(super) fn lower(session: &Session<'_>, module: &Module<'_>, description: &Description) -> Result<(), IrError> {
    let exits: Vec<_> = module.function(EXIT).map_or(Vec::new(), calls);
    match session.target.exit() {
        Exit::Instruction(intrinsic) => {
            for exit in exits {
                Builder::before(exit.as_instruction()).call(module.intrinsic(intrinsic, &[])?, &[]);
                exit.erase();
            }
        }
        Exit::Function(name) => {
            let function =
                module.get_or_add_function(name, module.context().function_type(module.context().void_type(), &[]));
            for exit in exits {
                Builder::before(exit.as_instruction()).call(function, &[]);
                exit.erase();
            }
        }
        Exit::Return => {
            let mut returns = Returns::new(session, module, description);
            for exit in exits {
                returns.stop_after(exit)?;
                exit.erase();
            }
        }
    }
    Ok(())
}

struct Returns<'a, 'm> {
    session: &'a Session<'a>,
    module: &'m Module<'m>,
    description: &'a Description,
    /// Functions that did not return before, and return now.
    never_come_back: HashSet<Function<'m>>,
    /// Functions that return, with nothing, also where their work-item has ended.
    may_end: HashSet<Function<'m>>,
    /// Whether calls by pointer are looked after.
    pointers_guarded: bool,
    /// Where each function finds its work-item's flag.
    flags: HashMap<Function<'m>, Value<'m>>,
}

impl<'a, 'm> Returns<'a, 'm> {
    fn new(session: &'a Session<'a>, module: &'m Module<'m>, description: &'a Description) -> Self {
        Returns {
            session,
            module,
            description,
            never_come_back: HashSet::new(),
            may_end: HashSet::new(),
            pointers_guarded: false,
            flags: HashMap::new(),
        }
    }

    fn is_kernel(&self, function: Function<'m>) -> bool {
        function.name() == self.session.symbol
    }

    /// Makes the function return after `call`, which never came back, and so its callers, up to the kernel.
    fn stop_after(&mut self, call: Call<'m>) -> Result<(), IrError> {
        let (Some(end), Some(function)) = (end_after(call), call.function()) else { return Ok(()) };
        call.remove_attribute(AttributePlace::Function, "noreturn");
        if self.is_kernel(function) {
            Builder::before(end).ret_void();
            end.erase();
            return Ok(());
        }
        if !self.never_come_back.contains(&function) && !never_comes_back(function) {
            let flag = self.flag(function)?;
            let b = Builder::before(end);
            b.store(self.byte().int(1), flag, 1);
            return_nothing(&b, function);
            end.erase();
            return self.may_end(function);
        }
        Builder::before(end).ret_void();
        end.erase();
        if self.never_come_back.insert(function) {
            function.remove_attribute(AttributePlace::Function, "noreturn");
            for call in calls(function) {
                self.stop_after(call)?;
            }
        }
        Ok(())
    }

    /// Makes whoever calls `function` look, on return, whether its work-item has ended.
    fn may_end(&mut self, function: Function<'m>) -> Result<(), IrError> {
        if !self.may_end.insert(function) {
            return Ok(());
        }
        for call in calls(function) {
            self.guard(call)?;
        }
        if is_pointed_to(function) && !std::mem::replace(&mut self.pointers_guarded, true) {
            let all = self.module.functions().flat_map(Function::instructions).filter_map(Instruction::as_call);
            let by_pointer = all.filter(|c| c.called_function().is_none() && c.inline_asm().is_none());
            for call in by_pointer.collect::<Vec<_>>() {
                self.guard(call)?;
            }
        }
        Ok(())
    }

    /// Makes the function return after `call` where the work-item has ended in there.
    fn guard(&mut self, call: Call<'m>) -> Result<(), IrError> {
        if end_after(call).is_some() {
            return self.stop_after(call);
        }
        let (Some(block), Some(function)) = (call.block(), call.function()) else { return Ok(()) };
        let flag = self.flag(function)?;
        let rest = block.split_behind(call.as_instruction());
        let ended = function.append_block("");
        let b = Builder::at_end(block);
        let value = b.load(self.byte(), flag, 1).as_value();
        b.cond_br(b.compare(IntPredicate::Eq, value, self.byte().zero()), rest, ended);
        return_nothing(&Builder::at_end(ended), function);
        if self.is_kernel(function) { Ok(()) } else { self.may_end(function) }
    }

    /// The address of the work-item's flag, worked out where `function` begins. The kernel clears it there.
    fn flag(&mut self, function: Function<'m>) -> Result<Value<'m>, IrError> {
        if let Some(flag) = self.flags.get(&function) {
            return Ok(*flag);
        }
        let first = function.instructions().next().expect("a function with a body");
        let b = Builder::before(first);
        let flag = b.offset_by(self.all_flags(), self.local_linear_id(&b)?);
        self.flags.insert(function, flag);
        if self.is_kernel(function) {
            b.store(self.byte().zero(), flag, 1);
        } else {
            let kernel = self.module.function(&self.session.symbol).expect("the kernel");
            self.flag(kernel)?;
        }
        Ok(flag)
    }

    /// The flags of the whole group.
    fn all_flags(&self) -> Value<'m> {
        self.module.global(FLAGS).map_or_else(
            || {
                let ty = self.byte().array(u64::from(self.session.job.max_group_size.max(1)));
                let flags = self.module.add_global(FLAGS, ty, self.session.target.group_address_space());
                flags.set_initializer(ty.undef());
                flags.set_linkage(Linkage::Internal);
                flags.as_value()
            },
            |flags| flags.as_value(),
        )
    }

    fn local_linear_id(&self, b: &Builder<'m>) -> Result<Value<'m>, IrError> {
        let (session, module, description) = (self.session, self.module, self.description);
        let mut id = ids::work_item(session, description, b, module, 2)?;
        for axis in [1, 0] {
            let size = session.target.work_group_size(b, module, axis)?;
            let along = ids::work_item(session, description, b, module, axis)?;
            id = b.binary(BinaryOp::Add, b.binary(BinaryOp::Mul, id, size), along);
        }
        Ok(id)
    }

    fn byte(&self) -> Type<'m> {
        self.module.context().int_type(8)
    }
}

/// A `ret`, with whatever value: nobody looks at it.
fn return_nothing<'m>(b: &Builder<'m>, function: Function<'m>) {
    match function.value_type().return_type() {
        Some(ty) if ty.kind() != TypeKind::Void => b.ret(ty.zero()),
        _ => b.ret_void(),
    };
}

/// The `unreachable` right after a call that does not come back.
fn end_after(call: Call<'_>) -> Option<Instruction<'_>> {
    call.next().filter(|next| next.opcode() == Opcode::Unreachable)
}

/// Whether no caller of `function` goes on after it, and all callers are known.
fn never_comes_back(function: Function<'_>) -> bool {
    let returns_nothing = function.value_type().return_type().is_some_and(|t| t.kind() == TypeKind::Void);
    returns_nothing && !is_pointed_to(function) && calls(function).into_iter().all(|call| end_after(call).is_some())
}

/// Whether `function` may be called by whoever was given its address.
fn is_pointed_to(function: Function<'_>) -> bool {
    let is_callee_only = |user: Value<'_>| {
        let call = user.as_instruction().and_then(Instruction::as_call);
        call.is_some_and(|c| c.callee() == function.as_value() && !c.args().contains(&function.as_value()))
    };
    !function.users().into_iter().all(is_callee_only)
}

/// The calls of `function` by its name.
fn calls(function: Function<'_>) -> Vec<Call<'_>> {
    let mut seen = HashSet::new();
    let users = function.users().into_iter().filter_map(|u| u.as_instruction()?.as_call());
    users.filter(|c| c.callee() == function.as_value() && seen.insert(c.as_instruction().as_value())).collect()
}
