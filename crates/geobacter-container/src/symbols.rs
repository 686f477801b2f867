//! Which symbols device code gets from Geobacter rather than from the host's bitcode.
//!
//! The capture leaves them as declarations, so that neither the unwinder nor the allocator nor the host body of a device
//! function is dragged into a kernel; the code generator puts its own in the place of exactly these. Both ask [`role`], so
//! the list is here and nowhere else.

use rustc_demangle::demangle;

/// Who provides a symbol that is not captured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Role {
    /// A function of the device ABI (`__geobacter_work_item_id_x`, ...): the target has an instruction or constant for it.
    DeviceAbi,
    /// A function of `core`, `alloc` or `std` that panics or aborts and never returns.
    Panic,
    /// What unwinding needs: personalities and the unwinder. There is no unwinding on a device.
    Unwind,
    /// The global allocator.
    Allocation,
}

/// Prefix of the device ABI's functions.
const ABI_PREFIX: &str = "__geobacter_";
/// Prefix of the device library: captured like any other code.
pub const RT_PREFIX: &str = "__geobacter_rt_";

/// Functions that never return, by path without generic arguments. An entry also covers what is defined inside the
/// function or module that it names (`slice_index_fail::do_panic::runtime`).
const PANICS: &[&str] = &[
    "core::panicking",
    "core::option::unwrap_failed",
    "core::option::expect_failed",
    "core::result::unwrap_failed",
    "core::cell::panic_already_borrowed",
    "core::cell::panic_already_mutably_borrowed",
    "core::cell::lazy::panic_poisoned",
    "core::num::from_ascii_radix_panic",
    "core::num::overflow_panic",
    "core::num::int_log10::panic_for_nonpositive_argument",
    "core::num::int_sqrt::panic_for_negative_argument",
    "core::slice::copy_from_slice_impl::len_mismatch_fail",
    "core::slice::index::slice_index_fail",
    "core::slice::index::slice_start_index_len_fail",
    "core::slice::index::slice_end_index_len_fail",
    "core::slice::index::slice_index_order_fail",
    "core::slice::index::slice_start_index_overflow_fail",
    "core::slice::index::slice_end_index_overflow_fail",
    "core::slice::sort::shared::smallsort::panic_on_ord_violation",
    "core::str::slice_error_fail",
    "core::str::slice_error_fail_ct",
    "core::str::slice_error_fail_rt",
    "core::wtf8::slice_error_fail",
    "alloc::alloc::handle_alloc_error",
    "alloc::raw_vec::capacity_overflow",
    "alloc::raw_vec::handle_error",
    "std::alloc::default_alloc_error_hook",
    "std::alloc::rust_oom",
    "std::panic::resume_unwind",
    "std::panicking::begin_panic",
    "std::panicking::begin_panic_handler",
    "std::panicking::default_hook",
    "std::panicking::panic_handler",
    "std::panicking::panic_with_hook",
    "std::panicking::resume_unwind",
    "std::panicking::rust_panic_with_hook",
    "std::panicking::rust_panic_without_hook",
    "std::process::abort",
    "std::rt::begin_panic",
    "std::sync::lazy_lock::panic_poisoned",
    "std::thread::local::panic_access_error",
];

/// Functions of the modules above that are captured like any other code: they only pass on a message, with what is to be
/// known of the types of its values.
const PASS_ON: &[&str] = &[
    "core::panicking::assert_failed",
    "core::panicking::assert_matches_failed",
    "core::panicking::panic_display",
    "core::panicking::unreachable_display",
];

/// The last part of the path of functions that `alloc`'s collections define inside their methods to panic with indices.
const PANIC_LEAVES: &[&str] = &["assert_failed", "len_mismatch_fail"];
const STANDARD_CRATES: &[&str] = &["core", "alloc", "std"];

/// Runtime symbols that are named by rustc rather than by a path; mangled in `__rustc` or not at all.
const RUNTIME_PANICS: &[&str] = &[
    "rust_begin_unwind",
    "rust_panic",
    "__rust_abort",
    "__rust_alloc_error_handler",
    "__rust_drop_panic",
    "__rust_foreign_exception",
    "__rust_start_panic",
];
const UNWIND: &[&str] =
    &["rust_eh_personality", "__gxx_personality_v0", "__gcc_personality_v0", "__rust_panic_cleanup"];
const UNWIND_PREFIX: &str = "_Unwind_";
const ALLOCATION: &[&str] = &[
    "__rust_alloc",
    "__rust_alloc_zeroed",
    "__rust_dealloc",
    "__rust_realloc",
    "__rust_no_alloc_shim_is_unstable",
    "__rust_no_alloc_shim_is_unstable_v2",
    "__rust_alloc_error_handler_should_panic",
    "__rust_alloc_error_handler_should_panic_v2",
];

/// Every name that [`role`] looks for holds one of these, and a path stands in its symbol as it is written. Demangling is
/// slow next to this test, and libraries define many thousands of symbols.
const WORDS: &[&str] = &["panic", "fail", "error", "overflow", "oom", "abort", "unwind", "__rust", "personality"];

/// Who provides `symbol` (a linker symbol, in any mangling); `None` where it is code like any other.
///
/// ```
/// use geobacter_container::symbols::{Role, role};
/// assert_eq!(role("__geobacter_work_item_id_x"), Some(Role::DeviceAbi));
/// assert_eq!(role("__geobacter_rt_sinf"), None);
/// assert_eq!(role("_ZN4core9panicking9panic_fmt17h0123456789abcdefE"), Some(Role::Panic));
/// ```
pub fn role(symbol: &str) -> Option<Role> {
    if symbol.starts_with(ABI_PREFIX) {
        return (!symbol.starts_with(RT_PREFIX)).then_some(Role::DeviceAbi);
    }
    if symbol.starts_with(UNWIND_PREFIX) {
        return Some(Role::Unwind);
    }
    if !WORDS.iter().any(|word| symbol.contains(word)) {
        return None;
    }
    let path = path(symbol);
    let bare = path.strip_prefix("__rustc::").unwrap_or(&path);
    if UNWIND.contains(&bare) {
        Some(Role::Unwind)
    } else if ALLOCATION.contains(&bare) {
        Some(Role::Allocation)
    } else if RUNTIME_PANICS.contains(&bare) || is_panic_path(&path) {
        Some(Role::Panic)
    } else {
        None
    }
}

fn is_panic_path(path: &str) -> bool {
    if !path.split("::").next().is_some_and(|root| STANDARD_CRATES.contains(&root)) {
        return false;
    }
    if PASS_ON.contains(&path) {
        return false;
    }
    let covers = |entry: &&str| path.strip_prefix(*entry).is_some_and(|rest| rest.is_empty() || rest.starts_with("::"));
    PANICS.iter().any(covers) || path.rsplit("::").next().is_some_and(|leaf| PANIC_LEAVES.contains(&leaf))
}

/// The demangled path of `symbol` without crate hashes and generic arguments: `alloc::vec::Vec::remove::assert_failed`.
/// A symbol that is not mangled is returned as it is. Methods of trait impls keep their brackets
/// (`<u32 as core::fmt::Display>::fmt`): they are named by type and trait together.
pub fn path(symbol: &str) -> String {
    without_generics(&readable(symbol))
}

/// The demangled name of `symbol`, generic arguments and all, without hashes.
pub fn readable(symbol: &str) -> String {
    format!("{:#}", demangle(canonical(symbol)))
}

/// `symbol` without the suffix that LLVM appends to promoted or duplicated locals (`.llvm.1234`, `.17`).
///
/// Neither mangling of Rust has a dot outside such suffixes, except for the escapes of the legacy one, which are never
/// followed by a number or `llvm`.
pub fn canonical(symbol: &str) -> &str {
    let symbol = symbol.find(".llvm.").map_or(symbol, |at| &symbol[..at]);
    match symbol.rsplit_once('.') {
        Some((name, digits))
            if name.starts_with("_R") && !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit()) =>
        {
            name
        }
        _ => symbol,
    }
}

fn without_generics(path: &str) -> String {
    // An inherent method is printed `<Type<..>>::method` by one mangling and `Type<..>::method` by the other.
    let mut depth = 0usize;
    let mut inherent = path.starts_with('<') && !is_trait_impl(path);
    if path.starts_with('<') && !inherent {
        return path.to_owned();
    }
    let mut out = String::with_capacity(path.len());
    let mut previous = ' ';
    for c in path.chars() {
        match c {
            '<' if inherent && out.is_empty() && depth == 0 => {}
            '<' => depth += 1,
            // The arrow of a function type is no bracket.
            '>' if previous == '-' => {}
            '>' if depth == 0 && inherent => inherent = false,
            '>' => depth = depth.saturating_sub(1),
            c if depth == 0 => out.push(c),
            _ => {}
        }
        previous = c;
    }
    // `assert_failed::<u32>` leaves a `::` where its arguments were.
    let out = out.replace("::::", "::");
    out.strip_suffix("::").map(str::to_owned).unwrap_or(out)
}

/// Whether a path that begins with `<` is `<Type as Trait>::..`.
fn is_trait_impl(path: &str) -> bool {
    let mut depth = 0usize;
    let bytes = path.as_bytes();
    for (at, &b) in bytes.iter().enumerate() {
        match b {
            b'<' => depth += 1,
            b'>' if at > 0 && bytes[at - 1] == b'-' => {}
            b'>' if depth == 1 => return false,
            b'>' => depth -= 1,
            b' ' if depth == 1 && path[at..].starts_with(" as ") => return true,
            _ => {}
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn panics_are_found_in_both_manglings() {
        for symbol in [
            "_ZN4core9panicking18panic_bounds_check17h0123456789abcdefE",
            "_RNvNtCsgEmfK2I1SDS_4core9panicking9panic_fmt",
            "_RNvNtCsgEmfK2I1SDS_4core6option13unwrap_failed",
            "_RNvCsfLfy6EI15iL_7___rustc17rust_begin_unwind",
            "rust_begin_unwind",
            "_ZN5alloc3vec16Vec$LT$T$C$A$GT$6remove13assert_failed17h0123456789abcdefE",
        ] {
            assert_eq!(role(symbol), Some(Role::Panic), "{symbol} = {}", path(symbol));
        }
    }

    #[test]
    fn what_can_return_is_captured() {
        for symbol in [
            // core::panic::location::Location::file
            "_RNvMNtNtCsgEmfK2I1SDS_4core5panic8locationNtB2_8Location4file",
            // std::panicking::panic_count::is_zero_slow_path
            "_RNvNtNtCsjrHSEGnQ3l9_3std9panicking11panic_count17is_zero_slow_path",
            // user::assert_failed
            "_ZN4user13assert_failed17h0123456789abcdefE",
            "sinf",
            "__geobacter_rt_panic",
            // core::panicking::panic_display::<&str>
            "_RINvNtCsgEmfK2I1SDS_4core9panicking13panic_displayReECs1_3app",
        ] {
            assert_eq!(role(symbol), None, "{symbol} = {}", path(symbol));
        }
    }

    #[test]
    fn generic_arguments_are_dropped_from_paths() {
        assert_eq!(
            without_generics("<alloc::vec::Vec<u8, fn() -> u8>>::remove::assert_failed"),
            "alloc::vec::Vec::remove::assert_failed"
        );
        assert_eq!(
            without_generics("core::panicking::assert_failed::<u32, [u8; 4]>"),
            "core::panicking::assert_failed"
        );
        assert_eq!(without_generics("<u32 as core::fmt::Display>::fmt"), "<u32 as core::fmt::Display>::fmt");
    }

    #[test]
    fn suffixes_of_promoted_locals_are_dropped() {
        assert_eq!(canonical("_RNvC1a1b.llvm.12345"), "_RNvC1a1b");
        assert_eq!(canonical("_RNvC1a1b.17"), "_RNvC1a1b");
        assert_eq!(canonical("_RNvC1a1b.17.llvm.12345"), "_RNvC1a1b");
        assert_eq!(canonical("anon.0123.4"), "anon.0123.4");
    }
}
