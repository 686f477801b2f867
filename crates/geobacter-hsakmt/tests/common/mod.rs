//! AMD's own runtime over the library of this crate.
#![allow(dead_code, reason = "each test file uses some of it")]

mod code;
mod gpu;
mod hsa;
mod library;

pub(crate) use gpu::*;
pub(crate) use hsa::*;

/// The emulated GPU through AMD's runtime; `None`, loudly, where that is not installed.
pub(crate) fn gpu(test: &str) -> Option<&'static Gpu> {
    let gpu = Gpu::get();
    if gpu.is_none() {
        eprintln!("{test} SKIPPED: libhsa-runtime64.so.1 is not installed (`apt-get install libhsa-runtime64-1`)");
    }
    gpu
}

/// Sets a variable for the emulated machine, before it is first used.
pub(crate) fn set(name: &'static str, value: &'static str) {
    library::set(name, value);
}

/// What the emulated device has reported so far.
pub(crate) fn reports() -> String {
    std::fs::read_to_string(library::log()).unwrap_or_default()
}
