//! `print!` and its kin in kernels.

use core::fmt;

use crate::abi;

/// Bytes of one text on its way to the host; what does not fit is cut off.
pub const TEXT_BYTES: usize = 496;

/// One text on its way to the host: an entry of a [`Ring`](crate::ring::Ring).
#[repr(C)]
pub struct Record {
    /// Bytes used in `text`, as in [`LaunchStatus`](crate::LaunchStatus).
    pub len: u32,
    /// [`STDERR`] and [`LINE`].
    pub stream: u32,
    /// The text: see [`message`](crate::message).
    pub text: [u8; TEXT_BYTES],
}

/// The text goes to the host's standard error.
pub const STDERR: u32 = 1;
/// A new line follows the text.
pub const LINE: u32 = 2;

/// Prints, from a kernel.
#[inline(always)]
pub fn print(args: fmt::Arguments<'_>, stream: u32) {
    // SAFETY: arguments that live during the call.
    unsafe { abi::__geobacter_print((&raw const args).cast(), stream) }
}

/// Prints from a kernel, to the standard output of the host.
///
/// As [`println!`](crate::println), without the new line.
#[macro_export]
macro_rules! print {
    ($($arg:tt)*) => {
        $crate::printing::print(::core::format_args!($($arg)*), 0)
    };
}

/// Prints a line from a kernel, to the standard output of the host.
///
/// Takes what `std`'s macro of this name takes. On a GPU the text goes into a buffer of the device, which the host empties
/// while the kernel runs: the lines of one work-item come in their order, those of different ones in any. Where kernels
/// print faster than that, lines are dropped, and the host says how many (`... 12 lines dropped`). When a launch has been
/// waited for, all that it printed has been written. A line of more than about 500 bytes is cut off, and marked.
///
/// Numbers, text and references to them are formatted by the host; a `Display` or `Debug` of your own runs on the device.
/// A kernel that prints nothing pays nothing.
///
/// ```
/// use geobacter::prelude::*;
///
/// fn greet(item: WorkItem, x: &[f32]) {
///     let i = item.global_id();
///     geobacter::println!("work-item {i} has {:.2}", x[i]);
/// }
/// # fn main() -> geobacter::Result<()> {
/// let device = Device::open("cpu")?;
/// # let lines = std::sync::Arc::new(std::sync::Mutex::new(String::new()));
/// # let to = lines.clone();
/// # device.set_print_sink(Some(Box::new(move |_, text| to.lock().unwrap().push_str(text))));
/// let x = device.buffer_from(&[0.5, 1.0 / 3.0])?;
/// device.launch(Grid::covering(2), greet, (&x,))?.wait()?;
/// # assert!(lines.lock().unwrap().contains("work-item 1 has 0.33\n"));
/// # Ok(())
/// # }
/// ```
#[macro_export]
macro_rules! println {
    () => {
        $crate::printing::print(::core::format_args!(""), $crate::printing::LINE)
    };
    ($($arg:tt)*) => {
        $crate::printing::print(::core::format_args!($($arg)*), $crate::printing::LINE)
    };
}

/// Prints from a kernel, to the standard error of the host: as [`print!`](crate::print).
#[macro_export]
macro_rules! eprint {
    ($($arg:tt)*) => {
        $crate::printing::print(::core::format_args!($($arg)*), $crate::printing::STDERR)
    };
}

/// Prints a line from a kernel, to the standard error of the host: as [`println!`](crate::println).
#[macro_export]
macro_rules! eprintln {
    () => {
        $crate::printing::print(::core::format_args!(""), $crate::printing::STDERR | $crate::printing::LINE)
    };
    ($($arg:tt)*) => {
        $crate::printing::print(::core::format_args!($($arg)*), $crate::printing::STDERR | $crate::printing::LINE)
    };
}
