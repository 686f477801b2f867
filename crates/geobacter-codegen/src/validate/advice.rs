//! Words for what a device cannot run, and what to do instead.

use geobacter_container::symbols::readable;

use super::{Culprit, is_allocation};
use crate::Frame;

/// Functions of the operating system and its libraries, by what they are for. A name fits when it begins with one of these.
const KINDS: &[(&[&str], &str, &str)] = &[
    (
        &["write", "writev", "fwrite", "printf", "puts", "putchar", "vprintf"],
        "it writes output",
        "a device cannot print: write what you want to see to an output buffer, and print it after the launch",
    ),
    (
        &[
            "open", "read", "readv", "close", "lseek", "fstat", "stat", "mmap", "munmap", "fopen", "unlink",
            "readlink", "fcntl", "ioctl", "getcwd", "realpath",
        ],
        "it uses files",
        "read files before the launch, and pass their contents as a buffer",
    ),
    (
        &["pthread_", "sched_", "futex", "__cxa_thread_atexit", "__tls_get_addr", "sem_"],
        "it uses threads or their locks",
        "work-items are the threads of a kernel: use atomics, work-group memory and barriers in the place of locks",
    ),
    (
        &["clock_", "gettimeofday", "time", "nanosleep", "usleep"],
        "it asks for the time, or sleeps",
        "time the launch from the host, with the events of its queue",
    ),
    (
        &["malloc", "calloc", "realloc", "free", "posix_memalign", "aligned_alloc"],
        "it allocates memory",
        "use arrays of a fixed size in the kernel, or allocate a buffer before the launch and pass it",
    ),
    (
        &[
            "getenv",
            "setenv",
            "environ",
            "getpid",
            "getrandom",
            "sysconf",
            "syscall",
            "abort",
            "exit",
            "signal",
            "sigaction",
        ],
        "it calls the operating system",
        "ask the operating system before the launch, and pass the answer as an argument",
    ),
    (
        &["dl_iterate_phdr", "dlsym", "_Unwind_", "__register_frame"],
        "it unwinds the stack",
        "there is no unwinding on a device: `catch_unwind` and backtraces belong on the host",
    ),
];

/// What the kernel does that it cannot.
pub(super) fn what(culprit: &Culprit) -> String {
    match culprit {
        Culprit::Function(name) if is_allocation(name) => "it allocates memory".to_owned(),
        Culprit::Function(name) => match kind(name) {
            Some((what, _)) => format!("{what}, by calling `{name}`"),
            None => format!("it calls `{}`, whose code was not captured", readable(name)),
        },
        Culprit::Variable(name) => format!("it uses the variable `{}`, which was not captured", readable(name)),
        Culprit::ThreadLocal(name) => format!("it uses the thread-local variable `{}`", readable(name)),
        Culprit::Static(name) => {
            format!("it uses the variable `{}`, of which a device would have a copy", readable(name))
        }
        Culprit::Intrinsic(name) => format!("it uses `{name}`, an instruction of the host's processor"),
        Culprit::Construct(what) => format!("it uses {what}"),
        Culprit::Assembly(text) => {
            format!("it has inline assembly: `{}`", text.lines().next().unwrap_or_default().trim())
        }
        Culprit::WideAtomic(bits) => format!("it has an atomic access of {bits} bits"),
        Culprit::Float(name) => format!("it computes in {name}"),
    }
}

/// What to do instead.
pub(super) fn suggestion(culprit: &Culprit) -> &'static str {
    match culprit {
        Culprit::Function(name) if is_allocation(name) => {
            "give the kernel a heap: a parameter `_: Heap`, and `HeapBytes(n)` in the launch; or use arrays of a fixed \
             size. Allocations that the optimiser can see through (a `Box` that stays in the kernel) need none in \
             release builds"
        }
        Culprit::Function(name) => kind(name).map_or(
            "code in C libraries cannot be captured: use a Rust implementation; if it is Rust, build it through `cargo \
             geobacter`, so that its bitcode is kept",
            |(_, help)| help,
        ),
        Culprit::Variable(_) => "pass its value as an argument of the launch",
        Culprit::ThreadLocal(_) => "pass its value as an argument of the launch, or keep it in a local variable",
        Culprit::Static(_) => "host and devices do not share `static`s that change: pass a buffer with its contents",
        Culprit::Intrinsic(_) => {
            "use portable code, or choose by `geobacter::platform()`: what is meant for the host only belongs in a branch \
             for `Platform::Host`"
        }
        Culprit::Assembly(_) => {
            "use portable code, or put the assembly in a branch for `Platform::Host` (`geobacter::platform()`)"
        }
        Culprit::Construct(_) => "no GPU target has code for it: write it another way, or do it on the host",
        Culprit::WideAtomic(_) => "use atomics of at most 64 bits",
        Culprit::Float(_) => "use `f32` or `f64`",
    }
}

/// `syscall` may be anything: the function that calls it tells what. Of those in the standard library, locks are the most
/// common.
pub(super) fn see_through(culprit: Culprit, caller: Option<&Frame>) -> Culprit {
    match (&culprit, caller) {
        (Culprit::Function(name), Some(caller)) if name == "syscall" && caller.function.contains("futex") => {
            Culprit::Function("futex".to_owned())
        }
        _ => culprit,
    }
}

/// How little a culprit tells the user: whatever prints or opens a file also allocates, locks and unwinds.
pub(super) fn vagueness(culprit: &Culprit) -> usize {
    match culprit {
        Culprit::Function(name) if is_allocation(name) => KINDS.len() + 1,
        Culprit::Function(name) => kind_index(name).unwrap_or(KINDS.len()),
        // A lock, for one, is a variable too.
        Culprit::Static(_) => KINDS.len() + 1,
        // `syscall` takes any number of arguments.
        Culprit::Construct(_) => KINDS.len(),
        _ => 0,
    }
}

fn kind_index(name: &str) -> Option<usize> {
    let (what, _) = kind(name)?;
    KINDS.iter().position(|k| k.1 == what)
}

fn kind(name: &str) -> Option<(&'static str, &'static str)> {
    let plain = name.trim_end_matches("64").trim_start_matches("__");
    let fits = |prefix: &&str| {
        if prefix.ends_with('_') { name.starts_with(prefix) } else { plain == *prefix || name == *prefix }
    };
    KINDS.iter().find(|(names, ..)| names.iter().any(fits)).map(|(_, what, help)| (*what, *help))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn functions_of_the_system_are_known_by_what_they_do() {
        let help = |name: &str| suggestion(&Culprit::Function(name.into()));
        assert!(help("write").contains("print"));
        assert!(help("open64").contains("files"));
        assert!(help("pthread_mutex_lock").contains("atomics"));
        assert!(help("clock_gettime").contains("time"));
        assert!(help("my_c_function").contains("C libraries"));
    }
}
