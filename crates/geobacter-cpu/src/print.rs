//! What kernels print on the CPU device goes where it is to go, at once.

use std::fmt;

use geobacter_driver::print::emit;

use crate::overflow;

/// Prints a text.
pub(crate) fn print(args: &fmt::Arguments<'_>, stream: u32) {
    let text = args.to_string();
    // There are locks in there.
    overflow::unwatched(|| emit("cpu", stream, text));
}
