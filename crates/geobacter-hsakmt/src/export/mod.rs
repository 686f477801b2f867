//! The functions of the library, as C sees them: those that AMD's runtime calls, by kind. Versions 5.2 and 6.1
//! of it find all that they ask for.
//!
//! Each checks what it was given as far as that can be checked, and hands it on. Pointers are taken to be what the
//! interface's documentation says that they are.

mod control;
mod events;
mod graphics;
mod memory;
mod queues;
mod topology;

/// Defines functions with C names. A body is a block that returns a `Result`; no panic gets out of it. Each symbol gets the
/// version that the runtime asks for.
macro_rules! export {
    ($($(#[$attribute:meta])* fn $name:ident($($argument:ident: $type:ty),* $(,)?) $body:block)*) => {$(
        $(#[$attribute])*
        ///
        /// # Safety
        /// Pointers must be valid for what the interface does with them.
        #[allow(non_snake_case, reason = "the interface's names")]
        #[unsafe(no_mangle)]
        unsafe extern "C" fn $name($($argument: $type),*) -> $crate::abi::Status {
            $crate::driver::answer(stringify!($name), || -> $crate::abi::Result { $body })
        }

        // Only the library itself is linked with the script that knows the version.
        #[cfg(all(symbol_versions, not(test)))]
        core::arch::global_asm!(concat!(".symver ", stringify!($name), ", ", stringify!($name), "@@HSAKMT_1"));
    )*};
}
use export;

use crate::abi::{Result, Status};

/// Writes a result to where the caller wants it.
///
/// # Safety
/// `to` is null, or valid for writes.
unsafe fn write<T>(to: *mut T, value: T) -> Result {
    if to.is_null() {
        return Err(Status::InvalidParameter);
    }
    // SAFETY: the caller's promise. The interface's structures are packed, so it need not be aligned.
    unsafe { to.write_unaligned(value) };
    Ok(())
}

/// Writes as many results as were asked for.
///
/// # Safety
/// `to` is null, or valid for writes of `room` values.
unsafe fn write_all<T: Copy>(to: *mut T, room: u32, values: &[T]) -> Result {
    if to.is_null() {
        return Err(Status::InvalidParameter);
    }
    for (n, value) in values.iter().take(room as usize).enumerate() {
        // SAFETY: the caller's promise, and `n` is below `room`.
        unsafe { to.add(n).write_unaligned(*value) };
    }
    Ok(())
}
