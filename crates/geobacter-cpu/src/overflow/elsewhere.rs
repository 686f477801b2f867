//! Systems where a stack that is used up ends the process.

use corosensei::trap::CoroutineTrapHandler;

use super::Ended;

/// Where a kernel's code lies: of no use here.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Text;

impl Text {
    pub(crate) const NONE: Self = Text;

    pub(crate) fn around(_code: usize) -> Self {
        Text
    }
}

/// Begins to tell overflows apart from other faults: not here.
pub(crate) fn tell_apart() {}

/// Runs `resume`.
pub(super) fn watched<T>(_: Text, _: CoroutineTrapHandler<Ended>, _: usize, resume: impl FnOnce() -> T) -> T {
    resume()
}

/// Runs `host_code`.
pub(crate) fn unwatched<T>(host_code: impl FnOnce() -> T) -> T {
    host_code()
}
