//! The end of a work-item that panicked.
//!
//! Where the target has an instruction for it, that is all. Elsewhere the kernel has to return for this work-item: the
//! function that panics returns, to a caller that returns in turn, up to the kernel. A caller that would go on with a
//! result (it was not inlined, and only one of its paths panics) cannot return one: there the work-item traps.

use std::collections::HashSet;

use geobacter_llvm::{AttributePlace, Builder, Call, Function, Instruction, IrError, Module, Opcode, TypeKind};

use super::status::EXIT;
use crate::session::Session;
use crate::targets::Exit;

pub(super) fn lower(session: &Session<'_>, module: &Module<'_>) -> Result<(), IrError> {
    let exits: Vec<_> = module.function(EXIT).map_or(Vec::new(), calls);
    match session.target.exit_by() {
        Exit::Instruction => {
            for exit in exits {
                session.target.exit(&Builder::before(exit.as_instruction()), module)?;
                exit.erase();
            }
        }
        Exit::Return => {
            let mut returns = Returns { session, module, never_come_back: HashSet::new() };
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
    /// Functions that did not return before, and return now.
    never_come_back: HashSet<Function<'m>>,
}

impl<'m> Returns<'_, 'm> {
    /// Makes the function return after `call`, which never came back, and so its callers, up to the kernel.
    fn stop_after(&mut self, call: Call<'m>) -> Result<(), IrError> {
        let (Some(end), Some(function)) = (end_after(call), call.function()) else { return Ok(()) };
        call.remove_attribute(AttributePlace::Function, "noreturn");
        let is_kernel = function.name() == self.session.symbol;
        if is_kernel || self.never_come_back.contains(&function) || never_comes_back(function) {
            Builder::before(end).ret_void();
            end.erase();
        } else {
            return self.session.target.exit(&Builder::before(end), self.module);
        }
        if !is_kernel && self.never_come_back.insert(function) {
            function.remove_attribute(AttributePlace::Function, "noreturn");
            for call in calls(function) {
                self.stop_after(call)?;
            }
        }
        Ok(())
    }
}

/// The `unreachable` right after a call that does not come back.
fn end_after(call: Call<'_>) -> Option<Instruction<'_>> {
    call.next().filter(|next| next.opcode() == Opcode::Unreachable)
}

/// Whether no caller of `function` goes on after it, and all callers are known.
fn never_comes_back(function: Function<'_>) -> bool {
    let returns_nothing = function.value_type().return_type().is_some_and(|t| t.kind() == TypeKind::Void);
    returns_nothing
        && function.users().into_iter().all(|user| {
            let call = user.as_instruction().and_then(Instruction::as_call);
            call.is_some_and(|c| c.callee() == function.as_value() && end_after(c).is_some())
        })
}

fn calls(function: Function<'_>) -> Vec<Call<'_>> {
    function.users().into_iter().filter_map(|u| u.as_instruction()?.as_call()).collect()
}
