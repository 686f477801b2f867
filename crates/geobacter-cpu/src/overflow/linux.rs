//! Linux: a handler of `SIGSEGV` that tells a kernel's used-up stack from every other fault, and leaves the latter to whoever
//! handled faults before.
//!
//! The handler neither allocates nor locks, and what it reads are thread-locals without destructors and a `OnceLock` that was
//! set before it was installed.

use std::cell::Cell;
use std::ffi::{c_int, c_void};
use std::mem::MaybeUninit;
use std::ops::Range;
use std::ptr::{null, null_mut};
use std::sync::{Once, OnceLock};

use corosensei::trap::{CoroutineTrapHandler, TrapHandlerRegs};

use super::Ended;

/// Bytes of an alternate signal stack: what the processor saves (with AVX-512 some 3 KiB, with AMX 11) many times over.
const SIGNAL_STACK_BYTES: usize = 64 << 10;

/// Where the machine code of the object (executable or library) lies that a kernel is part of.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Text {
    start: usize,
    end: usize,
}

impl Text {
    /// No code: nothing is told apart.
    pub(crate) const NONE: Self = Text { start: 0, end: 0 };

    /// The code around `code`. None where the C library is part of it: a fault may then come while its locks are held.
    pub(crate) fn around(code: usize) -> Self {
        let mut search = Search { code, found: Self::NONE };
        // SAFETY: the callback gets the search, and keeps nothing.
        unsafe { libc::dl_iterate_phdr(Some(look), (&raw mut search).cast()) };
        let c_library = libc::malloc as *const () as usize;
        if search.found.contains(c_library) { Self::NONE } else { search.found }
    }

    fn contains(self, code: usize) -> bool {
        (self.start..self.end).contains(&code)
    }
}

struct Search {
    code: usize,
    found: Text,
}

unsafe extern "C" fn look(object: *mut libc::dl_phdr_info, _: usize, search: *mut c_void) -> c_int {
    // SAFETY: `dl_iterate_phdr` passes a valid object, and what `Text::around` gave it.
    let (object, search) = unsafe { (&*object, &mut *search.cast::<Search>()) };
    if object.dlpi_phdr.is_null() {
        return 0;
    }
    // SAFETY: so many headers are there.
    let headers = unsafe { std::slice::from_raw_parts(object.dlpi_phdr, object.dlpi_phnum.into()) };
    for header in headers.iter().filter(|h| h.p_type == libc::PT_LOAD && h.p_flags & libc::PF_X != 0) {
        let start = (object.dlpi_addr as usize).wrapping_add(header.p_vaddr as usize);
        let text = Text { start, end: start + header.p_memsz as usize };
        if text.contains(search.code) {
            search.found = text;
            return 1;
        }
    }
    0
}

/// The routine that runs on a thread.
struct Watched {
    text: Text,
    handler: CoroutineTrapHandler<Ended>,
    /// The pages below its stack, which nothing can be written to.
    guard: Range<usize>,
}

thread_local! {
    static WATCHED: Cell<*const Watched> = const { Cell::new(null()) };
    static SIGNAL_STACK: Cell<bool> = const { Cell::new(false) };
    static OWN_SIGNAL_STACK: Cell<Option<SignalStack>> = const { Cell::new(None) };
}

/// Whoever handled faults before.
static BEFORE: OnceLock<libc::sigaction> = OnceLock::new();

/// Begins to tell overflows apart from other faults, for the rest of the process.
pub(crate) fn tell_apart() {
    static INSTALLED: Once = Once::new();
    INSTALLED.call_once(|| {
        // SAFETY: all zero is a valid `sigaction`, and both pointers are to one.
        unsafe {
            let mut before: libc::sigaction = MaybeUninit::zeroed().assume_init();
            if libc::sigaction(libc::SIGSEGV, null(), &raw mut before) != 0 {
                return;
            }
            let _ = BEFORE.set(before);
            let mut ours: libc::sigaction = MaybeUninit::zeroed().assume_init();
            ours.sa_sigaction = on_fault as *const () as usize;
            ours.sa_flags = libc::SA_SIGINFO | libc::SA_ONSTACK;
            libc::sigemptyset(&raw mut ours.sa_mask);
            if libc::sigaction(libc::SIGSEGV, &raw const ours, null_mut()) != 0 {
                tracing::warn!("no handler of faults: recursion without bound in a kernel will end the process");
            }
        }
    });
}

/// Runs `resume`, which switches to the coroutine of `handler`, whose stack and guard page begin at `stack_limit`.
pub(super) fn watched<T>(
    text: Text,
    handler: CoroutineTrapHandler<Ended>,
    stack_limit: usize,
    resume: impl FnOnce() -> T,
) -> T {
    if !SIGNAL_STACK.replace(true) {
        provide_signal_stack();
    }
    let watched = Watched { text, handler, guard: stack_limit..stack_limit + page_size() };
    let _restore = Restore(WATCHED.replace(&raw const watched));
    resume()
}

/// Runs code of ours on the kernel's behalf, which may hold locks: an overflow in there is not told apart.
pub(crate) fn unwatched<T>(host_code: impl FnOnce() -> T) -> T {
    let _restore = Restore(WATCHED.replace(null()));
    host_code()
}

struct Restore(*const Watched);

impl Drop for Restore {
    fn drop(&mut self) {
        WATCHED.set(self.0);
    }
}

fn page_size() -> usize {
    static PAGE: OnceLock<usize> = OnceLock::new();
    // SAFETY: has no preconditions.
    *PAGE.get_or_init(|| unsafe { libc::sysconf(libc::_SC_PAGESIZE) } as usize)
}

extern "C" fn on_fault(signal: c_int, info: *mut libc::siginfo_t, context: *mut c_void) {
    // SAFETY: the kernel passes both; the thread was interrupted where `context` says.
    if !unsafe { end_routine(&*info, &mut *context.cast()) } {
        // SAFETY: as above.
        unsafe { pass_on(signal, info, context) }
    }
}

/// Makes the routine that runs return [`Ended::Overflowed`], if what happened is that its stack is used up.
unsafe fn end_routine(info: &libc::siginfo_t, context: &mut libc::ucontext_t) -> bool {
    // SAFETY: set only while what it points to is there, and read by the thread that sets it.
    let Some(watched) = (unsafe { WATCHED.get().as_ref() }) else { return false };
    // SAFETY: a fault has an address.
    let address = unsafe { info.si_addr() } as usize;
    let (code, stack) = interrupted(context);
    // A stack grows into its guard page from above; a wild pointer that hits the page does so from anywhere.
    let page = watched.guard.len();
    let is_overflow = watched.guard.contains(&address)
        && (watched.guard.start..=watched.guard.end + page).contains(&stack)
        && watched.handler.stack_ptr_in_bounds(stack)
        && watched.text.contains(code)
        // The count of panics would stay.
        && !std::thread::panicking();
    if is_overflow {
        // SAFETY: the stack pointer is in the routine, which has not ended, as it is the one that runs. It stopped in the
        // kernel's own code, so that no lock of the C library or of this crate is held, and `context` is changed as told.
        unsafe { go_on_at(context, watched.handler.setup_trap_handler(|| Ended::Overflowed)) };
    }
    is_overflow
}

/// Where the code was, and its stack.
#[cfg(target_arch = "x86_64")]
fn interrupted(context: &libc::ucontext_t) -> (usize, usize) {
    let registers = &context.uc_mcontext.gregs;
    (registers[libc::REG_RIP as usize] as usize, registers[libc::REG_RSP as usize] as usize)
}

#[cfg(target_arch = "x86_64")]
fn go_on_at(context: &mut libc::ucontext_t, to: TrapHandlerRegs) {
    /// Functions expect that string instructions go upwards.
    const DIRECTION_FLAG: i64 = 1 << 10;
    let TrapHandlerRegs { rip, rsp, rbp, rdi, rsi } = to;
    let registers = &mut context.uc_mcontext.gregs;
    for (register, value) in
        [(libc::REG_RIP, rip), (libc::REG_RSP, rsp), (libc::REG_RBP, rbp), (libc::REG_RDI, rdi), (libc::REG_RSI, rsi)]
    {
        registers[register as usize] = value as i64;
    }
    registers[libc::REG_EFL as usize] &= !DIRECTION_FLAG;
}

#[cfg(target_arch = "aarch64")]
fn interrupted(context: &libc::ucontext_t) -> (usize, usize) {
    (context.uc_mcontext.pc as usize, context.uc_mcontext.sp as usize)
}

#[cfg(target_arch = "aarch64")]
fn go_on_at(context: &mut libc::ucontext_t, to: TrapHandlerRegs) {
    let TrapHandlerRegs { pc, sp, x0, x1, x29, lr } = to;
    let machine = &mut context.uc_mcontext;
    (machine.pc, machine.sp) = (pc, sp);
    (machine.regs[0], machine.regs[1], machine.regs[29], machine.regs[30]) = (x0, x1, x29, lr);
}

/// Lets whoever handled faults before handle this one.
unsafe fn pass_on(signal: c_int, info: *mut libc::siginfo_t, context: *mut c_void) {
    type WithInfo = extern "C" fn(c_int, *mut libc::siginfo_t, *mut c_void);
    let Some(before) = BEFORE.get() else { return };
    match before.sa_sigaction {
        // What is done by default is done when the instruction faults again. (Ignoring a fault is not possible.)
        libc::SIG_DFL | libc::SIG_IGN => {
            // SAFETY: all zero is a valid `sigaction`: the default one.
            unsafe { libc::sigaction(signal, &MaybeUninit::zeroed().assume_init(), null_mut()) };
        }
        // SAFETY: with this flag it is a function of this type.
        handler if before.sa_flags & libc::SA_SIGINFO != 0 => unsafe {
            std::mem::transmute::<usize, WithInfo>(handler)(signal, info, context);
        },
        // SAFETY: without it, it is one of this type.
        handler => unsafe { std::mem::transmute::<usize, extern "C" fn(c_int)>(handler)(signal) },
    }
}

/// Rust gives its threads an alternate signal stack where its own handler is there, which it is not in a program whose
/// `main` is another language's. Without one there is no stack to run a handler on.
fn provide_signal_stack() {
    // SAFETY: all zero is a valid `stack_t`, and the pointer is to one.
    let is_there = unsafe {
        let mut now: libc::stack_t = MaybeUninit::zeroed().assume_init();
        libc::sigaltstack(null(), &raw mut now) != 0 || now.ss_flags & libc::SS_DISABLE == 0
    };
    if !is_there {
        OWN_SIGNAL_STACK.set(Some(SignalStack::install()));
    }
}

/// An alternate signal stack of this thread.
struct SignalStack(Box<[MaybeUninit<u8>]>);

impl SignalStack {
    fn install() -> Self {
        let mut memory = Box::new_uninit_slice(SIGNAL_STACK_BYTES);
        let stack = libc::stack_t { ss_sp: memory.as_mut_ptr().cast(), ss_flags: 0, ss_size: memory.len() };
        // SAFETY: the memory is there until the thread ends or `drop` takes it away.
        unsafe { libc::sigaltstack(&raw const stack, null_mut()) };
        SignalStack(memory)
    }
}

impl Drop for SignalStack {
    fn drop(&mut self) {
        let none = libc::stack_t { ss_sp: null_mut(), ss_flags: libc::SS_DISABLE, ss_size: self.0.len() };
        // SAFETY: takes away what `install` gave, on the same thread.
        unsafe { libc::sigaltstack(&raw const none, null_mut()) };
    }
}

#[cfg(test)]
mod tests {
    use std::hint::black_box;

    use super::*;
    use crate::overflow::on_own_stack;

    #[inline(never)]
    #[expect(unconditional_recursion, reason = "that is what is told apart")]
    fn recurse(depth: u64) -> u64 {
        let mut frame = [depth; 20];
        black_box(&mut frame);
        recurse(frame[1] + 1) + frame[2]
    }

    fn here() -> Text {
        Text::around(recurse as *const () as usize)
    }

    fn overflows() -> bool {
        tell_apart();
        let run = || {
            black_box(recurse(0));
        };
        matches!(on_own_stack(here(), run), Ok(Ended::Overflowed))
    }

    #[test]
    fn a_thread_without_a_signal_stack_gets_one() {
        let thread = std::thread::spawn(|| {
            let none = libc::stack_t { ss_sp: null_mut(), ss_flags: libc::SS_DISABLE, ss_size: 0 };
            // SAFETY: takes away the signal stack, as in a thread that another language started.
            assert_eq!(unsafe { libc::sigaltstack(&raw const none, null_mut()) }, 0);
            overflows() && overflows()
        });
        assert!(thread.join().expect("no panic"));
    }

    #[test]
    fn the_c_library_is_not_the_kernels_code() {
        let text = here();
        assert!(text.contains(overflows as *const () as usize));
        assert!(!text.contains(libc::malloc as *const () as usize));
        let of_c = Text::around(libc::malloc as *const () as usize);
        assert!(!of_c.contains(libc::malloc as *const () as usize), "nothing is told apart there");
    }

    #[test]
    fn the_signal_stack_is_large_enough() {
        // SAFETY: has no preconditions.
        let least = unsafe { libc::getauxval(libc::AT_MINSIGSTKSZ) } as usize;
        assert!(least * 2 < SIGNAL_STACK_BYTES, "{least}");
    }
}
