//! What kernels print on the CPU device goes where it is to go, at once.

use std::fmt;

use geobacter_driver::print::emit;

/// Prints a text.
pub(crate) fn print(args: &fmt::Arguments<'_>, stream: u32) {
    emit("cpu", stream, args.to_string());
}
