//! What went wrong with work of a queue, until somebody waits for it.

use std::ops::RangeInclusive;

use parking_lot::Mutex;

use crate::Error;
use crate::driver::DYNAMIC_STACK;
use crate::slots::Named;

/// How many failures are remembered for waits on exactly that work.
const REMEMBERED: usize = 64;

/// A queue's failures. A wait that covers a failure nobody has seen yet returns it, so none is lost; a wait for exactly
/// the failed work returns it always.
#[derive(Debug, Default)]
pub struct FailureLog(Mutex<Vec<Failure>>);

#[derive(Debug)]
struct Failure {
    /// The first and the last number that failed so.
    values: RangeInclusive<u64>,
    error: Error,
    seen: bool,
}

impl FailureLog {
    /// Notes that work number `value` failed.
    pub fn record(&self, value: u64, error: Error) {
        self.record_all(value..=value, error);
    }

    /// Notes that all work with a number in `values` failed, and for one reason.
    pub fn record_all(&self, values: RangeInclusive<u64>, error: Error) {
        let mut failures = self.0.lock();
        if failures.len() == REMEMBERED {
            failures.remove(0);
        }
        failures.push(Failure { values, error, seen: false });
    }

    /// Whether work number `value` failed: a look, after which its failure is still to be told. It remembers the last few
    /// failures only.
    #[must_use]
    pub fn has(&self, value: u64) -> bool {
        self.0.lock().iter().any(|failure| failure.values.contains(&value))
    }

    /// To be called by a wait for number `value`, once that has completed.
    ///
    /// # Errors
    /// The failure of that very work, or the first unseen one before it.
    pub fn check(&self, value: u64) -> Result<(), Error> {
        let mut failures = self.0.lock();
        let at = failures
            .iter()
            .position(|f| f.values.contains(&value))
            .or_else(|| failures.iter().position(|f| !f.seen && *f.values.start() < value));
        match at {
            None => Ok(()),
            Some(at) => {
                failures[at].seen = true;
                Err(failures[at].error.clone())
            }
        }
    }
}

/// A kernel that was in flight when a device faulted. It does not hold the kernel: reports are made where none may be dropped.
#[derive(Clone, Debug)]
pub struct Suspect {
    /// The kernel's demangled name.
    pub name: String,
    /// Whether its code does not say how much stack it needs.
    pub has_dynamic_stack: bool,
}

impl Suspect {
    /// This kernel.
    pub fn new(kernel: &impl Named) -> Self {
        Suspect { name: kernel.name().to_owned(), has_dynamic_stack: kernel.has_dynamic_stack() }
    }
}

/// What to add to the reason of a fault where one of the kernels in flight may have used up its stack; empty where none can
/// have.
#[must_use]
pub fn stack_hint(kernels: &[Suspect]) -> String {
    let Some(kernel) = kernels.iter().find(|kernel| kernel.has_dynamic_stack) else { return String::new() };
    format!(
        "; the code of kernel `{}` recurses or calls through pointers, for which each work-item has {} KiB of stack: \
         recursion deeper than that is one cause",
        kernel.name,
        DYNAMIC_STACK >> 10
    )
}

/// Names the kernels that were in flight, each once.
#[must_use]
pub fn suspects(kernels: &[Suspect]) -> String {
    const SHOWN: usize = 4;
    let mut names: Vec<&str> = Vec::new();
    for Suspect { name, .. } in kernels {
        if !names.contains(&name.as_str()) {
            names.push(name);
        }
    }
    let quoted: Vec<String> = names.iter().take(SHOWN).map(|name| format!("`{name}`")).collect();
    match names.len() {
        0 => "no kernel that is known".to_owned(),
        1 => format!("kernel {}", quoted[0]),
        n if n <= SHOWN => format!("one of the kernels {}", quoted.join(", ")),
        n => format!("one of the kernels {} and {} more", quoted.join(", "), n - SHOWN),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fault(reason: &str) -> Error {
        Error::DeviceFault { device: "d".to_owned(), work: "w".to_owned(), reason: reason.to_owned() }
    }

    #[test]
    fn a_failure_is_told_once_to_later_waits_and_always_to_its_own() {
        let log = FailureLog::default();
        log.record(3, fault("three"));
        assert!(log.check(2).is_ok());
        assert!(log.check(5).is_err());
        assert!(log.check(5).is_ok());
        assert!(log.check(3).is_err());
    }

    #[test]
    fn a_look_tells_nobody() {
        let log = FailureLog::default();
        log.record(3, fault("three"));
        assert!(log.has(3) && !log.has(2) && !log.has(4));
        assert!(log.check(5).is_err());
    }

    #[test]
    fn a_range_fails_as_one() {
        let log = FailureLog::default();
        log.record_all(3..=1000, fault("all of them"));
        assert!(log.check(2).is_ok());
        assert!((3..=1000).all(|number| log.check(number).is_err()));
        assert!(log.check(1001).is_ok(), "somebody was told");
    }

    #[test]
    fn suspects_are_named_once_and_not_all() {
        let suspect = |name: &&str| Suspect { name: (*name).to_owned(), has_dynamic_stack: *name == "e" };
        let names = |list: &[&str]| list.iter().map(suspect).collect::<Vec<_>>();
        assert_eq!(stack_hint(&names(&["a", "b"])), "");
        let hint = stack_hint(&names(&["a", "e"]));
        assert!(hint.contains("kernel `e` recurses") && hint.contains("16 KiB"), "{hint}");
        assert_eq!(suspects(&[]), "no kernel that is known");
        assert_eq!(suspects(&names(&["a", "a"])), "kernel `a`");
        assert_eq!(suspects(&names(&["a", "b", "a"])), "one of the kernels `a`, `b`");
        assert_eq!(
            suspects(&names(&["a", "b", "c", "d", "e", "f"])),
            "one of the kernels `a`, `b`, `c`, `d` and 2 more"
        );
    }
}
