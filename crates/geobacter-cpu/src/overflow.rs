//! Kernel code on stacks of its own, and what becomes of it when such a stack is used up.
//!
//! Kernel code runs in coroutines. Where the system tells of a stack that is used up, it is left as it is: its frames are
//! forgotten, as those of a work-item that ends on a GPU, and whoever started it is told. The process goes on.

#[cfg(all(target_os = "linux", any(target_arch = "x86_64", target_arch = "aarch64")))]
#[path = "overflow/linux.rs"]
mod system;
#[cfg(not(all(target_os = "linux", any(target_arch = "x86_64", target_arch = "aarch64"))))]
#[path = "overflow/elsewhere.rs"]
mod system;

use std::cell::{Cell, RefCell};

use corosensei::stack::{DefaultStack, Stack};
use corosensei::{Coroutine, CoroutineResult};
use geobacter_core::abi::Site;

use crate::panics::{self, Outside, Panic};

pub(crate) use system::{Text, tell_apart, unwatched};

/// Bytes of the stack that work-items run on one after the other: as many as Rust gives a thread.
pub(crate) const SHARED_STACK_BYTES: usize = 2 << 20;

/// Kernel code with a stack of its own.
pub(crate) type Routine = Coroutine<(), Site, Ended, DefaultStack>;

/// How a routine ended.
pub(crate) enum Ended {
    Returned,
    Panicked(Panic),
    /// Its stack is used up; what was on it is forgotten.
    #[allow(dead_code, reason = "not every system tells of it")]
    Overflowed,
}

thread_local! {
    /// The code whose overflows are told apart on this thread now.
    static TEXT: Cell<Text> = const { Cell::new(Text::NONE) };
    static STACKS: RefCell<Vec<DefaultStack>> = const { RefCell::new(Vec::new()) };
}

/// Runs `routine` until it waits or ends.
pub(crate) fn resume(routine: &mut Routine, stack_limit: usize) -> CoroutineResult<Site, Ended> {
    let handler = routine.trap_handler();
    system::watched(TEXT.get(), handler, stack_limit, || routine.resume(()))
}

/// Runs `kernel`, of which `text` is the code, on a stack of its own. The error is that there is no memory for one.
pub(crate) fn on_own_stack(text: Text, kernel: impl FnOnce()) -> std::io::Result<Ended> {
    let stack = match STACKS.with_borrow_mut(Vec::pop) {
        Some(stack) => stack,
        None => DefaultStack::new(SHARED_STACK_BYTES)?,
    };
    let limit = stack.limit().get();
    let body = move |_: &corosensei::Yielder<(), Site>, ()| {
        panics::catch(kernel).map_or_else(Ended::Panicked, |()| Ended::Returned)
    };
    // SAFETY: what the body borrows outlives it: it never waits, so it has ended when `resume` returns.
    let mut routine = unsafe { Routine::with_stack_unchecked(stack, body) };
    let _outside = Outside::of_kernel();
    let outer = TEXT.replace(text);
    let CoroutineResult::Return(ended) = resume(&mut routine, limit) else { unreachable!("it has nobody to wait for") };
    TEXT.set(outer);
    STACKS.with_borrow_mut(|stacks| stacks.push(routine.into_stack()));
    Ok(ended)
}
